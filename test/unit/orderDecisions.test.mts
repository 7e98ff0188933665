import type { IDataObject } from 'n8n-workflow';
import {
	decideOrders,
	ordersToLookUp,
	parseOrders,
	readOrderRow,
	storeOrders,
	type OpenOrder,
	type OrderList,
	type OrderRow,
	type OrderRule,
	type OrdersState,
} from '../../nodes/IdtExpress/trigger/orders';
import { isSeen, NOTHING_SEEN } from '../../nodes/IdtExpress/trigger/seen';

/** The time of creation of all orders here, unless a test needs others. */
const CREATED = '2026-01-01T00:00:00.000Z';
const TIME = Date.parse(CREATED);

function order(id: string, status: string, fulfilled = 0, changes: IDataObject = {}): IDataObject {
	return {
		id,
		status,
		created_at: CREATED,
		ordered: { quantity: 10 },
		fulfilled: { quantity: fulfilled },
		...changes,
	};
}

const open = (status: string, fulfilled = 0, more: Partial<OpenOrder> = {}): OpenOrder => ({
	createdAt: TIME,
	status,
	fulfilled,
	...more,
});

const stateOf = (known: Record<string, OpenOrder>): OrdersState => ({
	seen: NOTHING_SEEN,
	total: null,
	open: new Map(Object.entries(known)),
});

function listOf(orders: IDataObject[], changes: Partial<OrderList> = {}): OrderList {
	const rows = orders.map(readOrderRow).filter((row): row is OrderRow => row !== null);
	return {
		rows: new Map(rows.map((row) => [row.id, row])),
		total: null,
		complete: true,
		looks: Infinity,
		inTurns: false,
		...changes,
	};
}

/** A poll that reads a list, and looks at all of `details`. */
function decide(
	state: OrdersState | null,
	rows: IDataObject[],
	details: Array<IDataObject | string>,
	rule: OrderRule = 'finished',
) {
	const entries = details.map((detail): [string, IDataObject | null] =>
		typeof detail === 'string' ? [detail, null] : [String(detail.id), detail],
	);
	const outcome = decideOrders(state, { list: listOf(rows), details: new Map(entries) }, rule);
	return { ...outcome, told: outcome.events.map((event) => event.order.id) };
}

describe('which orders are looked up', () => {
	test('at first: those that are not finished', () => {
		const list = listOf([order('a', 'Complete'), order('b', 'Received'), order('c', 'Processing')]);
		expect(ordersToLookUp(null, list, 0)).toEqual(['b', 'c']);
	});

	const state = stateOf({
		quiet1: open('Received'),
		quiet2: open('Processing', 3),
		unshown1: open('Received'),
		unshown2: open('Received'),
		unchecked: open('Received', 0, { unchecked: true }),
		nameless: open(''),
		restated: open('Received'),
		increased: open('Received', 1),
	});
	const rows = [
		order('quiet1', 'RECEIVED'),
		order('quiet2', 'Processing', 3),
		order('unchecked', 'Received'),
		order('nameless', 'Received'),
		order('restated', 'Processing'),
		order('increased', 'Received', 2),
		order('new', 'Complete'),
	];
	const pressing = ['new', 'restated', 'increased', 'unchecked', 'nameless'];

	test('later: new ones, changed ones, those never looked at, and the rest', () => {
		const rest = ['unshown1', 'unshown2', 'quiet1', 'quiet2'];
		expect(ordersToLookUp(state, listOf(rows), 0)).toEqual([...pressing, ...rest]);
		const none = stateOf({});
		expect(ordersToLookUp(none, listOf([]), 7)).toEqual([]);
	});

	test.each<[number, boolean, string[]]>([
		[0, false, ['unshown1', 'unshown2', 'quiet1']],
		[5, false, ['unshown2', 'unshown1', 'quiet2']],
		[2, true, ['quiet1', 'quiet2', 'unshown1']],
		[7, true, ['quiet2', 'unshown1', 'unshown2']],
	])(
		'in turn %i of the rest (all alike: %s) so many as there is time for',
		(turn, inTurns, rest) => {
			const list = listOf(rows, { looks: 3, inTurns });
			expect(ordersToLookUp(state, list, turn)).toEqual([...pressing, ...rest]);
		},
	);

	test('an order without an id is not in the list', () => {
		expect(readOrderRow({ status: 'Complete' })).toBeNull();
		expect(readOrderRow({ id: 7, status: 'Complete' })).toMatchObject({ id: '7', finished: true });
	});
});

