import { NodeApiError, Workflow } from 'n8n-workflow';
import type { INodeParameters, INodeTypes } from 'n8n-workflow';
import { IdtExpress } from '../../nodes/IdtExpress/IdtExpress.node.ts';
import { credentialFor, jsonOf, nodeUnderTest, runNode, useSandbox } from './harness.mts';

const api = useSandbox();

const get = {
	resource: 'trunkGroup',
	operation: 'get',
	trunkGroupId: { __rl: true, mode: 'id', value: '={{ $json.id }}' },
};
const items = [{ id: 10897 }, { id: 1 }, { id: 'x' }, { id: 8375 }];

const NOT_FOUND = {
	error: expect.stringContaining('Trunk Group 1 was not found'),
	description: expect.stringMatching(/code 4005, HTTP 422/),
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
	error: `'Trunk Group' must be a number, not "x"`,
	description: expect.stringContaining('Choose one from the list'),
	code: null,
	http_status: null,
	api_request_id: null,
	details: [],
};

describe('when the node stops at an error', () => {
	test('and an item has bad input, nothing is sent', async () => {
		const { error } = await api.run(get, items);
		expect(error?.message).toBe(NOT_A_NUMBER.error);
		expect(error?.context).toMatchObject({ itemIndex: 2 });
		expect(api.sandbox.requests).toHaveLength(0);
	});

	test('and several items fail, the error is that of the first', async () => {
		const { error } = await api.run(get, [{ id: 10897 }, { id: 1 }, { id: 2 }]);
		expect(error?.message).toContain('Trunk Group 1 was not found');
		expect(error?.context).toMatchObject({ itemIndex: 1 });
		expect(error?.name).toBe('NodeApiError');
	});

	test('and an expression fails, the error names its item', async () => {
		const parameters = {
			...get,
			trunkGroupId: { __rl: true, mode: 'id', value: '={{ $json.a.b.c }}' },
		};
		const { error } = await api.run(parameters, [{ a: { b: { c: 8375 } } }, {}]);
		expect(error).toBeDefined();
		expect(error).not.toBeInstanceOf(NodeApiError);
		expect(error?.context).toMatchObject({ itemIndex: 1 });
	});
});

