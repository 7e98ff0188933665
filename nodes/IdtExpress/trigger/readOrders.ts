import type { IDataObject } from 'n8n-workflow';
import { findNewOrders, type NewOrders } from '../api/findNew';
import type { Page } from '../api/pages';
import { textAt } from '../shared/json';
import { mapConcurrent } from '../shared/mapConcurrent';
import { IncompleteList } from './incompleteList';
import {
	decideOrders,
	firstOrdersState,
	hasNews,
	isKnownOrder,
	isSurelyOver,
	type OrderRule,
	type OrdersOutcome,
	type OrdersState,
} from './orders';

/**
 * What a poll reads of the orders: new ones are found by their number (see findNewOrders), open ones
 * are looked up again. An idle poll takes one request, and at most `2 + k` while k orders are open.
 */
export interface OrdersReader {
	page(page: number): Promise<Page<IDataObject>>;
	/** @returns `null` where this order cannot be read now */
	order(id: string): Promise<IDataObject | null>;
	/** Whether there is time left to look up more orders. */
	hasTime(): boolean;
	/** From 0 to 1. */
	random(): number;
}

/** How many orders are looked up at the same time, as far as the session allows. */
const LOOKUPS_AT_ONCE = 16;

/** How often the list is read at first while rows are missing. */
const MAX_READINGS = 3;

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
		const next = await readFirstState(rule, reader);
		return { events: [], next, mustBeStored: true, hasUndated: false };
	}
	const { rows, accounted, sample } = await readList(state, reader);
	const news = Object.entries(state.open).filter(([id, known]) => {
		const row = rows.get(id);
		return known.status === null || known.waited !== undefined || (row && hasNews(known, row));
	});
	const fresh = [...rows].filter(([, row]) => !isKnownOrder(state, row));
	const ids = new Set([...fresh, ...news].map(([id]) => id).concat(sample));
	const details = await lookUp([...ids], reader);
	return decideOrders(state, rule, { rows: [...rows.values()], accounted, details });
}

async function readFirstState(rule: OrderRule, reader: OrdersReader): Promise<OrdersState> {
	const { rows, total, isComplete } = await readAllOrders(reader);
	const unclear = [...rows.values()].filter((row) => !isSurelyOver(rule, row));
	const ids = unclear.map((row) => textAt(row, 'id'));
	const details = await lookUp(ids, reader);
	if (!reader.hasTime()) throw new IncompleteList('there was no time to look up all open orders');
	const accounted = isComplete ? total : null;
	const isMissing = !isComplete && rows.size < (total ?? 0);
	return firstOrdersState(rule, { rows: [...rows.values()], accounted, details }, isMissing);
}

/**
 * Reads all rows, again while readings bring new ones although the list says that there are more.
 * @throws IncompleteList where there are none at all
 */
export async function readAllOrders(
	reader: Pick<OrdersReader, 'page'>,
): Promise<{ rows: Map<string, IDataObject>; total: number | null; isComplete: boolean }> {
	const rows = new Map<string, IDataObject>();
	for (let reading = 1; ; reading++) {
		const before = rows.size;
		const list: NewOrders = await findNewOrders(async (page) => await reader.page(page), {
			accounted: null,
			isKnown: () => false,
		});
		for (const row of list.seen) rows.set(textAt(row, 'id'), row);
		const { total } = list;
		const isComplete = list.explained || rows.size === total;
		const isEnough = rows.size >= (total ?? 0) || (reading > 1 && rows.size === before);
		if (!isComplete && !isEnough && reading < MAX_READINGS) continue;
		if (rows.size === 0 && (total ?? 0) > 0) {
			throw new IncompleteList(`the list of orders is empty, though there are ${total}`);
		}
		return { rows, total, isComplete };
	}
}

/**
 * Reads what is new in the list, and chooses the open orders to look up although it says nothing new of
 * them: an item can end without the list showing it. The choice is random, because n8n's scheduler does
 * not store the state of an idle poll.
 */
async function readList(
	state: OrdersState,
	reader: OrdersReader,
): Promise<{ rows: Map<string, IDataObject>; accounted: number | null; sample: string[] }> {
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
	const { total, explained } = await findNewOrders(read, {
		accounted: state.accounted,
		isKnown: (row) => isKnownOrder(state, row),
	});
	rows.delete('');

	const open = Object.keys(state.open);
	const isShown = (id: string) => rows.has(id);
	const first = pages.get(1);
	const size = Math.max(1, first?.pageSize ?? first?.records.length ?? 0);
	const pageCount = Math.ceil((total ?? 0) / size);
	const most = Math.min(2 + open.length, Math.max(2, pageCount));
	// Where many are open, further pages show more of them than as many lookups; not whether an item ended.
	const prefersPages = reader.random() < 0.75;
	const unread = pageCount - pages.size;
	const hidden = open.filter((id) => !isShown(id)).length;
	if (prefersPages && unread > 0 && unread < hidden && unread <= most - requests) {
		for (let number = 2; number <= pageCount; number++) if (!pages.has(number)) await read(number);
	}
	const shuffled = shuffle(open, reader.random);
	const others = prefersPages
		? [...shuffled.filter((id) => !isShown(id)), ...shuffled.filter(isShown)]
		: shuffled;
	const sample = others.slice(0, Math.max(0, most - requests));
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

function shuffle<T>(list: readonly T[], random: () => number): T[] {
	return list
		.map((entry) => ({ entry, place: random() }))
		.sort((a, b) => a.place - b.place)
		.map(({ entry }) => entry);
}
