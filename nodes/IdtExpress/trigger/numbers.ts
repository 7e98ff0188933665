import type { IDataObject } from 'n8n-workflow';
import { digitsOf, isRemoved } from '../shared/numberRow';
import { timeAt } from '../shared/time';
import { hasCallerId } from './callerIds';
import type { NumberEvent } from './parameters';
import { addProcessed, byTime, isProcessed, NOTHING_PROCESSED } from './processed';
import type { Processed, Timed } from './processed';

/**
 * The events *Number Added* and *Number Removed*: each number is an event once for each time that it was
 * added, or removed. A row that leaves the list is no event.
 */

/** A row of Get Numbers, with the time of its event. */
export interface NumberRow extends Timed {
	record: IDataObject;
}

/** The rows that an event can be of. */
export const ROWS: Record<NumberEvent, (records: IDataObject[]) => NumberRow[]> = {
	numberAdded: (records) => timed(records, 'added_at'),
	// A number that was bought again and removed again has two.
	numberRemoved: (records) => timed(records.filter(isRemoved), 'removed_at'),
	// The API does not say when settings came into force.
	cnamUpdated: (records) => timed(records.filter(hasCallerId), 'added_at'),
};

function timed(records: IDataObject[], field: string): NumberRow[] {
	return records.map((record) => ({ key: digitsOf(record), time: timeAt(record, field), record }));
}

/** Decides on the rows that were read. At the first reading (`null`) they may be the newest ones alone. */
export function decideNumbers(
	state: Processed | null,
	read: NumberRow[],
): { events: IDataObject[]; next: Processed } {
	// A row that shifts to the next page while the list is read is read twice.
	const rows = new Map(read.map((row) => [`${row.time} ${row.key}`, row]));
	const before = state ?? NOTHING_PROCESSED;
	const fresh = [...rows.values()].filter((row) => !isProcessed(before, row)).sort(byTime);
	// Nothing of the times of events is forgotten before a later poll has read the list as well.
	const next = addProcessed(before, fresh, state ? fresh[0]?.time : undefined);
	return { events: fresh.map(({ record }) => record), next };
}
