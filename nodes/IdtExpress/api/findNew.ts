import type { IDataObject } from 'n8n-workflow';
import { textAt } from '../shared/json';
import { PAGE_SIZE, type Page } from './pages';

export interface NewOrders {
	/** The rows of new orders, each order once. */
	fresh: IDataObject[];
	/** All rows read, each order once. */
	seen: IDataObject[];
	/** How many orders the list has, as it said last. A hint, not a fact. */
	total: number | null;
	/**
	 * Whether the number of orders proves that no new one was missed: then `total` of them are accounted
	 * for. If not, none are (`null`), and the next search reads the list whole.
	 */
	explained: boolean;
}

/** How often the search begins again because orders are placed meanwhile. */
const MAX_SEARCHES = 3;

/** How many pages of a whole list are read at the same time. */
const PAGES_AT_ONCE = 5;

/**
 * Finds the orders that are new since an earlier reading, with as few requests as possible.
 *
 * Orders never leave the list. So there are `total - accounted` new ones, in whatever order the list
 * comes. Example: 250 orders were accounted for, and the list has 252 now. If page 1 shows two unknown
 * ones, there can be no others, and one request was enough. If it shows one, new orders may be at the
 * other end: the last page is read, then the second, the last but one, and so on. If the sum still does
 * not come out, or the total contradicts the rows, the list is read whole, once.
 * @param readPage reads a page; pages count from 1
 * @param known how many orders the earlier reading accounted for (`null`: its total could not be
 *   believed), and which rows are of known orders
 * @throws what `readPage` throws
 * @see docs/api.md#get-orders
 */
export async function findNewOrders(
	readPage: (page: number) => Promise<Page<IDataObject>>,
	known: { accounted: number | null; isKnown: (row: IDataObject) => boolean },
): Promise<NewOrders> {
	const rows = new Map<string, IDataObject>();
	const fresh = new Map<string, IDataObject>();
	let total: number | null = null;
	/** What the current search has read: page numbers, and the orders on them. */
	const pages = new Set<number>();
	const ids = new Set<string>();
	let firstEmpty = Infinity;
	const read = async (number: number): Promise<Page<IDataObject>> => {
		const page = await readPage(number);
		pages.add(number);
		total = page.total;
		if (page.records.length === 0) firstEmpty = Math.min(firstEmpty, number);
		for (const row of page.records) {
			const id = textAt(row, 'id');
			if (id === '') continue;
			ids.add(id);
			rows.set(id, row);
			if (!known.isKnown(row)) fresh.set(id, row);
		}
		return page;
	};
	const missing = () => (total ?? NaN) - (known.accounted ?? NaN) - fresh.size;
	const result = (explained: boolean): NewOrders => ({
		fresh: [...fresh.values()],
		seen: [...rows.values()],
		total,
		explained,
	});

	let size = PAGE_SIZE;
	for (let search = 1; search <= MAX_SEARCHES; search++) {
		pages.clear();
		ids.clear();
		firstEmpty = Infinity;
		const first = await read(1);
		const before = first.total;
		size = Math.max(1, first.pageSize ?? first.records.length);
		// Some servers give the number of rows on the page as the total: then a full page proves nothing.
		const isFull = first.records.length >= (first.pageSize ?? PAGE_SIZE);
		if (isFull && (before ?? 0) <= first.records.length) break;

		const most = 2 * Math.ceil(missing() / size) + 1;
		let [low, high] = [2, Math.ceil((before ?? 0) / size)];
		for (let i = 0; i < most && low <= high; i++) {
			if (!(missing() > 0) || total !== before) break;
			await read(i % 2 === 0 ? high-- : low++);
			if (firstEmpty < Infinity) break;
		}
		if (missing() === 0) return result(true);
		// Where an order was placed meanwhile, the search begins again.
		if (total === before) break;
	}

	for (let next = 2; next < firstEmpty; ) {
		// Without a total to go by, as many pages are read at once as have come already.
		const end = total !== null && total >= rows.size ? Math.ceil(total / size) : Infinity;
		const count = Math.max(1, Math.min(PAGES_AT_ONCE, next - 1, end - next + 1));
		const numbers = Array.from({ length: count }, (_, index) => next + index);
		next += count;
		const unread = numbers.filter((number) => !pages.has(number));
		const before = ids.size;
		const answers = await Promise.all(unread.map(async (number) => await read(number)));
		if (answers.length === 0) continue;
		// Where the total says that there are more rows, only a page that brings none ends the list.
		const isFull = answers.every(({ records, pageSize }) => records.length >= (pageSize ?? size));
		if (ids.size === before || (!isFull && ids.size >= (total ?? 0))) break;
	}
	return result(missing() === 0 || rows.size === total);
}
