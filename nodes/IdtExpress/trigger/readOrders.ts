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
import { AT_ONCE, readUntilComplete, type WholeList } from './wholeList';

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
 * Where the requests of an idle poll do not suffice for everything, the open orders come first. Of so
 * many polls, one looks at another page all the same, and one looks up orders instead of reading pages,
 * because an item can end without the list showing it.
 */
const TURNS = 4;
const AUDIT_TURN = 0;
const LOOKS_TURN = 2;

/**
 * One poll: reads, and decides.
 * @param turn a random whole number
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
	await mapConcurrent(
		ordersToLookUp(state, list, Math.floor(turn / TURNS)),
		AT_ONCE,
		async (id) => {
			if (reader.hasTime()) details.set(id, await reader.order(id));
		},
	);
	return decideOrders(state, { list, details }, rule);
}

/** @returns the orders of the list as the API gives them */
export async function readAllOrders(reader: OrdersReader): Promise<WholeList> {
	return await readUntilComplete(
		async (page) => await reader.page(page),
		(row) => textAt(row, 'id'),
	);
}

async function readEveryOrder(reader: OrdersReader): Promise<OrderList> {
	const { records, total, complete } = await readAllOrders(reader);
	const rows = new Map<string, OrderRow>();
	addRows(rows, records);
	const known = complete || total === null ? total : rows.size;
	return { rows, total: known, complete, looks: Infinity, inTurns: false };
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
	const spare = () => Math.max(0, most - pages.readSoFar);

	let found = await pages.findNew();
	const [auditFirst, looksFirst] = [turn % TURNS === AUDIT_TURN, turn % TURNS === LOOKS_TURN];
	if (pages.readSoFar === 1) {
		const hasPage = () => spare() > 0 && pages.rest().length > 0;
		const hasToAudit = () => hasPage() && !pages.reachesOld();
		if (auditFirst && hasToAudit()) await pages.audit(true);
		while (!looksFirst && hasPage() && pages.unshown() > spare()) {
			await pages.read(pages.rest().slice(0, 1));
		}
		if (!looksFirst && hasToAudit() && pages.unshown() < spare()) await pages.audit(false);
		found = await pages.findNew();
	}
	if (!found) return await readEveryOrder(reader);
	const { rows, total } = pages;
	// Only in an idle poll the open orders take turns: where orders come all the time, none has to wait.
	const looks = pages.newOrders() > 0 ? Infinity : spare();
	return { rows, total, complete: true, looks, inTurns: looksFirst };
}

/** The pages that a poll has read of the list. */
class OrderPages {
	readonly rows = new Map<string, OrderRow>();
	total: number | null = null;
	readSoFar = 0;
	/** By number. */
	private readonly pages = new Map<number, OrderRow[]>();

	constructor(
		private readonly state: OrdersState,
		private readonly reader: OrdersReader,
		private readonly turn: number,
	) {}

	async read(numbers: number[]): Promise<void> {
		const answers = await Promise.all(numbers.map(async (page) => await this.reader.page(page)));
		answers.forEach(({ records, total }, index) => {
			this.pages.set(numbers[index], addRows(this.rows, records));
			this.total = total;
			this.readSoFar++;
		});
	}

	/** The number of pages. */
	get last(): number {
		return Math.max(1, Math.ceil((this.total ?? 0) / this.pageSize));
	}

	/** Reads one more page: any, or where new orders would be. */
	async audit(anyPage: boolean): Promise<void> {
		const rest = this.rest();
		const isLikeliest = !anyPage && this.direction === 'oldestFirst';
		await this.read([rest[isLikeliest ? 0 : Math.floor(this.turn / TURNS) % rest.length]]);
	}

	/** The pages not read yet, the likeliest to hold new orders first. */
	rest(): number[] {
		return this.inOrder().filter((page) => !this.pages.has(page));
	}

	/** How many open orders the pages read do not show. */
	unshown(): number {
		return [...this.state.open.keys()].filter((id) => !this.rows.has(id)).length;
	}

	/** Whether the pages read show the newest orders in order, down to those too old to be new. */
	reachesOld(): boolean {
		const times = this.newestRows().map(({ createdAt }) => createdAt);
		const isInOrder = times.every((time, index) => index === 0 || time <= times[index - 1]);
		const oldest = times.at(-1) ?? Infinity;
		return this.direction !== 'none' && isInOrder && oldest < this.state.seen.since;
	}

	/** Reads on until the new orders are found. @returns whether all of them were */
	async findNew(): Promise<boolean> {
		for (let search = 1; search <= MAX_SEARCHES; search++) {
			const { total } = this;
			while (!this.isExplained()) {
				const next = this.nextPages();
				if (next.length === 0) return false;
				await this.read(next);
				if (this.total !== total) break;
			}
			if (this.total === total) return true;
			// The list changed meanwhile: what is new may be on pages that were read before.
			this.pages.clear();
			await this.read([1]);
		}
		return false;
	}

	/** Whether as many new orders turned up as there are more than last time, and there can be no others. */
	private isExplained(): boolean {
		// A server that gives no total can be trusted as far as its order is plain.
		if (this.total === null || this.state.total === null) return this.reachesOld();
		const found = this.newOrders();
		if (found !== this.total - this.state.total) return false;
		// One may stand behind a known one, and only seem to be none because another one left the list.
		return found === 0 || this.rest().length === 0 || this.reachesOld();
	}

	/** Where to look for new orders; nowhere, if they are not where they should be. */
	private nextPages(): number[] {
		const lacking = (this.total ?? NaN) - (this.state.total ?? NaN) - this.newOrders();
		if (this.direction === 'none' || this.reachesOld() || !(lacking >= 0)) return [];
		const count = Math.min(AT_ONCE, Math.max(1, Math.ceil(lacking / this.pageSize)));
		return this.rest().slice(0, count);
	}

	/** The newest orders first, as far as pages were read without a gap. */
	private newestRows(): OrderRow[] {
		const found: OrderRow[] = [];
		for (const page of this.inOrder()) {
			const rows = this.pages.get(page);
			if (!rows) break;
			found.push(...(this.direction === 'oldestFirst' ? [...rows].reverse() : rows));
		}
		return found;
	}

	newOrders(): number {
		return [...this.rows.values()].filter((row) => isNew(this.state, row)).length;
	}

	/** All pages, the likeliest to hold new orders first. */
	private inOrder(): number[] {
		const pages = Array.from({ length: this.last }, (_, index) => index + 1);
		return this.direction === 'oldestFirst' ? pages.reverse() : pages;
	}

	private get firstPage(): OrderRow[] {
		return this.pages.get(1) ?? [];
	}

	private get pageSize(): number {
		return Math.max(1, this.firstPage.length);
	}

	private get direction(): Direction {
		return directionOf(this.firstPage);
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

type Direction = 'newestFirst' | 'oldestFirst' | 'none';

function directionOf(rows: OrderRow[]): Direction {
	let [rises, falls] = [0, 0];
	for (let i = 1; i < rows.length; i++) {
		if (rows[i].createdAt > rows[i - 1].createdAt) rises++;
		if (rows[i].createdAt < rows[i - 1].createdAt) falls++;
	}
	if (rises === 0 && falls > 0) return 'newestFirst';
	return falls === 0 && rises > 0 ? 'oldestFirst' : 'none';
}
