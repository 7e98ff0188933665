import type { IDataObject, INode } from 'n8n-workflow';
import { ACTION_NODE } from '../../dev/lib/n8nRest.mts';
import { startChatModel } from './chatModel.mts';
import type { ChatModel } from './chatModel.mts';
import { OPERATIONS } from './operations.cases.mts';
import { by, openFixture, secretsIn } from './fixture.mts';
import type { Fixture } from './fixture.mts';

/** Our node as a tool of n8n's own AI agent; the model behind it follows a script. */

let fixture: Fixture;
let model: ChatModel;
beforeAll(async () => {
	fixture = await openFixture();
	model = await startChatModel();
});
beforeEach(() => fixture.sandbox.reset());
afterAll(async () => {
	await fixture.sandbox.close();
	await model.close();
});

/** A value that the model decides on. */
function fromAi(key: string, type = 'string'): string {
	return `={{ $fromAI('${key}', 'The ${key}', '${type}') }}`;
}

/**
 * Lets the agent call the tool, once for each set of arguments.
 * @returns what the model received each time
 */
async function callTool(parameters: IDataObject, ...calls: object[]): Promise<string[]> {
	const { n8n, credential } = fixture;
	model.play([
		...calls.map((given) => ({ tool: 'IDT_Express', arguments: given })),
		{ says: 'Done' },
	]);
	const openAiApi = await n8n.createCredential(
		'A model of the test',
		{ apiKey: 'none', url: model.url },
		'openAiApi',
	);
	const node = (name: string, type: string, typeVersion: number, rest: Partial<INode>): INode => ({
		id: name,
		name,
		type,
		typeVersion,
		position: [0, 0],
		parameters: {},
		...rest,
	});
	const to = (type: 'main' | 'ai_tool' | 'ai_languageModel') => ({
		[type]: [[{ node: 'Agent', type, index: 0 }]],
	});
	const execution = await n8n.runWorkflow(
		await n8n.createWorkflow({
			name: 'Tool',
			nodes: [
				node('Start', 'n8n-nodes-base.manualTrigger', 1, {}),
				node('Agent', '@n8n/n8n-nodes-langchain.agent', 3, {
					parameters: { promptType: 'define', text: 'Do it', options: {} },
				}),
				node('Model', '@n8n/n8n-nodes-langchain.lmChatOpenAi', 1.2, {
					parameters: { model: by('id', 'scripted'), options: {} },
					credentials: { openAiApi },
				}),
				node('IDT Express', `${ACTION_NODE}Tool`, 1, {
					parameters: JSON.parse(JSON.stringify(parameters)),
					credentials: { idtExpressApi: credential },
				}),
			],
			connections: {
				Start: to('main'),
				Model: to('ai_languageModel'),
				'IDT Express': to('ai_tool'),
			},
		}),
	);
	expect(execution.error).toBeUndefined();
	expect(execution.status).toBe('success');
	expect(secretsIn(execution.raw + JSON.stringify(model.received), fixture)).toEqual([]);
	return (model.received.at(-1) ?? [])
		.filter(({ role }) => role === 'tool')
		.map(({ content }) => String(content));
}

const GROUP = '39145';
const NUMBER = '+1 207 406 9000';
const limit = fromAi('limit', 'number');
const locator = (mode: string, key: string) => by(mode, fromAi(key));

