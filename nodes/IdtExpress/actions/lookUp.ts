import type { RunSession } from '../api/session';
import { timing } from '../api/timing';

/**
 * Reads until something holds, with growing waits: after a write whose answer was lost, a list may lag
 * behind.
 * @returns what was read last
 */
export async function lookUpTimes<T>(
	session: RunSession,
	read: () => Promise<T>,
	isDone: (value: T) => boolean,
	times = 3,
): Promise<T> {
	for (let lookup = 1; ; lookup++) {
		const value = await read();
		if (isDone(value) || lookup === times) return value;
		await session.sleep(timing.firstWait * 2 ** (lookup - 1));
	}
}

/** Whether the API may have written a text so: in another case, or with its blanks squeezed. */
export function isSameText(written: string, text: string): boolean {
	const plain = (any: string) => any.normalize('NFKC').trim().replace(/\s+/g, ' ').toUpperCase();
	return plain(written) === plain(text);
}