describe('when the node goes on after an error', () => {
	test.each([{ onError: 'continueRegularOutput' as const }, { continueOnFail: true }])(
		'with %j, a failed item says all; the others are unaffected',
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
});

describe('what was done before an error', () => {
	const DELETE = { resource: 'number', operation: 'delete' };
	const remove = { ...DELETE, number: { __rl: true, mode: 'number', value: '={{ $json.n }}' } };
	const NUMBERS = ['12074069000', '12074069001', '12074069002'].map((n) => ({ n }));

	test('is named, with how to go on', async () => {
		const path = `/numbers/${NUMBERS[2].n}`;
		api.sandbox.fault({
			match: { path },
			kind: 'status',
			status: 422,
			body: {
				status: 422,
				api_request_id: 'r',
				errors: [{ code: 1000, title: 'Invalid Request', detail: 'Busy' }],
			},
		});
		const { error } = await api.run(remove, NUMBERS);
		expect(error?.message).toContain('Busy');
		expect(error?.description).toContain(
			'Before this error, the run deleted: number 12074069000, number 12074069001. This is not undone.',
		);
		expect(error?.description).toMatch(/retry this execution.*or remove these items/);
	});

	test('is not named where nothing was done, nor by operations that only read', async () => {
		const unknown = await api.run(remove, [{ n: '12079999999' }]);
		expect(unknown.error?.description).not.toContain('Before this error');
		const read = await api.run(get, [{ id: 10897 }, { id: 1 }]);
		expect(read.error?.description).not.toContain('Before this error');
	});
});

test('several items are read at the same time, and come out in order of the input', async () => {
	api.sandbox.gather(5);
	const many = Array.from({ length: 40 }, (_, index) => ({ id: index % 2 ? 8375 : 10897 }));
	const result = await api.run(get, many);
	expect(jsonOf(result).map((group) => group.id)).toEqual(many.map(({ id }) => id));
	expect(api.sandbox.mostInFlight()).toBe(5);
});

test('when an item has a credential of its own, its request is sent with that', async () => {
	const base = credentialFor(api.sandbox);
	const credential = { ...base, apiKey: `={{ $json.right ? "${base.apiKey}" : "wrong" }}` };
	const result = await runNode({
		parameters: get,
		items: [{ id: 8375, right: true }, { id: 8375 }, { id: 8375, right: true }],
		credential,
		settings: { onError: 'continueRegularOutput' },
	});
	expect(jsonOf(result).map((json) => json.code ?? json.id)).toEqual([8375, 2000, 8375]);
});

test('items are written one after the other', async () => {
	api.sandbox.settings.latencyMs = 5;
	const names = Array.from({ length: 5 }, (_, index) => ({ name: `Group ${index}` }));
	const create = { resource: 'trunkGroup', operation: 'create', name: '={{ $json.name }}' };
	expect(jsonOf(await api.run(create, names))).toHaveLength(5);
	expect(api.sandbox.mostInFlight()).toBe(1);
});

describe('an operation that the node does not have', () => {
	const CUSTOM_API_CALL = '__CUSTOM_API_CALL__';

	test.each([{ resource: 'number', operation: CUSTOM_API_CALL }, { resource: CUSTOM_API_CALL }])(
		"as n8n's own entry Custom API Call (%j), is answered with what to do instead",
		async (chosen) => {
			const { error } = await api.run(chosen);
			expect(error?.message).toBe('A custom API call needs an HTTP Request node');
			expect(error?.description).toContain('Predefined Credential Type');
			expect(error?.context).toMatchObject({ itemIndex: 0 });
			expect(api.sandbox.requests).toHaveLength(0);
		},
	);

	test.each(['constructor', '__proto__', 'toString', ''])(
		'as of the resource %j, is refused',
		async (resource) => {
			const { error } = await api.run({ resource, operation: 'getAll' });
			expect(error?.message).toMatch(/^Unknown operation ".*" for resource/);
		},
	);

	test('and the node goes on, fails each item: none is passed on as if it were done', async () => {
		const chosen = { resource: 'number', operation: CUSTOM_API_CALL };
		const input = [{ id: 1 }, { id: 2 }];
		const failed = {
			error: 'A custom API call needs an HTTP Request node',
			description: expect.stringContaining('Predefined Credential Type'),
			code: null,
			http_status: null,
			api_request_id: null,
			details: [],
		};
		const regular = await api.run(chosen, input, { onError: 'continueRegularOutput' });
		expect(jsonOf(regular)).toEqual([failed, failed]);
		expect(regular.items.map((item) => item.pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
		const branched = await api.run(chosen, input, { onError: 'continueErrorOutput' });
		expect(branched.items).toEqual([]);
		expect(branched.errorItems.map((item) => item.json)).toEqual([
			{ id: 1, ...failed },
			{ id: 2, ...failed },
		]);
	});
});

describe('Requests at the Same Time', () => {
	const many = Array.from({ length: 30 }, () => ({ id: 8375 }));

	test.each([1, 3, 20])('when it is %d, there are as many at most', async (concurrency) => {
		api.sandbox.gather(concurrency);
		expect(jsonOf(await api.run({ ...get, options: { concurrency } }, many))).toHaveLength(30);
		expect(api.sandbox.mostInFlight()).toBe(concurrency);
	});

	test('items and pages are counted together', async () => {
		api.sandbox.state.seedOrders(800);
		api.sandbox.gather(2);
		const list = { resource: 'order', operation: 'getAll', returnAll: true };
		const result = await api.run({ ...list, options: { concurrency: 2 } }, [{}, {}, {}]);
		expect(jsonOf(result)).toHaveLength(3 * api.sandbox.state.orders.length);
		expect(api.sandbox.mostInFlight()).toBe(2);
	});

	test('when it is refused and the node goes on, each item fails: none is passed on as it came', async () => {
		const parameters = { ...get, options: { concurrency: '={{ $json.at }}' } };
		const list = [
			{ id: 10897, at: 'x' },
			{ id: 8375, at: 2 },
		];
		const result = await api.run(parameters, list, { onError: 'continueRegularOutput' });
		expect(jsonOf(result)).toMatchObject([
			{ error: expect.stringContaining("'Requests at the Same Time'") },
			{ id: 8375, name: expect.any(String) },
		]);
	});

	test.each([0, 21, 1.5, 'x'])('when it is %j, it is refused', async (concurrency) => {
		const { error } = await api.run({ ...get, options: { concurrency } }, many);
		expect(error?.message).toContain("'Requests at the Same Time' must be a whole number");
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

test('the subtitle speaks the words of the menus', () => {
	const { description } = new IdtExpress();
	const nodeTypes: INodeTypes = {
		getByName: () => new IdtExpress(),
		getByNameAndVersion: () => new IdtExpress(),
		getKnownTypes: () => ({}),
	};
	const subtitleOf = (parameters: INodeParameters) => {
		const nodes = [nodeUnderTest(parameters)];
		const workflow = new Workflow({ nodes, connections: {}, active: false, nodeTypes });
		const [node] = nodes;
		return workflow.expression.getSimpleParameterValue(
			workflow.nodes[node.name],
			description.subtitle,
			'internal',
			{},
		);
	};
	expect(subtitleOf({ resource: 'didGroup', operation: 'getAll' })).toBe('Get Many: DID Group');
	expect(subtitleOf({ resource: 'number', operation: 'setCnam' })).toBe(
		'Set Caller ID (CNAM): Number',
	);
	expect(subtitleOf({ resource: 'order', operation: 'create' })).toBe('Create: Order');
});

test('the editor is told to warn where several orders would be placed', () => {
	const [hint]: Array<{ displayCondition?: string; message: string }> =
		new IdtExpress().description.hints ?? [];
	expect(hint.message).toContain('for each input item');
	expect(hint.displayCondition).toContain('$input.all().length > 1');
});
