import { timing } from '../../nodes/IdtExpress/api/timing';
import type { Fault } from '../sandbox/faults.mts';
import type { ListOrder } from '../sandbox/settings.mts';
import {
	credentialFor,
	jsonOf,
	nodeUnderTest,
	runNode,
	runWorkflow,
	shortenWaits,
	START,
	useSandbox,
} from './harness.mts';
import { BRUNSWICK, buy, LONDON, loseAnswer, placedIn, refusal, RETRY } from './purchases.mts';

const api = useSandbox();
shortenWaits();

const placed = () => placedIn(api.sandbox);
const posts = () =>
	api.sandbox.requests.filter(
		({ method, body }) => method === 'POST' && !(body as { preview?: boolean }).preview,
	);

describe('an order', () => {
	test('is placed by quantity', async () => {
		const [order] = jsonOf(await api.run(buy()));
		expect(order).toMatchObject({
			status: 'Created',
			ordered_quantity: 2,
			fulfilled_quantity: 0,
			missing_quantity: 2,
			did_group_id: LONDON,
			numbers: [],
		});
		expect(order).not.toHaveProperty('timed_out');
		expect(posts()[0].body).toEqual({ order_items: [{ did_group_id: LONDON, quantity: 2 }] });
	});

	test.each([
		[['BW-US-2074063050', 'BW-US-2074063057']],
		['BW-US-2074063050, BW-US-2074063057'],
		['={{ ["BW-US-2074063050", "BW-US-2074063057"] }}'],
		['={{ [{ number: "1", sku: "BW-US-2074063050" }, { sku: "BW-US-2074063057" }] }}'],
	])('is placed by SKU, given as %j', async (didSkus) => {
		const didGroupId = { __rl: true, mode: 'id', value: BRUNSWICK };
		await api.run(buy({ orderBy: 'skus', didGroupId, didSkus }));
		expect(posts()[0].body).toEqual({
			order_items: [
				{ did_group_id: BRUNSWICK, did_skus: ['BW-US-2074063050', 'BW-US-2074063057'] },
			],
		});
	});

	test.each([
		[{ quantity: 0 }, /Quantity must be a whole number from 1 to 100/],
		[{ quantity: 101 }, /Quantity must be/],
		[{ quantity: 1.5 }, /Quantity must be/],
		[{ orderBy: 'skus', didSkus: '={{ [] }}' }, /SKU Names or IDs is empty/],
		[{ orderBy: 'skus', didSkus: '={{ Array.from({length: 101}, (_, i) => "s" + i) }}' }, /101/],
		[{ orderBy: 'price' }, /Order By must be quantity or skus/],
		[{ options: { spendLimit: '={{ "much" }}' } }, /Spend Limit must be an amount/],
		[{ options: { spendLimit: '={{ null }}' } }, /Spend Limit must be an amount/],
		[{ options: { waitForFulfillment: true, waitTimeout: 0 } }, /Wait Timeout must be/],
	])('with %j is refused before a request is sent', async (parameters, message) => {
		const { error } = await api.run(buy(parameters));
		expect(error?.message).toMatch(message);
		expect(api.sandbox.requests).toHaveLength(0);
	});

	test('that the account cannot pay says what to do', async () => {
		api.sandbox.settings.funds = '0.31';
		const { error } = await api.run(buy());
		expect(error?.message).toBe('Insufficient Funds');
		expect(error?.description).toMatch(/cost: 8.40, account balance: 0.31.*Add funds/);
	});
});

describe('Preview Only', () => {
	test('tells the cost and buys nothing', async () => {
		const [preview] = jsonOf(await api.run(buy({ preview: true, quantity: 3 })));
		expect(preview).toMatchObject({
			item_status: 'Preview',
			setup_fee: '1.25',
			monthly_fee: '2.95',
			total_setup_fee: '3.75',
			total_monthly_fee: '8.85',
			total_due_now: '12.60',
			in_stock_quantity: 90,
		});
		expect(placed()).toHaveLength(0);
	});

	test("gives the API's own object where it is not simplified", async () => {
		const [preview] = jsonOf(await api.run(buy({ preview: true, simplify: false })));
		expect(preview).not.toHaveProperty('total_due_now');
		expect(preview).toHaveProperty('order_items');
	});

	test('is harmless, so it is tried again like a read', async () => {
		api.sandbox.fault({ kind: 'html', times: 3 });
		expect(jsonOf(await api.run(buy({ preview: true })))).toHaveLength(1);
		expect(placed()).toHaveLength(0);
	});
});

