import type { IDataObject } from 'n8n-workflow';
import type { Collected, Page } from '../api/pages';
import { textAt } from '../shared/json';
import { addProcessed, isProcessed, KEPT, NOTHING_PROCESSED, readTime } from './processed';
import type { Processed, Timed } from './processed';
import { IncompleteList } from './readOrders';

/**
 * The events *Number Added* and *Number Removed*: each number is an event once for each time that it was
 * added, or removed. A row that leaves the list is no event.
 */

/** A row of Get Numbers that shows an event. */
export interface NumberRow extends Timed {
	record: IDataObject;
}

export interface NumbersRead {
	rows: NumberRow[];
	/** At the first reading: what is older than this counts as processed. */
	from: number;
}

export interface NumbersOutcome {
	events: IDataObject[];
	next: Processed;
}

/** What can be read of the numbers that pass the filters. */
export interface NumbersReader {
	/** The newest rows first, page by page. */
	newest(): AsyncIterable<Page<IDataObject>>;
	/** The whole list, oldest first: new rows come at the end and shift no other. */
	all(): Promise<Collected<IDataObject>>;
}

/** Decides on what was read. At the first reading (`null`) nothing is an event. */
export function decideNumbers(state: Processed | null, read: NumbersRead): NumbersOutcome {
	const before = state ?? { ...NOTHING_PROCESSED, since: read.from };
	// A row that shifts to the next page while the list is read is read twice.
	const rows = new Map(read.rows.map((row) => [`${row.time} ${row.key}`, row]));
	const fresh = [...rows.values()]
		.filter((row) => !isProcessed(before, row))
		.sort((a, b) => a.time - b.time || (a.key < b.key ? -1 : 1));
	// Nothing of the times of events is forgotten before a later poll has read the list as well.
	const keepFrom = (state && fresh[0]?.time) ?? Infinity;
	return {
		events: state ? fresh.map(({ record }) => record) : [],
		next: addProcessed(before, fresh, keepFrom),
	};
}

/** Reads the rows that can show an addition: usually one page. */
export async function readAdded(
	state: Processed | null,
	reader: NumbersReader,
): Promise<NumbersRead> {
	return (await readNewest(state, reader)) ?? (await readWhole(state, reader, addedRows));
}

/** Reads the rows that show a removal. */
export async function readRemoved(
	state: Processed | null,
	reader: NumbersReader,
): Promise<NumbersRead> {
	return await readWhole(state, reader, removedRows);
}

/**
 * Reads the whole list; at the first reading twice, because a row that it misses would be an event later.
 * @throws IncompleteList where there are no rows though there should be some
 */
export async function readAllNumbers(
	reader: NumbersReader,
	isFirst: boolean,
): Promise<Collected<IDataObject>> {
	const list = await reader.all();
	if (!isFirst) return list;
	const again = await reader.all();
	const records = [...list.records, ...again.records];
	if (records.length > 0 || !again.total) return { ...again, records };
	throw new IncompleteList(`the list of numbers is empty, though there are ${again.total}`);
}

/**
 * Goes through the newest rows down to those processed; at the first reading, the first page is enough.
 * @returns `null` if they are not sorted, or not enough
 */
async function readNewest(
	state: Processed | null,
	reader: NumbersReader,
): Promise<NumbersRead | null> {
	const rows: NumberRow[] = [];
	for await (const page of reader.newest()) {
		rows.push(...addedRows(page.records));
		if (!rows.every(({ time }, index) => index === 0 || time <= rows[index - 1].time)) return null;
		const oldest = rows.at(-1)?.time ?? 0;
		// Of the oldest time there may be more rows on the next page.
		const whole = rows.filter(({ time }) => time > oldest).length;
		const isEnough = state === null ? whole >= KEPT : whole > 0 && oldest < state.since;
		if (isEnough) return { rows, from: oldest + 1 };
		if (state === null) return null;
	}
	return { rows, from: 0 };
}

async function readWhole(
	state: Processed | null,
	reader: NumbersReader,
	rowsOf: (records: IDataObject[]) => NumberRow[],
): Promise<NumbersRead> {
	const { records, completeness, total } = await readAllNumbers(reader, state === null);
	const rows = rowsOf(records);
	// Where the list keeps rows back, old ones may show up later.
	const isMissingRows = completeness === 'unknown' && total !== null;
	const youngest = rows.reduce((time, row) => Math.max(time, row.time), 0);
	return { rows, from: isMissingRows ? youngest : 0 };
}

/** The rows that show a number's addition: all of them. */
export function addedRows(records: IDataObject[]): NumberRow[] {
	return records.map((record) => timedRow(record, 'added_at'));
}

/** The rows that show a removal. A number that was bought again and removed again has two. */
export function removedRows(records: IDataObject[]): NumberRow[] {
	return records.filter(isRemoved).map((record) => timedRow(record, 'removed_at'));
}

export function isRemoved(record: IDataObject): boolean {
	return textAt(record, 'status').trim().toLowerCase() === 'removed';
}

/** The digits of a record's number, in whatever way it is written. */
export function digitsOf(record: IDataObject): string {
	return textAt(record, 'number').replace(/\D/g, '').replace(/^011/, '');
}

function timedRow(record: IDataObject, field: string): NumberRow {
	return { key: digitsOf(record), time: readTime(textAt(record, field)), record };
}
