import { createEmptyRunExecutionData, Workflow } from 'n8n-workflow';
import type { IDataObject, INodeParameters, INodeTypes } from 'n8n-workflow';
import { IdtExpress } from '../../nodes/IdtExpress/IdtExpress.node.ts';
import { timing } from '../../nodes/IdtExpress/api/timing';
import { startSandbox } from '../sandbox/server.mts';
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
import {
	BRUNSWICK,
	buy,
	CONTINUE,
	LONDON,
	loseAnswer,
	ORDER,
	placedIn,
	PREVIEW,
	refusal,
	RETRY,
	sentTo,
} from './purchases.mts';

const api = useSandbox();
shortenWaits();

const placed = () => placedIn(api.sandbox);
const quantities = () => placed().map(({ quantity }) => quantity);

describe('what is sent', () => {
	test('an order by quantity has the DID group and the quantity', async () => {
		const [order] = jsonOf(await api.run(buy()));
		expect(order).toMatchObject({
			status: 'Created',
			finished: false,
			ordered_quantity: 2,
			fulfilled_quantity: 0,
			did_group_id: LONDON,
			total_due_now: 8.4,
			numbers: [],
		});
		expect(order).not.toHaveProperty('timed_out');
		expect(sentTo(api.sandbox)).toEqual([{ order_items: [{ did_group_id: LONDON, quantity: 2 }] }]);
	});

	test.each([
		[['BW-US-2074063050', 'BW-US-2074063057']],
		['BW-US-2074063050, BW-US-2074063057'],
		['["BW-US-2074063050", "BW-US-2074063057"]'],
		['={{ ["BW-US-2074063050", "BW-US-2074063057"] }}'],
		['={{ [{ number: "1", sku: "BW-US-2074063050" }, { sku: "BW-US-2074063057" }] }}'],
	])('when the SKUs are given as %j, an order by SKU has both', async (didSkus) => {
		const didGroupId = { __rl: true, mode: 'id', value: BRUNSWICK };
		jsonOf(await api.run(buy({ orderBy: 'skus', didGroupId, didSkus })));
		expect(sentTo(api.sandbox)).toEqual([
			{
				order_items: [
					{ did_group_id: BRUNSWICK, did_skus: ['BW-US-2074063050', 'BW-US-2074063057'] },
				],
			},
		]);
	});

	test.each<[INodeParameters, RegExp]>([
		[{ quantity: 0 }, /'Quantity' must be a whole number from 1 to 100/],
		[{ quantity: 101 }, /'Quantity' must be/],
		[{ quantity: 1.5 }, /'Quantity' must be/],
		[{ orderBy: 'skus', didSkus: '={{ [] }}' }, /'SKU Names or IDs' is empty/],
		[{ orderBy: 'skus', didSkus: '={{ Array.from({length: 101}, (_, i) => "s" + i) }}' }, /101/],
		[{ orderBy: 'price' }, /cannot be "price"/],
		[{ spendLimit: '={{ "much" }}' }, /'Spend Limit' must be an amount/],
		[{ spendLimit: '={{ null }}' }, /'Spend Limit'/],
		[{ spendLimit: '={{ "" }}' }, /'Spend Limit'/],
		[{ spendLimit: -1 }, /'Spend Limit' must be an amount/],
		[{ options: { waitForFulfillment: true, waitTimeout: 0 } }, /'Wait Timeout \(Seconds\)' must/],
		[
			{ options: { waitForFulfillment: 'perhaps' } },
			/'Wait for Fulfillment' must be true or false/,
		],
	])('when given %j, it is refused before anything is sent', async (parameters, message) => {
		const { error } = await api.run(buy(parameters));
		expect(error?.message).toMatch(message);
		expect(api.sandbox.requests).toHaveLength(0);
	});

	test('when an item does not wait, its Wait Timeout is not read', async () => {
		const options = {
			waitForFulfillment: '={{ $json.wait }}',
			waitTimeout: '={{ $json.seconds }}',
		};
		jsonOf(await api.run(buy({ options }), [{ wait: false }]));
		const { error } = await api.run(buy({ options }), [{ wait: true }]);
		expect(error?.message).toBe("'Wait Timeout (Seconds)' is empty");
	});

	test('when one item has bad input, nothing is bought for any', async () => {
		const items = [{ quantity: 2 }, { quantity: 2 }, { quantity: 0 }];
		const each = buy({ quantity: '={{ $json.quantity }}' });
		const { error } = await api.run(each, items);
		expect(error?.message).toContain("'Quantity' must be");
		expect(error?.context).toMatchObject({ itemIndex: 2 });
		expect(api.sandbox.requests).toHaveLength(0);

		const result = await api.run(each, items, CONTINUE);
		expect(jsonOf(result).map((json) => 'error' in json)).toEqual([false, false, true]);
		expect(placed()).toHaveLength(2);
	});

	test('when the account cannot pay, the error says what to do', async () => {
		api.sandbox.settings.funds = '0.31';
		const { error } = await api.run(buy());
		expect(error?.message).toContain('Insufficient Funds');
		expect(error?.description).toMatch(/cost: 8.40, account balance: 0.31/);
		expect(placed()).toHaveLength(0);
	});

	test("when each item has another account, each account gets its item's order", async () => {
		const other = await startSandbox();
		try {
			const [here, there] = [credentialFor(api.sandbox), credentialFor(other)];
			const credential = {
				...here,
				baseUrl: `={{ $json.here ? "${here.baseUrl}" : "${there.baseUrl}" }}`,
			};
			const items = [{ here: true }, { here: false }];
			const run = await runNode({ parameters: buy(), items, credential });
			expect(jsonOf(run)).toHaveLength(2);
			expect([placed().length, placedIn(other).length]).toEqual([1, 1]);
		} finally {
			await other.close();
		}
	});
});

