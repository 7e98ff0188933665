import type { IDataObject } from 'n8n-workflow';
import { collectPages, type Page } from '../api/pagination';

/** A list as it was read, and whether that was all of it. */
export interface WholeList {
	records: IDataObject[];
	total: number | null;
	/** Whether as many records were read since the list last changed as it says it has. */
	complete: boolean;
}

/** How many requests are under way at the same time, unless there is reason for more. */
export const AT_ONCE = 5;

/** A list that comes in another order at every request shows all its rows only after many readings. */
const MAX_READINGS = 20;

/**
 * Reads a whole list, again and again while rows are missing: they shift between pages while the list
 * is read, or come in no order at all.
 * @param identify what makes two rows the same record
 * @param how how many pages are read at the same time, and how often the list is read at least
 */
export async function readUntilComplete(
	fetchPage: (page: number) => Promise<Page<IDataObject>>,
	identify: (record: IDataObject) => string,
	how: { atOnce: number; atLeast?: number } = { atOnce: AT_ONCE },
): Promise<WholeList> {
	const found = new Map<string, IDataObject>();
	let total: number | null = null;
	// A row that has left the list must not stand for one that was not seen: rows count from the last change on.
	const seen = new Set<string>();
	const fetchAndNote = async (number: number) => {
		const page = await fetchPage(number);
		if (page.total !== total) seen.clear();
		total = page.total;
		for (const record of page.records) {
			seen.add(identify(record));
			found.set(identify(record), record);
		}
		return page;
	};
	for (let reading = 1; ; reading++) {
		await collectPages(fetchAndNote, { identify, concurrency: how.atOnce });
		const complete = total === null || seen.size >= total;
		if ((complete && reading >= (how.atLeast ?? 1)) || reading === MAX_READINGS) {
			return { records: [...found.values()], total, complete };
		}
	}
}
