import type { IDataObject } from 'n8n-workflow';
import {
	beginOrders,
	decideOrders,
	isKnownOrder,
	isDue,
	isSurelyOver,
	watchedOrders,
	type OpenOrder,
	type OrderRule,
	type OrdersState,
} from '../../nodes/IdtExpress/trigger/orders';
import { pollOrders } from '../../nodes/IdtExpress/trigger/readOrders';
import {
	addProcessed,
	isProcessed,
	NOTHING_PROCESSED,
} from '../../nodes/IdtExpress/trigger/processed';

/** The time of creation of all orders here, unless a test needs others. */
const CREATED = '2026-01-01T00:00:00.000Z';
const TIME = Date.parse(CREATED);

/** @param numbers how many are listed; default: as many as were delivered */
function order(
	id: string,
	status: string,
	fulfilled = 0,
	changes: IDataObject = {},
	numbers = fulfilled,
): IDataObject {
	const listed = Array.from({ length: numbers }, (_, index) => ({ number: `1207${index}` }));
	return {
		id,
		status,
		created_at: CREATED,
		ordered: { quantity: 10 },
		fulfilled: { quantity: fulfilled },
		order_items: [{ status: '', numbers: listed, ...changes }],
	};
}

const open = (
	status: string | null,
	fulfilled = status === null ? null : 0,
	more: Partial<OpenOrder> = {},
): OpenOrder => ({ time: TIME, status, fulfilled, ...more });

const stateOf = (known: Record<string, OpenOrder>): OrdersState => ({
	accounted: 0,
	done: NOTHING_PROCESSED,
	open: known,
});

const byId = (orders: IDataObject[]) => new Map(orders.map((row) => [String(row.id), row]));

const watch = (state: OrdersState, rows: IDataObject[]) =>
	watchedOrders(
		state,
		rows.filter((row) => !isKnownOrder(state, row)),
	);

/** A poll that reads a list, and looks up all of `details`. */
function decide(
	state: OrdersState | null,
	rows: IDataObject[],
	details: IDataObject[],
	rule: OrderRule = 'finished',
) {
	const begin = () => ({ events: [], next: beginOrders(rule, byId(rows), byId(details)) });
	const decided = state
		? decideOrders(state, rule, watch(state, rows), byId(details), rows.length)
		: begin();
	const outcome = JSON.parse(JSON.stringify(decided));
	return {
		...outcome,
		ids: outcome.events.map((event: IDataObject) => (event.order as IDataObject).id),
	};
}

/** Polls one order again and again. @returns what each poll emits */
function follow(rule: OrderRule, state = stateOf({})) {
	return (now: IDataObject) => {
		const { events, next } = decide(state, [now], [now], rule);
		state = next;
		return events.map(({ known: { status, fulfilled: quantity } }: { known: OpenOrder }) =>
			status === null ? null : { status, fulfilled: quantity },
		);
	};
}

const fulfilled = order('a', 'Complete', 10);
const backordered = { status: 'Partially Fulfilled – Backordered' };
const ended = { status: 'Partially Fulfilled – Complete' };

describe('which orders are looked up', () => {
	test.each<[boolean, OpenOrder, IDataObject | undefined]>([
		[true, open('Received'), undefined],
		[false, open('Received'), order('a', 'RECEIVED ')],
		[false, open('Processing', 3), order('a', 'Processing', 2)],
		[true, open('Processing', 3), order('a', 'Processing', 4)],
		[true, open('Received'), order('a', 'Processing')],
		[true, open(null), undefined],
		[true, open('Received', 0, { waited: 1 }), order('a', 'Received')],
	])('due: %s for %j with the row %j', (expected, known, row) => {
		expect(isDue(known, row)).toBe(expected);
	});

	test('at first: all but those of which everything was delivered', () => {
		expect(isSurelyOver('finished', fulfilled)).toBe(true);
		expect(isSurelyOver('finished', order('a', 'Complete', 9))).toBe(false);
		expect(isSurelyOver('finished', order('a', 'Received'))).toBe(false);
		expect(isSurelyOver('finished', order('a', 'Processing', 10))).toBe(true);
		expect(isSurelyOver('statusChanged', order('a', 'Processing', 10))).toBe(false);
	});

	test('when a complete order has no quantity, it is looked up at first', () => {
		const unclear = { ...order('a', 'Complete'), ordered: null };
		expect(isSurelyOver('finished', unclear)).toBe(false);
	});

	test.each([null, stateOf({})])(
		'none for a row without an id, with the state %j',
		async (state) => {
			const rows = [{ status: 'Received' }, order('', 'Received')];
			const lookups: string[] = [];
			await pollOrders(state, 'finished', {
				page: async () => ({ records: rows, total: 2, pageSize: 100 }),
				all: async () => ({ records: rows, total: 2, completeness: 'complete' }),
				order: async (id) => (lookups.push(id), null),
				random: () => 0,
			});
			expect(lookups).toEqual([]);
		},
	);
});

