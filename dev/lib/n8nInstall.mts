import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withFolderLock } from './folderLock.mts';
import { npm, run } from './npm.mts';
import { cacheFolder } from './paths.mts';

/** The n8n that the tests and the demo run; `npm run test:compat` asks for another one. */
export const N8N_VERSION = process.env.IDT_EXPRESS_N8N ?? '2.41.1';
/** n8n 2.41 needs Node 24; this npm package carries its binary for machines that have an older one. */
const NODE_PACKAGE = 'node@24.x';
/** The packages whose install scripts must run: the database, the expression engine, and Node. */
const NATIVE_PACKAGES = ['node', 'sqlite3', 'isolated-vm'];

const PROGRESS_EVERY_MS = 10_000;

/** An installed n8n. */
export interface N8nInstall {
	version: string;
	folder: string;
	/** The Node binary that runs it. */
	nodeBinary: string;
	/** The script that starts it. */
	n8nScript: string;
}

export interface N8nInstallOptions {
	version?: string;
	/** Receives a line at a time. */
	log?: (line: string) => void;
}

/**
 * Installs n8n once per machine, in the user's cache folder, and returns at once if it is there.
 * Two processes may call it at the same time: one installs, the other waits. What a cancelled install
 * left behind is repaired. An install made by other hands is used if it works.
 * @throws Error with the last lines of npm's output
 */
export async function ensureN8n(options: N8nInstallOptions = {}): Promise<N8nInstall> {
	const { version = N8N_VERSION, log = console.log } = options;
	const folder = join(cacheFolder(), `n8n-${version}`);
	const install: N8nInstall = {
		version,
		folder,
		nodeBinary: nodeBinaryIn(folder),
		n8nScript: join(folder, 'node_modules', 'n8n', 'bin', 'n8n'),
	};
	if (await hasMarker(install)) return install;
	return await withFolderLock(
		`${folder}.lock`,
		() => log('Another process is installing n8n: waiting for it'),
		async () => {
			if (await hasMarker(install)) return install;
			if ((await defectOf(install)) !== undefined) await installInto(install, log);
			await writeFile(markerOf(install), `${new Date().toISOString()}\n`);
			return install;
		},
	);
}

/** Written last, so an install that has it is complete. */
function markerOf({ folder }: N8nInstall): string {
	return join(folder, 'complete');
}

async function hasMarker(install: N8nInstall): Promise<boolean> {
	// The files are looked at as well: tools that clean caches remove big things first.
	return [markerOf(install), install.nodeBinary, install.n8nScript].every((file) =>
		existsSync(file),
	);
}

function nodeBinaryIn(folder: string): string {
	const name = process.platform === 'win32' ? 'node.exe' : 'node';
	return join(folder, 'node_modules', 'node', 'bin', name);
}

async function installInto(install: N8nInstall, log: (line: string) => void): Promise<void> {
	const { version, folder } = install;
	const started = Date.now();
	log(`Installing n8n ${version} into ${folder}`);
	log('This happens once per machine, takes a few minutes and 2.5 GB.');
	await mkdir(folder, { recursive: true });
	// From nothing: npm would not notice packages that a cancelled install left half unpacked.
	await rm(join(folder, 'node_modules'), { recursive: true, force: true });
	await rm(join(folder, 'package-lock.json'), { force: true });
	await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
	// No install scripts: that of n8n's Kafka client fails where its prebuilt binary cannot be fetched.
	await npmWithProgress(
		['install', `n8n@${version}`, NODE_PACKAGE, '--save-exact', '--ignore-scripts'],
		folder,
		(seconds, looked, loaded) =>
			log(`  ${seconds} s: ${looked} packages looked up, ${loaded} downloaded, of about 2,100`),
	);
	for (const name of NATIVE_PACKAGES) {
		await npmWithProgress(['rebuild', name, '--ignore-scripts=false'], folder, (seconds) =>
			log(`  ${seconds} s: preparing ${name}`),
		);
	}
	const defect = await defectOf(install);
	if (defect !== undefined) {
		throw new Error(
			`n8n ${version} was installed into ${folder} but does not work: ${defect}\nRemove the folder and try again.`,
		);
	}
	log(`n8n ${version} installed in ${seconds(started)} s`);
}

/**
 * Tests an install by using it: its own Node must load n8n's native parts.
 * @returns what is wrong, or undefined
 */
async function defectOf(install: N8nInstall): Promise<string | undefined> {
	const { folder, nodeBinary, n8nScript, version } = install;
	const lockfile = join(folder, 'node_modules', '.package-lock.json');
	const missing = [lockfile, nodeBinary, n8nScript].find((file) => !existsSync(file));
	if (missing !== undefined) return `${missing} is missing`;
	const manifest: unknown = JSON.parse(
		await readFile(join(folder, 'node_modules', 'n8n', 'package.json'), 'utf8'),
	);
	if (!isVersion(manifest, version)) return `it holds another version than ${version}`;
	const probe = `
		const sqlite = require('sqlite3');
		const { Isolate } = require('isolated-vm');
		new Isolate().dispose();
		new sqlite.Database(':memory:').get('select 42 as answer', (error, row) => {
			if (error || row.answer !== 42) throw error ?? new Error('SQLite gives no answer');
		});`;
	const { code, lastLines } = await run(nodeBinary, ['-e', probe], folder);
	return code === 0 ? undefined : lastLines.join('\n');
}

function isVersion(manifest: unknown, version: string): boolean {
	return (
		typeof manifest === 'object' &&
		manifest !== null &&
		'version' in manifest &&
		manifest.version === version
	);
}

/** Runs npm, and reports how far it is while it works. */
async function npmWithProgress(
	args: string[],
	folder: string,
	onProgress: (seconds: number, lookedUp: number, downloaded: number) => void,
): Promise<void> {
	const started = Date.now();
	let lookedUp = 0;
	let downloaded = 0;
	const timer = setInterval(
		() => onProgress(seconds(started), lookedUp, downloaded),
		PROGRESS_EVERY_MS,
	);
	// n8n's packages name peers that disagree with each other, hence --legacy-peer-deps.
	const common = ['--legacy-peer-deps', '--no-audit', '--no-fund', '--loglevel=http'];
	try {
		await npm([...args, ...common], folder, (line) => {
			if (!line.startsWith('npm http fetch GET 200 ')) return;
			if (line.includes('.tgz ')) downloaded += 1;
			else lookedUp += 1;
		});
	} finally {
		clearInterval(timer);
	}
}

function seconds(since: number): number {
	return Math.round((Date.now() - since) / 1000);
}
