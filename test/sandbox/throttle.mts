import type { Response } from 'express';
import { ApiProblem } from './errors.mts';
import type { SandboxSettings } from './settings.mts';

/** Rate limit (2002, a token bucket) and quota (2001). Neither is documented in numbers. */
export class Throttle {
	private tokens: number | null = null;
	private filledAt = 0;

	constructor(private readonly settings: SandboxSettings) {}

	reset(): void {
		this.tokens = null;
	}

	/** @throws ApiProblem */
	check(now: number, response: Response): void {
		const { quota, rateLimit } = this.settings;
		if (quota !== null) {
			if (quota <= 0) throw new ApiProblem({ code: 2001, detail: 'The quota is used up' });
			this.settings.quota = quota - 1;
		}
		if (rateLimit === null) return;
		const burst = rateLimit.burst ?? rateLimit.perSecond;
		const refilled = ((now - this.filledAt) / 1000) * rateLimit.perSecond;
		this.tokens = Math.min(burst, this.tokens === null ? burst : this.tokens + refilled);
		this.filledAt = now;
		if (this.tokens >= 1) {
			this.tokens -= 1;
			return;
		}
		const seconds = Math.max(1, Math.ceil((1 - this.tokens) / rateLimit.perSecond));
		if (rateLimit.retryAfter === 'seconds') response.set('Retry-After', String(seconds));
		if (rateLimit.retryAfter === 'date') {
			response.set('Retry-After', new Date(now + seconds * 1000).toUTCString());
		}
		if (typeof rateLimit.retryAfter === 'object') {
			response.set('Retry-After', rateLimit.retryAfter.text);
		}
		throw new ApiProblem({ code: 2002, detail: 'Too many requests' });
	}
}
