import fc from 'fast-check';
import type { Fault } from '../sandbox/faults.mts';
import { shortenWaits, useSandbox } from './harness.mts';

/**
 * Randomised purchases with real Retry On Fail: whatever fails, and wherever, there are never more
 * orders than wanted, and as many as wanted wherever the node says that it succeeded.
 */

const api = useSandbox();
shortenWaits();

const CASES = Number(process.env.PURCHASES ?? 2_000);
const GROUPS = [7001, 39145];

const lost: fc.Arbitrary<Fault> = fc.oneof(
	fc.record({
		kind: fc.constantFrom('drop' as const, 'html' as const),
		when: fc.constantFrom('before' as const, 'after' as const),
	}),
	fc.record({
		kind: fc.constantFrom('cutBody' as const, 'truncate' as const, 'empty' as const),
		when: fc.constant('after' as const),
	}),
	fc.constantFrom(1000, 2001, 2002, 3001).map(
		(code): Fault => ({
			kind: 'status',
			status: code < 3000 && code > 1999 ? 429 : 422,
			headers: { 'retry-after': '0' },
			body: {
				status: 422,
				api_request_id: 'r',
				errors: [{ code, title: 'Refused', detail: 'No' }],
			},
		}),
	),
);

const history = fc.record({
	items: fc.array(
		fc.record({ group: fc.constantFrom(...GROUPS), quantity: fc.integer({ min: 1, max: 2 }) }),
		{ minLength: 1, maxLength: 4 },
	),
	sort: fc.constantFrom(
		'newest' as const,
		'oldest' as const,
		'shuffled' as const,
		'random' as const,
	),
	/** Orders that were there before. */
	past: fc.constantFrom(0, 3, 150),
	pageSize: fc.constantFrom(100, 20),
	/** Alike orders, as old as this in milliseconds. */
	lookAlikes: fc.array(fc.constantFrom(0, 10, 5_000, 90_000), { maxLength: 2 }),
	faults: fc.array(fc.tuple(lost, fc.nat({ max: 5 })), { maxLength: 4 }),
	lookUpFaults: fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.nat({ max: 12 })), {
		maxLength: 2,
	}),
	onError: fc.constantFrom(
		'stopWorkflow' as const,
		'continueRegularOutput' as const,
		'continueErrorOutput' as const,
	),
	retry: fc.boolean(),
	limited: fc.boolean(),
});

test(`${CASES} purchases: never more orders than wanted`, async () => {
	let succeeded = 0;
	let failed = 0;
	await fc.assert(
		fc.asyncProperty(history, async (given) => {
			const { sandbox } = api;
			sandbox.reset({
				ordersSort: given.sort,
				maxPageSize: given.pageSize,
				record: false,
				funds: null,
			});
			const { state } = sandbox;
			state.seedOrders(given.past, { endAt: state.now() - 600_000 });
			for (const age of given.lookAlikes) {
				const { group: groupId, quantity } = given.items[0];
				state.addOrder({ groupId, quantity, createdAt: state.now() - age });
			}
			for (const [fault, skip] of given.faults) {
				sandbox.fault({ ...fault, match: { method: 'POST' }, skip });
			}
			for (const [times, skip] of given.lookUpFaults) {
				sandbox.fault({ match: { method: 'GET' }, kind: 'status', status: 503, times, skip });
			}
			const before = state.orders.length;
			const result = await api.run(
				{
					resource: 'order',
					operation: 'create',
					didGroupId: { __rl: true, mode: 'id', value: '={{ $json.group }}' },
					quantity: '={{ $json.quantity }}',
					options: given.limited ? { spendLimit: 1_000 } : {},
				},
				given.items,
				{ onError: given.onError, retryOnFail: given.retry, maxTries: 3, waitBetweenTries: 1 },
			);
			const placed = state.orders.slice(before);
			const describe = (group: unknown, quantity: unknown) =>
				`${String(group)}×${String(quantity)}`;
			const wanted = given.items.map((item) => describe(item.group, item.quantity));
			const bought = placed.map((order) => describe(order.item.groupId, order.quantity));
			for (const kind of new Set(bought)) {
				const count = (list: string[]) => list.filter((entry) => entry === kind).length;
				expect(count(bought)).toBeLessThanOrEqual(count(wanted));
			}
			// What came out as an order is an order of ours, each item's own.
			const ids = result.items.map(({ json }) => json.id).filter((id) => id !== undefined);
			expect(new Set(ids).size).toBe(ids.length);
			const placedIds = placed.map(({ id }) => id);
			for (const id of ids) expect(placedIds).toContain(id);
			if (!result.error && ids.length === given.items.length) {
				expect(placed).toHaveLength(given.items.length);
				succeeded++;
			} else {
				failed++;
			}
		}),
		{ numRuns: CASES },
	);
	// Both happen, or the faults were no faults.
	expect(succeeded).toBeGreaterThan(CASES / 10);
	expect(failed).toBeGreaterThan(CASES / 50);
}, 600_000);
