import type { Express } from 'express';
import { createServer } from 'node:http';

/** Serves an app on a free port of this machine. */
export async function listenOnLoopback(
	app: Express,
): Promise<{ url: string; close(): Promise<void> }> {
	const server = createServer(app);
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(0, '127.0.0.1', resolve);
	});
	const address = server.address();
	if (typeof address !== 'object' || address === null) throw new Error('The server has no port');
	return {
		url: `http://127.0.0.1:${address.port}`,
		close: async () => {
			server.closeAllConnections();
			await new Promise<void>((resolve) => server.close(() => resolve()));
		},
	};
}
