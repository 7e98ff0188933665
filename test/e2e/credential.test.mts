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

	it.each(['/', '///', '  ', '\u200b', '/v1', '/v1/dids', '/v1/dids/'])(
		'when the base URL ends in %j, it succeeds',
		async (ending) => {
			const { n8n, credential, credentialData, sandbox } = fixture;
			const data = { ...credentialData, baseUrl: sandbox.url + ending };
			expect(await n8n.testCredential(credential, data)).toMatchObject({ status: 'OK' });
		},
	);

	it('when key and secret have blanks and invisible marks around them, it succeeds', async () => {
		const { n8n, credential, credentialData } = fixture;
		const data = {
			...credentialData,
			apiKey: `\u00a0${credentialData.apiKey}\n`,
			apiSecret: `${credentialData.apiSecret}\u200b `,
		};
		expect(await n8n.testCredential(credential, data)).toMatchObject({ status: 'OK' });
	});

	it('when the secret is wrong, it says so and shows no secret', async () => {
		const { n8n, credential, credentialData } = fixture;
		const data = { ...credentialData, apiSecret: 'wrong-secret' };
		const result = await n8n.testCredential(credential, data);
		expect(result.status).toBe('Error');
		expect(result.message).toContain('Each environment has its own secret');
		expect(result.message).not.toContain('wrong-secret');
		expect(result.message).not.toContain(credentialData.apiKey);
	});

	it.each([
		[{ kind: 'html' as const, status: 200 }, 'is not the IDT Express API'],
		[{ kind: 'status' as const, status: 200, body: {} }, 'is not the IDT Express API'],
		[{ kind: 'html' as const, status: 404 }, 'not at this address'],
		[{ kind: 'html' as const, status: 407 }, 'A proxy'],
		[{ kind: 'redirect' as const, status: 302, body: 'http://127.0.0.1:9' }, 'a redirect'],
		[{ kind: 'redirect' as const, status: 308, body: 'http://127.0.0.1:9' }, 'a redirect'],
		[{ kind: 'html' as const, status: 502 }, 'Try again later'],
	])('when something else answers (%j), it says so', async (fault, words) => {
		const { n8n, credential, credentialData, sandbox } = fixture;
		sandbox.fault({ ...fault, times: 9 });
		expect(await n8n.testCredential(credential, credentialData)).toEqual({
			status: 'Error',
			message: expect.stringContaining(words),
		});
	});

	it.each([
		[{ baseUrl: 'ftp://127.0.0.1' }, "'Base URL' is not a web address"],
		[{ baseUrl: '' }, "'Base URL' is not a web address"],
		[{ apiKey: 'k\u2014y' }, "'API Key' contains a character that cannot be sent"],
		[{ environment: 'production' }, "'Environment' is not Custom, Live or Sandbox"],
	])('when %j is entered, it says what is wrong', async (entered, words) => {
		const { n8n, credential, credentialData } = fixture;
		const data = { ...credentialData, ...entered };
		expect(await n8n.testCredential(credential, data)).toEqual({
			status: 'Error',
			message: expect.stringContaining(words),
		});
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

it('when n8n has copied the credential type, it still authenticates, so that the HTTP Request node offers it', async () => {
	const answer: unknown = await fixture.n8n.call('GET', '/types/credentials.json');
	const types = (Array.isArray(answer) ? answer : []) as Array<{ name?: string }>;
	expect(types.find(({ name = '' }) => name.endsWith('idtExpressApi'))).toHaveProperty(
		'authenticate',
	);
});
