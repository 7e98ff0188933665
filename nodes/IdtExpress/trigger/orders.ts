import type { IDataObject } from 'n8n-workflow';
import { textAt } from '../shared/json';
import {
	canStillChange,
	fulfilledQuantity,
	isDelivered,
	isFinished,
	listsItsNumbers,
	normalise,
} from '../shared/orderStatus';
import { timeAt } from '../shared/time';
import { addProcessed, byTime, isProcessed, NOTHING_PROCESSED } from './processed';
import type { Processed, Timed } from './processed';

/**
 * The order events: pure functions from what is remembered and what was read to events and next state.
 * An order is *new* (listed, and not known), *open* (it can still be an event), or *done*.
 */
export interface OrdersState {
	/** How many orders of the list are accounted for; `null` where its total could not be believed. */
	accounted: number | null;
	done: Processed;
	/** By id. */
	open: Record<string, OpenOrder>;
}

export interface OpenOrder {
	/** When it was placed. */
	time: number;
	/** As at the last lookup; `null` where none has succeeded yet. */
	status: string | null;
	fulfilled: number | null;
	/** The first list called it over, and it could not be looked up: the next change decides. */
	isSaidOver?: true;
	/** How many polls have waited for the numbers of a delivered order. */
	waited?: number;
}

/** `finished`, `everyIncrease`: the event *Order Fulfilled*, by *Fulfilled When*. */
export type OrderRule = 'finished' | 'everyIncrease' | 'statusChanged';

export interface OrderEvent {
	order: IDataObject;
	/** What was known of it. */
	known: Pick<OpenOrder, 'status' | 'fulfilled'>;
}

export interface OrdersOutcome {
	events: OrderEvent[];
	next: OrdersState;
	/** Whether the next state counts although there is no event. */
	mustBeStored: boolean;
}

type ById<T> = ReadonlyMap<string, T>;

/** What is known of a new order. */
export const UNREAD = { status: null, fulfilled: null };
/** The numbers of a delivered order are awaited for this many polls; then it is emitted as it is. */
const WAIT_FOR_NUMBERS = 5;
/** When this many orders ended without an event, the state is stored, or each poll would find them again. */
const MANY_DONE = 25;

export function timedOrder(row: IDataObject): Timed {
	return { key: textAt(row, 'id'), time: timeAt(row, 'created_at') };
}

export function isKnownOrder({ open, done }: OrdersState, row: IDataObject): boolean {
	const order = timedOrder(row);
	return Object.hasOwn(open, order.key) || isProcessed(done, order);
}

/** The open orders, and the new ones. */
export function watchedOrders(state: OrdersState, fresh: IDataObject[]): ById<OpenOrder> {
	const watched = new Map(Object.entries(state.open));
	for (const { key, time } of fresh.map(timedOrder)) watched.set(key, { time, ...UNREAD });
	return watched;
}

/** Whether an order must be looked up: the list says something new of it, or nothing. */
export function isDue(known: OpenOrder, row?: IDataObject): boolean {
	return !row || known.waited !== undefined || hasChanged(known, row);
}

/** The first reading: nothing is an event. What could not be looked up counts as the list shows it. */
export function beginOrders(
	rule: OrderRule,
	rows: ById<IDataObject>,
	details: ById<IDataObject>,
): Pick<OrdersState, 'done' | 'open'> {
	const done: Timed[] = [];
	const open = new Map<string, OpenOrder>();
	for (const [id, row] of rows) {
		const order = details.get(id) ?? row;
		const { time } = timedOrder(row);
		if (!isOver(rule, order)) open.set(id, remember(order, { time, ...UNREAD }));
		else if (order !== row || isSurelyOver(rule, row)) done.push({ key: id, time });
		// The rest of it may be on backorder.
		else open.set(id, { ...remember(row, { time, ...UNREAD }), isSaidOver: true });
	}
	return { done: addProcessed(NOTHING_PROCESSED, done), open: Object.fromEntries(open) };
}

/** Decides on what was read; `details` are from Get Order, for those that could be read. */
export function decideOrders(
	state: OrdersState,
	rule: OrderRule,
	watched: ById<OpenOrder>,
	details: ById<IDataObject>,
	accounted: number | null,
): OrdersOutcome {
	const events: OrderEvent[] = [];
	const done: Timed[] = [];
	const open = new Map<string, OpenOrder>();
	for (const [id, known] of watched) {
		const { time, waited = 0 } = known;
		const order = details.get(id);
		const isEvent = order && fires(rule, known, order);
		const mayWait = rule !== 'statusChanged' && waited < WAIT_FOR_NUMBERS;
		if (!order) open.set(id, known);
		else if (isEvent && mayWait && !listsItsNumbers(order)) {
			open.set(id, { ...known, waited: waited + 1 });
		} else {
			if (isEvent) events.push({ order, known });
			if (isOver(rule, order)) done.push({ key: id, time });
			else open.set(id, remember(order, known));
		}
	}
	const isAnyNew = watched.size > Object.keys(state.open).length;
	// While new orders may have been missed, none of their times is forgotten.
	const keepFrom = accounted === null && isAnyNew ? state.done.since : undefined;
	const processed = addProcessed(state.done, done, keepFrom);
	return {
		events: events.sort((a, b) => byTime(timedOrder(a.order), timedOrder(b.order))),
		next: { accounted, done: processed, open: Object.fromEntries(open) },
		// n8n's scheduler would forget how long an order has waited.
		mustBeStored: done.length >= MANY_DONE || [...open.values()].some(({ waited }) => waited),
	};
}

/** Whether the list alone shows that an order is over: not where the rest may be on backorder. */
export function isSurelyOver(rule: OrderRule, row: IDataObject): boolean {
	return isOver(rule, row) && isDelivered(row);
}

/** Only a changed status is an event after an order has finished: its own may follow that of its item. */
function isOver(rule: OrderRule, order: IDataObject): boolean {
	return rule === 'statusChanged' ? !canStillChange(order) : isFinished(order);
}

function fires(rule: OrderRule, known: OpenOrder, order: IDataObject): boolean {
	if (rule === 'statusChanged') return hasChanged(known, order);
	if (rule === 'everyIncrease') return hasMore(known, order);
	const isOld = known.isSaidOver && !hasChanged(known, order);
	return !isOld && fulfilledQuantity(order) > 0 && isFinished(order);
}

/** A status that is missing says nothing of a change. */
function hasChanged(known: OpenOrder, order: IDataObject): boolean {
	const now = normalise(textAt(order, 'status'));
	const isSame = known.status !== null && ['', normalise(known.status)].includes(now);
	return !isSame || hasMore(known, order);
}

/** A quantity that goes down is an answer that lags behind: what was delivered stays delivered. */
function hasMore({ fulfilled }: OpenOrder, order: IDataObject): boolean {
	return fulfilledQuantity(order) > (fulfilled ?? 0);
}

function remember(order: IDataObject, { time, status, fulfilled }: OpenOrder): OpenOrder {
	const most = Math.max(fulfilledQuantity(order), fulfilled ?? 0);
	return { time, status: textAt(order, 'status') || (status ?? ''), fulfilled: most };
}
