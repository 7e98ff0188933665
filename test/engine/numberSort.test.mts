import { jsonOf, useSandbox } from './harness.mts';

const api = useSandbox();

/** The document's names. The sandbox refuses others. */
test.each([
	['addedAt', 'order_by_added_at'],
	['countryName', 'order_by_country_name'],
	['didGroupName', 'order_by_did_group_name'],
	['number', 'order_by_number'],
	['regionName', 'order_by_region_name'],
])('when numbers are sorted by %s, the API is asked with %s', async (field, name) => {
	const sort = { rules: [{ field, direction: 'desc' }] };
	jsonOf(await api.run({ resource: 'number', operation: 'getAll', filters: {}, sort }));
	expect(api.sandbox.requests[0].query).toMatchObject({ [name]: 'desc' });
});
