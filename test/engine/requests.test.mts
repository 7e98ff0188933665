import { createRequire } from 'node:module';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { NodeApiError } from 'n8n-workflow';
import { apiError, isTransient } from '../../nodes/IdtExpress/api/errors';
import { readList } from '../../nodes/IdtExpress/api/lists';
import { apiRecord, trySend } from '../../nodes/IdtExpress/api/request';
import type { ApiRequest } from '../../nodes/IdtExpress/api/types';
import { Session } from '../../nodes/IdtExpress/api/session';
import { timing } from '../../nodes/IdtExpress/api/timing';
import {
	CONTEXTS,
	contextFor,
	json,
	listen,
	sessionFor,
	startStub,
	type Answer,
	type ContextOptions,
	type Stub,
} from './apiHarness.mts';
import { shortenWaits } from './harness.mts';

shortenWaits();

const read: ApiRequest = { method: 'GET', path: ['orders', '9c2'] };
const order: ApiRequest = { method: 'POST', path: ['orders'], body: { quantity: 1 } };
const put: ApiRequest = { method: 'PUT', path: ['trunk_groups', 7], body: { name: 'A' } };

const stubs: Stub[] = [];
afterEach(async () => {
	await Promise.all(stubs.splice(0).map(async (stub) => await stub.close()));
});

async function stub(answer: Answer): Promise<Stub> {
	const started = await startStub(answer);
	stubs.push(started);
	return started;
}

/** @throws what the user sees of a failure */
async function apiRequest(session: Session, request: ApiRequest) {
	const result = await trySend(session, request);
	if (result.ok) return result.body;
	throw apiError(session, result);
}

async function errorOf(sending: Promise<unknown>): Promise<NodeApiError> {
	const error: unknown = await sending.then(
		() => undefined,
		(reason: unknown) => reason,
	);
	if (error instanceof NodeApiError) return error;
	throw error ?? new Error('It did not fail');
}

/** A certificate that nobody trusts, for this test alone. */
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgV1wTJCvXxJ0w1UQw
m+l2FurZqNbvudgFjMvMPnDTIc2hRANCAATR/hv2rwlGOKWmIQdRsui2ipVOju+u
WEofO/KjSlz5nmiCwjq0tCrPrQsRiJzrtaJknGtstugOu2eRFbP8STlU
-----END PRIVATE KEY-----`;
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBjzCCATagAwIBAgIUXyG4PgNx7PyXlM2HaELPvVI/U8UwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyNTIwMzU1N1oYDzIxMjYxMTAx
MjAzNTU3WjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATR/hv2rwlGOKWmIQdRsui2ipVOju+uWEofO/KjSlz5nmiCwjq0tCrP
rQsRiJzrtaJknGtstugOu2eRFbP8STlUo2QwYjAdBgNVHQ4EFgQUItN4IFBkXTGw
4rIqTKm6pdz1iB4wHwYDVR0jBBgwFoAUItN4IFBkXTGw4rIqTKm6pdz1iB4wDwYD
VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0cAMEQC
IFddNjYVdrXsZ6NBrE7OENLVN7jAKf14rFShGV+PJ+YmAiBwg9f5Xbxq+bqq9RQd
Dp2YmgXgQFKBCjh7qpQNVeBuwg==
-----END CERTIFICATE-----`;

const reset: Answer = (response) => response.destroy();
const page: Answer = (response) =>
	response.writeHead(502, { 'content-type': 'text/html' }).end('<html>Bad Gateway</html>');
const cut: Answer = (response) => {
	response.writeHead(200, { 'content-length': '100' }).write('{"order":');
	response.destroy();
};
const truncated: Answer = (response) => response.writeHead(200).end('{"order": {"id": "9c');

