import { readFile } from 'node:fs/promises';
import { startBrowser } from '../../dev/lib/chromium.mts';
import type { Browser } from '../../dev/lib/chromium.mts';
import { Editor } from '../../dev/lib/editor.mts';
import { ACTION_NODE } from '../../dev/lib/n8nRest.mts';
import { by, openFixture } from './fixture.mts';
import type { Fixture } from './fixture.mts';
import { suite } from './suite.mts';

/** The editor of a real n8n, in a real browser, used as a person does. */

let fixture: Fixture;
let browser: Browser;
let editor: Editor;
beforeAll(async () => {
	fixture = await openFixture();
	browser = await startBrowser();
	editor = await Editor.open(browser.context, suite().n8n);
});
beforeEach(() => fixture.sandbox.reset());
afterAll(async () => {
	await browser?.close();
	await fixture?.sandbox.close();
});

const NODE_ID = 'b0a0b0a0-0000-4000-8000-000000000001';

/** Opens the window of a node of ours, in a workflow of its own. */
async function openNode(parameters: Parameters<Fixture['n8n']['runNode']>[0]): Promise<string> {
	const { n8n, credential } = fixture;
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

it('when the node panel is searched in the words of the field, it finds the node', async () => {
	await editor.newWorkflow();
	for (const text of [
		...['phone number', 'phone numbers', 'DID', 'DIDs', 'caller ID', 'SIP trunk', 'telecom'],
		...['toll free', 'voip', 'buy number'],
	]) {
		const found = await editor.searchNodes(text);
		await found.filter({ hasText: 'IDT Express' }).first().waitFor();
	}
});

it('when a credential is made by hand, a wrong secret is explained, and the right one saved', async () => {
	const { sandbox } = fixture;
	await editor.newWorkflow();
	await editor.addNode('phone number', 'IDT Express', /^Get many DID groups/);
	await editor.newCredential();
	await editor.chooseOption('environment', 'Custom');
	await editor.fill('baseUrl', sandbox.url);
	await editor.fill('apiKey', sandbox.credentials.apiKey);
	await editor.fill('apiSecret', 'wrong-secret');
	expect(await editor.saveCredential()).toMatch(/key or .*secret/i);
	await editor.fill('apiSecret', sandbox.credentials.apiSecret);
	expect(await editor.saveCredential()).toBeUndefined();
	await editor.choose('countryIso', 'USA');
	expect(sandbox.requests.at(-1)).toMatchObject({ path: '/coverage/countries', status: 200 });
});

describe('the walk-through of the README', () => {
	let readme: string;
	beforeAll(async () => {
		readme = (await readFile('README.md', 'utf8')).replaceAll(/\s+/g, ' ');
	});

	/** A sentence of the README, and what a person does who reads it. */
	async function step(sentence: string, follow: () => Promise<void>): Promise<void> {
		expect(readme).toContain(sentence);
		await follow();
	}

	it('when followed word by word, buys one number and assigns it', async () => {
		const { sandbox, credential } = fixture;
		sandbox.settings.fulfilment = { mode: 'auto', processingMs: 100, completeMs: 300 };
		const { orders } = sandbox.state;
		await editor.newWorkflow();
		const before = orders.length;
		await step(
			'Country *USA*, Region *Maine*, **Limit 1**. *Execute step*: one DID group.',
			async () => {
				await editor.addNode('phone number', 'IDT Express', /^Get many DID groups/);
				await editor.chooseCredential(credential.name);
				await editor.choose('countryIso', 'USA');
				await editor.choose('regionCode', 'Maine');
				await editor.fill('limit', '1');
				await editor.execute();
				expect(await editor.outputTable()).toHaveLength(2);
				await editor.closeNode();
			},
		);
		await step('In *DID Group* choose *By ID* and drag `id` into it. Quantity 1.', async () => {
			await editor.addNode('phone number', 'IDT Express', /^Preview order/);
			await editor.chooseCredential(credential.name);
			await editor.setMode('didGroupId', 'By ID');
			await editor.drag('id', 'didGroupId');
			await editor.execute();
			expect(await outputOf('total_due_now')).toBe('4.25');
			expect(orders).toHaveLength(before);
			await editor.closeNode();
		});
		await step('Leave Spend Limit at 50. Add the option *Wait for Fulfillment*.', async () => {
			await editor.addNode('phone number', 'IDT Express', /^Create order/);
			await editor.chooseCredential(credential.name);
			await editor.setMode('didGroupId', 'By ID');
			await editor.drag('did_group_id', 'didGroupId');
			await editor.addField('Add Option', 'Wait for Fulfillment');
			await editor.execute();
			expect(await outputOf('fulfilled_quantity')).toBe('1');
			expect(orders).toHaveLength(before + 1);
		});
		await step('**Pin this output**', async () => {
			await editor.pin();
			await editor.closeNode();
		});
		await step('Choose a trunk group and drag `numbers` into Numbers.', async () => {
			await editor.addNode('phone number', 'IDT Express', /^Assign numbers/);
			await editor.chooseCredential(credential.name);
			await editor.choose('trunkGroupId', 'Trunk Group #2');
			await editor.drag('numbers', 'numbers');
			await editor.execute();
			await editor.closeNode();
		});
		expect(orders).toHaveLength(before + 1);
		const [number = ''] = orders.at(-1)?.item.numbers ?? [];
		expect(sandbox.state.activeNumber(number)).toMatchObject({ trunkGroupId: 8375 });
	});
});

/** A value of the first item of the output. */
async function outputOf(field: string): Promise<string> {
	const [names, values] = await editor.outputTable();
	return values[names.indexOf(field)];
}

it('when the HTTP Request node looks for credential types, ours is one of them', async () => {
	await editor.newWorkflow();
	await editor.addPlainNode('HTTP Request');
	expect(await editor.credentialTypes('idt')).toEqual(['IDT Express API']);
});

it('when an example is imported, its nodes are there', async () => {
	await editor.importWorkflow('examples/order-alert.json');
	expect(await editor.nodeNames()).toEqual(
		expect.arrayContaining(['Order changed', 'Ended or on backorder?', 'Message: fulfilled']),
	);
});

it('when numbers are chosen by SKU from lists, buys exactly these', async () => {
	const { credential, sandbox } = fixture;
	await editor.newWorkflow();
	await editor.addNode('phone number', 'IDT Express', /^Create order/);
	await editor.chooseCredential(credential.name);
	await editor.chooseOption('orderBy', 'SKUs');
	await editor.choose('countryIso', 'USA (US)', 'usa');
	await editor.choose('regionCode', 'Maine');
	await editor.choose('didGroupId', 'Brunswick (207) 406');
	await editor.chooseOption('didSkus', '+1 207 406 3052', '+1 207 406 3062');
	await editor.execute();
	expect(await outputOf('status')).toBe('Created');
	expect(await outputOf('ordered_quantity')).toBe('2');
	expect(await outputOf('did_group_name')).toBe('Brunswick (207) 406');
	expect(sandbox.state.orders.at(-1)?.item.skus?.map(({ number }) => number)).toEqual([
		'12074063052',
		'12074063062',
	]);
	await editor.closeNode();
	expect(await editor.subtitles()).toContain('Create: Order');
});

describe('the lists', () => {
	it('when no country was chosen, say what to do first', async () => {
		await openNode({ resource: 'order', operation: 'create' });
		await editor.openList('didGroupId');
		await editor.listError().getByText('Choose a country first').waitFor();
	});

	it("when they cannot load, show the API's reason", async () => {
		fixture.sandbox.fault({
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

	it('when the country changes, forget the DID group that was chosen', async () => {
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
		expect(await editor.chosen('didGroupId')).toContain('Toronto (647) 255');
	});

	it('when an ID is given instead, hide the fields that narrow them', async () => {
		await openNode({ resource: 'didGroup', operation: 'browseNumbers' });
		const narrowing = ['countryIso', 'tollFree', 'regionCode'];
		expect(await editor.shownParameters()).toEqual(expect.arrayContaining(narrowing));
		await editor.setMode('didGroupId', 'By ID');
		await editor.parameter('countryIso').waitFor({ state: 'hidden' });
		const shown = await editor.shownParameters();
		expect(shown.filter((name) => narrowing.includes(name))).toEqual([]);
	});

	it('when a DID group cannot be browsed, say how to order from it', async () => {
		await openNode({
			resource: 'order',
			operation: 'create',
			orderBy: 'skus',
			didGroupId: by('id', '39147'),
		});
		const [entry] = await editor.optionsOf('didSkus');
		expect(entry).toContain(
			"The numbers of this DID group cannot be chosen: set 'Select Numbers By' to Quantity",
		);
	});
});

it('when nothing has run yet, the next node shows the fields of the output', async () => {
	const id = await openNode({ resource: 'number', operation: 'getAll' });
	await editor.openWorkflow(id, 'next');
	const fields = editor.input().getByText(/^(e164|trunk_group_id|cnam_name)$/);
	await fields.first().waitFor();
	expect((await fields.allInnerTexts()).sort()).toEqual(['cnam_name', 'e164', 'trunk_group_id']);
});

it('when the funds are too low, the error says so and what to do', async () => {
	fixture.sandbox.settings.funds = '5.00';
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

it.each([
	['On order fulfilled', 'Order Fulfilled', 'did_group_name', 'LIMA'],
	['On number added', 'Number Added', 'status', 'active'],
])(
	'when a test event is fetched (%s), the trigger shows one',
	async (action, label, field, value) => {
		await editor.newWorkflow();
		await editor.addNode('phone number', 'IDT Express', new RegExp(`^${action}`));
		await editor.chooseCredential(fixture.credential.name);
		await editor.fetchTestEvent();
		expect(await outputOf(field)).toBe(value);
		await editor.closeNode();
		expect(await editor.subtitles()).toEqual([label]);
	},
);
