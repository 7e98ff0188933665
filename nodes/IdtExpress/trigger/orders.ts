import type { IDataObject } from 'n8n-workflow';
import { isRecord, textAt } from '../shared/json';
import { fulfilledQuantity, isFinished, isOver, normalise } from '../shared/orderStatus';
import {
	addSeen,
	isSeen,
	NOTHING_SEEN,
	parseSeen,
	readTime,
	storeSeen,
	type Seen,
	type Timed,
} from './seen';

/**
 * The order events, as a state machine without I/O.
 *
 * Every order is in one of three states. *New*: the list shows it, and we do not know it. *Open*:
 * known by its id, and looked at again until nothing more can come of it. *Done*: never looked at
 * again; of these only the youngest are remembered (see `Seen`), so that the state does not grow with
 * the account's history.
 *
 * An event fires from what Get Order says, and the order moves in the same step, so it cannot fire
 * again. Whatever moves without an event gives the same result when it is done again from an older
 * state: n8n stores the state only when a poll has events.
 *
 * The first reading (no state) makes every finished order done without an event, and every other one
 * open: it fires when it finishes, however old it is.
 */
export interface OrdersState {
	/** The orders that are done. */
	seen: Seen;
	/** How many orders the list had: tells whether there are new ones that were not found. */
	total: number | null;
	/** By id. */
	open: ReadonlyMap<string, OpenOrder>;
}

export interface OpenOrder {
	createdAt: number;
	/** As the API wrote it; `''` where the order was seen in the list only, and judged by nothing yet. */
	status: string;
	fulfilled: number;
	/**
	 * Known from the first list only, because there was no time to look at it: it may have finished
	 * before the activation.
	 */
	unchecked?: boolean;
	/** How often in a row the API said that there is no such order. */
	missing?: number;
}

/** `finished`, `everyIncrease`: the event orderFulfilled, by `fireOn`. */
export type OrderRule = 'finished' | 'everyIncrease' | 'statusChanged';

/** What Get Orders says of an order. */
export interface OrderRow {
	id: string;
	createdAt: number;
	status: string;
	fulfilled: number;
	finished: boolean;
}

/** What was read of the list. */
export interface OrderList {
	/** By id. */
	rows: ReadonlyMap<string, OrderRow>;
	/** How many orders the list has, as far as the rows read and those known before account for. */
	total: number | null;
	/** Whether no new order can have been overlooked. */
	complete: boolean;
	/** How many orders may be looked up beside those that must be. */
	looks: number;
	/** Whether all open orders take turns at that; else those come first that the rows read do not show. */
	inTurns: boolean;
}

export interface OrdersRead {
	list: OrderList;
	/** What Get Order says; `null`: there is no such order. Orders that there was no time for are left out. */
	details: ReadonlyMap<string, IDataObject | null>;
}

export interface OrderEvent {
	/** From Get Order. */
	order: IDataObject;
	/** What was known of it before; `null` for an order that was not. */
	previous: { status: string; fulfilled: number } | null;
}

export interface OrdersOutcome {
	events: OrderEvent[];
	next: OrdersState;
	/** Whether an older state would not lead to the same events: what was there at first is known now. */
	mustBeStored: boolean;
}

/** An order that the API says five times does not exist is let go; once may be a mistake. */
const MISSING_TOO_OFTEN = 5;

/** A status is text of any length, and the state is to stay small. */
const STATUS_LENGTH = 60;

/** Reads a row of Get Orders. @returns `null` for one without an id */
export function readOrderRow(row: IDataObject): OrderRow | null {
	const id = textAt(row, 'id');
	if (id === '') return null;
	return {
		id,
		createdAt: readTime(textAt(row, 'created_at')),
		status: textAt(row, 'status'),
		fulfilled: fulfilledQuantity(row),
		finished: isFinished(row),
	};
}

/** Whether the list shows an order that the state does not know. */
export function isNew(state: OrdersState, row: OrderRow): boolean {
	return !state.open.has(row.id) && !isSeen(state.seen, timed(row));
}

/**
 * Which orders have to be looked up, the most pressing first: new ones, those of which the list says
 * something new, and those that there was no time for before; then, as far as `list.looks` allows, open ones that the rows read do not show,
 * and the rest, because an item can end without the list showing it.
 * @param turn a random whole number
 */
export function ordersToLookUp(state: OrdersState | null, list: OrderList, turn: number): string[] {
	const rows = [...list.rows.values()];
	if (state === null) return rows.filter((row) => !row.finished).map(({ id }) => id);
	const fresh = rows.filter((row) => isNew(state, row)).map(({ id }) => id);
	const changed: string[] = [];
	const unseen: string[] = [];
	const unshown: string[] = [];
	const quiet: string[] = [];
	for (const [id, known] of state.open) {
		const row = list.rows.get(id);
		if (known.unchecked || known.status === '') unseen.push(id);
		else if (!row) unshown.push(id);
		else if (isSame(known, row.status, row.fulfilled)) quiet.push(id);
		else changed.push(id);
	}
	const others = list.inTurns
		? startingAt([...unshown, ...quiet], turn)
		: [...startingAt(unshown, turn), ...startingAt(quiet, turn)];
	return [...fresh, ...changed, ...unseen, ...others.slice(0, list.looks)];
}