describe('when an answer is lost', () => {
	test.each([
		['reset', reset],
		['502', page],
		['cut', cut],
		['truncated', truncated],
	])('a read is sent again, up to four times (%s)', async (_name, answer) => {
		const api = await stub((response, request, number) =>
			number < 4 ? answer(response, request, number) : json(response, { order: { id: '9c2' } }),
		);
		expect(await apiRecord(sessionFor(api), read, 'order', '9c2')).toEqual({ id: '9c2' });
		const down = await stub(answer);
		const error = await errorOf(apiRequest(sessionFor(down), read));
		expect(down.received).toHaveLength(4);
		expect(error.description).toContain('Tried 4 times.');
	});

	test.each([
		['PUT', 4],
		['DELETE', 4],
		['POST', 1],
	] as const)('a %s is sent %d times, and its outcome is unknown', async (method, times) => {
		const api = await stub(reset);
		const request = { method, path: ['trunk_groups', 7] };
		const result = await trySend(sessionFor(api), request);
		expect(api.received).toHaveLength(times);
		expect(result).toMatchObject({ ok: false, failure: { outcome: 'unknown' }, attempts: times });
		const error = await errorOf(apiRequest(sessionFor(api), request));
		expect(error.description).toContain('The change may have been made all the same');
	});
});

