import type { IDataObject, IPollFunctions } from 'n8n-workflow';
import { runPoll, type Poll } from '../../nodes/IdtExpress/trigger/pollSession';

/** What n8n's scheduler does to polls: a context for each, a state from before, and little time. */

const BUDGET_MS = 45_000;

let now: number;
beforeEach(() => {
	now = Date.parse('2030-01-01');
	jest.spyOn(Date, 'now').mockImplementation(() => now);
});
afterEach(() => jest.restoreAllMocks());

/** A context of a node, as the scheduler makes one for each poll. */
function contextOf(name: string, stored: IDataObject): IPollFunctions {
	const context: Pick<IPollFunctions, 'getNode' | 'getWorkflow' | 'getWorkflowStaticData'> & {
		getPollBudgetMs: () => number;
		helpers: Pick<IPollFunctions['helpers'], 'returnJsonArray'>;
	} = {
		getNode: () => ({ id: name, name, type: '', typeVersion: 1, position: [0, 0], parameters: {} }),
		getWorkflow: () => ({ id: 'workflow', name: 'workflow', active: true }),
		getWorkflowStaticData: () => stored,
		getPollBudgetMs: () => BUDGET_MS,
		helpers: { returnJsonArray: (data) => [data].flat().map((json) => ({ json })) },
	};
	return context as IPollFunctions;
}

const event = async () => ({ items: [{ id: 1 }], next: { seen: 1 }, mustBeStored: false });

test('when n8n has not stored the state 25 seconds after an event, the next poll emits nothing', async () => {
	expect(await runPoll(contextOf('slow', {}), event, () => null)).toHaveLength(1);
	now += 25_000;
	expect(await runPoll(contextOf('slow', {}), event, () => null)).toBeNull();
});

test('when the state is the old one after a minute, it was lost, and the poll begins there', async () => {
	expect(await runPoll(contextOf('lost', {}), event, () => null)).toHaveLength(1);
	now += 60_000;
	expect(await runPoll(contextOf('lost', {}), event, () => null)).toHaveLength(1);
});

test("when n8n grants little time, the poll's requests end well before", async () => {
	let given: Poll | undefined;
	await runPoll(
		contextOf('deadline', {}),
		async (_context, poll) => {
			given = poll;
			return { items: [], next: {}, mustBeStored: false };
		},
		() => null,
	);
	const left = (given?.deadline ?? 0) - now;
	expect(left).toBeGreaterThan(BUDGET_MS / 2);
	expect(left).toBeLessThanOrEqual(BUDGET_MS - 5_000);
});
