import fc from 'fast-check';
import { createRunExecutionData } from 'n8n-workflow';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import {
	credentialFor,
	nodeUnderTest,
	runWorkflow,
	shortenWaits,
	START,
	useSandbox,
} from './harness.mts';

/**
 * Randomised purchases that are not alone: somebody else orders the same at any moment, orders show
 * up later than their answer was lost, and a failed execution is retried when the account has moved
 * on. Never more orders of ours than wanted, and no order for two items.
 */

const api = useSandbox();
shortenWaits();

const CASES = Number(process.env.PURCHASES ?? 2_000) / 2;
const GROUPS = [7001, 39145];

const history = fc.record({
	items: fc.array(
		fc.record({ group: fc.constantFrom(...GROUPS), quantity: fc.integer({ min: 1, max: 2 }) }),
		{ minLength: 1, maxLength: 4 },
	),
	sort: fc.constantFrom('newest' as const, 'oldest' as const, 'shuffled' as const),
	past: fc.constantFrom(0, 30, 150),
	pageSize: fc.constantFrom(100, 20),
	/** What becomes of the n-th order that is sent; `late`: placed when so many looks were made. */
	fates: fc.array(
		fc.oneof(
			{ weight: 3, arbitrary: fc.constant({ kind: 'well' as const, late: 0 }) },
			fc.record({
				kind: fc.constantFrom('before' as const, 'after' as const, 'refused' as const),
				late: fc.constant(0),
			}),
			fc.record({ kind: fc.constant('late' as const), late: fc.integer({ min: 1, max: 4 }) }),
		),
		{ maxLength: 8 },
	),
	/** Somebody else orders what an item wants, while the n-th request is under way. */
	rivals: fc.array(fc.tuple(fc.nat({ max: 15 }), fc.nat({ max: 3 })), { maxLength: 2 }),
	/** So many look-ups fail, after so many. */
	deaf: fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.nat({ max: 15 })), { maxLength: 2 }),
	retry: fc.boolean(),
	goOn: fc.boolean(),
	/** Other orders before *Retry execution*. */
	meanwhile: fc.constantFrom(0, 3, 120),
});

test(`${CASES} purchases among others: never more orders than wanted`, async () => {
	const ends = { success: 0, error: 0, resumed: 0 };
	await fc.assert(
		fc.asyncProperty(history, async (given) => {
			const { sandbox } = api;
			const { state } = sandbox;
			sandbox.reset({
				ordersSort: given.sort,
				maxPageSize: given.pageSize,
				record: false,
				funds: null,
			});
			state.seedOrders(given.past, { endAt: state.now() - 600_000 });
			const first = state.orders.length;
			const strangers = new Set<string>();
			for (const [times, skip] of given.deaf) {
				sandbox.fault({ match: { method: 'GET' }, kind: 'status', status: 503, times, skip });
			}

			let requests = 0;
			let sent = 0;
			const late: Array<{ looks: number; groupId: number; quantity: number }> = [];
			sandbox.onRequest = ({ method, path, body }) => {
				for (const [at, index] of given.rivals) {
					if (at !== requests) continue;
					const { group: groupId, quantity } = given.items[index % given.items.length];
					strangers.add(state.addOrder({ groupId, quantity }).id);
				}
				requests++;
				if (method === 'GET' && path === '/orders') {
					for (const entry of late) {
						if (--entry.looks === 0) state.addOrder(entry);
					}
				}
				if (method !== 'POST') return;
				const { kind, late: looks } = given.fates[sent++] ?? { kind: 'well' };
				if (kind === 'before' || kind === 'late') sandbox.fault({ kind: 'html', when: 'before' });
				if (kind === 'after') sandbox.fault({ kind: 'drop', when: 'after' });
				if (kind === 'refused') {
					const errors = [{ code: 1000, title: 'Refused', detail: 'No' }];
					const refusal = { status: 422, api_request_id: 'r', errors };
					sandbox.fault({ kind: 'status', status: 422, body: refusal });
				}
				if (kind === 'late') {
					const [item] = (body as { order_items: IDataObject[] }).order_items;
					late.push({
						looks,
						groupId: Number(item.did_group_id),
						quantity: Number(item.quantity),
					});
				}
			};

			const node = nodeUnderTest(
				{
					resource: 'order',
					operation: 'create',
					didGroupId: { __rl: true, mode: 'id', value: '={{ $json.group }}' },
					quantity: '={{ $json.quantity }}',
				},
				{
					retryOnFail: given.retry,
					maxTries: 3,
					waitBetweenTries: 1,
					onError: given.goOn ? 'continueRegularOutput' : 'stopWorkflow',
				},
			);
			const workflow = {
				nodes: [START, node],
				connections: {
					Start: { main: [[{ node: 'IDT Express', type: 'main' as const, index: 0 }]] },
				},
				start: { node: 'Start', items: given.items },
				credential: credentialFor(sandbox),
			};
			let run = await runWorkflow(workflow);
			check(run.data.resultData.runData['IDT Express']?.[0]?.data?.main[0] ?? []);
			ends[run.data.resultData.error ? 'error' : 'success']++;

			if (run.data.resultData.error) {
				sandbox.clearFaults();
				given.rivals = [];
				state.advance(3_600_000);
				const count = state.orders.length;
				state.seedOrders(given.meanwhile, { endAt: state.now() });
				for (const order of state.orders.slice(count)) strangers.add(order.id);
				const resume = createRunExecutionData(
					JSON.parse(JSON.stringify(run.data)) as Parameters<typeof createRunExecutionData>[0],
				);
				delete resume.resultData.error;
				delete resume.resultData.runData['IDT Express'];
				run = await runWorkflow({ ...workflow, resume });
				check(run.data.resultData.runData['IDT Express']?.[0]?.data?.main[0] ?? []);
				if (!run.data.resultData.error) ends.resumed++;
			}

			function check(output: INodeExecutionData[]): void {
				const kindOf = (group: unknown, quantity: unknown) =>
					`${String(group)}×${String(quantity)}`;
				const wanted = given.items.map((item) => kindOf(item.group, item.quantity));
				const ours = state.orders.slice(first).filter(({ id }) => !strangers.has(id));
				const bought = ours.map((order) => kindOf(order.item.groupId, order.quantity));
				const count = (list: string[], kind: string) =>
					list.filter((entry) => entry === kind).length;
				for (const kind of new Set(bought)) {
					expect(count(bought, kind)).toBeLessThanOrEqual(count(wanted, kind));
				}
				const ids = output.map(({ json }) => json.id).filter((id) => id !== undefined);
				expect(new Set(ids).size).toBe(ids.length);
				// Each item got an order of what it asked for, and none that was there before.
				output.forEach(({ json }, index) => {
					if (json.id === undefined) return;
					expect(kindOf(json.did_group_id, json.ordered_quantity)).toBe(wanted[index]);
					expect(state.orders.findIndex(({ id }) => id === json.id)).toBeGreaterThanOrEqual(first);
				});
				if (strangers.size === 0 && ids.length === wanted.length) {
					expect(ours.map(({ id }) => id).sort()).toEqual(ids.map(String).sort());
				}
			}
		}),
		{ numRuns: CASES },
	);
	expect(Math.min(ends.success, ends.error, ends.resumed)).toBeGreaterThan(CASES / 50);
}, 600_000);
