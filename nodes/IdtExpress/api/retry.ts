import type { ApiFailure } from './types';
import { timing } from './timing';

/** Times in milliseconds. */
export interface Attempt {
	/** From 1. */
	number: number;
	/** For all attempts together. */
	timeLeft: number;
	maxAttempts?: number;
	/** Whether sending it again is harmless although the first may have been carried out. */
	isRepeatable: boolean;
	failure: ApiFailure;
	/** 0 ≤ random < 1; spreads clients that were throttled together. */
	random: number;
}

/** A request is sent at most this often when the network or the server fails. */
const MOST_ATTEMPTS = 4;

/**
 * Decides whether a failed request is sent again.
 * @returns the wait in milliseconds before the next attempt, or `null` to stop
 * @see docs/api.md#error-codes
 */
export function decideRetry(attempt: Attempt): number | null {
	const { number, timeLeft, maxAttempts = Infinity, isRepeatable, failure, random } = attempt;
	// It would only fail in the same way.
	if (!failure.isTransient) return null;
	// A throttled request was not carried out, so a write may be sent again too; but an HTTP 429 without
	// an error of the API proves nothing, and an order may have been placed.
	if (!isRepeatable && failure.outcome !== 'refused') return null;
	// Throttling is waited out as long as there is time, however often.
	const most = failure.kind === 'throttled' ? Infinity : MOST_ATTEMPTS;
	if (number >= Math.min(most, maxAttempts)) return null;
	const backoff = Math.min(timing.firstWait * 2 ** (number - 1), timing.longestWait);
	// Jitter on top of what the API asked for: coming back early would only be refused again.
	const asked = failure.retryAfter;
	const wait = asked === null ? backoff * (0.5 + random / 2) : asked + (backoff * random) / 4;
	return Math.round(wait) <= timeLeft ? Math.round(wait) : null;
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
