/**
 * `npm run test:compat -- --n8n=2.35.7`: runs the engine tests with the n8n-core and n8n-workflow of that
 * n8n, then the tests in a real n8n with that one. What they need is installed into the user's cache
 * folder once. `--only=engine` and `--only=e2e` run one of the two.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { N8N_VERSION } from '../../dev/lib/n8nInstall.mts';
import { npm } from '../../dev/lib/npm.mts';
import { cacheFolder, projectRoot } from '../../dev/lib/paths.mts';

const { values } = parseArgs({
	options: { n8n: { type: 'string', default: N8N_VERSION }, only: { type: 'string' } },
});
const version = values.n8n;
const engine = ['n8n-core', 'n8n-workflow'] as const;
const folder = join(cacheFolder(), `engine-${version}`);
const complete = join(folder, 'complete');

const suites = {
	engine: async () => {
		if (!existsSync(complete)) await install();
		return jest('test/compat/jest.config.mjs', { IDT_EXPRESS_COMPAT: folder });
	},
	e2e: async () => jest('test/e2e/jest.config.mjs', { IDT_EXPRESS_N8N: version }),
};
if (values.only !== undefined && !(values.only in suites)) {
	throw new Error('--only wants engine or e2e');
}
const results: string[] = [];
for (const [name, run] of Object.entries(suites)) {
	if (values.only !== undefined && values.only !== name) continue;
	const passed = await run();
	results.push(`${name} tests ${passed ? 'passed' : 'failed'}`);
	if (!passed) process.exitCode = 1;
}
console.log(`n8n ${version}, Node ${process.version}: ${results.join(', ')}`);

/** @returns whether all tests passed */
function jest(config: string, env: Record<string, string>): boolean {
	// Older engines leave timers behind, which would keep jest from ending.
	const { status } = spawnSync(
		process.execPath,
		[join('node_modules', 'jest', 'bin', 'jest.js'), `--config=${config}`, '--forceExit'],
		{ cwd: projectRoot(), stdio: 'inherit', env: { ...process.env, ...env } },
	);
	return status === 0;
}

async function install(): Promise<void> {
	console.log(`Installing the engine of n8n ${version} into ${folder}`);
	await mkdir(folder, { recursive: true });
	await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
	const { dependencies }: { dependencies: Record<string, string> } = JSON.parse(
		await npm(['view', `n8n@${version}`, 'dependencies', '--json'], folder).then(
			(answer) => `{"dependencies":${answer}}`,
		),
	);
	await npm(
		[
			'install',
			...engine.map((name) => `${name}@${dependencies[name]}`),
			'--ignore-scripts',
			'--legacy-peer-deps',
			'--no-audit',
			'--no-fund',
		],
		folder,
	);
	await writeFile(complete, '');
}
