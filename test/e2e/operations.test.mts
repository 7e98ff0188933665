import { OPERATIONS } from './operations.cases.mts';
import { openFixture, records, secretsIn } from './fixture.mts';
import type { Fixture } from './fixture.mts';

let fixture: Fixture;
beforeAll(async () => {
	fixture = await openFixture();
});
beforeEach(() => fixture.sandbox.reset());
afterAll(async () => await fixture.sandbox.close());

describe.each(OPERATIONS)('$resource → $operation', ({ resource, operation, good, bad }) => {
	it('when the input is good, does its work', async () => {
		const { n8n, sandbox, credential } = fixture;
		good.given?.(sandbox);
		const parameters = { resource, operation, ...good.parameters };
		const { items, error, execution } = await n8n.runNode(parameters, { credential });
		expect(error).toBeUndefined();
		expect(execution.status).toBe('success');
		expect(records(items)).toMatchObject(good.output);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual(good.output.map(() => ({ item: 0 })));
		if (good.account) expect(good.account(sandbox)).toMatchObject(good.accountIs ?? {});
		expect(secretsIn(execution.raw, fixture)).toEqual([]);
	});

	it('when the input is bad, shows an error that helps and changes nothing', async () => {
		const { n8n, sandbox, credential } = fixture;
		bad.given?.(sandbox);
		const before = accountOf(fixture);
		const parameters = { resource, operation, ...bad.parameters };
		const { error, execution } = await n8n.runNode(parameters, { credential });
		expect(execution.status).toBe('error');
		expect(error?.message).toMatch(bad.message);
		expect(error?.description).toMatch(bad.description);
		expect(error?.context).toMatchObject({ itemIndex: 0 });
		expect(accountOf(fixture)).toEqual(before);
		expect(secretsIn(execution.raw, fixture)).toEqual([]);
	});
});

/** Everything that a run could change, as a copy. */
function accountOf({ sandbox: { state, settings } }: Fixture): string {
	const { orders, numbers, trunkGroups } = state;
	return JSON.stringify([orders, numbers, trunkGroups, settings.funds]);
}
