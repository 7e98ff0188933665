import {
	letThrough,
	startPace,
	takeSlot,
	throttled,
	type Pace,
} from '../../nodes/IdtExpress/api/pace';

/**
 * Sends requests through the pace in simulated time, against a token bucket.
 * @returns how long it took in milliseconds, and how many requests were throttled
 */
function simulate(limit: {
	requests: number;
	lanes: number;
	perSecond: number;
	burst: number;
	latency: number;
	retryAfter: number;
}) {
	let pace = startPace(0);
	let tokens = limit.burst;
	let filledAt = 0;
	let refused = 0;
	let left = limit.requests;
	const lanes = Array.from({ length: limit.lanes }, () => 0);
	while (left > 0) {
		const now = Math.min(...lanes);
		const lane = lanes.indexOf(now);
		const slot = takeSlot(pace, now);
		pace = slot.pace;
		const sentAt = now + slot.wait;
		tokens = Math.min(limit.burst, tokens + ((sentAt - filledAt) / 1000) * limit.perSecond);
		filledAt = Math.max(filledAt, sentAt);
		const answeredAt = sentAt + limit.latency;
		if (tokens >= 1) {
			tokens -= 1;
			left--;
			pace = letThrough(pace);
		} else {
			refused++;
			pace = throttled(pace, answeredAt, limit.retryAfter);
		}
		lanes[lane] = answeredAt;
	}
	return { took: Math.max(...lanes), refused };
}

test('when requests were let through since the last pause, their rate is the pace after the next one', () => {
	const sendTen = (pace: Pace) => Array.from({ length: 10 }).reduce<Pace>(letThrough, pace);
	const first = throttled(sendTen(startPace(0)), 4_000, 1_000);
	expect(first).toEqual({ interval: 0, nextAt: 5_000, measuredFrom: 5_000, sent: 0 });
	// One that was under way with it.
	expect(throttled(first, 4_999, 2_000)).toEqual({ ...first, nextAt: 6_999 });
	expect(throttled(first, 4_999, 0)).toEqual(first);
	const second = throttled(sendTen(first), 8_000, 1_000);
	expect(second).toEqual({ interval: 400, nextAt: 9_000, measuredFrom: 9_000, sent: 0 });
});

test('when nothing was let through since the last pause, all wait, and nothing is concluded', () => {
	const first = throttled(startPace(0), 50, 60_000);
	expect(first).toEqual({ interval: 0, nextAt: 60_050, measuredFrom: 60_050, sent: 0 });
	const slow = { ...first, interval: 400 };
	expect(throttled(slow, 61_000, 1_000)).toMatchObject({ interval: 400, nextAt: 62_000 });
});

test('when a request is throttled as the pause ends, that is an event of its own', () => {
	const first: Pace = { interval: 400, nextAt: 5_000, measuredFrom: 5_000, sent: 0 };
	expect(throttled(first, 5_000, 1_000)).toMatchObject({ nextAt: 6_000, measuredFrom: 6_000 });
});

test.each([0, 1, 5])(
	'when the API throttles after the first %d requests, the run pauses once',
	(before) => {
		let pace = startPace(0);
		for (let sent = 0; sent < before; sent++) pace = letThrough(takeSlot(pace, 0).pace);
		pace = throttled(pace, 20, 60_000);
		let now = pace.nextAt;
		for (let sent = 0; sent < 100; sent++) {
			const slot = takeSlot(pace, now);
			pace = letThrough(slot.pace);
			now += slot.wait;
		}
		expect(now).toBe(60_020);
	},
);

test('when nothing is throttled, nothing waits', () => {
	const { took, refused } = simulate({
		requests: 100,
		lanes: 5,
		perSecond: 1e9,
		burst: 1e9,
		latency: 20,
		retryAfter: 1000,
	});
	expect(took).toBe((100 / 5) * 20);
	expect(refused).toBe(0);
});

test.each([
	[50, 5, 1000, 1.3],
	[50, 20, 1000, 1.3],
	[20, 5, 1000, 1.3],
	[5, 5, 1000, 1.3],
	// A server that asks for three times the wait that it needs.
	[50, 5, 3000, 2.1],
])(
	'%d a second, %d at a time, Retry-After %d ms: within %f of the least time, few refusals',
	(perSecond, lanes, retryAfter, most) => {
		const requests = perSecond * 10;
		const { took, refused } = simulate({
			requests,
			lanes,
			perSecond,
			burst: perSecond,
			latency: 20,
			retryAfter,
		});
		const least = ((requests - perSecond) / perSecond) * 1000;
		expect(took / least).toBeLessThan(most);
		expect(took / least).toBeGreaterThanOrEqual(1);
		expect(refused).toBeLessThan(requests / 10);
	},
);

test('when requests are throttled together, they are one event', () => {
	let pace = throttled(startPace(0), 0, 0);
	for (let i = 0; i < 10; i++) pace = letThrough(pace);
	const once = throttled(pace, 100, 1000);
	const twice = throttled(throttled(pace, 100, 1000), 101, 1000);
	expect(once).toEqual({ interval: 110, nextAt: 1100, measuredFrom: 1100, sent: 0 });
	expect(twice).toEqual({ ...once, nextAt: 1101 });
});

test('when several take a slot at once, the slots are one interval apart', () => {
	let pace = { ...startPace(0), interval: 10 };
	const waits = [0, 0, 0].map((now) => {
		const slot = takeSlot(pace, now);
		pace = slot.pace;
		return slot.wait;
	});
	expect(waits).toEqual([0, 10, 20]);
});

test('when requests are let through, it gets faster, until no wait is left', () => {
	let pace = { ...startPace(0), interval: 20 };
	for (let i = 0; i < 230; i++) pace = letThrough(pace);
	expect(pace.interval).toBeGreaterThan(9);
	expect(pace.interval).toBeLessThan(11);
	for (let i = 0; i < 3000; i++) pace = letThrough(pace);
	expect(pace.interval).toBeLessThan(0.01);
});
