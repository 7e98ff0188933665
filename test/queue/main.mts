/**
 * `npm run test:queue`: n8n in queue mode (Redis, PostgreSQL, a main process, two workers) runs a
 * workflow with both nodes 1,000 times, and a worker is killed while it buys and while it works on
 * events. Nothing may be bought twice, no event lost or doubled. Writes docs/queue.md.
 */
import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import axios from 'axios';
import { startSandbox } from '../sandbox/server.mts';
import type { Sandbox } from '../sandbox/server.mts';
import { N8N_VERSION } from '../../dev/lib/n8nInstall.mts';
import type { N8n } from '../../dev/lib/n8nProcess.mts';
import { connectToN8n } from '../../dev/lib/n8nRest.mts';
import type { N8nClient } from '../../dev/lib/n8nRest.mts';
import { packPackage } from '../../dev/lib/pack.mts';
import { projectRoot } from '../../dev/lib/paths.mts';
import { startCluster } from './cluster.mts';
import type { Cluster } from './cluster.mts';
import { errorOf, listExecutions, startItems, UNFINISHED } from './executions.mts';
import type { Listed } from './executions.mts';
import { findPrograms } from './programs.mts';
import { startPostgres, startRedis } from './services.mts';
import { bothNodes, TRIGGER, WEBHOOK } from './workflow.mts';

const { values } = parseArgs({ options: { executions: { type: 'string', default: '1000' } } });
const EXECUTIONS = Number(values.executions);
/** Each execution buys from a DID group of its own, so that a second order of it shows. */
const FIRST_GROUP = 5_000_000;
const CONCURRENCY = 10;
/** 1,000 calls then spread over more than two polls, which come once a minute. */
const CALL_EVERY_MS = 150;
const GIVE_UP_MS = 14 * 60_000;

const started = Date.now();
const cleanUps: (() => Promise<unknown>)[] = [];
// Whatever hangs, this ends; n8n and its services end with us.
const watchdog = setTimeout(() => {
	console.error(`Not done after ${GIVE_UP_MS / 60_000} minutes`);
	process.exit(1);
}, GIVE_UP_MS);

let passed = false;
try {
	passed = await test();
} finally {
	for (const cleanUp of cleanUps.reverse()) await cleanUp();
	clearTimeout(watchdog);
}
process.exitCode = passed ? 0 : 1;

async function test(): Promise<boolean> {
	const programs = findPrograms(say);
	const packed = await packPackage(say);
	cleanUps.push(packed.remove);
	const sandbox = await startSandbox({
		settings: {
			// Long enough for some executions to be under way when the worker is killed.
			latencyMs: 250,
			funds: null,
			record: false,
			fulfilment: { mode: 'auto', processingMs: 500, completeMs: 1_000 },
		},
	});
	cleanUps.push(sandbox.close);
	addGroups(sandbox);
	const redis = await startRedis(programs);
	cleanUps.push(redis.stop);
	const postgres = await startPostgres(programs);
	cleanUps.push(postgres.stop);
	say('Redis and PostgreSQL listen');
	const { tarball } = packed;
	const cluster = await startCluster({
		redis,
		postgres,
		tarball,
		workers: 2,
		concurrency: CONCURRENCY,
	});
	cleanUps.push(cluster.stop);
	say('n8n is up in queue mode, with two workers');

	const client = await connectToN8n(cluster.main);
	const credential = await client.createCredential('Sandbox', {
		environment: 'custom',
		baseUrl: sandbox.url,
		...sandbox.credentials,
	});
	const workflow = await client.createWorkflow(bothNodes(credential));
	await client.activate(workflow);
	const killing = killWhileAnEventRuns(client, cluster);
	const refused = await call(cluster.main.url);
	const killed = await killing;
	say('All calls made');
	await until('the last execution', async () => {
		const unfinished = await listExecutions(client, UNFINISHED);
		return unfinished.length === 0;
	});
	const settled = Date.now();
	say('No execution is left');
	const eventsOf = async () => await readEvents(client, await listExecutions(client), killed);
	// Two more polls at least, for events that are late or come twice.
	while (Date.now() < settled + 130_000) {
		await sleep(5_000);
		const emitted = (await eventsOf()).length;
		if (Date.now() > settled + 65_000 && emitted >= boughtOrders(sandbox).length) break;
	}
	for (const { id, status, mode } of await listExecutions(client)) {
		if (mode !== 'trigger') continue;
		const items = await startItems(client, id, TRIGGER);
		const count = items?.length ?? 'unknown';
		say(`Execution ${id} with ${count} events: ${status} ${await errorOf(client, id)}`);
	}

	const executions = await listExecutions(client);
	const outcome = judge({ sandbox, executions, events: await eventsOf(), refused, killed });
	for (const { what, measured } of outcome) say(`${what}: ${measured}`);
	const retried = await retryCrashed(client, executions, sandbox);
	const text = report(outcome, retried);
	console.log(`\n${text}`);
	if (EXECUTIONS === 1000) {
		const folder = join(projectRoot(), 'docs');
		await mkdir(folder, { recursive: true });
		await writeFile(join(folder, 'queue.md'), text);
	}
	return outcome.every(({ met }) => met);
}

