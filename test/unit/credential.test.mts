import { Workflow } from 'n8n-workflow';
import type { INodeTypes } from 'n8n-workflow';
import { IdtExpressApi } from '../../credentials/IdtExpressApi.credentials.ts';
import { readAccess } from '../../nodes/IdtExpress/api/credential';
import { processorTime } from '../support/processorTime.mts';

const SECRETS = { apiKey: 'key-of-test', apiSecret: 'secret-of-test' };

/** The address that the node uses, or what it refuses. */
function ofNode(data: Record<string, string>): string {
	try {
		return readAccess({ ...SECRETS, ...data }, Error).baseUrl;
	} catch (error) {
		return (error as Error).message;
	}
}

/** The address that the test of the credential calls. */
function ofTest(data: Record<string, string>): string {
	const nodeTypes: INodeTypes = {
		getByName: () => ({}) as never,
		getByNameAndVersion: () => ({}) as never,
		getKnownTypes: () => ({}),
	};
	const workflow = new Workflow({ active: false, nodeTypes, nodes: [], connections: {} });
	const { baseURL } = new IdtExpressApi().test.request;
	return String(
		workflow.expression.getParameterValue(baseURL ?? '', null, 0, 0, '', [], 'internal', {
			$credentials: { ...SECRETS, ...data },
		}),
	);
}

describe('the address', () => {
	test.each([
		['live', 'https://api.idtexpress.com'],
		['sandbox', 'https://sandbox-api.idtexpress.com'],
		[' Live\n', 'https://api.idtexpress.com'],
	])('when the environment is %s, is %s', (environment, address) => {
		expect(ofNode({ environment })).toBe(address);
		expect(ofTest({ environment })).toBe(address);
	});

	test.each([
		['https://proxy.example.com', 'https://proxy.example.com'],
		[' https://proxy.example.com/ \n', 'https://proxy.example.com'],
		['\u2066https://proxy.example.com\u2069\u200b', 'https://proxy.example.com'],
		['https://proxy.example.com///', 'https://proxy.example.com'],
		['proxy.example.com', 'https://proxy.example.com'],
		['proxy.example.com:4010/', 'https://proxy.example.com:4010'],
		['127.0.0.1:4010', 'https://127.0.0.1:4010'],
		['http://127.0.0.1:4010', 'http://127.0.0.1:4010'],
		['http://127.0.0.1:4010/v1/dids', 'http://127.0.0.1:4010'],
		['http://127.0.0.1:4010/V1/DIDs/', 'http://127.0.0.1:4010'],
		['proxy.example.com//v1//dids//', 'https://proxy.example.com'],
		['https://proxy.example.com/v1', 'https://proxy.example.com'],
		['https://proxy.example.com/v1/dids/orders', 'https://proxy.example.com'],
		['https://proxy.example.com/v1/idt', 'https://proxy.example.com/v1/idt'],
		['https://proxy.example.com/idt', 'https://proxy.example.com/idt'],
		['https://proxy.example.com/idt/v1/dids/', 'https://proxy.example.com/idt'],
		['https://user:pass@proxy.example.com/', 'https://user:pass@proxy.example.com'],
	])('when %j is entered, is %s, for the test too', (baseUrl, address) => {
		expect(ofNode({ environment: 'custom', baseUrl })).toBe(address);
		expect(ofTest({ environment: 'custom', baseUrl })).toBe(address);
	});

	test.each([
		'',
		' ',
		'x y',
		'ftp://127.0.0.1',
		'file:///etc/passwd',
		'javascript:alert(1)',
		'https://',
		'https://proxy.example.com/?token=1',
		'https://proxy.example.com/#x',
		'https://proxy.example.com?',
		'//',
	])('when %j is entered, is refused, by the test too', async (baseUrl) => {
		const data = { ...SECRETS, environment: 'custom', baseUrl };
		const problem = "The credential's 'Base URL' is not a web address";
		expect(ofNode(data)).toBe(problem);
		expect(() => ofTest(data)).not.toThrow();
		await expect(new IdtExpressApi().authenticate(data, { url: '' })).rejects.toThrow(problem);
	});

	test.each(['/', '/v1/dids', ' ', '.', 'a', '1'])(
		'when it is 100 KB of %j, takes no time that grows faster',
		(piece) => {
			const baseUrl = `https://a.example${piece.repeat(100_000 / piece.length)}x`;
			const took = processorTime(() => {
				ofNode({ environment: 'custom', baseUrl });
				ofNode({ environment: 'custom', baseUrl, apiKey: `${' '.repeat(100_000)}x` });
				ofTest({ environment: 'custom', baseUrl });
			});
			expect(took).toBeLessThan(500);
		},
	);
});

test('when two addresses or keys differ, they are two accounts; when only the secret does, one', () => {
	const account = (data: Record<string, string>) =>
		readAccess({ environment: 'live', ...SECRETS, ...data }, Error).account;
	expect(account({})).toBe(account({ apiSecret: 'another', apiKey: ' key-of-test\n' }));
	expect(account({})).not.toBe(account({ apiKey: 'another' }));
	expect(account({})).not.toBe(account({ environment: 'sandbox' }));
	expect(account({})).not.toContain(SECRETS.apiKey);
});

describe('authenticate', () => {
	test('survives that n8n copies the credential type', async () => {
		const { authenticate } = { ...new IdtExpressApi() };
		const options = await authenticate(
			{ environment: 'live', apiKey: ' key-of-test\n', apiSecret: 'secret-of-test\u200b' },
			{ url: 'https://api.idtexpress.com', headers: { accept: 'application/json' } },
		);
		expect(options).toEqual({
			url: 'https://api.idtexpress.com',
			headers: {
				accept: 'application/json',
				'x-api-key': 'key-of-test',
				'x-api-secret': 'secret-of-test',
			},
		});
	});

	test.each([
		[{ apiKey: '' }, "The credential's 'API Key' is empty"],
		[{ apiSecret: '\u200b ' }, "The credential's 'API Secret' is empty"],
		[
			{ apiKey: 'k\u00e9y' },
			"The credential's 'API Key' contains a character that cannot be sent (U+00E9)",
		],
		[
			{ environment: 'constructor' },
			"The credential's 'Environment' is not Custom, Live or Sandbox",
		],
	])('when the credential is %j, says what is wrong with it', async (data, problem) => {
		const entered = { environment: 'live', ...SECRETS, ...data };
		expect(() => readAccess(entered, Error)).toThrow(problem);
		await expect(new IdtExpressApi().authenticate(entered, { url: '' })).rejects.toThrow(problem);
	});
});
