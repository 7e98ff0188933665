import axios, { type AxiosInstance } from 'axios';
import type { Fault } from './faults.mts';
import { startSandbox, type Sandbox } from './server.mts';

/**
 * The switches of the sandbox, and what moves in it by itself. That it answers as the reference says
 * is checked by the contract suite.
 */

let sandbox: Sandbox;
let api: AxiosInstance;
let control: AxiosInstance;

beforeAll(async () => {
	sandbox = await startSandbox();
	const validateStatus = () => true;
	const { apiKey, apiSecret } = sandbox.credentials;
	const headers = { 'x-api-key': apiKey, 'x-api-secret': apiSecret };
	api = axios.create({ baseURL: `${sandbox.url}/v1/dids/`, headers, validateStatus });
	control = axios.create({
		baseURL: `${sandbox.url}/_sandbox/`,
		headers: { 'x-sandbox-control': '1' },
		validateStatus,
	});
});
beforeEach(() => sandbox.reset());
afterAll(async () => await sandbox.close());

const ids = async () => {
	const response = await api.get('orders', { params: { page_size: 100 } });
	return (response.data.orders as Array<{ id: string }>).map(({ id }) => id);
};

describe('lists', () => {
	test('come in the chosen order', async () => {
		const newest = await ids();
		sandbox.settings.ordersSort = 'oldest';
		expect(await ids()).toEqual([...newest].reverse());
		sandbox.state.seedOrders(50);
		sandbox.settings.ordersSort = 'shuffled';
		const shuffled = await ids();
		expect(await ids()).toEqual(shuffled);
		sandbox.settings.ordersSort = 'random';
		expect(await ids()).not.toEqual(await ids());
		expect(new Set(await ids())).toEqual(new Set(shuffled));
	});

	test('give rows with equal keys in another order each time, where that is switched on', async () => {
		sandbox.state.seedNumbers(30);
		for (const row of sandbox.state.numbers) row.addedAt = 0;
		const numbers = async (params: object) =>
			(await api.get('numbers', { params })).data.numbers.map(
				(row: { number: string }) => row.number,
			);
		const params = { order_by_added_at: 'asc' };
		expect(await numbers(params)).toEqual(await numbers(params));
		sandbox.settings.sortTies = 'random';
		expect(await numbers(params)).not.toEqual(await numbers(params));
		expect(await numbers({ ...params, order_by_number: 'asc' })).toEqual(
			await numbers({ order_by_number: 'asc' }),
		);
	});

	test.each([
		['query', ['order_by_number', 'order_by_country_name'], '01133975182372'],
		['document', ['order_by_number', 'order_by_country_name'], '011557135001442'],
		['first', ['order_by_country_name', 'order_by_number'], '011557135001442'],
		['first', ['order_by_number', 'order_by_country_name'], '01133975182372'],
	] as const)('are sorted by %s: %j', async (sortPrecedence, names, first) => {
		sandbox.settings.sortPrecedence = sortPrecedence;
		const params = Object.fromEntries(names.map((name) => [name, 'asc']));
		expect((await api.get('numbers', { params })).data.numbers[0].number).toBe(first);
	});

	test.each([
		['numbers', { filter_by_country_name: 'Peru' }],
		['orders', { filter_by_status: 'COMPLETE' }],
	])('%s are filtered in any case, or in the exact one', async (list, params) => {
		const count = async () => (await api.get(list, { params })).data[list].length;
		expect(await count()).toBeGreaterThan(0);
		sandbox.settings.filterCase = 'exact';
		expect(await count()).toBe(0);
	});

	test.each([
		['filtered', 1],
		['account', 12],
		['active', 11],
	] as const)('of numbers have a total that is %s: %d', async (totals, total) => {
		sandbox.state.seedNumbers(1);
		sandbox.state.removeNumber('0115117304800');
		sandbox.settings.totals = totals;
		const params = { filter_by_number: '17078675309' };
		expect((await api.get('numbers', { params })).data.meta.total).toBe(total);
	});

	test.each([
		['cap', 200, 150],
		['default', 200, 100],
		['error', 422, undefined],
		['break', 500, undefined],
	] as const)('with too large a page size: %s', async (pageSizeOverLimit, status, size) => {
		Object.assign(sandbox.settings, { maxPageSize: 150, pageSizeOverLimit });
		const response = await api.get('orders', { params: { page_size: 200 } });
		expect([response.status, response.data.meta?.page_size]).toEqual([status, size]);
	});

	test('have only the page sizes that are honoured', async () => {
		sandbox.settings.pageSizes = [10, 100];
		expect((await api.get('orders')).status).toBe(200);
		const response = await api.get('orders', { params: { page_size: 7 } });
		expect(response.data.errors[0]).toMatchObject({ code: 1002, field: 'page_size' });
	});

	test('have pages no larger than the limit, and say so', async () => {
		sandbox.state.seedOrders(50);
		sandbox.settings.maxPageSize = 20;
		const response = await api.get('orders', { params: { page: 2, page_size: 100 } });
		expect(response.data.orders).toHaveLength(20);
		expect(response.data.meta).toEqual({ page: 2, page_size: 20, total: 54 });
		sandbox.settings.pageSizeOverLimit = 'error';
		expect((await api.get('orders', { params: { page_size: 21 } })).status).toBe(422);
		expect((await api.get('orders', { params: { page: 0 } })).data.errors[0].field).toBe('page');
	});

	test('of a hundred thousand rows are served page by page', async () => {
		sandbox.state.seedNumbers(100_000);
		sandbox.state.seedOrders(100_000);
		const numbers = await api.get('numbers', { params: { page: 1000 } });
		expect(numbers.data.numbers).toHaveLength(100);
		expect(numbers.data.meta.total).toBe(100_011);
		expect((await api.get('orders', { params: { page: 500 } })).data.orders).toHaveLength(100);
	});
});

