import { sleep } from 'n8n-workflow';
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { readPage, readPagedList } from '../../api/lists';
import { PAGE_SIZE } from '../../api/pagination';
import { apiRecord } from '../../api/request';
import { timing } from '../../api/timing';
import {
	writeOnce,
	writesOf,
	type Finding,
	type LookUp,
	type WriteRecord,
} from '../../api/writeOnce';
import { add, compare, formatDecimal, type Decimal } from '../../shared/decimal';
import { inputError } from '../../shared/input';
import { countAt, recordAt, textAt } from '../../shared/json';
import { chooseOrder, directionOf, isOrderOf, quantityOf, type OrderItem } from './lostOrder';
import { costOf, sum } from './spending';

/** A list in no order is read whole, up to this many pages. */
const MOST_PAGES = 20;

/** New orders that look right in the list are looked at one by one, up to this many. */
const MOST_CANDIDATES = 10;

/** Clocks of servers differ a little: an order this much older than the youngest one may be new. */
const CLOCK_TOLERANCE = 60_000;

/** How often the account is looked at before an order counts as not placed. */
const LOOKS = 3;

/**
 * Asks what an order would cost. Nothing is bought.
 * @returns the API's preview
 * @throws NodeApiError
 * @see reference: Create Order (preview)
 */
export async function previewOrder(
	context: IExecuteFunctions,
	item: OrderItem,
	itemIndex: number,
): Promise<IDataObject> {
	return await apiRecord(
		context,
		{
			method: 'POST',
			path: ['orders'],
			body: { preview: true, order_items: [item] },
			readOnly: true,
			itemIndex,
		},
		'order',
	);
}

/**
 * Places an order, exactly once for an input item of a run of the node, and never above the limit.
 * @param limit what all items of this run together may cost, or `null`
 * @returns the order
 * @throws NodeApiError, NodeOperationError; where the order may have been placed, the error says so
 * @see reference: Create Order
 */
export async function placeOrder(
	context: IExecuteFunctions,
	item: OrderItem,
	limit: Decimal | null,
	itemIndex: number,
): Promise<IDataObject> {
	const lookUp: LookUp = {
		async prepare() {
			const cost = limit && (await checkLimit(context, item, limit, itemIndex));
			const seen = await seeOrders(context, itemIndex);
			const before = { ids: seen.orders.map(idOf), youngest: youngestOf(seen.orders) };
			return {
				before: { ...before, reliable: seen.reliable },
				...(cost && { cost: formatDecimal(cost) }),
			};
		},
		find: async (record, others) => await findOrder(context, item, record, others, itemIndex),
	};
	const what = `${quantityOf(item)} number${quantityOf(item) === 1 ? '' : 's'} of DID group ${item.did_group_id}`;
	const body = await writeOnce(
		context,
		{
			method: 'POST',
			path: ['orders'],
			body: { order_items: [item] },
			accepts: (answer) => textAt(answer, 'order', 'id') !== '',
			itemIndex,
		},
		lookUp,
		{
			mayHaveHappened: 'The order may have been placed',
			howToCheck: `Before you run this again, look with Order → Get Many or in the IDT Express Portal for a new order of ${what}.`,
		},
	);
	return recordAt(body, 'order');
}

/**
 * Checks the cost of an order against what is left of the limit.
 * @returns the cost
 * @throws NodeOperationError where it would be exceeded, or where the cost cannot be told
 */
async function checkLimit(
	context: IExecuteFunctions,
	item: OrderItem,
	limit: Decimal,
	itemIndex: number,
): Promise<Decimal> {
	const cost = costOf(await previewOrder(context, item, itemIndex));
	if (!cost) {
		throw inputError(
			context,
			itemIndex,
			'The cost of the order could not be checked against the Spend Limit',
			'The preview of IDT Express holds no fees that can be read. Nothing was bought. Check the price with Preview Only, and order without a Spend Limit if it is right.',
		);
	}
	const spent = sum(writesOf(context, itemIndex).map(spentOn));
	if (compare(add(spent, cost.dueNow), limit) <= 0) return cost.dueNow;
	const [costs, most, already] = [cost.dueNow, limit, spent].map(formatDecimal);
	throw inputError(
		context,
		itemIndex,
		`The order would exceed the Spend Limit: it costs ${costs}, the limit is ${most}, already spent ${already}`,
		`Setup and first month of ${quantityOf(item)} numbers cost ${costs} in the account's currency, and this run of the node has already spent ${already}. Nothing was bought for this item. Raise the limit or order fewer numbers.`,
	);
}

