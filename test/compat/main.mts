/**
 * `npm run test:compat -- --n8n=1.100.1`: runs the engine tests with the n8n-core and n8n-workflow of
 * that n8n, which are installed into the user's cache folder once.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { N8N_VERSION } from '../tools/n8nInstall.mts';
import { npm } from '../tools/npm.mts';
import { cacheFolder, projectRoot } from '../tools/paths.mts';

const { values } = parseArgs({ options: { n8n: { type: 'string', default: N8N_VERSION } } });
const version = values.n8n;

const engine = ['n8n-core', 'n8n-workflow'] as const;
const folder = join(cacheFolder(), `engine-${version}`);
const complete = join(folder, 'complete');
if (!existsSync(complete)) await install();
const { status } = spawnSync(
	process.execPath,
	[
		join('node_modules', 'jest', 'bin', 'jest.js'),
		'--config=test/compat/jest.config.mjs',
		'--runInBand',
	],
	{
		cwd: projectRoot(),
		stdio: 'inherit',
		env: { ...process.env, IDT_EXPRESS_COMPAT: folder },
	},
);
console.log(`n8n ${version} on Node ${process.version}: ${status === 0 ? 'passed' : 'failed'}`);
process.exitCode = status ?? 1;

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
