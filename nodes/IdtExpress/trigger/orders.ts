import type { IDataObject } from 'n8n-workflow';
import { countAt, textAt } from '../shared/json';
import {
	canStillChange,
	deliveredNumbers,
	fulfilledQuantity,
	isFinished,
	normalise,
} from '../shared/orderStatus';
import { timeAt } from '../shared/time';
import { addProcessed, byTime, isProcessed, NOTHING_PROCESSED } from './processed';
import type { Processed, Timed } from './processed';

/**
 * The order events: pure functions from what is remembered and what was read to the events and what to
 * remember next.
 *
 * An order is *new* (the list shows it, and it is not known), *open* (it can still be an event, and is
 * looked up again), or *done*. Of the done ones only the youngest are remembered, so that the state does
 * not grow with the account.
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
	/** The first list called it over, and it could not be looked up: the next change decides. */
	isSaidOver?: true;
	/** How many polls have waited for the numbers of a delivered order. */
	waited?: number;
}

/** `finished`, `everyIncrease`: the event *Order Fulfilled*, by *Fulfilled When*. */
export type OrderRule = 'finished' | 'everyIncrease' | 'statusChanged';

/** What a poll has read. */
export interface OrdersRead {
	/** From Get Orders, by id. */
	rows: ReadonlyMap<string, IDataObject>;
	accounted: number | null;
	/** From Get Order, by id. Missing where it could not be read, or there was no time. */
	details: ReadonlyMap<string, IDataObject>;
}

export interface OrderEvent {
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

export function timedOrder(row: IDataObject): Timed {
	return { key: textAt(row, 'id'), time: timeAt(row, 'created_at') };
}

export function isKnownOrder({ open, done }: OrdersState, row: IDataObject): boolean {
	const order = timedOrder(row);
	return Object.hasOwn(open, order.key) || isProcessed(done, order);
}

/** The open orders, and those that are new in the list. */
function watchedOrders(state: OrdersState, rows: OrdersRead['rows']): Array<[string, OpenOrder]> {
	const fresh = [...rows.values()].filter((row) => !isKnownOrder(state, row)).map(timedOrder);
	const unread = fresh.map(({ key, time }): [string, OpenOrder] => [
		key,
		{ time, status: null, fulfilled: 0 },
	]);
	return [...Object.entries(state.open), ...unread];
}

/** The orders that must be looked up: the list says something new of them, or a lookup is still missing. */
export function dueLookups(state: OrdersState, rows: OrdersRead['rows']): string[] {
	const due = watchedOrders(state, rows).filter(([id, known]) => {
		const row = rows.get(id);
		return known.status === null || known.waited || (row && hasChanged(known, row));
	});
	return due.map(([id]) => id);
}

/** The first reading: nothing is an event. What could not be looked up counts as the list shows it. */
export function beginOrders(
	rule: OrderRule,
	{ rows, accounted, details }: OrdersRead,
): OrdersState {
	const done: Timed[] = [];
	const open = new Map<string, OpenOrder>();
	for (const [id, row] of rows) {
		const { time } = timedOrder(row);
		const order = details.get(id) ?? row;
		if (!isOver(rule, order)) open.set(id, remember(order, time));
		else if (order !== row || isSurelyOver(rule, row)) done.push({ key: id, time });
		// The rest of it may be on backorder.
		else open.set(id, { ...remember(row, time), isSaidOver: true });
	}
	return { accounted, done: addProcessed(NOTHING_PROCESSED, done), open: Object.fromEntries(open) };
}

/** Decides on what was read. Events and next state take effect together, or not at all. */
export function decideOrders(
	state: OrdersState,
	rule: OrderRule,
	{ rows, accounted, details }: OrdersRead,
): OrdersOutcome {
	const watched = watchedOrders(state, rows);
	const events: OrderEvent[] = [];
	const done: Timed[] = [];
	const open = new Map<string, OpenOrder>();
	for (const [id, known] of watched) {
		const { time, status, fulfilled, waited = 0 } = known;
		const order = details.get(id);
		if (!order) {
			open.set(id, known);
			continue;
		}
		const isEvent = fires(rule, known, order);
		if (isEvent && isWithoutNumbers(rule, order) && waited < WAIT_FOR_NUMBERS) {
			open.set(id, { ...known, waited: waited + 1 });
		} else {
			if (isEvent) events.push({ order, previous: status === null ? null : { status, fulfilled } });
			if (isOver(rule, order)) done.push({ key: id, time });
			else open.set(id, remember(order, time, fulfilled));
		}
	}
	const isAnyNew = watched.length > Object.keys(state.open).length;
	// While new orders may have been missed, none of their times is forgotten.
	const keepFrom = accounted === null && isAnyNew ? state.done.since : Infinity;
	return {
		events: events.sort((a, b) => byTime(timedOrder(a.order), timedOrder(b.order))),
		next: {
			accounted,
			done: addProcessed(state.done, done, keepFrom),
			open: Object.fromEntries(open),
		},
		// n8n's scheduler would forget how long an order has waited.
		mustBeStored: done.length >= MANY_DONE || [...open.values()].some(({ waited }) => waited),
	};
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
	const { status } = known;
	const isSame = status !== null && normalise(status) === normalise(statusOf(order));
	return !isSame || fulfilledQuantity(order) > known.fulfilled;
}

/** IDT Express may count numbers as delivered a moment before it lists them. */
function isWithoutNumbers(rule: OrderRule, order: IDataObject): boolean {
	return rule !== 'statusChanged' && deliveredNumbers(order).length < fulfilledQuantity(order);
}

function remember(order: IDataObject, time: number, atLeast = 0): OpenOrder {
	return { time, status: statusOf(order), fulfilled: Math.max(fulfilledQuantity(order), atLeast) };
}

function statusOf(order: IDataObject): string {
	return textAt(order, 'status').slice(0, STATUS_LENGTH);
}
