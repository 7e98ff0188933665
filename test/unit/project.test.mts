import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What must hold for the project's own files, and no linter sees. */

const read = (file: string) => readFileSync(file, 'utf8');

interface Lockfile {
	packages: Record<string, { integrity?: string; resolved?: string; hasInstallScript?: boolean }>;
}
const lockfile: Lockfile = JSON.parse(read('package-lock.json'));

test('every package of the lockfile has a hash, on every platform', () => {
	const packages = Object.entries(lockfile.packages).filter(([folder]) => folder !== '');
	expect(packages.length).toBeGreaterThan(1_000);
	expect(packages.filter(([, { integrity }]) => !integrity).map(([folder]) => folder)).toEqual([]);
});

test('the lockfile names no registry: it serves whoever has a mirror, too', () => {
	expect(Object.values(lockfile.packages).filter(({ resolved }) => resolved)).toEqual([]);
});

test('the package installs nothing and runs nothing at its users', () => {
	const manifest = JSON.parse(read('package.json'));
	expect(manifest.dependencies).toBeUndefined();
	expect(manifest.peerDependencies).toEqual({ 'n8n-workflow': '*' });
	expect(Object.keys(manifest.scripts)).not.toEqual(
		expect.arrayContaining([expect.stringMatching(/^(pre|post)?(install|prepare)$/)]),
	);
});

test('every program of dev/ is a command of the package, and CONTRIBUTING names no other commands', () => {
	const { scripts } = JSON.parse(read('package.json'));
	// The defects are what a program plants.
	const programs = readdirSync('dev').filter((f) => f.endsWith('.mts') && f !== 'defects.mts');
	const lines = Object.values<string>(scripts).flatMap((line) => line.split(' '));
	expect(programs.filter((file) => !lines.includes(`dev/${file}`))).toEqual([]);
	const named = [...read('CONTRIBUTING.md').matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name);
	expect(named.length).toBeGreaterThan(10);
	expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

test("n8n's lint rules are used as they come", () => {
	const template = 'node_modules/@n8n/node-cli/dist/template/templates/shared/default';
	const words = (folder: string) =>
		read(path.join(folder, 'eslint.config.mjs')).split(/\s+/).filter(Boolean);
	expect(words('.')).toEqual(words(template));
});

describe('GitHub', () => {
	const folder = '.github/workflows';
	const workflows = readdirSync(folder).map((file) => read(path.join(folder, file)));

	it('runs actions by commit: a tag can be moved to other code', () => {
		const uses = workflows.flatMap((text) =>
			[...text.matchAll(/uses: *(\S+)/g)].map(([, name]) => name),
		);
		expect(uses.length).toBeGreaterThan(5);
		expect(uses.filter((name) => !/@[0-9a-f]{40}$/.test(name))).toEqual([]);
	});

	it('gives the right to publish to a job that a person approves and that installs nothing', () => {
		const publish = read(path.join(folder, 'publish.yml'));
		const [, ...jobs] = publish.split(/^ {2}(?=\w+:$)/m);
		const withRight = jobs.filter((job) => job.includes('id-token: write'));
		expect(withRight).toHaveLength(1);
		expect(withRight[0]).toMatch(/^ {4}environment: /m);
		expect(withRight[0]).not.toMatch(/npm (ci|install|test|run)|checkout/);
	});
});
