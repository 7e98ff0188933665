import { isRecord } from '../shared/json';
import { shortHash } from './processed';
import type { IDataObject } from 'n8n-workflow';

/**
 * The envelope around what the trigger remembers: the version of its form, the scope (event, filters and
 * account that it was read with), and a checksum. A state with the right checksum is one that this
 * version wrote, so nothing else about it is checked.
 */
export type Opened<S> =
	| { kind: 'state'; data: S }
	/** There is none: the first activation, or a node that was renamed or copied. */
	| { kind: 'none' }
	/** The user changed the event, the filters or the account. */
	| { kind: 'otherScope' }
	| { kind: 'otherVersion' }
	| { kind: 'damaged' };

/** Goes up with every change of the form. */
const VERSION = 2;

const KEY = 'trigger';

/**
 * @param staticData the node's static data, as plain JSON
 * @template S what was sealed in this scope
 */
export function openState<S>(staticData: IDataObject, scope: string): Opened<S> {
	if (Object.keys(staticData).length === 0) return { kind: 'none' };
	const stored = staticData[KEY];
	if (!isRecord(stored)) return { kind: 'damaged' };
	if (stored.version !== VERSION) return { kind: 'otherVersion' };
	if (stored.check !== checksum(stored.data)) return { kind: 'damaged' };
	if (stored.scope !== scope) return { kind: 'otherScope' };
	// The checksum says that it is what `sealState` got.
	return { kind: 'state', data: stored.data as S };
}

/** The static data that `openState` opens. */
export function sealState(state: object, scope: string): IDataObject {
	const data = JSON.parse(JSON.stringify(state)) as IDataObject;
	return { [KEY]: { version: VERSION, scope, check: checksum(data), data } };
}

function checksum(data: unknown): string {
	return shortHash(JSON.stringify(sortKeys(data)) ?? '', 8);
}

/** Some databases store JSON with its keys in another order. */
function sortKeys(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(sortKeys);
	if (!isRecord(value)) return value;
	const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
	return entries.map(([key, entry]) => [key, sortKeys(entry)]);
}
