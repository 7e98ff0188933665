import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import axios from 'axios';
import type { INode } from 'n8n-workflow';
import { readExample } from '../../dev/lib/examples.mts';
import type { WorkflowData } from '../../dev/lib/n8nRest.mts';
import { startChatModel } from './chatModel.mts';
import type { ChatModel, Turn } from './chatModel.mts';
import { startDownstream } from './downstream.mts';
import type { Downstream } from './downstream.mts';
import { openFixture, records, secretsIn } from './fixture.mts';
import type { Fixture } from './fixture.mts';

let fixture: Fixture;
let downstream: Downstream;
beforeAll(async () => {
	fixture = await openFixture();
	downstream = await startDownstream();
});
beforeEach(() => {
	fixture.sandbox.reset({ fulfilment: { mode: 'auto', processingMs: 200, completeMs: 600 } });
	downstream.requests.length = 0;
	downstream.statusOf = undefined;
});
afterAll(async () => {
	await fixture.sandbox.close();
	await downstream.close();
});

/** n8n takes what does not call itself a browser for a chat program that previews a link. */
const BROWSER =
	'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

/** Changes nodes of a workflow, as its user does after importing it. */
function adapt(workflow: WorkflowData, change: (node: INode) => Partial<INode>): WorkflowData {
	return { ...workflow, nodes: workflow.nodes.map((node) => ({ ...node, ...change(node) })) };
}

/** An example whose HTTP requests go to the system of the test. */
async function exampleWithDownstream(name: string): Promise<WorkflowData> {
	return adapt(await readExample(name, fixture.credential), ({ parameters }) =>
		typeof parameters.url === 'string'
			? {
					parameters: {
						...parameters,
						url: parameters.url.replace('https://example.com', downstream.url),
					},
				}
			: {},
	);
}

const ordersPlaced = () => {
	const calls = fixture.sandbox.requests.filter(
		({ method, path }) => method === 'POST' && path === '/orders',
	);
	return calls.filter(({ body }) => !JSON.stringify(body).includes('"preview":true')).length;
};

describe('every example', () => {
	it.each(readdirSync('examples'))('when %s is opened, it explains itself', async (file) => {
		const { nodes } = await readExample(basename(file, '.json'), fixture.credential);
		const [note] = nodes.filter(({ type }) => type === 'n8n-nodes-base.stickyNote');
		expect(note.parameters.content).toMatch(/^## .{20,}IDT Express API\* credential/s);
	});

	it.each(readdirSync('examples'))('when %s is imported, it brings no credential', (file) => {
		expect(readFileSync(join('examples', file), 'utf8')).not.toMatch(
			/"credentials"|sandbox-secret/,
		);
	});
});

describe('the example “Provision numbers”', () => {
	it('when it runs, buys, waits, assigns to a trunk group, and lists', async () => {
		const { n8n, credential, sandbox } = fixture;
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
				trunk_group_id: 10897,
			});
		}
		expect(secretsIn(execution.raw, fixture)).toEqual([]);
		// One order was placed, besides previews, and one call assigned all numbers.
		expect(ordersPlaced()).toBe(1);
		const calls = sandbox.requests.map(({ method, path }) => `${method} ${path}`);
		expect(calls.filter((call) => call === 'PUT /set_trunk_group')).toHaveLength(1);
	});

	it('when the first DID group has too few in stock, buys from one that has enough', async () => {
		const { n8n, credential, sandbox } = fixture;
		const [brunswick] = sandbox.state.didGroups;
		brunswick.stock = brunswick.stock.slice(0, 2);
		const workflow = await n8n.createWorkflow(await readExample('provision-numbers', credential));
		const execution = await n8n.runWorkflow(workflow);
		expect(execution.error).toBeUndefined();
		expect(records(execution.items('Order the numbers'))).toMatchObject([
			{ did_group_name: 'Portland (207) 536', fulfilled_quantity: 3 },
		]);
	});

	it('when nothing is in stock within the fee, buys nothing', async () => {
		const { n8n, credential, sandbox } = fixture;
		for (const group of sandbox.state.didGroups) group.stock = [];
		const workflow = await n8n.createWorkflow(await readExample('provision-numbers', credential));
		const execution = await n8n.runWorkflow(workflow);
		expect(execution.status).toBe('success');
		expect(execution.items('Find a DID group')).toEqual([]);
		expect(sandbox.requests.filter(({ path }) => path === '/orders')).toEqual([]);
	});

	it('when it would cost more than the budget, buys nothing and says so', async () => {
		const { n8n, credential, sandbox } = fixture;
		const [brunswick] = sandbox.state.didGroups;
		brunswick.fees = { ...brunswick.fees, setup_fee: '20.00' };
		const workflow = await n8n.createWorkflow(await readExample('provision-numbers', credential));
		const execution = await n8n.runWorkflow(workflow);
		expect(execution.status).toBe('error');
		expect(execution.error?.message).toBe(
			'The order would cost 72.75 now, and the budget is 50. Nothing was bought.',
		);
		expect(ordersPlaced()).toBe(0);
	});
});