/** A DID group for each execution, made like the first one. */
function addGroups({ state }: Sandbox): void {
	const [first] = state.didGroups;
	for (let i = 0; i < EXECUTIONS; i++) {
		const area = String(200 + Math.floor(i / 100));
		const nxx = String(200 + (i % 100));
		state.didGroups.push({
			...first,
			id: FIRST_GROUP + i,
			name: `Group ${i}`,
			area_code: area,
			nxx,
			stock: Array.from({ length: 5 }, (_, n) => `1${area}${nxx}100${n}`),
		});
	}
}

function boughtOrders({ state }: Sandbox) {
	return state.orders.filter(({ item }) => item.groupId >= FIRST_GROUP);
}

/** Calls the webhook, at an even pace. @returns how many calls n8n refused */
async function call(url: string): Promise<number> {
	const began = Date.now();
	let refused = 0;
	const calls: Promise<void>[] = [];
	for (let i = 0; i < EXECUTIONS; i++) {
		await sleep(Math.max(0, began + i * CALL_EVERY_MS - Date.now()));
		const calling = axios
			.post(`${url}/webhook/${WEBHOOK}`, { group: FIRST_GROUP + i }, { proxy: false })
			.then(
				() => undefined,
				() => void refused++,
			);
		calls.push(calling);
	}
	await Promise.all(calls);
	return refused;
}

interface Killed {
	/** How many executions the worker had begun and not ended. */
	underWay: number;
	/** The one with events, and the orders in it: n8n does not keep them. */
	event?: { id: string; orders: string[] };
}

/** Kills the worker that has an execution with events, while calls keep both workers busy. */
async function killWhileAnEventRuns(client: N8nClient, { workers }: Cluster): Promise<Killed> {
	const deadline = Date.now() + 140_000;
	for (;;) {
		const running = await listExecutions(client, ['running']);
		const event = running.find(({ mode }) => mode === 'trigger');
		const worker = event && workers.find((candidate) => hasStarted(candidate, event));
		if (worker || Date.now() > deadline) {
			const victim = worker ?? workers[0];
			const items = event && (await startItems(client, event.id, TRIGGER));
			const underWay = running.filter((execution) => hasStarted(victim, execution)).length;
			await victim.kill();
			say(`Killed a worker with ${underWay} executions under way`);
			const orders = items?.map(({ json }) => String(json.id));
			return { underWay, ...(event && orders && { event: { id: event.id, orders } }) };
		}
		await sleep(100);
	}
}

function hasStarted({ output }: N8n, { id }: Listed): boolean {
	return output.some((line) => line.includes(`Worker started execution ${id} `));
}

