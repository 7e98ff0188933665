import type { IDataObject } from 'n8n-workflow';
import { findNewOrders } from '../../api/findNew';
import { readPage } from '../../api/lists';
import type { Page } from '../../api/pages';
import { apiRecord } from '../../api/request';
import type { RunSession } from '../../api/session';
import { countAt, recordAt, textAt } from '../../shared/json';
import type { WriteRecord } from '../ledger';
import { lookUpTimes } from '../lookUp';
import type { Finding } from '../writeOnce';
import { createdAt, judge, sortOf, type Verdict } from './lostOrder';
import { quantityOf, type OrderRequest } from './orderItem';

/** In an unsorted list, or among thousands of new orders, no more pages are read than this. */
const MOST_PAGES = 20;

/** New orders are read one by one, up to this many likely ones, and as many others. */
const MOST_CANDIDATES = 50;

/** Clocks of servers differ a little: an order this much older than the youngest one may be new. */
const CLOCK_TOLERANCE = 60_000;

/**
 * The orders that were given to an item, in any execution of this process, with their times: no other item
 * gets them. (A Sandbox that was emptied may give an ID again.)
 */
const claimed = new Map<string, number>();
const MOST_CLAIMED = 10_000;

/** Notes that an order belongs to an item. */
export function claim(account: string, order: IDataObject): void {
	claimed.set(`${account} ${idOf(order)}`, exactTime(order));
	const [oldest] = claimed.keys();
	if (claimed.size > MOST_CLAIMED) claimed.delete(oldest);
}

/** Whether an order belongs to an item already. */
export function isClaimedIn(account: string, order: IDataObject): boolean {
	const time = claimed.get(`${account} ${idOf(order)}`);
	if (time === undefined) return false;
	const times = new Set([time, exactTime(order)]);
	// A time that is not known may be the same.
	return times.size === 1 || times.has(0);
}

function exactTime(order: IDataObject): number {
	return Date.parse(textAt(order, 'created_at')) || 0;
}

/**
 * Notes what the account holds before an order is sent, so that the order can be found if its answer is
 * lost: how many orders there are, since when an order is new, and which ones are as young and yet old.
 * One request where the list comes newest first or fits on a page; all pages where it is not sorted.
 * @param now the time on the server, where it is known: an older order is not new, wherever the list has it
 * @returns plain JSON; empty where new orders could not be distinguished from old ones later
 * @throws NodeApiError
 */
export async function noteOrders(
	session: RunSession,
	now: number,
	itemIndex: number,
): Promise<IDataObject> {
	const read = pageReader(session, itemIndex);
	const { records, total, pageSize } = await read(1);
	const size = Math.max(1, pageSize ?? records.length);
	// A total that a full page contradicts is not believed: the next page decides.
	const lastPage = Math.max(Math.ceil((total ?? 0) / size), records.length >= size ? 2 : 1);

	const sort = sortOf(records);
	const rows = sort === 'oldest' && lastPage > 1 ? [] : [...records];
	const reachesBack = () => sort !== null && rows.some((row) => isOlder(row, sinceOf(rows)));
	for (let step = 2; step <= lastPage && !reachesBack(); step++) {
		if (lastPage > MOST_PAGES && (sort === null || step > MOST_PAGES)) return {};
		rows.push(...(await read(sort === 'oldest' ? lastPage + 2 - step : step)).records);
	}
	const isWhole = new Set(rows.map(idOf)).size === total;
	const since = Math.max(sinceOf(rows), now - CLOCK_TOLERANCE || 0);
	const ids = rows.filter((row) => !isOlder(row, since)).map(idOf);
	// An order without an ID now would be taken for a new one when it has one.
	return (isWhole || reachesBack()) && !ids.includes('') ? { total, since, ids } : {};
}

/**
 * Finds the order that a request created whose answer was lost.
 * @param record what is remembered of the request; `before` is from `noteOrders`
 * @param others the other writes of this execution
 * @throws NodeApiError
 */
