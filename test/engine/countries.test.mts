import { jsonOf, useSandbox } from './harness.mts';

const api = useSandbox();

describe('Country → Get Many', () => {
	const operation = { resource: 'country', operation: 'getAll' };

	test('when all are wanted, gives one item per country, paired with the input', async () => {
		const { items } = await api.run({ ...operation, returnAll: true });
		expect(items).toHaveLength(api.sandbox.state.countries.length);
		expect(items[0]).toEqual({
			json: { name: 'Brazil', iso: 'BR', has_regions: false, supports_toll_free: true },
			pairedItem: { item: 0 },
		});
	});

	test('when there is a limit, stops at it', async () => {
		expect(jsonOf(await api.run({ ...operation, limit: 2 }))).toHaveLength(2);
	});

	test('when several items come in, runs for each', async () => {
		const { items } = await api.run({ ...operation, limit: 1 }, [{}, {}, {}]);
		expect(items.map((item) => item.pairedItem)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
		expect(api.sandbox.requests).toHaveLength(3);
	});

	test.each([0, -1, 1.5, 'many'])(
		'when the limit is %j, refuses it before a request is sent',
		async (limit) => {
			const { error } = await api.run({ ...operation, limit });
			expect(error?.message).toMatch(/^'Limit' must be a whole number/);
			expect(api.sandbox.requests).toHaveLength(0);
		},
	);
});

describe('Region → Get Many', () => {
	const operation = { resource: 'region', operation: 'getAll' };
	const country = (value: string) => ({ __rl: true, mode: 'iso', value });

	test('when the country has regions, lists them', async () => {
		const regions = jsonOf(await api.run({ ...operation, countryIso: country('us') }));
		expect(regions).toContainEqual({ name: 'Maine', code: 'US-ME' });
		expect(api.sandbox.requests[0].path).toBe('/coverage/countries/US/regions');
	});

	test('when the country has none, gives no items', async () => {
		const result = await api.run({ ...operation, countryIso: country('PL') });
		expect(jsonOf(result)).toEqual([]);
	});

	test('when the country is not offered, gives the reason of the API', async () => {
		const { error } = await api.run({ ...operation, countryIso: country('AQ') });
		expect(error?.message).toBe('Country AQ is not offered');
		expect(error?.description).toContain('code 4003');
	});

	test.each([null, ' ', 'USA', '../x', 'U/', '..'])(
		'when the country is %j, refuses it before a request is sent',
		async (value) => {
			const given = country('={{ $json.country }}');
			const { error } = await api.run({ ...operation, countryIso: given }, [{ country: value }]);
			expect(error?.message).toMatch(/^'Country' (is empty|must be a code such as US)/);
			expect(api.sandbox.requests).toHaveLength(0);
		},
	);
});
