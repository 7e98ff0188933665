import type { IDataObject } from 'n8n-workflow';
import { findNewOrders } from '../api/findNew';
import { collectList, readPage } from '../api/lists';
import { PAGE_SIZE, type Collected, type Page } from '../api/pages';
import { apiRecord } from '../api/request';
import { textAt } from '../shared/json';
import { mapConcurrent } from '../shared/mapConcurrent';
import { fulfilledQuantity, isFinished } from '../shared/orderStatus';
import { decideOrders, isKnownOrder, isSurelyOver, needsLookup, timedOrder } from './orders';
import type { OrderEvent, OrderRule, OrdersOutcome, OrdersState } from './orders';
import type { OrderParameters } from './parameters';
import { checkTimes, refuseEmpty, type Given, type Source, type TriggerSession } from './source';

/**
 * What a poll reads of the orders: new ones are found by their number (see findNewOrders), open ones
 * are looked up again. An idle poll takes one request, and at most `2 + k` while k orders are open.
 */
export interface OrdersReader {
	page(page: number): Promise<Page<IDataObject>>;
	/** The whole list, read again where rows are missing. */
	all(): Promise<Collected<IDataObject>>;
	/** @returns `null` where this order cannot be read now, or there is no time left */
	order(id: string): Promise<IDataObject | null>;
	/** From 0 to 1. */
	random(): number;
}

/** How many orders are looked up at the same time, as far as the session allows. */
const LOOKUPS_AT_ONCE = 16;

/** A lookup that failed twice is left to the next poll. */
const LOOKUP_ATTEMPTS = 2;

/** At most this many orders are looked up to find one that can be shown. */
const MOST_SAMPLES = 10;

/** The events *Order Fulfilled* and *Order Status Changed*. */
export function ordersSource(
	session: TriggerSession,
	{ event, rule, accept, show }: OrderParameters,
	given: Given,
): Source {
	const reader = ordersReader(session, given);
	const showEvent = ({ order, previous }: OrderEvent): IDataObject => {
		if (event !== 'orderStatusChanged') return show(order);
		const { status = null, fulfilled = null } = previous ?? {};
		return { ...show(order), previous_status: status, previous_fulfilled_quantity: fulfilled };
	};
	const isSample = (order: IDataObject) =>
		(rule !== 'finished' || isFinished(order)) && accept(order);
	const latest = async (rows: IDataObject[]): Promise<IDataObject | null> => {
		const candidates = rows
			.filter((row) => rule === 'statusChanged' || fulfilledQuantity(row) > 0)
			.sort((a, b) => timedOrder(b).time - timedOrder(a).time);
		for (const row of candidates.slice(0, MOST_SAMPLES)) {
			const order = await reader.order(textAt(row, 'id'));
			if (order && isSample(order)) return showEvent({ order, previous: null });
		}
		return null;
	};
	return {
		async advance(state: OrdersState | null) {
			const outcome = await pollOrders(state, rule, reader);
			const accepted = outcome.events.filter(({ order }) => accept(order));
			return { ...outcome, items: accepted.map(showEvent) };
		},
		async sample() {
			const { records } = await reader.page(1);
			const times = records.map((row) => timedOrder(row).time);
			const isNewestFirst = times.every((time, index) => index === 0 || time <= times[index - 1]);
			const found = isNewestFirst ? await latest(records) : null;
			return found ?? (await latest((await readAllOrders(reader)).records));
		},
	};
}

/**
 * One poll: reads, and decides.
 * @param state `null` for the first reading
 * @throws IncompleteList, and what the reader throws: then nothing has changed
 */
