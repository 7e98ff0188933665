import type { IDataObject } from 'n8n-workflow';
import { collectPages, type Page } from '../api/pagination';

/** A list as it was read, and whether that was all of it. */
export interface WholeList {
	records: IDataObject[];
	total: number | null;
	/** Whether at least as many records were read as the list says it has. */
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
	for (let reading = 1; ; reading++) {
		let total: number | null = null;
		const fetchAndNote = async (number: number) => {
			const page = await fetchPage(number);
			total = page.total;
			return page;
		};
		const records = await collectPages(fetchAndNote, { identify, concurrency: how.atOnce });
		for (const record of records) found.set(identify(record), record);
		const complete = total === null || found.size >= total;
		if ((complete && reading >= (how.atLeast ?? 1)) || reading === MAX_READINGS) {
			return { records: [...found.values()], total, complete };
		}
	}
}
