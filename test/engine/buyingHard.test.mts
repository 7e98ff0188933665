import type { IDataObject, INodeParameters, INodeType } from 'n8n-workflow';
import type { Fault } from '../sandbox/faults.mts';
import { startSandbox } from '../sandbox/server.mts';
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
import { buy, LONDON, loseAnswer, refusal, RETRY } from './purchases.mts';

/** What is hard about buying once: late orders, long pauses, changed parameters. */

const api = useSandbox();
shortenWaits();

/** The orders that are what the tests ask for. */
const wanted = () =>
	api.sandbox.state.orders.filter(
		({ item, quantity }) => item.groupId === LONDON && quantity === 2,
	);

const isPreview = (body: unknown) => (body as IDataObject | undefined)?.preview === true;

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

describe('Retry execution, long after', () => {
	test.each<[ListOrder, number]>([
		['newest', 250],
		['newest', 99],
		['oldest', 250],
		['oldest', 399],
		['shuffled', 250],
	])('finds the order in a list that comes %s, behind %d others', async (sort, count) => {
		const { settings, state } = api.sandbox;
		// So many before that the account does not fit on a page.
		state.seedOrders(250, { endAt: state.now() - 3_600_000 });
		settings.ordersSort = sort;
		loseAnswer(api.sandbox, sort === 'oldest' ? 4 : sort === 'shuffled' ? 4 : 1);
		const failed = await runWorkflow(oneNode(buy()));
		expect(failed.data.resultData.error?.message).toBe('The order may have been placed');
		expect(wanted()).toHaveLength(1);

		api.sandbox.clearFaults();
		state.advance(86_400_000);
		state.seedOrders(count, { endAt: state.now() });
		const retried = await runWorkflow({ ...oneNode(buy()), resume: stored(failed) });
		expect(wanted()).toHaveLength(1);
		const [task] = retried.data.resultData.runData['IDT Express'];
		expect(task.data?.main[0]?.[0].json.id).toBe(wanted()[0].id);
	});

	test('says so where too many others came meanwhile, and buys nothing', async () => {
		const { state } = api.sandbox;
		state.seedOrders(250, { endAt: state.now() - 3_600_000 });
		loseAnswer(api.sandbox);
		const failed = await runWorkflow(oneNode(buy()));
		api.sandbox.clearFaults();
		state.advance(86_400_000);
		state.seedOrders(5_000, { endAt: state.now() });
		const retried = await runWorkflow({ ...oneNode(buy()), resume: stored(failed) });
		expect(wanted()).toHaveLength(1);
		expect(retried.data.resultData.error?.message).toBe('The order may have been placed');
	});

	test('buys on the account that the credential leads to now', async () => {
		api.sandbox.fault({ ...refusal(1000), skip: 1 });
		const workflow = oneNode(buy());
		workflow.start.items = [{}, {}];
		const failed = await runWorkflow(workflow);
		expect(wanted()).toHaveLength(1);
		const other = await startSandbox();
		try {
			const credential = credentialFor(other);
			await runWorkflow({ ...workflow, credential, resume: stored(failed) });
			expect(other.state.orders.slice(3)).toHaveLength(2);
			expect(wanted()).toHaveLength(1);
		} finally {
			await other.close();
		}
	});

	test('buys what was changed in the meantime', async () => {
		api.sandbox.fault({ ...refusal(1000), skip: 1 });
		const workflow = oneNode(buy());
		workflow.start.items = [{}, {}];
		const failed = await runWorkflow(workflow);
		expect(wanted()).toHaveLength(1);
		const changed = oneNode(buy({ quantity: 3 }));
		const resume = stored(failed);
		// n8n takes the node as it is saved now.
		for (const entry of resume.executionData?.nodeExecutionStack ?? []) {
			entry.node = changed.nodes[1];
		}
		await runWorkflow({ ...changed, resume });
		expect(api.sandbox.state.orders.slice(3).map(({ quantity }) => quantity)).toEqual([2, 3, 3]);
	});
});

