import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { INode } from 'n8n-workflow';
import {
	classifyAnswer,
	classifyNetworkError,
	classifyUnreadable,
	errorOutput,
	inOneMessage,
	mayPass,
	parameterName,
	redact,
	toNodeApiError,
	type ErrorCircumstances,
} from '../../nodes/IdtExpress/api/errors';
import { hintFor } from '../../nodes/IdtExpress/api/hints';

const node: INode = {
	id: '1',
	name: 'IDT Express',
	type: 'idtExpress',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

function answer(statusCode: number, body: unknown) {
	return classifyAnswer({ statusCode, headers: {}, body }, 0);
}

function errorBody(status: number, ...errors: object[]) {
	return { status, api_request_id: 'a171cfe8-a18c-49cc-be94-41511eaac645', errors };
}

function toError(
	failure: ReturnType<typeof answer>,
	circumstances: Partial<ErrorCircumstances> = {},
): NodeApiError {
	return toNodeApiError(node, failure, {
		attempts: 1,
		call: 'POST orders',
		secrets: [],
		...circumstances,
	});
}

const INVALID_QUANTITY = errorBody(422, {
	code: 1002,
	title: 'Invalid Field',
	detail: 'Quantity must be greater than 0',
	field: 'quantity',
	source: '/order_items/0/quantity',
});

test("the documented example becomes the API's title, and says field, advice, code and request", () => {
	const error = toError(answer(422, INVALID_QUANTITY), { itemIndex: 2 });
	expect(error).toBeInstanceOf(NodeApiError);
	expect(error.message).toBe('Invalid Field');
	expect(error.description).toBe(
		'Quantity must be greater than 0 (parameter: Quantity). Correct the value, then run it again. (code 1002, HTTP 422, request POST orders, api_request_id a171cfe8-a18c-49cc-be94-41511eaac645)',
	);
	expect(error.httpCode).toBe('422');
	expect(error.context.itemIndex).toBe(2);
});

test('several API errors are all told', () => {
	const error = toError(
		answer(
			422,
			errorBody(
				422,
				{
					code: 1001,
					title: 'Required Field Missing',
					detail: 'Name is required',
					source: '/name',
				},
				{ code: 1002, title: 'Invalid Field', detail: 'Port is bad.', source: '/switches/1/port' },
			),
		),
	);
	expect(error.message).toBe('Required Field Missing; Invalid Field');
	expect(error.description).toContain('Name is required (parameter: Name).');
	expect(error.description).toContain('Port is bad (parameter: Switches, entry 2, Port).');
	expect(error.description).toContain('code 1001, 1002');
});

test.each([1000, 1001, 1002, 1003, 2000, 2001, 2002, 3000, 3001])(
	'code %d has advice of its own',
	(code) => {
		expect(hintFor(code)).toMatch(/^[A-Z].{20,}\.$/);
	},
);

test.each([4000, 4001, 4002, 4003, 4004, 4005, 4006, 4007, 4008])(
	'code %d has advice of its own',
	(code) => {
		const error = toError(answer(422, errorBody(422, { code, title: 'T', detail: 'D' })));
		expect(error.description).toContain(hintFor(code));
		expect(hintFor(code)).toMatch(/^[A-Z].{20,}\.$/);
	},
);

test.each([
	[403, '<html>Forbidden</html>', 'Access Denied', /API secret/],
	[404, '', 'Not found', /base URL/],
	[429, 'slow down', 'Too many requests', /Wait a moment/],
	[500, '', 'IDT Express could not answer', /Try again in a few minutes/],
	[502, '<html><h1>Bad Gateway</h1></html>', 'IDT Express could not answer', /gateway/],
	[302, '', 'IDT Express answered with a redirect', /not followed/],
	[418, undefined, 'IDT Express refused the request', /base URL/],
])('HTTP %d without an error object still says what to do', (status, body, title, advice) => {
	const error = toError(answer(status, body));
	expect(error.message).toBe(title);
	expect(error.description).toMatch(advice);
	expect(error.description).toContain(`HTTP ${status}`);
	expect(error.description).not.toContain('<');
});

test.each([
	['ECONNREFUSED', 'IDT Express refused the connection', false],
	['ENOTFOUND', 'The host name of IDT Express could not be found', false],
	['EAI_AGAIN', 'The host name of IDT Express could not be found', false],
	['ECONNABORTED', 'IDT Express did not answer in time', true],
	['ETIMEDOUT', 'IDT Express did not answer in time', true],
	['ECONNRESET', 'The connection to IDT Express broke off', true],
	['EPIPE', 'The connection to IDT Express broke off', true],
])('%s is told in our words, and whether a write may have happened', (code, title, mayHave) => {
	const failure = classifyNetworkError({ httpCode: code });
	expect(failure.mayHaveHappened).toBe(mayHave);
	const error = toError(failure, { attempts: 4 });
	expect(error.message).toBe(title);
	expect(error.description).toContain('Tried 4 times.');
	expect(error.description).toContain(`network ${code}`);
});

test('the code of a network failure is found on the cause too, and may be missing', () => {
	expect(classifyNetworkError({ cause: { code: 'EPIPE' } }).networkCode).toBe('EPIPE');
	expect(classifyNetworkError(new Error('x')).networkCode).toBe('UNKNOWN');
	expect(classifyNetworkError(undefined).networkCode).toBe('UNKNOWN');
});

test('only an answer that surely came before the work was done rules a write out', () => {
	expect(answer(500, '').mayHaveHappened).toBe(true);
	expect(answer(408, '').mayHaveHappened).toBe(true);
	expect(classifyUnreadable({ statusCode: 200, headers: {}, body: '{"or' }).mayHaveHappened).toBe(
		true,
	);
	expect(answer(422, INVALID_QUANTITY).mayHaveHappened).toBe(false);
	expect(answer(429, errorBody(429, { code: 2002 })).mayHaveHappened).toBe(false);
});

test('a 5xx stays a server fault whatever codes its body holds', () => {
	expect(answer(503, errorBody(503, { code: 2002 })).kind).toBe('server');
	expect(answer(503, errorBody(503, { code: 2001 })).kind).toBe('server');
});

test('a body that is not what it should be is survived', () => {
	for (const body of [null, [], 'x', 7, { errors: 'no' }, { errors: [null] }, { errors: [{}] }]) {
		const error = toError(answer(422, body));
		expect(error.message).toMatch(/\w/);
		expect(error.description).toContain('HTTP 422');
	}
});

test('secrets that a server echoes are blacked out everywhere', () => {
	const body = {
		...errorBody(403, {
			code: 2000,
			title: 'No k3yk3y',
			detail: 'k3yk3y and s3cret are wrong',
			field: 'k3yk3y',
			source: '/s3cret',
		}),
		api_request_id: 'req-k3yk3y',
	};
	const error = toError(answer(403, body), { secrets: ['k3yk3y', 's3cret', ''] });
	const whole = JSON.stringify({ ...error, message: error.message, stack: error.stack });
	expect(whole).not.toMatch(/k3yk3y|s3cret/);
	expect(error.description).toContain('*** and *** are wrong');
	expect(error.context.data).toMatchObject({ api_request_id: 'req-***' });
	expect(redact('abcd-abcd', ['abcd'])).toBe('***-***');
	expect(redact('a word', ['a', ''])).toBe('a word');
});

test.each([
	[{ source: '/order_items/0/quantity', field: 'quantity' }, 'Quantity'],
	[{ source: '/order_items/0/did_skus/1', field: null }, 'SKU Names or IDs, entry 2'],
	[{ source: '/numbers/2', field: 'numbers' }, 'Numbers, entry 3'],
	[{ source: '/', field: null }, ''],
	[{ source: null, field: 'country_iso' }, 'Country'],
	[{ source: null, field: 'brand_new' }, 'brand_new'],
	[{ source: '/constructor', field: null }, 'constructor'],
	[{ source: '/a~1b', field: null }, 'a/b'],
])('%j is the parameter %j', (error, expected) => {
	expect(parameterName(error)).toBe(expected);
});

describe('errorOutput', () => {
	test('holds what the API said', () => {
		expect(errorOutput(toError(answer(422, INVALID_QUANTITY)))).toEqual({
			error: 'Invalid Field',
			code: 1002,
			http_status: 422,
			api_request_id: 'a171cfe8-a18c-49cc-be94-41511eaac645',
			details: [
				{
					code: 1002,
					title: 'Invalid Field',
					detail: 'Quantity must be greater than 0',
					field: 'quantity',
					source: '/order_items/0/quantity',
				},
			],
		});
	});

	test('of bad input has the same shape, with nothing from the API', () => {
		expect(errorOutput(new NodeOperationError(node, 'Quantity is empty'))).toEqual({
			error: 'Quantity is empty',
			code: null,
			http_status: null,
			api_request_id: null,
			details: [],
		});
	});
});

describe('classification', () => {
	const code = (...codes: number[]) =>
		errorBody(0, ...codes.map((entry) => ({ code: entry, title: 'T', detail: 'D' })));

	test.each([
		[300, '', 'redirect', false, false],
		[302, code(2002), 'redirect', false, false],
		[399, '', 'redirect', false, false],
		[400, '', 'refused', false, false],
		[404, code(1003), 'refused', false, false],
		[408, '', 'refused', true, true],
		[422, code(1002), 'refused', false, false],
		[422, code(2001), 'quota', false, false],
		[429, code(2001), 'quota', false, false],
		[429, code(2001, 2002), 'quota', false, false],
		[429, code(2002), 'throttled', true, false],
		[422, code(2002), 'throttled', true, false],
		[429, '', 'throttled', true, false],
		[429, code(1000), 'refused', false, false],
		[499, '', 'refused', false, false],
		[500, '', 'server', true, true],
		[599, '', 'server', true, true],
	])('HTTP %d with %j is %s', (status, body, kind, transient, mayHaveHappened) => {
		expect(answer(status, body)).toMatchObject({
			kind,
			transient,
			mayHaveHappened,
			httpStatus: status,
			networkCode: null,
		});
	});

	test('Retry-After is read from the headers', () => {
		const headers = { 'retry-after': '2' };
		expect(classifyAnswer({ statusCode: 429, headers, body: '' }, 0).retryAfter).toBe(2000);
	});

	test('a success that cannot be read', () => {
		const body = { api_request_id: 'r' };
		expect(classifyUnreadable({ statusCode: 200, headers: {}, body })).toEqual({
			kind: 'unreadable',
			transient: true,
			mayHaveHappened: true,
			httpStatus: 200,
			apiRequestId: 'r',
			errors: [],
			networkCode: null,
			retryAfter: null,
		});
	});

	test.each(['EHOSTUNREACH', 'ENETUNREACH', 'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'])(
		'after %s the request was surely not sent',
		(httpCode) => {
			expect(classifyNetworkError({ httpCode })).toEqual({
				kind: 'network',
				transient: true,
				mayHaveHappened: false,
				httpStatus: null,
				apiRequestId: null,
				errors: [],
				networkCode: httpCode,
				retryAfter: null,
			});
		},
	);

	test.each([
		[{ code: 'EPIPE' }, 'EPIPE'],
		[{ httpCode: '500', code: 'ECONNRESET' }, 'ECONNRESET'],
		[{ code: 'ERR_BAD_1' }, 'UNKNOWN'],
		[{ code: 'xEPIPE' }, 'UNKNOWN'],
		[{ code: 'EPIPE!' }, 'UNKNOWN'],
	])('%j is the network code %s', (error, networkCode) => {
		expect(classifyNetworkError(error).networkCode).toBe(networkCode);
	});
});

describe('what others ask of an error', () => {
	test('whether the same request may succeed a moment later', () => {
		expect(mayPass(toError(answer(503, null)))).toBe(true);
		expect(mayPass(toError(answer(404, null)))).toBe(false);
		expect(mayPass(new NodeOperationError(node, 'Bad input'))).toBe(false);
		expect(mayPass({ context: { mayPass: true } })).toBe(false);
	});

	test('all that it says in its message, without a code that n8n would put its own message for', () => {
		const error = toError(
			classifyNetworkError(Object.assign(new Error(), { code: 'ECONNREFUSED' })),
		);
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

describe('the description, to the letter', () => {
	test('of a change that may have been made', () => {
		const timeout = classifyNetworkError(Object.assign(new Error(), { code: 'ETIMEDOUT' }));
		const doubt = 'The change may have been made all the same: look at it with Get or Get Many';
		expect(toError(timeout, { isWrite: true }).description).toContain(doubt);
		expect(toError(timeout, { isWrite: false }).description).not.toContain(doubt);
		expect(toError(answer(404, null), { isWrite: true }).description).not.toContain(doubt);
	});

	const describe422 = (...errors: object[]) =>
		toError(answer(422, { status: 422, errors })).description;
	const facts = (codes: string) => `(${codes}HTTP 422, request POST orders)`;

	test.each([
		[
			[{ code: 9999, title: 'New', detail: ' Odd... ' }],
			'Odd. Check the values of this operation, and the base URL if one is set in the credential. (code 9999, HTTP 422, request POST orders)',
		],
		[
			[{ title: 'New', detail: '', field: 'pop' }],
			'Parameter: Point of Presence. Check the values of this operation, and the base URL if one is set in the credential. (HTTP 422, request POST orders)',
		],
		[
			[{ title: 'New' }],
			'Check the values of this operation, and the base URL if one is set in the credential. (HTTP 422, request POST orders)',
		],
	])('of %j', (errors, expected) => {
		expect(describe422(...errors)).toBe(expected);
	});

	test('the same advice and the same code are told once, different ones in their order', () => {
		const entry = (code: number | undefined, detail: string) => ({ code, title: 'T', detail });
		expect(describe422(entry(1002, 'A'), entry(1002, 'B'))).toBe(
			`A. B. ${hintFor(1002)} ${facts('code 1002, ')}`,
		);
		expect(describe422(entry(1001, 'A'), entry(1002, 'B'), entry(undefined, 'C'))).toBe(
			`A. B. C. ${hintFor(1001)} ${hintFor(1002)} ${facts('code 1001, 1002, ')}`,
		);
	});

	test('an empty title among others is left out', () => {
		const error = toError(answer(422, errorBody(422, { title: '' }, { title: 'T' })));
		expect(error.message).toBe('T');
	});

	test('advice and message of the caller take the place of the usual ones', () => {
		const error = toError(answer(500, ''), { advice: 'Do this.', message: 'That happened' });
		expect(error.message).toBe('That happened');
		expect(error.description).toBe('Do this. (HTTP 500, request POST orders)');
	});

	test('of a network failure', () => {
		const error = toError(classifyNetworkError({ httpCode: 'EPIPE' }), { attempts: 1 });
		expect(error.description).toBe(
			'Try again in a moment. If it goes on, check the network, and any proxy between this n8n and IDT Express. (network EPIPE, request POST orders)',
		);
		expect(error.httpCode).toBeNull();
	});
});

test.each([
	['country_iso', 'Country'],
	['region_code', 'Region'],
	['toll_free', 'Toll-Free'],
	['did_group_id', 'DID Group'],
	['did_skus', 'SKU Names or IDs'],
	['quantity', 'Quantity'],
	['preview', 'Preview Only'],
	['order_id', 'Order'],
	['filter_by_status', 'Status'],
	['number', 'Number'],
	['numbers', 'Numbers'],
	['name', 'Name'],
	['type', 'Caller ID Type'],
	['display', 'Caller ID Display'],
	['trunk_group_id', 'Trunk Group'],
	['ring_type', 'Ring Type'],
	['pop', 'Point of Presence'],
	['is_default', 'Default Trunk Group'],
	['switches', 'Switches'],
	['ip', 'IP Address'],
	['port', 'Port'],
])('the field %s is the parameter %s', (field, label) => {
	expect(parameterName({ field, source: null })).toBe(label);
});

test.each([
	['/numbers/12', 'Numbers, entry 13'],
	['/a1', 'a1'],
	['/1a', '1a'],
	['/a~01', 'a~1'],
])('the pointer %s is %s', (source, label) => {
	expect(parameterName({ field: null, source })).toBe(label);
});
