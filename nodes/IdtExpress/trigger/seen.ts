import { createHash } from 'crypto';

/**
 * Which of the records that carry a time were dealt with, in a space that does not grow.
 *
 * Everything before `since` counts as dealt with; of what is younger, fingerprints are kept. So a
 * record that shows up late, or out of order, or with the same time as another one, is told from a
 * known one as long as fewer than about 90 younger ones were dealt with before it came. All times
 * are the server's: our own clock plays no part.
 */
export interface Seen {
	/** Milliseconds. */
	since: number;
	/** Fingerprint → time, of what was dealt with at or after `since`. */
	recent: ReadonlyMap<string, number>;
}

/** A record's identity and its time in milliseconds. */
export interface Timed {
	key: string;
	time: number;
}

/** How many fingerprints are kept: somewhat less than the API's page size, so that one page shows them all. */
export const KEPT = 90;

/** Records of the very same time are kept together, as long as no more than this are kept in all. */
export const KEPT_WITH_ALIKE = 384;

/** The time of a record that has none. It lies before any `since`, so such a record is never new. */
export const NO_TIME = 0;

/** Nothing was dealt with yet. */
export const NOTHING_SEEN: Seen = { since: NO_TIME + 1, recent: new Map() };

/** Reads an ISO 8601 time. @returns milliseconds, or NO_TIME */
export function readTime(text: string): number {
	return Date.parse(text) || NO_TIME;
}

/** 8 characters (48 bits) that stand for a text. */
export function fingerprint(text: string): string {
	return createHash('sha256').update(text).digest('base64url').slice(0, 8);
}

export function isSeen(seen: Seen, { key, time }: Timed): boolean {
	return time < seen.since || seen.recent.has(fingerprint(key));
}

/**
 * Adds records that were dealt with, and forgets the oldest fingerprints.
 * @param keepFrom what is this old or younger is not forgotten yet, however much it is: a record of
 *   that time may still show up late
 */
export function addSeen(seen: Seen, added: readonly Timed[], keepFrom = Infinity): Seen {
	const times = [...seen.recent.values(), ...added.map(({ time }) => time)];
	const since = Math.max(seen.since, Math.min(oldestKept(times), keepFrom));
	const recent = new Map([...seen.recent].filter(([, time]) => time >= since));
	for (const { key, time } of added) {
		if (time >= since) recent.set(fingerprint(key), time);
	}
	return { since, recent };
}

/** Where to cut off so that not much more than KEPT times are left: never between two that are alike. */
function oldestKept(times: number[]): number {
	if (times.length <= KEPT) return NO_TIME;
	times.sort((a, b) => b - a);
	const cut = times[KEPT];
	const left = times.filter((time) => time >= cut).length;
	return left <= KEPT_WITH_ALIKE ? cut : cut + 1;
}

/** `since`, then for each time the fingerprints of that time: `kcg1a2b3 kcg1a2b3:AbCdEfGhIjKlMnOp …` */
const STORED = /^[0-9a-z]{1,10}( [0-9a-z]{1,10}:([\w-]{8})+)*$/;

/** The form in which it is stored: about 18 characters for each fingerprint. */
export function storeSeen({ since, recent }: Seen): string {
	const groups = new Map<number, string>();
	for (const [mark, time] of recent) groups.set(time, (groups.get(time) ?? '') + mark);
	return [
		since.toString(36),
		...[...groups].map(([time, marks]) => `${time.toString(36)}:${marks}`),
	].join(' ');
}

/** @returns `null` where it is not what `storeSeen` makes */
export function parseSeen(stored: unknown): Seen | null {
	if (typeof stored !== 'string' || !STORED.test(stored)) return null;
	const [since, ...groups] = stored.split(' ');
	const recent = new Map<string, number>();
	for (const group of groups) {
		const [time, marks] = group.split(':');
		for (let at = 0; at < marks.length; at += 8) {
			recent.set(marks.slice(at, at + 8), parseInt(time, 36));
		}
	}
	return { since: parseInt(since, 36), recent };
}
