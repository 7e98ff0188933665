import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IDataObject } from 'n8n-workflow';
import { startSandbox, type Sandbox } from '../sandbox/server.mts';
import { startN8n, type N8n } from '../../dev/lib/n8nProcess.mts';
import {
	connectToN8n,
	CREDENTIAL,
	TRIGGER_NODE,
	type N8nClient,
	type SavedWorkflow,
} from '../../dev/lib/n8nRest.mts';
import { suite } from './suite.mts';

/**
 * Active triggers in a real n8n. It polls once a minute at most, so all workflows, each with an IDT
 * Express of its own, go through the same events side by side: in an n8n with its timers, in one with
 * its scheduler, and in one with durable poll cursors.
 */

const CHECK_EVERY_MS = 500;
/** No test depends on a fast clock: this only ends what would never end. */
const GIVE_UP_MS = 240_000;
const TRIGGER = 'IDT Express Trigger';

interface Kind {
	event: string;
	/** Lets an event happen. @returns its key */
	happen(sandbox: Sandbox, name: string): string;
	/** The key of the event in an item. */
	keyOf(item: IDataObject): string;
}

const NUMBER_OF_STEP = '120755500';

const KINDS: Kind[] = [
	{
		event: 'orderFulfilled',
		happen({ state }, step) {
			state.addOrder({ id: `order-${step}` });
			return state.fulfil(`order-${step}`).id;
		},
		keyOf: ({ id }) => String(id),
	},
	{
		event: 'orderStatusChanged',
		happen: ({ state }, step) => state.addOrder({ id: `order-${step}` }).id,
		keyOf: ({ id }) => String(id),
	},
	{
		event: 'numberAdded',
		happen: ({ state }, step) => state.addNumber({ number: `${NUMBER_OF_STEP}${step}` }).number,
		keyOf: ({ number }) => String(number),
	},
	{
		event: 'numberRemoved',
		happen: ({ state }, step) => state.removeNumber(`${NUMBER_OF_STEP}${step}`).number,
		keyOf: ({ number }) => String(number),
	},
	{
		event: 'cnamUpdated',
		happen({ state }, step) {
			const number = `${NUMBER_OF_STEP}${step}`;
			const setting = { name: `Caller ${step}`, type: 'business', display: 'allow' } as const;
			state.requestCnam(number, { action: 'enable', ...setting });
			state.completeCnam(number);
			return number;
		},
		keyOf: ({ number }) => String(number),
	},
];

/** An active workflow with a trigger, the API that it watches, and the events that happened there. */
interface Watch {
	kind: Kind;
	sandbox: Sandbox;
	workflow: SavedWorkflow;
	happened: string[];
}

/** Who calls the polls, and where the state is kept: n8n has three ways. */
const SCHEDULER = { N8N_SCHEDULER_ENABLED: 'true', N8N_SCHEDULER_POLL_TRIGGERS_ENABLED: 'true' };
const DURABLE = { ...SCHEDULER, N8N_POLLER_DURABLE_CURSORS_ENABLED: 'true' };

/** Each takes some minutes, so all run at the same time. */
test.concurrent.each<[string, Record<string, string>]>([
	['n8n’s timers', {}],
	['n8n’s scheduler', SCHEDULER],
	['n8n’s scheduler, with durable cursors', DURABLE],
])(
	'when the API, n8n and the workflow fail or restart, emits each event once (%s)',
	async (_which, env) => {
		const folder = await mkdtemp(join(tmpdir(), 'idt-express-trigger-'));
		const n8n = await startN8n({
			packages: [suite().packed.tarball],
			userFolder: folder,
			env: { ...env, N8N_LOG_LEVEL: 'debug', N8N_LOG_SCOPES: 'scheduler' },
		});
		const watches: Watch[] = [];
		try {
			await simulate(n8n, watches, env === DURABLE);
			const isScheduled = n8n.output.some((line) => line.includes('Poll returned'));
			expect(isScheduled).toBe('N8N_SCHEDULER_ENABLED' in env);
		} finally {
			await n8n.stop();
			await Promise.all(watches.map(async ({ sandbox }) => await sandbox.close()));
			await rm(folder, { recursive: true, force: true });
		}
	},
	900_000,
);