describe('limits', () => {
	test.each([
		['seconds' as const, /^1$/],
		['date' as const, /GMT$/],
		['none' as const, undefined],
		[{ text: '86400' }, /^86400$/],
	])('throttle with Retry-After as %j', async (retryAfter, expected) => {
		sandbox.settings.rateLimit = { perSecond: 1, burst: 2, retryAfter };
		const statuses = [];
		for (let i = 0; i < 3; i++) statuses.push((await api.get('coverage/countries')).status);
		expect(statuses).toEqual([200, 200, 429]);
		const response = await api.get('coverage/countries');
		expect(response.data.errors[0].code).toBe(2002);
		const header: unknown = response.headers['retry-after'];
		if (expected) expect(header).toMatch(expected);
		else expect(header).toBeUndefined();
		sandbox.state.advance(1_000);
		expect((await api.get('coverage/countries')).status).toBe(200);
	});

	test('end a quota for good', async () => {
		sandbox.settings.quota = 1;
		expect((await api.get('coverage/countries')).status).toBe(200);
		expect((await api.get('coverage/countries')).data.errors[0].code).toBe(2001);
	});

	test('take the cost of an order from the funds, and refuse what they do not cover', async () => {
		sandbox.settings.funds = '8.41';
		const order_items = [{ did_group_id: 7001, quantity: 1 }];
		expect((await api.post('orders', { order_items })).status).toBe(200);
		expect(sandbox.settings.funds).toBe('4.21');
		await api.post('orders', { order_items });
		const response = await api.post('orders', { order_items });
		expect(response.data.errors[0]).toEqual({
			code: 3001,
			title: 'Insufficient Funds',
			detail: 'Insufficient Funds (cost: 4.20, account balance: 0.01)',
			source: '/',
		});
	});

	test('of the feature', async () => {
		sandbox.settings.didsEnabled = false;
		const order_items = [{ did_group_id: 7001, quantity: 1 }];
		const response = await api.post('orders', { order_items });
		expect([response.status, response.data.errors[0].code]).toEqual([403, 3000]);
		sandbox.settings.featureOffStatus = 422;
		expect((await api.post('orders', { order_items })).status).toBe(422);
	});
});

describe('DID groups', () => {
	test.each([
		['regionWhereNone', { country_iso: 'PE', region_code: 'PE-LIM' }, 11895],
		['tollFreeWithRegion', { country_iso: 'US', region_code: 'US-ME', toll_free: true }, 8800],
	] as const)('%s: refused, or ignored', async (name, params, group) => {
		expect((await api.get('coverage/did_groups', { params })).status).toBe(422);
		sandbox.settings[name] = 'ignored';
		expect((await api.get('coverage/did_groups', { params })).data.did_groups[0].id).toBe(group);
	});
});

