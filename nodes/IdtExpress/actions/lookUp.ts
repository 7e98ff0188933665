import type { RunSession } from '../api/session';
import { timing } from '../api/timing';

/** With waits that double: 15 seconds in all. */
const LOOKUPS = 5;

/**
 * Reads until something holds: after a write whose answer was lost, a list may lag behind, or a gateway may
 * have given up on a request that goes on behind it.
 * @returns what was read last
 */
export async function lookUpTimes<T>(
	session: RunSession,
	read: () => Promise<T>,
	isDone: (value: T) => boolean,
): Promise<T> {
	for (let lookup = 1; ; lookup++) {
		const value = await read();
		if (isDone(value) || lookup === LOOKUPS) return value;
		await session.sleep(timing.firstWait * 2 ** (lookup - 1));
	}
}

/** Whether the API may have written a text so: in another case, or with its blanks squeezed. */
export function isSameText(written: string, text: string): boolean {
	const plain = (any: string) => any.normalize('NFKC').trim().replace(/\s+/g, ' ').toUpperCase();
	return plain(written) === plain(text);
}
