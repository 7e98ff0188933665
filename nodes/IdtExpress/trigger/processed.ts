import { createHash } from 'crypto';

/**
 * Which of the records that carry a time were processed, in a space that does not grow.
 *
 * Everything before `since` counts as processed. Of what is younger, each record is remembered by a
 * mark. So a record that shows up late, or with the same time as another one, is not taken for a known
 * one, as long as fewer than 90 younger ones were processed before it came. All times are the server's.
 * Records without a time count as the oldest ones: they are told apart as long as `since` is 0.
 */
export interface Processed {
	/** Milliseconds. */
	since: number;
	/** Time in milliseconds → the marks of the records of that time. */
	marks: Record<string, string[]>;
}

/** A record's identity, and its time in milliseconds. */
export interface Timed {
	key: string;
	time: number;
}

/** How many records are remembered: somewhat fewer than a page holds, so that one page shows them all. */
export const KEPT = 90;

/** Records of the very same time are remembered together, as long as there are no more of them than this. */
export const KEPT_ALIKE = 5000;

export const NOTHING_PROCESSED: Processed = { since: 0, marks: {} };

/** The time of a record whose time cannot be read. */
export const NO_TIME = 0;

/**
 * Reads a time: ISO 8601, or seconds or milliseconds since 1970.
 * @returns milliseconds, in whole seconds, because the same time may come with milliseconds and
 *   without; NO_TIME where it cannot be read
 */
export function readTime(text: string): number {
	const number = text.trim() === '' ? NaN : Number(text);
	const milliseconds = Math.abs(number) < 1e11 ? number * 1000 : number;
	const time = Number.isNaN(number) ? Date.parse(text) : milliseconds;
	return Number.isNaN(time) ? NO_TIME : Math.floor(time / 1000) * 1000;
}

/** So many characters that stand for a text. */
export function shortHash(text: string, length: number): string {
	return createHash('sha256').update(text).digest('base64url').slice(0, length);
}

function markOf(key: string): string {
	return shortHash(key, 6);
}

export function isProcessed({ since, marks }: Processed, { key, time }: Timed): boolean {
	return time < since || (marks[time]?.includes(markOf(key)) ?? false);
}

/**
 * Adds records, and forgets the oldest marks.
 * @param keepFrom nothing of this time or later is forgotten yet: a record of it may still show up late
 */
export function addProcessed(
	processed: Processed,
	added: readonly Timed[],
	keepFrom = Infinity,
): Processed {
	const all = new Map<number, Set<string>>();
	const add = (time: number, mark: string) =>
		all.set(time, (all.get(time) ?? new Set<string>()).add(mark));
	for (const [time, marks] of Object.entries(processed.marks)) {
		for (const mark of marks) add(Number(time), mark);
	}
	for (const { key, time } of added) {
		if (time >= processed.since) add(time, markOf(key));
	}
	let { since } = processed;
	let count = 0;
	const kept: Processed['marks'] = {};
	for (const [time, marks] of [...all].sort(([a], [b]) => b - a)) {
		// Never cut between two of the same time, unless there are too many of them.
		if ((count >= KEPT || marks.size > KEPT_ALIKE) && time < keepFrom) {
			since = time + 1;
			break;
		}
		kept[time] = [...marks];
		count += marks.size;
	}
	return { since, marks: kept };
}
