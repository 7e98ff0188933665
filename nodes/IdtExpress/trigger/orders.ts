import type { IDataObject } from 'n8n-workflow';
import { countAt, listAt, textAt } from '../shared/json';
import { canStillChange, fulfilledQuantity, isFinished, normalise } from '../shared/orderStatus';
import {
	addProcessed,
	isProcessed,
	NO_TIME,
	readTime,
	type Processed,
	type Timed,
} from './processed';

/**
 * The order events: a pure function from what is remembered and what was read to the events and what to
 * remember next.
 *
 * An order is *new* (the list shows it, and it is not known), *open* (it can still be an event, and is
 * looked up again), or *done*. Of the done ones only the youngest are remembered, so that the state does
 * not grow with the account. At the first reading all orders that are over are done without an event,
 * and the others are open.
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
	/** Known from the first list only: it may have been over before. */
	isUnchecked?: true;
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
	/** Whether an order could not be judged, because its time cannot be read. */
	hasUndated: boolean;
}

/** So many polls wait for the numbers of a delivered order; then it is emitted as it is. */
const WAIT_FOR_NUMBERS = 5;

/** So many orders that ended without an event are too many to be found again at every poll. */
const MANY_DONE = 25;

/** A status is text of any length, and the state is to stay small. */
const STATUS_LENGTH = 60;

export function timedOrder(row: IDataObject): Timed {
	return { key: textAt(row, 'id'), time: readTime(textAt(row, 'created_at')) };
}

/** Whether a row is of an order that is open or done. A row without an id tells nothing. */
export function isKnownOrder(state: OrdersState, row: IDataObject): boolean {
	const order = timedOrder(row);
	return order.key === '' || Object.hasOwn(state.open, order.key) || isProcessed(state.done, order);
}

/**
 * The first state: nothing that was over before is an event.
 * @param isMissing whether the list kept rows back: then what is older than the youngest row counts
 *   as done, for it is not new when it shows up
 */
export function firstOrdersState(
	rule: OrderRule,
	read: OrdersRead,
	isMissing: boolean,
): OrdersState {
	const open: Array<[string, OpenOrder]> = [];
	const done: Timed[] = [];
	let youngest = 0;
	for (const row of read.rows) {
		const { key, time } = timedOrder(row);
		youngest = Math.max(youngest, time);
		const order = read.details.get(key);
		if (order ? isOver(rule, order) : isSurelyOver(rule, row)) done.push({ key, time });
		else if (order) open.push([key, remember(order, time)]);
		else open.push([key, { ...remember(row, time), isUnchecked: true }]);
	}
	return {
		accounted: read.accounted,
		done: addProcessed({ since: isMissing ? youngest : 0, marks: {} }, done),
		open: Object.fromEntries(open),
	};
}

/** Judges what a later poll has read. Events and next state take effect together, or not at all. */
export function decideOrders(state: OrdersState, rule: OrderRule, read: OrdersRead): OrdersOutcome {
	const fresh = read.rows.filter((row) => !isKnownOrder(state, row)).map(timedOrder);
	const watched = new Map(Object.entries(state.open));
	for (const { key, time } of fresh) watched.set(key, { time, status: null, fulfilled: 0 });

	const events: OrderEvent[] = [];
	const open: Array<[string, OpenOrder]> = [];
	const done: Timed[] = [];
	let mustBeStored = false;
	for (const [id, known] of watched) {
		const order = read.details.get(id);
		if (!order) {
			open.push([id, known]);
			continue;
		}
		const isEvent = fires(rule, known, order);
		if (isEvent && rule !== 'statusChanged' && isWithoutNumbers(order)) {
			const waited = (known.waited ?? 0) + 1;
			if (waited <= WAIT_FOR_NUMBERS) {
				open.push([id, { ...known, waited }]);
				// n8n's scheduler would forget how often.
				mustBeStored = true;
				continue;
			}
		}
		const { status, fulfilled, time } = known;
		if (isEvent) events.push({ order, previous: status === null ? null : { status, fulfilled } });
		if (isOver(rule, order)) done.push({ key: id, time });
		else open.push([id, remember(order, time, fulfilled)]);
	}
	// While new orders may have been missed, none of their times is forgotten.
	const keepFrom = read.accounted === null && fresh.length > 0 ? state.done.since : Infinity;
	return {
		events: events.sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1)),
		next: {
			accounted: read.accounted,
			done: addProcessed(state.done, done, keepFrom),
			open: Object.fromEntries(open),
		},
		mustBeStored: mustBeStored || done.length >= MANY_DONE,
		hasUndated: read.rows.some((row) => isUndated(state, row)),
	};
}

function isUndated({ done, open }: OrdersState, row: IDataObject): boolean {
	const { key, time } = timedOrder(row);
	return time === NO_TIME && done.since > NO_TIME && !Object.hasOwn(open, key);
}

/** Whether a row of the list says something new of an open order. */
export function hasNews(known: OpenOrder, row: IDataObject): boolean {
	return known.status === null || hasChanged(known, row);
}

function fires(rule: OrderRule, known: OpenOrder, order: IDataObject): boolean {
	const fulfilled = fulfilledQuantity(order);
	switch (rule) {
		case 'finished':
			if (known.isUnchecked && !hasChanged(known, order)) return false;
			return fulfilled > 0 && isFinished(order);
		case 'everyIncrease':
			return fulfilled > known.fulfilled;
		case 'statusChanged':
			return hasNews(known, order);
	}
}

/** A quantity that goes down is an answer that lags behind: what was delivered stays delivered. */
function hasChanged(known: OpenOrder, order: IDataObject): boolean {
	const isSame = normalise(known.status ?? '') === normalise(statusOf(order));
	return !isSame || fulfilledQuantity(order) > known.fulfilled;
}

/**
 * Whether no event can come of an order any more. Only a changed status is an event after an order has
 * finished: its own status may follow that of its item.
 */
export function isOver(rule: OrderRule, order: IDataObject): boolean {
	return rule === 'statusChanged' ? !canStillChange(order) : isFinished(order);
}

/** Whether a row of the list shows it: not whether the rest of an order is on backorder. */
export function isSurelyOver(rule: OrderRule, row: IDataObject): boolean {
	const ordered = countAt(row, 'ordered', 'quantity');
	return isOver(rule, row) && ordered > 0 && fulfilledQuantity(row) >= ordered;
}

/** IDT Express counts numbers as delivered a moment before it lists them. */
function isWithoutNumbers(order: IDataObject): boolean {
	const numbers = listAt(order, 'order_items').flatMap((item) => listAt(item, 'numbers'));
	return numbers.length < fulfilledQuantity(order);
}

function remember(order: IDataObject, time: number, atLeast = 0): OpenOrder {
	const fulfilled = Math.max(fulfilledQuantity(order), atLeast);
	return { time, status: statusOf(order), fulfilled };
}

function statusOf(order: IDataObject): string {
	return textAt(order, 'status').slice(0, STATUS_LENGTH);
}

function sortKey({ order }: OrderEvent): string {
	const time = readTime(textAt(order, 'created_at'));
	return `${String(time).padStart(16, '0')} ${textAt(order, 'id')}`;
}