describe('an order', () => {
	const create = async (did_group_id: number, quantity: number): Promise<string> =>
		(await api.post('orders', { order_items: [{ did_group_id, quantity }] })).data.order.id;
	const read = async (id: string) => (await api.get(`orders/${id}`)).data.order;

	test('moves by itself from Created to fulfilled, on the clock of the sandbox', async () => {
		sandbox.settings.fulfilment = { mode: 'auto', processingMs: 1e6, completeMs: 2e6 };
		const id = await create(7001, 2);
		expect((await read(id)).status).toBe('Created');
		sandbox.state.advance(1e6);
		expect((await read(id)).status).toBe('Processing');
		sandbox.state.advance(1e6);
		const order = await read(id);
		expect(order).toMatchObject({ status: 'Complete', fulfilled: { quantity: 2 } });
		expect(order.order_items[0].status).toBe('Fulfilled – Complete');
		const [{ number }] = order.order_items[0].numbers;
		expect(sandbox.state.activeNumber(number)).toBeDefined();
	});

	test.each([
		[16847, 5, 2, 'Partially Fulfilled – Backordered'],
		[13001, 1, 0, 'Backordered'],
	])('of group %d beyond its stock goes on backorder', async (group, wanted, got, status) => {
		sandbox.settings.fulfilment = { mode: 'auto', processingMs: 0, completeMs: 0 };
		const order = await read(await create(group, wanted));
		expect(order.fulfilled.quantity).toBe(got);
		expect(order.order_items[0]).toMatchObject({ status, cancelable: true });
		sandbox.state.fulfil(order.id);
		expect((await read(order.id)).fulfilled.quantity).toBe(wanted);
	});

	test.each(['complete', 'backorder', 'funds', 'inventory'] as const)(
		'can end: %s',
		async (why) => {
			for (const delivered of [0, 1]) {
				const id = await create(7001, 2);
				if (delivered) sandbox.state.fulfil(id, delivered);
				sandbox.state.end(id, why);
				const order = await read(id);
				expect(order).toMatchObject({ status: 'Complete', fulfilled: { quantity: delivered } });
				expect(order.order_items[0].status).toMatch(delivered ? /^Partially/ : /Canceled/);
			}
		},
	);

	test('of US numbers above the stock is refused, or ends with what there was', async () => {
		const order_items = [{ did_group_id: 39147, quantity: 4 }];
		const response = await api.post('orders', { order_items });
		expect(response.data.errors[0]).toMatchObject({ code: 1002, field: 'quantity' });
		sandbox.settings.usAboveStock = 'accepted';
		sandbox.settings.fulfilment = { mode: 'auto', processingMs: 0, completeMs: 0 };
		const ended = await read(await create(39147, 4));
		expect(ended).toMatchObject({ status: 'Complete', fulfilled: { quantity: 3 } });
		expect(ended.order_items[0].status).toBe('Partially Fulfilled – Complete');
		expect((await read(await create(39147, 1))).order_items[0].status).toBe(
			'Canceled – Insufficient Inventory',
		);
	});

	test('can be received before it is processed', async () => {
		sandbox.settings.createdItemStatus = 'Received';
		sandbox.settings.fulfilment = { mode: 'auto', processingMs: 1e6, completeMs: 2e6 };
		const id = await create(7001, 1);
		expect((await read(id)).order_items[0].status).toBe('Received');
		sandbox.state.advance(1e6);
		expect((await read(id)).order_items[0].status).toBe('Processing');
	});

	test.each([
		['refused', null],
		['quantity', 3],
		['skus', 1],
	] as const)('with quantity and SKUs: %s', async (quantityWithSkus, ordered) => {
		sandbox.settings.quantityWithSkus = quantityWithSkus;
		const item = { did_group_id: 39145, quantity: 3, did_skus: ['BW-US-2074063050'] };
		const { data } = await api.post('orders', { order_items: [item] });
		if (ordered === null) expect(data.errors[0]).toMatchObject({ code: 1002, field: 'did_skus' });
		else expect(data.order.ordered.quantity).toBe(ordered);
	});

	test.each([
		['accepted', 2],
		['refused', 1],
		['same', 1],
	] as const)('that is placed twice is %s', async (duplicateOrders, orders) => {
		sandbox.settings.duplicateOrders = duplicateOrders;
		const before = sandbox.state.orders.length;
		const ids = [await create(7001, 1), await create(7001, 1).catch(() => null)];
		expect(sandbox.state.orders.length - before).toBe(orders);
		expect(ids[1] === ids[0]).toBe(duplicateOrders === 'same');
		sandbox.state.advance(3_600_000);
		expect(await create(7001, 1)).not.toBe(ids[0]);
	});

	test.each([
		['null', null],
		['missing', undefined],
		['text', '000-000-0000'],
	] as const)('that is previewed has an id: %s', async (previewId, id) => {
		sandbox.settings.previewId = previewId;
		const order_items = [{ did_group_id: 7001, quantity: 1 }];
		const { data } = await api.post('orders', { preview: true, order_items });
		expect(data.order.id).toBe(id);
		expect(data.order.order_items[0].status).toBe('Preview');
	});

	test('writes its statuses as the settings say', async () => {
		Object.assign(sandbox.settings, { statusDash: '-', statusCase: 'lower' });
		const order = await read('9c2-2e2-4b6f');
		expect(order.status).toBe('complete');
		expect(order.order_items[0].status).toBe('fulfilled - complete');
	});

	test('by SKU takes exactly these numbers, once', async () => {
		const did_skus = ['BW-US-2074063050', 'BW-US-2074063057'];
		const order_items = [{ did_group_id: 39145, did_skus }];
		const { order } = (await api.post('orders', { order_items })).data;
		sandbox.state.fulfil(order.id);
		expect((await read(order.id)).order_items[0].numbers).toEqual([
			{ number: '12074063050' },
			{ number: '12074063057' },
		]);
		const again = await api.post('orders', { order_items });
		expect(again.data.errors.map((error: { source: string }) => error.source)).toEqual([
			'/order_items/0/did_skus/0',
			'/order_items/0/did_skus/1',
		]);
	});
});