describe('what an order does', () => {
	const fulfilled = order('a', 'Complete', 10);

	test('begins without an event, and finished orders are never new again', () => {
		const rows = [fulfilled, order('b', 'Received')];
		const { told, next } = decide(null, rows, [order('b', 'Processing', 2)]);
		expect(told).toEqual([]);
		expect([...next.open]).toEqual([['b', open('Processing', 2)]]);
		expect(decide(next, rows, [fulfilled]).told).toEqual([]);
		expect(isSeen(next.seen, { key: 'a', time: TIME })).toBe(true);
	});

	test('that the list calls open and Get Order done at the first poll is no event', () => {
		const { next } = decide(null, [order('a', 'Received')], [fulfilled]);
		expect([...next.open]).toEqual([]);
		expect(decide(next, [fulfilled], [fulfilled]).told).toEqual([]);
	});

	test('finishes once, whether it was known or not', () => {
		for (const state of [stateOf({}), stateOf({ a: open('Received') })]) {
			const { told, next } = decide(state, [fulfilled], [fulfilled]);
			expect(told).toEqual(['a']);
			expect([...next.open]).toEqual([]);
			expect(decide(next, [fulfilled], [fulfilled]).told).toEqual([]);
		}
	});

	test('finishes without a number: no event, unless every change of status is one', () => {
		const canceled = order('a', 'Complete');
		const state = stateOf({ a: open('Received') });
		expect(decide(state, [canceled], [canceled]).told).toEqual([]);
		expect(decide(state, [canceled], [canceled], 'everyIncrease').told).toEqual([]);
		const { events, next } = decide(state, [canceled], [canceled], 'statusChanged');
		expect(events).toEqual([{ order: canceled, previous: { status: 'Received', fulfilled: 0 } }]);
		expect([...next.open]).toEqual([]);
	});

	test('calls itself complete with a rest on backorder: watched on, where that can be an event', () => {
		const items = [{ status: 'Partially Fulfilled – Backordered' }];
		const partly = order('a', 'Complete', 4, { order_items: items });
		const watched = (rule: OrderRule) => [
			...decide(stateOf({}), [partly], [partly], rule).next.open.keys(),
		];
		expect(watched('finished')).toEqual([]);
		expect(watched('everyIncrease')).toEqual(['a']);
		expect(watched('statusChanged')).toEqual(['a']);
	});

	test('is delivered in parts: each increase once, though a server lags behind', () => {
		let state = stateOf({ a: open('Processing', 2) });
		const poll = (quantity: number) => {
			const now = order('a', 'Processing', quantity);
			const { events, next } = decide(state, [now], [now], 'everyIncrease');
			state = next;
			return events.map(({ previous }) => previous);
		};
		expect(poll(2)).toEqual([]);
		expect(poll(5)).toEqual([{ status: 'Processing', fulfilled: 2 }]);
		expect(poll(3)).toEqual([]);
		expect(poll(5)).toEqual([]);
		expect(poll(6)).toEqual([{ status: 'Processing', fulfilled: 5 }]);
	});

	test('changes back and forth: each change is one, of its status and of its quantity', () => {
		let state = stateOf({});
		const previous = (now: IDataObject) => {
			const { events, next } = decide(state, [now], [now], 'statusChanged');
			state = next;
			return events.map((event) => event.previous);
		};
		expect(previous(order('a', 'Received'))).toEqual([null]);
		expect(previous(order('a', 'received '))).toEqual([]);
		expect(previous(order('a', 'Received', 1))).toEqual([{ status: 'received ', fulfilled: 0 }]);
		expect(previous(order('a', 'Received', 0))).toEqual([{ status: 'Received', fulfilled: 1 }]);
	});

	test('has a status of any length, of which the beginning counts', () => {
		const long = order('a', 'x'.repeat(1000));
		const { next } = decide(stateOf({}), [long], [long], 'statusChanged');
		expect(next.open.get('a')?.status).toHaveLength(60);
		expect(decide(next, [long], [long], 'statusChanged').told).toEqual([]);
		expect(ordersToLookUp(next, listOf([long], { looks: 0 }), 0)).toEqual([]);
	});

	test('was not looked at when the trigger began: an event only if it has changed since', () => {
		const { next: begun } = decide(null, [order('a', 'Received', 1)], []);
		expect([...begun.open]).toEqual([['a', open('Received', 1, { unchecked: true })]]);
		// Its items say that it had ended before, whatever the list made of it.
		const ended = { order_items: [{ status: 'Partially Fulfilled – Complete' }] };
		const over = order('a', 'Received', 1, ended);
		const before = decide(begun, [], [over]);
		expect([before.told, [...before.next.open]]).toEqual([[], []]);
		expect(decide(begun, [], [order('a', 'Received', 2, ended)]).told).toEqual(['a']);
		expect(decide(begun, [], [order('a', 'Received', 1)]).next.open.get('a')).toEqual(
			open('Received', 1),
		);
	});

	test('is looked at for the first time since the trigger began: n8n must not forget that', () => {
		const received = order('a', 'Received', 1);
		const begun = decide(null, [received], []);
		const looked = decide(begun.next, [received], [received]);
		const again = decide(looked.next, [received], [received]);
		const notYet = decide(begun.next, [received], []);
		const stored = [begun, looked, again, notYet].map(({ mustBeStored }) => mustBeStored);
		expect(stored).toEqual([true, true, false, false]);
		expect(decide(looked.next, [fulfilled], [fulfilled])).toMatchObject({
			told: ['a'],
			mustBeStored: false,
		});
	});

	test('could not be looked at: it is remembered, and told when it can be', () => {
		const { told, next } = decide(stateOf({}), [fulfilled], []);
		expect(told).toEqual([]);
		expect([...next.open]).toEqual([['a', open('', 0, { missing: 0 })]]);
		const { events } = decide(next, [fulfilled], [fulfilled]);
		expect(events).toEqual([{ order: fulfilled, previous: null }]);
	});

	test('does not exist: let go after five times in a row, and not before', () => {
		let state = stateOf({ a: open('Received') });
		const poll = (detail: IDataObject | string) => (state = decide(state, [], [detail]).next);
		for (let time = 1; time <= 4; time++) {
			expect(poll('a').open.get('a')).toEqual(open('Received', 0, { missing: time }));
		}
		expect(poll(order('a', 'Received')).open.get('a')).toEqual(open('Received'));
		for (let time = 1; time <= 4; time++) poll('a');
		expect(state.open.size).toBe(1);
		expect(poll('a').open.size).toBe(0);
	});

	test('comes with others: the oldest first, and by id where they are of one time', () => {
		const later = { created_at: '2026-01-02T00:00:00.000Z' };
		const orders = [
			order('a', 'Complete', 10, later),
			order('d', 'Complete', 10),
			order('b', 'Complete', 10),
			order('c', 'Complete', 10),
		];
		expect(decide(stateOf({}), orders, orders).told).toEqual(['b', 'c', 'd', 'a']);
	});
});