describe('an order belongs to one item', () => {
	test('when a later item is answered with the order of an earlier one, it was not placed', async () => {
		const order = { id: 'aaa-bbb-1', created_at: new Date().toISOString(), order_items: [] };
		const answer = { kind: 'status', status: 200, body: { order } } as const;
		api.sandbox.fault({ match: ORDER, ...answer, times: 2 });
		const items = jsonOf(await api.run(buy(), [{}, {}, {}], CONTINUE));
		expect(items.map(({ id }) => id)).toEqual(['aaa-bbb-1', undefined, placed()[0].id]);
		expect(items[1].error).toBe('The order was not placed');
		expect(items[1].description).toMatch(/the account shows that it was not carried out/);
	});
});

describe('what is done is said', () => {
	test('when a later item fails, the error names the orders before it and how to go on', async () => {
		api.sandbox.fault({ ...refusal(3001), skip: 2 });
		const { error } = await api.run(buy(), [{}, {}, {}, {}]);
		const [first, second] = placed();
		expect(placed()).toHaveLength(2);
		expect(error?.context).toMatchObject({ itemIndex: 2 });
		expect(error?.description).toContain(
			`Before this error, the run placed: order ${first.id} (2 numbers), order ${second.id} (2 numbers).`,
		);
		expect(error?.description).toMatch(/retry this execution.*remove these items/);
	});

	test('when the first item fails, the error names none', async () => {
		api.sandbox.fault(refusal(3001));
		const { error } = await api.run(buy(), [{}, {}]);
		expect(error?.description).not.toContain('Before this error');
	});

	test('after a run, a hint says what was placed, what it costs, and how not to repeat it', async () => {
		const run = await api.run(buy(), [{}, {}, {}]);
		const [task] = run.run.data.resultData.runData['IDT Express'];
		expect(task.hints).toHaveLength(1);
		expect(task.hints?.[0].message).toMatch(
			/^3 orders placed, each for an input item of its own, 25\.20 in all by the listed fees\..*pin this output/,
		);
		api.sandbox.fault({ ...refusal(1000), skip: 1 });
		const partly = await api.run(buy(), [{}, {}, {}], CONTINUE);
		expect(partly.run.data.resultData.runData['IDT Express'][0].hints?.[0].message).toMatch(
			/^2 orders placed, (?!one for each)/,
		);
		const single = await api.run(buy());
		const [hint] = single.run.data.resultData.runData['IDT Express'][0].hints ?? [];
		expect(hint.message).toMatch(/^1 order placed, 8\.40 in all/);
	});
});

