import { once } from 'node:events';
import { createServer } from 'node:net';
import { freePort } from '../../dev/lib/freePort.mts';

test('is none that the system could give to another before it is used', async () => {
	for (let i = 0; i < 50; i++) expect(await freePort()).toBeLessThan(32_768);
});

test('is none that somebody listens on', async () => {
	const port = await freePort();
	const holder = createServer().listen(port, '127.0.0.1').unref();
	await once(holder, 'listening');
	let found: number | undefined;
	const search = freePort(port, port + 1).then((free) => (found = free));

	for (let i = 0; i < 5; i++) {
		const other = createServer().listen(port, '127.0.0.1');
		expect(await once(other, 'error')).toMatchObject([{ code: 'EADDRINUSE' }]);
	}
	expect(found).toBeUndefined();

	holder.close();
	expect(await search).toBe(port);
});
