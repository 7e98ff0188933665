import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import axios from 'axios';
import { freePort } from './freePort.mts';
import { ensureN8n } from './n8nInstall.mts';
import type { N8nInstall } from './n8nInstall.mts';
import { run } from './npm.mts';

/** Generous: the first start of a fresh folder writes the database on machines of any speed. */
const START_TIMEOUT_MS = 180_000;
const STOP_TIMEOUT_MS = 30_000;
const CHECK_EVERY_MS = 100;
const KEPT_LINES = 2_000;

/**
 * Runs inside n8n: its standard input is a pipe from us, which the system closes when we end in any
 * way, SIGKILL included. n8n and its task runner then end too, so that nothing is left behind.
 * Worker threads run this as well, and their standard input ends at once.
 */
const END_WITH_PARENT = `
	import { isMainThread } from 'node:worker_threads';
	const end = () => process.kill(process.platform === 'win32' ? process.pid : -process.pid, 'SIGKILL');
	if (isMainThread) process.stdin.on('end', end).on('error', end).resume();`;

export interface N8nOptions {
	/** Community packages to install: a tarball of `npm pack`, or a folder with a package in it. */
	packages?: string[];
	/** Where n8n keeps its data. Default: a temporary folder, removed by `stop`. */
	userFolder?: string;
	port?: number;
	/** Environment variables beside those that this file sets; they win. */
	env?: Record<string, string>;
	/** Receives each line that n8n writes. */
	log?: (line: string) => void;
	n8nVersion?: string;
	/** What n8n is asked to do. Default: `start`. A `worker` must serve its health at `port`. */
	command?: string[];
}

/** A running n8n, on loopback only. */
export interface N8n {
	url: string;
	port: number;
	userFolder: string;
	/** The owner's login, for whoever sets the owner up (`connectToN8n` does). */
	login: { email: string; password: string };
	/** The process's id; another one after `restart`. */
	readonly pid: number;
	/** The last lines that n8n wrote. */
	readonly output: readonly string[];
	/** Ends n8n in good order, and removes its folder if it was a temporary one. */
	stop(): Promise<void>;
	/** Ends n8n as a crash does (SIGKILL), keeping its data. */
	kill(): Promise<void>;
	/** Starts n8n again with the same data and address, after ending it in good order if it still runs. */
	restart(env?: Record<string, string>): Promise<void>;
}

/**
 * Installs n8n if need be, and starts it.
 * @throws Error with the last lines of n8n's output if it does not get ready
 */
export async function startN8n(options: N8nOptions = {}): Promise<N8n> {
	const install = await ensureN8n({ version: options.n8nVersion, log: options.log });
	const userFolder = options.userFolder ?? (await mkdtemp(join(tmpdir(), 'idt-express-n8n-')));
	const port = options.port ?? (await freePort());
	const output: string[] = [];
	let child: ChildProcess | undefined;

	const start = async (env: Record<string, string> = {}) => {
		const brokerPort = await freePort();
		child = spawn(
			install.nodeBinary,
			[
				'--import',
				`data:text/javascript,${encodeURIComponent(END_WITH_PARENT)}`,
				install.n8nScript,
				...(options.command ?? ['start']),
			],
			{
				cwd: userFolder,
				env: {
					...environment({ userFolder, port, brokerPort, nodeBinary: install.nodeBinary }),
					...options.env,
					...env,
				},
				stdio: ['pipe', 'pipe', 'pipe'],
				// A process group of its own: a Ctrl-C in the terminal must reach us alone, and killing the
				// group ends n8n's task runner too.
				detached: process.platform !== 'win32',
			},
		);
		for (const stream of [child.stdout, child.stderr]) {
			if (!stream) continue;
			createInterface({ input: stream }).on('line', (line) => {
				output.push(line);
				if (output.length > KEPT_LINES) output.shift();
				options.log?.(line);
			});
		}
		try {
			await untilReady(child, `http://127.0.0.1:${port}`, output);
		} catch (error) {
			await end(child, 'SIGKILL');
			throw error;
		}
	};

	const cleanUp = async () => {
		if (options.userFolder === undefined) await rm(userFolder, { recursive: true, force: true });
	};

	try {
		const folders = [];
		for (const source of options.packages ?? []) {
			folders.push(await installPackage(source, userFolder));
		}
		await start();
		// In another database than the one of the folder, whoever set that up may do this.
		if (options.env?.DB_TYPE === undefined) await recordPackages(install, userFolder, folders);
	} catch (error) {
		await end(child, 'SIGKILL');
		await cleanUp();
		throw error;
	}
	return {
		url: `http://127.0.0.1:${port}`,
		port,
		userFolder,
		login: { email: 'owner@example.com', password: randomPassword() },
		output,
		get pid() {
			return child?.pid ?? 0;
		},
		async stop() {
			await end(child, 'SIGTERM');
			await cleanUp();
		},
		async kill() {
			await end(child, 'SIGKILL');
		},
		async restart(env) {
			await end(child, 'SIGTERM');
			await start(env);
		},
	};
}

