/** One page as the server gave it. */
export interface Page<T> {
	records: T[];
	/** How many records there are in all, or `null` where the server does not say. */
	total: number | null;
}

/** Reads one page. Pages count from 1. */
export type FetchPage<T> = (page: number, pageSize: number) => Promise<Page<T>>;

export interface CollectOptions<T> {
	/** Stop at this many records. Default: all of them. */
	limit?: number;
	/** Count and return only these records; pages are then read one by one while a limit holds. */
	accept?: (record: T) => boolean;
	/** What makes two rows the same record: rows shift between pages while they are read. */
	identify: (record: T) => string;
	/** How many pages are read at the same time. */
	concurrency: number;
}

/** The API's documented default, and the largest page size that it surely honours. */
export const PAGE_SIZE = 100;

/** How often the whole list is read again when it changed while it was read. */
const MAX_PASSES = 3;

/**
 * Collects the records of a paged list, in the server's order, each once.
 *
 * The server may give smaller pages than asked for: the size of the first page counts. If the list
 * changed while it was read (its total is another one at the end), rows may have slipped between
 * two pages, so the list is read again and what both readings saw is returned.
 * @see reference: Get Orders, Get Numbers, Get Trunk Groups (page, page_size, meta)
 */
export async function collectPages<T>(
	fetchPage: FetchPage<T>,
	options: CollectOptions<T>,
): Promise<T[]> {
	const seen = new Map<string, T>();
	for (let pass = 1; pass <= MAX_PASSES; pass++) {
		const stable = await readOnce(fetchPage, options, (record) => {
			if (options.accept?.(record) ?? true) seen.set(options.identify(record), record);
			return seen.size >= (options.limit ?? Infinity);
		});
		if (stable) break;
	}
	return [...seen.values()].slice(0, options.limit);
}

/**
 * Reads the list once.
 * @param take gets every record; answers true when enough were taken
 * @returns whether the list stayed the same while it was read (or enough was read)
 */
async function readOnce<T>(
	fetchPage: FetchPage<T>,
	{ limit, accept, concurrency }: CollectOptions<T>,
	take: (record: T) => boolean,
): Promise<boolean> {
	// How many rows hold the wanted ones is not known, so small pages would only mean more of them.
	const pageSize = Math.min(PAGE_SIZE, accept ? PAGE_SIZE : (limit ?? PAGE_SIZE));
	const takeAll = (page: Page<T>) => page.records.some(take);

	const first = await fetchPage(1, pageSize);
	if (takeAll(first) || first.records.length === 0) return true;
	const realSize = first.records.length;
	let lastTotal = first.total;
	if (lastTotal !== null && realSize >= lastTotal) return true;

	// Without a total the end shows itself only as a page that is not full.
	const wanted = accept ? Infinity : (limit ?? Infinity);
	const lastPage = Math.ceil(Math.min(lastTotal ?? Infinity, wanted) / realSize);
	const atOnce = lastTotal === null || (accept && limit !== undefined) ? 1 : concurrency;
	const underWay: Array<Promise<Page<T>>> = [];
	try {
		for (let page = 2, next = 2; page <= lastPage; page++) {
			while (next <= lastPage && next < page + atOnce) {
				const reading = fetchPage(next++, pageSize);
				// It may fail before its turn; without a listener that would end n8n.
				reading.catch(() => undefined);
				underWay.push(reading);
			}
			const got = await underWay[0];
			underWay.shift();
			if (takeAll(got)) return true;
			if (lastTotal === null && got.records.length < realSize) return true;
			lastTotal = got.total ?? lastTotal;
		}
	} finally {
		// Nothing of a failed run goes on behind the user's back.
		await Promise.allSettled(underWay);
	}
	return lastTotal === first.total;
}
