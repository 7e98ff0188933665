import { jsonOf, runNode, shortenWaits, useSandbox } from './harness.mts';
import { timing } from '../../nodes/IdtExpress/api/timing';

const api = useSandbox();
shortenWaits();

const read = {
	resource: 'order',
	operation: 'get',
	orderId: { __rl: true, mode: 'id', value: '9c2-2e2-4b6f' },
};
/** The one write that is not looked up when its answer is lost: assigning again changes nothing. */
const write = {
	resource: 'trunkGroup',
	operation: 'assignNumbers',
	useDefault: true,
	numbers: '12074069000',
};
const SECRETS = /sandbox-key|sandbox-secret/;

describe('what may pass is tried again for a read', () => {
	test.each([
		[{ kind: 'drop' as const }],
		[{ kind: 'status' as const, status: 500 }],
		[{ kind: 'html' as const, status: 502 }],
		[{ kind: 'cutBody' as const, when: 'after' as const }],
		[{ kind: 'truncate' as const, when: 'after' as const }],
		[{ kind: 'empty' as const }],
		[{ kind: 'html' as const, status: 200 }],
	])('%j', async (fault) => {
		api.sandbox.fault({ ...fault, times: 3 });
		expect(jsonOf(await api.run(read))).toHaveLength(1);
		expect(api.sandbox.requests).toHaveLength(4);
	});

	test('a bounded number of times', async () => {
		api.sandbox.fault({ kind: 'status', status: 503, times: 99 });
		const { error } = await api.run(read);
		expect(error?.message).toBe('IDT Express could not answer');
		expect(error?.description).toContain('Tried 4 times.');
		expect(error?.description).toContain('HTTP 503, request GET orders/9c2-2e2-4b6f');
		expect(api.sandbox.requests).toHaveLength(4);
	});
});

describe('a write that may have happened is not sent again', () => {
	test.each([
		['drop' as const, 'before' as const, 'The connection to IDT Express broke off'],
		['drop' as const, 'after' as const, 'The connection to IDT Express broke off'],
		['html' as const, 'before' as const, 'IDT Express could not answer'],
		['html' as const, 'after' as const, 'IDT Express could not answer'],
		['cutBody' as const, 'after' as const, 'The connection to IDT Express broke off'],
	])('%s %s', async (kind, when, message) => {
		api.sandbox.fault({ match: { method: 'PUT' }, kind, when, times: 9 });
		const { error } = await api.run(write);
		expect(error?.message).toBe(message);
		expect(error?.description).toContain('The change may have been made all the same');
		expect(api.sandbox.requests.filter(({ method }) => method === 'PUT')).toHaveLength(1);
	});
});

test.each(['truncate' as const, 'html' as const])(
	'a success with a body (%s) where 204 is documented is not taken for the answer of the API',
	async (kind) => {
		api.sandbox.fault({ match: { method: 'PUT' }, kind, status: 200, when: 'after' });
		const { error } = await api.run(write);
		expect(error?.message).toBe('The answer of IDT Express could not be read');
	},
);

describe('throttling', () => {
	test.each(['seconds' as const, 'date' as const, 'none' as const])(
		'is waited out, Retry-After as %s',
		async (retryAfter) => {
			api.sandbox.settings.rateLimit = { perSecond: 0.5, burst: 1, retryAfter };
			await api.run(read);
			expect(jsonOf(await api.run(write))).toHaveLength(1);
			const statuses = api.sandbox.requests.map(({ status }) => status);
			// Where the API says how long, it is not asked before.
			const refused = retryAfter === 'none' ? statuses.slice(1, -1) : [429];
			expect(refused[0]).toBe(429);
			expect(new Set(refused).size).toBe(1);
			expect(statuses).toEqual([200, ...refused, 204]);
		},
	);

	test('that outlasts a person is told, with what to do', async () => {
		api.sandbox.fault({
			kind: 'status',
			status: 429,
			headers: { 'retry-after': '3600' },
			body: {
				status: 429,
				api_request_id: 'req-7',
				errors: [{ code: 2002, title: 'Throttled', detail: 'Too many requests' }],
			},
		});
		const { error } = await api.run(read);
		expect(error?.message).toBe('Throttled');
		expect(error?.description).toMatch(/Wait a moment.*api_request_id req-7/);
		expect(api.sandbox.requests).toHaveLength(1);
	});

	test('a used-up quota is not tried again', async () => {
		api.sandbox.settings.quota = 0;
		const { error } = await api.run(read);
		expect(error?.message).toBe('Quota Exceeded');
		expect(error?.description).toContain('Ask your IDT Express account manager');
		expect(api.sandbox.requests).toHaveLength(1);
	});
});

