import { randomUUID } from 'node:crypto';
import { ExecuteContext } from 'n8n-core';
import { createEmptyRunExecutionData, NodeHelpers, Workflow } from 'n8n-workflow';
import type {
	EngineRequest,
	EngineResponse,
	IDataObject,
	IExecuteFunctions,
	INode,
	INodeExecutionData,
	INodeParameters,
	INodeType,
	INodeTypeDescription,
	INodeTypes,
} from 'n8n-workflow';
import { IdtExpress } from '../../nodes/IdtExpress/IdtExpress.node';
import {
	credentialFor,
	makeAdditionalData,
	nodeUnderTest,
	runWorkflow,
	shortenWaits,
	START,
	useSandbox,
} from './harness.mts';
import { CONTINUE, LONDON, loseAnswer, ORDER, placedIn, RETRY } from './purchases.mts';

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

test('when a tool is called twice with the same arguments, there are two orders', async () => {
	await runAgent(async (tool) => {
		const buy = await tool();
		await buy.func({ quantity: 2 });
		await buy.func({ quantity: 2 });
	});
	expect(placed().map(({ quantity }) => quantity)).toEqual([2, 2]);
});

test('when calls come at the same moment, each gets an order of its own', async () => {
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

test.each([
	['before', 2],
	['after', 3],
] as const)(
	'when calls come at the same moment and one answer is lost (%s the order), there are %d orders',
	async (when, count) => {
		api.sandbox.settings.latencyMs = 10;
		api.sandbox.fault({ kind: 'html', when, match: ORDER });
		const ids: unknown[] = [];
		const errors: string[] = [];
		await runAgent(async (tool) => {
			const buy = await tool();
			const calls = [1, 2, 3].map(async () => {
				const answer = await buy.func({ quantity: 2 }).catch((error: Error) => {
					errors.push(error.message);
					return '[]';
				});
				ids.push(...(JSON.parse(answer) as Array<{ id: string }>).map(({ id }) => id));
			});
			await Promise.all(calls);
		});
		expect(placed()).toHaveLength(count);
		expect(new Set(ids).size).toBe(count);
		expect(errors).toHaveLength(3 - count);
		for (const error of errors) expect(error).toContain('The order was not placed');
		// What was not placed would be taken up by the next test.
		await runAgent(async (tool) => void (await (await tool()).func({ quantity: 2 })));
	},
);

test.each(['', null, undefined])(
	'when a model gives %j for In Stock Only, nothing is backordered',
	async (stock) => {
		const parameters = { spendLimit: 1_000, options: { inStockOnly: "={{ $fromAI('stock') }}" } };
		const call = runAgent(
			async (tool) => void (await (await tool()).func({ quantity: 95, stock })),
			{
				parameters,
			},
		);
		const message: unknown = expect.stringContaining("'In Stock Only' is empty");
		await expect(call).rejects.toMatchObject({ message });
		expect(placed()).toHaveLength(0);
	},
);

test('when tools were made together, their calls are told apart', async () => {
	// n8n counts the calls of each tool from the same number.
	await runAgent(async (tool) => {
		const [first, second] = await Promise.all([tool(), tool()]);
		await first.func({ quantity: 2 });
		await second.func({ quantity: 2 });
	});
	expect(placed()).toHaveLength(2);
});

test('when n8n retries a tool, it looks before it buys again, though tries are runs of their own', async () => {
	loseAnswer(api.sandbox);
	await runAgent(
		async (tool) => {
			await (await tool()).func({ quantity: 2 });
		},
		{ settings: RETRY },
	);
	expect(placed()).toHaveLength(1);
});

test('when a model calls again after an unknown outcome, nothing is bought twice', async () => {
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

test('when a model calls again and again, the Spend Limit holds over all calls of an execution', async () => {
	// A London number costs 1.25 + 2.95 = 4.20.
	const errors: string[] = [];
	await runAgent(
		async (tool) => {
			const buy = await tool();
			for (let call = 0; call < 5; call++) {
				await buy.func({ quantity: 1 }).catch((error: Error) => errors.push(error.message));
			}
		},
		{ parameters: { spendLimit: '8.40' } },
	);
	expect(placed()).toHaveLength(2);
	expect(errors).toHaveLength(3);
	expect(errors[0]).toContain('8.40 is counted already');
	// What to do is in the description, of which a model is told nothing.
	expect(errors[0]).toContain('Raise the limit, or order fewer numbers');
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

test('when a tool goes on after errors, the model is told what to do, too', async () => {
	api.sandbox.fault({ kind: 'drop', when: 'after', match: ORDER });
	api.sandbox.fault({ match: { method: 'GET' }, kind: 'status', status: 503, times: 4, skip: 1 });
	let answer = '';
	await runAgent(
		async (tool) => {
			const buy = await tool();
			answer = await buy.func({ quantity: 3 });
			await buy.func({ quantity: 3 });
		},
		{ settings: CONTINUE },
	);
	expect(answer).toContain('The order may have been placed');
	expect(answer).toContain('check with Order → Get Many');
	expect(placed()).toHaveLength(1);
});

describe('when each call is an execution of its own, as with the MCP Server Trigger', () => {
	/** Calls the tool once, in an execution of its own. */
	async function call(quantity: number): Promise<string> {
		let answer = '';
		await runAgent(async (tool) => {
			const buy = await tool();
			answer = await buy.func({ quantity }).catch((error: Error) => error.message);
		});
		return answer;
	}

	test('a call after one with an unknown outcome looks first; the call after that buys', async () => {
		loseAnswer(api.sandbox);
		expect(await call(2)).toContain('The order may have been placed');
		expect(await call(2)).toContain(placed()[0].id);
		expect(placed()).toHaveLength(1);
		await call(2);
		expect(placed()).toHaveLength(2);
	});

	test('a call for something else buys at once', async () => {
		loseAnswer(api.sandbox);
		await call(2);
		await call(1);
		expect(placed().map(({ quantity }) => quantity)).toEqual([2, 1]);
		await call(2);
		expect(placed()).toHaveLength(2);
	});

	test('a call after one that was not placed looks first, and buys', async () => {
		api.sandbox.fault({ kind: 'drop', when: 'before', match: ORDER });
		expect(await call(2)).toContain('The order was not placed');
		expect(await call(2)).toContain(placed()[0].id);
		expect(placed()).toHaveLength(1);
	});

	test('a call more than an hour later buys', async () => {
		loseAnswer(api.sandbox);
		await call(2);
		const now = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 3_600_001);
		await call(2);
		now.mockRestore();
		expect(placed()).toHaveLength(2);
	});
});

describe('without an execution, as in n8n’s agents and execute_ephemeral_node', () => {
	/** As n8n's ephemeral-node-executor.js runs a node. */
	async function runAlone(
		parameters: INodeParameters,
		input: IDataObject = {},
	): Promise<unknown[]> {
		const nodeType = new IdtExpress();
		const { credentials } = nodeUnderTest({});
		const node = { ...nodeUnderTest(parameters), id: randomUUID(), credentials };
		const nodeTypes: INodeTypes = {
			getByName: () => nodeType,
			getByNameAndVersion: () => nodeType,
			getKnownTypes: () => ({}),
		};
		const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
		const items = [{ json: input }];
		const context = new ExecuteContext(
			workflow,
			workflow.nodes[node.name],
			makeAdditionalData(workflow, credentialFor(api.sandbox)),
			'internal',
			createEmptyRunExecutionData(),
			0,
			items,
			{ main: [items] },
			{ node, data: { main: [items] }, source: null },
			[],
		);
		const [output] = await nodeType.execute.call(context);
		return output.map(({ json }) => json);
	}
	const buy = (more: INodeParameters = {}) => ({ ...BUY, quantity: 2, ...more });

	test('an order is placed', async () => {
		const [order] = await runAlone(buy());
		expect(order).toMatchObject({ id: placed()[0].id, ordered_quantity: 2 });
		await runAlone(buy());
		expect(placed()).toHaveLength(2);
	});

	test('the Spend Limit holds for the call', async () => {
		await expect(runAlone(buy({ spendLimit: 8 }))).rejects.toThrow(
			/would exceed 'Spend Limit'.*Raise the limit/,
		);
		expect(placed()).toHaveLength(0);
	});

	test('a call after one with an unknown outcome looks first', async () => {
		loseAnswer(api.sandbox);
		await expect(runAlone(buy())).rejects.toThrow(/The order may have been placed.*Get Many/);
		expect(await runAlone(buy())).toMatchObject([{ id: placed()[0].id }]);
		expect(placed()).toHaveLength(1);
	});

	test.each<[string, INodeParameters, () => boolean]>([
		[
			'a number is deleted',
			{ resource: 'number', operation: 'delete', number: locator('number', '12074069000') },
			() => api.sandbox.state.activeNumber('12074069000') === undefined,
		],
		[
			'a caller ID is set',
			{
				resource: 'number',
				operation: 'setCnam',
				number: locator('number', '12074069000'),
				cnamName: 'Jenny',
			},
			() => api.sandbox.state.activeNumber('12074069000')?.cnam?.pending?.action === 'enable',
		],
		[
			'a trunk group is created',
			{ resource: 'trunkGroup', operation: 'create', name: 'Office' },
			() => api.sandbox.state.trunkGroups.some(({ name }) => name === 'Office'),
		],
	])('%s', async (_what, parameters, isDone) => {
		expect(await runAlone(parameters)).toHaveLength(1);
		expect(isDone()).toBe(true);
	});

	function locator(mode: string, value: string) {
		return { __rl: true, mode, value };
	}
});

test.each([
	['order', 'create', /spends money/i],
	['order', 'preview', /^Preview order/],
	['number', 'delete', /cannot be undone/i],
])('%s %s: the model reads %s', (resource, operation, words) => {
	const node = nodeUnderTest({ resource, operation, descriptionType: 'auto' });
	const description = NodeHelpers.getToolDescriptionForNode(node, new IdtExpressTool());
	expect(description).toMatch(words);
});
