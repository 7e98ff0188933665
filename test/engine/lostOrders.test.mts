import type { IDataObject, INodeParameters, INodeType } from 'n8n-workflow';
import { timing } from '../../nodes/IdtExpress/api/timing';
import type { Deviations } from '../sandbox/deviations.mts';
import type { Fault } from '../sandbox/faults.mts';
import type { ListOrder } from '../sandbox/settings.mts';
import {
	credentialFor,
	jsonOf,
	nodeUnderTest,
	runWorkflow,
	shortenWaits,
	START,
	useSandbox,
} from './harness.mts';
import {
	BRUNSWICK,
	buy,
	CONTINUE,
	isPreview,
	LONDON,
	loseAnswer,
	ORDER,
	placedIn,
	refusal,
	RETRY,
	sentTo,
} from './purchases.mts';

/** Orders whose answer is lost: the order is found, or surely absent, or the error says that it may exist. */

const api = useSandbox();
shortenWaits();

const placed = () => placedIn(api.sandbox);
const sent = () => sentTo(api.sandbox);
/** The orders of two numbers in London, whatever else the account holds. */
const wanted = () =>
	api.sandbox.state.orders.filter(
		({ item, quantity }) => item.groupId === LONDON && quantity === 2,
	);

const BEFORE: Fault = { kind: 'drop', when: 'before', match: ORDER };
const AFTER: Fault = { kind: 'drop', when: 'after', match: ORDER };
const MAYBE = 'The order may have been placed';
const NOT_PLACED = 'The order was not placed';

const oneNode = (parameters: INodeParameters) => ({
	nodes: [START, nodeUnderTest(parameters)],
	connections: { Start: { main: [[{ node: 'IDT Express', type: 'main' as const, index: 0 }]] } },
	start: { node: 'Start', items: [{}] },
	credential: credentialFor(api.sandbox),
});

type Run = Awaited<ReturnType<typeof runWorkflow>>;

/** As n8n stores a failed execution, and as it prepares it for *Retry execution*. */
function stored(failed: Run): Run['data'] {
	const resume = JSON.parse(JSON.stringify(failed.data)) as Run['data'];
	delete resume.resultData.error;
	delete resume.resultData.runData['IDT Express'];
	return resume;
}

/** Calls back with every order that is sent, counted from 1. */
function onOrder(react: (count: number) => void): void {
	let count = 0;
	api.sandbox.onRequest = ({ method, path, body }) => {
		if (method === 'POST' && path === '/orders' && !isPreview(body)) react(++count);
	};
}

