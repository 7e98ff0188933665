import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../dev/lib/freePort.mts';
import type { Programs } from './programs.mts';

/** A Redis or a PostgreSQL of our own, on loopback, with its data in a temporary folder. */
export interface Service {
	port: number;
	/** Other users of this machine reach the port too. */
	password: string;
	/** Ends it, and removes its data. */
	stop(): Promise<void>;
}

const START_TIMEOUT_MS = 60_000;

export async function startRedis({ redisServer }: Programs): Promise<Service> {
	const port = await freePort();
	const folder = await mkdtemp(join(tmpdir(), 'idt-express-redis-'));
	const password = newPassword();
	const settings = {
		port,
		bind: '127.0.0.1',
		dir: folder,
		save: '""',
		appendonly: 'no',
		requirepass: password,
	};
	// In a file, which nobody else may read: everybody sees the arguments of a program.
	const file = join(folder, 'redis.conf');
	const lines = Object.entries(settings).map(([name, value]) => `${name} ${value}\n`);
	await writeFile(file, lines.join(''), { mode: 0o600 });
	const service = await serve(redisServer, [file], port, folder);
	return { ...service, password };
}

/** PostgreSQL refuses to run as root; it then runs as the user that its Debian package made. */
export async function startPostgres({ postgresFolder }: Programs): Promise<Service> {
	const port = await freePort();
	const folder = await mkdtemp(join(tmpdir(), 'idt-express-postgres-'));
	const user = process.getuid?.() === 0 ? userIds('postgres') : undefined;
	const password = newPassword();
	const passwordFile = join(folder, 'password');
	await writeFile(passwordFile, password, { mode: 0o600 });
	if (user) {
		await chown(folder, user.uid, user.gid);
		await chown(passwordFile, user.uid, user.gid);
	}
	const data = join(folder, 'data');
	const initialised = spawnSync(
		join(postgresFolder, 'initdb'),
		[
			...['-D', data, '--username=n8n', '--auth=scram-sha-256', `--pwfile=${passwordFile}`],
			...['--encoding=UTF8', '--locale=C', '--no-sync'],
		],
		{ ...user, cwd: folder, encoding: 'utf8' },
	);
	if (initialised.status !== 0) throw new Error(`initdb failed: ${initialised.stderr}`);
	const settings = ['-D', data, '-k', folder, '-h', '127.0.0.1', '-p', String(port), '-F'];
	const postgres = join(postgresFolder, 'postgres');
	const service = await serve(postgres, settings, port, folder, user);
	return { ...service, password };
}

function newPassword(): string {
	return randomBytes(18).toString('base64url');
}

function userIds(name: string): { uid: number; gid: number } {
	const id = (flag: string) =>
		Number(spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout.trim());
	return { uid: id('-u'), gid: id('-g') };
}

async function serve(
	program: string,
	args: string[],
	port: number,
	folder: string,
	user?: { uid: number; gid: number },
): Promise<Omit<Service, 'password'>> {
	const asUser = user ? [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'] : [];
	// It ends with us, in whatever way we end.
	const child = spawn('setpriv', [...asUser, '--pdeathsig=INT', '--', program, ...args], {
		cwd: folder,
		stdio: ['ignore', 'ignore', 'pipe'],
	});
	let errors = '';
	child.stderr.on('data', (data) => (errors += String(data)));
	const stop = async () => {
		if (child.exitCode === null && child.signalCode === null) {
			// For PostgreSQL: end now, without waiting for clients.
			child.kill('SIGINT');
			await once(child, 'exit');
		}
		await rm(folder, { recursive: true, force: true });
	};
	try {
		await untilItAnswers(child, port);
	} catch (error) {
		await stop();
		throw new Error(`${program} does not start: ${errors}`, { cause: error });
	}
	return { port, stop };
}

async function untilItAnswers(child: ChildProcess, port: number): Promise<void> {
	const deadline = Date.now() + START_TIMEOUT_MS;
	while (Date.now() < deadline) {
		if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}`);
		const socket = createConnection(port, '127.0.0.1');
		const answers = await Promise.race([
			once(socket, 'connect').then(
				() => true,
				() => false,
			),
			sleep(1_000, false),
		]);
		socket.destroy();
		if (answers) return;
		await sleep(100);
	}
	throw new Error(`It does not answer after ${START_TIMEOUT_MS / 1000} s`);
}
