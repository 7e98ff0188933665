import { classifyAnswer } from '../../nodes/IdtExpress/api/classify';
import type { ApiRequest } from '../../nodes/IdtExpress/api/types';
import type { ApiFailure } from '../../nodes/IdtExpress/api/types';
import { decideRetry, parseRetryAfter } from '../../nodes/IdtExpress/api/retry';
import { timing } from '../../nodes/IdtExpress/api/timing';

function failure(statusCode: number, code?: number, retryAfter?: string): ApiFailure {
	const body = code === undefined ? '' : { status: statusCode, errors: [{ code, title: 't' }] };
	return classifyAnswer({ statusCode, headers: { 'retry-after': retryAfter }, body }, 0);
}

interface Asked extends Partial<Pick<ApiRequest, 'method' | 'maxAttempts'>> {
	failure: ApiFailure;
	number?: number;
	timeLeft?: number;
	random?: number;
}

function decide({ failure: given, method = 'GET', maxAttempts, ...attempt }: Asked) {
	const { number = 1, timeLeft = timing.totalBudget, random = 0.5 } = attempt;
	return decideRetry({ method, maxAttempts }, given, number, timeLeft, random);
}

test('when the API throttles, it is waited out, for a POST too, ever longer', () => {
	const waits = [1, 2, 3, 4].map((number) =>
		decide({ number, method: 'POST', failure: failure(429, 2002) }),
	);
	expect(waits).toEqual([750, 1500, 3000, 6000]);
});

test('when the API does not say how long, the wait is between half and the whole of the backoff', () => {
	expect(decide({ random: 0, failure: failure(429, 2002) })).toBe(timing.firstWait / 2);
	expect(decide({ random: 0.999, failure: failure(429, 2002) })).toBeGreaterThan(
		timing.firstWait * 0.99,
	);
});

test('when the API says how long, it is never less', () => {
	for (const random of [0, 0.5, 0.99]) {
		expect(decide({ random, failure: failure(429, 2002, '7') })).toBeGreaterThanOrEqual(7000);
	}
});

test('when the API says how long, it is at most half of the backoff more', () => {
	expect(decide({ random: 0.5, failure: failure(429, 2002, '7') })).toBe(7250);
});

test('when the API asks for no wait, again and again, the waits grow all the same', () => {
	const asked = failure(429, 2002, '0');
	const waits = [1, 2, 3].map((number) => decide({ number, random: 0, failure: asked }));
	expect(waits).toEqual([1, 2, 4].map((times) => (times * timing.firstWait) / 2));
});

test('when a wait ends with the budget, it is begun; when after it, not', () => {
	expect(decide({ timeLeft: 750, failure: failure(429, 2002) })).toBe(750);
	expect(decide({ timeLeft: 749, failure: failure(429, 2002) })).toBeNull();
	expect(decide({ failure: failure(429, 2002, '61') })).toBeNull();
});

test('when a quota is used up, it is not tried again', () => {
	expect(decide({ failure: failure(429, 2001) })).toBeNull();
});

test('when nobody of the API says 429, only what may be repeated is sent again', () => {
	expect(decide({ failure: failure(429) })).not.toBeNull();
	expect(decide({ method: 'POST', failure: failure(429) })).toBeNull();
});

test('when the server fails, what may be repeated is sent again, a bounded number of times', () => {
	expect(decide({ failure: failure(502) })).not.toBeNull();
	expect(decide({ method: 'POST', failure: failure(502) })).toBeNull();
	expect(decide({ number: 3, failure: failure(502) })).not.toBeNull();
	expect(decide({ number: 4, failure: failure(502) })).toBeNull();
});

test('when the caller wants fewer attempts, there are no more', () => {
	expect(decide({ maxAttempts: 1, failure: failure(502) })).toBeNull();
	expect(decide({ maxAttempts: 1, failure: failure(429, 2002) })).toBeNull();
	expect(decide({ maxAttempts: 2, failure: failure(502) })).not.toBeNull();
});

test.each([301, 400, 403, 404, 422])('when the answer is %d, it is final', (status) => {
	expect(decide({ failure: failure(status, 1002) })).toBeNull();
});

describe('parseRetryAfter', () => {
	test('reads seconds', () => {
		expect(parseRetryAfter('3', undefined, 0)).toBe(3000);
		expect(parseRetryAfter('0.5', undefined, 0)).toBe(500);
		expect(parseRetryAfter('1.25', undefined, 0)).toBe(1250);
		expect(parseRetryAfter(' 4 ', undefined, 0)).toBe(4000);
	});

	test("reads a date against the server's own clock", () => {
		const date = 'Mon, 23 Nov 2026 10:00:00 GMT';
		const until = 'Mon, 23 Nov 2026 10:00:05 GMT';
		expect(parseRetryAfter(until, date, 0)).toBe(5000);
		expect(parseRetryAfter(until, undefined, Date.parse(date) + 1000)).toBe(4000);
		expect(parseRetryAfter(date, until, 0)).toBe(0);
	});

	test("when the server's own clock is not readable, ours counts", () => {
		const until = 'Mon, 23 Nov 2026 10:00:05 GMT';
		const now = Date.parse('Mon, 23 Nov 2026 10:00:02 GMT');
		expect(parseRetryAfter(until, 'now', now)).toBe(3000);
	});

	test.each([undefined, null, true, '', 'soon', {}, 'x1', '1x', ['2']])(
		'%j says nothing',
		(value) => {
			expect(parseRetryAfter(value, undefined, 0)).toBeNull();
		},
	);
});
