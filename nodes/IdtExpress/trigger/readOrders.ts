import type { IDataObject } from 'n8n-workflow';
import type { Page } from '../api/pagination';
import { textAt } from '../shared/json';
import { mapConcurrent } from '../shared/mapConcurrent';
import {
	decideOrders,
	isNew,
	ordersToLookUp,
	readOrderRow,
	type OrderList,
	type OrderRow,
	type OrderRule,
	type OrdersOutcome,
	type OrdersState,
} from './orders';
import { AT_ONCE, readWholeList } from './wholeList';

/**
 * What a poll reads of the orders, so that an idle one costs two requests whatever the history.
 *
 * Page 1 tells how many orders there are. *If as many unknown ones turn up as there are more than
 * last time, none was overlooked*, in whatever order the list comes; the order (as page 1 looks) only
 * tells where to look first. If the sum does not work out, the whole list is read. An order could
 * still hide behind another one that left the list, so a spare request looks at one more page,
 * another one every time, unless page 1 is plainly newest first.
 *
 * The open orders are shown by pages that were read anyway, or looked up one by one, or shown by
 * further pages, whichever takes the fewest requests.
 */
export interface OrdersReader {
	page(page: number): Promise<Page<IDataObject>>;
	/** @returns `null` where there is no such order */
	order(id: string): Promise<IDataObject | null>;
	/** Whether there is time left to look at more orders. */
	hasTime(): boolean;
}

/** How often the search for new orders begins again because the list changes meanwhile. */
const MAX_SEARCHES = 3;

/**
 * Where most orders are open and old, every request goes into reading the list. One poll in so many
 * looks orders up instead, because an item can end without the list showing it.
 */
const LOOK_UP_EVERY = 8;

/**
 * One poll: reads, and decides.
 * @param turn any whole number, another one for every poll
 * @throws whatever the reader throws: then nothing has moved
 */
export async function pollOrders(
	state: OrdersState | null,
	rule: OrderRule,
	reader: OrdersReader,
	turn: number,
): Promise<OrdersOutcome> {
	const list =
		state === null ? await readEveryOrder(reader) : await readOrderList(state, reader, turn);
	const details = new Map<string, IDataObject | null>();
	await mapConcurrent(ordersToLookUp(state, list, turn), AT_ONCE, async (id) => {
		if (reader.hasTime()) details.set(id, await reader.order(id));
	});
	return decideOrders(state, { list, details }, rule);
}

async function readEveryOrder(reader: OrdersReader): Promise<OrderList> {
	const { records, total, complete } = await readWholeList(
		async (page) => await reader.page(page),
		(row) => textAt(row, 'id'),
		AT_ONCE,
	);
	const rows = new Map<string, OrderRow>();
	addRows(rows, records);
	const known = complete || total === null ? total : rows.size;
	return { rows, total: known, complete, looks: 0 };
}

async function readOrderList(
	state: OrdersState,
	reader: OrdersReader,
	turn: number,
): Promise<OrderList> {
	const pages = new OrderPages(state, reader, turn);
	await pages.read([1]);
	// Never more than looking up each open order, never more than reading the list.
	const most = Math.min(2 + state.open.size, Math.max(2, pages.last));
	let spare = most - 1;

	let found = await pages.findNew();
	const isIdle = pages.readSoFar === 1;
	if (isIdle) {
		const preferLooks = turn % LOOK_UP_EVERY === 0;
		while (pages.unshown() > spare && pages.rest().length > 0 && !preferLooks) {
			await pages.read(pages.rest().slice(0, 1));
			spare--;
		}
		if (spare > pages.unshown() && !pages.reachesOld()) {
			await pages.read(pages.audit());
			spare = most - pages.readSoFar;
		}
		found = await pages.findNew();
	} else {
		spare = Math.max(0, most - pages.readSoFar);
	}
	if (!found) return await readEveryOrder(reader);
	return { rows: pages.rows, total: pages.total, complete: true, looks: Math.max(spare, 0) };
}