describe('Retry On Fail', () => {
	const items = [{ quantity: 1 }, { quantity: 2 }, { quantity: 3 }];
	const each = buy({ quantity: '={{ $json.quantity }}' });

	test('orders what is missing and returns what was ordered', async () => {
		api.sandbox.fault({ ...refusal(1000), skip: 2 });
		const orders = jsonOf(await api.run(each, items, RETRY));
		expect(orders.map((order) => order.ordered_quantity)).toEqual([1, 2, 3]);
		expect(placed().map(({ quantity }) => quantity)).toEqual([1, 2, 3]);
		expect(orders.map((order) => order.id)).toEqual(placed().map(({ id }) => id));
	});

	test('buys nothing twice where n8n runs the node again without an exception', async () => {
		// The first item fails under Continue On Fail: n8n sees its json.error, and runs all again.
		api.sandbox.fault(refusal(1000));
		const result = await api.run(each, items, { ...RETRY, onError: 'continueRegularOutput' });
		expect(jsonOf(result).map((order) => order.ordered_quantity)).toEqual([1, 2, 3]);
		expect(
			placed()
				.map(({ quantity }) => quantity)
				.sort(),
		).toEqual([1, 2, 3]);
	});

	test('places alike orders of several items as often as they are wanted', async () => {
		api.sandbox.fault({ ...refusal(1000), skip: 1 });
		const orders = jsonOf(await api.run(buy(), [{}, {}, {}], RETRY));
		expect(new Set(orders.map((order) => order.id)).size).toBe(3);
		expect(placed()).toHaveLength(3);
	});
});

test('another execution and another node buy again', async () => {
	await api.run(buy());
	await api.run(buy());
	expect(placed()).toHaveLength(2);
	const second = { ...nodeUnderTest(buy()), id: 'second', name: 'Second' };
	await runWorkflow({
		nodes: [START, nodeUnderTest(buy()), second],
		connections: {
			Start: { main: [[{ node: 'IDT Express', type: 'main', index: 0 }]] },
			'IDT Express': { main: [[{ node: 'Second', type: 'main', index: 0 }]] },
		},
		start: { node: 'Start', items: [{}] },
		credential: credentialFor(api.sandbox),
	});
	expect(placed()).toHaveLength(4);
});

test("a loop's next round buys again", async () => {
	const run = await runWorkflow({
		nodes: [
			START,
			{ ...nodeUnderTest(buy()), name: 'IDT Express' },
			{ ...START, id: 'loop', name: 'Loop', type: 'loop' },
		],
		connections: {
			Start: { main: [[{ node: 'Loop', type: 'main', index: 0 }]] },
			Loop: { main: [[{ node: 'IDT Express', type: 'main', index: 0 }]] },
			'IDT Express': { main: [[{ node: 'Loop', type: 'main', index: 0 }]] },
		},
		start: { node: 'Start', items: [{}] },
		credential: credentialFor(api.sandbox),
		types: {
			loop: {
				description: {
					displayName: 'Loop',
					name: 'loop',
					group: ['transform'],
					version: 1,
					description: '',
					defaults: { name: 'Loop' },
					inputs: ['main'],
					outputs: ['main'],
					properties: [],
				},
				async execute() {
					const context = this.getContext('node');
					context.rounds = Number(context.rounds ?? 0) + 1;
					return Number(context.rounds) > 4 ? [[]] : [[{ json: { same: true } }]];
				},
			},
		},
	});
	expect(run.status).toBe('success');
	expect(placed()).toHaveLength(4);
});

test('Retry execution goes on where the failed one stopped', async () => {
	api.sandbox.fault({ ...refusal(1000), skip: 1 });
	const workflow = {
		nodes: [START, nodeUnderTest(buy())],
		connections: { Start: { main: [[{ node: 'IDT Express', type: 'main' as const, index: 0 }]] } },
		start: { node: 'Start', items: [{}, {}] },
		credential: credentialFor(api.sandbox),
	};
	const failed = await runWorkflow(workflow);
	expect(failed.data.resultData.error).toBeDefined();
	expect(placed()).toHaveLength(1);

	// As n8n stores it, and as it prepares it for the new execution.
	const resume = JSON.parse(JSON.stringify(failed.data)) as typeof failed.data;
	delete resume.resultData.error;
	delete resume.resultData.runData['IDT Express'];
	const retried = await runWorkflow({ ...workflow, resume });
	expect(retried.status).toBe('success');
	expect(placed()).toHaveLength(2);
});