/** Another one each time: whoever knows it could run code as us. n8n wants a digit and a capital. */
function randomPassword(): string {
	return `N8n-${randomBytes(9).toString('base64url')}`;
}

interface Place {
	userFolder: string;
	port: number;
	brokerPort: number;
	nodeBinary: string;
}

/** Of our own environment n8n gets only what any program needs: its settings are those below. */
const PASSED_ON =
	/^(PATH|HOME|USERPROFILE|APPDATA|LOCALAPPDATA|SYSTEMROOT|TMPDIR|TEMP|TMP|LANG|LC_.*)$/i;

function environment({ userFolder, port, brokerPort, nodeBinary }: Place): NodeJS.ProcessEnv {
	const passedOn = Object.entries(process.env).filter(([name]) => PASSED_ON.test(name));
	return {
		...Object.fromEntries(passedOn),
		// The task runner starts whatever `node` it finds.
		PATH: [dirname(nodeBinary), process.env.PATH ?? ''].join(delimiter),
		N8N_USER_FOLDER: userFolder,
		N8N_HOST: '127.0.0.1',
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_PORT: String(port),
		N8N_EDITOR_BASE_URL: `http://127.0.0.1:${port}`,
		N8N_WEBHOOK_URL: `http://127.0.0.1:${port}`,
		N8N_RUNNERS_BROKER_PORT: String(brokerPort),
		// Over plain HTTP a secure cookie would be refused by some browsers.
		N8N_SECURE_COOKIE: 'false',
		GENERIC_TIMEZONE: 'Etc/UTC',

		// Nothing leaves this machine …
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_DYNAMIC_BANNERS_ENABLED: 'false',
		N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
		// … the list of n8n's verified community nodes included, and that of the MCP servers.
		N8N_VERIFIED_PACKAGES_ENABLED: 'false',
		N8N_DISABLED_MODULES: 'mcp-registry',

		// … and nothing stands between a person and the editor.
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',

		// Without these n8n warns about defaults that will change, and about a Python that is not there.
		N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
		N8N_RUNNERS_TASK_TIMEOUT: '300',
		N8N_COMPRESSION_NODE_MAX_DECOMPRESSED_SIZE_BYTES: '268435456',
		N8N_COMPRESSION_NODE_MAX_ZIP_ENTRIES: '1000',
		N8N_PYTHON_ENABLED: 'false',
	};
}

/**
 * Puts a package where n8n keeps installed community packages and loads them from at its start.
 * @returns the package's folder
 */
async function installPackage(source: string, userFolder: string): Promise<string> {
	const modules = join(userFolder, '.n8n', 'nodes', 'node_modules');
	if ((await stat(source)).isDirectory()) {
		const target = join(modules, await packageName(source));
		await mkdir(target, { recursive: true });
		await cp(source, target, { recursive: true });
		return target;
	}
	const unpacked = await mkdtemp(join(userFolder, 'unpack-'));
	// `tar` is part of Linux, macOS and Windows; every tarball of npm has one folder, `package`.
	const { status, stderr } = spawnSync('tar', ['-xzf', source, '-C', unpacked], {
		encoding: 'utf8',
	});
	if (status !== 0) throw new Error(`${basename(source)} could not be unpacked: ${stderr}`);
	const target = await installPackage(join(unpacked, 'package'), userFolder);
	await rm(unpacked, { recursive: true });
	return target;
}