/** For each operation: what the model fills in, with what, and what it receives. */
const CALLS: Record<string, [IDataObject, object, RegExp]> = {
	'country getAll': [{ limit }, { limit: 1 }, /^\[\{"name":"Brazil"[^{]*\}\]$/],
	'region getAll': [{ countryIso: locator('iso', 'country') }, { country: 'us' }, /"US-ME"/],
	'didGroup getAll': [
		{
			countryIso: locator('iso', 'country'),
			regionCode: locator('code', 'region'),
			tollFree: fromAi('toll_free', 'boolean'),
			filters: { maxMonthlyFee: fromAi('fee', 'number') },
		},
		{ country: 'US', region: 'US-ME', toll_free: false, fee: 4 },
		/^\[\{"id":39146[^{]*\}\]$/,
	],
	'didGroup browseNumbers': [
		{ didGroupId: locator('id', 'group'), limit },
		{ group: GROUP, limit: 1 },
		/"BW-US-2074063050"/,
	],
	'order preview': [
		{ didGroupId: locator('id', 'group'), quantity: fromAi('quantity', 'number') },
		{ group: GROUP, quantity: 2 },
		/"total_due_now":8.5/,
	],
	'order create': [
		{ orderBy: 'skus', didGroupId: locator('id', 'group'), didSkus: fromAi('skus', 'json') },
		{ group: GROUP, skus: ['BW-US-2074063050', 'BW-US-2074063057'] },
		/"ordered_quantity":2/,
	],
	'order get': [
		{ orderId: locator('id', 'order') },
		{ order: '9c2-2e2-4b6f' },
		/"fulfilled_quantity":1/,
	],
	'order getAll': [
		{ returnAll: fromAi('all', 'boolean'), filters: { status: fromAi('status') } },
		{ all: true, status: 'Complete' },
		/"9c2-2e2-4b6f".*|.*"018-7cb-5832"/,
	],
	'number getAll': [
		{ filters: { number: fromAi('part'), status: fromAi('status') } },
		{ part: '+1 207', status: 'active' },
		/^\[\{"number":"12074069000".*"12074069001"[^{]*\}\]$/,
	],
	'number get': [{ number: locator('number', 'number') }, { number: NUMBER }, /"status":"active"/],
	'number delete': [{ number: locator('number', 'number') }, { number: NUMBER }, /"deleted":true/],
	'number setCnam': [
		{ number: locator('number', 'number'), cnamName: fromAi('name'), cnamType: fromAi('type') },
		{ number: NUMBER, name: 'Jenny', type: 'residential' },
		/"success":true/,
	],
	'number deleteCnam': [
		{ number: locator('number', 'number') },
		{ number: NUMBER },
		/"deleted":true/,
	],
	'trunkGroup create': [
		{
			name: fromAi('name'),
			additionalFields: {
				ringType: fromAi('ring_type'),
				switches: { switch: [{ ip: fromAi('ip'), port: fromAi('port', 'number') }] },
			},
		},
		{ name: 'Office', ring_type: 'sequential', ip: '203.0.113.77', port: 5070 },
		/"port":5070/,
	],
	'trunkGroup get': [{ trunkGroupId: locator('id', 'group') }, { group: '8375' }, /"id":8375/],
	'trunkGroup getAll': [{ limit }, { limit: 1 }, /"is_default":true/],
	'trunkGroup update': [
		{
			trunkGroupId: locator('id', 'group'),
			updateFields: { isDefault: fromAi('default', 'boolean') },
		},
		{ group: '8375', default: true },
		/"is_default":true/,
	],
	'trunkGroup delete': [
		{ trunkGroupId: locator('id', 'group') },
		{ group: '8375' },
		/"deleted":true/,
	],
	'trunkGroup assignNumbers': [
		{ trunkGroupId: locator('id', 'group'), numbers: fromAi('numbers', 'json') },
		{ group: '8375', numbers: [NUMBER, '12074069001'] },
		/"numbers":\["12074069000","12074069001"\]/,
	],
};

it('when an operation is added, it has a case here', () => {
	const names = OPERATIONS.map(({ resource, operation }) => `${resource} ${operation}`);
	expect(Object.keys(CALLS).sort()).toEqual(names.sort());
});

it.each(Object.keys(CALLS))('when a model calls %s, it gets the result', async (name) => {
	const [resource, operation] = name.split(' ');
	const [parameters, given, received] = CALLS[name];
	expect(await callTool({ resource, operation, ...parameters }, given)).toEqual([
		expect.stringMatching(received),
	]);
});

describe('the error that a model gets', () => {
	const order = {
		resource: 'order',
		operation: 'create',
		didGroupId: locator('id', 'group'),
		quantity: fromAi('quantity', 'number'),
	};

	it("when the API refuses, is in the API's words", async () => {
		fixture.sandbox.settings.funds = '5.00';
		const [received] = await callTool(order, { group: GROUP, quantity: 2 });
		expect(received).toMatch(
			/Insufficient Funds.*cost: 8\.50, account balance: 5\.00.*Add funds.*code 3001.*api_request_id/,
		);
	});

	it('when the input is bad, says which', async () => {
		const [received] = await callTool(order, { group: GROUP, quantity: 0 });
		expect(received).toMatch(/'Quantity' must be a whole number from 1 to 100.*Nothing was sent/);
	});
});

describe('orders of an agent', () => {
	const order = {
		resource: 'order',
		operation: 'create',
		didGroupId: locator('id', 'group'),
		quantity: fromAi('quantity', 'number'),
	};

	it('when it asks for two different ones, are both placed', async () => {
		const before = fixture.sandbox.state.orders.length;
		await callTool(order, { group: GROUP, quantity: 1 }, { group: GROUP, quantity: 3 });
		expect(fixture.sandbox.state.orders.slice(before).map(({ quantity }) => quantity)).toEqual([
			1, 3,
		]);
	});

	it('when it asks twice for the same, are both placed', async () => {
		const before = fixture.sandbox.state.orders.length;
		await callTool(order, { group: GROUP, quantity: 2 }, { group: GROUP, quantity: 2 });
		expect(fixture.sandbox.state.orders.slice(before)).toHaveLength(2);
	});

	it('when it asks again because an answer was lost, are placed once', async () => {
		const { sandbox } = fixture;
		const before = sandbox.state.orders.length;
		// The first POST is the preview.
		sandbox.fault({ kind: 'drop', when: 'after', match: { method: 'POST' }, skip: 1 });
		sandbox.fault({ match: { method: 'GET' }, kind: 'status', status: 503, times: 4, skip: 1 });
		const asked = { group: GROUP, quantity: 2 };
		const [lost, found] = await callTool(order, asked, asked);
		expect(lost).toContain('The order may have been placed');
		expect(found).toContain(sandbox.state.orders[before].id);
		expect(sandbox.state.orders.slice(before)).toHaveLength(1);
	}, 60_000);
});
