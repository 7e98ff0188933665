import { timing } from '../../nodes/IdtExpress/api/timing';
import { jsonOf, useSandbox } from './harness.mts';

const api = useSandbox();
const usual = { ...timing };
beforeAll(() => Object.assign(timing, { firstWait: 20, longestWait: 10_000 }));
afterAll(() => Object.assign(timing, usual));

test('when an order is waited for, the intervals between the requests grow', async () => {
	const [order] = jsonOf(
		await api.run({
			resource: 'order',
			operation: 'create',
			didGroupId: { __rl: true, mode: 'id', value: '39145' },
			options: { waitForFulfillment: true, waitTimeout: 1 },
		}),
	);
	expect(order).toMatchObject({ timed_out: true });
	const reads = api.sandbox.requests.filter(({ path }) => path === `/orders/${String(order.id)}`);
	// After 20, 60, 140, 300, 620 and 1,000 ms; without growing there would be 50.
	expect(reads.length).toBeGreaterThan(2);
	expect(reads.length).toBeLessThan(10);
});
