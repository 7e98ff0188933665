import { shortHash } from '../shared/shortHash';

/**
 * Which of the records that carry a time were processed, in a space that does not grow: all before
 * `since`, and each younger one that has a mark. So one that shows up late, or with the time of another,
 * is not taken for known, as long as fewer than 90 younger ones were processed before it came.
 */
export interface Processed {
	/** Milliseconds, as all times here, and the server's. */
	since: number;
	/** Time → the marks of the records of that time. */
	marks: Record<string, string[]>;
}

/** A record's identity, and its time; 0 where it cannot be read. */
export interface Timed {
	key: string;
	time: number;
}

/** How many records are remembered: somewhat fewer than a page holds, so that one page shows them all. */
export const KEPT = 90;
/** Records of the very same second are remembered together, up to this many. */
const KEPT_ALIKE = 5000;
export const NOTHING_PROCESSED: Processed = { since: 0, marks: {} };

/** For sorting: the oldest first. */
export function byTime(a: Timed, b: Timed): number {
	return a.time - b.time || (a.key < b.key ? -1 : 1);
}

export function isNewestFirst(records: Timed[]): boolean {
	return records.every(({ time }, index) => index === 0 || time <= records[index - 1].time);
}

const markOf = (key: string) => shortHash(key, 6);

export function isProcessed({ since, marks }: Processed, { key, time }: Timed): boolean {
	// One whose time cannot be read, now or when it was added, may be of any.
	const alike = time === 0 ? Object.values(marks) : [marks[time], marks[0]];
	return time < since || alike.some((list) => list?.includes(markOf(key)));
}

/**
 * Adds records, and forgets the oldest marks.
 * @param keepFrom nothing of this time or later is forgotten yet: a record of it may still show up late
 */
export function addProcessed(
	{ since, marks }: Processed,
	added: readonly Timed[],
	keepFrom = Infinity,
): Processed {
	const all = new Map(Object.entries(marks).map(([time, list]) => [Number(time), new Set(list)]));
	for (const { key, time } of added) {
		if (time >= since) all.set(time, (all.get(time) ?? new Set()).add(markOf(key)));
	}
	const kept: Processed['marks'] = {};
	let count = 0;
	for (const [time, list] of [...all].sort(([a], [b]) => b - a)) {
		// Never cut between two of the same time, unless there are too many of them.
		const isEnough = count >= KEPT || list.size > KEPT_ALIKE;
		if (isEnough && time < keepFrom) return { since: time + 1, marks: kept };
		kept[time] = [...list];
		count += list.size;
	}
	return { since, marks: kept };
}
