import type { IDataObject } from 'n8n-workflow';
import { findNewOrders } from '../api/findNew';
import { collectList, readPage } from '../api/lists';
import { PAGE_SIZE, type Collected, type Page } from '../api/pages';
import { apiRecord } from '../api/request';
import { textAt } from '../shared/json';
import { mapConcurrent } from '../shared/mapConcurrent';
import { fulfilledQuantity, isFinished } from '../shared/orderStatus';
import {
	beginOrders,
	decideOrders,
	dueLookups,
	isKnownOrder,
	isSurelyOver,
	timedOrder,
} from './orders';
import type { OrderEvent, OrderRule, OrdersOutcome, OrdersState } from './orders';
import type { OrderParameters } from './parameters';
import { byTime, isNewestFirst } from './processed';
import { checkTimes, refuseEmpty, type Given, type Source, type TriggerSession } from './source';

/** What a poll reads of the orders. */
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

/** At each poll, this many open orders are looked up although the list says nothing new of them. */
const MOST_CHECKED = 2;

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
	const latest = async (rows: IDataObject[]): Promise<IDataObject | null> => {
		const candidates = rows
			.filter((row) => rule === 'statusChanged' || fulfilledQuantity(row) > 0)
			.sort((a, b) => byTime(timedOrder(b), timedOrder(a)));
		for (const row of candidates.slice(0, MOST_SAMPLES)) {
			const order = await reader.order(textAt(row, 'id'));
			const isSample = order && (rule !== 'finished' || isFinished(order)) && accept(order);
			if (isSample) return showEvent({ order, previous: null });
		}
		return null;
	};
	return {
		async advance(state: OrdersState | null) {
			const { events, ...outcome } = await pollOrders(state, rule, reader);
			return { ...outcome, items: events.filter(({ order }) => accept(order)).map(showEvent) };
		},
		async sample() {
			const { records } = await reader.page(1);
			const found = isNewestFirst(records.map(timedOrder)) ? await latest(records) : null;
			return found ?? (await latest((await reader.all()).records));
		},
	};
}

/**
 * One poll: reads, and decides. New orders are found by their number (see findNewOrders).
 * @param state `null` for the first reading
 * @throws IncompleteList, and what the reader throws: then nothing has changed
 */
export async function pollOrders(
	state: OrdersState | null,
	rule: OrderRule,
	reader: OrdersReader,
): Promise<OrdersOutcome> {
	if (state === null) {
		const { records, completeness, total } = refuseEmpty(await reader.all(), 'orders');
		const rows = new Map(records.map((row) => [textAt(row, 'id'), row]));
		rows.delete('');
		const unclear = [...rows].filter(([, row]) => !isSurelyOver(rule, row)).map(([id]) => id);
		const details = await lookUp(unclear, reader);
		const accounted = completeness === 'complete' ? total : null;
		return {
			events: [],
			next: beginOrders(rule, { rows, accounted, details }),
			mustBeStored: true,
		};
	}
	const { rows, accounted, unseen } = await readNew(state, reader);
	const checked = sampleOf(Object.keys(state.open), reader.random());
	const ids = new Set([...dueLookups(state, rows), ...unseen, ...checked]);
	return decideOrders(state, rule, { rows, accounted, details: await lookUp([...ids], reader) });
}

/**
 * Reads what is new in the list.
 * @returns `unseen`: the open orders that are on no page that was read
 */
async function readNew(state: OrdersState, reader: OrdersReader) {
	const rows = new Map<string, IDataObject>();
	const pages = new Map<number, Page<IDataObject>>();
	const read = async (number: number) => {
		const page = await reader.page(number);
		pages.set(number, page);
		for (const row of page.records) rows.set(textAt(row, 'id'), row);
		return page;
	};
	const isKnown = (row: IDataObject) => isKnownOrder(state, row);
	const { total, explained } = await findNewOrders(read, { accounted: state.accounted, isKnown });
	const unseen = () => Object.keys(state.open).filter((id) => !rows.has(id));
	// Where more open orders are on other pages than there are pages, these take fewer requests.
	const first = pages.get(1);
	const pageCount = Math.ceil((total ?? 0) / (first?.pageSize || first?.records.length || 1));
	const readsAll = pageCount - pages.size < unseen().length;
	for (let number = 2; readsAll && number <= pageCount; number++) {
		if (!pages.has(number)) await read(number);
	}
	rows.delete('');
	return { rows, accounted: explained ? total : null, unseen: unseen() };
}

/**
 * Some open orders: an item can end without the list showing it. Which ones is random, because n8n's
 * scheduler does not store the state of an idle poll.
 */
function sampleOf(ids: string[], random: number): string[] {
	const start = Math.floor(random * ids.length);
	return [...ids.slice(start), ...ids.slice(0, start)].slice(0, MOST_CHECKED);
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
			return checkTimes(
				await readPage(session, 'orders', {}, page, PAGE_SIZE),
				'created_at',
				given,
			);
		},
		async all() {
			return checkTimes(await collectList(session, 'orders'), 'created_at', given);
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
