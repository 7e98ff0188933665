import { openWorld } from './world.mts';
import type { World } from './world.mts';

let world: World;
beforeAll(async () => {
	world = await openWorld();
});
beforeEach(() => world.sandbox.reset());
afterAll(async () => await world.sandbox.close());

describe('the test of the credential', () => {
	it('succeeds with the right key and secret', async () => {
		const { n8n, credential, credentialData } = world;
		expect(await n8n.testCredential(credential, credentialData)).toMatchObject({ status: 'OK' });
	});

	it('asks for the countries, and changes nothing', async () => {
		const { n8n, credential, credentialData, sandbox } = world;
		await n8n.testCredential(credential, credentialData);
		expect(sandbox.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
			'GET /coverage/countries',
		]);
	});

	it.each(['/', '///', '  '])('takes a base URL that ends in “%s”', async (ending) => {
		const { n8n, credential, credentialData, sandbox } = world;
		const data = { ...credentialData, baseUrl: sandbox.url + ending };
		expect(await n8n.testCredential(credential, data)).toMatchObject({ status: 'OK' });
	});

	it('fails with a wrong secret, and does not show the right one', async () => {
		const { n8n, credential, credentialData } = world;
		const data = { ...credentialData, apiSecret: 'wrong-secret' };
		const result = await n8n.testCredential(credential, data);
		expect(result.status).toBe('Error');
		expect(result.message).not.toContain('wrong-secret');
		expect(result.message).not.toContain(credentialData.apiKey);
	});

	it('fails where nothing listens', async () => {
		const { n8n, credential, credentialData, sandbox } = world;
		await sandbox.stopListening();
		try {
			expect(await n8n.testCredential(credential, credentialData)).toMatchObject({
				status: 'Error',
			});
		} finally {
			await sandbox.listen();
		}
	});
});

it('n8n never gives a saved secret back to the browser', async () => {
	const { n8n, credential, credentialData } = world;
	const answer = await n8n.call('GET', `/rest/credentials/${credential.id}?includeData=true`);
	const text = JSON.stringify(answer);
	expect(text).toContain(credentialData.baseUrl);
	expect(text).not.toContain(credentialData.apiKey);
	expect(text).not.toContain(credentialData.apiSecret);
});
