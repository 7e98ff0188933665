import type { IDataObject } from 'n8n-workflow';
import { findNewOrders } from '../api/findNew';
import { collectList, readPage } from '../api/lists';
import { apiRecord } from '../api/request';
import { textAt } from '../shared/json';
import { fulfilledQuantity, isFinished } from '../shared/orderStatus';
import * as orders from './orders';
import type { OrderParameters } from './parameters';
import { warnOnce } from './pollSession';
import { byTime, isNewestFirst } from './processed';
import { checkTimes, refuseEmpty, type Source, type TriggerSession } from './source';

/** At each poll, this many open orders are looked up although the list says nothing new of them. */
const MOST_CHECKED = 2;
/** At most this many orders are looked up to find one that can be shown. */
const MOST_SAMPLES = 10;

/** The events *Order Fulfilled* and *Order Status Changed*. */
export function ordersSource(
	session: TriggerSession,
	{ event, rule, accept, show }: OrderParameters,
): Source {
	const reader = ordersReader(session);
	const showEvent = ({ order, known }: orders.OrderEvent): IDataObject => {
		if (event !== 'orderStatusChanged') return show(order);
		const { status: previous_status, fulfilled: previous_fulfilled_quantity } = known;
		return { ...show(order), previous_status, previous_fulfilled_quantity };
	};
	return {
		async advance(state: orders.OrdersState | null) {
			const { events, ...outcome } = await pollOrders(state, rule, reader);
			return { ...outcome, items: events.filter(({ order }) => accept(order)).map(showEvent) };
		},
		async sample() {
			const { records } = await reader.page(1);
			const isSorted = isNewestFirst(records.map(orders.timedOrder));
			const candidates = (isSorted ? records : (await reader.all()).records)
				.filter((row) => rule === 'statusChanged' || fulfilledQuantity(row) > 0)
				.sort((a, b) => byTime(orders.timedOrder(b), orders.timedOrder(a)));
			for (const row of candidates.slice(0, MOST_SAMPLES)) {
				const order = await reader.order(textAt(row, 'id'));
				const isSample = order && (rule !== 'finished' || isFinished(order)) && accept(order);
				if (isSample) return showEvent({ order, known: orders.UNREAD });
			}
			return null;
		},
	};
}

/**
 * One poll, or the first reading (`null`): reads, and decides.
 * @throws IncompleteList, and what the reader throws: then nothing has changed
 */
export async function pollOrders(
	state: orders.OrdersState | null,
	rule: orders.OrderRule,
	reader: OrdersReader,
): Promise<orders.OrdersOutcome> {
	if (state === null) {
		const { records, completeness, total } = refuseEmpty(await reader.all(), 'orders');
		const rows = byId(records);
		const unclear = [...rows].filter(([, row]) => !orders.isSurelyOver(rule, row));
		const details = await lookUp(new Map(unclear).keys(), rows, reader);
		const accounted = completeness === 'complete' ? total : null;
		const next = { accounted, ...orders.beginOrders(rule, rows, details) };
		return { events: [], next, mustBeStored: true };
	}
	const { rows, fresh, accounted } = await readNew(state, reader);
	const watched = orders.watchedOrders(state, fresh);
	const due = [...watched].filter(([id, known]) => orders.isDue(known, rows.get(id)));
	// An item can end without the list showing it. Which orders are checked for that is random, because
	// n8n's scheduler does not store the state of an idle poll.
	const open = Object.keys(state.open);
	const checked = [...open.slice(reader.random() * open.length), ...open].slice(0, MOST_CHECKED);
	const details = await lookUp([...new Map(due).keys(), ...checked], rows, reader);
	return orders.decideOrders(state, rule, watched, details, accounted);
}

/** Reads what is new in the list, and the other pages where this takes fewer requests than lookups. */
async function readNew(state: orders.OrdersState, reader: OrdersReader) {
	const isKnown = (row: IDataObject) => orders.isKnownOrder(state, row);
	const found = await findNewOrders(reader.page, { accounted: state.accounted, isKnown });
	const { rows, fresh, total, size, explained } = found;
	const unseen = Object.keys(state.open).filter((id) => !rows.has(id)).length;
	const pageCount = Math.ceil((total ?? 0) / size);
	for (let number = 2; unseen >= pageCount && number <= pageCount; number++) {
		const { records } = await reader.page(number);
		for (const [id, row] of byId(records)) rows.set(id, row);
	}
	return { rows, fresh, accounted: explained ? total : null };
}

function byId(records: IDataObject[]): Map<string, IDataObject> {
	const rows = new Map(records.map((row) => [textAt(row, 'id'), row]));
	rows.delete('');
	return rows;
}

/** Looks up each order once, as many at a time as the session allows. */
async function lookUp(ids: Iterable<string>, rows: Map<string, IDataObject>, reader: OrdersReader) {
	const details = new Map<string, IDataObject>();
	const looking = [...new Set(ids)].map(async (id) => {
		const order = await reader.order(id);
		const row = rows.get(id) ?? {};
		// It may lag behind the list: what was delivered stays delivered.
		const isBehind = order && fulfilledQuantity(order) < fulfilledQuantity(row);
		if (order) details.set(id, isBehind ? { ...order, fulfilled: row.fulfilled } : order);
	});
	await Promise.all(looking);
	return details;
}

/** What a poll reads of the orders. */
export type OrdersReader = ReturnType<typeof ordersReader>;

function ordersReader(session: TriggerSession) {
	const checked = async <T extends { records: IDataObject[] }>(reading: Promise<T>): Promise<T> => {
		const list = await reading;
		checkTimes(list.records.map(orders.timedOrder), session);
		return list;
	};
	return {
		page: async (page: number) => await checked(readPage(session, 'orders', {}, page)),
		/** The whole list, read again where rows are missing. */
		all: async () => await checked(collectList(session, 'orders')),
		/** @returns `null` where this order cannot be read now, or there is no time left */
		async order(id: string): Promise<IDataObject | null> {
			// A lookup that failed twice is left to the next poll.
			const request = { method: 'GET', path: ['orders', id], maxAttempts: 2 } as const;
			return await apiRecord(session, request, 'order', id).catch(() => {
				const text = `order ${id} cannot be read now; each poll tries again, and no other order waits for it`;
				if (Date.now() < session.deadline) warnOnce(session.context, text);
				return null;
			});
		},
		random: Math.random,
	};
}
