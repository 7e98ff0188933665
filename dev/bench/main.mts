/**
 * `npm run bench`: our node, n8n's HTTP Request node and a plain axios loop do the same, in one run,
 * turn by turn, so that whatever slows the machine slows all of them. Writes docs/bench.json and the
 * measured part of docs/benchmarks.md. `npm run bench -- --only=ac --rounds=5` runs some cases, and
 * `--records=3000` runs them with fewer numbers and orders; then nothing is written.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureN8n } from '../lib/n8nInstall.mts';
import { startN8n } from '../lib/n8nProcess.mts';
import { connectToN8n } from '../lib/n8nRest.mts';
import { packPackage } from '../lib/pack.mts';
import { projectRoot } from '../lib/paths.mts';
import { makeCases } from './cases.mts';
import type { Case, Setup } from './cases.mts';
import { judge, toMarkdown } from './report.mts';
import type { CaseResult, Report, Row } from './report.mts';
import { startBenchSandbox } from './sandboxProcess.mts';

/** What stands above it in docs/benchmarks.md is written by people. */
const MEASURED = '<!-- The rest of this page is written by `npm run bench`. -->';

/** The settings of the sandbox that some cases change. */
const USUAL = { rateLimit: null, maxPageSize: 100 };

const { values } = parseArgs({
	options: {
		only: { type: 'string' },
		rounds: { type: 'string', default: '3' },
		records: { type: 'string' },
	},
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds must be a whole number');
const records = Number(values.records ?? 100_000);
// The cases take 500 of them.
if (!Number.isInteger(records) || records < 500) throw new Error('--records must be at least 500');
const began = performance.now();

const cleanUps: (() => unknown)[] = [];
try {
	const report = await bench();
	const text = toMarkdown(report);
	console.log(`\n${text}`);
	console.log(`All of it took ${((performance.now() - began) / 60_000).toFixed(1)} minutes`);
	if (values.only === undefined && values.records === undefined) {
		const folder = join(projectRoot(), 'docs');
		await writeFile(join(folder, 'bench.json'), `${JSON.stringify(report, null, '\t')}\n`);
		const page = join(folder, 'benchmarks.md');
		const [introduction] = (await readFile(page, 'utf8')).split(MEASURED);
		await writeFile(page, `${introduction}${MEASURED}\n\n${text}`);
	}
} finally {
	for (const cleanUp of cleanUps.reverse()) await cleanUp();
}

async function bench(): Promise<Report> {
	const load = loadavg()[0];
	const install = await ensureN8n({ log: console.log });
	const packed = await packPackage(console.log);
	cleanUps.push(packed.remove);
	const sandbox = await startBenchSandbox(records);
	cleanUps.push(sandbox.stop);
	const n8n = await startN8n({
		packages: [packed.tarball],
		// n8n's own limit would otherwise end it before 100,000 records are stored.
		env: { NODE_OPTIONS: '--max-old-space-size=8192' },
	});
	cleanUps.push(n8n.stop);
	const client = await connectToN8n(n8n);
	const credential = await client.createCredential('Sandbox', {
		environment: 'custom',
		baseUrl: sandbox.url,
		...sandbox.credentials,
	});
	const withExpression = await client.createCredential('Sandbox, key of each item', {
		environment: 'custom',
		baseUrl: sandbox.url,
		...sandbox.credentials,
		apiKey: '={{ $json.key }}',
	});
	const setup: Setup = { n8n, client, sandbox, credential, withExpression };

	const results: CaseResult[] = [];
	for (const benchCase of makeCases(setup)) {
		if (values.only?.includes(benchCase.id) === false) continue;
		results.push(judge(benchCase, await runCase(benchCase, setup)));
	}
	return {
		date: new Date().toISOString().slice(0, 10),
		n8n: install.version,
		node: process.version,
		cpu: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
		loadAtStart: Math.round(load * 100) / 100,
		rounds,
		latencyMs: 20,
		cases: results,
	};
}

/** Runs all contenders in turn, round by round. The first round only warms up. */
async function runCase(benchCase: Case, { n8n, sandbox }: Setup): Promise<Row[]> {
	const rows: Row[] = benchCase.contenders.map(({ name }) => ({ name, runs: [] }));
	console.log(`\n${benchCase.id}. ${benchCase.title}`);
	for (let round = benchCase.freshN8n ? 1 : 0; round <= rounds; round++) {
		for (const [index, contender] of benchCase.contenders.entries()) {
			// What takes long is measured less often, and not run to warm up.
			const { mostRounds = Infinity } = contender;
			if (round > mostRounds || (round === 0 && mostRounds !== Infinity)) continue;
			if (benchCase.freshN8n && !contender.isOutsideN8n) await n8n.restart();
			await sandbox.prepare({ ...USUAL, ...benchCase.settings });
			const measured = await contender.run();
			const requests = (await sandbox.requests()).length;
			const seconds = (measured.ms / 1000).toFixed(2);
			const what = round === 0 ? 'warming up' : `round ${round}`;
			console.log(
				`  ${what}: ${contender.name}: ${seconds} s, ${requests} requests, ` +
					`${measured.items} items, ${measured.failed} failed, ${measured.peakMb ?? '–'} MB`,
			);
			if (round > 0) rows[index].runs.push({ ...measured, requests });
		}
	}
	return rows;
}