/** Ends when all connections are closed. */
async function noConnections(api: Stub): Promise<void> {
	while ((await api.connections) > 0) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('when an answer does not end', () => {
	beforeEach(() => Object.assign(timing, { requestTimeout: 1_000, totalBudget: 1_100 }));

	const never: Answer = () => undefined;
	const drips: Answer = (response) => {
		response.writeHead(200);
		const timer = setInterval(() => response.write(' '), 100);
		response.on('close', () => clearInterval(timer));
	};

	describe.each(CONTEXTS)('in the context of %s', (kind) => {
		test.each([
			['is silent', never],
			['drips', drips],
		])('and %s, the wait and the connection end in time', async (_name, answer) => {
			const api = await stub(answer);
			const session = sessionFor({ ...api, kind }, { concurrency: 1 });
			const error = await errorOf(apiRequest(session, order));
			expect(error.message).toBe('IDT Express did not answer in time');
			expect(isTransient(error)).toBe(true);
			await noConnections(api);
			// Its place is free again.
			const next = await stub((response) => json(response, {}));
			const access = await session.access();
			access.baseUrl = next.url;
			expect(await apiRequest(session, order)).toEqual({});
		});
	});

	test('and the execution is cancelled, it ends at once', async () => {
		const api = await stub(drips);
		const cancel = new AbortController();
		const sending = apiRequest(sessionFor({ ...api, cancel: cancel.signal }), read);
		setTimeout(() => cancel.abort(), 100);
		await expect(sending).rejects.toThrow();
		await noConnections(api);
		expect(api.received).toHaveLength(1);
	});

	test('and the deadline of the session comes first, no request lasts longer', async () => {
		Object.assign(timing, { requestTimeout: 600_000, totalBudget: 600_000 });
		const api = await stub(drips);
		await errorOf(apiRequest(sessionFor(api, { deadline: Date.now() + 1_000 }), read));
	});

	test.each([
		['because there are many', null],
		['because the API throttles', { 'retry-after': '1' }],
	])(
		'and the deadline of the session passes between requests, %s, none is begun',
		async (_why, slow) => {
			const api = await stub((response, { url }, number) => {
				if (slow && number === 2) {
					response.writeHead(429, slow).end(JSON.stringify({ errors: [{ code: 2002 }] }));
					return;
				}
				const page = new URL(url, api.url).searchParams.get('page');
				const orders = Array.from({ length: 100 }, (_, row) => ({ id: `${page} ${row}` }));
				setTimeout(() => json(response, { orders, meta: { total: 5_000 } }), slow ? 0 : 100);
			});
			const session = sessionFor(api, { deadline: Date.now() + 1_500, concurrency: 2 });
			// Without a deadline, all pages would come.
			const error = await errorOf(readList(session, 'orders'));
			expect(error.message).toBe('IDT Express did not answer in time');
			expect(isTransient(error)).toBe(true);
		},
	);
});

describe('when an answer is too large to be one', () => {
	test('it is not read to its end', async () => {
		let sent = 0;
		const api = await stub((response) => {
			response.writeHead(200);
			const chunk = Buffer.alloc(1_000_000, 'x');
			const more = () => {
				while (sent < 400 && response.write(chunk)) sent++;
				if (sent++ >= 400) response.end();
			};
			response.on('drain', more);
			more();
		});
		const error = await errorOf(apiRequest(sessionFor(api), read));
		expect(error.message).toBe('The answer of IDT Express is too large');
		expect(sent).toBeLessThan(200);
		expect(api.received).toHaveLength(1);
	});
});

describe('when nothing was sent', () => {
	async function failureAt(
		baseUrl: string,
		request: ApiRequest = order,
		surroundings: ContextOptions['surroundings'] = {},
	) {
		const session = sessionFor({
			credential: { environment: 'custom', baseUrl, apiKey: 'kkkk', apiSecret: 'ssss' },
			surroundings,
		});
		const result = await trySend(session, request);
		if (result.ok) throw new Error('It did not fail');
		return { ...result, error: await errorOf(apiRequest(session, request)) };
	}

	async function closedPort(): Promise<string> {
		const server = createTcpServer();
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const address = server.address();
		await new Promise((resolve) => server.close(resolve));
		return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 9}`;
	}

	test('because nothing listens, a read is tried again, and that is said', async () => {
		const { failure, attempts, error } = await failureAt(await closedPort(), read);
		expect(failure).toMatchObject({ outcome: 'neverSent', isTransient: true });
		expect(attempts).toBe(4);
		expect(error.message).toBe('IDT Express refused the connection');
	});

	test('because there is no such host, a write may not have been made', async () => {
		const { failure, attempts, error } = await failureAt('http://no-such-host.invalid');
		expect(failure).toMatchObject({ outcome: 'neverSent', isTransient: true });
		expect(attempts).toBe(1);
		expect(error.message).toBe('The host name of IDT Express could not be found');
		expect(error.description).not.toContain('may have been made');
	});

	test('because the certificate is not trusted, that is said at once', async () => {
		const received: never[] = [];
		const server = createTlsServer({ key: KEY, cert: CERTIFICATE }, (_request, response) =>
			response.end('{}'),
		);
		const api = await listen(server, received, 'https');
		stubs.push(api);
		const { failure, attempts, error } = await failureAt(api.url, read);
		expect(failure).toMatchObject({ outcome: 'neverSent', isTransient: false });
		expect(attempts).toBe(1);
		expect(isTransient(error)).toBe(false);
		expect(error.message).toBe('The certificate of IDT Express is not trusted');
		expect(error.description).toContain('self-signed certificate');
		expect(error.description).toContain('NODE_EXTRA_CA_CERTS');
		expect(error.description).toContain('DEPTH_ZERO_SELF_SIGNED_CERT');
	});

	test('because n8n blocks the address, n8n gives the reason, at once', async () => {
		const api = await stub((response) => json(response, {}));
		// Of n8n-core's own copies of these packages.
		const ofCore = createRequire(require.resolve('n8n-core'));
		const { SsrfProtectionService } = ofCore('@n8n/backend-network');
		const protection = ofCore('@n8n/di').Container.get(SsrfProtectionService);
		protection.ssrfConfig.enabled = true;
		try {
			// Engines before 2.41 get it with each execution.
			const surroundings = { ssrfBridge: protection };
			const { failure, attempts, error } = await failureAt(api.url, read, surroundings);
			expect(failure).toMatchObject({ outcome: 'neverSent', isTransient: false });
			expect(attempts).toBe(1);
			expect(error.message).toBe('n8n blocked the request to IDT Express');
			expect(error.description).toContain('ask your n8n administrator to allowlist');
			expect(api.received).toHaveLength(0);
		} finally {
			protection.ssrfConfig.enabled = false;
		}
	});

	test('because the port does not speak TLS, that is said at once', async () => {
		const api = await stub((response) => json(response, {}));
		const { failure, attempts, error } = await failureAt(api.url.replace('http:', 'https:'), read);
		expect(failure).toMatchObject({ outcome: 'neverSent', isTransient: false });
		expect(attempts).toBe(1);
		expect(error.message).toBe('No secure connection to IDT Express could be made');
	});
});

describe('what is sent', () => {
	test.each(['', '/', '//', '/v1/dids', '/v1/dids/', ' ', '\n', '\u200b'])(
		'when the base URL ends in %j, it is the address without that',
		async (end) => {
			const api = await stub((response) => json(response, {}));
			const credential = { ...api.credential, baseUrl: `${api.url}${end}` };
			await apiRequest(sessionFor({ credential }), read);
			expect(api.received[0].url).toBe('/v1/dids/orders/9c2');
		},
	);

	test('when the base URL has a path, it is kept', async () => {
		const api = await stub((response) => json(response, {}));
		const credential = { ...api.credential, baseUrl: `${api.url}/proxy/idt/` };
		await apiRequest(sessionFor({ credential }), read);
		expect(api.received[0].url).toBe('/proxy/idt/v1/dids/orders/9c2');
	});

	test.each([
		'',
		'ftp://127.0.0.1',
		'http://127.0.0.1/?x=1',
		'http://',
		'x y',
		'file:///etc',
		'a#b',
	])('when the base URL is %j, nothing is', async (baseUrl) => {
		const credential = { environment: 'custom', baseUrl, apiKey: 'k', apiSecret: 's' };
		await expect(apiRequest(sessionFor({ credential }), read)).rejects.toThrow(
			"The credential's 'Base URL' is not a web address",
		);
	});

	test.each(['', 'production', 'constructor', '__proto__', 'toString'])(
		'when the environment is %j, nothing is',
		async (environment) => {
			const credential = { environment, apiKey: 'k', apiSecret: 's' };
			await expect(apiRequest(sessionFor({ credential }), read)).rejects.toThrow(
				"The credential's 'Environment' is not Custom, Live or Sandbox",
			);
		},
	);

	test('when key and secret have blanks and invisible marks around them, they go without', async () => {
		const api = await stub((response) => json(response, {}));
		const credential = {
			...api.credential,
			apiKey: '\u00a0\u2066key-of-test\u200b\r\n',
			apiSecret: '\ufeff secret-of-test \n',
		};
		const session = sessionFor({ credential });
		await apiRequest(session, read);
		const { 'x-api-key': key, 'x-api-secret': secret } = api.received[0].headers;
		expect([key, secret]).toEqual(['key-of-test', 'secret-of-test']);
		expect(await session.account()).toBe(await sessionFor(api).account());
	});

	test.each([
		['key\u2014of-test', 'U+2014'],
		['key\nof-test', 'U+000A'],
		['key\u{1F511}', 'U+1F511'],
		['', 'is empty'],
	])('when the key is %j, nothing is, and the reason is given', async (apiKey, reason) => {
		const api = await stub((response) => json(response, {}));
		const sending = apiRequest(sessionFor({ credential: { ...api.credential, apiKey } }), read);
		await expect(sending).rejects.toThrow(reason);
		expect(api.received).toHaveLength(0);
	});

	test.each(['', ' ', '.', '..', '\ud800'])('when an ID is %j, nothing is', async (id) => {
		const api = await stub((response) => json(response, {}));
		await expect(
			apiRequest(sessionFor(api), { method: 'GET', path: ['orders', id] }),
		).rejects.toThrow('is not an ID');
		expect(api.received).toHaveLength(0);
	});

	test('when the answer is a redirect, the secret does not follow it', async () => {
		const api = await stub((response) =>
			response.writeHead(302, { location: `http://localhost/elsewhere` }).end(),
		);
		const error = await errorOf(apiRequest(sessionFor(api), read));
		expect(error.message).toBe('IDT Express answered with a redirect');
		expect(api.received).toHaveLength(1);
	});
});

