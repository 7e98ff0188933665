import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import { credentialFor, jsonOf, runNode, useSandbox } from './harness.mts';

const api = useSandbox();

const get = {
	resource: 'trunkGroup',
	operation: 'get',
	trunkGroupId: { __rl: true, mode: 'id', value: '={{ $json.id }}' },
};
const items = [{ id: 10897 }, { id: 1 }, { id: 'x' }, { id: 8375 }];

const NOT_FOUND = {
	error: 'Trunk Group Not Found',
	code: 4005,
	http_status: 422,
	api_request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
	details: [
		{
			code: 4005,
			title: 'Trunk Group Not Found',
			detail: 'Trunk Group 1 was not found',
			field: 'trunk_group_id',
			source: null,
		},
	],
};
const NOT_A_NUMBER = {
	error: 'Trunk Group must be a number, not "x"',
	code: null,
	http_status: null,
	api_request_id: null,
	details: [],
};

test('without Continue On Fail the first bad item in order of the input is told', async () => {
	const { error } = await api.run(get, items);
	expect(error?.message).toBe('Trunk Group Not Found');
	expect(error?.context).toMatchObject({ itemIndex: 1 });
	expect(error?.name).toBe('NodeApiError');
});

test.each([{ onError: 'continueRegularOutput' as const }, { continueOnFail: true }])(
	'with %j a failed item says all; the others are unaffected',
	async (settings) => {
		const result = await api.run(get, items, settings);
		expect(result.items.map((item) => item.pairedItem)).toEqual([
			{ item: 0 },
			{ item: 1 },
			{ item: 2 },
			{ item: 3 },
		]);
		const [first, second, third, fourth] = jsonOf(result);
		expect(first).toMatchObject({ id: 10897 });
		expect(second).toEqual(NOT_FOUND);
		expect(third).toEqual(NOT_A_NUMBER);
		expect(fourth).toMatchObject({ id: 8375 });
	},
);

test('the error output gets the failed items, with their input and all that the error says', async () => {
	const result = await api.run(get, items, { onError: 'continueErrorOutput' });
	expect(result.items.map((item) => item.json.id)).toEqual([10897, 8375]);
	expect(result.errorItems.map((item) => item.json)).toEqual([
		{ id: 1, ...NOT_FOUND },
		{ id: 'x', ...NOT_A_NUMBER },
	]);
	expect(result.errorItems.map((item) => item.pairedItem)).toEqual([{ item: 1 }, { item: 2 }]);
});

test('several items are read at the same time, and come out in order of the input', async () => {
	api.sandbox.gather(5);
	const many = Array.from({ length: 40 }, (_, index) => ({ id: index % 2 ? 8375 : 10897 }));
	const result = await api.run(get, many);
	expect(jsonOf(result).map((group) => group.id)).toEqual(many.map(({ id }) => id));
	expect(api.sandbox.mostInFlight()).toBe(5);
});

test('the credential is read once for all requests of a run', async () => {
	let reads = 0;
	const credential = () => {
		reads++;
		return credentialFor(api.sandbox);
	};
	const many = Array.from({ length: 20 }, () => ({ id: 8375 }));
	expect(jsonOf(await runNode({ parameters: get, items: many, credential }))).toHaveLength(20);
	expect(api.sandbox.requests).toHaveLength(20);
	expect(reads).toBe(1);
});

test('items are written one after the other', async () => {
	api.sandbox.settings.latencyMs = 5;
	const names = Array.from({ length: 5 }, (_, index) => ({ name: `Group ${index}` }));
	const create = { resource: 'trunkGroup', operation: 'create', name: '={{ $json.name }}' };
	expect(jsonOf(await api.run(create, names))).toHaveLength(5);
	expect(api.sandbox.mostInFlight()).toBe(1);
});

test("n8n's own entry Custom API Call is answered with what to do instead", async () => {
	const { error } = await api.run({ resource: 'number', operation: '__CUSTOM_API_CALL__' });
	expect(error?.message).toBe('IDT Express has no operation "__CUSTOM_API_CALL__" of "number"');
	expect(error?.description).toContain('HTTP Request node');
	expect(api.sandbox.requests).toHaveLength(0);
});

test.each(['constructor', '__proto__', 'toString', ''])('%j is no resource', async (resource) => {
	const { error } = await api.run({ resource, operation: 'getAll' });
	expect(error?.message).toMatch(/has no operation/);
});

test('an expression that fails names its item', async () => {
	const parameters = {
		...get,
		trunkGroupId: { __rl: true, mode: 'id', value: '={{ $json.a.b.c }}' },
	};
	const { error } = await api.run(parameters, [{ a: { b: { c: 8375 } } }, {}]);
	expect(error).toBeDefined();
	expect(error).not.toBeInstanceOf(NodeApiError);
	expect([NodeOperationError.name, 'ExpressionError']).toContain(error?.name);
});

describe('Requests at the Same Time', () => {
	const many = Array.from({ length: 30 }, () => ({ id: 8375 }));

	test.each([1, 3, 20])('%d at most', async (concurrency) => {
		api.sandbox.gather(concurrency);
		expect(jsonOf(await api.run({ ...get, options: { concurrency } }, many))).toHaveLength(30);
		expect(api.sandbox.mostInFlight()).toBe(concurrency);
	});

	test('counts items and pages together', async () => {
		api.sandbox.state.seedOrders(800);
		// The first pages of the three lists tell how many there are.
		api.sandbox.gather(4, 3);
		const list = { resource: 'order', operation: 'getAll', returnAll: true };
		const result = await api.run({ ...list, options: { concurrency: 4 } }, [{}, {}, {}]);
		expect(jsonOf(result)).toHaveLength(3 * 804);
		expect(api.sandbox.mostInFlight()).toBe(4);
	});

	test.each([0, 21, 1.5, 'x'])('refuses %j', async (concurrency) => {
		const { error } = await api.run({ ...get, options: { concurrency } }, many);
		expect(error?.message).toContain('Requests at the Same Time must be a whole number');
		expect(api.sandbox.requests).toHaveLength(0);
	});

	test('under a rate limit no item fails, and few requests are refused', async () => {
		// So few that any machine is faster.
		api.sandbox.settings.rateLimit = { perSecond: 8, burst: 8, retryAfter: 'none' };
		const result = await api.run(get, many);
		expect(jsonOf(result)).toHaveLength(30);
		const refused = api.sandbox.requests.filter(({ status }) => status === 429);
		expect(refused.length).toBeGreaterThan(0);
		expect(refused.length).toBeLessThan(15);
	});
});
