import { isTransient } from './errors';

/** One page as the server gave it, with what it says, if it does: a hint, see `collectPages`. */
export interface Page<T> {
	records: T[];
	/** How many records there are. */
	total: number | null;
	/** How many records a full page has. */
	pageSize: number | null;
}

/** What a page that is not there gives. */
export const NO_PAGE: Page<never> = { records: [], total: null, pageSize: null };

/**
 * Reads one page. Pages count from 1; one that is beyond the end of the list has no records, and neither
 * has a first one that is larger than documented and fails.
 */
export type FetchPage<T> = (page: number, pageSize: number) => Promise<Page<T>>;

/** The API's default page size, and the largest that it is known to honour. */
export const PAGE_SIZE = 100;

/** What a list of more than `LONG_LIST` pages asks for; what comes back decides. */
const LARGE_PAGE_SIZE = 1_000;
const LONG_LIST = 10;

/** After this many full pages, a total that nothing confirms is checked. */
const PAGES_WITHOUT_TOTAL = 5;

/** How often a list is read, at most, that changes while it is read. */
const MOST_PASSES = 3;

export interface CollectOptions<T> {
	/** Default: all of them. */
	limit?: number;
	/** Only these records count, and are returned. */
	filter?: (record: T) => boolean;
	/** Whether no page after this one is wanted. */
	isLast?: (records: T[]) => boolean;
	/** What makes two rows the same record; `null` for a row that may be any. */
	identify: (record: T) => string | null;
	concurrency: number;
	/** Whether the total counts this list alone; with a filter it may count the whole account. */
	isTotalOfList: boolean;
	/** Whether larger pages are worth a trial; kept from list to list. */
	largePages?: { mayBeServed: boolean };
	/** How often the list is read, at most, where rows are missing. */
	passes?: number;
}

export interface Collected<T> {
	records: T[];
	/**
	 * `complete`: the list was read to its end, or to the limit, and nothing says that a row is missing ·
	 * `changed`: it changed while it was read, each time, so a row may have slipped between two pages ·
	 * `unknown`: there are more rows than were given
	 */
	completeness: 'complete' | 'changed' | 'unknown';
	/** How many records there are, as far as it can be believed. */
	total: number | null;
}

/**
 * Collects the records of a list, in the server's order, each once.
 *
 * Rows are facts, totals are hints: a list ends where a page is not full, is empty, or brings nothing
 * new. A total helps to read pages in parallel, and to notice that rows are missing: then the list is
 * read again, and what all readings saw is returned.
 * @see docs/api.md#get-numbers
 */
export async function collectPages<T>(
	fetchPage: FetchPage<T>,
	options: CollectOptions<T>,
): Promise<Collected<T>> {
	const { limit = Infinity, filter, isLast, passes = MOST_PASSES } = options;
	const found = new Map<unknown, T>();
	let total: number | null = null;
	for (let pass = 1; ; pass++) {
		let rows = 0;
		let totalBefore: number | null = null;
		let isEnough = false;
		for await (const page of iteratePages(fetchPage, options)) {
			for (const [index, record] of page.records.entries()) {
				// A row without identity is kept each time that a first reading brings it.
				const key = page.keys[index] ?? (pass === 1 ? Symbol() : null);
				// As the last reading has it, and in its order.
				found.delete(key);
				if (key !== null && filter?.(record) !== false) found.set(key, record);
			}
			rows = page.rows;
			total = page.total ?? total;
			totalBefore ??= page.total;
			isEnough = found.size >= limit || (isLast?.(page.records) ?? false);
			if (isEnough) break;
		}
		const records = [...found.values()].slice(0, limit);
		// A total that counts less than there is counts something else.
		if ((total ?? 0) < rows) total = null;
		const isChanged = total !== null && total !== totalBefore;
		if (!options.isTotalOfList) total = null;
		const isMissing = (total ?? 0) > rows;
		const isWhole = isEnough || !(isChanged || isMissing);
		// Rows that are missing twice, while nothing changed, will not come the third time.
		if (isWhole || (pass > 1 && !isChanged) || pass >= passes) {
			const completeness = isWhole ? 'complete' : isChanged ? 'changed' : 'unknown';
			return { records, completeness, total };
		}
		if (isMissing && options.largePages) options.largePages.mayBeServed = false;
	}
}