describe('in one try', () => {
	test('when the order was placed, it is found and sent once', async () => {
		api.sandbox.fault(AFTER);
		const [order] = jsonOf(await api.run(buy()));
		expect(placed().map(({ id }) => id)).toEqual([order.id]);
		expect(sent()).toHaveLength(1);
	});

	test('when it was not placed, the error says so, and it is not sent again', async () => {
		api.sandbox.fault(BEFORE);
		const { error } = await api.run(buy());
		expect(error?.message).toBe(NOT_PLACED);
		expect(error?.description).toMatch(/was not carried out.*with Retry On Fail/);
		expect(sent()).toHaveLength(1);
		expect(placed()).toHaveLength(0);
	});

	test.each<[Deviations, ListOrder]>([
		[{ total: 'page' }, 'oldest'],
		[{ total: 'zero' }, 'oldest'],
		[{ total: 'page' }, 'newest'],
	])(
		'when totals say %j (list %s first), an older order alike is not taken for it',
		async (deviations, ordersSort) => {
			const { state, settings } = api.sandbox;
			settings.ordersSort = ordersSort;
			state.seedOrders(240);
			state.addOrder({ groupId: LONDON, quantity: 2, createdAt: Date.now() - 10_000 });
			settings.deviations = deviations;
			api.sandbox.fault(BEFORE);
			const { error } = await api.run(buy());
			expect([MAYBE, NOT_PLACED]).toContain(error?.message);
		},
	);

	test('when the size of a page is given as 0, it is not known, and one more page is read', async () => {
		const old = { created_at: '2020-01-01T00:00:00.000Z' };
		const orders = ['a', 'b', 'c'].map((id) => ({ id, ...old }));
		const body = { orders, meta: { total: 3, page_size: 0 } };
		const match = { method: 'GET', path: '/orders' };
		api.sandbox.fault({ match, kind: 'status', status: 200, body, times: 9 });
		await api.run(buy());
		const reads = api.sandbox.requests.filter(
			({ method, path }) => method === 'GET' && path === '/orders',
		);
		expect(reads).toHaveLength(2);
	});

	test('when it cannot be looked up, the error says so; the next try looks before it buys', async () => {
		loseAnswer(api.sandbox);
		const { error } = await api.run(buy());
		expect(error?.message).toBe(MAYBE);
		expect(error?.description).toContain('it could not be looked up');
		expect(error?.description).toContain('2 numbers of DID group 7001');
		expect(error?.description).toContain('"did_group_id":7001,"quantity":2');
		expect(placed()).toHaveLength(1);

		api.sandbox.reset();
		loseAnswer(api.sandbox);
		const [order] = jsonOf(await api.run(buy(), [{}], RETRY));
		expect(placed().map(({ id }) => id)).toEqual([order.id]);
		expect(sent()).toHaveLength(1);
	});

	test('with Continue On Fail, the output says all that the error says', async () => {
		loseAnswer(api.sandbox);
		const [output] = jsonOf(await api.run(buy(), [{}], CONTINUE));
		expect(output.error).toBe(MAYBE);
		expect(output.description).toMatch(/could not be looked up.*check with Order → Get Many/);
	});

	test.each([300, 303, 304, 400, 403, 404, 409, 413, 425, 429, 499])(
		'when a gateway answers %d with a page of its own, the order is found, never bought twice',
		async (status) => {
			api.sandbox.fault({ kind: 'html', when: 'after', match: ORDER, status });
			const [order] = jsonOf(await api.run(buy(), [{}], RETRY));
			expect(placed().map(({ id }) => id)).toEqual([order.id]);
		},
	);

	test('when the order shows up in the list a little later, it is found', async () => {
		api.sandbox.settings.deviations = { listLag: 3 };
		api.sandbox.fault(AFTER);
		jsonOf(await api.run(buy()));
		expect(placed()).toHaveLength(1);
	});

	test('when Get Order does not know it at first, it is found', async () => {
		api.sandbox.settings.deviations = { orderNotFoundFirst: 3 };
		api.sandbox.fault(AFTER);
		jsonOf(await api.run(buy()));
		expect(placed()).toHaveLength(1);
	});
});

describe('with Retry On Fail there are as many orders as wanted', () => {
	type Lost = Pick<Fault, 'kind' | 'when' | 'status' | 'body'> & { name: string };
	const failedInWords = (name: string, body: unknown, status = 200): Lost[] =>
		(['before', 'after'] as const).map((when) => ({
			...{ name: `${name}, ${when} the order`, when },
			...{ kind: 'status', status, body },
		}));
	const LOST: Lost[] = [
		{ name: 'cut before the order', kind: 'drop', when: 'before' },
		{ name: 'cut after the order', kind: 'drop', when: 'after' },
		{ name: '502 before the order', kind: 'html', when: 'before' },
		{ name: '502 after the order', kind: 'html', when: 'after' },
		{ name: 'half a body', kind: 'cutBody', when: 'after' },
		{ name: 'half a body said to be whole', kind: 'truncate', when: 'after' },
		{ name: 'empty', kind: 'empty', when: 'after' },
		...failedInWords('a success with an error', { error: 'Upstream timed out' }),
		...failedInWords('a success with errors in words', { errors: ['Upstream timed out'] }),
		...failedInWords('a 429 of a proxy', { code: 429, message: 'Too fast' }, 429),
		...failedInWords('a 409 of a proxy', { error: { code: 409, message: 'In progress' } }, 409),
		...failedInWords('a 403 of a proxy', { message: 'The answer was blocked' }, 403),
		...failedInWords('a 400 of a proxy', { fault: { faultstring: 'Policy failed' } }, 400),
		{ name: 'never, before the order', kind: 'hang', when: 'before' },
		{ name: 'never, after the order', kind: 'hang', when: 'after' },
	];
	const SORTS: ListOrder[] = ['newest', 'oldest', 'shuffled', 'random'];
	const matrix = LOST.flatMap((lost, row) =>
		SORTS.map((sort, column) => [lost.name, sort, (row + column) % 3, lost] as const),
	);

	beforeEach(() => Object.assign(timing, { requestTimeout: 100 }));

	test.each(matrix)('when the answer is %s, list %s, item %d', async (_n, sort, place, lost) => {
		api.sandbox.settings.ordersSort = sort;
		api.sandbox.fault({ ...lost, match: ORDER, skip: place });
		const orders = jsonOf(await api.run(buy(), [{}, {}, {}], RETRY));
		expect(placed()).toHaveLength(3);
		expect(orders.map((order) => order.id).sort()).toEqual(
			placed()
				.map(({ id }) => id)
				.sort(),
		);
	});
});

