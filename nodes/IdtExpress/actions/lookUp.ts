import type { RunSession } from '../api/session';
import { timing } from '../api/timing';

/** How often a list is looked up after a write whose answer was lost: it may lag behind the write. */
const LOOKUPS = 3;

/** Reads until something holds, with growing waits; gives what was read last. */
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