export async function findOrder(
	asked: OrderRequest,
	record: WriteRecord,
	others: WriteRecord[],
): Promise<Finding> {
	const { session, itemIndex } = asked;
	const { total: before, since, ids } = record.before;
	if (typeof before !== 'number' || typeof since !== 'number' || !Array.isArray(ids)) {
		const reason = 'new orders of the account cannot be distinguished from old ones';
		return { kind: 'unknown', reason };
	}
	const known = new Set<unknown>(ids);
	const isKnown = (row: IDataObject) => known.has(idOf(row)) || isOlder(row, since);
	const account = await session.account(itemIndex);
	const own = others.map(({ body }) => idOf(recordAt(body, 'order')));
	const isClaimed = (row: IDataObject) => own.includes(idOf(row)) || isClaimedIn(account, row);
	const isAlike = ({ state, request }: WriteRecord) =>
		state !== 'done' && request === record.request;
	const alike = 1 + others.filter(isAlike).length;

	const lookUp = async (): Promise<Finding> => {
		const read = pageReader(session, itemIndex);
		const { fresh, total } = await findNewOrders(read, {
			accounted: before,
			isKnown,
			checksEnd: true,
		});
		const unclaimed = fresh.filter((row) => !isClaimed(row));
		const verdict = await judgeNew(asked, unclaimed, alike);
		if (verdict.kind === 'unknown') return verdict;
		// With one order more than before there is one new order. With fewer rows one was overlooked; with
		// more, an old one is taken for new.
		const excess = fresh.length - ((total ?? NaN) - before);
		if (verdict.kind === 'found' ? excess > 0 : excess !== 0) {
			return { kind: 'unknown', reason: 'its list of orders does not agree with their number' };
		}
		if (verdict.kind === 'absent') return verdict;
		// Meanwhile another execution may have found it, too.
		if (isClaimed(verdict.order)) return { kind: 'unknown', reason: 'another item got its order' };
		claim(account, verdict.order);
		return { kind: 'found', body: { order: verdict.order } };
	};
	return await lookUpTimes(session, lookUp, ({ kind }) => kind === 'found');
}

/** @param rows the new orders, as the list shows them: without DID group and SKUs */
async function judgeNew(
	{ session, item, itemIndex }: OrderRequest,
	rows: IDataObject[],
	alike: number,
): Promise<Verdict> {
	const isLikely = (row: IDataObject) => countAt(row, 'ordered', 'quantity') === quantityOf(item);
	const others = rows.filter((row) => !isLikely(row));
	// Only all of them prove that it is not there.
	for (const candidates of [rows.filter(isLikely), others]) {
		if (candidates.length > MOST_CANDIDATES) {
			return { kind: 'unknown', reason: 'too many orders were placed at the same time' };
		}
		const verdict = judge(await readOrders(session, candidates, itemIndex), item, alike);
		if (verdict.kind !== 'absent') return verdict;
	}
	return { kind: 'absent' };
}

/** Reads orders of the list; one that cannot be read yet is an empty one. */
async function readOrders(
	session: RunSession,
	rows: IDataObject[],
	itemIndex: number,
): Promise<IDataObject[]> {
	return await Promise.all(
		rows.map(async (row) => {
			const reading = readOrder(session, textAt(row, 'id'), itemIndex);
			return await reading.catch((): IDataObject => ({}));
		}),
	);
}

/** @see docs/api.md#get-order */
export async function readOrder(
	session: RunSession,
	id: string,
	itemIndex: number,
	budget?: number,
): Promise<IDataObject> {
	const request = { method: 'GET' as const, path: ['orders', id], budget, itemIndex };
	return await apiRecord(session, request, 'order', id);
}

/** `9C2-2E2` is the order `9c2-2e2`. */
function idOf(order: IDataObject): string {
	return textAt(order, 'id').toLowerCase();
}

/** Orders of before this time are surely older than the youngest of these. */
function sinceOf(orders: IDataObject[]): number {
	const youngest = orders.reduce((time, order) => Math.max(time, createdAt(order) || 0), 0);
	return youngest - CLOCK_TOLERANCE;
}

function isOlder(order: IDataObject, time: number): boolean {
	return createdAt(order) < time;
}

/** Reads pages of Get Orders, so many at most. */
function pageReader(
	session: RunSession,
	itemIndex: number,
): (page: number) => Promise<Page<IDataObject>> {
	let pages = 0;
	return async (page) => {
		if (++pages > MOST_PAGES)
			throw new Error('the account has too many new orders, or unsorted ones');
		return await readPage(session, 'orders', { itemIndex }, page);
	};
}