describe('a lost answer', () => {
	type Lost = Pick<Fault, 'kind' | 'when'> & { name: string };
	const LOST: Lost[] = [
		{ name: 'cut before the write', kind: 'drop', when: 'before' },
		{ name: 'cut after the write', kind: 'drop', when: 'after' },
		{ name: '502 before the write', kind: 'html', when: 'before' },
		{ name: '502 after the write', kind: 'html', when: 'after' },
		{ name: 'half a body', kind: 'cutBody', when: 'after' },
		{ name: 'half a body said to be whole', kind: 'truncate', when: 'after' },
		{ name: 'empty', kind: 'empty', when: 'after' },
		{ name: 'never, before the write', kind: 'hang', when: 'before' },
		{ name: 'never, after the write', kind: 'hang', when: 'after' },
	];
	const SORTS: ListOrder[] = ['newest', 'oldest', 'shuffled', 'random'];
	const PLACES = [0, 1, 2];
	const matrix = LOST.flatMap((lost) =>
		SORTS.flatMap((sort) => PLACES.map((place) => [lost.name, sort, place, lost] as const)),
	);

	let usual: number;
	beforeAll(() => {
		usual = timing.requestTimeout;
		timing.requestTimeout = 1_000;
	});
	afterAll(() => {
		timing.requestTimeout = usual;
	});

	test.each(matrix)(
		'%s, list %s, item %d: as many orders as wanted',
		async (_n, sort, place, lost) => {
			Object.assign(api.sandbox.settings, { ordersSort: sort });
			const { kind, when } = lost;
			api.sandbox.fault({ kind, when, match: { method: 'POST' }, skip: place });
			const orders = jsonOf(await api.run(buy(), [{}, {}, {}], RETRY));
			expect(placed()).toHaveLength(3);
			expect(orders.map((order) => order.id).sort()).toEqual(
				placed()
					.map(({ id }) => id)
					.sort(),
			);
		},
	);

	test.each(SORTS)('is found among many orders, list %s', async (sort) => {
		Object.assign(api.sandbox.settings, { ordersSort: sort === 'random' ? 'shuffled' : sort });
		api.sandbox.state.seedOrders(250);
		api.sandbox.fault({ kind: 'drop', when: 'after', match: { method: 'POST' } });
		const before = api.sandbox.state.orders.length;
		const [order] = jsonOf(await api.run(buy()));
		expect(api.sandbox.state.orders).toHaveLength(before + 1);
		expect(order.id).toBe(api.sandbox.state.orders.at(-1)?.id);
	});

	test.each([
		['an older one', { createdAt: -3_600_000 }],
		['one of the same moment', { createdAt: 0 }],
	])('is not taken for a look-alike: %s', async (_name, { createdAt }) => {
		const { state } = api.sandbox;
		state.addOrder({ groupId: LONDON, quantity: 2, createdAt: state.now() + createdAt });
		api.sandbox.fault({ kind: 'drop', when: 'after', match: { method: 'POST' } });
		const [order] = jsonOf(await api.run(buy()));
		expect(order.id).toBe(state.orders.at(-1)?.id);
		expect(placed()).toHaveLength(2);
	});

	test.each([
		['another group', { groupId: BRUNSWICK, quantity: 2 }],
		['another quantity', { groupId: LONDON, quantity: 3 }],
		[
			'other SKUs',
			{
				groupId: LONDON,
				quantity: 2,
				skus: [
					{ number: '1', sku: 'a' },
					{ number: '2', sku: 'b' },
				],
			},
		],
	])('is not taken for an order of %s that comes meanwhile', async (_name, other) => {
		const { state } = api.sandbox;
		api.sandbox.fault({ kind: 'drop', when: 'before', match: { method: 'POST' } });
		let done = false;
		api.sandbox.onRequest = ({ method }) => {
			if (method !== 'POST' || done) return;
			done = true;
			state.addOrder(other);
		};
		const [order] = jsonOf(await api.run(buy()));
		expect(order).toMatchObject({ did_group_id: LONDON, ordered_quantity: 2 });
		expect(placed()).toHaveLength(2);
		expect(order.id).toBe(placed()[1].id);
	});

	test('among several alike ones that come at the same moment is not guessed', async () => {
		const { state } = api.sandbox;
		api.sandbox.fault({ kind: 'drop', when: 'after', match: { method: 'POST' } });
		let done = false;
		api.sandbox.onRequest = ({ method }) => {
			if (method !== 'POST' || done) return;
			done = true;
			state.addOrder({ groupId: LONDON, quantity: 2 });
		};
		const { error } = await api.run(buy());
		expect(error?.message).toBe('The order may have been placed');
		expect(error?.description).toMatch(/several alike orders.*2 numbers of DID group 7001/);
		expect(error?.description).toContain('"did_group_id":7001,"quantity":2');
		expect(posts()).toHaveLength(1);
	});

	test('shows itself a little later', async () => {
		const { state } = api.sandbox;
		api.sandbox.fault({ kind: 'drop', when: 'after', match: { method: 'POST' } });
		const all = state.orders;
		let looks = 0;
		api.sandbox.onRequest = ({ method, path }) => {
			if (method !== 'GET' || path !== '/orders' || all.length === 3) return;
			// The first look does not show it.
			state.orders = ++looks === 1 ? all.slice(0, 3) : all;
			state.revision.orders++;
		};
		jsonOf(await api.run(buy()));
		expect(posts()).toHaveLength(1);
		expect(all).toHaveLength(4);
	});

	test('that cannot be looked up says so; the next try by n8n looks before it buys', async () => {
		loseAnswer(api.sandbox);
		const { error } = await api.run(buy());
		expect(error?.message).toBe('The order may have been placed');
		expect(error?.description).toContain('looking it up failed too');
		expect(placed()).toHaveLength(1);

		api.sandbox.reset();
		loseAnswer(api.sandbox);
		const [order] = jsonOf(await api.run(buy(), [{}], RETRY));
		expect(placed().map(({ id }) => id)).toEqual([order.id]);
		expect(posts()).toHaveLength(1);
	});

	test('does not claim the alike order of another item', async () => {
		api.sandbox.fault({ kind: 'drop', when: 'before', match: { method: 'POST' } });
		api.sandbox.fault({ match: { method: 'GET' }, kind: 'status', status: 503, times: 4, skip: 1 });
		// The first item cannot be told, the second is placed; then n8n runs both again.
		const settings = { ...RETRY, onError: 'continueRegularOutput' as const };
		const orders = jsonOf(await api.run(buy(), [{}, {}], settings));
		expect(placed()).toHaveLength(2);
		expect(new Set(orders.map((order) => order.id)).size).toBe(2);
	});

	test('in a long list without any order is not guessed', async () => {
		Object.assign(api.sandbox.settings, { ordersSort: 'shuffled', maxPageSize: 10 });
		api.sandbox.state.seedOrders(300);
		api.sandbox.fault({ kind: 'drop', when: 'after', match: { method: 'POST' } });
		const { error } = await api.run(buy());
		expect(error?.message).toBe('The order may have been placed');
		expect(error?.description).toContain('listed in no order');
		expect(posts()).toHaveLength(1);
	});

	test('is found whatever the clock of the server says', async () => {
		Object.assign(api.sandbox.settings, { clockOffsetMs: -86_400_000, dateHeader: false });
		api.sandbox.fault({ kind: 'drop', when: 'after', match: { method: 'POST' } });
		jsonOf(await api.run(buy()));
		expect(placed()).toHaveLength(1);
	});

	test('an order is not even tried where the account cannot be read first', async () => {
		api.sandbox.fault({ match: { method: 'GET' }, kind: 'status', status: 503, times: 9 });
		const { error } = await api.run(buy());
		expect(error?.message).toBe('IDT Express could not answer');
		expect(posts()).toHaveLength(0);
	});
});

