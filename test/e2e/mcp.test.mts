import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ACTION_NODE } from '../../dev/lib/n8nRest.mts';
import { SEED_ORDERS } from '../sandbox/seed.mts';
import { by, openFixture } from './fixture.mts';
import type { Fixture } from './fixture.mts';
import { suite } from './suite.mts';

/** Our node as a tool of n8n's MCP Server Trigger, called by the real MCP client. */

let fixture: Fixture;
let client: Client;
beforeAll(async () => {
	fixture = await openFixture();
	const { n8n, credential } = fixture;
	const workflow = await n8n.createWorkflow({
		name: 'MCP',
		nodes: [
			{
				id: 'server',
				name: 'Server',
				type: '@n8n/n8n-nodes-langchain.mcpTrigger',
				typeVersion: 2,
				position: [0, 0],
				webhookId: 'b5b1a3b0-6c3c-4a5e-9d53-000000000002',
				parameters: { path: 'idt-express' },
			},
			{
				id: 'order',
				name: 'Create order',
				type: `${ACTION_NODE}Tool`,
				typeVersion: 1,
				position: [0, 220],
				credentials: { idtExpressApi: credential },
				parameters: {
					resource: 'order',
					operation: 'create',
					didGroupId: by('id', 7001),
					quantity: "={{ $fromAI('quantity', 'How many', 'number') }}",
					spendLimit: 10,
				},
			},
		],
		connections: {
			'Create order': { ai_tool: [[{ node: 'Server', type: 'ai_tool', index: 0 }]] },
		},
	});
	await n8n.activate(workflow);
	client = new Client({ name: 'test', version: '1.0.0' });
	const url = new URL(`${suite().n8n.url}/mcp/idt-express`);
	await client.connect(new StreamableHTTPClientTransport(url));
});
beforeEach(() => fixture.sandbox.reset());
afterAll(async () => {
	await client.close();
	await fixture.sandbox.close();
});

const placed = () => fixture.sandbox.state.orders.slice(SEED_ORDERS.length);

/** @returns what the model gets */
async function order(quantity: number): Promise<string> {
	const [tool] = (await client.listTools()).tools;
	const result = await client.callTool({ name: tool.name, arguments: { quantity } });
	return JSON.stringify(result.content);
}

it('the tool says what it does', async () => {
	const { tools } = await client.listTools();
	expect(tools).toHaveLength(1);
	expect(tools[0].description).toMatch(/spends money/);
});

it('when it is called, an order is placed', async () => {
	expect(await order(1)).toContain(placed()[0].id);
	expect(placed()).toHaveLength(1);
});

it('when the outcome of a call is unknown, the next call for the same looks first', async () => {
	const { sandbox } = fixture;
	sandbox.fault({
		kind: 'drop',
		when: 'after',
		match: { method: 'POST', path: '/orders', preview: false },
	});
	sandbox.fault({ match: { method: 'GET' }, kind: 'status', status: 503, times: 4, skip: 1 });
	expect(await order(2)).toMatch(/may have been placed.*check with Order → Get Many/);
	expect(placed()).toHaveLength(1);
	expect(await order(2)).toContain(placed()[0].id);
	expect(placed()).toHaveLength(1);
	await order(2);
	expect(placed()).toHaveLength(2);
});

it('the Spend Limit holds for each call alone', async () => {
	// Two numbers cost 8.40 of 10.
	await order(2);
	await order(2);
	expect(placed()).toHaveLength(2);
	expect(await order(3)).toMatch(/would exceed 'Spend Limit'.*Raise the limit/);
	expect(placed()).toHaveLength(2);
});