export async function pollOrders(
	state: OrdersState | null,
	rule: OrderRule,
	reader: OrdersReader,
): Promise<OrdersOutcome> {
	if (state === null) {
		const { records: rows, completeness, total } = await readAllOrders(reader);
		const unclear = rows.filter((row) => !isSurelyOver(rule, row)).map((row) => textAt(row, 'id'));
		const details = await lookUp(unclear, reader);
		const accounted = completeness === 'complete' ? total : null;
		return decideOrders(null, rule, { rows, accounted, details });
	}
	const { rows, accounted, sample } = await readList(state, reader);
	const fresh = [...rows].filter(([, row]) => !isKnownOrder(state, row));
	const due = Object.entries(state.open).filter(([id, known]) => needsLookup(known, rows.get(id)));
	const ids = new Set([...[...fresh, ...due].map(([id]) => id), ...sample]);
	const details = await lookUp([...ids], reader);
	return decideOrders(state, rule, { rows: [...rows.values()], accounted, details });
}

async function readAllOrders(reader: OrdersReader): Promise<Collected<IDataObject>> {
	const list = await reader.all();
	const records = list.records.filter((row) => textAt(row, 'id') !== '');
	return refuseEmpty({ ...list, records }, 'orders');
}

/**
 * Reads what is new in the list, and chooses the open orders to look up although it says nothing new of
 * them: an item can end without the list showing it. The choice is random, because n8n's scheduler does
 * not store the state of an idle poll.
 */
async function readList(state: OrdersState, reader: OrdersReader) {
	const rows = new Map<string, IDataObject>();
	const pages = new Map<number, Page<IDataObject>>();
	let requests = 0;
	const read = async (number: number) => {
		requests++;
		const page = await reader.page(number);
		pages.set(number, page);
		for (const row of page.records) rows.set(textAt(row, 'id'), row);
		return page;
	};
	const isKnown = (row: IDataObject) => isKnownOrder(state, row);
	const { total, explained } = await findNewOrders(read, { accounted: state.accounted, isKnown });

	const open = Object.keys(state.open);
	const first = pages.get(1);
	const pageCount = Math.ceil((total ?? 0) / (first?.pageSize || first?.records.length || 1));
	// One at least, or nothing would find an item that ended while the list takes all the requests.
	const spare = Math.max(1, Math.min(2 + open.length, Math.max(2, pageCount)) - requests);
	// Where many are open, further pages show more of them than as many lookups; not whether an item ended.
	const prefersPages = reader.random() < 0.75;
	const unread = pageCount - pages.size;
	const hidden = open.filter((id) => !rows.has(id)).length;
	const readsPages = prefersPages && unread > 0 && unread < hidden && unread <= spare;
	for (let number = 2; readsPages && number <= pageCount; number++) {
		if (!pages.has(number)) await read(number);
	}
	rows.delete('');
	const start = Math.floor(reader.random() * open.length);
	const others = [...open.slice(start), ...open.slice(0, start)];
	if (prefersPages) others.sort((a, b) => Number(rows.has(a)) - Number(rows.has(b)));
	const sample = others.slice(0, readsPages ? spare - unread : spare);
	return { rows, accounted: explained ? total : null, sample };
}

async function lookUp(ids: string[], reader: OrdersReader): Promise<Map<string, IDataObject>> {
	const details = new Map<string, IDataObject>();
	await mapConcurrent(ids, LOOKUPS_AT_ONCE, async (id) => {
		const order = await reader.order(id);
		if (order) details.set(id, order);
	});
	return details;
}

function ordersReader(session: TriggerSession, given: Given): OrdersReader {
	const hasTime = () => Date.now() < given.deadline;
	return {
		async page(page) {
			const read = await readPage(session, 'orders', {}, page, PAGE_SIZE);
			checkTimes(read.records, 'created_at', given);
			return read;
		},
		async all() {
			const list = await collectList(session, 'orders');
			checkTimes(list.records, 'created_at', given);
			return list;
		},
		async order(id) {
			if (!hasTime()) return null;
			const path = ['orders', id];
			try {
				const request = { method: 'GET' as const, path, maxAttempts: LOOKUP_ATTEMPTS };
				return await apiRecord(session, request, 'order', id);
			} catch {
				const text = `order ${id} cannot be read now; each poll tries again, and no other order waits for it`;
				if (hasTime()) given.warnOnce(text);
				return null;
			}
		},
		random: Math.random,
	};
}
