import { sleep } from 'n8n-workflow';
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { readPage, readPagedList } from '../../api/lists';
import { PAGE_SIZE } from '../../api/pagination';
import { apiRecord } from '../../api/request';
import { timing } from '../../api/timing';
import type { Finding, WriteRecord } from '../../api/writeOnce';
import { countAt, textAt } from '../../shared/json';
import {
	chooseOrder,
	createdAt,
	directionOf,
	idOf,
	isOlder,
	isOrderOf,
	isReadable,
	mayBeOrderOf,
	youngestOf,
	type OrderItem,
} from './lostOrder';

/** A look reads no more pages than this: in a sorted list as many new orders, in another one all. */
const MOST_PAGES = 20;

/** New orders that look right in the list are looked at one by one, up to this many. */
const MOST_CANDIDATES = 50;

/** Clocks of servers differ a little: an order this much older than the youngest one may be new. */
const CLOCK_TOLERANCE = 60_000;

/**
 * How often the account is looked at before an order counts as not placed, each time after a wait that
 * is twice as long: a gateway may give up on a request that goes on behind it. 15 seconds in all.
 */
const LOOKS = 5;

/**
 * Notes what the account has before an order is sent, so that the order can be found if its answer is
 * lost: one request for a list that comes newest first.
 * @throws NodeApiError
 */
export async function noteOrders(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<IDataObject> {
	const { orders, total, reliable } = await seeOrders(context, itemIndex);
	const youngest = youngestOf(orders);
	// An older one is not taken for a new one anyway.
	const ids = orders.filter((order) => !isOlder(order, youngest - CLOCK_TOLERANCE)).map(idOf);
	return { youngest, ids, total, reliable };
}

/**
 * Finds the order that a request created whose answer was lost.
 * @param record what is remembered of the request; `before` is from `noteOrders`
 * @param others the other writes of this execution
 * @throws NodeApiError
 */
export async function findOrder(
	context: IExecuteFunctions,
	item: OrderItem,
	record: WriteRecord,
	others: WriteRecord[],
	itemIndex: number,
): Promise<Finding> {
	const { before } = record;
	const unreadable: Finding = {
		kind: 'unknown',
		reason: 'the account has too many orders, listed in no order, or too many new ones',
	};
	if (before.reliable !== true) return unreadable;
	const known = new Set(Array.isArray(before.ids) ? before.ids : []);
	const claimed = new Set(others.map(({ body }) => textAt(body, 'order', 'id')));
	const alike =
		1 +
		others.filter((entry) => entry.state === 'pending' && entry.request === record.request).length;
	const youngest = countAt(before, 'youngest');

	for (let look = 1; ; look++) {
		const seen = await seeOrders(context, itemIndex, youngest);
		if (!seen.reliable) return unreadable;
		const fresh = seen.orders.filter(
			(order) => !known.has(idOf(order)) && !isOlder(order, youngest - CLOCK_TOLERANCE),
		);
		const likely = fresh.filter((order) => !claimed.has(idOf(order)) && mayBeOrderOf(order, item));
		if (likely.length > MOST_CANDIDATES) {
			return { kind: 'unknown', reason: 'many alike orders were placed at the same time' };
		}
		const orders = await Promise.all(
			likely.map(
				async (order) =>
					await apiRecord(
						context,
						{ method: 'GET', path: ['orders', idOf(order)], itemIndex },
						'order',
					),
			),
		);
		if (!orders.every(isReadable)) {
			return { kind: 'unknown', reason: 'a new order does not say what was ordered' };
		}
		const candidates = orders
			.filter((order) => isOrderOf(order, item))
			.sort((a, b) => createdAt(a) - createdAt(b));
		if (candidates.length > 0) {
			const order = chooseOrder(candidates, alike);
			return order
				? { kind: 'happened', body: { order } }
				: { kind: 'unknown', reason: 'several alike orders were placed at the same time' };
		}
		if (look === LOOKS) {
			// As many orders are new as there are more than before, or one was overlooked.
			const more = (seen.total ?? 0) - countAt(before, 'total');
			return fresh.length >= more
				? { kind: 'nothing' }
				: { kind: 'unknown', reason: 'the account has new orders that its list does not show' };
		}
		await sleep(timing.firstWait * 2 ** (look - 1), context.getExecutionCancelSignal());
	}
}

interface OrdersSeen {
	/** The youngest orders of the account, or all. */
	orders: IDataObject[];
	/** How many the account has, where the API tells. */
	total: number | null;
	/** Whether none of the youngest orders is missing. */
	reliable: boolean;
}

/**
 * Reads the youngest orders: from the front where the list comes newest first, from the end where it
 * comes oldest first, and all of a list in no order.
 * @param since back to this time, and a little more. Default: to the youngest one.
 */
async function seeOrders(
	context: IExecuteFunctions,
	itemIndex: number,
	since?: number,
): Promise<OrdersSeen> {
	const page = async (number: number) => {
		const query = { page: number, page_size: PAGE_SIZE };
		const request = { method: 'GET' as const, path: ['orders'], query, itemIndex };
		return await readPage(context, request, 'orders');
	};
	const { records, total } = await page(1);
	if (total !== null && records.length >= total) return { orders: records, total, reliable: true };
	if (total === null || records.length === 0) return { orders: records, total, reliable: false };

	const direction = directionOf(records);
	const lastPage = Math.ceil(total / records.length);
	if (direction === null) {
		if (lastPage > MOST_PAGES) return { orders: [], total, reliable: false };
		const all = await readPagedList(context, 'orders', { itemIndex });
		return { orders: all, total, reliable: all.length >= total };
	}
	const seen = new Map<string, IDataObject>();
	for (let read = 0; read < Math.min(lastPage, MOST_PAGES); read++) {
		const number = direction === 'newest' ? read + 1 : lastPage - read;
		const rows = number === 1 ? records : (await page(number)).records;
		for (const row of rows) seen.set(idOf(row), row);
		const orders = [...seen.values()];
		const oldest = (since ?? youngestOf(orders)) - CLOCK_TOLERANCE;
		if (seen.size >= total || orders.some((order) => isOlder(order, oldest))) {
			return { orders, total, reliable: true };
		}
	}
	return { orders: [...seen.values()], total, reliable: false };
}
