import type { IDataObject } from 'n8n-workflow';
import { isRecord } from '../shared/json';
import { shortHash } from '../shared/shortHash';

/** Why a trigger starts over. */
export const FRESH_STARTS = {
	none: 'n8n has no saved state for this node (it is new, a copy, or was renamed)',
	otherScope: 'its event, filters or account were changed',
	otherVersion: 'its saved state was written by another version of this package',
	damaged: 'its saved state could not be read',
};

/** Goes up with every change of the form. */
const VERSION = 2;

const KEY = 'trigger';

/**
 * Opens the envelope around what the trigger remembers: the version of its form, the scope (event, filters
 * and account that it was read with), and a checksum. With the right checksum it is what this version
 * wrote, so nothing else about it is checked.
 * @param staticData the node's static data, as plain JSON
 */
export function openState(
	staticData: IDataObject,
	scope: string,
): { state: object | null; why?: keyof typeof FRESH_STARTS } {
	if (Object.keys(staticData).length === 0) return { state: null, why: 'none' };
	const stored = staticData[KEY];
	if (!isRecord(stored)) return { state: null, why: 'damaged' };
	if (stored.version !== VERSION) return { state: null, why: 'otherVersion' };
	if (stored.check !== checksum(stored.data)) return { state: null, why: 'damaged' };
	if (stored.scope !== scope) return { state: null, why: 'otherScope' };
	return { state: stored.data as IDataObject };
}

/** The static data that `openState` opens. */
export function sealState(state: object, scope: string): IDataObject {
	const data = JSON.parse(JSON.stringify(state)) as IDataObject;
	return { [KEY]: { version: VERSION, scope, check: checksum(data), data } };
}

function checksum(data: unknown): string {
	return shortHash(String(JSON.stringify(data)), 8);
}
