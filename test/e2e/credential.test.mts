import { openFixture } from './fixture.mts';
import type { Fixture } from './fixture.mts';

let fixture: Fixture;
beforeAll(async () => {
	fixture = await openFixture();
});
beforeEach(() => fixture.sandbox.reset());
afterAll(async () => await fixture.sandbox.close());

describe('the test of the credential', () => {
	it('when key and secret are right, succeeds', async () => {
		const { n8n, credential, credentialData } = fixture;
		expect(await n8n.testCredential(credential, credentialData)).toMatchObject({ status: 'OK' });
	});

	it('when it runs, it reads the countries and changes nothing', async () => {
		const { n8n, credential, credentialData, sandbox } = fixture;
		await n8n.testCredential(credential, credentialData);
		expect(sandbox.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
			'GET /coverage/countries',
		]);
	});

	it.each(['/', '///', '  '])('when the base URL ends in “%s”, it succeeds', async (ending) => {
		const { n8n, credential, credentialData, sandbox } = fixture;
		const data = { ...credentialData, baseUrl: sandbox.url + ending };
		expect(await n8n.testCredential(credential, data)).toMatchObject({ status: 'OK' });
	});

	it('when the secret is wrong, it fails and shows no secret', async () => {
		const { n8n, credential, credentialData } = fixture;
		const data = { ...credentialData, apiSecret: 'wrong-secret' };
		const result = await n8n.testCredential(credential, data);
		expect(result.status).toBe('Error');
		expect(result.message).not.toContain('wrong-secret');
		expect(result.message).not.toContain(credentialData.apiKey);
	});

	it('when nothing listens at the address, it fails', async () => {
		const { n8n, credential, credentialData, sandbox } = fixture;
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

it('when a saved credential is opened, n8n gives no secret to the browser', async () => {
	const { n8n, credential, credentialData } = fixture;
	const answer = await n8n.call('GET', `/rest/credentials/${credential.id}?includeData=true`);
	const text = JSON.stringify(answer);
	expect(text).toContain(credentialData.baseUrl);
	expect(text).not.toContain(credentialData.apiKey);
	expect(text).not.toContain(credentialData.apiSecret);
});
