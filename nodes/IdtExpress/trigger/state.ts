import { createHash } from 'crypto';
import type { IDataObject } from 'n8n-workflow';
import { isRecord } from '../shared/json';

/**
 * The envelope around what the trigger remembers. It holds the version of its form, and the scope: what
 * it was read with. A state is never compared with what another event, other filters or another account
 * would show.
 */
export type Stored =
	| { kind: 'none' }
	/** It is of another scope: the user changed what the trigger is to watch. */
	| { kind: 'otherScope' }
	/** It is damaged, or of a version of this package that writes another form. */
	| { kind: 'unreadable' }
	| { kind: 'state'; data: IDataObject };

/** Goes up with every change of the form that older versions could not read. */
const VERSION = 1;

const KEY = 'trigger';

/** @param staticData the node's static data, as plain JSON */
export function openState(staticData: IDataObject, scope: string): Stored {
	if (Object.keys(staticData).length === 0) return { kind: 'none' };
	const stored = staticData[KEY];
	if (!isRecord(stored) || stored.version !== VERSION || !isRecord(stored.data)) {
		return { kind: 'unreadable' };
	}
	return stored.scope === scope ? { kind: 'state', data: stored.data } : { kind: 'otherScope' };
}

/** The static data that `openState` opens. */
export function sealState(data: IDataObject, scope: string): IDataObject {
	return { [KEY]: { version: VERSION, scope, data } };
}

/** Stands for everything that makes states comparable. The API key is in it, and cannot be read from it. */
export function scopeOf(parts: Record<string, string>): string {
	const text = JSON.stringify(Object.entries(parts).sort(([a], [b]) => (a < b ? -1 : 1)));
	return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}
