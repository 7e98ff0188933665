import type { IDataObject } from 'n8n-workflow';
import { textAt } from '../shared/json';
import { collectPages, PAGE_SIZE, type Page } from './pages';

export interface NewOrders {
	/** What was read, by id. */
	rows: Map<string, IDataObject>;
	/** The rows of the new ones. */
	fresh: IDataObject[];
	/** As the list said last. A hint, not a fact. */
	total: number | null;
	/** How many rows a full page has. */
	size: number;
	/**
	 * Whether the number of orders proves that no new one was missed: then `total` of them are accounted
	 * for. If not, none are (`null`), and the next search reads the list whole.
	 */
	explained: boolean;
}

/** How often the search begins again because orders are placed meanwhile. */
const MAX_SEARCHES = 3;

/**
 * Finds the orders that are new since an earlier reading, with as few requests as possible.
 *
 * Orders never leave the list. So there are `total - accounted` new ones, in whatever order the list
 * comes. Example: 250 orders were accounted for, and the list has 252 now. If page 1 shows two unknown
 * ones, there can be no others, and one request was enough. If it shows one, new orders may be at the
 * other end: the last page is read, then the second, the last but one, and so on. If the sum still does
 * not come out, or the total contradicts the rows, the list is read whole, once.
 * @param known how many orders the earlier reading accounted for (`null`: its total could not be
 *   believed), and which rows are of known orders
 * @throws what `readPage` throws
 * @see docs/api.md#get-orders
 */
export async function findNewOrders(
	readPage: (page: number) => Promise<Page<IDataObject>>,
	known: {
		accounted: number | null;
		isKnown: (row: IDataObject) => boolean;
		/** Whether a total that ends with a full page is checked: a server may count no further. */
		checksEnd?: boolean;
	},
): Promise<NewOrders> {
	const rows = new Map<string, IDataObject>();
	const fresh = new Map<string, IDataObject>();
	/** What the current search has read. */
	const pages = new Map<number, Page<IDataObject>>();
	let total: number | null = null;
	let size = 1;
	const read = async (number: number): Promise<Page<IDataObject>> => {
		const page = pages.get(number) ?? (await readPage(number));
		pages.set(number, page);
		total = page.total ?? total;
		for (const row of page.records) {
			const id = textAt(row, 'id');
			if (id === '') continue;
			rows.set(id, row);
			if (!known.isKnown(row)) fresh.set(id, row);
		}
		return page;
	};
	const missing = () => (total ?? NaN) - (known.accounted ?? NaN) - fresh.size;

	let isProved = false;
	for (let search = 1; search <= MAX_SEARCHES; search++) {
		pages.clear();
		const { records, pageSize, total: before } = await read(1);
		// Some servers give the number of rows on the page as the total: then a full page proves nothing.
		const isFull = records.length >= (pageSize ?? PAGE_SIZE);
		if (isFull && (before ?? 0) <= records.length) break;

		size = Math.max(1, pageSize ?? records.length);
		const end = (before ?? 0) / size;
		if (known.checksEnd && Number.isInteger(end) && (await read(end + 1)).records.length > 0) break;
		const most = 2 * Math.ceil(missing() / size);
		let [low, high] = [2, Math.ceil((before ?? 0) / size)];
		for (let i = 0; i <= most && low <= high; i++) {
			if (!(missing() > 0) || total !== before) break;
			const page = await read(i % 2 === 0 ? high-- : low++);
			if (page.records.length === 0) break;
		}
		isProved = missing() === 0;
		// Where an order was placed meanwhile, the search begins again.
		if (isProved || total === before) break;
	}

	const identify = (row: IDataObject) => textAt(row, 'id') || null;
	const whole = { identify, concurrency: 2, isTotalOfList: true, passes: 1 };
	if (!isProved) await collectPages(read, whole);
	const explained = missing() === 0 || rows.size === total;
	return { rows, fresh: [...fresh.values()], total, size, explained };
}
