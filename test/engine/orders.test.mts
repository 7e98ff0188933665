import { jsonOf, useSandbox } from './harness.mts';

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
		const { id } = state.addOrder({ groupId: 7001, quantity: 3 });
		state.fulfil(id, 2);
		expect(jsonOf(await get(id))).toEqual([
			{
				id,
				status: 'Processing',
				created_at: new Date(state.order(id)?.createdAt ?? 0).toISOString(),
				ordered_quantity: 3,
				fulfilled_quantity: 2,
				missing_quantity: 1,
				item_status: 'Partially Fulfilled – Backordered',
				cancelable: true,
				did_group_id: 7001,
				did_group_name: 'London',
				country_iso: 'GB',
				region_code: null,
				setup_fee: '1.25',
				monthly_fee: '2.95',
				numbers: [
					{ number: '011442000003050', e164: '+442000003050' },
					{ number: '011442000003057', e164: '+442000003057' },
				],
			},
		]);
	});

	test("gives the API's own object where it is not simplified", async () => {
		const [order] = jsonOf(await get('9c2-2e2-4b6f', { simplify: false }));
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
		for (const id of ['../numbers', '9c2/../../numbers', 'a?page=1', 'a#b', '%2e%2e', 'ü']) {
			const { error } = await get(id);
			expect(error?.message).toBe('Resource Not Found');
		}
		for (const { path } of api.sandbox.requests) expect(path).toMatch(/^\/orders\/[^/]+$/);
		expect(api.sandbox.requests).toHaveLength(6);
	});

	test.each(['..', '.', '={{ $json.missing }}', ' '])('refuses the ID %j', async (id) => {
		const { error } = await get(id);
		expect(error?.message).toMatch(/^Order is (empty|not an ID)$/);
		expect(api.sandbox.requests).toHaveLength(0);
	});

	test('tells what the API says about an order that is not there', async () => {
		const { error } = await get('000-000-0000');
		expect(error?.message).toBe('Resource Not Found');
		expect(error?.description).toMatch(/Order 000-000-0000 was not found.*code 1003, HTTP 404/);
	});
});

describe('Order → Get Many', () => {
	const operation = { resource: 'order', operation: 'getAll' };

	test("gives the API's summaries", async () => {
		const orders = jsonOf(await api.run(operation));
		expect(orders.map((order) => order.id)).toEqual([
			'710-1be-a8d7',
			'929-bcc-ed00',
			'018-7cb-5832',
			'9c2-2e2-4b6f',
		]);
		expect(orders[1]).toEqual({
			id: '929-bcc-ed00',
			created_at: '2020-07-05T22:48:31.000Z',
			status: 'Complete',
			ordered: { quantity: 17 },
			fulfilled: { quantity: 17 },
		});
	});

	test('filters by status', async () => {
		api.sandbox.state.addOrder({ id: 'aaa-aaa-aaaa' });
		const orders = jsonOf(await api.run({ ...operation, filters: { status: ' created ' } }));
		expect(orders.map((order) => order.id)).toEqual(['aaa-aaa-aaaa']);
	});

	test.each([
		[100, 4, 3],
		[40, 9, 5],
	])(
		'reads all pages where the server gives %d rows each: %d, after the first %d at once',
		async (maxPageSize, pages, atOnce) => {
			api.sandbox.settings.maxPageSize = maxPageSize;
			api.sandbox.gather(atOnce, 1);
			api.sandbox.state.seedOrders(346);
			const orders = jsonOf(await api.run({ ...operation, returnAll: true }));
			expect(new Set(orders.map((order) => order.id)).size).toBe(350);
			expect(api.sandbox.requests).toHaveLength(pages);
			expect(api.sandbox.mostInFlight()).toBe(atOnce);
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
		expect(error?.message).toBe('Invalid Request');
		expect(items).toEqual([]);
	});
});