describe('the example “Find vanity numbers”', () => {
	const vanity = async (change: Record<string, string | number> = {}) => {
		const { n8n, credential } = fixture;
		const workflow = adapt(
			await readExample('find-vanity-numbers', credential),
			({ name, parameters }) => {
				if (name !== 'What to find') return {};
				const changed = structuredClone(parameters);
				const { assignments } = changed.assignments as {
					assignments: Array<{ name: string; value: unknown }>;
				};
				for (const entry of assignments) entry.value = change[entry.name] ?? entry.value;
				return { parameters: changed };
			},
		);
		return await n8n.runWorkflow(await n8n.createWorkflow(workflow));
	};

	it('when a number of a state fits within the budget, orders it', async () => {
		const execution = await vanity();
		expect(execution.error).toBeUndefined();
		expect(records(execution.items('Take the first one'))).toMatchObject([
			{ number: '12074063757', did_group_name: 'Brunswick (207) 406', monthly_fee: 4.25 },
		]);
		expect(records(execution.items('Order the number'))).toMatchObject([{ ordered_quantity: 1 }]);
		expect(ordersPlaced()).toBe(1);
	});

	it('when no region is given, looks into all of the country', async () => {
		const execution = await vanity({ region_code: '', patterns: '1707*' });
		expect(execution.error).toBeUndefined();
		expect(records(execution.items('Take the first one'))).toMatchObject([
			{ did_group_name: 'Santa Rosa (707) 867', region_code: 'US-CA' },
		]);
	});

	it('when it would cost more than the budget, orders nothing', async () => {
		const execution = await vanity({ budget: 4 });
		expect(execution.error?.message).toBe(
			'The number +12074063757 would cost 4.25 now, and the budget is 4. Nothing was bought.',
		);
		expect(ordersPlaced()).toBe(0);
	});
});

