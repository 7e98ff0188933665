import { mkdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The holder touches its lock this often … */
const HEARTBEAT_MS = 2_000;
/** … so one that was not touched for this long belongs to a process that is gone. */
const ABANDONED_MS = 30_000;
const CHECK_EVERY_MS = 100;

/**
 * Runs `work` while no other process holds the lock: a folder, because creating one succeeds for
 * exactly one process on every file system. A lock left behind by a crash is taken over.
 * @param onWait called once if another process holds it
 */
export async function withFolderLock<T>(
	lockFolder: string,
	onWait: () => void,
	work: () => Promise<T>,
): Promise<T> {
	await mkdir(dirname(lockFolder), { recursive: true });
	let waited = false;
	while (!(await tryToLock(lockFolder))) {
		if (!waited) onWait();
		waited = true;
		await removeIfAbandoned(lockFolder);
		await sleep(CHECK_EVERY_MS);
	}
	const heartbeat = setInterval(() => void touch(lockFolder), HEARTBEAT_MS);
	try {
		return await work();
	} finally {
		clearInterval(heartbeat);
		await rm(lockFolder, { recursive: true, force: true });
	}
}

async function tryToLock(lockFolder: string): Promise<boolean> {
	try {
		await mkdir(lockFolder);
		return true;
	} catch (error) {
		if (hasCode(error, 'EEXIST')) return false;
		throw error;
	}
}

async function removeIfAbandoned(lockFolder: string): Promise<void> {
	try {
		const { mtimeMs } = await stat(lockFolder);
		if (Date.now() - mtimeMs < ABANDONED_MS) return;
		// Renamed first: of two processes that see it abandoned, one alone may remove it, or the second
		// would remove the lock that the first has just taken.
		const mine = `${lockFolder}.abandoned-${process.pid}`;
		await rename(lockFolder, mine);
		await rm(mine, { recursive: true, force: true });
	} catch (error) {
		if (!hasCode(error, 'ENOENT')) throw error;
	}
}

async function touch(lockFolder: string): Promise<void> {
	const now = new Date();
	// A lock that was removed by hand is nothing to fail for.
	await utimes(lockFolder, now, now).catch(() => undefined);
}

function hasCode(error: unknown, code: string): boolean {
	// Not `instanceof Error`: under jest, Node's own errors come from another realm.
	return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
