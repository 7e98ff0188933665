import type { IDataObject } from 'n8n-workflow';
import type { Page } from '../api/pagination';
import { textAt } from '../shared/json';
import { addedRows, removedRows, type NumberRow, type NumbersRead } from './numbers';
import { KEPT, KEPT_WITH_ALIKE, NO_TIME, type Seen } from './seen';
import { AT_ONCE, readUntilComplete, type WholeList } from './wholeList';

/**
 * What a poll reads of the numbers. Additions are the newest rows of the list sorted by `added_at`: one
 * request, as a rule. Removals and CNAM settings can be anywhere in it, so it is read whole.
 * @see reference: Get Numbers
 */
export interface NumbersReader {
	/** A page of the numbers that pass the filters, sorted by when they were added. */
	page(page: number, direction: 'asc' | 'desc'): Promise<Page<IDataObject>>;
	/** How long the poll may still take, in milliseconds. */
	timeLeft(): number;
}

/** However slow the API is, it is not asked for more pages than this at once. */
export const MOST_AT_ONCE = 16;

/**
 * The first reading is done twice where it takes several pages: a row that it misses would fire later,
 * although nothing had happened. A row is missed when one leaves the list and another one comes between
 * the same two pages; not twice.
 */
const ONCE_MORE = 2;

/** A reading is planned to take no more than this part of the time that is left. */
const PART_OF_TIME = 0.5;

/** How often the newest rows are read again because the list changes meanwhile. */
const MAX_READINGS = 3;

/** Reads the rows that can tell of an addition. @param seen `null` for the first reading */
export async function readAdded(seen: Seen | null, reader: NumbersReader): Promise<NumbersRead> {
	const rows = new Map<string, NumberRow>();
	let stable = 0;
	for (let reading = 1; ; reading++) {
		const newest = await readNewest(seen, reader);
		// The sort was not honoured: what is new may be anywhere.
		if (newest === null) break;
		for (const row of newest.rows) rows.set(row.key, row);
		if (newest.isStable) stable += newest.pages > 1 ? 1 : ONCE_MORE;
		if (stable >= (seen ? 1 : ONCE_MORE) || reading === MAX_READINGS) {
			return { rows: [...rows.values()], complete: stable > 0, readFrom: newest.readFrom };
		}
	}
	const { records, complete } = await readNumbers(reader, seen === null);
	return { rows: addedRows(records), complete, readFrom: NO_TIME };
}

/** @returns `null` if the rows are not sorted */
async function readNewest(
	seen: Seen | null,
	reader: NumbersReader,
): Promise<{ rows: NumberRow[]; pages: number; readFrom: number; isStable: boolean } | null> {
	const rows: NumberRow[] = [];
	let firstTotal: number | null = null;
	for (let pages = 1; ; pages++) {
		const { records, total } = await reader.page(pages, 'desc');
		rows.push(...addedRows(records));
		if (!isSortedDown(rows)) return null;
		if (pages === 1) firstTotal = total;
		const isStable = total === firstTotal;
		const isLast = records.length === 0 || (total !== null && rows.length >= total);
		if (isLast) return { rows, pages, readFrom: NO_TIME, isStable };
		const oldest = rows[rows.length - 1].time;
		// Rows of one time only would look sorted although they are not.
		const isSorted = rows[0].time > oldest;
		if (isSorted && (seen === null ? isEnough(rows, oldest) : oldest < seen.since)) {
			return { rows, pages, readFrom: oldest + 1, isStable };
		}
	}
}

/** Reads the rows that tell of a removal. */
export async function readRemoved(seen: Seen | null, reader: NumbersReader): Promise<NumbersRead> {
	const { records, complete } = await readNumbers(reader, seen === null);
	return { rows: removedRows(records), complete, readFrom: NO_TIME };
}

/**
 * Reads the whole list. Oldest first, new rows come at the end and shift no other. How many pages are
 * read at once depends on how long the first one takes, so that a long list fits into the poll's time.
 * @param isFirst the first reading of an activation: see ONCE_MORE
 */
export async function readNumbers(reader: NumbersReader, isFirst: boolean): Promise<WholeList> {
	const before = reader.timeLeft();
	let first: Page<IDataObject> | null = await reader.page(1, 'asc');
	const perPage = Math.max(1, before - reader.timeLeft());
	const pages = Math.ceil((first.total ?? 0) / Math.max(1, first.records.length));
	const atOnce = Math.ceil((pages * perPage) / (PART_OF_TIME * Math.max(1, reader.timeLeft())));
	return await readUntilComplete(
		async (number) => {
			const page = number === 1 && first ? first : await reader.page(number, 'asc');
			if (number === 1) first = null;
			return page;
		},
		(record) => `${textAt(record, 'number')} ${textAt(record, 'added_at')}`,
		{
			atOnce: Math.min(MOST_AT_ONCE, Math.max(AT_ONCE, atOnce)),
			atLeast: isFirst && pages > 1 ? ONCE_MORE : 1,
		},
	);
}

function isSortedDown(rows: NumberRow[]): boolean {
	return rows.every(({ time }, index) => index === 0 || time <= rows[index - 1].time);
}

/** Whether the first reading has rows enough: those of the oldest time may not be all of them. */
function isEnough(rows: NumberRow[], oldest: number): boolean {
	const whole = rows.filter(({ time }) => time > oldest).length;
	return whole >= KEPT || rows.length > KEPT_WITH_ALIKE;
}
