import { NodeHelpers } from 'n8n-workflow';
import type {
	EngineRequest,
	EngineResponse,
	IExecuteFunctions,
	INode,
	INodeExecutionData,
	INodeParameters,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { IdtExpress } from '../../nodes/IdtExpress/IdtExpress.node';
import {
	credentialFor,
	nodeUnderTest,
	runWorkflow,
	shortenWaits,
	START,
	useSandbox,
} from './harness.mts';
import { LONDON, loseAnswer, placedIn, RETRY } from './purchases.mts';

/** The node as a tool of an AI agent, through n8n-core's own way of making a tool of a node. */

const api = useSandbox();
shortenWaits();

const BUY: INodeParameters = {
	resource: 'order',
	operation: 'create',
	didGroupId: { __rl: true, mode: 'id', value: LONDON },
	quantity: "={{ $fromAI('quantity', 'How many', 'number') }}",
};

/** What n8n makes of a node with `usableAsTool`. */
class IdtExpressTool extends IdtExpress {
	constructor() {
		super();
		const description: INodeTypeDescription = {
			...this.description,
			name: 'idtExpressTool',
			inputs: [],
			outputs: ['ai_tool'],
		};
		this.description = description;
	}
}

interface Tool {
	/** What n8n gave the tool to do, beneath the library's own check of the arguments. */
	func(args: object): Promise<string>;
}

/** An agent whose model does what the test says. */
function agent(think: (tool: () => Promise<Tool>) => Promise<void>): INodeType {
	return {
		description: {
			displayName: 'Agent',
			name: 'agent',
			group: ['transform'],
			version: 1,
			description: '',
			defaults: { name: 'Agent' },
			inputs: ['main', 'ai_tool'],
			outputs: ['main'],
			properties: [],
		},
		async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
			await think(async () => {
				const tools = (await this.getInputConnectionData('ai_tool', 0)) as Tool[];
				return tools[0];
			});
			return [[{ json: { done: true } }]];
		},
	};
}

async function runAgent(
	think: (tool: () => Promise<Tool>) => Promise<void>,
	{
		settings = {},
		parameters = {},
	}: { settings?: Partial<INode>; parameters?: INodeParameters } = {},
): Promise<void> {
	const tool = nodeUnderTest(
		{ ...BUY, ...parameters },
		{ name: 'Buy', type: 'idtExpressTool', ...settings },
	);
	const run = await runWorkflow({
		nodes: [START, { ...START, id: 'agent', name: 'Agent', type: 'agent' }, tool],
		connections: {
			Start: { main: [[{ node: 'Agent', type: 'main', index: 0 }]] },
			Buy: { ai_tool: [[{ node: 'Agent', type: 'ai_tool', index: 0 }]] },
		},
		start: { node: 'Start', items: [{}] },
		credential: credentialFor(api.sandbox),
		types: { agent: agent(think), idtExpressTool: new IdtExpressTool() },
	});
	if (run.data.resultData.error) throw run.data.resultData.error;
}

const placed = () => placedIn(api.sandbox);

test('two calls with the same arguments are two orders', async () => {
	await runAgent(async (tool) => {
		const buy = await tool();
		await buy.func({ quantity: 2 });
		await buy.func({ quantity: 2 });
	});
	expect(placed().map(({ quantity }) => quantity)).toEqual([2, 2]);
});

test('calls at the same moment are as many orders, each told apart', async () => {
	const answers: string[] = [];
	await runAgent(async (tool) => {
		// As an agent does that works on several items at the same time: a tool for each of them.
		const tools = await Promise.all([tool(), tool(), tool()]);
		answers.push(...(await Promise.all(tools.map((buy) => buy.func({ quantity: 2 })))));
	});
	expect(placed()).toHaveLength(3);
	const ids = answers.map((answer) => (JSON.parse(answer) as Array<{ id: string }>)[0].id);
	expect(ids.sort()).toEqual(
		placed()
			.map(({ id }) => id)
			.sort(),
	);
});

test.each(['before', 'after'] as const)(
	'calls at the same moment, one answer lost (%s the write), are as many orders',
	async (when) => {
		api.sandbox.settings.latencyMs = 10;
		api.sandbox.fault({ kind: 'html', when, match: { method: 'POST' } });
		const answers: string[] = [];
		await runAgent(async (tool) => {
			const buy = await tool();
			const calls = [1, 2, 3].map(async () => await buy.func({ quantity: 2 }));
			answers.push(...(await Promise.all(calls)));
		});
		const ids = answers.map((answer) => (JSON.parse(answer) as Array<{ id: string }>)[0].id);
		expect(placed()).toHaveLength(3);
		expect(new Set(ids).size).toBe(3);
	},
);

