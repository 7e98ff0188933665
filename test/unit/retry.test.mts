import { classifyAnswer } from '../../nodes/IdtExpress/api/errors';
import type { ApiFailure } from '../../nodes/IdtExpress/api/types';
import { decideRetry, parseRetryAfter, type Attempt } from '../../nodes/IdtExpress/api/retry';
import { timing } from '../../nodes/IdtExpress/api/timing';

function failure(statusCode: number, code?: number, retryAfter?: string): ApiFailure {
	const body = code === undefined ? '' : { status: statusCode, errors: [{ code, title: 't' }] };
	return classifyAnswer({ statusCode, headers: { 'retry-after': retryAfter }, body }, 0);
}

function decide(attempt: Partial<Attempt> & { failure: ApiFailure }) {
	return decideRetry({ number: 1, elapsed: 0, readOnly: true, random: 0.5, ...attempt });
}

test('throttling is waited out, for writes too, ever longer', () => {
	const waits = [1, 2, 3, 4].map((number) =>
		decide({ number, readOnly: false, failure: failure(429, 2002) }),
	);
	expect(waits).toEqual([750, 1500, 3000, 6000]);
});

test('the jitter spreads waits between half and the whole of the backoff', () => {
	expect(decide({ random: 0, failure: failure(429, 2002) })).toBe(timing.firstWait / 2);
	expect(decide({ random: 0.999, failure: failure(429, 2002) })).toBeGreaterThan(
		timing.firstWait * 0.99,
	);
});

test('Retry-After is never undercut', () => {
	for (const random of [0, 0.5, 0.99]) {
		expect(decide({ random, failure: failure(429, 2002, '7') })).toBeGreaterThanOrEqual(7000);
	}
});

test('the jitter on top of Retry-After is at most a quarter of the backoff', () => {
	expect(decide({ random: 0.5, failure: failure(429, 2002, '7') })).toBe(7125);
});

test('a wait that ends with the budget is begun', () => {
	const elapsed = timing.totalBudget - 750;
	expect(decide({ elapsed, failure: failure(429, 2002) })).toBe(750);
});

test('a wait that would end after the budget is not begun', () => {
	expect(decide({ failure: failure(429, 2002, '61') })).toBeNull();
	expect(decide({ elapsed: timing.totalBudget, failure: failure(429, 2002) })).toBeNull();
	expect(decide({ elapsed: timing.totalBudget - 751, failure: failure(429, 2002) })).toBe(750);
});

test('a 429 without an error object is throttling; a used-up quota is not', () => {
	expect(decide({ failure: failure(429) })).not.toBeNull();
	expect(decide({ failure: failure(429, 2001) })).toBeNull();
});

test('server faults are tried again for reads only, a bounded number of times', () => {
	expect(decide({ failure: failure(502) })).not.toBeNull();
	expect(decide({ readOnly: false, failure: failure(502) })).toBeNull();
	expect(decide({ number: 3, failure: failure(502) })).not.toBeNull();
	expect(decide({ number: 4, failure: failure(502) })).toBeNull();
});

test.each([301, 400, 403, 404, 422])('%d is final', (status) => {
	expect(decide({ failure: failure(status, 1002) })).toBeNull();
});

describe('parseRetryAfter', () => {
	test('reads seconds', () => {
		expect(parseRetryAfter('3', undefined, 0)).toBe(3000);
		expect(parseRetryAfter('0.5', undefined, 0)).toBe(500);
		expect(parseRetryAfter('1.25', undefined, 0)).toBe(1250);
		expect(parseRetryAfter(' 4 ', undefined, 0)).toBe(4000);
		expect(parseRetryAfter(2, undefined, 0)).toBe(2000);
	});

	test("reads a date against the server's own clock", () => {
		const date = 'Mon, 23 Nov 2026 10:00:00 GMT';
		const until = 'Mon, 23 Nov 2026 10:00:05 GMT';
		expect(parseRetryAfter(until, date, 0)).toBe(5000);
		expect(parseRetryAfter(until, undefined, Date.parse(date) + 1000)).toBe(4000);
		expect(parseRetryAfter(date, until, 0)).toBe(0);
	});

	test.each([undefined, null, true, '', 'soon', {}, 'x1', '1x', ['2']])(
		'%j says nothing',
		(value) => {
			expect(parseRetryAfter(value, undefined, 0)).toBeNull();
		},
	);
});