describe('numbers', () => {
	test('stay listed for a while after they were removed, and can be bought again', async () => {
		await api.delete('numbers/12074069000');
		sandbox.state.addNumber({ number: '12074069000', groupId: 39145 });
		const rows = async () =>
			(await api.get('numbers', { params: { filter_by_number: '12074069000' } })).data.numbers;
		expect((await rows()).map((row: { status: string }) => row.status)).toEqual([
			'removed',
			'active',
		]);
		sandbox.state.advance(sandbox.settings.removedRetentionMs + 1_000);
		expect(await rows()).toHaveLength(1);
	});

	test('change their caller ID after a while', async () => {
		sandbox.settings.cnamMs = 1_000_000;
		await api.post('numbers/12074069001/cnam', { name: 'Jenny' });
		const cnam = async () =>
			(await api.get('numbers', { params: { filter_by_number: '12074069001' } })).data.numbers[0]
				.cnam;
		expect(await cnam()).toMatchObject({ current: null, pending: { action: 'enable' } });
		sandbox.state.advance(1_000_000);
		expect(await cnam()).toMatchObject({ current: { name: 'Jenny' }, pending: null });
		await api.delete('numbers/12074069001/cnam');
		sandbox.state.advance(1_000_000);
		expect(await cnam()).toMatchObject({ current: null, pending: null });
	});
});

describe('faults', () => {
	test('drip: headers at once, a blank now and then, never an end', async () => {
		sandbox.fault({ kind: 'drip', everyMs: 5 });
		const stop = new AbortController();
		const { data } = await api.get('orders', { responseType: 'stream', signal: stop.signal });
		const blanks = await new Promise<number>((resolve) => {
			let count = 0;
			data.on('data', (chunk: Buffer) => {
				count += chunk.length;
				if (count >= 3) resolve(count);
			});
			data.on('error', () => undefined);
		});
		stop.abort();
		expect(blanks).toBeGreaterThanOrEqual(3);
	});

	test.each<Fault>([
		{ kind: 'html', status: 403 },
		{ kind: 'status', status: 404 },
		{ kind: 'status', status: 429, body: 'Slow down' },
		{ kind: 'redirect', status: 303, body: 'http://127.0.0.1:9/' },
		{ kind: 'status', status: 200, body: { errors: [{ code: 1000 }] } },
	])('$kind $status after the order was placed', async (fault) => {
		sandbox.fault({ ...fault, when: 'after' });
		const before = sandbox.state.orders.length;
		const order_items = [{ did_group_id: 7001, quantity: 1 }];
		const response = await api.post('orders', { order_items }, { maxRedirects: 0 });
		expect(response.status).toBe(fault.status);
		expect(response.data?.order).toBeUndefined();
		expect(sandbox.state.orders).toHaveLength(before + 1);
	});
});

