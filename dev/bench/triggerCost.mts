// First of all: n8n-core reads its settings when it is loaded.
import '../../test/setup.mts';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { INodeParameters } from 'n8n-workflow';
import { credentialFor } from '../../test/engine/harness.mts';
import { SimulatedTrigger } from '../../test/engine/pollHarness.mts';
import { startSandbox, type Sandbox } from '../../test/sandbox/server.mts';
import type { ListOrder } from '../../test/sandbox/settings.mts';
import { projectRoot } from '../lib/paths.mts';

/**
 * `npm run bench:trigger`: counts the requests of an idle poll, and the bytes that the trigger keeps in
 * n8n, in n8n's own poll engine against the sandbox. Writes the measured part of docs/trigger.md.
 */

const COUNTS = [10, 1_000, 100_000];
const IDLE_POLLS = 8;

interface Case {
	name: string;
	parameters: INodeParameters;
	sort?: ListOrder;
	/** The largest page that the server gives. */
	pageSize?: number;
	seed(sandbox: Sandbox, count: number): void;
}

const orders = (sandbox: Sandbox, count: number) => sandbox.state.seedOrders(count);
const numbers = (sandbox: Sandbox, count: number) => sandbox.state.seedNumbers(count);

/** A tenth of the numbers were removed lately, a tenth has a caller ID. */
function mixedNumbers(sandbox: Sandbox, count: number): void {
	numbers(sandbox, count);
	const { state } = sandbox;
	for (const [index, row] of [...state.numbers].entries()) {
		if (index % 10 === 0) state.removeNumber(row.number, row.addedAt + 1000);
		if (index % 10 === 1) {
			row.cnam = {
				current: { name: `Caller ${index}`, type: 'business', display: 'allow' },
				pending: null,
				pendingSince: 0,
			};
		}
	}
}

const CASES: Case[] = [
	{ name: 'Order events, list newest first', parameters: {}, seed: orders },
	{ name: 'Order events, list oldest first', parameters: {}, sort: 'oldest', seed: orders },
	{ name: 'Order events, list in no order', parameters: {}, sort: 'shuffled', seed: orders },
	{
		name: 'Order events, 3 orders open',
		parameters: {},
		seed(sandbox, count) {
			orders(sandbox, count - 3);
			for (let i = 0; i < 3; i++) sandbox.state.addOrder({ quantity: 2 });
		},
	},
	{ name: 'Number Added', parameters: { event: 'numberAdded' }, seed: numbers },
	{ name: 'Number Removed', parameters: { event: 'numberRemoved' }, seed: mixedNumbers },
	{
		name: 'Number Removed, pages of 1,000 served',
		parameters: { event: 'numberRemoved' },
		pageSize: 1_000,
		seed: mixedNumbers,
	},
	{ name: 'Caller ID Updated', parameters: { event: 'cnamUpdated' }, seed: mixedNumbers },
];

async function measure(sandbox: Sandbox, given: Case, count: number) {
	const { parameters, sort = 'newest', pageSize = 100, seed } = given;
	sandbox.reset({ ordersSort: sort, maxPageSize: pageSize, removedRetentionMs: Infinity });
	sandbox.state.clearOrders();
	sandbox.state.clearNumbers();
	seed(sandbox, count);
	const credential = credentialFor(sandbox);
	// The process remembers by address and account which page sizes are served.
	if (pageSize !== 100) credential.baseUrl = credential.baseUrl?.replace('127.0.0.1', 'localhost');
	const trigger = new SimulatedTrigger({ parameters, credential });
	await trigger.activate();
	const first = sandbox.requests.length;
	let most = 0;
	for (let poll = 0; poll < IDLE_POLLS; poll++) {
		const before = sandbox.requests.length;
		await trigger.tick();
		most = Math.max(most, sandbox.requests.length - before);
	}
	if (trigger.errors.length > 0) throw trigger.errors[0];
	if (trigger.emitted.length > 0) throw new Error('An idle poll has emitted');
	return { first, most, bytes: JSON.stringify(trigger.state).length };
}

/** What stands above it in docs/trigger.md is written by people. */
const MEASURED = '<!-- The rest of this page is written by `npm run bench:trigger`. -->';

const sandbox = await startSandbox({ settings: { funds: null } });
try {
	const table = await report(sandbox);
	console.log(table);
	const page = join(projectRoot(), 'docs', 'trigger.md');
	const [written] = (await readFile(page, 'utf8')).split(MEASURED);
	await writeFile(page, `${written}${MEASURED}\n\n${table}`);
} finally {
	await sandbox.close();
}

async function report(server: Sandbox): Promise<string> {
	const rows: string[][] = [];
	for (const given of CASES) {
		const results = [];
		for (const count of COUNTS) results.push(await measure(server, given, count));
		rows.push([
			given.name,
			...results.map(({ most }) => show(most)),
			...results.map(({ bytes }) => show(bytes)),
			show(results[results.length - 1].first),
		]);
	}
	const counts = COUNTS.map(show);
	const { version } = createRequire(import.meta.url)('n8n-core/package.json');
	const head = [
		'Orders or numbers of the account',
		...counts.map((count) => `${count}: requests`),
		...counts.map((count) => `${count}: bytes`),
		`${show(COUNTS[COUNTS.length - 1])}: requests at activation`,
	];
	return `Measured on ${new Date().toISOString().slice(0, 10)} with \`npm run bench:trigger\`: n8n-core ${version} on Node ${process.version}, against
the sandbox with pages of 100 rows. The most requests of ${IDLE_POLLS} polls in which nothing happened, and the bytes of state
that n8n keeps for the trigger. A tenth of the numbers was removed lately, and a tenth has a caller ID.

${[head, head.map((_, i) => (i === 0 ? '---' : '--:')), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')}
`;
}

function show(value: number): string {
	return value.toLocaleString('en-US');
}