describe('the example “Alert: order fulfilled, or not”', () => {
	const run = async () => {
		const { n8n } = fixture;
		const execution = await n8n.runWorkflow(
			await n8n.createWorkflow(await exampleWithDownstream('order-alert')),
		);
		expect(execution.error).toBeUndefined();
		return downstream.requests.map(({ body }) => body);
	};

	it('when an order is fulfilled, sends its numbers', async () => {
		fixture.sandbox.state.addOrder({
			id: 'abc-def-0001',
			status: 'Complete',
			itemStatus: 'Fulfilled - Complete',
			numbers: ['12074063050'],
		});
		expect(await run()).toEqual([
			{ text: '✅ Order abc-def-0001 is fulfilled: +12074063050 (Brunswick (207) 406)' },
		]);
	});

	it.each([
		['Complete', 'Canceled - Insufficient Inventory'],
		['Processing', 'Backordered'],
	])('when numbers will be missing (%s, %s), sends how many', async (status, itemStatus) => {
		fixture.sandbox.state.addOrder({ id: 'abc-def-0002', quantity: 2, status, itemStatus });
		expect(await run()).toEqual([
			{
				text: `⚠️ Order abc-def-0002: 2 of 2 numbers are missing (Brunswick (207) 406, ${itemStatus.replace(' - ', ' – ')})`,
			},
		]);
	});

	it('when the numbers are not listed yet, says so', async () => {
		fixture.sandbox.settings.deviations = { quantityBeforeNumbers: 99 };
		fixture.sandbox.state.addOrder({
			id: 'abc-def-0005',
			status: 'Complete',
			itemStatus: 'Fulfilled - Complete',
			numbers: ['12074063050'],
		});
		expect(JSON.stringify(await run())).toContain('is fulfilled: its numbers are not listed yet');
	});

	it("when an order's own status follows later, sends no second message", async () => {
		const { n8n, sandbox } = fixture;
		const workflow = await n8n.createWorkflow(await exampleWithDownstream('order-alert'));
		const { state } = sandbox;
		state.addOrder({ id: 'abc-def-0004', quantity: 2, itemStatus: 'Backordered' });
		for (const [status, itemStatus] of [
			['Processing', 'Backorder Canceled'],
			['Complete', 'Backorder Canceled'],
		] as const) {
			state.setOrder('abc-def-0004', status, itemStatus);
			expect((await n8n.runWorkflow(workflow)).error).toBeUndefined();
		}
		expect(downstream.requests).toHaveLength(1);
	});

	it('when an order is in progress, sends nothing', async () => {
		fixture.sandbox.state.addOrder({ id: 'abc-def-0003', status: 'Processing' });
		expect(await run()).toEqual([]);
	});
});

describe('the example “Nightly inventory of numbers”', () => {
	it('when it runs twice, has one row for each number', async () => {
		const { n8n, credential, sandbox } = fixture;
		sandbox.state.seedNumbers(20);
		const workflow = await n8n.createWorkflow(await readExample('number-inventory', credential));
		const first = await n8n.runWorkflow(workflow);
		expect(first.error).toBeUndefined();
		const { length } = sandbox.state.numbers;
		expect(first.items('Write the rows')).toHaveLength(length);
		sandbox.state.removeNumber('12074069001');
		const second = await n8n.runWorkflow(workflow);
		const rows = records(second.items('Write the rows'));
		expect(new Set(rows.map(({ id }) => id)).size).toBe(length);
		expect(Math.max(...rows.map(({ id }) => Number(id)))).toBe(
			Math.max(...records(first.items('Write the rows')).map(({ id }) => Number(id))),
		);
		expect(rows.find(({ number }) => number === '12074069001')).toMatchObject({
			e164: '+12074069001',
			status: 'removed',
			did_group_name: 'Brunswick (207) 406',
			removed_at: expect.stringMatching(/^20/),
		});
	});
});

describe('the example “Clean up removed numbers downstream”', () => {
	it('when a number was removed, removes it from the other system', async () => {
		const { n8n, sandbox } = fixture;
		sandbox.state.removeNumber('12074069001');
		const execution = await n8n.runWorkflow(
			await n8n.createWorkflow(await exampleWithDownstream('clean-up-removed-numbers')),
		);
		expect(execution.error).toBeUndefined();
		expect(downstream.requests).toMatchObject([
			{ method: 'DELETE', path: '/your-system/numbers/%2B12074069001' },
		]);
		expect(records(execution.items('Keep a record'))).toMatchObject([
			{ number: '+12074069001', did_group_name: 'Brunswick (207) 406' },
		]);
	});

	/** Three numbers that were removed since the last poll. */
	const removed = async () => {
		const workflow = await exampleWithDownstream('clean-up-removed-numbers');
		const rows = ['+12074069001', '+12074069002', '+12074069003'].map((e164) => ({
			json: { e164, number: e164.slice(1), removed_at: '2026-01-01', did_group_name: 'Brunswick' },
		}));
		return await fixture.n8n.runWorkflow(
			await fixture.n8n.createWorkflow({
				...adapt(workflow, ({ waitBetweenTries }) =>
					waitBetweenTries ? { waitBetweenTries: 1 } : {},
				),
				pinData: { 'Number removed': rows },
			}),
		);
	};

	it('when one of several calls fails once, repeats that call alone', async () => {
		downstream.statusOf = ({ path }) => {
			const before = downstream.requests.filter((request) => request.path === path).length;
			if (path.endsWith('2')) return before === 0 ? 503 : 200;
			return before === 0 ? 200 : 404;
		};
		const execution = await removed();
		expect(execution.error).toBeUndefined();
		expect(downstream.requests).toHaveLength(4);
		expect(execution.status).toBe('success');
	});

	it('when one of several calls keeps failing, removes the others, and says which one failed', async () => {
		downstream.statusOf = ({ path }) => (path.endsWith('1') ? 503 : 200);
		const execution = await removed();
		expect(new Set(downstream.requests.map(({ path }) => path)).size).toBe(3);
		expect(execution.error?.message).toContain('+12074069001');
		expect(execution.error?.message).not.toContain('+12074069002');
	});
});

