import axios from 'axios';
import { readExample } from '../../dev/lib/examples.mts';
import { SEED_ORDERS } from '../sandbox/seed.mts';
import { suite } from './suite.mts';
import { openFixture } from './fixture.mts';
import type { Fixture } from './fixture.mts';

/** The example “Buy once per request”, with n8n's webhook and data table. */

let fixture: Fixture;
let url: string;
beforeAll(async () => {
	fixture = await openFixture();
	const { n8n, credential } = fixture;
	const workflow = await n8n.createWorkflow(await readExample('buy-once-per-request', credential));
	const execution = await n8n.runWorkflow(workflow);
	expect(execution.error).toBeUndefined();
	await n8n.activate(workflow);
	url = `${suite().n8n.url}/webhook/buy-once`;
});
beforeEach(() => fixture.sandbox.reset());
afterAll(async () => await fixture.sandbox.close());

const placed = () => fixture.sandbox.state.orders.slice(SEED_ORDERS.length);

interface Answer {
	status: number;
	data: { order_id?: string; error?: string };
}

async function ask(request_id: unknown, quantity = 1): Promise<Answer> {
	const body = { request_id, did_group_id: 39145, quantity };
	return await axios.post(url, body, { proxy: false, validateStatus: () => true });
}

it('when the same request comes three times, there is one order, and all get it', async () => {
	const answers = [await ask('again'), await ask('again'), await ask('again')];
	expect(placed()).toHaveLength(1);
	const [{ id }] = placed();
	for (const { status, data } of answers) expect([status, data]).toEqual([200, { order_id: id }]);
});

it('when it comes three times at the same moment, there is one order', async () => {
	const answers = await Promise.all([ask('at once'), ask('at once'), ask('at once')]);
	expect(placed()).toHaveLength(1);
	const [{ id }] = placed();
	for (const { status, data } of answers) {
		if (status === 200) expect(data.order_id).toBe(id);
		else expect([status, data.error]).toEqual([409, expect.stringContaining('Try again later')]);
	}
	expect((await ask('at once')).data).toEqual({ order_id: id });
	expect(placed()).toHaveLength(1);
});

it('when requests are others, each gets an order', async () => {
	await ask('one');
	await ask('two');
	expect(placed()).toHaveLength(2);
});

it('when the answer of IDT Express is lost, the order is found', async () => {
	fixture.sandbox.fault({
		kind: 'drop',
		when: 'after',
		match: { method: 'POST', path: '/orders', preview: false },
	});
	expect((await ask('lost')).data).toEqual({ order_id: placed()[0].id });
	expect(placed()).toHaveLength(1);
});

it('when IDT Express refuses it, it may come again', async () => {
	fixture.sandbox.settings.funds = '0.10';
	const { status, data } = await ask('no money');
	expect(status).toBe(422);
	expect(data.error).toContain('Insufficient Funds');
	fixture.sandbox.settings.funds = '1000.00';
	expect((await ask('no money')).data).toEqual({ order_id: placed()[0].id });
});

it('when it exceeds the Spend Limit, nothing is ordered', async () => {
	const { status, data } = await ask('too much', 90);
	expect(status).toBe(422);
	expect(data.error).toContain('Spend Limit');
	expect(placed()).toHaveLength(0);
});

it('when it has no ID, nothing is ordered', async () => {
	expect((await ask('')).status).toBe(400);
	expect((await ask(undefined)).status).toBe(400);
	expect(placed()).toHaveLength(0);
});
