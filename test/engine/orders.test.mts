import { jsonOf, useSandbox } from './harness.mts';
import { BRUNSWICK, buy, LONDON, placedIn, PREVIEW } from './purchases.mts';

const api = useSandbox();

describe('Order → Get', () => {
	const get = (orderId: string, more = {}) =>
		api.run({
			resource: 'order',
			operation: 'get',
			orderId: { __rl: true, mode: 'id', value: orderId },
			...more,
		});

	test('gives one flat item with the numbers delivered so far', async () => {
		const { state } = api.sandbox;
		const { id } = state.addOrder({ groupId: LONDON, quantity: 3 });
		state.fulfil(id, 2);
		expect(jsonOf(await get(id))).toEqual([
			{
				id,
				status: 'Processing',
				finished: false,
				ordered_quantity: 3,
				fulfilled_quantity: 2,
				did_group_id: LONDON,
				did_group_name: 'London',
				total_due_now: 12.6,
				created_at: new Date(state.order(id)?.createdAt ?? 0).toISOString(),
				numbers: [
					{ number: expect.stringMatching(/^0114420/), e164: expect.stringMatching(/^\+4420/) },
					{ number: expect.stringMatching(/^0114420/), e164: expect.stringMatching(/^\+4420/) },
				],
			},
		]);
	});

	test('when fields are selected, gives those and the ID', async () => {
		const { state } = api.sandbox;
		const { id } = state.addOrder({ groupId: LONDON, quantity: 3 });
		state.fulfil(id, 1);
		const selected = { output: 'selected', outputFields: ['item_status', 'cancelable'] };
		expect(jsonOf(await get(id, selected))).toEqual([
			{ id, item_status: 'Partially Fulfilled – Backordered', cancelable: true },
		]);
	});

	test("when the output is raw, gives the API's own object", async () => {
		const [order] = jsonOf(await get('9c2-2e2-4b6f', { output: 'raw' }));
		expect(Object.keys(order)).toEqual([
			'id',
			'created_at',
			'status',
			'ordered',
			'fulfilled',
			'order_items',
		]);
	});

	test('encodes the ID: it cannot reach another endpoint', async () => {
		for (const id of ['../numbers', '9c2/../../numbers', 'order 9c2', '"9c2"']) {
			// From an expression, for the form itself refuses slashes.
			const { error } = await get(`={{ ${JSON.stringify(id)} }}`);
			expect(error?.message).toContain("'Order' is not an ID");
		}
		for (const id of ['a?page=1', 'a#b', '%2e%2e', 'ü']) {
			const { error } = await get(`={{ ${JSON.stringify(id)} }}`);
			expect(error?.message).toContain('was not found');
		}
		for (const { path } of api.sandbox.requests) expect(path).toMatch(/^\/orders\/[^/]+$/);
		expect(api.sandbox.requests).toHaveLength(4);
	});

	test.each(['..', '.', '={{ $json.missing }}', '={{ " " }}'])('refuses the ID %j', async (id) => {
		const { error } = await get(id);
		expect(error?.message).toMatch(/^'Order' is (empty|not an ID)/);
		expect(api.sandbox.requests).toHaveLength(0);
	});

	test('tells what the API says about an order that is not there', async () => {
		const { error } = await get('000-000-0000');
		expect(error?.message).toContain('Order 000-000-0000 was not found');
		expect(error?.description).toMatch(/code 1003, HTTP 404/);
		expect(error?.context).toMatchObject({ itemIndex: 0 });
	});
});

describe('Order → Get Many', () => {
	const operation = { resource: 'order', operation: 'getAll' };

	test('gives flat items as Get does; what summaries do not hold is null', async () => {
		const orders = jsonOf(await api.run(operation));
		expect(orders.map((order) => order.id)).toEqual(
			[...api.sandbox.state.orders].sort((a, b) => b.createdAt - a.createdAt).map(({ id }) => id),
		);
		expect(orders.at(-1)).toEqual({
			id: '9c2-2e2-4b6f',
			status: 'complete',
			finished: true,
			ordered_quantity: 1,
			fulfilled_quantity: 1,
			did_group_id: null,
			did_group_name: null,
			total_due_now: null,
			created_at: '2020-06-25T13:47:00.000Z',
			numbers: null,
		});
	});

	test("when the output is raw, gives the API's summaries", async () => {
		const orders = jsonOf(await api.run({ ...operation, output: 'raw' }));
		expect(Object.keys(orders[0])).toEqual(
			expect.arrayContaining(['id', 'created_at', 'status', 'ordered', 'fulfilled']),
		);
	});

	test.each(['Created', '={{ " created " }}'])('filters by the status %j', async (status) => {
		api.sandbox.state.addOrder({ id: 'aaa-aaa-aaaa' });
		const orders = jsonOf(await api.run({ ...operation, filters: { status } }));
		expect(orders.map((order) => order.id)).toEqual(['aaa-aaa-aaaa']);
	});

	test.each(['created', '={{ "CREATED" }}', 'Backordered'])(
		'sends the status %j as the samples write it, and others as they are',
		async (status) => {
			await api.run({ ...operation, filters: { status } });
			const sent = status === 'Backordered' ? status : 'Created';
			expect(api.sandbox.requests[0].query).toMatchObject({ filter_by_status: sent });
		},
	);

	test.each(['={{ ["Created"] }}', '={{ $json.missing }}', '={{ true }}'])(
		'when the status is %j, it is refused: without it, all orders would come',
		async (status) => {
			const { error } = await api.run({ ...operation, filters: { status } });
			expect(error?.message).toContain("'Status'");
			expect(api.sandbox.requests).toHaveLength(0);
		},
	);

	test.each([100, 40])(
		'when the server gives %d rows a page, all are read',
		async (maxPageSize) => {
			api.sandbox.settings.maxPageSize = maxPageSize;
			api.sandbox.state.seedOrders(346);
			const orders = jsonOf(await api.run({ ...operation, returnAll: true }));
			expect(new Set(orders.map((order) => order.id)).size).toBe(api.sandbox.state.orders.length);
		},
	);

	test('asks for no more pages than the limit needs', async () => {
		api.sandbox.state.seedOrders(500);
		expect(jsonOf(await api.run({ ...operation, limit: 150 }))).toHaveLength(150);
		expect(api.sandbox.requests.map(({ query }) => query)).toEqual([
			{ page: '1', page_size: '100' },
			{ page: '2', page_size: '100' },
		]);
	});

	test('fails as a whole where one page fails for good', async () => {
		api.sandbox.state.seedOrders(300);
		api.sandbox.fault({
			match: { path: '/orders' },
			kind: 'status',
			status: 422,
			body: {
				status: 422,
				api_request_id: 'r',
				errors: [{ code: 1000, title: 'Invalid Request', detail: 'No' }],
			},
			skip: 2,
		});
		const { error, items } = await api.run({ ...operation, returnAll: true });
		expect(error?.description).toContain('code 1000');
		expect(items).toEqual([]);
	});
});

