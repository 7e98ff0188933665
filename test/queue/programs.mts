import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The programs that queue mode needs beside n8n, as Debian and Ubuntu have them. */
export interface Programs {
	redisServer: string;
	/** The folder of `initdb` and `postgres`; Debian keeps them out of the PATH. */
	postgresFolder: string;
}

const PACKAGES = ['redis-server', 'postgresql'];
const POSTGRES = '/usr/lib/postgresql';

/**
 * Finds Redis and PostgreSQL, and installs them where they are missing and we may.
 * @throws Error that says what to install
 */
export function findPrograms(log: (line: string) => void): Programs {
	const found = lookFor();
	if (found) return found;
	const install = `apt-get install --yes --no-install-recommends ${PACKAGES.join(' ')}`;
	if (process.getuid?.() === 0 && lookUp('apt-get') !== undefined) {
		log(`Installing ${PACKAGES.join(' and ')}`);
		const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
		spawnSync('apt-get', ['update'], { stdio: 'ignore', env: environment });
		spawnSync('sh', ['-c', install], { stdio: 'inherit', env: environment });
		const installed = lookFor();
		if (installed) return installed;
	}
	throw new Error(
		`Queue mode needs Redis and PostgreSQL. On Debian or Ubuntu: sudo ${install}\n` +
			'The test uses its own instances of both, and leaves those of the system alone.',
	);
}

function lookFor(): Programs | undefined {
	const redisServer = lookUp('redis-server');
	const versions = existsSync(POSTGRES) ? readdirSync(POSTGRES) : [];
	const postgresFolder = versions
		.sort((a, b) => Number(b) - Number(a))
		.map((version) => join(POSTGRES, version, 'bin'))
		.find((folder) => existsSync(join(folder, 'postgres')));
	return redisServer && postgresFolder ? { redisServer, postgresFolder } : undefined;
}

function lookUp(name: string): string | undefined {
	const folders = [...(process.env.PATH ?? '').split(':'), '/usr/bin', '/usr/local/bin'];
	return folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
}