describe('among other orders of the account', () => {
	test.each<[ListOrder, number]>([
		['newest', 250],
		['oldest', 250],
		['oldest', 297],
		['shuffled', 250],
	])('when the list comes %s and holds %d others, it is found', async (sort, count) => {
		api.sandbox.settings.ordersSort = sort;
		api.sandbox.state.seedOrders(count);
		api.sandbox.fault(AFTER);
		const before = api.sandbox.state.orders.length;
		const [order] = jsonOf(await api.run(buy()));
		expect(api.sandbox.state.orders).toHaveLength(before + 1);
		expect(order.id).toBe(api.sandbox.state.orders.at(-1)?.id);
	});

	test('when the list comes newest first, one request notes what it holds', async () => {
		api.sandbox.state.seedOrders(2_000, { endAt: api.sandbox.state.now() - 600_000 });
		jsonOf(await api.run(buy()));
		const lists = api.sandbox.requests.filter(
			({ path, method }) => path === '/orders' && method === 'GET',
		);
		expect(lists).toHaveLength(1);
	});

	test.each([
		['an older one', -3_600_000],
		['one of the same moment', 0],
	])('when there was a look-alike before (%s), it is not taken for it', async (_name, age) => {
		const { state } = api.sandbox;
		state.addOrder({ groupId: LONDON, quantity: 2, createdAt: state.now() + age });
		api.sandbox.fault(AFTER);
		const [order] = jsonOf(await api.run(buy()));
		expect(order.id).toBe(state.orders.at(-1)?.id);
		expect(placed()).toHaveLength(2);
	});

	test('when a new order is of another DID group, it proves that ours was not placed', async () => {
		api.sandbox.fault(BEFORE);
		onOrder((count) => {
			if (count === 1) api.sandbox.state.addOrder({ groupId: BRUNSWICK, quantity: 2 });
		});
		const { error } = await api.run(buy());
		expect(error?.message).toBe(NOT_PLACED);
	});

	test('when a new order has other SKUs, it proves that ours was not placed', async () => {
		api.sandbox.fault(BEFORE);
		const skus = [{ number: '1', sku: 'BW-US-1' }];
		onOrder((count) => {
			if (count === 1) api.sandbox.state.addOrder({ groupId: BRUNSWICK, quantity: 1, skus });
		});
		const didGroupId = { __rl: true, mode: 'id', value: BRUNSWICK };
		const parameters = buy({ didGroupId, orderBy: 'skus', didSkus: 'BW-US-2074063050' });
		const { error } = await api.run(parameters);
		expect(error?.message).toBe(NOT_PLACED);
	});

	test('when a new order says another quantity, that proves nothing', async () => {
		api.sandbox.fault(BEFORE);
		onOrder((count) => {
			if (count === 1) api.sandbox.state.addOrder({ groupId: LONDON, quantity: 3 });
		});
		const { error } = await api.run(buy(), [{}], RETRY);
		expect(error?.message).toBe(MAYBE);
		expect(sent()).toHaveLength(1);
	});

	test('when several alike ones come at the same moment, none is chosen', async () => {
		api.sandbox.fault(AFTER);
		onOrder((count) => {
			if (count === 1) api.sandbox.state.addOrder({ groupId: LONDON, quantity: 2 });
		});
		const { error } = await api.run(buy());
		expect(error?.message).toBe(MAYBE);
		expect(error?.description).toContain('several orders with the same content');
		expect(sent()).toHaveLength(1);
	});

	test('when another item has an alike order, that one is not taken', async () => {
		api.sandbox.fault(BEFORE);
		api.sandbox.fault({ match: { method: 'GET' }, kind: 'status', status: 503, times: 4, skip: 1 });
		// The first item is unknown, the second is placed; then n8n runs both again.
		const orders = jsonOf(await api.run(buy(), [{}, {}], { ...RETRY, ...CONTINUE }));
		expect(placed()).toHaveLength(2);
		expect(new Set(orders.map((order) => order.id)).size).toBe(2);
	});

	test('when another execution got the alike order, that one is not taken', async () => {
		// While the first execution cannot look, a second one buys the same.
		loseAnswer(api.sandbox);
		api.sandbox.clearFaults();
		api.sandbox.fault(BEFORE);
		let second: Promise<unknown> | undefined;
		onOrder((count) => {
			if (count === 1) second = api.run(buy());
		});
		timing.firstWait = 100;
		const { error } = await api.run(buy());
		await second;
		expect(error?.message).toBe(NOT_PLACED);
		expect(placed()).toHaveLength(1);
	});

	test('when two executions search at the same time, one order is not given to both', async () => {
		api.sandbox.fault(AFTER);
		api.sandbox.fault(BEFORE);
		const results = await Promise.all([api.run(buy()), api.run(buy())]);
		const said = results.map(({ error, items }) => error?.message ?? items[0].json.id);
		expect(said.sort()).toEqual([NOT_PLACED, placed()[0].id].sort());
	});

	test.each([
		['newest', 'page'],
		['oldest', 'page'],
		['shuffled', 'page'],
		['oldest', 'zero'],
		['oldest', 'negative'],
		['oldest', 'oneTooSmall'],
		['shuffled', 'oneTooLarge'],
		['oldest', 'missing'],
	] as const)(
		'when the list comes %s and its total is not the whole (%s), it is not bought twice',
		async (sort, total) => {
			Object.assign(api.sandbox.settings, { ordersSort: sort, deviations: { total } });
			api.sandbox.state.seedOrders(150);
			const before = api.sandbox.state.orders.length;
			api.sandbox.fault(AFTER);
			const { error } = await api.run(buy(), [{}], RETRY);
			expect([undefined, MAYBE]).toContain(error?.message);
			expect(api.sandbox.state.orders).toHaveLength(before + 1);
		},
	);

	test('when a long list comes in no order, nothing is guessed', async () => {
		Object.assign(api.sandbox.settings, { ordersSort: 'shuffled', maxPageSize: 10 });
		api.sandbox.state.seedOrders(300);
		api.sandbox.fault(AFTER);
		const { error } = await api.run(buy());
		expect(error?.message).toBe(MAYBE);
		expect(error?.description).toContain('cannot be distinguished from old ones');
		expect(sent()).toHaveLength(1);
	});

	test('when the clock of the server is wrong, it is found', async () => {
		Object.assign(api.sandbox.settings, { clockOffsetMs: -86_400_000, dateHeader: false });
		api.sandbox.fault(AFTER);
		jsonOf(await api.run(buy()));
		expect(placed()).toHaveLength(1);
	});

	test('when the clock of the server was set back meanwhile, nothing is guessed', async () => {
		const { settings, state } = api.sandbox;
		state.seedOrders(5);
		api.sandbox.fault(AFTER);
		onOrder(() => (settings.clockOffsetMs = -600_000));
		const { error } = await api.run(buy());
		expect(error?.message).toBe(MAYBE);
		expect(error?.description).toContain('does not agree with their number');
		expect(wanted()).toHaveLength(1);
	});
});