describe('the state as it is stored', () => {
	const state: OrdersState = {
		seen: NOTHING_SEEN,
		total: 3,
		open: new Map([
			['a', open('Received', 1, { unchecked: false, missing: 0 })],
			['b', open('', 0, { unchecked: true, missing: 0 })],
			['c', open('Processing', 0, { unchecked: false, missing: 2 })],
		]),
	};
	const stored = () => JSON.parse(JSON.stringify(storeOrders(state))) as IDataObject;

	test('is read again, and is short', () => {
		expect(parseOrders(stored())).toEqual(state);
		expect(parseOrders({ ...stored(), total: null })).toEqual({ ...state, total: null });
		expect(stored().open).toEqual({
			a: [TIME, 'Received', 1],
			b: [TIME, '', 0, true, 0],
			c: [TIME, 'Processing', 0, false, 2],
		});
	});

	test.each<IDataObject>([
		{ seen: 7 },
		{ total: '3' },
		{ open: null },
		{ open: { a: null } },
		{ open: { a: {} } },
		{ open: { a: [String(TIME), 'Received', 1] } },
		{ open: { a: [TIME, null, 1] } },
		{ open: { a: [TIME, 'Received', '1'] } },
		{ open: { a: [TIME, 'Received', 1, 1, 0] } },
		{ open: { a: [TIME, 'Received', 1, true, '0'] } },
	])('with %j it is not what was stored', (changes) => {
		expect(parseOrders({ ...stored(), ...changes })).toBeNull();
	});
});