/** Runs on n8n's own Node, in its folder, with the database and the packages' folders as arguments. */
const RECORD_PACKAGES = `
	const { Module } = require('node:module');
	const path = require('node:path');
	const sqlite = require('sqlite3');
	// Nodes require n8n-workflow, which n8n gives them in this way too.
	process.env.NODE_PATH = path.resolve('node_modules');
	Module._initPaths();
	const [file, ...folders] = process.argv.slice(1);
	const database = new sqlite.Database(file);
	database.configure('busyTimeout', 10_000);
	const insert = (sql, values) =>
		database.run(sql, values, (error) => {
			if (error) throw error;
		});
	database.serialize(() => {
		for (const folder of folders) {
			const { name, version, author, n8n } = require(path.join(folder, 'package.json'));
			insert(
				'INSERT INTO installed_packages (packageName, installedVersion, authorName, authorEmail, createdAt, updatedAt) VALUES (?, ?, ?, ?, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP)',
				[name, version, author?.name, author?.email],
			);
			for (const node of n8n.nodes) {
				const Class = require(path.join(folder, node))[path.basename(node).split('.')[0]];
				const { description } = new Class();
				insert('INSERT INTO installed_nodes (name, type, latestVersion, package) VALUES (?, ?, ?, ?)', [
					description.displayName,
					name + '.' + description.name,
					description.version,
					name,
				]);
			}
		}
	});`;

/** Enters the packages where n8n enters what it installed itself: *Settings → Community nodes* shows them. */
async function recordPackages(
	{ nodeBinary, folder }: N8nInstall,
	userFolder: string,
	packages: string[],
): Promise<void> {
	const database = join(userFolder, '.n8n', 'database.sqlite');
	const { code, lastLines } = await run(
		nodeBinary,
		['-e', RECORD_PACKAGES, '--', database, ...packages],
		folder,
	);
	if (code !== 0) throw new Error(`n8n's database was not written: ${lastLines.join('\n')}`);
}

async function packageName(folder: string): Promise<string> {
	const manifest: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
	if (typeof manifest === 'object' && manifest !== null && 'name' in manifest) {
		return String(manifest.name);
	}
	throw new Error(`${folder} is no package: its package.json has no name`);
}

async function untilReady(child: ChildProcess, url: string, output: string[]): Promise<void> {
	let failure: string | undefined;
	child.once('error', (error) => (failure = error.message));
	child.once('exit', (code, signal) => (failure = `it ended with ${String(code ?? signal)}`));
	const deadline = Date.now() + START_TIMEOUT_MS;
	while (failure === undefined) {
		const { status } = await axios
			.get(`${url}/healthz/readiness`, { validateStatus: () => true, proxy: false, timeout: 5_000 })
			.catch(() => ({ status: 0 }));
		if (status === 200) return;
		if (Date.now() > deadline) failure = `it was not ready after ${START_TIMEOUT_MS / 1000} s`;
		await sleep(CHECK_EVERY_MS);
	}
	throw new Error(`n8n did not start: ${failure}\n${output.slice(-30).join('\n')}`);
}

async function end(child: ChildProcess | undefined, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
	if (child?.pid === undefined) return;
	const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
	if (child.exitCode === null && child.signalCode === null) {
		if (signal === 'SIGTERM') {
			child.kill('SIGTERM');
			await Promise.race([ended, sleep(STOP_TIMEOUT_MS, undefined, { ref: false })]);
		}
		if (child.exitCode === null && child.signalCode === null) {
			child.kill('SIGKILL');
			killGroup(child.pid);
			await ended;
		}
	}
	// What n8n started and did not end itself.
	killGroup(child.pid);
}

function killGroup(pid: number): void {
	if (process.platform === 'win32') return;
	try {
		process.kill(-pid, 'SIGKILL');
	} catch {
		// Everybody in the group has gone already.
	}
}
