import type { IDataObject } from 'n8n-workflow';
import { findNewOrders } from '../api/findNew';
import type { Collected, Page } from '../api/pages';
import { textAt } from '../shared/json';
import { mapConcurrent } from '../shared/mapConcurrent';
import { decideOrders, isKnownOrder, isSurelyOver, needsLookup } from './orders';
import type { OrderRule, OrdersOutcome, OrdersState } from './orders';

/**
 * What a poll reads of the orders: new ones are found by their number (see findNewOrders), open ones
 * are looked up again. An idle poll takes one request, and at most `2 + k` while k orders are open.
 */
export interface OrdersReader {
	page(page: number): Promise<Page<IDataObject>>;
	/** The whole list, read again where rows are missing. */
	all(): Promise<Collected<IDataObject>>;
	/** @returns `null` where this order cannot be read now */
	order(id: string): Promise<IDataObject | null>;
	/** Whether there is time left to look up more orders. */
	hasTime(): boolean;
	/** From 0 to 1. */
	random(): number;
}

/** A list came without its rows, though it says that there are some: nothing can be begun with it. */
export class IncompleteList extends Error {}

/** How many orders are looked up at the same time, as far as the session allows. */
const LOOKUPS_AT_ONCE = 16;

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
		if (!reader.hasTime()) throw new IncompleteList('there was no time to read all open orders');
		const accounted = completeness === 'complete' ? total : null;
		const isMissingRows = rows.length < (total ?? 0);
		return decideOrders(null, rule, { rows, accounted, details, isMissingRows });
	}
	const { rows, accounted, sample } = await readList(state, reader);
	const fresh = [...rows].filter(([, row]) => !isKnownOrder(state, row));
	const due = Object.entries(state.open).filter(([id, known]) => needsLookup(known, rows.get(id)));
	const ids = new Set([...[...fresh, ...due].map(([id]) => id), ...sample]);
	const details = await lookUp([...ids], reader);
	return decideOrders(state, rule, { rows: [...rows.values()], accounted, details });
}

/** @throws IncompleteList where there are no rows though there should be some */
export async function readAllOrders(reader: OrdersReader): Promise<Collected<IDataObject>> {
	const list = await reader.all();
	const records = list.records.filter((row) => textAt(row, 'id') !== '');
	if (records.length > 0 || !list.total) return { ...list, records };
	throw new IncompleteList(`the list of orders is empty, though there are ${list.total}`);
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
	const most = Math.min(1 + open.length, Math.max(2, pageCount));
	// Where many are open, further pages show more of them than as many lookups; not whether an item ended.
	const prefersPages = reader.random() < 0.75;
	const unread = pageCount - pages.size;
	const hidden = open.filter((id) => !rows.has(id)).length;
	if (prefersPages && unread > 0 && unread < hidden && unread <= most - requests) {
		for (let number = 2; number <= pageCount; number++) if (!pages.has(number)) await read(number);
	}
	rows.delete('');
	const start = Math.floor(reader.random() * open.length);
	const others = [...open.slice(start), ...open.slice(0, start)];
	if (prefersPages) others.sort((a, b) => Number(rows.has(a)) - Number(rows.has(b)));
	const sample = others.slice(0, Math.max(1, most - requests));
	return { rows, accounted: explained ? total : null, sample };
}

async function lookUp(ids: string[], reader: OrdersReader): Promise<Map<string, IDataObject>> {
	const details = new Map<string, IDataObject>();
	await mapConcurrent(ids, LOOKUPS_AT_ONCE, async (id) => {
		const order = reader.hasTime() ? await reader.order(id) : null;
		if (order) details.set(id, order);
	});
	return details;
}