describe('when the credential has expressions', () => {
	const items = Array.from({ length: 12 }, (_, index) => ({ key: `tenant-${index % 3}` }));
	const itemOf = (index: number): ApiRequest => ({ ...order, itemIndex: index });

	test('every request goes out with the key of its item, and accounts are told apart', async () => {
		const api = await stub((response) => json(response, {}));
		const credential = { ...api.credential, apiKey: '={{ $json.key }}' };
		const session = sessionFor({ credential, items });
		await Promise.all(items.map(async (_item, index) => await apiRequest(session, itemOf(index))));
		const keys = api.received.map(({ headers }) => headers['x-api-key']).sort();
		expect(keys).toEqual(items.map(({ key }) => key).sort());
		const accounts = await Promise.all(items.map(async (_, index) => await session.account(index)));
		expect(new Set(accounts).size).toBe(3);
		expect(accounts[0]).toBe(accounts[3]);
	});

	test('the credential is read once for each item, a few at a time', async () => {
		const api = await stub((response) => json(response, {}));
		const context = contextFor({ credential: api.credential, items });
		const reading = context.getCredentials.bind(context);
		let [reads, atOnce, most] = [0, 0, 0];
		context.getCredentials = async (type: string, itemIndex?: number) => {
			reads++;
			most = Math.max(most, ++atOnce);
			await new Promise((resolve) => setImmediate(resolve));
			atOnce--;
			return await reading(type, itemIndex as number);
		};
		const session = new Session(context, {}, 20);
		const twice = [...items.keys(), ...items.keys()];
		await Promise.all(twice.map(async (index) => await apiRequest(session, itemOf(index))));
		expect(reads).toBe(items.length);
		expect(most).toBeLessThanOrEqual(5);
	});
});