/**
 * Reads the pages of a list, in order, until it ends; several at a time where they are expected.
 * @returns the pages, each with the identities of its records (`keys`), and the number of different records
 *   up to it (`rows`)
 */
export async function* iteratePages<T>(
	fetchPage: FetchPage<T>,
	options: CollectOptions<T>,
): AsyncGenerator<Page<T> & { keys: Array<string | null>; rows: number }> {
	const { limit = Infinity, filter, identify, isLast, isTotalOfList, largePages } = options;
	let pageSize = PAGE_SIZE;
	let first = await fetchPage(1, pageSize);
	// Where any page may be the last one needed, none is read ahead.
	const wanted = isLast || (filter && limit !== Infinity) ? 0 : limit;
	const isLong = Math.min(first.total ?? 0, wanted) > LONG_LIST * PAGE_SIZE;
	// A server that gives less than a page of the documented size gives no larger one.
	if (isLong && first.records.length >= PAGE_SIZE && largePages?.mayBeServed) {
		const large = await fetchPage(1, LARGE_PAGE_SIZE);
		largePages.mayBeServed = large.records.length > first.records.length;
		if (largePages.mayBeServed) [first, pageSize] = [large, LARGE_PAGE_SIZE];
	}

	const seen = new Set<string>();
	let [listed, largest] = [0, 0];
	let isTotalBelieved = isTotalOfList;
	const underWay: Array<Promise<Page<T>>> = [Promise.resolve(first)];
	try {
		for (let number = 1, isAll = false; ; number++) {
			const reading = underWay.shift() ?? fetchPage(number, pageSize);
			const page = await reading.catch((error: unknown) => {
				// Beyond all rows that the total counts, servers refuse a page in words of their own.
				if (isAll && !isTransient(error)) return NO_PAGE;
				throw error;
			});
			const sizeBefore = seen.size;
			const keys = page.records.map(identify);
			keys.forEach((key, index) => seen.add(key ?? JSON.stringify(page.records[index])));
			// An empty first page ends nothing where the total says that there are rows.
			const isEnd = seen.size === sizeBefore && number > 1;
			// The total of the last one, too, may say that new rows have shifted the others.
			yield { ...page, records: isEnd ? [] : page.records, keys, rows: seen.size };
			if (isEnd) return;
			// A total may count a row that is listed twice: where the list ends goes by all listed rows.
			listed += page.records.length;
			isAll = isTotalOfList && page.total === listed;
			const isMoreSaid = isTotalOfList && (page.total ?? 0) > listed;
			// A server may repeat a size that it does not serve: the documented one alone is believed.
			const believed = pageSize > PAGE_SIZE ? null : page.pageSize;
			const { length } = page.records;
			const isFull = length > 0 && length >= (believed ?? largest);
			if (!isFull && !isMoreSaid) return;
			largest = Math.max(largest, length);
			const lastPage = Math.ceil(Math.min(page.total ?? 0, wanted) / largest);
			if (!isTotalBelieved && number === PAGES_WITHOUT_TOTAL && lastPage > number) {
				isTotalBelieved = (await fetchPage(lastPage, pageSize)).records.length > 0;
			}
			const ahead =
				isTotalBelieved && largest > 0 ? Math.min(options.concurrency, lastPage - number) : 0;
			while (underWay.length < ahead) {
				const reading = fetchPage(number + underWay.length + 1, pageSize);
				// It may fail before it is awaited; without a listener that would end n8n.
				reading.catch(() => undefined);
				underWay.push(reading);
			}
		}
	} finally {
		// Nothing of a failed run goes on behind the user's back.
		await Promise.allSettled(underWay);
	}
}
