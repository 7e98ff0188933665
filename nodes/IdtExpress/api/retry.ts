import { timing } from './timing';
import type { ApiFailure, ApiRequest } from './types';

/** A request is sent at most this often when the network or the server fails. */
const MOST_ATTEMPTS = 4;

/**
 * Decides whether a failed request is sent again. Times are in milliseconds.
 * @param attempts how often it was sent
 * @param timeLeft for all attempts together
 * @param random 0 ≤ random < 1; spreads clients that were throttled together
 * @returns the wait before the next attempt, or `null` to stop
 * @see docs/api.md#error-codes
 */
export function decideRetry(
	{ method, maxAttempts = Infinity }: Pick<ApiRequest, 'method' | 'maxAttempts'>,
	failure: ApiFailure,
	attempts: number,
	timeLeft: number,
	random: number,
): number | null {
	// It would only fail in the same way.
	if (!failure.isTransient) return null;
	// An HTTP 429 without an error of the API, for example, proves nothing: an order may have been placed.
	if (method === 'POST' && failure.outcome !== 'refused') return null;
	// Throttling is waited out as long as there is time, however often.
	const most = failure.kind === 'throttled' ? Infinity : MOST_ATTEMPTS;
	if (attempts >= Math.min(most, maxAttempts)) return null;
	const backoff = Math.min(timing.firstWait * 2 ** (attempts - 1), timing.longestWait);
	// Jitter on top of what the API asked for: coming back early would only be refused again.
	const wait = Math.round(Math.max(failure.retryAfter ?? 0, backoff / 2) + (backoff * random) / 2);
	return wait <= timeLeft ? wait : null;
}

/**
 * Reads a `Retry-After` header: seconds, or a date.
 * @param date the answer's own `Date` header, so that a wrong clock of ours does not matter
 * @returns milliseconds, or `null` where it says nothing useful
 */
export function parseRetryAfter(value: unknown, date: unknown, now: number): number | null {
	if (typeof value !== 'string') return null;
	const text = value.trim();
	if (/^\d+(\.\d+)?$/.test(text)) return Math.round(Number(text) * 1000);
	const until = Date.parse(text);
	if (Number.isNaN(until)) return null;
	const serverNow = Date.parse(String(date));
	return Math.max(0, until - (Number.isNaN(serverNow) ? now : serverNow));
}