/** What a write of this run cost; one that may have happened counts as if it had. */
function spentOn(record: WriteRecord): string {
	// The fees of the order itself are the ones that were charged.
	const cost = record.body && costOf(recordAt(record.body, 'order'));
	return cost ? formatDecimal(cost.dueNow) : (record.cost ?? '0');
}

interface OrdersSeen {
	/** The youngest orders of the account, or all. */
	orders: IDataObject[];
	/** Whether an order that is placed from now on is sure to show where the next look looks. */
	reliable: boolean;
}

/**
 * Reads the youngest orders: one page where the list comes newest first, the last pages where it
 * comes oldest first, all of a list in no order if it is not too long.
 */
async function seeOrders(context: IExecuteFunctions, itemIndex: number): Promise<OrdersSeen> {
	const page = async (number: number) => {
		const query = { page: number, page_size: PAGE_SIZE };
		const request = { method: 'GET' as const, path: ['orders'], query, itemIndex };
		return await readPage(context, request, 'orders');
	};
	const { records, total } = await page(1);
	if (total !== null && records.length >= total) return { orders: records, reliable: true };
	const direction = directionOf(records);
	if (direction === 'newest') return { orders: records, reliable: true };
	if (total === null || records.length === 0) return { orders: records, reliable: false };

	const lastPage = Math.ceil(total / records.length);
	if (direction === 'oldest') {
		// Two pages: the last one may hold a single row, and may have grown into the next meanwhile.
		const last = [lastPage - 1, lastPage, lastPage + 1].filter((number) => number > 1);
		const pages = await Promise.all(last.map(page));
		return { orders: pages.flatMap((entry) => entry.records), reliable: true };
	}
	if (lastPage > MOST_PAGES) return { orders: [], reliable: false };
	const all = await readPagedList(context, 'orders', { itemIndex });
	return { orders: all, reliable: all.length >= total };
}

/** Finds the order that a request created whose answer was lost. */
async function findOrder(
	context: IExecuteFunctions,
	item: OrderItem,
	record: WriteRecord,
	others: WriteRecord[],
	itemIndex: number,
): Promise<Finding> {
	if (record.before.reliable !== true) {
		return { kind: 'unknown', reason: 'the account has too many orders, listed in no order' };
	}
	const known = new Set([
		...(Array.isArray(record.before.ids) ? record.before.ids : []),
		...others.map(({ body }) => textAt(body, 'order', 'id')),
	]);
	const alike =
		1 +
		others.filter((entry) => entry.state === 'pending' && entry.request === record.request).length;

	for (let look = 1; ; look++) {
		const seen = await seeOrders(context, itemIndex);
		if (!seen.reliable) {
			return { kind: 'unknown', reason: 'the account has too many orders, listed in no order' };
		}
		const oldest = countAt(record.before, 'youngest') - CLOCK_TOLERANCE;
		const fresh = seen.orders.filter(
			(order) =>
				!known.has(idOf(order)) &&
				createdAt(order) >= oldest &&
				countAt(order, 'ordered', 'quantity') === quantityOf(item),
		);
		if (fresh.length > MOST_CANDIDATES) {
			return { kind: 'unknown', reason: 'many alike orders were placed at the same time' };
		}
		const orders = await Promise.all(
			fresh.map(
				async (order) =>
					await apiRecord(
						context,
						{ method: 'GET', path: ['orders', idOf(order)], itemIndex },
						'order',
					),
			),
		);
		const candidates = orders
			.filter((order) => isOrderOf(order, item))
			.sort((a, b) => createdAt(a) - createdAt(b));
		if (candidates.length > 0) {
			const order = chooseOrder(candidates, alike);
			return order
				? { kind: 'happened', body: { order } }
				: { kind: 'unknown', reason: 'several alike orders were placed at the same time' };
		}
		if (look === LOOKS) return { kind: 'nothing' };
		// It may show a little later than it was placed.
		await sleep(timing.firstWait * look, context.getExecutionCancelSignal());
	}
}

function idOf(order: IDataObject): string {
	return textAt(order, 'id');
}

function createdAt(order: IDataObject): number {
	return Date.parse(textAt(order, 'created_at')) || 0;
}

function youngestOf(orders: IDataObject[]): number {
	return Math.max(0, ...orders.map(createdAt));
}
