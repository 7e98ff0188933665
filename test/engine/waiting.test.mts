import { timing } from '../../nodes/IdtExpress/api/timing';
import { jsonOf, shortenWaits, useSandbox } from './harness.mts';

const api = useSandbox();
shortenWaits();

test('when an order is waited for, the intervals between the requests grow', async () => {
	Object.assign(timing, { firstWait: 20, longestWait: 300 });
	const reads: number[] = [];
	api.sandbox.onRequest = ({ path, at }) => {
		const [, id] = /^\/orders\/(.+)/.exec(path) ?? [];
		if (id && reads.push(at) === 7) api.sandbox.state.fulfil(id);
	};
	const [order] = jsonOf(
		await api.run({
			resource: 'order',
			operation: 'create',
			didGroupId: { __rl: true, mode: 'id', value: '39145' },
			options: { waitForFulfillment: true, waitTimeout: 60 },
		}),
	);
	expect(order).toMatchObject({ timed_out: false });
	// A timer may be a little early; a slow machine is only later.
	[40, 80, 160, 300, 300].forEach((wait, index) =>
		expect(reads[index + 1] - reads[index]).toBeGreaterThan(0.9 * wait),
	);
});
