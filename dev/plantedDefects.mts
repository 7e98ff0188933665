/**
 * `npm run test:planted`: plants small defects, such as a tired day makes, one at a time in a copy of
 * the project, and reports which test finds each. `-- --only=M20,M21` plants some; `-- --check` only
 * looks whether each can still be planted.
 */
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from './lib/paths.mts';
import { DEFECTS, type Defect } from './defects.mts';

const { values } = parseArgs({
	options: { only: { type: 'string' }, check: { type: 'boolean', default: false } },
});
const only = values.only?.split(',');
const root = projectRoot();

interface Finding {
	defect: Defect;
	/** What found it; nothing if it survived. */
	by?: string;
}

if (values.check) {
	for (const defect of DEFECTS) await planted(defect, root).catch(console.error);
	process.exit();
}
const waiting = DEFECTS.filter(({ id }) => only?.includes(id) ?? true);
const findings: Finding[] = [];
await Promise.all(cpus().slice(0, 2).map(work));

findings.sort((a, b) => DEFECTS.indexOf(a.defect) - DEFECTS.indexOf(b.defect));
const survived = findings.filter(({ by }) => by === undefined);
console.log(`\n| | Defect | Found by |\n|---|---|---|`);
for (const { defect, by } of findings) {
	console.log(`| ${defect.id} | ${defect.what} | ${by ?? '**nothing**'} |`);
}
console.log(`\n${findings.length - survived.length} found, ${survived.length} survived`);
process.exitCode = survived.length === 0 ? 0 : 1;

/** Takes one defect after the other, in a copy of its own. */
async function work(): Promise<void> {
	const folder = await mkdtemp(join(tmpdir(), 'idt-express-planted-'));
	try {
		await copyProject(folder);
		for (let defect = waiting.shift(); defect; defect = waiting.shift()) {
			const by = await find(defect, folder);
			findings.push({ defect, by });
			console.log(
				`${by === undefined ? '✘' : '✔'} ${defect.id} ${defect.what}: ${by ?? 'survived'}`,
			);
		}
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

async function copyProject(folder: string): Promise<void> {
	const ignored = new Set(['node_modules', '.git', 'reports', 'dist']);
	await cp(root, folder, {
		recursive: true,
		filter: (source) => !ignored.has(basename(source)),
	});
	await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
}

/** @returns the test that fails with the defect, or undefined */
async function find(defect: Defect, folder: string): Promise<string | undefined> {
	const file = join(folder, defect.file);
	const { source, changed } = await planted(defect, folder);
	await writeFile(file, changed);
	try {
		// The tests that should find it come first: the others take minutes.
		const named = defect.tests && (await runTests(defect.tests, folder));
		return named ?? (await runTests(['--findRelatedTests', defect.file], folder));
	} finally {
		await writeFile(file, source);
	}
}

/** @throws Error where the source is no longer as the defect knows it */
async function planted({ id, file, search, replace }: Defect, folder: string) {
	const source = await readFile(join(folder, file), 'utf8');
	if (source.split(search).length !== 2) {
		throw new Error(`${id}: ${file} must hold this once:\n${search}`);
	}
	return { source, changed: source.replace(search, () => replace) };
}

/** @returns the first test that fails, or undefined */
async function runTests(args: string[], folder: string): Promise<string | undefined> {
	const child = spawn(
		process.execPath,
		[
			join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
			...['--ci', '--bail', '--passWithNoTests', '--maxWorkers=2'],
			...args,
		],
		{ cwd: folder, env: { ...process.env, SEED: '20261123' }, stdio: ['ignore', 'ignore', 'pipe'] },
	);
	let output = '';
	child.stderr.on('data', (chunk: Buffer) => void (output += chunk.toString()));
	const code = await new Promise((resolve) => child.on('close', resolve));
	if (code === 0) return undefined;
	const [, file] = /^FAIL (\S+)/m.exec(output) ?? [];
	const [, title] = /^ {2}● (.+)$/m.exec(output) ?? [];
	if (file === undefined || title === undefined) throw new Error(output);
	return `${basename(file)}: ${title}`;
}
