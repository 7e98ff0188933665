/**
 * `npm run demo`: a real n8n with our package, the local sandbox, and the example workflow *Provision
 * numbers*, which it runs. Stays up until Ctrl-C; with `--once` it ends by itself, with exit code 0
 * only if numbers were provisioned.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox } from '../test/sandbox/server.mts';
import type { Execution } from './lib/execution.mts';
import { readExample } from './lib/examples.mts';
import { ensureN8n } from './lib/n8nInstall.mts';
import { startN8n } from './lib/n8nProcess.mts';
import { connectToN8n } from './lib/n8nRest.mts';
import type { SavedWorkflow } from './lib/n8nRest.mts';
import { packPackage } from './lib/pack.mts';
import { formatTable } from './lib/table.mts';

const OLDEST_NODE = 20;
const started = Date.now();

/** What to stop and remove at the end, in the order in which it was started. */
const cleanUps: (() => Promise<void>)[] = [];

async function main(once: boolean): Promise<void> {
	checkNodeVersion();
	const install = await ensureN8n({ log: say });
	step(`n8n ${install.version} is installed in ${install.folder}`);

	const packed = await packPackage(say);
	cleanUps.push(async () => await packed.remove());
	step(`The package is built: ${packed.files.length} files, ${kilobytes(packed.unpackedSize)} KB`);

	const sandbox = await startSandbox({
		// Orders are delivered by themselves, slowly enough that the workflow has to wait.
		settings: { fulfilment: { mode: 'auto', processingMs: 500, completeMs: 1_500 }, cnamMs: 1_500 },
	});
	cleanUps.push(async () => await sandbox.close());
	step(`The local IDT Express sandbox listens on ${sandbox.url}`);

	// A fresh n8n each time: it starts in a few seconds, and what an earlier demo left behind cannot
	// meet a sandbox that has forgotten it.
	const userFolder = await mkdtemp(join(tmpdir(), 'idt-express-demo-'));
	cleanUps.push(async () => await rm(userFolder, { recursive: true, force: true }));
	say('Starting n8n with the package as an installed community node');
	const starting = startN8n({ packages: [packed.tarball], userFolder });
	// Interrupted while it starts, it is waited for: it would go on writing into its folder.
	cleanUps.push(
		async () =>
			await starting.then(
				async (n8n) => await n8n.stop(),
				() => undefined,
			),
	);
	const n8n = await starting;
	step(`n8n listens on ${n8n.url}`);

	const client = await connectToN8n(n8n);
	const credential = await client.createCredential('IDT Express (local sandbox)', {
		environment: 'custom',
		baseUrl: sandbox.url,
		...sandbox.credentials,
	});
	const workflow = await client.createWorkflow(await readExample('provision-numbers', credential));
	say(`Running the workflow “${workflow.name}”`);
	const execution = await client.runWorkflow(workflow);
	step(`The workflow ended: ${execution.status}`);
	report(workflow, execution);

	const succeeded = execution.status === 'success' && provisioned(execution).length > 0;
	if (!succeeded) console.log('\nNo numbers were provisioned.');
	if (once) return await finish(succeeded ? 0 : 1);
	const { apiKey, apiSecret } = sandbox.credentials;
	console.log(`
The editor:  ${n8n.url}/workflow/${workflow.id}
Log in with: ${n8n.login.email}
Password:    ${n8n.login.password}

For a credential of your own (the workflow has one):
Environment: Custom
Base URL:    ${sandbox.url}
API Key:     ${apiKey}
API Secret:  ${apiSecret}

Ctrl-C stops everything.`);
}

function checkNodeVersion(): void {
	const [major] = process.versions.node.split('.');
	if (Number(major) >= OLDEST_NODE) return;
	throw new Error(`Node.js ${OLDEST_NODE} or newer is needed; this is ${process.versions.node}`);
}

/** Prints what came out of each node, and the numbers. */
function report(workflow: SavedWorkflow, execution: Execution): void {
	const rows = workflow.nodes
		.filter(({ type }) => !type.endsWith('stickyNote'))
		.map(({ name }) => {
			const runs = execution.nodes[name];
			const error = runs?.find((run) => run.error)?.error;
			if (error) return [name, 'error', error.message];
			return runs
				? [name, execution.items(name).length, summary(execution, name)]
				: [name, 'not run'];
		});
	console.log(`\n${formatTable(['Node', 'Items', 'First item'], rows)}`);
	if (execution.error?.description) console.log(`\n${execution.error.description}`);
	const trunkGroups = new Map(
		execution.items('Choose a trunk group').map(({ json }) => [json.id, json.name]),
	);
	const numbers = provisioned(execution).map(({ json }) => [
		json.e164,
		json.did_group_name,
		json.monthly_fee,
		trunkGroups.get(json.trunk_group_id) ?? json.trunk_group_id,
		json.status,
	]);
	const columns = ['Number', 'DID group', 'Monthly fee', 'Trunk group', 'Status'];
	if (numbers.length > 0) console.log(`\n${formatTable(columns, numbers)}`);
}

/** The last node's items: the numbers as the account has them now. */
function provisioned(execution: Execution) {
	return execution.items('List the newest numbers');
}

/** What a person wants to know of a record, where it has it; the rest is in the editor. */
const SUMMARY = [
	...['country_iso', 'region_code', 'quantity', 'max_monthly_fee', 'e164', 'name', 'status'],
	...['ordered_quantity', 'fulfilled_quantity', 'monthly_fee', 'total_due_now', 'trunk_group_id'],
];

function summary(execution: Execution, node: string): string {
	const record = execution.items(node)[0]?.json ?? {};
	return SUMMARY.filter((name) => record[name] !== undefined && record[name] !== null)
		.map((name) => `${name}: ${String(record[name])}`)
		.join(', ');
}

function say(line: string): void {
	console.log(line);
}

/** Prints what is done, and when. */
function step(line: string): void {
	const seconds = ((Date.now() - started) / 1000).toFixed(1);
	console.log(`✔ ${line} (${seconds} s)`);
}

function kilobytes(bytes: number): number {
	return Math.round(bytes / 1024);
}

let finishing = false;

/** Stops everything, the last started first, and ends. */
async function finish(exitCode: number): Promise<void> {
	if (finishing) return;
	finishing = true;
	for (const cleanUp of cleanUps.reverse()) {
		await cleanUp().catch((error: unknown) => console.error(error));
	}
	process.exit(exitCode);
}

const once = process.argv.includes('--once');
let up = false;
const parent = process.ppid;

function interrupt(): void {
	console.log('\nStopping …');
	// Interrupted before it was up, or when it was to end by itself, it has not done its work.
	void finish(up && !once ? 0 : 130);
}

process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
// Whoever started us may be killed, and we would stay.
setInterval(() => {
	if (process.ppid !== parent && !finishing) interrupt();
}, 1_000).unref();
main(once).then(
	() => (up = true),
	async (error: unknown) => {
		if (finishing) return;
		console.error(error instanceof Error ? error.message : error);
		await finish(1);
	},
);
