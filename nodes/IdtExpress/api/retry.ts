import type { ApiFailure } from './types';
import { timing } from './timing';

/** What a retry decision is made from. Times in milliseconds. */
export interface Attempt {
	/** 1 for the first. */
	number: number;
	/** Since the first attempt began. */
	elapsed: number;
	/** How long all attempts together may take. Default: `timing.totalBudget`. */
	budget?: number;
	/** Whether the request changes nothing, so that sending it again is harmless. */
	readOnly: boolean;
	failure: ApiFailure;
	/** 0 ≤ random < 1; spreads clients that were throttled together. */
	random: number;
}

/** The wait in milliseconds before the next attempt, or `null` to stop. */
export type RetryDecision = number | null;

/** Reads are tried this often when the network or the server fails. */
const MAX_READ_ATTEMPTS = 4;

/**
 * Decides whether a failed request is sent again.
 *
 * A throttled request (code 2002) was not carried out, so even a write is repeated; it is waited
 * out as long as the budget lasts. Everything else that may pass is repeated for reads only: a write
 * whose answer was lost may have happened.
 * @see reference: HTTP Status Codes, Error Responses and Codes (2001, 2002)
 */
export function decideRetry(attempt: Attempt): RetryDecision {
	const { failure } = attempt;
	const mayPass =
		failure.kind === 'throttled' ||
		(attempt.readOnly && failure.transient && attempt.number < MAX_READ_ATTEMPTS);
	if (!mayPass) return null;

	const backoff = Math.min(timing.firstWait * 2 ** (attempt.number - 1), timing.longestWait);
	const jittered = backoff * (0.5 + attempt.random / 2);
	const asked = failure.retryAfter;
	// Jitter on top of what the API asked for: coming back early would only be refused again.
	const wait = asked === null ? jittered : asked + (backoff * attempt.random) / 4;
	return attempt.elapsed + wait <= (attempt.budget ?? timing.totalBudget) ? Math.round(wait) : null;
}

/**
 * Reads a `Retry-After` header: seconds, or a date.
 * @param date the answer's own `Date` header, so that a wrong clock of ours does not matter
 * @returns milliseconds, or `null` where it says nothing useful
 */
export function parseRetryAfter(value: unknown, date: unknown, now: number): number | null {
	if (typeof value !== 'string' && typeof value !== 'number') return null;
	const text = String(value).trim();
	if (/^\d+(\.\d+)?$/.test(text)) return Math.round(Number(text) * 1000);
	const until = Date.parse(text);
	if (Number.isNaN(until)) return null;
	const serverNow = typeof date === 'string' ? Date.parse(date) : NaN;
	return Math.max(0, until - (Number.isNaN(serverNow) ? now : serverNow));
}