describe('when orders come in another form than the document shows, none is bought twice', () => {
	const bySku = buy({
		didGroupId: { __rl: true, mode: 'id', value: BRUNSWICK },
		orderBy: 'skus',
		didSkus: 'BW-US-2074063050, BW-US-2074063057',
	});
	const FORMS: Array<[string, INodeParameters, Deviations]> = [
		['SKUs in small letters', bySku, { orderedSkus: 'lower' }],
		['SKUs missing', bySku, { orderedSkus: 'missing' }],
		['SKUs null', bySku, { orderedSkus: 'null' }],
		['numbers without a SKU', bySku, { orderedSkus: 'noSku' }],
		['SKUs as texts', bySku, { orderedSkus: 'texts' }],
		['orders by quantity list numbers', buy(), { quantityOrdersListNumbers: true }],
		['the quantity is 0 at first', buy(), { orderedQuantity: 'zeroUntilProcessed' }],
		['the quantity is on the item alone', buy(), { orderedQuantity: 'itemOnly' }],
		['the group has a leading zero', buy(), { itemGroup: 'paddedText' }],
		['the group is a text', buy(), { itemGroup: 'text' }],
		['odd statuses', buy(), { orderStatus: 'odd', itemStatus: 'missing' }],
		['some rows have no id', buy(), { idsMissing: 'some' }],
		['Get Order answers another order', buy(), { wrongRecord: 3 }],
		['Get Order fails', buy(), { orderUnreadable: 500 }],
	];
	test.each(FORMS)('%s', async (_name, parameters, deviations) => {
		// The preview is as documented: it is the order that comes otherwise.
		onOrder(() => (api.sandbox.settings.deviations = deviations));
		for (const settings of [{}, RETRY]) {
			api.sandbox.reset({ deviations: {} });
			onOrder(() => (api.sandbox.settings.deviations = deviations));
			api.sandbox.fault(AFTER);
			const { error } = await api.run({ ...parameters, spendLimit: 9 }, [{}], settings);
			expect([undefined, MAYBE]).toContain(error?.message);
			expect(placed()).toHaveLength(1);
		}
	});
});

