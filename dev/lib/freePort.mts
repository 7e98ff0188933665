import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { isNativeError } from 'node:util/types';

/** Windows keeps some ports to itself, and says so in the second way. */
const TAKEN: ReadonlySet<unknown> = new Set(['EADDRINUSE', 'EACCES']);

/**
 * What listens on the port does so later, n8n many seconds after it was started. The ports from 32768
 * (Linux) or 49152 (macOS, Windows) on could meanwhile go to any connection of the machine.
 *
 * @returns a TCP port of loopback, from `from` up to but not `to`, that nobody listens on at this moment
 */
export async function freePort(from = 10_000, to = 32_768): Promise<number> {
	for (;;) {
		const port = randomInt(from, to);
		if (await isFree(port)) return port;
	}
}

async function isFree(port: number): Promise<boolean> {
	const server = createServer();
	try {
		await once(server.listen(port, '127.0.0.1'), 'listening');
	} catch (error) {
		if (isNativeError(error) && 'code' in error && TAKEN.has(error.code)) return false;
		throw error;
	}
	await new Promise((resolve) => server.close(resolve));
	return true;
}