describe('the example “AI agent”', () => {
	let model: ChatModel;
	beforeAll(async () => (model = await startChatModel()));
	afterAll(async () => await model.close());

	const order = { did_group_id: '39145', quantity: 2 };
	const TURNS: Turn[] = [
		{
			tool: 'Find_DID_groups',
			arguments: { country: 'US', region: 'US-ME', toll_free: false, max_monthly_fee: '4.25' },
		},
		{ tool: 'Preview_the_price', arguments: order },
		{
			tool: 'Buy_numbers',
			arguments: {
				toolParameters: order,
				hitlParameters: {
					place: 'Brunswick (207) 406, US-ME',
					total_due_now: '8.5',
					total_monthly_fee: '8.5',
				},
			},
		},
		{ says: 'That is all.' },
	];

	/** Runs the agent until it asks a person. @returns what it asks, with the addresses of the buttons */
	async function untilItAsks() {
		const { n8n, credential } = fixture;
		model.play(TURNS);
		const openAiApi = await n8n.createCredential(
			'A model of the test',
			{ apiKey: 'none', url: model.url },
			'openAiApi',
		);
		const example = adapt(await readExample('ai-agent', credential), ({ name }) =>
			name === 'Chat model' ? { credentials: { openAiApi } } : {},
		);
		const id = await n8n.startWorkflow(await n8n.createWorkflow(example), {
			sessionId: 'test',
			action: 'sendMessage',
			chatInput: 'Two numbers in Maine, please.',
		});
		const { nodes } = await n8n.waitForNode(id, 'Ask a person');
		const [[item]] = nodes['Ask a person'][0].outputs;
		const { text, buttons } = JSON.parse(JSON.stringify(item)).sendMessage;
		const links: Record<string, string> = Object.fromEntries(
			buttons.map((button: { text: string; link: string }) => [button.text, button.link]),
		);
		return { id, text, links };
	}

	/** Presses a button, and waits for the end. @returns what the model received last */
	async function answer(id: string, link: string) {
		await axios.get(link, {
			proxy: false,
			headers: { 'user-agent': BROWSER },
		});
		// Its last node waits until the chat has taken the answer; nobody looks at the chat here.
		const execution = await fixture.n8n.waitForNode(id, 'Reply');
		expect(records(execution.items('Agent'))).toEqual([{ output: 'That is all.' }]);
		expect(secretsIn(execution.raw, fixture)).toEqual([]);
		return String(model.received.at(-1)?.at(-1)?.content);
	}

	it('when a person approves, buys; before that, it only reads', async () => {
		const { id, text, links } = await untilItAsks();
		expect(text).toContain('Buy 2 number(s) in Brunswick (207) 406, US-ME (DID group 39145)?');
		expect(text).toContain('costs 8.5 now and 8.5 each month');
		expect(text).toContain('cannot cost more than 50 now');
		expect(ordersPlaced()).toBe(0);
		const received = await answer(id, links.Approve);
		expect(ordersPlaced()).toBe(1);
		expect(received).toContain('"fulfilled_quantity":2');
		expect(received).toContain('"e164":"+12074063050"');
	});

	it('when the person declines, buys nothing, and the model gets to know', async () => {
		const { id, links } = await untilItAsks();
		const received = await answer(id, links.Decline);
		expect(ordersPlaced()).toBe(0);
		expect(received).toContain('rejected');
	});
});
