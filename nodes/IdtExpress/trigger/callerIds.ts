import type { IDataObject } from 'n8n-workflow';
import { textAt } from '../shared/json';
import { digitsOf, isRemoved } from '../shared/numberRow';
import { shortHash } from '../shared/shortHash';
import { timeAt } from '../shared/time';

/**
 * The event *Caller ID Updated*: the CNAM settings in force for a number (`cnam.current`) differ from
 * those at the last poll. A request that is still pending is no event; it may be refused.
 *
 * The API gives no time for this, so the settings in force are remembered: for each number that has some, a
 * short hash of its purchase and one of its settings. A number that is missing in a reading keeps its entry.
 */
export type CallerIdsState = Record<string, string>;

/** With more numbers than this, the state would be too large for n8n to store it at every event. */
export const MOST_CALLER_IDS = 10_000;

/** Decides on what was read. */
export function decideCallerIds(
	state: CallerIdsState,
	records: IDataObject[],
): { events: IDataObject[]; next: CallerIdsState } {
	const known = new Map(Object.entries(state));
	const events: IDataObject[] = [];
	for (const [number, record] of newestRows(records)) {
		const purchase = shortHash(String(timeAt(record, 'added_at')), 4);
		const now = hasCallerId(record) ? purchase + settingsOf(record) : '';
		const entry = known.get(number);
		// What was in force before the number was bought again is not changed now.
		const before = entry?.startsWith(purchase) ? entry : '';
		if (now !== before && !isRemoved(record)) events.push(record);
		if (now) known.set(number, now);
		else known.delete(number);
	}
	events.sort((a, b) => digitsOf(a).localeCompare(digitsOf(b)));
	return { events, next: Object.fromEntries(known) };
}

/** Of each number, the row of its last purchase; one that was removed only where there is no other. */
function newestRows(records: IDataObject[]): Map<string, IDataObject> {
	const newest = new Map<string, IDataObject>();
	const ages = new Map<string, number>();
	for (const record of records) {
		const number = digitsOf(record);
		const age = isRemoved(record) ? -1 : timeAt(record, 'added_at');
		if (age < (ages.get(number) ?? -1)) continue;
		ages.set(number, age);
		newest.set(number, record);
	}
	return newest;
}

/** Whether settings are in force for a number. */
export function hasCallerId(record: IDataObject): boolean {
	return !isRemoved(record) && textAt(record, 'cnam', 'current', 'name') !== '';
}

function settingsOf(record: IDataObject): string {
	const fields = ['name', 'type', 'display'];
	const settings = fields.map((field) => textAt(record, 'cnam', 'current', field).trim());
	return shortHash(JSON.stringify(settings), 6);
}
