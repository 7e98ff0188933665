import type { IDataObject } from 'n8n-workflow';
import { isRecord, textAt } from '../shared/json';
import { digitsOf, isRemoved } from '../shared/numberRow';
import { shortHash } from '../shared/shortHash';
import { timeAt } from '../shared/time';
import type { NumberEvent } from './parameters';
import { addProcessed, byTime, isProcessed, NOTHING_PROCESSED } from './processed';
import type { Processed, Timed } from './processed';

/** The number events: pure functions from what is remembered and the rows read to events and next state. */

/** A row of Get Numbers, with the time of its event. */
export type NumberRow = Timed & { record: IDataObject };

/** Number → short hashes of its purchase and of its settings in force, for which the API has no time. */
export type CallerIdsState = Record<string, string>;

/** With more numbers than this, the state would be too large for n8n to store it at every event. */
export const MOST_CALLER_IDS = 10_000;

/** The rows that an event can be of. */
export const ROWS: Record<NumberEvent, (records: IDataObject[]) => NumberRow[]> = {
	numberAdded: (records) => timed(records, 'added_at'),
	// A number that was bought again and removed again has two.
	numberRemoved: (records) => timed(records.filter(isRemoved), 'removed_at'),
	cnamUpdated: (records) => timed(records.filter(hasCallerId), 'added_at'),
};

function timed(records: IDataObject[], field: string): NumberRow[] {
	return records.map((record) => ({ key: digitsOf(record), time: timeAt(record, field), record }));
}

/**
 * *Number Added* and *Number Removed*: each number is an event once for each time that it was added, or
 * removed. A row that leaves the list is no event.
 * @param rows at the first reading (`null`) they may be the newest ones alone
 */
export function decideNumbers(
	state: Processed | null,
	rows: NumberRow[],
): { events: IDataObject[]; next: Processed } {
	const before = state ?? NOTHING_PROCESSED;
	const fresh = rows.filter((row) => !isProcessed(before, row)).sort(byTime);
	// Nothing of the times of events is forgotten before a later poll has read the list as well.
	const next = addProcessed(before, fresh, state ? fresh[0]?.time : undefined);
	return { events: fresh.map(({ record }) => record), next };
}

/**
 * *Caller ID Updated*: the settings in force differ from those at the last poll. A request that is still
 * pending is no event; it may be refused. A number that a reading misses keeps its entry.
 */
export function decideCallerIds(
	state: CallerIdsState,
	records: IDataObject[],
): { events: IDataObject[]; next: CallerIdsState } {
	const known = new Map(Object.entries(state));
	// Of each number, the last purchase; one that was removed only where there is no other.
	const rows = timed(records, 'added_at').sort(byTime);
	rows.sort((a, b) => Number(isRemoved(b.record)) - Number(isRemoved(a.record)));
	const events: NumberRow[] = [];
	for (const row of new Map(rows.map((row) => [row.key, row])).values()) {
		const { key, time, record } = row;
		// Null is documented where caller IDs are not supported: none is lost by that.
		if (!isRemoved(record) && !isRecord(record.cnam)) continue;
		const entry = known.get(key) ?? '';
		// A time that cannot be read does not say that the number was bought again.
		const purchase = entry && time === 0 ? entry.slice(0, 4) : shortHash(String(time), 4);
		const now = hasCallerId(record) ? purchase + settingsOf(record) : '';
		// What was in force before the number was bought again is not changed now.
		const before = entry.startsWith(purchase) ? entry : '';
		if (now !== before && !isRemoved(record)) events.push(row);
		if (now) known.set(key, now);
		else known.delete(key);
	}
	events.sort((a, b) => (a.key < b.key ? -1 : 1));
	return { events: events.map(({ record }) => record), next: Object.fromEntries(known) };
}

/** Whether settings are in force for a number. */
function hasCallerId(record: IDataObject): boolean {
	return !isRemoved(record) && textAt(record, 'cnam', 'current', 'name') !== '';
}

function settingsOf(record: IDataObject): string {
	const fields = ['name', 'type', 'display'];
	const settings = fields.map((field) => textAt(record, 'cnam', 'current', field).trim());
	return shortHash(JSON.stringify(settings), 6);
}
