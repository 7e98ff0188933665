import type { IDataObject } from 'n8n-workflow';
import { textAt } from '../shared/json';
import { addSeen, isSeen, NOTHING_SEEN, readTime, type Seen, type Timed } from './seen';

/**
 * The events numberAdded and numberRemoved, as a state machine without I/O: a number fires once for
 * each time that it was added, or removed. What was dealt with is remembered as `Seen` says.
 *
 * A row that a reading misses, because rows shift between pages, fires when it is seen: nothing is
 * forgotten of the times of a poll's events before a later poll has read the list as well. A row that
 * leaves the list is no event.
 */

/** A row of Get Numbers that tells of an event. */
export interface NumberRow extends Timed {
	record: IDataObject;
}

export interface NumbersRead {
	rows: NumberRow[];
	/** Whether no row can have been overlooked. */
	complete: boolean;
	/** The rows before this time were not read. */
	readFrom: number;
}

export interface NumbersOutcome {
	events: IDataObject[];
	next: Seen;
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
	return textAt(record, 'status').toLowerCase() === 'removed';
}

function timedRow(record: IDataObject, field: string): NumberRow {
	const time = textAt(record, field);
	return { key: `${textAt(record, 'number')} ${time}`, time: readTime(time), record };
}

/** Judges what was read. Without a state everything had happened before, and nothing fires. */
export function decideNumbers(seen: Seen | null, read: NumbersRead): NumbersOutcome {
	if (seen === null) {
		const since = Math.max(NOTHING_SEEN.since, read.readFrom);
		return { events: [], next: addSeen({ ...NOTHING_SEEN, since }, read.rows) };
	}
	// A row that shifts to the next page while the list is read is read twice.
	const rows = new Map(read.rows.map((row) => [row.key, row]));
	const fresh = [...rows.values()]
		.filter((row) => !isSeen(seen, row))
		.sort((a, b) => a.time - b.time || (a.key < b.key ? -1 : 1));
	const keepFrom = read.complete ? (fresh[0]?.time ?? Infinity) : seen.since;
	return { events: fresh.map(({ record }) => record), next: addSeen(seen, fresh, keepFrom) };
}