describe('Retry execution, long after', () => {
	test.each<[ListOrder, number]>([
		['newest', 250],
		['newest', 99],
		['oldest', 250],
		['oldest', 399],
		['shuffled', 250],
	])('when the list comes %s, it is found behind %d others', async (sort, count) => {
		const { settings, state } = api.sandbox;
		// So many before that the account does not fit on a page.
		state.seedOrders(250, { endAt: state.now() - 3_600_000 });
		settings.ordersSort = sort;
		api.sandbox.fault(AFTER);
		onOrder(() => {
			api.sandbox.fault({ match: { method: 'GET' }, kind: 'status', status: 503, times: 4 });
		});
		const failed = await runWorkflow(oneNode(buy()));
		expect(failed.data.resultData.error?.message).toBe(MAYBE);
		expect(wanted()).toHaveLength(1);

		api.sandbox.clearFaults();
		state.advance(86_400_000);
		// Of other DID groups: what is alike could not be told apart.
		state.seedOrders(count, { endAt: state.now() });
		const retried = await runWorkflow({ ...oneNode(buy()), resume: stored(failed) });
		expect(wanted()).toHaveLength(1);
		const output = retried.data.resultData.runData['IDT Express'][0].data?.main[0]?.[0].json;
		const { error } = retried.data.resultData;
		expect(error?.message ?? output?.id).toBe(error ? MAYBE : wanted()[0].id);
	});

	test('when too many others came meanwhile, the error says so, and nothing is bought', async () => {
		const { state } = api.sandbox;
		state.seedOrders(250, { endAt: state.now() - 3_600_000 });
		loseAnswer(api.sandbox);
		const failed = await runWorkflow(oneNode(buy()));
		api.sandbox.clearFaults();
		state.advance(86_400_000);
		state.seedOrders(5_000, { endAt: state.now() });
		const retried = await runWorkflow({ ...oneNode(buy()), resume: stored(failed) });
		expect(wanted()).toHaveLength(1);
		expect(retried.data.resultData.error?.message).toBe(MAYBE);
		expect(retried.data.resultData.error?.description).toContain('check with Order → Get Many');
	});
});

