import { SEED_ORDERS } from '../sandbox/seed.mts';
import { by, openFixture, records, type Fixture } from './fixture.mts';

/** Buying safely, once in a real n8n; the matrix is in test/engine. */

let fixture: Fixture;
beforeAll(async () => {
	fixture = await openFixture();
});
beforeEach(() => fixture.sandbox.reset());
afterAll(async () => await fixture.sandbox.close());

const buy = {
	resource: 'order',
	operation: 'create',
	didGroupId: by('id', 7001),
	quantity: '={{ $json.quantity }}',
};
const items = [{ quantity: 1 }, { quantity: 2 }, { quantity: 2 }];
const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 10 };
const REFUSED = {
	match: { method: 'POST' },
	kind: 'status' as const,
	status: 422,
	body: {
		status: 422,
		api_request_id: 'r',
		errors: [{ code: 1000, title: 'Invalid Request', detail: 'Not now' }],
	},
};

const placed = () => fixture.sandbox.state.orders.slice(SEED_ORDERS.length);

it('when Retry On Fail runs all items again, buys only what is missing', async () => {
	const { n8n, credential, sandbox } = fixture;
	// Each order is preceded by its preview.
	sandbox.fault({ ...REFUSED, skip: 3 });
	const result = await n8n.runNode(buy, { credential, items, node: RETRY });
	expect(result.execution.status).toBe('success');
	expect(placed().map(({ quantity }) => quantity)).toEqual([1, 2, 2]);
	expect(records(result.items).map(({ id }) => id)).toEqual(placed().map(({ id }) => id));
});

it('when the first item fails under Continue On Fail, the next try buys only that one', async () => {
	const { n8n, credential, sandbox } = fixture;
	sandbox.fault(REFUSED);
	const node = { ...RETRY, onError: 'continueRegularOutput' as const };
	const result = await n8n.runNode(buy, { credential, items, node });
	expect(records(result.items).map((order) => order.ordered_quantity)).toEqual([1, 2, 2]);
	expect(placed()).toHaveLength(3);
});

it('when an answer is lost, finds the order and does not place it again', async () => {
	const { n8n, credential, sandbox } = fixture;
	sandbox.fault({ match: { method: 'POST' }, kind: 'drop', when: 'after', skip: 3 });
	const result = await n8n.runNode(buy, { credential, items });
	expect(result.execution.status).toBe('success');
	expect(placed()).toHaveLength(3);
	expect(new Set(records(result.items).map(({ id }) => id)).size).toBe(3);
});

it('when a failed execution is retried, buys only what is missing', async () => {
	const { n8n, credential, sandbox } = fixture;
	sandbox.fault({ ...REFUSED, skip: 5 });
	const failed = await n8n.runNode(buy, { credential, items });
	expect(failed.execution.status).toBe('error');
	expect(placed()).toHaveLength(2);
	const retried = await n8n.retryExecution(failed.execution.id);
	expect(retried.status).toBe('success');
	expect(placed().map(({ quantity }) => quantity)).toEqual([1, 2, 2]);
});

it('when an order would exceed the Spend Limit, does not place it', async () => {
	const { n8n, credential } = fixture;
	const parameters = { ...buy, spendLimit: 12.6 };
	const { error } = await n8n.runNode(parameters, { credential, items, node: RETRY });
	// 1 × 4.20, then 2 × 4.20 is exactly the limit; the third does not fit any more.
	expect(error?.message).toMatch(
		/it costs 8\.40, the limit is 12\.60, and 12\.60 is counted already/,
	);
	expect(placed()).toHaveLength(2);
});