describe('the server', () => {
	test('records what is outside the API too', async () => {
		const outside = axios.create({ baseURL: sandbox.url, validateStatus: () => true });
		await outside.get('/v1/dids/orders?page=2');
		await outside.get('/v1/orders');
		await outside.post('/v1/didsorders', { a: 1 });
		await outside.post('/v1/dids/orders', Buffer.from('{"a'), {
			headers: { 'content-type': 'application/json' },
		});
		expect(sandbox.requests.map(({ method, path, status }) => [method, path, status])).toEqual([
			['GET', '/orders', 403],
			['GET', 'outside /v1/orders', 404],
			['POST', 'outside /v1/didsorders', 404],
			['POST', '/orders', 422],
		]);
		expect(sandbox.requests[2].body).toEqual({ a: 1 });
	});

	test('knows no other names than those of the document, unless they are ignored', async () => {
		const params = { order_by_regionname: 'asc' };
		const response = await api.get('numbers', { params });
		expect([response.status, response.data.errors[0]]).toEqual([
			422,
			expect.objectContaining({ code: 1000, field: 'order_by_regionname' }),
		]);
		expect((await api.get('numbers?page=1&page=2')).data.errors[0].field).toBe('page');
		const entry = { ip: '10.0.0.1', prot: 5060 };
		const wrong = await api.post('trunk_groups', { name: 'Main', switches: [entry] });
		expect(wrong.data.errors[0].source).toBe('/switches/0/prot');
		sandbox.settings.unknownNames = 'ignored';
		expect((await api.get('numbers', { params })).status).toBe(200);
	});

	test('answers with its own time, or none', async () => {
		sandbox.settings.clockOffsetMs = 86_400_000;
		const { headers } = await api.get('coverage/countries');
		expect(Date.parse(headers.date) - Date.now()).toBeGreaterThan(80_000_000);
		sandbox.settings.dateHeader = false;
		expect((await api.get('coverage/countries')).headers.date).toBeUndefined();
	});

	test('can be away and come back at the same address, with what it knew', async () => {
		sandbox.state.addOrder({ id: 'aaa-aaa-aaaa' });
		await sandbox.stopListening();
		// A connection that was kept alive is cut, a new one refused.
		await expect(api.get('orders')).rejects.toMatchObject({
			code: expect.stringMatching(/^ECONN(REFUSED|RESET)$/),
		});
		await sandbox.listen();
		expect(await ids()).toContain('aaa-aaa-aaaa');
	});

	test('refuses a body that is not JSON', async () => {
		const headers = { 'content-type': 'application/json' };
		const response = await api.post('orders', Buffer.from('{"a'), { headers });
		expect(response.data.errors[0].code).toBe(1000);
	});
});

test.each([
	['a page of another origin', {}],
	['a name that leads here', { 'x-sandbox-control': '1', host: 'rebound.example' }],
])('the control plane refuses %s', async (_who, headers) => {
	const anyone = axios.create({ baseURL: sandbox.url, headers, validateStatus: () => true });
	expect((await anyone.post('/_sandbox/reset', {})).status).toBe(403);
	expect((await anyone.get('/_sandbox/')).data).not.toHaveProperty('settings');
});

test('the control plane does over HTTP what a test in process does', async () => {
	const { id } = sandbox.state.addOrder({ groupId: 7001, quantity: 2 });
	await control.post(`orders/${id}/fulfil`, { count: 1 });
	expect(sandbox.state.order(id)?.item.numbers).toHaveLength(1);
	await control.post(`orders/${id}/end`, { reason: 'backorder' });
	expect(sandbox.state.order(id)?.status).toBe('Complete');
	await control.post('numbers/12074069000/remove');
	expect(sandbox.state.activeNumber('12074069000')).toBeUndefined();
	await api.post('numbers/12074069001/cnam', { name: 'Jenny' });
	await control.post('numbers/12074069001/cnam/complete');
	expect(sandbox.state.activeNumber('12074069001')?.cnam?.current?.name).toBe('Jenny');
	expect((await control.patch('settings', { latencyMs: 1 })).data.latencyMs).toBe(1);
	await control.post('faults', { kind: 'status', status: 503 });
	expect((await api.get('orders')).status).toBe(503);
	await control.post('faults', { kind: 'status', status: 503 });
	await control.delete('faults');
	expect((await api.get('orders')).status).toBe(200);
	const before = sandbox.state.now();
	await control.post('clock/advance', { ms: 60_000 });
	expect(sandbox.state.now() - before).toBeGreaterThanOrEqual(60_000);
	expect((await control.get('')).data).toMatchObject({ numbers: 12 });
	await control.post('reset', { latencyMs: 2 });
	expect(sandbox.settings.latencyMs).toBe(2);
	expect(sandbox.state.activeNumber('12074069000')).toBeDefined();
});
