import { OPERATIONS } from './operations.cases.mts';
import { openWorld, records, secretsIn } from './world.mts';
import type { World } from './world.mts';

let world: World;
beforeAll(async () => {
	world = await openWorld();
});
beforeEach(() => world.sandbox.reset());
afterAll(async () => await world.sandbox.close());

describe.each(OPERATIONS)('$resource → $operation', ({ resource, operation, good, bad }) => {
	it('does its work', async () => {
		const { n8n, sandbox, credential } = world;
		good.given?.(sandbox);
		const parameters = { resource, operation, ...good.parameters };
		const { items, error, execution } = await n8n.runNode(parameters, { credential });
		expect(error).toBeUndefined();
		expect(execution.status).toBe('success');
		expect(records(items)).toMatchObject(good.output);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual(good.output.map(() => ({ item: 0 })));
		if (good.account) expect(good.account(sandbox)).toMatchObject(good.accountIs ?? {});
		expect(secretsIn(execution.raw, world)).toEqual([]);
	});

	it('shows an error that helps', async () => {
		const { n8n, sandbox, credential } = world;
		bad.given?.(sandbox);
		const before = accountOf(world);
		const parameters = { resource, operation, ...bad.parameters };
		const { error, execution } = await n8n.runNode(parameters, { credential });
		expect(execution.status).toBe('error');
		expect(error?.message).toMatch(bad.message);
		expect(error?.description).toMatch(bad.description);
		expect(error?.context).toMatchObject({ itemIndex: 0 });
		expect(accountOf(world)).toEqual(before);
		expect(secretsIn(execution.raw, world)).toEqual([]);
	});
});

/** Everything that a run could change, as a copy. */
function accountOf({ sandbox: { state, settings } }: World): string {
	const { orders, numbers, trunkGroups } = state;
	return JSON.stringify([orders, numbers, trunkGroups, settings.funds]);
}