describe('an order', () => {
	test('when the trigger begins, is no event; when it was over, it is none later', () => {
		const rows = [fulfilled, order('b', 'Received')];
		const { next } = decide(null, rows, [order('b', 'Processing', 2)]);
		expect(next.open).toEqual({ b: open('Processing', 2) });
		expect(decide(next, rows, [fulfilled]).ids).toEqual([]);
		expect(isProcessed(next.done, { key: 'a', time: TIME })).toBe(true);
	});

	test('when only a lookup shows at activation that it was over, it is none later', () => {
		const over = order('a', 'Complete', 4, ended);
		const { next } = decide(null, [order('a', 'Complete', 4, {}, 0)], [over]);
		expect(next.open).toEqual({});
	});

	test('when it finishes, is an event once, whether it was known or not', () => {
		for (const state of [stateOf({}), stateOf({ a: open('Received') })]) {
			const { ids, next } = decide(state, [fulfilled], [fulfilled]);
			expect(ids).toEqual(['a']);
			expect(next.open).toEqual({});
			expect(decide(next, [fulfilled], [fulfilled]).ids).toEqual([]);
		}
	});

	test('when it finishes without a number, is an event only for a changed status', () => {
		const canceled = order('a', 'Complete', 0, { status: 'Backorder Canceled' });
		const state = stateOf({ a: open('Received') });
		expect(decide(state, [canceled], [canceled]).ids).toEqual([]);
		expect(decide(state, [canceled], [canceled], 'everyIncrease').ids).toEqual([]);
		const { events, next } = decide(state, [canceled], [canceled], 'statusChanged');
		expect(events).toEqual([{ order: canceled, known: open('Received') }]);
		expect(next.open).toEqual({});
	});

	test.each<OrderRule>(['finished', 'everyIncrease', 'statusChanged'])(
		'when it is complete but on backorder, stays open at activation and later (%s)',
		(rule) => {
			const partly = order('a', 'Complete', 4, backordered);
			const begun = decide(null, [partly], [partly], rule);
			const later = decide(stateOf({ a: open('Complete', 4) }), [partly], [partly], rule);
			for (const { ids, next } of [begun, later]) {
				expect(ids).toEqual([]);
				expect(next.open).toEqual({ a: open('Complete', 4) });
				expect(decide(next, [fulfilled], [fulfilled], rule).ids).toEqual(['a']);
			}
		},
	);

	test('when its item has ended, but its own status has not followed, stays open for that', () => {
		const poll = follow('statusChanged');
		expect(poll(order('a', 'Processing', 3))).toEqual([null]);
		expect(poll(order('a', 'Processing', 3, ended))).toEqual([]);
		expect(poll(order('a', 'Complete', 3, ended))).toEqual([
			{ status: 'Processing', fulfilled: 3 },
		]);
		expect(poll(order('a', 'Complete', 3, ended))).toEqual([]);
	});

	test('when it is delivered in parts, each increase is an event once, though an answer lags behind', () => {
		const poll = follow('everyIncrease', stateOf({ a: open('Processing', 2) }));
		const quantities = [2, 5, 3, 5, 6].map((quantity) => poll(order('a', 'Processing', quantity)));
		expect(quantities).toEqual([
			[],
			[{ status: 'Processing', fulfilled: 2 }],
			[],
			[],
			[{ status: 'Processing', fulfilled: 5 }],
		]);
	});

	test('when its status changes back and forth, each change is an event; a lower quantity is none', () => {
		const poll = follow('statusChanged');
		expect(poll(order('a', 'Received'))).toEqual([null]);
		expect(poll(order('a', 'received '))).toEqual([]);
		expect(poll(order('a', 'Received', 1))).toEqual([{ status: 'received ', fulfilled: 0 }]);
		expect(poll(order('a', 'Received', 0))).toEqual([]);
		expect(poll(order('a', 'Received', 1))).toEqual([]);
		expect(poll(order('a', 'On Hold', 1))).toEqual([{ status: 'Received', fulfilled: 1 }]);
		expect(poll(order('a', 'Received', 1))).toEqual([{ status: 'On Hold', fulfilled: 1 }]);
	});

	test('when it has no status, is an event once', () => {
		const poll = follow('statusChanged');
		expect(poll(order('a', ''))).toEqual([null]);
		expect(poll(order('a', ''))).toEqual([]);
	});

	test.each<OrderRule>(['finished', 'everyIncrease'])(
		'when its numbers are not listed yet, waits for them, some polls long (%s)',
		(rule) => {
			const unlisted = order('a', 'Complete', 10, {}, 0);
			const poll = follow(rule);
			for (let i = 0; i < 3; i++) expect(poll(unlisted)).toEqual([]);
			expect(poll(fulfilled)).toEqual([null]);
			const waiting = follow(rule);
			for (let i = 0; i < 5; i++) expect(waiting(unlisted)).toEqual([]);
			expect(waiting(unlisted)).toEqual([null]);
			expect(waiting(unlisted)).toEqual([]);
			expect(decide(stateOf({}), [unlisted], [unlisted], rule).mustBeStored).toBe(true);
		},
	);

	test('when its numbers are not listed yet, a changed status does not wait for them', () => {
		expect(follow('statusChanged')(order('a', 'Complete', 10, {}, 0))).toEqual([null]);
	});

	test('when it could not be read at activation, counts as the list shows it', () => {
		const over = order('a', 'Received', 1, ended);
		const { next: begun } = decide(null, [order('a', 'Received', 1)], []);
		expect(begun.open).toEqual({ a: open('Received', 1) });
		expect(decide(begun, [], [over]).ids).toEqual(['a']);
	});

	test('when the list alone called it over at activation, is an event only if it has changed since', () => {
		const partly = order('a', 'Complete', 4, ended);
		const { next: begun } = decide(null, [order('a', 'Complete', 4, {}, 0)], []);
		expect(begun.open).toEqual({ a: open('Complete', 4, { isSaidOver: true }) });
		const { ids, next } = decide(begun, [], [partly]);
		expect([ids, next.open]).toEqual([[], {}]);
		expect(decide(begun, [], [order('a', 'Complete', 5, ended)]).ids).toEqual(['a']);
		const onBackorder = decide(begun, [], [order('a', 'Complete', 4, backordered)]);
		expect(onBackorder.next.open).toEqual({ a: open('Complete', 4) });
	});

	test('when it cannot be read, is remembered, and emitted when it can be', () => {
		const { ids, next } = decide(stateOf({}), [fulfilled], []);
		expect(ids).toEqual([]);
		expect(next.open).toEqual({ a: open(null) });
		expect(decide(next, [], []).next.open).toEqual({ a: open(null) });
		expect(decide(next, [fulfilled], [fulfilled]).events).toEqual([
			{ order: fulfilled, known: open(null) },
		]);
	});

	test('when it comes with others, the oldest is first, and by id where they are of one time', () => {
		const later = { ...order('a', 'Complete', 10), created_at: '2026-01-02T00:00:00.000Z' };
		const orders = [later, ...['d', 'b', 'c'].map((id) => order(id, 'Complete', 10))];
		expect(decide(stateOf({}), orders, orders).ids).toEqual(['b', 'c', 'd', 'a']);
	});
});

