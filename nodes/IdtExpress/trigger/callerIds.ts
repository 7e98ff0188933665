import type { IDataObject } from 'n8n-workflow';
import { textAt } from '../shared/json';
import { digitsOf, isRemoved } from '../shared/numberRow';
import { timeAt } from '../shared/time';
import { shortHash } from './processed';

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

/** Decides on what was read. At the first reading (`null`) nothing is an event. */
export function decideCallerIds(
	state: CallerIdsState | null,
	records: IDataObject[],
): { events: IDataObject[]; next: CallerIdsState } {
	const known = new Map(Object.entries(state ?? {}));
	const active = new Map<string, IDataObject>();
	for (const record of records) {
		const number = digitsOf(record);
		const other = active.get(number);
		if (isRemoved(record)) continue;
		const isLater = !other || timeAt(other, 'added_at') <= timeAt(record, 'added_at');
		if (isLater) active.set(number, record);
	}
	for (const number of records.map(digitsOf)) if (!active.has(number)) known.delete(number);

	const events: IDataObject[] = [];
	for (const [number, record] of active) {
		const purchase = shortHash(String(timeAt(record, 'added_at')), 4);
		const settings = settingsOf(record);
		const now = settings && purchase + settings;
		const entry = known.get(number);
		// What was in force before the number was bought again is not changed now.
		if (now !== (entry?.startsWith(purchase) ? entry : '')) events.push(record);
		if (now) known.set(number, now);
		else known.delete(number);
	}
	return {
		events: state ? events.sort((a, b) => digitsOf(a).localeCompare(digitsOf(b))) : [],
		next: Object.fromEntries(known),
	};
}

/** Whether settings are in force for a number. */
export function hasCallerId(record: IDataObject): boolean {
	return textAt(record, 'cnam', 'current', 'name') !== '';
}

/** Stands for the settings in force; empty where there are none. */
function settingsOf(record: IDataObject): string {
	if (!hasCallerId(record)) return '';
	const fields = ['name', 'type', 'display'];
	const settings = fields.map((field) => textAt(record, 'cnam', 'current', field).trim());
	return shortHash(JSON.stringify(settings), 6);
}