test('when the credential changes between two polls, the next session uses the new one', async () => {
	const api = await stub((response) => json(response, {}));
	let apiKey = 'first-key';
	const options = { kind: 'poll' as const, credential: () => ({ ...api.credential, apiKey }) };
	await apiRequest(sessionFor(options), read);
	apiKey = 'second-key';
	await apiRequest(sessionFor(options), read);
	expect(api.received.map(({ headers }) => headers['x-api-key'])).toEqual([
		'first-key',
		'second-key',
	]);
});

describe('when the API throttles', () => {
	const throttle: Answer = (response) =>
		response
			.writeHead(429, { 'retry-after': '0' })
			.end(JSON.stringify({ errors: [{ code: 2002, title: 'Throttled' }] }));

	const page429: Answer = (response) => response.writeHead(429).end('<html>');
	const aws: Answer = (response) => json(response, { message: 'Too Many Requests' }, 429);

	test.each([
		['with its own words, a POST', throttle, order],
		['with the words of its gateway, a POST', aws, order],
		['with a page, a PUT', page429, put],
		['with a page, a GET', page429, read],
	])('%s is sent again', async (_name, answer, request) => {
		const api = await stub((response, entry, number) =>
			number < 3 ? answer(response, entry, number) : json(response, {}),
		);
		expect(await apiRequest(sessionFor(api), request)).toEqual({});
		expect(api.received).toHaveLength(3);
	});

	test('with a page, a POST is not sent again, for it may have been carried out', async () => {
		const api = await stub(page429);
		const result = await trySend(sessionFor(api), order);
		expect(result).toMatchObject({ failure: { kind: 'throttled', outcome: 'unknown' } });
		expect(api.received).toHaveLength(1);
	});

	test('for longer than a person waits, it says how long', async () => {
		const api = await stub((response) =>
			response
				.writeHead(429, { 'retry-after': '86400' })
				.end(JSON.stringify({ errors: [{ code: 2002, title: 'Throttled' }] })),
		);
		const error = await errorOf(apiRequest(sessionFor(api), read));
		expect(error.message).toBe('Throttled');
		expect(error.description).toContain('IDT Express asks to wait 24 hours.');
		expect(api.received).toHaveLength(1);
	});

	test('the first request, the others wait for it together, and then go at full speed', async () => {
		const api = await stub((response, request, number) =>
			number === 1 ? throttle(response, request, number) : json(response, {}),
		);
		const session = sessionFor(api, { concurrency: 3 });
		await Promise.all([1, 2, 3].map(async () => await apiRequest(session, read)));
		expect(session.pace.interval).toBe(0);
	});

	test('what it refused before for other reasons was let through, too: the pace counts it', async () => {
		const missing: Answer = (response) =>
			json(response, { errors: [{ code: 1003, title: 'Resource Not Found' }] }, 404);
		const api = await stub((response, request, number) => {
			return number === 1 ? json(response, {}) : missing(response, request, number);
		});
		const session = sessionFor(api, { concurrency: 1 });
		for (let sent = 0; sent < 40; sent++) await trySend(session, read);
		expect(session.pace.sent).toBe(40);
	});

	test('because the quota is used up, it is not asked again', async () => {
		const api = await stub((response) => json(response, { message: 'Limit Exceeded' }, 429));
		const error = await errorOf(apiRequest(sessionFor(api), read));
		expect(error.message).toBe('Quota Exceeded');
		expect(api.received).toHaveLength(1);
	});
});

