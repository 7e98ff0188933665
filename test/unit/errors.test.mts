import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { INode } from 'n8n-workflow';
import {
	classifyAnswer,
	classifyNetworkError,
	isSuccess,
	TOO_LARGE,
} from '../../nodes/IdtExpress/api/classify';
import {
	apiError,
	errorOutput,
	inOneMessage,
	isTransient,
	parameterLabel,
} from '../../nodes/IdtExpress/api/errors';
import { CODE_HINTS } from '../../nodes/IdtExpress/api/hints';
import { redactor } from '../../nodes/IdtExpress/api/redact';
import type { ApiRequest } from '../../nodes/IdtExpress/api/types';
import type { ApiFailure } from '../../nodes/IdtExpress/api/types';
import { processorTime } from '../support/processorTime.mts';

const node: INode = {
	id: '1',
	name: 'IDT Express',
	type: 'idtExpress',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

const labels = {
	quantity: 'Quantity',
	switches: 'Switches',
	port: 'Port',
	pop: 'Point of Presence',
};

function answer(statusCode: number, body: unknown): ApiFailure {
	return classifyAnswer({ statusCode, headers: {}, body }, 0);
}

function errorBody(status: number, ...errors: unknown[]) {
	return { status, api_request_id: 'a171cfe8-a18c-49cc-be94-41511eaac645', errors };
}

type Call = Parameters<typeof apiError>[2] & {
	redact?: (text: string) => string;
	attempts?: number;
	itemIndex?: number;
	method?: ApiRequest['method'];
	id?: string;
};

function toError(failure: ApiFailure, call: Call = {}): NodeApiError {
	const { attempts = 1, itemIndex, method = 'GET', id, redact = String, ...words } = call;
	const path = id === undefined ? ['orders'] : ['orders', id];
	const request = { method, path, itemIndex };
	const session = { context: { getNode: () => node }, labels };
	return apiError(session, { ok: false, failure, request, attempts, redact }, words);
}

const INVALID_QUANTITY = errorBody(422, {
	code: 1002,
	title: 'Invalid Field',
	detail: 'Must be greater than 0.',
	field: 'quantity',
	source: '/order_items/0/quantity',
});

describe('the message', () => {
	test.each<[unknown, string]>([
		// The title is only a category: field and detail say what is wrong.
		[INVALID_QUANTITY, "'Quantity': Must be greater than 0"],
		[
			errorBody(422, {
				code: 1002,
				title: 'Invalid Field',
				detail: 'Quantity is 0',
				field: 'quantity',
			}),
			'Quantity is 0',
		],
		[
			errorBody(422, {
				code: 4001,
				title: 'Number Not Found',
				detail: '12074069001 is not yours.',
			}),
			'12074069001 is not yours',
		],
		[errorBody(422, { code: 4001, title: 'Number Not Found' }), 'Number Not Found'],
		// The title says it.
		[
			errorBody(422, { code: 3001, title: 'Insufficient Funds', detail: 'The balance is 1.00' }),
			'Insufficient Funds',
		],
		[errorBody(422, { code: 9999, title: 'New Kind', detail: 'More' }), 'New Kind'],
		[errorBody(422, { title: 'A' }, { title: 'A' }, { title: '' }, { title: 'B' }), 'A; B'],
		[
			errorBody(422, ...['A', 'B', 'C', 'D', 'E'].map((title) => ({ title }))),
			'A; B; C; and 2 more',
		],
		// A code without words has no part in it.
		[errorBody(422, { code: 9999 }, { title: 'A' }), 'A'],
		[errorBody(422, { code: 9999 }), 'IDT Express refused the request'],
	])('when the answer is %j, is %j', (body, message) => {
		expect(toError(answer(422, body)).message).toBe(message);
	});

	test('of the caller takes the place of the usual one', () => {
		const error = toError(answer(500, ''), { advice: 'Do this.', message: 'That happened' });
		expect(error.message).toBe('That happened');
		expect(error.description).toBe('Do this. (HTTP 500, request GET orders)');
	});
});

/** Advice that several of these tests find again. */
const REFUSED =
	"Check the values of this operation. Check the environment and the 'Base URL' in the credential.";
const SLOW_DOWN =
	'The account sends too many requests. Wait a moment, then run it again, with fewer workflows ' +
	'at the same time. If it happens often, ask your IDT Express account manager.';

describe('the description', () => {
	test('says title, advice, code, status, call and request, and nothing twice', () => {
		const error = toError(answer(422, INVALID_QUANTITY), { itemIndex: 2 });
		expect(error.description).toBe(
			'Invalid Field. Correct the value of the field that is named. (code 1002, HTTP 422, request GET orders, api_request_id a171cfe8-a18c-49cc-be94-41511eaac645)',
		);
		expect(error.httpCode).toBe('422');
		expect(error.context.itemIndex).toBe(2);
		// The editor shows these as the full message.
		expect(error.messages).toEqual(["'Quantity': Must be greater than 0"]);
	});

	test('says what every error says, each advice and each code once', () => {
		const missing = { code: 1001, title: 'Required Field Missing', detail: 'A', source: '/name' };
		const port = { code: 1002, title: 'Invalid Field', detail: 'B.', source: '/switches/1/port' };
		const error = toError(answer(422, { errors: [missing, port, { ...port, detail: 'C' }] }));
		expect(error.message).toBe(
			"'name': A; 'Switches, entry 2, Port': B; 'Switches, entry 2, Port': C",
		);
		expect(error.description).toBe(
			`Required Field Missing. Invalid Field. ${CODE_HINTS[1001]} ${CODE_HINTS[1002]} (code 1001, 1002, HTTP 422, request GET orders)`,
		);
	});

	test('says the detail where the message is the title', () => {
		const body = errorBody(422, { code: 3001, title: 'Insufficient Funds', detail: 'Odd...' });
		expect(toError(answer(422, body)).description).toContain(`Odd. ${CODE_HINTS[3001]} (code 3001`);
	});

	test.each<[string, unknown, string]>([
		[
			'names a parameter that the message does not',
			{ title: 'New', field: 'pop' },
			"Parameter: 'Point of Presence'.",
		],
		['does not say a title again that begins like that', { title: 'Odd Parameter: A' }, ''],
		['says the dots at the end of a sentence once', { title: 'New', detail: 'Odd . . ' }, 'Odd.'],
	])('%s', (_name, error, words) => {
		expect(toError(answer(422, { errors: [error] })).description).toBe(
			`${words} ${REFUSED} (HTTP 422, request GET orders)`.trim(),
		);
	});

	test('when there are more than three errors, says no more of the others than the message', () => {
		const errors = ['A', 'B', 'C', 'D'].map((detail) => ({ code: 3001, title: 'T', detail }));
		expect(toError(answer(422, { errors })).description).toBe(
			'A. B. C. Add funds to the account or order fewer numbers. (code 3001, HTTP 422, request GET orders)',
		);
	});

	test('when a write may have been made, says so before the advice', () => {
		const error = toError(answer(302, ''), { method: 'POST' });
		expect(error.description).toBe(
			'The change may have been made all the same: check it with Get or Get Many before you run ' +
				'this again. It was not followed: that would send your API secret to another address. ' +
				"Check the environment and the 'Base URL' in the credential. (HTTP 302, request POST orders)",
		);
	});

	test('says how often it was tried, and that a change may have been made', () => {
		const timeout = classifyNetworkError({ code: 'ETIMEDOUT' });
		const said = (call: Call) => toError(timeout, call).description;
		expect(said({ attempts: 4 })).toContain('Tried 4 times.');
		expect(said({ attempts: 1 })).not.toContain('Tried');
		expect(said({ method: 'POST' })).toContain('The change may have been made all the same');
		expect(said({ method: 'GET' })).not.toContain('may have been made');
		const refused = toError(answer(422, INVALID_QUANTITY), { method: 'POST' });
		expect(refused.description).not.toContain('may have been made');
	});

	test('says how long a service that is down asks to wait', () => {
		const headers = { 'retry-after': '7200' };
		const failure = classifyAnswer({ statusCode: 503, headers, body: '' }, 0);
		expect(toError(failure).description).toContain('IDT Express asks to wait 2 hours.');
	});

	test.each([
		['1', '1 second'],
		['1.2', '2 seconds'],
		['90', '90 seconds'],
		['119', '119 seconds'],
		['120', '2 minutes'],
		['600', '10 minutes'],
		['601', '11 minutes'],
		['7199', '120 minutes'],
		['7200', '2 hours'],
		['86400', '24 hours'],
	])('says how long the API asks to wait: %s s are %s', (seconds, words) => {
		const headers = { 'retry-after': seconds };
		const failure = classifyAnswer({ statusCode: 429, headers, body: '' }, 0);
		expect(toError(failure).description).toBe(
			`${SLOW_DOWN} IDT Express asks to wait ${words}. (HTTP 429, request GET orders)`,
		);
	});

	test.each([
		[429, undefined],
		[429, '0'],
	])('when HTTP %d comes with Retry-After %s, says nothing about a wait', (statusCode, seconds) => {
		const headers = { 'retry-after': seconds };
		const failure = classifyAnswer({ statusCode, headers, body: '' }, 0);
		expect(toError(failure).description).not.toContain('asks to wait');
	});
});

test.each([
	1000, 1001, 1002, 1003, 2000, 2001, 2002, 3000, 3001, 4000, 4001, 4002, 4003, 4004, 4005, 4006,
	4007, 4008,
])('code %d has advice of its own', (code) => {
	const error = toError(answer(422, errorBody(422, { code, title: 'T', detail: 'D' })));
	expect(CODE_HINTS[code]).toMatch(/^[A-Z].{20,}\.$/);
	expect(error.description).toContain(CODE_HINTS[code]);
});

describe('when an answer has no error of the API, it still says what to do', () => {
	test.each([
		[403, '<html>Forbidden</html>', 'Access Denied', /API secret.*proxy or firewall/],
		[401, '', 'Access Denied', /API secret/],
		[404, '', 'Not found', /Base URL/],
		[407, '<html>', 'A proxy requires authentication', /proxy settings of n8n/],
		[413, '<html>', 'The request is too large', /smaller parts/],
		[414, '', 'The request is too large', /smaller parts/],
		[429, 'slow down', 'Too many requests', /Wait a moment/],
		[500, '', 'IDT Express could not answer', /Try again in a few minutes/],
		[502, '<html><h1>Bad Gateway</h1></html>', 'IDT Express could not answer', /gateway/],
		[302, '', 'IDT Express answered with a redirect', /not followed/],
		[418, undefined, 'IDT Express refused the request', /Base URL/],
	])('HTTP %d with %j', (status, body, title, advice) => {
		const error = toError(answer(status, body));
		expect(error.message).toBe(title);
		expect(error.description).toMatch(advice);
		expect(error.description).toContain(`HTTP ${status}`);
		expect(error.description).not.toContain('<');
	});
});

describe("when a gateway answers, AWS's words are told apart", () => {
	test.each([
		[429, 'Limit Exceeded', 'quota', 'Quota Exceeded', /quota of the account is used up/],
		[429, 'Too Many Requests', 'throttled', 'Too many requests', /Wait a moment/],
		[400, 'Too Many Requests', 'throttled', 'Too many requests', /Wait a moment/],
		[403, 'Forbidden', 'refused', 'Access Denied', /API key/],
		[403, 'Missing Authentication Token', 'refused', 'Not found', /Base URL/],
	])('HTTP %d %s', (status, message, kind, title, advice) => {
		const failure = answer(status, { message });
		expect(failure).toMatchObject({ kind, outcome: 'refused' });
		const error = toError(failure);
		expect(error.message).toBe(title);
		expect(error.description).toMatch(advice);
		expect(error.description).toMatch(new RegExp(`^The answer was: ${message}\\.`));
	});
});

describe("the API's words are shown in whatever form they come", () => {
	test.each<[string, unknown, string?]>([
		['as documented', { errors: [{ code: 1002, title: 'Invalid Field', detail: 'Too odd' }] }],
		['one object', { errors: { code: 1002, title: 'Invalid Field', detail: 'Too odd' } }],
		['texts', { errors: ['Too odd'] }],
		['a text', { errors: 'Too odd' }],
		['with null among them', { errors: [null, { code: 1002, detail: 'Too odd' }, 7, ''] }],
		['by field', { errors: { quantity: ['Too odd'] } }, "'Quantity': Too odd"],
		[
			'by field, as objects',
			{ errors: { quantity: { code: 1002, message: 'Too odd' } } },
			"'Quantity': Too odd",
		],
		['lists in lists', { errors: [[[[{ detail: 'Too odd' }]]]] }],
		['a message', { message: 'Too odd' }],
		['a Message', { Message: 'Too odd' }],
		['a description', { description: 'Too odd' }],
		['Errors', { Errors: ['Too odd'] }],
		['an error', { error: 'Too odd' }],
		['OAuth', { error: 'invalid_request', error_description: 'Too odd' }],
		['an error object', { error: { code: 1002, message: 'Too odd' } }],
		['problem+json', { type: 'about:blank', title: 'Too odd', status: 422, detail: 'So odd' }],
		['a list', [{ code: 1002, detail: 'Too odd' }]],
		['an envelope', { data: { errors: [{ code: 1002, detail: 'Too odd' }] } }],
		['an envelope for one error', { fault: { faultstring: 'Too odd', detail: { id: 7 } } }],
		[
			'a list of words',
			{ statusCode: 422, message: ['Too odd', 'Too long'], error: 'Bad' },
			'Too odd; Too long',
		],
		[
			'a list of words in an error',
			{ errors: [{ code: 1002, title: 'Bad', detail: ['Too odd'] }] },
		],
		['a list of records', { detail: [{ loc: ['body', 'name'], msg: 'Too odd', type: 'odd' }] }],
		['a list under its singular', { error: ['Too odd'] }],
		['a code as text', { errors: [{ code: '1002', detail: 'Too odd' }] }],
		[
			'JSON:API',
			{ errors: [{ detail: 'Too odd', source: { pointer: '/quantity' } }] },
			"'Quantity': Too odd",
		],
	])('%s', (_form, body, message = 'Too odd') => {
		const failure = answer(422, body);
		expect(failure).toMatchObject({ kind: 'refused', reason: '' });
		expect(toError(failure).message).toBe(message);
	});

	test.each([
		[' Bad\n\n\tRequest ', 'The answer was: Bad Request'],
		['<html>Bad Request</html>', ''],
		// The API's, cut off.
		['{"errors":[{"code":10', ''],
		['', ''],
		[undefined, ''],
	])('when the body is %j, %j is shown of it', (body, reason) => {
		expect(answer(400, body)).toMatchObject({ kind: 'refused', outcome: 'unknown', reason });
	});

	test('when an error says only a part, the other parts are empty', () => {
		expect(answer(422, { errors: [{ title: 'A' }] }).errors).toEqual([
			{ code: null, title: 'A', detail: '', field: null, source: null },
		]);
		expect(answer(422, { errors: { size: [{ code: '7' }] } }).errors).toEqual([
			{ code: 7, title: '', detail: '', field: 'size', source: null },
		]);
	});

	test.each([0, -1, 1.5, 1e300, 'E42', '', null, [1002]])(
		'when the code is %j, it is none',
		(code) => {
			expect(answer(422, { errors: [{ code, title: 'A' }] }).errors).toMatchObject([
				{ code: null, title: 'A' },
			]);
		},
	);

	test('a code as text is read', () => {
		expect(answer(429, { errors: [{ code: '2001' }] }).kind).toBe('quota');
		expect(answer(429, { errors: { code: 2001 } }).kind).toBe('quota');
	});

	test.each([
		null,
		[],
		'x',
		7,
		{},
		{ errors: 'no' },
		{ errors: [null] },
		{ errors: [{}] },
		{ error: {} },
	])('%j is survived', (body) => {
		expect(toError(answer(422, body)).message).toMatch(/\w/);
	});

	test('deeply nested ones are survived', () => {
		let errors: unknown = 'deep';
		for (let depth = 0; depth < 100_000; depth++) errors = [errors];
		expect(toError(answer(422, { errors })).message).toBe('IDT Express refused the request');
	});

	test('deeply nested envelopes are survived', () => {
		let body: unknown = { message: 'deep' };
		for (let depth = 0; depth < 100_000; depth++) body = { a: body };
		expect(answer(422, body).errors).toEqual([]);
	});

	test('deeply nested ones by field are survived', () => {
		let errors: unknown = 'deep';
		for (let depth = 0; depth < 100_000; depth++) errors = { a: errors };
		expect(answer(422, { errors }).errors).toEqual([]);
	});
});

describe('what became of a request', () => {
	const code = (...codes: number[]) =>
		errorBody(0, ...codes.map((entry) => ({ code: entry, title: 'T', detail: 'D' })));
	const html = '<html>';

	test.each([
		[300, '', 'redirect', false, 'unknown'],
		[300, { message: 'Several' }, 'redirect', false, 'unknown'],
		[303, code(1002), 'redirect', false, 'unknown'],
		[400, '', 'refused', false, 'unknown'],
		[400, html, 'refused', false, 'unknown'],
		[400, code(1000), 'refused', false, 'refused'],
		[403, html, 'refused', false, 'unknown'],
		[404, code(1003), 'refused', false, 'refused'],
		[408, code(1000), 'refused', true, 'unknown'],
		[409, html, 'refused', false, 'unknown'],
		[422, code(1002), 'refused', false, 'refused'],
		[422, code(2001), 'quota', false, 'refused'],
		[429, code(2001, 2002), 'quota', false, 'refused'],
		[429, code(2002), 'throttled', true, 'refused'],
		[422, code(2002), 'throttled', true, 'refused'],
		[429, code(1000), 'throttled', true, 'refused'],
		// Somebody in front of the API, perhaps after it.
		[429, html, 'throttled', true, 'unknown'],
		[500, '', 'server', true, 'unknown'],
		[503, code(2002), 'server', true, 'unknown'],
		[503, code(2001), 'server', true, 'unknown'],
	])(
		'when HTTP %d comes with %j: %s, transient %s, %s',
		(status, body, kind, transient, outcome) => {
			expect(answer(status, body)).toMatchObject({
				kind,
				outcome,
				isTransient: transient,
				httpStatus: status,
			});
		},
	);

	test.each([
		['ECONNREFUSED', 'neverSent', true, 'IDT Express refused the connection'],
		['ENOTFOUND', 'neverSent', true, 'The host name of IDT Express could not be found'],
		['EAI_AGAIN', 'neverSent', true, 'The host name of IDT Express could not be found'],
		['EHOSTUNREACH', 'neverSent', true, 'IDT Express could not be reached'],
		['ENETUNREACH', 'neverSent', true, 'IDT Express could not be reached'],
		['ECONNABORTED', 'unknown', true, 'IDT Express did not answer in time'],
		['ETIMEDOUT', 'unknown', true, 'IDT Express did not answer in time'],
		['ECONNRESET', 'unknown', true, 'The connection to IDT Express was lost'],
		['EPIPE', 'unknown', true, 'The connection to IDT Express was lost'],
		['EPROTO', 'neverSent', false, 'No secure connection to IDT Express could be made'],
		// Of an answer that was spoilt on its way (seen with Node.js 20 and 24): the request has arrived.
		[
			'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC',
			'unknown',
			true,
			'The connection to IDT Express was lost',
		],
		['ERR_SSL_CERT_UNKNOWN', 'unknown', true, 'The connection to IDT Express was lost'],
		['CERT_HAS_EXPIRED', 'neverSent', false, 'The certificate of IDT Express is not trusted'],
		[
			'ERR_TLS_CERT_ALTNAME_INVALID',
			'neverSent',
			false,
			'The certificate of IDT Express is not trusted',
		],
		[
			'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
			'neverSent',
			false,
			'The certificate of IDT Express is not trusted',
		],
		['CERT_REVOKED', 'neverSent', false, 'The certificate of IDT Express is not trusted'],
	] as const)(
		'when the network fails with %s: %s, transient %s',
		(code, outcome, transient, title) => {
			const failure = classifyNetworkError({ httpCode: code });
			expect(failure).toMatchObject({ kind: 'network', outcome, isTransient: transient });
			const error = toError(failure);
			expect(error.message).toBe(title);
			expect(error.description).toContain(`network ${code}`);
			expect(error.httpCode).toBeNull();
		},
	);

	test.each([
		[{ cause: { code: 'EPIPE' } }, 'EPIPE'],
		[{ cause: { cause: { code: 'EPIPE' } } }, 'EPIPE'],
		[{ cause: { cause: { cause: { cause: { code: 'EPIPE' } } } } }, 'EPIPE'],
		// No more causes than that are looked at.
		[{ cause: { cause: { cause: { cause: { cause: { code: 'EPIPE' } } } } } }, 'UNKNOWN'],
		[{ httpCode: '500', code: 'ECONNRESET' }, 'ECONNRESET'],
		[{ httpCode: 'EPIPE', code: 'ECONNRESET' }, 'EPIPE'],
		[{ code: 'ECONNRESET', cause: { code: 'EPIPE' } }, 'ECONNRESET'],
		[{ name: 'SsrfBlockedIpError', code: 'EPIPE' }, 'BLOCKED'],
		[{ code: 'xEPIPE' }, 'UNKNOWN'],
		[{ code: 'EPIPE!' }, 'UNKNOWN'],
		[new Error('x'), 'UNKNOWN'],
		[undefined, 'UNKNOWN'],
	])('the code of %j is %s', (error, cause) => {
		expect(classifyNetworkError(error).cause).toBe(cause);
	});

	test.each([
		[{ message: 'Outer', cause: { message: 'Odd thing' } }, 'Odd thing.'],
		[{ message: 'Outer', cause: { code: 7 } }, 'Outer.'],
		[{ message: 'Odd\nthing', description: 'And more' }, 'Odd thing. And more'],
		[{ message: 'certificate has expired', code: 'CERT_HAS_EXPIRED' }, 'certificate has expired.'],
		[{ message: 'bad record mac', code: 'ERR_SSL_BAD_RECORD_MAC' }, 'bad record mac.'],
		// The code has words of its own.
		[{ message: 'connect ECONNREFUSED 10.0.0.1', code: 'ECONNREFUSED' }, ''],
	])('when the network fails with %j, %j is shown of it', (error, reason) => {
		expect(classifyNetworkError(error).reason).toBe(reason);
	});

	test("when n8n's SSRF protection stops a request, that is final, and its words are shown", () => {
		const error = { name: 'SsrfBlockedIpError', message: 'The address 10.0.0.1 is blocked' };
		const failure = classifyNetworkError({ message: 'Failed', cause: error });
		expect(failure).toEqual({
			kind: 'network',
			outcome: 'neverSent',
			isTransient: false,
			httpStatus: null,
			apiRequestId: null,
			errors: [],
			cause: 'BLOCKED',
			reason: 'The address 10.0.0.1 is blocked.',
			retryAfter: null,
		});
		expect(toError(failure).message).toBe('n8n blocked the request to IDT Express');
	});

	test('when an error is its own cause, that is survived', () => {
		const error = new Error('loop');
		error.cause = error;
		expect(classifyNetworkError(error).cause).toBe('UNKNOWN');
	});

	test.each([
		[199, {}, false],
		[200, {}, true],
		[204, '', true],
		[299, { message: 'OK' }, true],
		[299, { errors: [] }, true],
		[300, {}, false],
	])('when HTTP %d comes with %j, that it is a success is %s', (statusCode, body, expected) => {
		expect(isSuccess({ statusCode, headers: {}, body })).toBe(expected);
	});

	test('when a success has a message, that is no error', () => {
		expect(answer(200, { message: 'OK' })).toMatchObject({ kind: 'unreadable', errors: [] });
		expect(answer(300, { message: 'Moved' }).errors).toMatchObject([{ detail: 'Moved' }]);
	});

	test('when a success cannot be read, or is too large, it is unknown', () => {
		expect(answer(200, { api_request_id: 'r' })).toMatchObject({
			kind: 'unreadable',
			outcome: 'unknown',
			isTransient: true,
			apiRequestId: 'r',
		});
		// It says itself that it is empty, so trying again does not help.
		expect(answer(204, '')).toMatchObject({ kind: 'unreadable', isTransient: false });
		expect(answer(200, TOO_LARGE)).toMatchObject({
			kind: 'tooLarge',
			outcome: 'unknown',
			isTransient: false,
		});
	});

	test.each([
		[200, { errors: [{ code: 3001, title: 'T' }] }, false, 'failed', 'refused'],
		[200, { errors: [{ code: 3001, title: 'T' }] }, true, 'failed', 'unknown'],
		[207, { errors: ['partly'] }, false, 'failed', 'unknown'],
		[200, { errors: [{ code: 2002 }] }, false, 'throttled', 'refused'],
		[200, { errors: [{ code: 2001 }] }, false, 'quota', 'refused'],
	] as const)(
		'when HTTP %d is %j (record there: %s), it %s: %s',
		(statusCode, body, isDone, kind, outcome) => {
			const success = { statusCode, headers: {}, body };
			expect(isSuccess(success)).toBe(false);
			expect(classifyAnswer(success, 0, isDone)).toMatchObject({ kind, outcome });
		},
	);
});

describe('secrets that a server echoes', () => {
	// The base64 of the last one has a `+`, a `/` and two `=`.
	const secrets = ['key/of+test?1', 'key/of+test?1-s3cr"et', 'user', 'p4ss word', 'x~~~y???zz'];
	const redact = redactor(secrets);

	test.each([
		secrets[0],
		secrets[1],
		secrets[0].toUpperCase(),
		encodeURIComponent(secrets[1]),
		encodeURIComponent(secrets[3]),
		Buffer.from(secrets[1]).toString('base64'),
		Buffer.from(secrets[1]).toString('base64url'),
		Buffer.from('user:p4ss word').toString('base64'),
		'eH5+fnk/Pz96eg==',
		'eH5+fnk/Pz96eg',
		'eH5-fnk_Pz96eg',
		JSON.stringify(secrets[1]).slice(1, -1),
	])('when one is echoed as %s, it is taken out whole', (form) => {
		expect(redact(`before ${form} after`)).toMatch(/^before \*\*\*=* after$/);
	});

	test.each([
		[['test', 'order'], 'The latest orders of testing', 'The latest orders of testing'],
		[['test'], 'key test, test-1', 'key ***, ***-1'],
		[['abcd'], 'abcd-abcd', '***-***'],
		[['a', ''], 'a word', 'a word'],
		// The whole word alone; from eight characters on, wherever it is.
		[['abcdefg'], 'xabcdefgx abcdefg', 'xabcdefgx ***'],
		[['abcdefgh'], 'xabcdefghx', 'x***x'],
	])('when they are %j, %j is %j', (short, text, expected) => {
		expect(redactor(short)(text)).toBe(expected);
	});

	test('they are nowhere in the error', () => {
		const said = 'k3yk3y9 and 12345678';
		const body = {
			...errorBody(403, {
				code: 12345678,
				title: said,
				detail: said,
				field: said,
				source: `/${said}`,
			}),
			api_request_id: said,
		};
		const error = toError(answer(403, body), {
			redact: redactor(['k3yk3y9', '12345678']),
			id: said,
		});
		const whole = JSON.stringify({ ...error, message: error.message, stack: error.stack });
		expect(whole).not.toMatch(/k3yk3y9|12345678/);
		expect(errorOutput(error).code).toBeNull();
	});

	test('when the caller gives the advice, they are taken out of that too', () => {
		const redact = redactor(['k3yk3y9']);
		const error = toError(answer(500, ''), { redact, advice: 'Find the order k3yk3y9.' });
		expect(error.description).toBe('Find the order ***. (HTTP 500, request GET orders)');
	});

	test('our own words are left alone', () => {
		const error = toError(answer(403, ''), { redact: redactor(['credential', 'denied']) });
		expect(error.message).toBe('Access Denied');
		expect(error.description).toContain('in the credential: each environment has');
	});
});

describe('texts from outside', () => {
	test('are cut, however long and however many', () => {
		const entry = {
			code: 1002,
			title: 'T'.repeat(1e6),
			detail: 'D'.repeat(1e6),
			field: 'f'.repeat(1e5),
		};
		const error = toError(
			answer(422, errorBody(422, ...Array.from({ length: 1000 }, () => entry))),
		);
		expect(error.message.length).toBeLessThan(3_000);
		expect(String(error.description).length).toBeLessThan(6_000);
		expect(JSON.stringify(error.context.data).length).toBeLessThan(1_000_000);
		expect(toError(answer(400, 'x'.repeat(1e6))).description?.length).toBeLessThan(2_000);
	});

	test.each([
		[600, 'T'.repeat(600)],
		[601, `${'T'.repeat(600)}…`],
		[5_000, `${'T'.repeat(600)}…`],
	])('when a title has %d characters, at most 600 of them are shown', (length, shown) => {
		const title = 'T'.repeat(length);
		expect(toError(answer(422, { errors: [{ title }] })).message).toBe(shown);
	});

	test('when they are longer than ever needed, nothing is done with the rest', () => {
		const [error] = answer(422, { errors: [{ detail: 'D'.repeat(5_000) }] }).errors;
		expect(error.detail).toHaveLength(4_000);
		expect(answer(500, { api_request_id: 'r'.repeat(101) }).apiRequestId).toBe('r'.repeat(100));
	});

	test('when there are more than 500 errors, in whatever form, 500 are kept', () => {
		const details = Array.from({ length: 501 }, (_, index) => `Odd ${index}`);
		expect(answer(422, { errors: details }).errors).toHaveLength(500);
		expect(answer(422, { errors: { ...details } }).errors).toHaveLength(500);
	});

	test.each(['.', ' ', '. ', '\n', '/', '~', '~1', '=', '-', '<', '{', 'a', 'secret-of-test', '%'])(
		'take no time that grows faster than they do: 100 KB of %j',
		(piece) => {
			const text = `${piece.repeat(100_000 / piece.length)}x`;
			const redact = redactor(['key-of-test', 'secret-of-test']);
			const body = {
				api_request_id: text,
				errors: [{ title: text, detail: text, field: text, source: text }],
			};
			const took = processorTime(() => {
				toError(answer(422, body), { redact, id: text });
				toError(answer(400, text), { redact });
				toError(classifyNetworkError({ message: text, code: text }), { redact });
				inOneMessage(Object.assign(new Error(text), { description: text }));
			});
			expect(took).toBeLessThan(500);
		},
	);
});

describe('the label of the parameter that an error is about', () => {
	test.each([
		[{ source: '/order_items/0/quantity', field: 'quantity' }, 'Quantity'],
		[{ source: '/switches/2', field: 'switches' }, 'Switches, entry 3'],
		[{ source: '/switches/1/port', field: null }, 'Switches, entry 2, Port'],
		[{ source: '/', field: null }, ''],
		[{ source: null, field: 'quantity' }, 'Quantity'],
		[{ source: null, field: 'brand_new' }, 'brand_new'],
		[{ source: '/constructor', field: null }, 'constructor'],
		[{ source: '/order_items/0', field: null }, ''],
		[{ source: '/1a', field: null }, '1a'],
		[{ source: '/a1', field: null }, 'a1'],
		[{ source: '/switches/12', field: null }, 'Switches, entry 13'],
		[{ source: 'order_items/0/quantity', field: null }, 'Quantity'],
		[{ source: '/order_items/12/quantity', field: null }, 'Quantity'],
		[{ source: '/order_items', field: null }, ''],
		[{ source: '/pop/order_items/0', field: null }, 'Point of Presence, order_items, entry 1'],
	])('when it is %j, is %j', (error, expected) => {
		expect(parameterLabel(error, labels)).toBe(expected);
	});
});

describe('errorOutput', () => {
	test('when the API refused, holds all that it said', () => {
		const error = toError(answer(422, INVALID_QUANTITY));
		expect(errorOutput(error)).toEqual({
			error: "'Quantity': Must be greater than 0",
			description: error.description,
			code: 1002,
			http_status: 422,
			api_request_id: 'a171cfe8-a18c-49cc-be94-41511eaac645',
			details: [
				{
					code: 1002,
					title: 'Invalid Field',
					detail: 'Must be greater than 0.',
					field: 'quantity',
					source: '/order_items/0/quantity',
				},
			],
		});
	});

	test('when the first of several errors has no code, holds the code of the next', () => {
		const failure = answer(422, { errors: ['Odd', { code: 1002 }, { code: 1001 }] });
		expect(errorOutput(toError(failure)).code).toBe(1002);
	});

	test('when it is a defect of ours, has the same shape', () => {
		expect(errorOutput(new TypeError('x is not a function'))).toEqual({
			error: 'x is not a function',
			description: '',
			code: null,
			http_status: null,
			api_request_id: null,
			details: [],
		});
	});

	test('when input is bad, has the same shape', () => {
		const error = new NodeOperationError(node, 'Quantity is empty', { description: 'Fill it in.' });
		expect(errorOutput(error)).toEqual({
			error: 'Quantity is empty',
			description: 'Fill it in.',
			code: null,
			http_status: null,
			api_request_id: null,
			details: [],
		});
	});
});

describe('what others ask of an error', () => {
	test('whether the same request may succeed a moment later', () => {
		expect(isTransient(toError(answer(503, null)))).toBe(true);
		expect(isTransient(toError(answer(404, null)))).toBe(false);
		expect(isTransient(toError(classifyNetworkError({ code: 'EPROTO' })))).toBe(false);
		expect(isTransient(new NodeOperationError(node, 'Bad input'))).toBe(false);
		expect(isTransient({ context: { isTransient: true } })).toBe(false);
	});

	test('all that it says in its message, without a code for which n8n has a message of its own', () => {
		const error = toError(classifyNetworkError({ code: 'ECONNREFUSED' }));
		const { message } = error;
		const description = String(error.description);
		expect(description).toContain('network ECONNREFUSED');
		expect(inOneMessage(error)).toBe(error);
		expect(error.message).toBe(
			`${message}: ${description.replace('network ECONNREFUSED', 'network')}`,
		);
		expect(inOneMessage(new Error('Nothing more')).message).toBe('Nothing more');
	});
});

describe('who says that a write was refused', () => {
	const outcomeOf = (statusCode: number, body: unknown) =>
		classifyAnswer({ statusCode, headers: {}, body }, 0).outcome;
	const documented = { errors: [{ code: 2002, title: 'Throttled' }] };

	test.each([400, 401, 403, 404, 409, 413, 422, 423, 425, 429, 499])(
		'when HTTP %i comes with words of somebody on the way, the outcome is unknown',
		(status) => {
			const words = { code: status, message: 'In progress' };
			const fault = { faultstring: 'Blocked' };
			for (const body of [
				{ error: 'No' },
				words,
				{ error: words },
				{ errors: ['No'] },
				{ fault },
				'',
			]) {
				expect(outcomeOf(status, body)).toBe('unknown');
			}
			expect(outcomeOf(status, documented)).toBe('refused');
			expect(outcomeOf(status, { message: 'Too Many Requests' })).toBe('refused');
		},
	);

	test('when a success has an error in it, it is none, and its words are shown', () => {
		for (const body of [{ error: 'Insufficient funds' }, { error: { message: 'No funds' } }]) {
			const answer = { statusCode: 200, headers: {}, body };
			expect(isSuccess(answer)).toBe(false);
			expect(classifyAnswer(answer, 0).errors[0].detail).toMatch(/funds/);
		}
		for (const error of [null, '', false, {}, [], { code: 0, message: '' }]) {
			expect(isSuccess({ statusCode: 200, headers: {}, body: { error } })).toBe(true);
		}
		for (const body of [
			{ message: 'OK' },
			{ code: '0000' },
			{ code: 200 },
			{ code: 40070 },
			{ code: 'E4007' },
			{ success: 'true' },
			{ success: 'falsely' },
			{ success: 'not false' },
			{ status: '4000' },
			{ status: 'no 404' },
		]) {
			expect(isSuccess({ statusCode: 200, headers: {}, body })).toBe(true);
		}
	});

	test.each([
		[{ errors: ['Too late'] }, 'unknown'],
		[{ error: 'Too late' }, 'unknown'],
		[{ errorMessage: 'Too late', errorType: 'Timeout' }, 'unknown'],
		[{ success: false, message: 'Too late' }, 'unknown'],
		[{ status: 422, message: 'Too late' }, 'unknown'],
		[{ statusCode: '504', message: 'Too late' }, 'unknown'],
		[{ status: 'error', message: 'Too late' }, 'unknown'],
		[{ status: 'fail', detail: 'Too late' }, 'unknown'],
		[{ success: 'false', message: 'Too late' }, 'unknown'],
		[{ ok: false, message: 'Too late' }, 'unknown'],
		[{ data: { errors: ['Too late'] } }, 'unknown'],
		[{ errors: [{ code: 1000, detail: 'Too late' }] }, 'refused'],
		[{ code: '4007', title: 'Cannot', detail: 'Too late' }, 'refused'],
		[{ data: { code: 4007, detail: 'Too late' } }, 'refused'],
	])('when a success is %j, it failed, and the outcome is %s', (body, outcome) => {
		expect(isSuccess({ statusCode: 200, headers: {}, body })).toBe(false);
		expect(answer(200, body)).toMatchObject({ kind: 'failed', outcome });
		expect(toError(answer(200, body)).message).toBe('Too late');
	});

	test('when a success is not the record that is documented, the error has its words', () => {
		const body = { message: 'Down for maintenance', code: 200 };
		expect(isSuccess({ statusCode: 200, headers: {}, body })).toBe(true);
		expect(answer(200, body)).toMatchObject({ kind: 'unreadable', outcome: 'unknown', errors: [] });
		const error = toError(answer(200, body));
		expect(error.message).toBe('The answer of IDT Express could not be read');
		expect(error.description).toMatch(/^The answer was: Down for maintenance\. /);
	});

	test('when it was done in part, or given up, a code of the API does not make it a refusal', () => {
		const body = { errors: [{ code: 1000, detail: 'Too late' }] };
		expect([200, 207, 400, 408].map((status) => answer(status, body).outcome)).toEqual([
			'refused',
			'unknown',
			'refused',
			'unknown',
		]);
	});

	test('when one of two errors has a code of the API, a conflict is its refusal', () => {
		const errors = [{ detail: 'first' }, { code: 1000, detail: 'second' }];
		expect(answer(409, { errors }).outcome).toBe('refused');
		expect(answer(409, { errors: [errors[0]] }).outcome).toBe('unknown');
	});

	test('when a host becomes unreachable after the request was sent, the outcome is unknown', () => {
		const unreachable = (syscall: string) =>
			classifyNetworkError({ message: 'Failed', cause: { code: 'EHOSTUNREACH', syscall } }).outcome;
		expect(unreachable('connect')).toBe('neverSent');
		expect(unreachable('read')).toBe('unknown');
		expect(unreachable('write')).toBe('unknown');
	});
});
