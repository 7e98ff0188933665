import { SEED_ORDERS } from '../sandbox/seed.mts';
import { by, openWorld, records, type World } from './world.mts';

/** Buying safely, once in a real n8n; the matrix is in test/engine. */

let world: World;
beforeAll(async () => {
	world = await openWorld();
});
beforeEach(() => world.sandbox.reset());
afterAll(async () => await world.sandbox.close());

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

const placed = () => world.sandbox.state.orders.slice(SEED_ORDERS.length);

it('Retry On Fail buys what is missing, and nothing twice', async () => {
	const { n8n, credential, sandbox } = world;
	// Each order is preceded by its preview.
	sandbox.fault({ ...REFUSED, skip: 3 });
	const result = await n8n.runNode(buy, { credential, items, node: RETRY });
	expect(result.execution.status).toBe('success');
	expect(placed().map(({ quantity }) => quantity)).toEqual([1, 2, 2]);
	expect(records(result.items).map(({ id }) => id)).toEqual(placed().map(({ id }) => id));
});

it('under Continue On Fail too, where n8n tries again because of the first item', async () => {
	const { n8n, credential, sandbox } = world;
	sandbox.fault(REFUSED);
	const node = { ...RETRY, onError: 'continueRegularOutput' as const };
	const result = await n8n.runNode(buy, { credential, items, node });
	expect(records(result.items).map((order) => order.ordered_quantity)).toEqual([1, 2, 2]);
	expect(placed()).toHaveLength(3);
});

it('a lost answer is resolved: the order is there once', async () => {
	const { n8n, credential, sandbox } = world;
	sandbox.fault({ match: { method: 'POST' }, kind: 'drop', when: 'after', skip: 3 });
	const result = await n8n.runNode(buy, { credential, items });
	expect(result.execution.status).toBe('success');
	expect(placed()).toHaveLength(3);
	expect(new Set(records(result.items).map(({ id }) => id)).size).toBe(3);
});

it('Retry execution goes on where the failed one stopped', async () => {
	const { n8n, credential, sandbox } = world;
	sandbox.fault({ ...REFUSED, skip: 5 });
	const failed = await n8n.runNode(buy, { credential, items });
	expect(failed.execution.status).toBe('error');
	expect(placed()).toHaveLength(2);
	const retried = await n8n.retryExecution(failed.execution.id);
	expect(retried.status).toBe('success');
	expect(placed().map(({ quantity }) => quantity)).toEqual([1, 2, 2]);
});

it('the spend limit holds', async () => {
	const { n8n, credential } = world;
	const parameters = { ...buy, spendLimit: 12.6 };
	const { error } = await n8n.runNode(parameters, { credential, items, node: RETRY });
	// 1 × 4.20, then 2 × 4.20 is exactly the limit; the third does not fit any more.
	expect(error?.message).toMatch(
		/it costs 8\.40, the limit is 12\.60, and 12\.60 is counted already/,
	);
	expect(placed()).toHaveLength(2);
});