describe('when a success is not what was asked for', () => {
	test('because it is another record, it is not believed', async () => {
		const api = await stub((response) => json(response, { order: { id: 'other' } }));
		const error = await errorOf(apiRecord(sessionFor(api), read, 'order', '9c2'));
		expect(error.message).toBe('The answer of IDT Express could not be read');
	});

	test.each([
		['9C2', '9c2'],
		[7, '7'],
		['7', 7],
	])('the id %j is the %j that was asked for', async (id, asked) => {
		const api = await stub((response) => json(response, { order: { id } }));
		expect(await apiRecord(sessionFor(api), read, 'order', asked)).toEqual({ id });
	});

	test('because it reports errors, their words are shown, and nothing was done', async () => {
		const api = await stub((response) =>
			json(response, {
				errors: [{ code: 4001, title: 'Number Not Found', detail: 'No such number' }],
			}),
		);
		const request: ApiRequest = { method: 'DELETE', path: ['numbers', '1'] };
		const result = await trySend(sessionFor(api), request);
		expect(result).toMatchObject({ ok: false, failure: { kind: 'failed', outcome: 'refused' } });
		expect((await errorOf(apiRequest(sessionFor(api), request))).message).toBe('No such number');
		expect(api.received).toHaveLength(2);
	});

	test('because it reports errors beside the record, its outcome is unknown', async () => {
		const body = { order: { id: '9c2' }, errors: [{ title: 'Partly' }] };
		const api = await stub((response) => json(response, body));
		const isValid = () => true;
		const result = await trySend(sessionFor(api), { ...order, isValid });
		expect(result).toMatchObject({ ok: false, failure: { outcome: 'unknown' } });
	});

	test.each([{ message: 'OK' }, { errors: [] }, { errors: null }, { error: null }])(
		'but %j is a success',
		async (body) => {
			const api = await stub((response) => json(response, body));
			expect(await apiRequest(sessionFor(api), put)).toEqual(body);
		},
	);

	test.each(['<html>', '[]', '"x"', 'null', '{"errors"'])(
		'because where nothing is documented it is %j, it is not believed',
		async (text) => {
			const api = await stub((response) => response.writeHead(200).end(text));
			const result = await trySend(sessionFor(api), { ...put });
			expect(result.ok).toBe(text === 'null');
		},
	);

	test.each([[{ orders: null, meta: { total: 0 } }], [{ orders: null }], [{ meta: { total: 0 } }]])(
		'but the list %j is an empty one',
		async (body) => {
			const api = await stub((response) => json(response, body));
			expect(await readList(sessionFor(api), 'orders')).toEqual([]);
		},
	);

	test.each([[{}], [{ orders: {} }], [{ orders: ['9c2'] }], [{ numbers: [], meta: { total: 0 } }]])(
		'because a list is %j, it is not believed',
		async (body) => {
			const api = await stub((response) => json(response, body));
			await errorOf(readList(sessionFor(api), 'orders'));
		},
	);
});