async function simulate(n8n: N8n, watches: Watch[], durable: boolean): Promise<void> {
	let client = await connectToN8n(n8n);
	for (const kind of KINDS) watches.push(await prepare(client, kind));
	const early = [...watches];
	const late = await prepare(client, KINDS[0]);
	watches.push(late);

	const happen = (step: string, to = watches) => {
		for (const { kind, sandbox, happened } of to) happened.push(kind.happen(sandbox, step));
	};
	const activate = async (some: Watch[]) => {
		for (const { workflow } of some) await client.activate(workflow);
	};
	const emitted = async () =>
		await Promise.all(watches.map(async (watch) => await readEvents(client, watch)));
	const expected = () => watches.map(({ happened }) => [...happened].sort());
	const untilAllEmitted = async (when: string) => {
		const wanted = expected();
		let sofar: string[][] = [];
		await until(
			async () => {
				sofar = await emitted();
				return sofar.every((keys, i) => keys.length >= wanted[i].length);
			},
			() => `${when}: emitted ${JSON.stringify(sofar)} of ${JSON.stringify(wanted)}`,
		);
		expect(sofar).toEqual(wanted);
	};

	const [orders] = watches;
	const { id: open } = orders.sandbox.state.addOrder({ createdAt: Date.parse('2024-01-01') });
	await activate(early);
	// With durable cursors n8n stores what an activation finds in an execution, if only one without items.
	if (durable) for (const watch of early) await untilExecuted(client, watch);
	await n8n.kill();
	happen('10', early);
	orders.happened.push(orders.sandbox.state.fulfil(open).id);
	await n8n.restart();
	client = await connectToN8n(n8n);
	// Its API is down at activation. What a later poll begins with has to outlive n8n as well.
	await late.sandbox.stopListening();
	await activate([late]);
	await late.sandbox.listen();
	await untilAllEmitted('killed right after the activation');
	await untilExecuted(client, late);

	for (const { workflow } of early) await client.deactivate(workflow);
	happen('11', early);
	await activate(early);
	await untilAllEmitted('deactivated and activated again');

	await breakApi(watches);
	happen('12');
	await n8n.kill();
	happen('13');
	const before = watches.map(({ sandbox }) => sandbox.requests.length);
	await n8n.restart();
	client = await connectToN8n(n8n);
	// Longer than n8n tries to start a trigger: a second poll shows that it has not given up.
	await until(
		async () => watches.every((watch, i) => !isSeen(i) || pollsOf(watch, before[i]) >= 2),
		() => 'no polls since n8n was started while the API is down',
	);
	happen('14');
	await mendApi(watches);
	await untilAllEmitted('killed, started while the API is down');

	happen('15');
	await n8n.stop();
	happen('16');
	await n8n.restart();
	client = await connectToN8n(n8n);
	await untilAllEmitted('stopped and started');

	const polls = watches.map((watch) => pollsOf(watch));
	await until(
		async () => watches.every((watch, i) => pollsOf(watch) > polls[i]),
		() => 'no further poll',
	);
	// What that poll might emit once more.
	await sleep(5_000);
	expect(await emitted()).toEqual(expected());
}

test('when the credentials are wrong, the activation fails and says so', async () => {
	const client = await connectToN8n(suite().n8n);
	const { workflow, sandbox } = await prepare(client, KINDS[0], { apiSecret: 'wrong-secret' });
	try {
		const failure = await client.activate(workflow).then(() => '', String);
		expect(failure).toMatch(/Access Denied/);
		expect(failure).toMatch(/Check the API key and the API secret/);
		expect(failure).not.toContain('wrong-secret');
	} finally {
		await sandbox.close();
	}
});

/** A workflow that is not active yet, and an account in which the same has happened before. */
async function prepare(client: N8nClient, kind: Kind, changes: IDataObject = {}): Promise<Watch> {
	const sandbox = await startSandbox();
	if (kind.event !== 'numberAdded') {
		for (let step = 10; step <= 17; step++) {
			sandbox.state.addNumber({ number: `${NUMBER_OF_STEP}${step}` });
		}
	}
	kind.happen(sandbox, '17');
	const credential = await client.createCredential(`Sandbox ${sandbox.port}`, {
		environment: 'custom',
		baseUrl: sandbox.url,
		...sandbox.credentials,
		...changes,
	});
	const workflow = await client.createWorkflow({
		name: kind.event,
		nodes: [
			{
				id: 'trigger',
				name: TRIGGER,
				type: TRIGGER_NODE,
				typeVersion: 1,
				position: [0, 0],
				credentials: { [CREDENTIAL]: credential },
				parameters: { pollTimes: { item: [{ mode: 'everyMinute' }] }, event: kind.event },
			},
		],
		connections: {},
	});
	return { kind, sandbox, workflow, happened: [] };
}

/** Waits for the one execution, without items, in which n8n stores what the trigger begins with. */
async function untilExecuted(client: N8nClient, { workflow }: Watch): Promise<void> {
	let statuses: string[] = [];
	await until(
		async () => {
			statuses = (await client.listExecutions(workflow.id)).map(({ status }) => status);
			return statuses.includes('success');
		},
		() => `no execution, only ${JSON.stringify(statuses)}`,
	);
	expect(statuses).toEqual(['success']);
}

async function readEvents(client: N8nClient, { kind, workflow }: Watch): Promise<string[]> {
	const keys: string[] = [];
	for (const { id, status } of await client.listExecutions(workflow.id)) {
		if (status !== 'success') continue;
		const execution = await client.getExecution(id);
		keys.push(...execution.items(TRIGGER).map(({ json }) => kind.keyOf(json)));
	}
	return keys.sort();
}

/** The API cuts every other account's connections, and refuses the others'. */
async function breakApi(watches: Watch[]): Promise<void> {
	for (const [index, { sandbox }] of watches.entries()) {
		if (isSeen(index)) sandbox.fault({ kind: 'drop', times: Infinity });
		else await sandbox.stopListening();
	}
}

async function mendApi(watches: Watch[]): Promise<void> {
	for (const [index, { sandbox }] of watches.entries()) {
		if (isSeen(index)) sandbox.clearFaults();
		else await sandbox.listen();
	}
}

/** Whether requests to the broken API can be seen. */
function isSeen(index: number): boolean {
	return index % 2 === 0;
}

/** A poll sends its requests within seconds; the next one comes after a minute. */
function pollsOf({ sandbox }: Watch, from = 0): number {
	const requests = sandbox.requests.slice(from);
	return requests.filter(({ at }, i) => i === 0 || at - requests[i - 1].at > 15_000).length;
}

async function until(isSo: () => Promise<boolean>, otherwise: () => string): Promise<void> {
	const deadline = Date.now() + GIVE_UP_MS;
	while (!(await isSo())) {
		if (Date.now() > deadline) throw new Error(otherwise());
		await sleep(CHECK_EVERY_MS);
	}
}
