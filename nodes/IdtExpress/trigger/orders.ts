import type { IDataObject } from 'n8n-workflow';
import { countAt, listAt, textAt } from '../shared/json';
import { canStillChange, fulfilledQuantity, isFinished, normalise } from '../shared/orderStatus';
import { readTime } from '../shared/time';
import { addProcessed, isProcessed, NOTHING_PROCESSED } from './processed';
import type { Processed, Timed } from './processed';

/**
 * The order events: a pure function from what is remembered and what was read to the events and what to
 * remember next.
 *
 * An order is *new* (the list shows it, and it is not known), *open* (it can still be an event, and is
 * looked up again), or *done*. Of the done ones only the youngest are remembered, so that the state does
 * not grow with the account. At the first reading nothing is an event: orders that are over are done, the
 * others open.
 */
export interface OrdersState {
	/** How many orders of the list are accounted for; `null` where its total could not be believed. */
	accounted: number | null;
	done: Processed;
	/** By id. */
	open: Record<string, OpenOrder>;
}

export interface OpenOrder {
	/** When it was placed, in milliseconds. */
	time: number;
	/** As at the last lookup; `null` where none has succeeded yet. */
	status: string | null;
	fulfilled: number;
	/** How many polls have waited for the numbers of a delivered order. */
	waited?: number;
	/** The first list called it over, and it could not be looked up: the next change decides. */
	isSaidOver?: true;
}

/** `finished`, `everyIncrease`: the event *Order Fulfilled*, by *Fulfilled When*. */
export type OrderRule = 'finished' | 'everyIncrease' | 'statusChanged';

/** What a poll has read. */
export interface OrdersRead {
	/** Rows of Get Orders, each order once. */
	rows: IDataObject[];
	accounted: number | null;
	/** From Get Order, by id. Missing where it could not be read, or there was no time. */
	details: ReadonlyMap<string, IDataObject>;
}

export interface OrderEvent {
	/** From Get Order. */
	order: IDataObject;
	/** `null` for a new order. */
	previous: { status: string; fulfilled: number } | null;
}

export interface OrdersOutcome {
	events: OrderEvent[];
	next: OrdersState;
	/** Whether the next state counts although there is no event. */
	mustBeStored: boolean;
}

/** The numbers of a delivered order are awaited for this many polls; then it is emitted as it is. */
const WAIT_FOR_NUMBERS = 5;

/** When this many orders ended without an event, the state is stored, or each poll would find them again. */
const MANY_DONE = 25;

/** A status is text of any length, and the state is to stay small. */
const STATUS_LENGTH = 60;

const NO_ORDERS: OrdersState = { accounted: null, done: NOTHING_PROCESSED, open: {} };

export function timedOrder(row: IDataObject): Timed {
	return { key: textAt(row, 'id'), time: readTime(textAt(row, 'created_at')) || 0 };
}

/** Whether a row is of an order that is open or done. A row without an id shows nothing new. */
export function isKnownOrder({ open, done }: OrdersState, row: IDataObject): boolean {
	const order = timedOrder(row);
	return order.key === '' || Object.hasOwn(open, order.key) || isProcessed(done, order);
}

/**
 * Decides on what was read. Events and next state take effect together, or not at all.
 * @param state `null` at the first reading
 */