/** The pages that a poll has read of the list. */
class OrderPages {
	readonly rows = new Map<string, OrderRow>();
	total: number | null = null;
	readSoFar = 0;
	private firstPage: OrderRow[] = [];
	private pageSize = 1;
	private readonly done = new Set<number>();

	constructor(
		private readonly state: OrdersState,
		private readonly reader: OrdersReader,
		private readonly turn: number,
	) {}

	async read(numbers: number[]): Promise<void> {
		const pages = await Promise.all(numbers.map(async (page) => await this.reader.page(page)));
		pages.forEach(({ records, total }, index) => {
			const rows = addRows(this.rows, records);
			if (numbers[index] === 1) {
				this.firstPage = rows;
				this.pageSize = Math.max(1, records.length);
			}
			this.total = total;
			this.done.add(numbers[index]);
			this.readSoFar++;
		});
	}

	/** The number of pages. */
	get last(): number {
		return Math.max(1, Math.ceil((this.total ?? 0) / this.pageSize));
	}

	/** How many open orders the pages read do not show. */
	unshown(): number {
		return [...this.state.open.keys()].filter((id) => !this.rows.has(id)).length;
	}

	/** Whether as many new orders turned up as there are more than last time. */
	isExplained(): boolean {
		// A server that gives no total can be trusted as far as its order is plain.
		if (this.total === null || this.state.total === null) return this.reachesOld();
		return this.newOrders() === this.total - this.state.total;
	}

	private newOrders(): number {
		return [...this.rows.values()].filter((row) => isNew(this.state, row)).length;
	}

	/** Whether page 1 is newest first, down to what is too old to be new. */
	reachesOld(): boolean {
		const oldest = Math.min(...this.firstPage.map(({ createdAt }) => createdAt));
		return directionOf(this.firstPage) === 'newestFirst' && oldest < this.state.seen.since;
	}

	/** The pages not read yet, the likeliest to hold new orders first. */
	rest(): number[] {
		const pages = Array.from({ length: this.last }, (_, index) => index + 1);
		if (directionOf(this.firstPage) === 'oldestFirst') pages.reverse();
		return pages.filter((page) => !this.done.has(page));
	}

	/** One more page: where new orders would be, or any. */
	audit(): number[] {
		const rest = this.rest();
		if (rest.length === 0) return [];
		const index = directionOf(this.firstPage) === 'oldestFirst' ? 0 : this.turn % rest.length;
		return [rest[index]];
	}

	/** Reads on until the new orders are found. @returns whether all of them were */
	async findNew(): Promise<boolean> {
		for (let search = 1; search <= MAX_SEARCHES; search++) {
			const { total } = this;
			for (;;) {
				if (this.isExplained()) return true;
				const lacking = (this.total ?? NaN) - (this.state.total ?? NaN) - this.newOrders();
				const next = this.rest().slice(0, Math.min(AT_ONCE, Math.ceil(lacking / this.pageSize)));
				if (!(lacking > 0) || next.length === 0) return false;
				const before = this.newOrders();
				await this.read(next);
				if (this.total !== total) break;
				if (this.newOrders() === before) return false;
			}
			// The list changed meanwhile: what is new may be on pages that were read before.
			this.done.clear();
			await this.read([1]);
		}
		return this.isExplained();
	}
}

function addRows(rows: Map<string, OrderRow>, records: IDataObject[]): OrderRow[] {
	return records.flatMap((record) => {
		const row = readOrderRow(record);
		if (row === null) return [];
		rows.set(row.id, row);
		return [row];
	});
}

function directionOf(rows: OrderRow[]): 'newestFirst' | 'oldestFirst' | 'none' {
	let [rises, falls] = [0, 0];
	for (let i = 1; i < rows.length; i++) {
		if (rows[i].createdAt > rows[i - 1].createdAt) rises++;
		if (rows[i].createdAt < rows[i - 1].createdAt) falls++;
	}
	if (rises === 0 && falls > 0) return 'newestFirst';
	return falls === 0 && rises > 0 ? 'oldestFirst' : 'none';
}