test('when many orders end without an event, the state is stored with an execution without items', () => {
	const canceled = (count: number) =>
		Array.from({ length: count }, (_, index) =>
			order(`o${index}`, 'Canceled', 0, { status: 'Backorder Canceled' }),
		);
	expect(decide(stateOf({}), canceled(24), canceled(24)).mustBeStored).toBe(false);
	expect(decide(stateOf({}), canceled(25), canceled(25)).mustBeStored).toBe(true);
});

test.each<[number, number | null, string[]]>([
	[95, null, ['open', 'new']],
	[90, null, ['open']],
	[90, 97, ['open', 'new']],
	[90, 96, ['open']],
])(
	'when 95 done orders are remembered, %i stay with the total %j and the rows %j',
	(kept, accounted, ids) => {
		const past = Array.from({ length: 95 }, (_, index) => ({
			key: `${index}`,
			time: TIME + index,
		}));
		const done = addProcessed(NOTHING_PROCESSED, past, TIME);
		const state = { accounted: 96, done, open: { open: open('Received') } };
		const fresh = ids.map((id) => order(id, 'Received'));
		const { next } = decideOrders(state, 'finished', watch(state, fresh), new Map(), accounted);
		expect(Object.keys(next.done.marks)).toHaveLength(kept);
	},
);

test('when reading the list takes all requests of an idle poll, an open order is looked up all the same', async () => {
	// A full page that is said to be all may have another one behind it: two requests, each time.
	const rows = [order('a', 'Processing', 1), order('b', 'Processing', 1)];
	const over = order('a', 'Processing', 1, ended);
	const { events } = await pollOrders(
		{ ...stateOf({ a: open('Processing', 1), b: open('Processing', 1) }), accounted: 2 },
		'finished',
		{
			page: async (page) => ({ records: page === 1 ? rows : [], total: 2, pageSize: 2 }),
			all: async () => ({ records: rows, total: 2, completeness: 'complete' }),
			order: async (id) => (id === 'a' ? over : rows[1]),
			random: () => 0,
		},
	);
	expect(events).toEqual([{ order: over, known: open('Processing', 1) }]);
});