test.each([
	['create', 1, false],
	['create', 2, true],
	['preview', 2, false],
])('when %s gets %d items, the editor warns before the run: %s', (operation, count, expected) => {
	const nodeType = new IdtExpress();
	const nodeTypes: INodeTypes = {
		getByName: () => nodeType,
		getByNameAndVersion: () => nodeType,
		getKnownTypes: () => ({}),
	};
	const node = nodeUnderTest(buy({ operation }));
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	const items = Array.from({ length: count }, () => ({ json: {} }));
	const [hint] = nodeType.description.hints ?? [];
	const isShown = workflow.expression.getParameterValue(
		hint.displayCondition ?? '',
		createEmptyRunExecutionData(),
		0,
		0,
		node.name,
		items,
		'manual',
		{},
	);
	expect(isShown).toBe(expected);
	expect(hint.whenToDisplay).toBe('beforeExecution');
});

describe('Retry On Fail', () => {
	const items = [{ quantity: 1 }, { quantity: 2 }, { quantity: 3 }];
	const each = buy({ quantity: '={{ $json.quantity }}' });

	test('when an item was refused at first, what is missing is ordered and all comes out', async () => {
		api.sandbox.fault({ ...refusal(1000), skip: 2 });
		const orders = jsonOf(await api.run(each, items, RETRY));
		expect(orders.map((order) => order.ordered_quantity)).toEqual([1, 2, 3]);
		expect(quantities()).toEqual([1, 2, 3]);
		expect(orders.map((order) => order.id)).toEqual(placed().map(({ id }) => id));
	});

	test('when n8n runs the node again without an exception, nothing is bought twice', async () => {
		// The first item fails under Continue On Fail: n8n sees its json.error, and runs all again.
		api.sandbox.fault(refusal(1000));
		const result = await api.run(each, items, { ...RETRY, ...CONTINUE });
		expect(jsonOf(result).map((order) => order.ordered_quantity)).toEqual([1, 2, 3]);
		expect(quantities().sort()).toEqual([1, 2, 3]);
	});

	test('when items are alike, each gets an order of its own', async () => {
		api.sandbox.fault({ ...refusal(1000), skip: 1 });
		const orders = jsonOf(await api.run(buy(), [{}, {}, {}], RETRY));
		expect(new Set(orders.map((order) => order.id)).size).toBe(3);
		expect(placed()).toHaveLength(3);
	});
});

