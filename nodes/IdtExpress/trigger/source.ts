import type { IDataObject, IPollFunctions } from 'n8n-workflow';
import type { Collected } from '../api/pages';
import type { Session } from '../api/session';
import { warnOnce, type Polled } from './pollSession';
import type { Timed } from './processed';

/** An event of the trigger: what is read for it, and what becomes of that. */
export interface Source {
	/** Takes the state one poll further; it is `null` at the first reading. */
	advance(state: object | null): Promise<Omit<Polled, 'next'> & { next: object }>;
	/** What *Fetch test event* shows: the latest record that the event could be of. */
	sample(): Promise<IDataObject | null>;
}

export type TriggerSession = Session<IPollFunctions>;

/** A list came without its rows, though it says that there are some: nothing can be begun with it. */
export class IncompleteList extends Error {}

/** @throws IncompleteList */
export function refuseEmpty<T>(list: Collected<T>, what: string): Collected<T> {
	if (list.records.length > 0 || !list.total) return list;
	throw new IncompleteList(`the list of ${what} is empty, though there are ${list.total}`);
}

/** An unreadable time must not be the silent end of an event. */
export function checkTimes(rows: Timed[], { context }: TriggerSession): void {
	if (rows.every(({ time }) => time !== 0)) return;
	warnOnce(context, 'IDT Express lists a time that cannot be read; it may be left out');
}