describe('Order → Preview', () => {
	const preview = (more = {}) => buy({ operation: 'preview', ...more });

	test('gives the price by the listed fees; nothing is ordered', async () => {
		const [json] = jsonOf(await api.run(preview({ quantity: 3 })));
		expect(json).toEqual({
			did_group_id: LONDON,
			did_group_name: 'London',
			country_iso: 'GB',
			region_code: null,
			ordered_quantity: 3,
			in_stock_quantity: 90,
			monthly_fee: 2.95,
			setup_fee: 1.25,
			total_monthly_fee: 8.85,
			total_due_now: 12.6,
		});
		expect(api.sandbox.requests.map(({ body }) => body)).toEqual([
			{ preview: true, order_items: [{ did_group_id: LONDON, quantity: 3 }] },
		]);
		expect(placedIn(api.sandbox)).toHaveLength(0);
	});

	test('works by SKU', async () => {
		const [json] = jsonOf(
			await api.run(
				preview({
					didGroupId: { __rl: true, mode: 'id', value: BRUNSWICK },
					orderBy: 'skus',
					didSkus: 'BW-US-2074063050, BW-US-2074063057',
				}),
			),
		);
		expect(json).toMatchObject({ ordered_quantity: 2, total_due_now: 8.5 });
	});

	test("when the output is raw, gives the API's own object", async () => {
		const [json] = jsonOf(await api.run(preview({ output: 'raw' })));
		expect(json).toHaveProperty('order_items');
		expect(json).not.toHaveProperty('total_due_now');
	});

	test('when several items come in, several are previewed', async () => {
		expect(jsonOf(await api.run(preview(), [{}, {}, {}]))).toHaveLength(3);
		expect(placedIn(api.sandbox)).toHaveLength(0);
	});

	test('when its answer is lost, it is not repeated: a server may have ordered', async () => {
		api.sandbox.fault({ kind: 'html', when: 'after', match: PREVIEW });
		const { error } = await api.run(preview());
		expect(error?.description).toContain('For a preview nothing is ordered');
		expect(api.sandbox.requests).toHaveLength(1);
	});

	test.each([
		[401, { message: 'Unauthorized' }, /^(?!.*Run it again).*Check the API key/],
		[403, '<html>', /^(?!.*Run it again).*Check the API key/],
		[404, { message: 'no Route matched' }, /^(?!.*Run it again).*'Base URL'/],
		[307, '', /^(?!.*Run it again).*'Base URL'/],
	])('when it is answered %d with %j, the error says what to do', async (status, body, advice) => {
		api.sandbox.fault({ kind: 'status', match: PREVIEW, status, body });
		const { error } = await api.run(buy());
		expect(error?.description).toMatch(advice);
		expect(error?.description).not.toContain('may have been made');
	});

	test.each([['stopWorkflow'], ['continueRegularOutput']] as const)(
		'when the server ignores that it is a preview, one order is placed, and said (%s)',
		async (onError) => {
			api.sandbox.settings.deviations = { previewIgnored: true };
			const result = await api.run(preview(), [{}, {}, {}], { onError });
			const [order] = placedIn(api.sandbox);
			expect(placedIn(api.sandbox)).toHaveLength(1);
			const message = `IDT Express may have placed order ${order.id} although only a preview was asked for`;
			expect(result.error?.message ?? result.items[2].json.error).toBe(message);
		},
	);

	test.each(['null', 'missing', 'text'] as const)(
		'when the preview has this id (%s), it is no order',
		async (previewId) => {
			api.sandbox.settings.previewId = previewId;
			expect(jsonOf(await api.run(preview()))).toHaveLength(1);
			jsonOf(await api.run(buy()));
			expect(placedIn(api.sandbox)).toHaveLength(1);
		},
	);

	test('when the account cannot pay, the error says so', async () => {
		api.sandbox.settings.funds = '0.31';
		const { error } = await api.run(preview());
		expect(error?.message).toContain('Insufficient Funds');
	});
});