describe('what buys again', () => {
	test('another execution and another node do', async () => {
		jsonOf(await api.run(buy()));
		jsonOf(await api.run(buy()));
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

	test('Retry execution does not: it goes on where the failed one stopped', async () => {
		api.sandbox.fault({ ...refusal(1000), skip: 1 });
		const workflow = oneNode(buy(), [{}, {}]);
		const failed = await runWorkflow(workflow);
		expect(failed.data.resultData.error).toBeDefined();
		expect(placed()).toHaveLength(1);
		const retried = await runWorkflow({ ...workflow, resume: stored(failed) });
		expect(retried.status).toBe('success');
		expect(placed()).toHaveLength(2);
	});

	test('when the credential leads to another account meanwhile, Retry execution does', async () => {
		api.sandbox.fault({ ...refusal(1000), skip: 1 });
		const workflow = oneNode(buy(), [{}, {}]);
		const failed = await runWorkflow(workflow);
		expect(placed()).toHaveLength(1);
		const other = await startSandbox();
		try {
			const credential = credentialFor(other);
			await runWorkflow({ ...workflow, credential, resume: stored(failed) });
			expect(placedIn(other)).toHaveLength(2);
			expect(placed()).toHaveLength(1);
		} finally {
			await other.close();
		}
	});

	test('when the quantity was changed meanwhile, Retry execution does', async () => {
		api.sandbox.fault({ ...refusal(1000), skip: 1 });
		const failed = await runWorkflow(oneNode(buy(), [{}, {}]));
		expect(placed()).toHaveLength(1);
		const changed = oneNode(buy({ quantity: 3 }), [{}, {}]);
		const resume = stored(failed);
		// n8n takes the node as it is saved now.
		for (const entry of resume.executionData?.nodeExecutionStack ?? []) {
			entry.node = changed.nodes[1];
		}
		await runWorkflow({ ...changed, resume });
		expect(quantities()).toEqual([2, 3, 3]);
	});
});

describe('Spend Limit', () => {
	// Two London numbers cost 2 × (1.25 + 2.95) = 8.40.
	test.each([
		['8.40', true],
		[8.4, true],
		['={{ 3 * 2.8 }}', true],
		['8.39', false],
		[0, false],
		['100', true],
	])('when it is %j, the order of 8.40 is placed: %j', async (spendLimit, isPlaced) => {
		const { error } = await api.run(buy({ spendLimit }));
		expect(placed()).toHaveLength(isPlaced ? 1 : 0);
		if (isPlaced) return;
		expect(error?.message).toMatch(
			/^The order would exceed 'Spend Limit': it costs 8\.40, the limit is .*, and 0\.00 is counted already$/,
		);
		expect(error?.description).toContain('Nothing was ordered');
	});

	test('when it is not set, it is 50', async () => {
		const result = await api.run(buy({ quantity: 5 }), [{}, {}, {}], CONTINUE);
		expect(quantities()).toEqual([5, 5]);
		expect(jsonOf(result)[2].error).toContain('the limit is 50.00, and 42.00 is counted already');
	});

	test('when it is 0, even a free order is not placed', async () => {
		api.sandbox.settings.deviations = { previewFees: 'zero' };
		const { error } = await api.run(buy({ spendLimit: 0 }));
		expect(error?.message).toContain("would exceed 'Spend Limit'");
		expect(placed()).toHaveLength(0);
	});

	test('when there are several items, it holds for all together', async () => {
		const result = await api.run(buy({ spendLimit: '16.80' }), [{}, {}, {}], CONTINUE);
		expect(placed()).toHaveLength(2);
		expect(jsonOf(result)[2].error).toBe(
			"The order would exceed 'Spend Limit': it costs 8.40, the limit is 16.80, and 16.80 is counted already",
		);
	});

	test('when n8n retries, it holds for all tries together', async () => {
		const { error } = await api.run(buy({ spendLimit: '16.80' }), [{}, {}, {}], RETRY);
		expect(error?.message).toContain("would exceed 'Spend Limit'");
		expect(placed()).toHaveLength(2);
	});

	test('when floating point would not add exactly, it does', async () => {
		const didGroupId = { __rl: true, mode: 'id', value: 13001 };
		// 3 × (0.10 + 3.33) = 10.29
		const parameters = buy({ didGroupId, quantity: 1, spendLimit: 10.29 });
		expect(jsonOf(await api.run(parameters, [{}, {}, {}]))).toHaveLength(3);
	});

	test('when an order may have been placed, it is counted', async () => {
		loseAnswer(api.sandbox);
		const result = await api.run(buy({ spendLimit: '8.40' }), [{}, {}], CONTINUE);
		expect(jsonOf(result).map((json) => json.error)).toEqual([
			'The order may have been placed',
			expect.stringContaining("would exceed 'Spend Limit'"),
		]);
		expect(placed()).toHaveLength(1);
	});

	test("when the order's own fees are lower than the preview's, the preview's count", async () => {
		api.sandbox.settings.deviations = { orderFees: 'zero' };
		await api.run(buy({ spendLimit: 20 }), [{}, {}, {}], CONTINUE);
		expect(placed()).toHaveLength(2);
	});

	test("when the order's own fees are higher, they count", async () => {
		api.sandbox.settings.deviations = { previewFees: 'zero' };
		await api.run(buy({ spendLimit: 20 }), [{}, {}, {}, {}], CONTINUE);
		// 0.00, then 8.40, 16.80 and 25.20 are counted.
		expect(placed()).toHaveLength(3);
	});

	test.each(['missing', 'null', 'dollar', 'comma', 'negative', 'exponent'] as const)(
		'when the fees of the preview are no plain decimals (%s), nothing is bought',
		async (previewFees) => {
			api.sandbox.settings.deviations = { previewFees };
			const { error } = await api.run(buy({ spendLimit: 1_000 }));
			expect(error?.message).toContain("could not be checked against 'Spend Limit'");
			expect(placed()).toHaveLength(0);
		},
	);

	test('when the preview is for fewer numbers, nothing is bought', async () => {
		api.sandbox.settings.deviations = { previewQuantity: 1 };
		const { error } = await api.run(buy({ quantity: 50, spendLimit: 100 }));
		expect(error?.message).toContain('preview is for 1 number, not for 50 numbers');
		expect(placed()).toHaveLength(0);
	});

	test('when the preview is for another DID group, nothing is bought', async () => {
		api.sandbox.settings.deviations = { itemGroup: 'other' };
		const { error } = await api.run(buy({ spendLimit: 100 }));
		expect(error?.description).toContain('or is for another DID group');
		expect(placed()).toHaveLength(0);
	});

	test('when the server ignores that it is a preview, one order is placed, and reported', async () => {
		for (const settings of [{}, CONTINUE, RETRY, { ...RETRY, ...CONTINUE }]) {
			api.sandbox.reset({ deviations: { previewIgnored: true } });
			const result = await api.run(buy(), [{}, {}, {}], settings);
			expect(placed()).toHaveLength(1);
			const message = result.error?.message ?? result.items[0].json.error;
			expect(message).toBe(
				`IDT Express may have placed order ${placed()[0].id} although only a preview was asked for`,
			);
		}
	});
});

describe('In Stock Only', () => {
	// London has 90 numbers in stock.
	const inStock = (quantity: number) =>
		buy({ quantity, spendLimit: 1_000, options: { inStockOnly: true } });

	test('when all numbers are in stock, the order is placed', async () => {
		jsonOf(await api.run(inStock(90)));
		expect(quantities()).toEqual([90]);
	});

	test('when they are not, nothing is ordered; without it, the rest is backordered', async () => {
		const { error } = await api.run(inStock(91));
		expect(error?.message).toBe(
			'Only 90 numbers in stock; the order is for 91 numbers of DID group 7001',
		);
		expect(placed()).toHaveLength(0);
		jsonOf(await api.run(buy({ quantity: 91, spendLimit: 1_000 })));
		expect(quantities()).toEqual([91]);
	});

	test('when the preview does not tell the stock, Get DID Groups does', async () => {
		hideStockOfPreviews();
		const { error } = await api.run(inStock(91));
		expect(error?.message).toContain('Only 90 numbers in stock');
		expect(api.sandbox.requests.map(({ path }) => path)).toContain('/coverage/did_groups');
		jsonOf(await api.run(inStock(90)));
		expect(quantities()).toEqual([90]);
	});

	test('when neither tells it, nothing is ordered', async () => {
		hideStockOfPreviews();
		api.sandbox.fault({
			match: { path: '/did_groups' },
			kind: 'status',
			status: 200,
			body: { did_groups: [{ id: LONDON, name: 'London' }] },
		});
		const { error } = await api.run(inStock(1));
		expect(error?.message).toBe('The stock of DID group 7001 is not known');
		expect(placed()).toHaveLength(0);
	});

	test('when the preview tells neither stock nor region, the group is found in one of all regions', async () => {
		hideStockOfPreviews({ id: BRUNSWICK, country: { iso: 'US', name: 'USA', has_regions: true } });
		const order = inStock(91);
		const didGroupId = { __rl: true, mode: 'id', value: BRUNSWICK };
		jsonOf(await api.run({ ...order, didGroupId }));
		expect(quantities()).toEqual([91]);
	});

	/** As in the samples of the document, previews have no quantity of their DID group. */
	function hideStockOfPreviews(group: IDataObject = {}): void {
		const order_items = (quantity: number) => [
			{
				status: 'Preview',
				ordered: { quantity },
				did_group: {
					id: LONDON,
					toll_free: false,
					country: { iso: 'GB', name: 'UNITED KINGDOM', has_regions: false },
					fees: { setup_fee: '1.25', monthly_fee: '2.95' },
					...group,
				},
			},
		];
		for (const quantity of [91, 90]) {
			const body = { order: { id: null, order_items: order_items(quantity) }, meta: {} };
			api.sandbox.fault({ match: PREVIEW, kind: 'status', status: 200, body });
		}
	}
});

describe('Wait for Fulfillment', () => {
	const waitFor = (waitTimeout: number, more: INodeParameters = {}) =>
		buy({ options: { waitForFulfillment: true, waitTimeout }, ...more });

	test('when the order finishes, it comes out with its numbers', async () => {
		api.sandbox.settings.fulfilment = { mode: 'auto', processingMs: 5, completeMs: 30 };
		const [order] = jsonOf(await api.run(waitFor(60)));
		expect(order).toMatchObject({
			status: 'Complete',
			finished: true,
			ordered_quantity: 2,
			fulfilled_quantity: 2,
			timed_out: false,
		});
		expect(order.numbers).toHaveLength(2);
	});

	test.each([
		[{ quantityBeforeNumbers: 2 }, 2],
		[{ quantityBeforeNumbers: 1000 }, 0],
		[{ statusBeforeQuantity: 2 }, 2],
	])(
		'when numbers are counted before they are listed (%j), they are waited for a while',
		async (deviations, listed) => {
			api.sandbox.settings.deviations = deviations;
			api.sandbox.settings.fulfilment = { mode: 'auto', processingMs: 5, completeMs: 30 };
			const [order] = jsonOf(await api.run(waitFor(60)));
			expect(order).toMatchObject({ fulfilled_quantity: 2, finished: true, timed_out: false });
			expect(order.numbers).toHaveLength(listed);
		},
	);

	test('when the time is up, the order comes out as it is', async () => {
		const [order] = jsonOf(await api.run(waitFor(1)));
		expect(order).toMatchObject({ status: 'Created', finished: false, timed_out: true });
		expect(placed()).toHaveLength(1);
	});

	test('when nothing more will come of a part, that ends it', async () => {
		api.sandbox.onRequest = ({ method, path }) => {
			const order = placed()[0];
			if (method !== 'GET' || path === '/orders' || order?.status === 'Complete') return;
			api.sandbox.state.fulfil(order.id, 1);
			api.sandbox.state.end(order.id, 'backorder');
		};
		const [order] = jsonOf(await api.run(waitFor(60)));
		expect(order).toMatchObject({ fulfilled_quantity: 1, finished: true, timed_out: false });
	});

	test('when a request fails meanwhile, the purchase does not', async () => {
		api.sandbox.settings.fulfilment = { mode: 'auto', processingMs: 5, completeMs: 30 };
		api.sandbox.fault({ match: { path: /orders\/./ }, kind: 'status', status: 500, times: 18 });
		const [order] = jsonOf(await api.run(waitFor(60)));
		expect(order).toMatchObject({ fulfilled_quantity: 2, timed_out: false });
		expect(placed()).toHaveLength(1);
	});

	test('when there are several items, all are placed first and waited for together', async () => {
		const result = jsonOf(await api.run(waitFor(1), [{}, {}, {}, {}]));
		expect(result.map((order) => order.timed_out)).toEqual([true, true, true, true]);
		const { requests } = api.sandbox;
		const lastPost = requests.map(({ method }) => method).lastIndexOf('POST');
		const firstLookup = requests.findIndex(({ path }) => /^\/orders\/./.test(path));
		expect(firstLookup).toBeGreaterThan(lastPost);
	});

	test('when the output is raw, it is what the API gave', async () => {
		const [order] = jsonOf(await api.run(waitFor(1, { output: 'raw' })));
		expect(Object.keys(order)).toEqual([
			'id',
			'created_at',
			'status',
			'ordered',
			'fulfilled',
			'order_items',
		]);
	});

	test('when the API does not answer, the time is up all the same', async () => {
		timing.requestTimeout = 600_000;
		api.sandbox.fault({ kind: 'hang', match: { method: 'GET', path: /orders\/./ }, times: 99 });
		const [order] = jsonOf(await api.run(waitFor(2)));
		expect(order).toMatchObject({ timed_out: true, ordered_quantity: 2 });
	});

	test('when the execution is cancelled, the wait ends', async () => {
		timing.firstWait = 600_000;
		const cancel = new AbortController();
		const run = runWorkflow({ ...oneNode(waitFor(600)), cancel: cancel.signal });
		while (placed().length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
		setTimeout(() => cancel.abort(), 50);
		await run;
	});
});

describe('what is remembered', () => {
	test('holds no secret, and stays small', async () => {
		const { run } = await api.run(
			buy({ spendLimit: 1_000 }),
			Array.from({ length: 20 }, () => ({})),
		);
		const memory = JSON.stringify(run.data.executionData?.contextData);
		expect(memory).not.toMatch(/sandbox-key|sandbox-secret/);
		expect(memory.length / 20).toBeLessThan(1_500);
	});

	test.each([
		[[null]],
		['x'],
		[{}],
		[[{ run: 0, item: 0, request: 'x', state: 'done', before: {} }]],
		[[{ run: 0, item: 0, request: 'x', state: 'pending', before: {} }]],
	])('when it is damaged (%j), nothing is bought, and the error says so', async (writes) => {
		api.sandbox.fault({ ...refusal(1000), skip: 1 });
		const workflow = oneNode(buy(), [{}, {}]);
		const resume = stored(await runWorkflow(workflow));
		const memory = resume.executionData?.contextData as Record<string, IDataObject>;
		memory['node:IDT Express'].idtExpressWrites = writes;
		const retried = await runWorkflow({ ...workflow, resume });
		expect(retried.data.resultData.error?.message).toBe(
			'What this execution has already sent cannot be read',
		);
		expect(placed()).toHaveLength(1);
	});
});

test('when the account cannot be read first, nothing is ordered', async () => {
	api.sandbox.fault({ match: { method: 'GET' }, kind: 'status', status: 503, times: 9 });
	const { error } = await api.run(buy());
	expect(error?.message).toContain('IDT Express could not answer');
	expect(sentTo(api.sandbox)).toHaveLength(0);
	expect(api.sandbox.requests.filter(({ method }) => method === ORDER.method)).toHaveLength(1);
});

function oneNode(parameters: INodeParameters, items: IDataObject[] = [{}]) {
	return {
		nodes: [START, nodeUnderTest(parameters)],
		connections: { Start: { main: [[{ node: 'IDT Express', type: 'main' as const, index: 0 }]] } },
		start: { node: 'Start', items },
		credential: credentialFor(api.sandbox),
	};
}

type Run = Awaited<ReturnType<typeof runWorkflow>>;

/** As n8n stores a failed execution, and as it prepares it for *Retry execution*. */
function stored(failed: Run): Run['data'] {
	const resume = JSON.parse(JSON.stringify(failed.data)) as Run['data'];
	delete resume.resultData.error;
	delete resume.resultData.runData['IDT Express'];
	return resume;
}