describe('the spend limit', () => {
	// Two London numbers cost 2 × (1.25 + 2.95) = 8.40.
	test.each([
		['8.40', true],
		[8.4, true],
		['8.39', false],
		[0, false],
		['100', true],
	])('%j: placed %j', async (spendLimit, isPlaced) => {
		const { error } = await api.run(buy({ options: { spendLimit } }));
		expect(placed()).toHaveLength(isPlaced ? 1 : 0);
		if (!isPlaced) {
			expect(error?.message).toMatch(/it costs 8\.40, the limit is .*, already spent 0\.00/);
		}
	});

	test('holds over all items of a run together', async () => {
		const result = await api.run(buy({ options: { spendLimit: '16.80' } }), [{}, {}, {}], {
			onError: 'continueRegularOutput',
		});
		expect(placed()).toHaveLength(2);
		expect(jsonOf(result)[2].error).toBe(
			'The order would exceed the Spend Limit: it costs 8.40, the limit is 16.80, already spent 16.80',
		);
	});

	test('holds over retries', async () => {
		const parameters = buy({ options: { spendLimit: '16.80' } });
		const { error } = await api.run(parameters, [{}, {}, {}], RETRY);
		expect(error?.message).toContain('would exceed the Spend Limit');
		expect(placed()).toHaveLength(2);
	});

	test('adds exactly where floating point does not', async () => {
		const mexico = { __rl: true, mode: 'id', value: 13001 };
		// 3 × (0.10 + 3.33) = 10.29
		const parameters = buy({ didGroupId: mexico, quantity: 1, options: { spendLimit: 10.29 } });
		expect(jsonOf(await api.run(parameters, [{}, {}, {}]))).toHaveLength(3);
	});

	test('counts an order that may have been placed', async () => {
		api.sandbox.fault({ kind: 'drop', when: 'after', match: { method: 'POST' }, skip: 1 });
		api.sandbox.fault({ match: { method: 'GET' }, kind: 'status', status: 503, times: 4, skip: 1 });
		const result = await api.run(buy({ options: { spendLimit: '8.40' } }), [{}, {}], {
			onError: 'continueRegularOutput',
		});
		expect(jsonOf(result).map((json) => json.error)).toEqual([
			'The order may have been placed',
			expect.stringContaining('would exceed the Spend Limit'),
		]);
		expect(placed()).toHaveLength(1);
	});

	test('without fees in the preview nothing is bought', async () => {
		api.sandbox.fault({
			match: { method: 'POST' },
			kind: 'status',
			status: 200,
			body: { order: { id: null, order_items: [{ ordered: { quantity: 2 } }] }, meta: {} },
		});
		const { error } = await api.run(buy({ options: { spendLimit: 100 } }));
		expect(error?.message).toContain('could not be checked against the Spend Limit');
		expect(placed()).toHaveLength(0);
	});
});