test('wrong credentials are told, and appear nowhere', async () => {
	const credential = {
		environment: 'custom',
		baseUrl: `${api.sandbox.url}/`,
		apiKey: 'my-own-key',
		apiSecret: 'my-own-secret',
	};
	const { error, run } = await runNode({ parameters: read, credential });
	expect(error?.message).toBe('Access Denied');
	expect(error?.description).toContain('each environment has its own secret');
	expect(JSON.stringify(run)).not.toMatch(/my-own-key|my-own-secret/);
});

test('no secret is in anything that n8n stores, whatever happened', async () => {
	for (const kind of ['drop', 'html', 'cutBody', 'truncate', 'redirect'] as const) {
		api.sandbox.fault({ kind, times: 4, body: `${api.sandbox.url}/elsewhere` });
		const { run } = await api.run(read);
		expect(JSON.stringify(run)).not.toMatch(SECRETS);
		api.sandbox.clearFaults();
	}
	expect(api.sandbox.requests[0].headers['x-api-key']).toBe('sandbox-key');
});

test('a redirect is not followed with the secret', async () => {
	api.sandbox.fault({ kind: 'redirect', body: `${api.sandbox.url}/v1/dids/numbers` });
	const { error } = await api.run(read);
	expect(error?.message).toBe('IDT Express answered with a redirect');
	expect(api.sandbox.requests.map(({ path }) => path)).toEqual(['/orders/9c2-2e2-4b6f']);
});

test('an answer that never comes ends in time', async () => {
	const usual = timing.requestTimeout;
	timing.requestTimeout = 100;
	try {
		api.sandbox.fault({ kind: 'hang', times: 9 });
		const { error } = await api.run(write);
		expect(error?.message).toBe('IDT Express did not answer in time');
		expect(api.sandbox.requests).toHaveLength(1);
	} finally {
		timing.requestTimeout = usual;
	}
});

test('nothing that listens, and a host that is not there, are told apart', async () => {
	const at = async (baseUrl: string) =>
		(
			await runNode({
				parameters: write,
				credential: { environment: 'custom', baseUrl, apiKey: 'k', apiSecret: 's' },
			})
		).error?.message;
	expect(await at('http://127.0.0.1:9')).toBe('IDT Express refused the connection');
	expect(await at('http://no-such-host.invalid')).toBe(
		'The host name of IDT Express could not be found',
	);
});

test.each(['', 'api.example.com', 'ftp://127.0.0.1', 'http://127.0.0.1/?x=1', 'http://', 'x y'])(
	'the base URL %j is refused',
	async (baseUrl) => {
		const { error } = await runNode({
			parameters: read,
			credential: { environment: 'custom', baseUrl, apiKey: 'k', apiSecret: 's' },
		});
		expect(error?.message).toBe('The base URL in the credential is not a web address');
	},
);

test.each(['', '/', '//'])('the base URL may end in %j', async (end) => {
	const credential = {
		environment: 'custom',
		baseUrl: `${api.sandbox.url}${end}`,
		...api.sandbox.credentials,
	};
	expect(jsonOf(await runNode({ parameters: read, credential }))).toHaveLength(1);
});
