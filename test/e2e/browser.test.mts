import { startBrowser } from '../../dev/lib/chromium.mts';
import type { Browser } from '../../dev/lib/chromium.mts';
import { Editor } from '../../dev/lib/editor.mts';
import { ACTION_NODE } from '../../dev/lib/n8nRest.mts';
import { by, openWorld } from './world.mts';
import type { World } from './world.mts';
import { suite } from './suite.mts';

/** The editor of a real n8n, in a real browser, used as a person does. */

let world: World;
let browser: Browser;
let editor: Editor;
beforeAll(async () => {
	world = await openWorld();
	browser = await startBrowser();
	editor = await Editor.open(browser.context, suite().n8n);
});
beforeEach(() => world.sandbox.reset());
afterAll(async () => {
	await browser?.close();
	await world?.sandbox.close();
});

const NODE_ID = 'b0a0b0a0-0000-4000-8000-000000000001';

/** Opens the window of a node of ours, in a workflow of its own. */
async function openNode(parameters: Parameters<World['n8n']['runNode']>[0]): Promise<string> {
	const { n8n, credential } = world;
	const { id } = await n8n.createWorkflow({
		name: 'Browser',
		nodes: [
			{
				id: NODE_ID,
				name: 'IDT Express',
				type: ACTION_NODE,
				typeVersion: 1,
				position: [0, 0],
				parameters: JSON.parse(JSON.stringify(parameters)),
				credentials: { idtExpressApi: credential },
			},
			{
				id: 'next',
				name: 'Next',
				type: 'n8n-nodes-base.set',
				typeVersion: 3.4,
				position: [220, 0],
				parameters: {},
			},
		],
		connections: { 'IDT Express': { main: [[{ node: 'Next', type: 'main', index: 0 }]] } },
	});
	await editor.openWorkflow(id, NODE_ID);
	return id;
}

it.each(['phone number', 'DID', 'caller ID', 'SIP trunk'])(
	'the node panel finds the node by “%s”',
	async (text) => {
		await editor.newWorkflow();
		const found = await editor.searchNodes(text);
		await found.filter({ hasText: 'IDT Express' }).first().waitFor();
	},
);

it('buys a number that was chosen from lists, from the panel to the output', async () => {
	const { credential, sandbox } = world;
	await editor.newWorkflow();
	await editor.addNode('phone number', 'IDT Express', /^Create an order/);
	await editor.chooseCredential(credential.name);
	await editor.chooseOption('orderBy', 'SKUs');
	await editor.choose('countryIso', 'USA (US)', 'usa');
	await editor.choose('regionCode', 'Maine');
	await editor.choose('didGroupId', 'Brunswick (207) 406 – 120 in stock, 4.25 a month');
	await editor.chooseOption('didSkus', '+1 207 406 3050', '+1 207 406 3057');
	await editor.execute();
	const [names, values] = await editor.outputTable();
	const cell = (name: string) => values[names.indexOf(name)];
	expect(cell('status')).toBe('Created');
	expect(cell('ordered_quantity')).toBe('2');
	expect(cell('did_group_name')).toBe('Brunswick (207) 406');
	expect(sandbox.state.orders.at(-1)?.item.skus?.map(({ number }) => number)).toEqual([
		'12074063050',
		'12074063057',
	]);
	await editor.closeNode();
	expect(await editor.subtitles()).toContain('create: order');
});

describe('the lists', () => {
	it('say what to do first', async () => {
		await openNode({ resource: 'order', operation: 'create' });
		await editor.openList('didGroupId');
		await editor.listError().getByText('Choose a country first').waitFor();
	});

	it("show the API's reason where they cannot load", async () => {
		world.sandbox.fault({
			kind: 'status',
			status: 429,
			times: 10,
			body: {
				status: 429,
				errors: [{ code: 2001, title: 'Quota Exceeded', detail: 'No requests left' }],
			},
		});
		await openNode({ resource: 'number', operation: 'get' });
		await editor.openList('number');
		await editor.listError().getByText('Quota Exceeded').waitFor();
		await editor
			.listError()
			.getByText(/No requests left.*account manager.*code 2001/)
			.waitFor();
	});

	it('start anew when what they depend on changes', async () => {
		await openNode({
			resource: 'order',
			operation: 'create',
			countryIso: by('list', 'US'),
			regionCode: by('list', 'US-ME'),
			didGroupId: by('list', '39145'),
		});
		await editor.choose('countryIso', 'Canada');
		await editor.choose('regionCode', 'Ontario');
		expect(await editor.chosen('didGroupId')).toBe('');
		await editor.choose('didGroupId', 'Toronto');
		expect(await editor.chosen('didGroupId')).toContain('Toronto (647) 255 – 75 in stock');
	});

	it('have fields that narrow them, only while they are in use', async () => {
		await openNode({ resource: 'didGroup', operation: 'browseNumbers' });
		const narrowing = ['countryIso', 'tollFree', 'regionCode'];
		expect(await editor.shownParameters()).toEqual(expect.arrayContaining(narrowing));
		await editor.setMode('didGroupId', 'By ID');
		await editor.parameter('countryIso').waitFor({ state: 'hidden' });
		const shown = await editor.shownParameters();
		expect(shown.filter((name) => narrowing.includes(name))).toEqual([]);
	});

	it('of SKUs tell why there is none', async () => {
		await openNode({
			resource: 'order',
			operation: 'create',
			orderBy: 'skus',
			didGroupId: by('id', '39147'),
		});
		const [entry] = await editor.optionsOf('didSkus');
		expect(entry).toContain('DID Group 39147 does not support browsing');
	});
});

it('the next node shows what will come out, before anything has run', async () => {
	const id = await openNode({ resource: 'number', operation: 'getAll' });
	await editor.openWorkflow(id, 'next');
	const fields = editor.input().getByText(/^(e164|trunk_group_id|cnam_name)$/);
	await fields.first().waitFor();
	expect((await fields.allInnerTexts()).sort()).toEqual(['cnam_name', 'e164', 'trunk_group_id']);
});

it('an error says what is wrong and what to do', async () => {
	world.sandbox.settings.funds = '5.00';
	await openNode({
		resource: 'order',
		operation: 'create',
		didGroupId: by('id', '39145'),
		quantity: 2,
	});
	await editor.execute();
	await editor.output().getByText('Insufficient Funds', { exact: true }).first().waitFor();
	await editor
		.output()
		.getByText(/cost: 8\.50, account balance: 5\.00.*Add funds.*code 3001.*api_request_id/)
		.first()
		.waitFor();
});

it('the trigger shows a test event', async () => {
	await editor.newWorkflow();
	await editor.addNode('phone number', 'IDT Express', /^On order fulfilled/);
	await editor.chooseCredential(world.credential.name);
	await editor.fetchTestEvent();
	const [names, values] = await editor.outputTable();
	expect(values[names.indexOf('id')]).toBe('929-bcc-ed00');
	expect(values[names.indexOf('did_group_name')]).toBe('LIMA');
	await editor.closeNode();
	expect(await editor.subtitles()).toEqual(['order fulfilled']);
});