describe('waiting', () => {
	const waitFor = (waitTimeout: number) =>
		buy({ options: { waitForFulfillment: true, waitTimeout } });

	test('returns the order with its numbers when it is finished', async () => {
		api.sandbox.settings.fulfilment = { mode: 'auto', processingMs: 5, completeMs: 30 };
		const [order] = jsonOf(await api.run(waitFor(60)));
		expect(order).toMatchObject({
			status: 'Complete',
			ordered_quantity: 2,
			fulfilled_quantity: 2,
			missing_quantity: 0,
			timed_out: false,
		});
		expect(order.numbers).toHaveLength(2);
	});

	test('returns the order as it stands when the time is up', async () => {
		const [order] = jsonOf(await api.run(waitFor(1)));
		expect(order).toMatchObject({ status: 'Created', missing_quantity: 2, timed_out: true });
		expect(placed()).toHaveLength(1);
	});

	test('a partial delivery that ends is finished', async () => {
		api.sandbox.onRequest = ({ method, path }) => {
			const order = placed()[0];
			if (method !== 'GET' || path === '/orders' || order?.status === 'Complete') return;
			api.sandbox.state.fulfil(order.id, 1);
			api.sandbox.state.end(order.id, 'backorder');
		};
		const [order] = jsonOf(await api.run(waitFor(60)));
		expect(order).toMatchObject({
			item_status: 'Partially Fulfilled – Backorder Canceled',
			fulfilled_quantity: 1,
			missing_quantity: 1,
			timed_out: false,
		});
	});

	test('a look-up that fails does not fail the purchase', async () => {
		api.sandbox.settings.fulfilment = { mode: 'auto', processingMs: 5, completeMs: 30 };
		api.sandbox.fault({
			match: { path: /^\/v1\/dids\/orders\/./ },
			kind: 'status',
			status: 500,
			times: 9,
		});
		api.sandbox.fault({ match: { path: /orders\/./ }, kind: 'status', status: 500, times: 9 });
		const [order] = jsonOf(await api.run(waitFor(60)));
		expect(order).toMatchObject({ fulfilled_quantity: 2, timed_out: false });
		expect(placed()).toHaveLength(1);
	});

	test('several orders are waited for together, after all are placed', async () => {
		const result = jsonOf(await api.run(waitFor(1), [{}, {}, {}, {}]));
		expect(result.map((order) => order.timed_out)).toEqual([true, true, true, true]);
		const requests = api.sandbox.requests;
		const lastPost = requests.map(({ method }) => method).lastIndexOf('POST');
		const firstLook = requests.findIndex(({ path }) => /^\/orders\/./.test(path));
		expect(firstLook).toBeGreaterThan(lastPost);
	});
});

test('what is remembered holds no secret, and stays small', async () => {
	const run = await runNode({
		parameters: buy(),
		items: Array.from({ length: 20 }, () => ({})),
		credential: credentialFor(api.sandbox),
	});
	const memory = JSON.stringify(run.run.data.executionData?.contextData);
	expect(memory).not.toMatch(/sandbox-key|sandbox-secret/);
	expect(memory.length / 20).toBeLessThan(1_500);
});
