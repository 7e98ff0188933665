import type { IDataObject } from 'n8n-workflow';
import { findNewOrders } from '../../api/findNew';
import { readPage } from '../../api/lists';
import { PAGE_SIZE, type Page } from '../../api/pages';
import { apiRecord } from '../../api/request';
import type { RunSession } from '../../api/session';
import { timing } from '../../api/timing';
import { countAt, textAt, valueAt } from '../../shared/json';
import type { WriteRecord } from '../ledger';
import type { Finding } from '../writeOnce';
import { createdAt, judge, sortOf, type Verdict } from './lostOrder';
import { quantityOf, type OrderItem } from './orderItem';

/** In an unsorted list, or among thousands of new orders, no more pages are read than this. */
const MOST_PAGES = 20;

/** New orders are read one by one, up to this many. */
const MOST_CANDIDATES = 50;

/** Clocks of servers differ a little: an order this much older than the youngest one may be new. */
const CLOCK_TOLERANCE = 60_000;

/**
 * How often the account is looked up before an order counts as not placed, each time after a wait that
 * is twice as long: a gateway may give up on a request that goes on behind it. 15 seconds in all.
 */
const LOOKUPS = 5;

/** The orders that were given to an item, in any execution of this process: no other item gets them. */
const claimed = new Set<string>();
const MOST_CLAIMED = 10_000;

/** Notes that an order belongs to an item. */
export async function claim(
	session: RunSession,
	order: IDataObject,
	itemIndex: number,
): Promise<void> {
	claimed.add(claimOf(await session.account(itemIndex), order));
	if (claimed.size > MOST_CLAIMED) claimed.delete([...claimed][0]);
}

function claimOf(account: string, order: IDataObject): string {
	return `${account} ${textAt(order, 'id')} ${textAt(order, 'created_at')}`;
}

/**
 * Notes what the account holds before an order is sent, so that the order can be found if its answer is
 * lost: how many orders there are, and which ones are young. One request where the list comes newest
 * first, or fits on a page.
 * @param now the time on the server, where it is known: an older order is not new, wherever the list has it
 * @returns plain JSON; `null` where a new order could not be distinguished from an old one later
 * @throws NodeApiError
 */
export async function noteOrders(
	session: RunSession,
	now: number,
	itemIndex: number,
): Promise<{ total: number; youngest: number; ids: string[] } | null> {
	const read = pageReader(session, itemIndex);
	const first = await read(1);
	const { total, records } = first;
	if (total === null) return null;
	const size = Math.max(1, first.pageSize ?? records.length);
	// A total that a full page contradicts is not believed: the next page decides.
	const lastPage = Math.max(Math.ceil(total / size), records.length >= size ? 2 : 1);

	const sort = sortOf(records);
	if (sort === null && lastPage > MOST_PAGES) return null;
	const young = sort === 'oldest' ? [] : [...records];
	const isEnough = () =>
		sort !== null && young.some((row) => createdAt(row) < youngestOf(young) - CLOCK_TOLERANCE);
	for (let step = 2; step <= lastPage && !isEnough(); step++) {
		if (step > MOST_PAGES) return null;
		const page = await read(sort === 'oldest' ? lastPage + 2 - step : step);
		// Somebody else has ordered, or the total is wrong.
		if (page.total !== total) return null;
		young.push(...page.records);
	}
	const rows = sort === 'oldest' ? [...records, ...young] : young;
	const isWhole = new Set(rows.map((row) => textAt(row, 'id'))).size === total;
	if (!isWhole && !isEnough()) return null;
	const youngest = Math.max(youngestOf(rows), now || 0);
	const ids = rows.filter((row) => !isOld(row, youngest)).map((row) => textAt(row, 'id'));
	return ids.includes('') ? null : { total, youngest, ids };
}

/**
 * Finds the order that a request created whose answer was lost.
 * @param record what is remembered of the request; `before` is from `noteOrders`
 * @param others the other writes of this execution
 * @throws NodeApiError
 */
export async function findOrder(
	session: RunSession,
	item: OrderItem,
	record: WriteRecord,
	others: WriteRecord[],
	itemIndex: number,
): Promise<Finding> {
	const youngest = valueAt(record.before, 'youngest');
	if (typeof youngest !== 'number') {
		return {
			kind: 'unknown',
			reason: 'new orders of the account cannot be distinguished from old ones',
		};
	}
	const ids = new Set(Array.isArray(record.before.ids) ? record.before.ids : []);
	const isKnown = (row: IDataObject) => ids.has(textAt(row, 'id')) || isOld(row, youngest);
	const accounted = countAt(record.before, 'total');
	const account = await session.account(itemIndex);
	const own = new Set(others.map(({ body }) => textAt(body, 'order', 'id')));
	const alike = 1 + others.filter((entry) => isAlike(entry, record)).length;

	for (let lookup = 1; ; lookup++) {
		const read = pageReader(session, itemIndex);
		const { fresh, total, explained } = await findNewOrders(read, { accounted, isKnown });
		const unclaimed = fresh.filter(
			(row) => !own.has(textAt(row, 'id')) && !claimed.has(claimOf(account, row)),
		);
		const verdict = await judgeNew(session, unclaimed, item, alike, itemIndex);
		if (verdict.kind === 'found') return { kind: 'found', body: { order: verdict.order } };
		if (lookup === LOOKUPS) {
			// As many orders are new as there are more than before, or one was overlooked.
			const isExplained = explained && fresh.length >= (total ?? Infinity) - accounted;
			if (verdict.kind === 'unknown' || isExplained) return verdict;
			return { kind: 'unknown', reason: 'the account has new orders that its list does not show' };
		}
		await session.sleep(timing.firstWait * 2 ** (lookup - 1));
	}
}

/** @param rows the new orders, as the list shows them: without DID group and SKUs */
async function judgeNew(
	session: RunSession,
	rows: IDataObject[],
	item: OrderItem,
	alike: number,
	itemIndex: number,
): Promise<Verdict> {
	const tooMany: Verdict = {
		kind: 'unknown',
		reason: 'too many orders were placed at the same time',
	};
	const isLikely = (row: IDataObject) => countAt(row, 'ordered', 'quantity') === quantityOf(item);
	const likely = rows.filter(isLikely);
	if (likely.length > MOST_CANDIDATES) return tooMany;
	const verdict = judge(await readOrders(session, likely, itemIndex), item, alike);
	// To prove that there is none takes all of them.
	if (verdict.kind !== 'absent' || likely.length === rows.length) return verdict;
	if (rows.length > MOST_CANDIDATES) return tooMany;
	const others = rows.filter((row) => !isLikely(row));
	return judge(await readOrders(session, others, itemIndex), item, alike);
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

function isAlike(entry: WriteRecord, record: WriteRecord): boolean {
	return entry.state !== 'done' && entry.request === record.request;
}

/** Whether an order is so much older than the youngest one before that it cannot be new. */
function isOld(row: IDataObject, youngest: number): boolean {
	return createdAt(row) < youngest - CLOCK_TOLERANCE;
}

/** When the youngest of the orders was created; 0 where there is none. */
function youngestOf(orders: IDataObject[]): number {
	return orders.reduce((youngest, order) => Math.max(youngest, createdAt(order) || 0), 0);
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
		return await readPage(session, 'orders', { itemIndex }, page, PAGE_SIZE);
	};
}