describe('an order that shows up late', () => {
	/** Calls back with every real order that is sent, counted from 1. */
	function onOrder(react: (count: number) => void): void {
		let count = 0;
		api.sandbox.onRequest = ({ method, path, body }) => {
			if (method === 'POST' && path === '/orders' && !isPreview(body)) react(++count);
		};
	}
	const showUp = () => api.sandbox.state.addOrder({ groupId: LONDON, quantity: 2 });

	test('while it is sent once more, and refused: the next try finds it', async () => {
		api.sandbox.fault({ kind: 'html', when: 'before', match: { method: 'POST' } });
		api.sandbox.fault(refusal(3001));
		onOrder((count) => void (count === 2 && showUp()));
		const result = jsonOf(await api.run(buy(), [{}], RETRY));
		expect(wanted()).toHaveLength(1);
		expect(result[0].id).toBe(wanted()[0].id);
	});

	test('before it is sent once more, and that answer is lost as well: it is found', async () => {
		let previews = 0;
		const lost: Fault = { kind: 'html', when: 'before', match: { method: 'POST' }, skip: 1 };
		api.sandbox.fault(lost);
		api.sandbox.fault({ ...lost, skip: 2 });
		api.sandbox.onRequest = ({ method, body }) => {
			if (method === 'POST' && isPreview(body) && ++previews === 2) showUp();
		};
		const parameters = buy({ options: { spendLimit: 100 } });
		const result = jsonOf(await api.run(parameters, [{}], RETRY));
		expect(wanted()).toHaveLength(1);
		expect(result[0].id).toBe(wanted()[0].id);
	});

	test('together with that of another item for the same: each gets one', async () => {
		// The first item cannot look; its order shows up while the second one is sent and lost.
		api.sandbox.fault({ kind: 'html', when: 'before', match: { method: 'POST' } });
		api.sandbox.fault({ kind: 'drop', when: 'after', match: { method: 'POST' } });
		api.sandbox.fault({ match: { method: 'GET' }, kind: 'status', status: 503, times: 4, skip: 1 });
		onOrder((count) => void (count === 2 && showUp()));
		const settings = { ...RETRY, onError: 'continueRegularOutput' as const };
		const result = jsonOf(await api.run(buy(), [{}, {}], settings));
		expect(wanted()).toHaveLength(2);
		expect(result.map(({ id }) => id).sort()).toEqual(
			wanted()
				.map(({ id }) => id)
				.sort(),
		);
	});

	test('while the cost is checked once more, and cannot be: the next try finds it', async () => {
		const parameters = buy({ options: { spendLimit: 100 } });
		let previews = 0;
		api.sandbox.fault({ kind: 'html', when: 'before', match: { method: 'POST' }, skip: 1 });
		api.sandbox.fault({ ...refusal(1000), skip: 1 });
		api.sandbox.onRequest = ({ method, body }) => {
			if (method === 'POST' && isPreview(body) && ++previews === 2) showUp();
		};
		const result = jsonOf(await api.run(parameters, [{}], RETRY));
		expect(wanted()).toHaveLength(1);
		expect(result[0].id).toBe(wanted()[0].id);
	});
});

test("a loop's next round does not take up what a round before it lost: it wants its own", async () => {
	loseAnswer(api.sandbox);
	const loop: INodeType = {
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
			return Number(memory.rounds) > 2 ? [[]] : [[{ json: {} }]];
		},
	};
	const node = nodeUnderTest(buy(), { onError: 'continueRegularOutput' });
	const run = await runWorkflow({
		nodes: [START, node, { ...START, id: 'loop', name: 'Loop', type: 'loop' }],
		connections: {
			Start: { main: [[{ node: 'Loop', type: 'main', index: 0 }]] },
			Loop: { main: [[{ node: 'IDT Express', type: 'main', index: 0 }]] },
			'IDT Express': { main: [[{ node: 'Loop', type: 'main', index: 0 }]] },
		},
		start: { node: 'Start', items: [{}] },
		credential: credentialFor(api.sandbox),
		types: { loop },
	});
	const rounds = run.data.resultData.runData['IDT Express'].map(
		(task) => task.data?.main[0]?.[0].json,
	);
	expect(rounds[0]?.error).toBe('The order may have been placed');
	expect(rounds[1]?.id).toBe(wanted()[1].id);
	expect(wanted()).toHaveLength(2);
	// What earlier rounds bought is not kept for ever.
	const memory = run.data.executionData?.contextData['node:IDT Express'];
	expect(JSON.stringify(memory).match(/"run":\d+/g)).toEqual(['"run":1']);
});

describe('an order that cannot be told for sure is not sent again', () => {
	test('where the clock of the server was set back meanwhile', async () => {
		const { settings, state } = api.sandbox;
		state.seedOrders(5);
		api.sandbox.fault({ kind: 'drop', when: 'after', match: { method: 'POST' } });
		api.sandbox.onRequest = ({ method }) => {
			if (method === 'POST') settings.clockOffsetMs = -600_000;
		};
		const { error } = await api.run(buy());
		expect(error?.message).toBe('The order may have been placed');
		expect(error?.description).toContain('new orders that its list does not show');
		expect(wanted()).toHaveLength(1);
	});

	test('where Get Order does not say what was ordered', async () => {
		api.sandbox.fault({ kind: 'drop', when: 'after', match: { method: 'POST' } });
		const body = { order: { id: 'x', ordered: { quantity: 2 } }, meta: {} };
		api.sandbox.fault({ match: { path: /orders\/./ }, kind: 'status', status: 200, body });
		const { error } = await api.run(buy());
		expect(error?.message).toBe('The order may have been placed');
		expect(wanted()).toHaveLength(1);
	});
});

describe('bad input', () => {
	const items = [{ quantity: 2 }, { quantity: 2 }, { quantity: 0 }];
	const each = buy({ quantity: '={{ $json.quantity }}' });

	test('of one item stops the node before anything is bought', async () => {
		const { error } = await api.run(each, items);
		expect(error?.message).toContain('Quantity must be');
		expect(api.sandbox.requests).toHaveLength(0);
	});

	test('of one item fails that one alone under Continue On Fail', async () => {
		const result = await api.run(each, items, { onError: 'continueRegularOutput' });
		expect(jsonOf(result).map((json) => 'error' in json)).toEqual([false, false, true]);
		expect(wanted()).toHaveLength(2);
	});
});

test('waiting ends when the time is up, though the API does not answer', async () => {
	api.sandbox.fault({ kind: 'hang', match: { method: 'GET', path: /\/orders\/./ }, times: 99 });
	const startedAt = Date.now();
	const parameters = buy({ options: { waitForFulfillment: true, waitTimeout: 2 } });
	const [order] = jsonOf(await api.run(parameters));
	expect(order).toMatchObject({ timed_out: true, ordered_quantity: 2 });
	expect(Date.now() - startedAt).toBeLessThan(5_000);
});