/** Judges what was read. The next state takes effect together with the events, or not at all. */
export function decideOrders(
	state: OrdersState | null,
	{ list, details }: OrdersRead,
	rule: OrderRule,
): OrdersOutcome {
	if (state === null) {
		return { events: [], next: firstState(list, details, rule), mustBeStored: true };
	}
	const open = new Map(state.open);
	const done: Timed[] = [];
	const events: OrderEvent[] = [];

	const judge = (id: string, createdAt: number, known: OpenOrder | null) => {
		const order = details.get(id) ?? null;
		if (order === null) {
			const missing = (known?.missing ?? 0) + (details.has(id) ? 1 : 0);
			open.set(id, { ...(known ?? { createdAt, status: '', fulfilled: 0 }), missing });
			if (missing >= MISSING_TOO_OFTEN) open.delete(id);
			return;
		}
		const status = textAt(order, 'status').slice(0, STATUS_LENGTH);
		const fulfilled = fulfilledQuantity(order);
		const before = known?.status ? known : null;
		const wasOverBefore = known?.unchecked && isFinished(order) && isSame(known, status, fulfilled);
		if (!wasOverBefore && fires(rule, before, order)) {
			const previous = before && { status: before.status, fulfilled: before.fulfilled };
			events.push({ order, previous });
		}
		if (wasOverBefore || isDone(rule, order)) {
			open.delete(id);
			done.push({ key: id, time: createdAt });
			return;
		}
		// A reading from a server that lags behind must not make the same numbers fire again.
		const highest =
			rule === 'statusChanged' ? fulfilled : Math.max(fulfilled, before?.fulfilled ?? 0);
		open.set(id, { createdAt, status, fulfilled: highest });
	};

	for (const row of list.rows.values()) {
		if (isNew(state, row)) judge(row.id, row.createdAt, null);
	}
	for (const [id, known] of state.open) {
		if (details.has(id)) judge(id, known.createdAt, known);
	}
	const keepFrom = list.complete ? Infinity : state.seen.since;
	return {
		events: events.sort(byAge),
		next: { seen: addSeen(state.seen, done, keepFrom), total: list.total, open },
		mustBeStored: [...state.open].some(
			([id, known]) => known.unchecked && !open.get(id)?.unchecked,
		),
	};
}

function firstState(list: OrderList, details: OrdersRead['details'], rule: OrderRule): OrdersState {
	const open = new Map<string, OpenOrder>();
	const done: Timed[] = [];
	for (const row of list.rows.values()) {
		const order = details.get(row.id);
		if (row.finished || (order && isDone(rule, order))) {
			done.push(timed(row));
			continue;
		}
		const { createdAt } = row;
		open.set(
			row.id,
			order
				? { createdAt, status: textAt(order, 'status'), fulfilled: fulfilledQuantity(order) }
				: { createdAt, status: row.status, fulfilled: row.fulfilled, unchecked: true },
		);
	}
	return { seen: addSeen(NOTHING_SEEN, done), total: list.total, open };
}

function fires(rule: OrderRule, before: OpenOrder | null, order: IDataObject): boolean {
	const fulfilled = fulfilledQuantity(order);
	switch (rule) {
		case 'finished':
			return fulfilled > 0 && isFinished(order);
		case 'everyIncrease':
			return fulfilled > (before?.fulfilled ?? 0);
		case 'statusChanged':
			return before === null || !isSame(before, textAt(order, 'status'), fulfilled);
	}
}

function isDone(rule: OrderRule, order: IDataObject): boolean {
	return isOver(order) || (rule === 'finished' && fires(rule, null, order));
}

function isSame(known: OpenOrder, status: string, fulfilled: number): boolean {
	const given = normalise(status.slice(0, STATUS_LENGTH));
	return normalise(known.status) === given && known.fulfilled === fulfilled;
}

function timed({ id, createdAt }: OrderRow): Timed {
	return { key: id, time: createdAt };
}

function byAge(a: OrderEvent, b: OrderEvent): number {
	const [x, y] = [a, b].map(({ order }) => `${textAt(order, 'created_at')} ${textAt(order, 'id')}`);
	return x < y ? -1 : 1;
}

function startingAt<T>(list: T[], turn: number): T[] {
	const start = list.length > 0 ? turn % list.length : 0;
	return [...list.slice(start), ...list.slice(0, start)];
}

/** The state as plain JSON: about 2 KB, and 50 bytes for each open order. */
export function storeOrders({ seen, total, open }: OrdersState): IDataObject {
	return {
		seen: storeSeen(seen),
		total,
		open: Object.fromEntries(
			[...open].map(([id, { createdAt, status, fulfilled, unchecked = false, missing = 0 }]) => {
				const rare = unchecked || missing > 0 ? [unchecked, missing] : [];
				return [id, [createdAt, status, fulfilled, ...rare]];
			}),
		),
	};
}

/** @returns `null` where it is not what `storeOrders` makes */
export function parseOrders(stored: IDataObject): OrdersState | null {
	const seen = parseSeen(stored.seen);
	const { total } = stored;
	const entries = isRecord(stored.open) ? Object.entries(stored.open) : null;
	if (!seen || !entries || (total !== null && typeof total !== 'number')) return null;
	const open = new Map<string, OpenOrder>();
	for (const [id, entry] of entries) {
		const order = parseOpenOrder(entry);
		if (order === null) return null;
		open.set(id, order);
	}
	return { seen, total, open };
}

function parseOpenOrder(entry: unknown): OpenOrder | null {
	if (!Array.isArray(entry)) return null;
	const [createdAt, status, fulfilled, unchecked = false, missing = 0]: unknown[] = entry;
	const isValid =
		typeof createdAt === 'number' &&
		typeof status === 'string' &&
		typeof fulfilled === 'number' &&
		typeof unchecked === 'boolean' &&
		typeof missing === 'number';
	return isValid ? { createdAt, status, fulfilled, unchecked, missing } : null;
}
