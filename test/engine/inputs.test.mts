import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { jsonOf, useSandbox } from './harness.mts';

/**
 * What n8n makes of parameters before a field reads them: expressions that give nothing, hidden
 * parameters. The meaning of values is in unit/fields.test.mts.
 */

const api = useSandbox();

const locator = (mode: string, value: unknown): INodeParameters[string] =>
	({ __rl: true, mode, value }) as INodeParameters;
const VALUE = '={{ $json.value }}';

const groupsOfMaine: INodeParameters = {
	resource: 'didGroup',
	operation: 'getAll',
	countryIso: locator('iso', 'US'),
	regionCode: locator('code', 'US-ME'),
};
const manyNumbers: INodeParameters = { resource: 'number', operation: 'getAll', returnAll: true };

/** The queries that were sent. */
const queries = () => api.sandbox.requests.map(({ query }) => query);

/** The node's error; nothing may have been sent. */
async function refusalOf(parameters: INodeParameters, item: IDataObject): Promise<string> {
	const { error } = await api.run(parameters, [item]);
	expect(api.sandbox.requests).toEqual([]);
	return error?.message ?? '(no error)';
}

test.each(['true', 'TRUE', 1, ' yes '])(
	'when Toll-Free is %j, toll-free groups are asked for',
	async (value) => {
		jsonOf(await api.run({ ...groupsOfMaine, tollFree: VALUE }, [{ value }]));
		expect(queries()).toEqual([{ country_iso: 'US', toll_free: 'true' }]);
	},
);

test.each([undefined, null, '', 'false'])(
	'when Toll-Free is %j, the region counts',
	async (value) => {
		const item: IDataObject = value === undefined ? {} : { value };
		jsonOf(await api.run({ ...groupsOfMaine, tollFree: VALUE }, [item]));
		expect(queries()).toEqual([{ country_iso: 'US', region_code: 'US-ME' }]);
	},
);

test('when Toll-Free is something else, nothing is sent', async () => {
	expect(await refusalOf({ ...groupsOfMaine, tollFree: VALUE }, { value: 'perhaps' })).toContain(
		"'Toll-Free' must be true or false",
	);
});

test('when Toll-Free is on, the hidden region is left out', async () => {
	jsonOf(await api.run({ ...groupsOfMaine, tollFree: true }));
	expect(queries()).toEqual([{ country_iso: 'US', toll_free: 'true' }]);
});

test.each(['number', 'countryName', 'didGroupName', 'regionName', 'status'])(
	'when an expression leaves the filter %s empty, the whole account does not come out',
	async (filter) => {
		for (const item of [{}, { value: null }, { value: '' }, { value: ['x'] }, { value: true }]) {
			expect(await refusalOf({ ...manyNumbers, filters: { [filter]: VALUE } }, item)).toMatch(
				/^'.*' (is empty|must be|cannot be)/,
			);
		}
	},
);

test('when the filters are left blank in the form, they do not filter', async () => {
	const all = jsonOf(await api.run({ ...manyNumbers, filters: {} }));
	const blank = { number: '', countryName: '', didGroupName: '', regionName: '' };
	expect(jsonOf(await api.run({ ...manyNumbers, filters: blank }))).toEqual(all);
	expect(all.length).toBeGreaterThan(10);
});

test('when a number is looked for with + and its country code, only numbers that begin so come out', async () => {
	const numbers = jsonOf(await api.run({ ...manyNumbers, filters: { number: '+1 207' } }));
	expect(queries()[0]).toMatchObject({ filter_by_number: '1207' });
	expect(numbers.length).toBeGreaterThan(0);
	for (const { number } of numbers) expect(number).toMatch(/^1207/);
});

test.each(['000', '007', '0048', '0011', '0111', '011', '00'])(
	'when the filter Number is %s, these digits are asked for',
	async (digits) => {
		jsonOf(await api.run({ ...manyNumbers, filters: { number: digits } }));
		expect(queries()[0]).toMatchObject({ filter_by_number: digits });
	},
);

test('when a number that no plan knows is chosen from the list, it is asked for as it is', async () => {
	const parameters = {
		resource: 'number',
		operation: 'get',
		number: locator('list', '15551234567'),
	};
	expect(jsonOf(await api.run(parameters))).toMatchObject([
		{ number: '15551234567', e164: '+15551234567' },
	]);
});

test.each([
	'\u2068+1 207-406-9000\u2069',
	'12074069000',
	12074069000,
	{ number: '12074069000', e164: '+12074069000' },
])('when a number is given as %j, it is found', async (value) => {
	const parameters = { resource: 'number', operation: 'get', number: locator('number', VALUE) };
	await api.run(parameters, [{ value }]);
	expect(queries()[0]).toMatchObject({ filter_by_number: '12074069000' });
});

test.each([['+442079460958.0'], ['+44 20 7946 0958/59'], ['4.42E+11'], [442079460958]])(
	'when a number is given as %j, nothing is sent',
	async (value) => {
		const parameters = { resource: 'number', operation: 'get', number: locator('number', VALUE) };
		expect(await refusalOf(parameters, { value })).toContain('is not a complete phone number');
	},
);

test('when the limit is an expression that gives nothing, nothing is sent', async () => {
	const parameters = { ...manyNumbers, returnAll: false, limit: VALUE };
	expect(await refusalOf(parameters, {})).toContain("'Limit' is empty");
});

test('when Return All is an expression, the limit is read if it is off', async () => {
	const parameters = { ...manyNumbers, returnAll: VALUE, limit: 2 };
	expect(jsonOf(await api.run(parameters, [{ value: 'no' }]))).toHaveLength(2);
	expect(jsonOf(await api.run(parameters, [{ value: 'yes' }])).length).toBeGreaterThan(10);
});
