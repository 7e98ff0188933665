import type { IDataObject } from 'n8n-workflow';
import { isRecord, recordAt } from '../shared/json';
import { shortHash } from '../shared/shortHash';

/** Why a trigger starts over. */
export const FRESH_STARTS = {
	none: 'n8n has no saved state for this node (it is new, a copy, or was renamed)',
	otherScope: 'its event, filters or account were changed',
	unreadable: 'its saved state is damaged, or another version of this package wrote it',
};
/** Goes up with every change of the form. */
const VERSION = 2;

/**
 * Opens the node's static data: an envelope with the version of its form, the scope (event, filters and
 * account), and a checksum. With the right one it is what this version wrote: nothing else is checked.
 */
export function openState(
	staticData: IDataObject,
	scope: string,
): { state: object; why: null } | { state: null; why: keyof typeof FRESH_STARTS } {
	const { version, check, data, scope: storedScope } = recordAt(staticData, 'trigger');
	const isOurs = version === VERSION && check === checksum(data) && isRecord(data);
	if (isOurs && storedScope === scope) return { state: data, why: null };
	if (isOurs) return { state: null, why: 'otherScope' };
	return { state: null, why: Object.keys(staticData).length > 0 ? 'unreadable' : 'none' };
}

/** The static data that `openState` opens. */
export function sealState(state: object, scope: string): IDataObject {
	const data = JSON.parse(JSON.stringify(state)) as IDataObject;
	return { trigger: { version: VERSION, scope, check: checksum(data), data } };
}

function checksum(data: unknown): string {
	return shortHash(String(JSON.stringify(data)), 8);
}