describe('when a list is read', () => {
	const HUNDRED = { orders: Array.from({ length: 100 }, (_, id) => ({ id })) };

	/** Answers the second page in its own way. */
	const hundredThen = (status: number, body: unknown, total?: number): Answer => {
		const first = { ...HUNDRED, meta: { total } };
		return (response, { url }) =>
			url.includes('page=1&') ? json(response, first) : json(response, body, status);
	};

	test.each<[number, unknown, number?]>([
		[404, { errors: [{ code: 1003, title: 'Resource Not Found' }] }],
		[404, ''],
		[416, ''],
		[200, { errors: [{ code: 1003, title: 'Resource Not Found' }] }],
		[400, { errors: [{ code: 1000, title: 'Invalid Request', field: 'page' }] }],
		// These do not say that it is about the page; but there are no more rows.
		[400, { errors: [{ code: 1000, title: 'Invalid Request' }] }, 100],
		[400, { message: 'Bad page' }, 100],
		[400, '<html>', 100],
		[422, { errors: [{ code: 1002, title: 'Invalid Field' }] }, 100],
	])('and page 2 is answered %d %j, the total is %p, it is not there', async (...answer) => {
		const api = await stub(hundredThen(...answer));
		expect(await readList(sessionFor(api), 'orders')).toHaveLength(100);
		expect(api.received).toHaveLength(2);
	});

	test.each<[number, unknown, number?]>([
		[400, { message: 'Bad page' }],
		[400, { message: 'Bad page' }, 101],
		[400, { message: 'Bad page' }, 99],
		[403, { errors: [{ code: 2000, title: 'Access Denied' }] }, 300],
		// What passes says nothing of the page.
		[500, '', 100],
	])('and page 2 is answered %d %j, the total is %p, that is an error', async (...answer) => {
		const api = await stub(hundredThen(...answer));
		expect((await errorOf(readList(sessionFor(api), 'orders'))).httpCode).toBe(String(answer[0]));
	});

	test.each([
		['the first', 1, 0],
		['one beyond the end', 2, 100],
	])('and %s page is answered with 204, it is an empty one', async (_name, empty, rows) => {
		const api = await stub((response, { url }) =>
			url.includes(`page=${empty}&`) ? response.writeHead(204).end() : json(response, HUNDRED),
		);
		expect(await readList(sessionFor(api), 'orders')).toHaveLength(rows);
		expect(api.received).toHaveLength(empty);
	});

	test('and rows are missing, a hint of the run says so', async () => {
		const api = await stub((response, { url }) =>
			json(response, {
				orders: url.includes('page=1&') ? [{ id: 1 }] : [],
				meta: { total: 3, page_size: 100 },
			}),
		);
		const session = sessionFor(api);
		expect(await readList(session, 'orders')).toEqual([{ id: 1 }]);
		const { hints } = session.context as unknown as { hints: Array<{ message: string }> };
		expect(hints.map(({ message }) => message)).toEqual([expect.stringContaining('reports 3 ')]);
	});

	test('and larger pages break, they are asked for once, and never again for this account', async () => {
		const api = await stub((response, { url }) => {
			const query = new URLSearchParams(url.split('?')[1]);
			const [number, size] = [Number(query.get('page')), Number(query.get('page_size'))];
			if (size > 100) {
				response.destroy();
				return;
			}
			const orders = Array.from({ length: number > 12 ? 0 : 100 }, (_, row) => ({
				id: number * 1000 + row,
			}));
			json(response, { orders, meta: { total: 1200, page_size: size } });
		});
		const credential = { ...api.credential, apiKey: `key-${api.url}` };
		expect(await readList(sessionFor({ credential }), 'orders')).toHaveLength(1200);
		expect(api.received).toHaveLength(1 + 13);
		await readList(sessionFor({ credential }), 'orders');
		expect(api.received).toHaveLength(1 + 2 * 13);
	});
});

test('when a server echoes what it was sent, no secret is shown', async () => {
	const api = await stub((response, { headers }) => {
		const said = `${String(headers['x-api-key'])} ${String(headers['x-api-secret'])}`;
		json(response, { errors: [{ title: said, detail: `you sent ${said}` }] }, 403);
	});
	const credential = { ...api.credential, apiSecret: 'secret-of-test \n' };
	const error = await errorOf(apiRequest(sessionFor({ credential }), order));
	expect(JSON.stringify({ ...error, message: error.message })).not.toMatch(/key-of|secret-of/);
});
