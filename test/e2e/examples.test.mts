import { readExample } from '../tools/examples.mts';
import { openWorld, records, secretsIn } from './world.mts';
import type { World } from './world.mts';

let world: World;
beforeAll(async () => {
	world = await openWorld();
});
beforeEach(() =>
	world.sandbox.reset({ fulfilment: { mode: 'auto', processingMs: 200, completeMs: 600 } }),
);
afterAll(async () => await world.sandbox.close());

describe('the example “Provision numbers”', () => {
	it('buys, waits, assigns to a trunk group, and lists', async () => {
		const { n8n, credential, sandbox } = world;
		const workflow = await n8n.createWorkflow(await readExample('provision-numbers', credential));
		const execution = await n8n.runWorkflow(workflow);
		expect(execution.error).toBeUndefined();
		expect(execution.status).toBe('success');
		const numbers = records(execution.items('List the newest numbers'));
		expect(numbers).toHaveLength(3);
		for (const number of numbers) {
			expect(number).toMatchObject({
				status: 'active',
				did_group_name: 'Brunswick (207) 406',
				trunk_group_id: 268476,
			});
		}
		expect(secretsIn(execution.raw, world)).toEqual([]);
		// One order was placed, besides the preview, and one call assigned all numbers.
		const calls = sandbox.requests.map(({ method, path }) => `${method} ${path}`);
		expect(calls.filter((call) => call === 'POST /orders')).toHaveLength(2);
		expect(calls.filter((call) => call === 'PUT /set_trunk_group')).toHaveLength(1);
		expect(
			sandbox.state.orders.filter(({ createdAt }) => createdAt > Date.now() - 600_000),
		).toHaveLength(1);
	});

	it('buys nothing when nothing is in stock within the fee', async () => {
		const { n8n, credential, sandbox } = world;
		for (const group of sandbox.state.didGroups) group.stock = [];
		const workflow = await n8n.createWorkflow(await readExample('provision-numbers', credential));
		const execution = await n8n.runWorkflow(workflow);
		expect(execution.status).toBe('success');
		expect(execution.items('Find a DID group')).toEqual([]);
		expect(sandbox.requests.filter(({ path }) => path === '/orders')).toEqual([]);
	});
});
