import type { IDataObject } from 'n8n-workflow';
import { digitsOf, isRemoved } from '../shared/numberRow';
import { timeAt } from '../shared/time';
import { addProcessed, byTime, isProcessed, NOTHING_PROCESSED } from './processed';
import type { Processed, Timed } from './processed';

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

/** Decides on what was read. At the first reading (`null`) nothing is an event. */
export function decideNumbers(
	state: Processed | null,
	read: NumbersRead,
): { events: IDataObject[]; next: Processed } {
	const before = state ?? { ...NOTHING_PROCESSED, since: read.from };
	// A row that shifts to the next page while the list is read is read twice.
	const rows = new Map(read.rows.map((row) => [`${row.time} ${row.key}`, row]));
	const fresh = [...rows.values()].filter((row) => !isProcessed(before, row)).sort(byTime);
	// Nothing of the times of events is forgotten before a later poll has read the list as well.
	const keepFrom = (state && fresh[0]?.time) ?? Infinity;
	return {
		events: state ? fresh.map(({ record }) => record) : [],
		next: addProcessed(before, fresh, keepFrom),
	};
}

/** The rows that show a number's addition: all of them. */
export function addedRows(records: IDataObject[]): NumberRow[] {
	return records.map((record) => timedRow(record, 'added_at'));
}

/** The rows that show a removal. A number that was bought again and removed again has two. */
export function removedRows(records: IDataObject[]): NumberRow[] {
	return records.filter(isRemoved).map((record) => timedRow(record, 'removed_at'));
}

function timedRow(record: IDataObject, field: string): NumberRow {
	return { key: digitsOf(record), time: timeAt(record, field), record };
}
