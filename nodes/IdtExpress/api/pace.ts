/**
 * How fast a run may send, decided without a clock: all requests of a run slow down together when
 * the API throttles one of them. Times in milliseconds.
 */
export interface Pace {
	/** The least time between two requests; 0 until the API has throttled one. */
	interval: number;
	/** No request before this time. */
	nextAt: number;
	/** The end of the last pause; `null` before the first one. */
	measuredFrom: number | null;
	/** Requests that were let through since then. */
	sent: number;
}

/** How much faster it gets with every request that is let through: doubled after about 230. */
const SPEED_UP = 0.997;

export function startPace(now: number): Pace {
	return { interval: 0, nextAt: now, measuredFrom: null, sent: 0 };
}

/** @returns the pace after a request took the next free time slot, and how long it waits for it */
export function takeSlot(pace: Pace, now: number): { pace: Pace; wait: number } {
	const at = Math.max(now, pace.nextAt);
	return { pace: { ...pace, nextAt: at + pace.interval }, wait: at - now };
}

/** @returns the pace after a request was let through */
export function letThrough(pace: Pace): Pace {
	return { ...pace, sent: pace.sent + 1, interval: pace.interval * SPEED_UP };
}

/**
 * @param wait how long the throttled request waits
 * @returns the pace after a request was throttled: a pause for all; and from the second one on, as many
 *   requests in as much time as the API has let through from the end of one pause to that of the next
 */
export function throttled(pace: Pace, now: number, wait: number): Pace {
	const resumeAt = now + wait;
	// Requests that were under way together are throttled together: that is one event, not several.
	const { measuredFrom, sent } = pace;
	if (measuredFrom !== null && now < measuredFrom) {
		return { ...pace, nextAt: Math.max(pace.nextAt, resumeAt) };
	}
	// Up to the first pause, other workflows may have had their part: that says nothing about how fast.
	const isMeasured = measuredFrom !== null && sent > 0;
	const interval = isMeasured ? (resumeAt - measuredFrom) / sent : pace.interval;
	return { interval, nextAt: resumeAt, measuredFrom: resumeAt, sent: 0 };
}
