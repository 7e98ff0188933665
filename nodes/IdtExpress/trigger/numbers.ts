import type { IDataObject } from 'n8n-workflow';
import type { Collected, Page } from '../api/pages';
import { textAt } from '../shared/json';
import { IncompleteList } from './incompleteList';
import {
	addProcessed,
	isProcessed,
	KEPT,
	NO_TIME,
	NOTHING_PROCESSED,
	readTime,
	type Processed,
	type Timed,
} from './processed';

/**
 * The events *Number Added* and *Number Removed*: each number is an event once for each time that it was
 * added, or removed. A row that leaves the list is no event.
 */

/** A row of Get Numbers that tells of an event. */
export interface NumberRow extends Timed {
	record: IDataObject;
}

export interface NumbersRead {
	rows: NumberRow[];
	/** Whether no row can have been missed. */
	isComplete: boolean;
	/** Rows before this time count as processed at the first reading. */
	from: number;
}

export interface NumbersOutcome {
	events: IDataObject[];
	next: Processed;
	/** Whether a row could not be judged, because its time cannot be read. */
	hasUndated: boolean;
}

/** What is read of the numbers that pass the filters. */
export interface NumbersReader {
	/** The newest rows first, page by page. */
	newest(): AsyncIterable<Page<IDataObject>>;
	/** The whole list, oldest first: new rows come at the end and shift no other. */
	all(): Promise<Collected<IDataObject>>;
}

/** Judges what was read. At the first reading (`null`) nothing is an event. */
export function decideNumbers(state: Processed | null, read: NumbersRead): NumbersOutcome {
	if (state === null) {
		const next = addProcessed({ ...NOTHING_PROCESSED, since: read.from }, read.rows);
		return { events: [], next, hasUndated: false };
	}
	// A row that shifts to the next page while the list is read is read twice.
	const rows = new Map(read.rows.map((row) => [`${row.time} ${row.key}`, row]));
	const fresh = [...rows.values()]
		.filter((row) => !isProcessed(state, row))
		.sort((a, b) => a.time - b.time || (a.key < b.key ? -1 : 1));
	// Nothing of the times of these events is forgotten before a later poll has read the list as well.
	const [oldest] = fresh;
	const keepFrom = !oldest ? Infinity : read.isComplete ? oldest.time : state.since;
	return {
		events: fresh.map(({ record }) => record),
		next: addProcessed(state, fresh, keepFrom),
		hasUndated: state.since > NO_TIME && read.rows.some(({ time }) => time === NO_TIME),
	};
}

/** Reads the rows that can tell of an addition: as a rule one page. */
export async function readAdded(
	state: Processed | null,
	reader: NumbersReader,
): Promise<NumbersRead> {
	const newest = await readNewest(state, reader);
	if (newest === null) return await readWhole(reader, state === null, addedRows);
	// A row that a first reading of several pages misses would be an event later.
	const again = state === null && newest.pages > 1 ? await readNewest(state, reader) : null;
	return again ? { ...again, rows: [...newest.rows, ...again.rows] } : newest;
}

/** Reads the rows that tell of a removal. */
export async function readRemoved(
	state: Processed | null,
	reader: NumbersReader,
): Promise<NumbersRead> {
	return await readWhole(reader, state === null, removedRows);
}

/**
 * Reads the whole list; at the first reading twice, where it takes several pages.
 * @throws IncompleteList where there are no rows though there should be some
 */
export async function readAllNumbers(
	reader: NumbersReader,
	isFirst: boolean,
): Promise<Collected<IDataObject>> {
	const list = await reader.all();
	if (!isFirst) return list;
	const again = list.records.length > KEPT ? await reader.all() : list;
	const records = [...new Set([...list.records, ...again.records])];
	if (records.length > 0 || !again.total) return { ...again, records };
	throw new IncompleteList(`the list of numbers is empty, though there are ${again.total}`);
}

/** Goes through the newest rows down to those processed. @returns `null` if they are not sorted */
async function readNewest(
	state: Processed | null,
	reader: NumbersReader,
): Promise<(NumbersRead & { pages: number }) | null> {
	const rows: NumberRow[] = [];
	const totals = new Set<number | null>();
	let pages = 0;
	for await (const page of reader.newest()) {
		pages++;
		totals.add(page.total);
		rows.push(...addedRows(page.records));
		if (!rows.every(({ time }, index) => index === 0 || time <= rows[index - 1].time)) return null;
		const oldest = rows.at(-1)?.time ?? NO_TIME;
		// Of the oldest time there may be more rows on the next page.
		const whole = rows.filter(({ time }) => time > oldest).length;
		const isEnough = state === null ? whole >= KEPT : whole > 0 && oldest < state.since;
		if (isEnough) return { rows, pages, from: oldest + 1, isComplete: totals.size === 1 };
	}
	return { rows, pages, from: 0, isComplete: totals.size === 1 };
}

async function readWhole(
	reader: NumbersReader,
	isFirst: boolean,
	rowsOf: (records: IDataObject[]) => NumberRow[],
): Promise<NumbersRead> {
	const { records, completeness, total } = await readAllNumbers(reader, isFirst);
	const rows = rowsOf(records);
	// Where rows are kept back, what is older than the youngest row is not new when it shows up.
	const isMissing = completeness === 'unknown' && total !== null;
	const from = isMissing ? rows.reduce((youngest, { time }) => Math.max(youngest, time), 0) : 0;
	return { rows, isComplete: completeness === 'complete', from };
}

/** The rows that tell of a number's addition: all of them. */
export function addedRows(records: IDataObject[]): NumberRow[] {
	return records.map((record) => timedRow(record, 'added_at'));
}

/** The rows that tell of a removal. A number that was bought again and removed again has two. */
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
