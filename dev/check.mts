/**
 * `npm test`: everything that should hold before a commit. `npm run test:all`: everything, with many
 * more random cases.
 *
 * There are two lanes, because most tests wait more than they work: one for jest, one for what reads
 * the code. The steps of a lane run one after the other, whether they pass or not.
 */
import { spawn, spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from './lib/paths.mts';

const { values } = parseArgs({
	options: {
		all: { type: 'boolean', default: false },
		seed: { type: 'string' },
	},
});

const root = projectRoot();

/**
 * In CI the quick tests try the same random cases each time, and the long ones others for each commit:
 * what fails is the commit's own fault, and fails again when it is tried again.
 */
const FIXED_SEED = '20261123';
const isCi = process.env.CI !== undefined;
const freshSeed = values.seed ?? String((isCi ? seedOfCommit() : null) ?? randomInt(2 ** 31));
const seed = values.seed ?? (isCi ? FIXED_SEED : freshSeed);

interface Step {
	name: string;
	/** A program of node_modules/.bin, and its arguments. */
	command: string[];
	/** Where jest writes its results. */
	results?: string;
	/** Steps whose results this one uses. */
	after?: string[];
}

const BUILD: Step = { name: 'build', command: ['npm', 'run', '--silent', 'build'] };

const READ_THE_CODE: Step[] = [
	{ name: 'types', command: ['tsc', '--noEmit', '--project', 'test'] },
	// As `npm run lint`, and no comment switches a rule off.
	{ name: 'lint', command: ['eslint', '.', '--no-inline-config', '--max-warnings=0'] },
	{ name: 'lint tests', command: ['npm', 'run', '--silent', 'lint:test'] },
	{ name: 'format', command: ['prettier', '--check', '--log-level=warn', '.'] },
];

const lanes: Step[][] = values.all
	? [
			[
				jest('tests', '--coverage'),
				{ ...jest('tests in n8n', '--config=test/e2e/jest.config.mjs'), after: ['build'] },
			],
			[
				BUILD,
				...READ_THE_CODE,
				{ name: 'n8n’s scanner', command: ['tsx', 'dev/scan.mts'], after: ['build'] },
				{ name: 'contract', command: ['tsx', 'test/contract/run.mts'] },
			],
		]
	: [[jest('tests')], [BUILD, ...READ_THE_CODE]];

function jest(name: string, ...args: string[]): Step {
	const results = `reports/${name.replaceAll(' ', '-')}.json`;
	return { name, command: ['jest', ...args, '--json', `--outputFile=${results}`], results };
}

const reports = join(root, 'reports');
const started = Date.now();

console.log(`Random cases have the seed ${freshSeed}; --seed=${freshSeed} repeats them`);
await mkdir(reports, { recursive: true });
for (const { results } of lanes.flat()) if (results) await rm(results, { force: true });

const passed = new Map<string, Promise<boolean>>();
for (const lane of lanes) {
	let previous: Promise<unknown> = Promise.resolve();
	for (const step of lane) {
		const running = previous
			.then(async () => await Promise.all((step.after ?? []).map((name) => passed.get(name))))
			.then(async () => await run(step));
		passed.set(step.name, running);
		previous = running;
	}
}

const outcomes = [];
for (const { name, results } of lanes.flat()) {
	outcomes.push({ name, results, passed: await passed.get(name) });
}
await writeFile(join(reports, 'steps.json'), `${JSON.stringify(outcomes, null, '\t')}\n`);
const failed = outcomes.filter((outcome) => !outcome.passed).map(({ name }) => name);
console.log(failed.length === 0 ? '\nAll passed' : `\nFailed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;

/** Runs a step, and prints what it wrote when it has ended: lanes do not mix their lines. */
async function run({ name, command: [program, ...args] }: Step): Promise<boolean> {
	const stepStarted = Date.now();
	const child = spawn(program, args, {
		cwd: root,
		env: {
			...process.env,
			PATH: [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
			SEED: seed,
			...(values.all && { LONG_SEED: freshSeed }),
		},
		stdio: ['ignore', 'pipe', 'pipe'],
		shell: process.platform === 'win32',
	});
	let output = '';
	const receive = (chunk: Buffer) => void (output += chunk.toString());
	child.stdout.on('data', receive);
	child.stderr.on('data', receive);
	const code = await new Promise((resolve) => child.on('error', resolve).on('close', resolve));
	const took = `${seconds(stepStarted)} s, ${seconds(started)} s since the start`;
	console.log(`\n${code === 0 ? '✔' : '✘'} ${name} (${took})\n${output.trimEnd()}`);
	return code === 0;
}

/** @returns `null` where this is no checkout */
function seedOfCommit(): number | null {
	const { stdout } = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' });
	return /^[0-9a-f]{7}/.test(stdout ?? '') ? parseInt(stdout.slice(0, 7), 16) : null;
}

function seconds(since: number): number {
	return Math.round((Date.now() - since) / 1000);
}