/** The orders that the trigger gave, over all executions that it started. */
async function readEvents(
	client: N8nClient,
	executions: Listed[],
	killed: Killed,
): Promise<string[]> {
	const events = killed.event ? [...killed.event.orders] : [];
	for (const { id, mode } of executions) {
		if (mode !== 'trigger' || id === killed.event?.id) continue;
		const items = (await startItems(client, id, TRIGGER)) ?? [];
		events.push(...items.map(({ json }) => String(json.id)));
	}
	return events;
}

interface Line {
	what: string;
	measured: string;
	met: boolean;
}

function judge(run: {
	sandbox: Sandbox;
	executions: Listed[];
	events: string[];
	refused: number;
	killed: Killed;
}): Line[] {
	const { sandbox, executions, events, refused, killed } = run;
	const orders = boughtOrders(sandbox);
	const twice = orders.length - new Set(orders.map(({ item }) => item.groupId)).size;
	const calls = executions.filter(({ mode }) => mode === 'webhook');
	const ended = (status: string) => calls.filter((execution) => execution.status === status).length;
	const notSuccessful = calls.length - ended('success');
	const ids = new Set(events);
	const lost = orders.filter(({ id }) => !ids.has(id)).length;
	return [
		{
			what: 'executions that bought, of calls made',
			measured: `${calls.length} of ${EXECUTIONS} (${ended('success')} succeeded, ${notSuccessful} ended with the worker)`,
			met: calls.length === EXECUTIONS && refused === 0 && notSuccessful <= CONCURRENCY,
		},
		{
			what: 'the worker was killed with executions under way',
			measured: `${killed.underWay}${killed.event ? `, one of them with ${killed.event.orders.length} events` : ''}`,
			met: killed.underWay > 0,
		},
		{
			what: 'orders placed, of them more than one by the same execution',
			measured: `${orders.length}, ${twice}`,
			met: twice === 0 && orders.length >= ended('success'),
		},
		{
			what: 'events: orders fulfilled and not emitted, emitted twice',
			measured: `${lost}, ${events.length - ids.size}`,
			met: lost === 0 && events.length === ids.size,
		},
	];
}

/** What becomes of it when a person presses *Retry* on the executions that ended with the worker. */
async function retryCrashed(
	client: N8nClient,
	executions: Listed[],
	sandbox: Sandbox,
): Promise<string> {
	const crashed = executions.filter(
		({ mode, status }) => mode === 'webhook' && status !== 'success',
	);
	const before = boughtOrders(sandbox).map(({ item }) => item.groupId);
	const ended: string[] = [];
	for (const { id } of crashed) {
		const { status, error } = await client.retryExecution(id);
		ended.push(error ? `${status} (${error.message})` : status);
	}
	const bought = boughtOrders(sandbox).slice(before.length);
	const again = bought.filter(({ item }) => before.includes(item.groupId)).length;
	const outcomes = [...new Set(ended)].join(', ');
	return `Retried by hand: ${crashed.length}; they ended as: ${outcomes || '–'}. ${bought.length} of them bought, ${again} for the second time.`;
}

function report(lines: Line[], retried: string): string {
	const version = (program: string) =>
		spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout.trim();
	const { redisServer, postgresFolder } = findPrograms(say);
	const seconds = Math.round((Date.now() - started) / 1000);
	const rows = lines.map(
		({ what, measured, met }) => `| ${what} | ${measured} | ${met ? 'passed' : '**failed**'} |`,
	);
	return `# Queue mode

Run on ${new Date().toISOString().slice(0, 10)} with \`npm run test:queue\`, in ${seconds} s on ${cpus().length} CPUs: n8n ${N8N_VERSION}, one main process and two
workers with ${CONCURRENCY} executions each, ${version(redisServer).split(' ').slice(0, 3).join(' ')}, ${version(join(postgresFolder, 'postgres'))}.

| | | |
| --- | --- | --- |
${rows.join('\n')}

${retried}
`;
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
	const deadline = Date.now() + 180_000;
	while (!(await isSo())) {
		if (Date.now() > deadline) throw new Error(`Waited in vain for ${what}`);
		await sleep(500);
	}
}

function say(line: string): void {
	console.log(`${String(Math.round((Date.now() - started) / 1000)).padStart(4)} s  ${line}`);
}