export function decideOrders(
	state: OrdersState | null,
	rule: OrderRule,
	{ rows, accounted, details }: OrdersRead,
): OrdersOutcome {
	const before = state ?? NO_ORDERS;
	const fresh = rows.filter((row) => !isKnownOrder(before, row));
	const watched = new Map(Object.entries(before.open));
	const done: Timed[] = [];
	for (const row of fresh) {
		if (state === null && isSurelyOver(rule, row)) done.push(timedOrder(row));
		else watched.set(textAt(row, 'id'), firstSeen(rule, row, state === null));
	}

	const events: OrderEvent[] = [];
	const open: Array<[string, OpenOrder]> = [];
	let mustBeStored = state === null;
	for (const [id, known] of watched) {
		const order = details.get(id);
		const isEvent = state !== null && order !== undefined && fires(rule, known, order);
		const { waited = 0 } = known;
		if (!order) open.push([id, known]);
		else if (isEvent && isWithoutNumbers(rule, order) && waited < WAIT_FOR_NUMBERS) {
			open.push([id, { ...known, waited: waited + 1 }]);
			// n8n's scheduler would forget how often.
			mustBeStored = true;
		} else {
			const { time, status, fulfilled } = known;
			if (isEvent) events.push({ order, previous: status === null ? null : { status, fulfilled } });
			if (isOver(rule, order)) done.push({ key: id, time });
			else open.push([id, remember(order, time, fulfilled)]);
		}
	}
	// While new orders may have been missed, none of their times is forgotten.
	const keepFrom = accounted === null && fresh.length > 0 ? before.done.since : Infinity;
	return {
		events: events.sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1)),
		next: {
			accounted,
			done: addProcessed(before.done, done, keepFrom),
			open: Object.fromEntries(open),
		},
		mustBeStored: mustBeStored || done.length >= MANY_DONE,
	};
}

/** Whether a lookup is due: a row of the list says something new of an open order, or it was not looked up yet. */
export function needsLookup(known: OpenOrder, row: IDataObject | undefined): boolean {
	if (known.status === null || known.waited !== undefined) return true;
	return row !== undefined && hasChanged(known, row);
}

/** Whether the list alone shows that an order is over: not where the rest may be on backorder. */
export function isSurelyOver(rule: OrderRule, row: IDataObject): boolean {
	const ordered = countAt(row, 'ordered', 'quantity');
	return isOver(rule, row) && ordered > 0 && fulfilledQuantity(row) >= ordered;
}

/** Only a changed status is an event after an order has finished: its own may follow that of its item. */
function isOver(rule: OrderRule, order: IDataObject): boolean {
	return rule === 'statusChanged' ? !canStillChange(order) : isFinished(order);
}

function fires(rule: OrderRule, known: OpenOrder, order: IDataObject): boolean {
	switch (rule) {
		case 'finished':
			if (known.isSaidOver && !hasChanged(known, order)) return false;
			return fulfilledQuantity(order) > 0 && isFinished(order);
		case 'everyIncrease':
			return fulfilledQuantity(order) > known.fulfilled;
		case 'statusChanged':
			return hasChanged(known, order);
	}
}

/** A quantity that goes down is an answer that lags behind: what was delivered stays delivered. */
function hasChanged(known: OpenOrder, order: IDataObject): boolean {
	if (known.status === null) return true;
	const isSame = normalise(known.status) === normalise(statusOf(order));
	return !isSame || fulfilledQuantity(order) > known.fulfilled;
}

/** IDT Express may count numbers as delivered a moment before it lists them. */
function isWithoutNumbers(rule: OrderRule, order: IDataObject): boolean {
	const numbers = listAt(order, 'order_items').flatMap((item) => listAt(item, 'numbers'));
	return rule !== 'statusChanged' && numbers.length < fulfilledQuantity(order);
}

function firstSeen(rule: OrderRule, row: IDataObject, isFirstReading: boolean): OpenOrder {
	const { time } = timedOrder(row);
	if (!isFirstReading) return { time, status: null, fulfilled: 0 };
	const order = remember(row, time);
	return isOver(rule, row) ? { ...order, isSaidOver: true } : order;
}

function remember(order: IDataObject, time: number, atLeast = 0): OpenOrder {
	return { time, status: statusOf(order), fulfilled: Math.max(fulfilledQuantity(order), atLeast) };
}

function statusOf(order: IDataObject): string {
	return textAt(order, 'status').slice(0, STATUS_LENGTH);
}

function sortKey({ order }: OrderEvent): string {
	const { key, time } = timedOrder(order);
	return `${String(time).padStart(16, '0')} ${key}`;
}