test('calls one after the other through tools that were made together are told apart', async () => {
	// n8n counts the calls of each tool from the same number.
	await runAgent(async (tool) => {
		const [first, second] = await Promise.all([tool(), tool()]);
		await first.func({ quantity: 2 });
		await second.func({ quantity: 2 });
	});
	expect(placed()).toHaveLength(2);
});

test('Retry On Fail looks before it buys again, though n8n counts its tries as runs', async () => {
	loseAnswer(api.sandbox);
	await runAgent(
		async (tool) => {
			await (await tool()).func({ quantity: 2 });
		},
		{ settings: RETRY },
	);
	expect(placed()).toHaveLength(1);
});

test('a model that calls again after an uncertain error does not buy twice', async () => {
	loseAnswer(api.sandbox);
	let said = '';
	await runAgent(async (tool) => {
		const buy = await tool();
		await buy.func({ quantity: 2 }).catch((error: Error) => (said = error.message));
		await buy.func({ quantity: 2 });
		expect(placed()).toHaveLength(1);
		await buy.func({ quantity: 2 });
	});
	expect(said).toContain('The order may have been placed');
	expect(placed()).toHaveLength(2);
});

test('the spend limit holds over all calls in an execution: a model may run away', async () => {
	// A London number costs 1.25 + 2.95 = 4.20.
	const errors: string[] = [];
	await runAgent(
		async (tool) => {
			const buy = await tool();
			for (let call = 0; call < 5; call++) {
				await buy.func({ quantity: 1 }).catch((error: Error) => errors.push(error.message));
			}
		},
		{ parameters: { options: { spendLimit: '8.40' } } },
	);
	expect(placed()).toHaveLength(2);
	expect(errors).toHaveLength(3);
	expect(errors[0]).toContain('already spent 8.40');
});

describe('an agent that has n8n run its tools', () => {
	/** Asks for these calls at once, as agents do since n8n 2; then it is told the answers. */
	function agentThatAsks(calls: number): INodeType {
		return {
			...agent(async () => undefined),
			async execute(response?: EngineResponse): Promise<INodeExecutionData[][] | EngineRequest> {
				if (response?.actionResponses.length) return [[{ json: { done: true } }]];
				const actions = Array.from({ length: calls }, (_, index) => ({
					actionType: 'ExecutionNodeAction' as const,
					nodeName: 'Buy',
					type: 'ai_tool' as const,
					id: `call${index}`,
					input: { quantity: 2 },
					metadata: {},
				}));
				return { actions, metadata: {} };
			},
		};
	}
	const ask = async (calls: number, settings: Partial<INode> = {}) =>
		await runWorkflow({
			nodes: [
				START,
				{ ...START, id: 'agent', name: 'Agent', type: 'agent' },
				nodeUnderTest(
					{ ...BUY, quantity: '={{ $json.quantity }}' },
					{ name: 'Buy', type: 'idtExpressTool', ...settings },
				),
			],
			connections: {
				Start: { main: [[{ node: 'Agent', type: 'main', index: 0 }]] },
				Buy: { ai_tool: [[{ node: 'Agent', type: 'ai_tool', index: 0 }]] },
			},
			start: { node: 'Start', items: [{}] },
			credential: credentialFor(api.sandbox),
			types: { agent: agentThatAsks(calls), idtExpressTool: new IdtExpressTool() },
		});

	test('gets an order for each call', async () => {
		const run = await ask(3);
		expect(run.data.resultData.runData.Agent.at(-1)?.data?.main[0]?.[0].json).toEqual({
			done: true,
		});
		expect(placed()).toHaveLength(3);
	});

	test('does not buy twice with Retry On Fail', async () => {
		loseAnswer(api.sandbox);
		await ask(1, RETRY);
		expect(placed()).toHaveLength(1);
	});

	test('does not buy twice with Retry On Fail where the tool answers with its error', async () => {
		loseAnswer(api.sandbox);
		await ask(1, { ...RETRY, onError: 'continueRegularOutput' });
		expect(placed()).toHaveLength(1);
	});
});

test.each([
	['order', 'create', /spend/i],
	['order', 'create', /preview/i],
	['number', 'delete', /cannot be undone/i],
])('%s %s: the model reads %s', (resource, operation, words) => {
	const node = nodeUnderTest({ resource, operation, descriptionType: 'auto' });
	const said = NodeHelpers.getToolDescriptionForNode(node, new IdtExpressTool());
	expect(said).toMatch(words);
});