describe('an order that shows up late', () => {
	const showUp = () => api.sandbox.state.addOrder({ groupId: LONDON, quantity: 2 });

	test('when the next try is refused meanwhile, the try after it finds it', async () => {
		api.sandbox.fault(BEFORE);
		api.sandbox.fault(refusal(3001));
		onOrder((count) => void (count === 2 && showUp()));
		const result = jsonOf(await api.run(buy(), [{}], RETRY));
		expect(wanted()).toHaveLength(1);
		expect(result[0].id).toBe(wanted()[0].id);
	});

	test('when it is of one item, and another wants the same, each gets one', async () => {
		// The first item cannot look; its order shows up while the second one is sent and lost.
		api.sandbox.fault(BEFORE);
		api.sandbox.fault(AFTER);
		api.sandbox.fault({ match: { method: 'GET' }, kind: 'status', status: 503, times: 4, skip: 1 });
		onOrder((count) => void (count === 2 && showUp()));
		const result = jsonOf(await api.run(buy(), [{}, {}], { ...RETRY, ...CONTINUE }));
		expect(wanted()).toHaveLength(2);
		expect(result.map(({ id }) => id).sort()).toEqual(
			wanted()
				.map(({ id }) => id)
				.sort(),
		);
	});

	test('when the next try cannot check the cost, the try after it finds it', async () => {
		let previews = 0;
		api.sandbox.fault(BEFORE);
		api.sandbox.fault({ ...refusal(1000), match: { ...ORDER, preview: true }, skip: 1 });
		api.sandbox.onRequest = ({ method, body }) => {
			if (method === 'POST' && isPreview(body) && ++previews === 2) showUp();
		};
		const result = jsonOf(await api.run(buy(), [{}], RETRY));
		expect(wanted()).toHaveLength(1);
		expect(result[0].id).toBe(wanted()[0].id);
	});
});

describe('a loop', () => {
	async function loop(rounds: number, settings: IDataObject = {}, more = {}): Promise<Run> {
		const type: INodeType = {
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
				const memory = this.getContext('node');
				memory.rounds = Number(memory.rounds ?? 0) + 1;
				return Number(memory.rounds) > rounds ? [[]] : [[{ json: {} }]];
			},
		};
		return await runWorkflow({
			nodes: [
				START,
				nodeUnderTest({ ...buy(), ...more }, settings),
				{ ...START, id: 'loop', name: 'Loop', type: 'loop' },
			],
			connections: {
				Start: { main: [[{ node: 'Loop', type: 'main', index: 0 }]] },
				Loop: { main: [[{ node: 'IDT Express', type: 'main', index: 0 }]] },
				'IDT Express': { main: [[{ node: 'Loop', type: 'main', index: 0 }]] },
			},
			start: { node: 'Start', items: [{}] },
			credential: credentialFor(api.sandbox),
			types: { loop: type },
		});
	}

	test('buys in each round', async () => {
		const run = await loop(4);
		expect(run.status).toBe('success');
		expect(placed()).toHaveLength(4);
	});

	test('when a round lost its answer, the next one wants an order of its own', async () => {
		loseAnswer(api.sandbox);
		const run = await loop(2, CONTINUE as IDataObject);
		const rounds = run.data.resultData.runData['IDT Express'].map(
			(task) => task.data?.main[0]?.[0].json,
		);
		expect(rounds[0]?.error).toBe(MAYBE);
		expect(rounds[1]?.id).toBe(wanted()[1].id);
		expect(wanted()).toHaveLength(2);
	});

	test('what earlier rounds did, and what has no limit, is not remembered for ever', async () => {
		const number = { __rl: true, mode: 'number', value: '12074069000' };
		const change = { resource: 'number', operation: 'setCnam', number, cnamName: 'Jenny' };
		api.sandbox.settings.cnamMs = 0;
		const run = await loop(3, {}, change);
		const memory = run.data.executionData?.contextData['node:IDT Express'];
		expect(JSON.stringify(memory).match(/"run":\d+/g)).toEqual(['"run":2']);
	});

	test('all rounds together stay within the Spend Limit', async () => {
		const run = await loop(20, {}, { spendLimit: 20 });
		expect(run.data.resultData.error?.message).toMatch(
			/^The order would exceed 'Spend Limit': it costs 8.40, the limit is 20.00, and 16.80 is counted/,
		);
		expect(placed()).toHaveLength(2);
	});
});
