import type { IDataObject } from 'n8n-workflow';
import { isRecord, textAt, valueAt } from '../shared/json';
import { parseRetryAfter } from './retry';
import type { ApiErrorDetail, ApiFailure, HttpAnswer } from './types';

/** What became of a failed request. Texts from outside are cut before anything else is done with them. */

/** Stands for a body that was not read to its end. */
export const TOO_LARGE = Symbol('too large');

/** The API's codes begin with 1000; servers on the way give HTTP statuses as codes. */
const OWN_CODE = /^[1-9]\d{3}$/;
const QUOTA_EXCEEDED = 2001;
const THROTTLED = 2002;

/**
 * What AWS's API gateway says, which shares the header `x-api-key` with the API: the code of the API, or the
 * HTTP status, that means the same.
 */
const GATEWAY_WORDS = new Map([
	['limit exceeded', QUOTA_EXCEEDED],
	['too many requests', THROTTLED],
	['forbidden', 403],
	['missing authentication token', 404],
]);

/** Network failures before which nothing was sent, and which may pass. */
const NOT_CONNECTED = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];

/**
 * Those which do not pass: n8n's SSRF protection, a port without TLS, and certificates. (`ERR_SSL_…` is the
 * code of a connection that breaks later, for example at an answer that was spoilt on its way.)
 */
const CANNOT_CONNECT =
	/^(BLOCKED|EPROTO|CERT_|CRL_|UNABLE_TO_|ERR_TLS_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/;

const MOST_ERRORS = 500;
const MOST_CAUSES = 5;
const DEEPEST = 5;
/** Longer than what is shown, so that a secret is not cut in two before it is taken out. */
const LONGEST_TEXT = 4_000;

/** What the API, its gateway and common frameworks call the sentence that says what is wrong. */
const DETAIL_NAMES = [
	'detail',
	'message',
	'Message',
	'msg',
	'error_description',
	'description',
	'errorMessage',
	'faultstring',
	'error',
];

/** Whether an answer is a success that does not say otherwise; a bare `message` may say *OK*. */
export function isSuccess({ statusCode, body }: HttpAnswer): boolean {
	return statusCode >= 200 && statusCode < 300 && ![body, valueAt(body, 'data')].some(saysFailure);
}

function saysFailure(part: unknown): boolean {
	// An envelope may have an empty one in every answer.
	const isError = (error: unknown) =>
		typeof error === 'object' ? readErrors(error, null).length > 0 : Boolean(error);
	const says = (pattern: RegExp, ...names: string[]) =>
		names.some((name) => pattern.test(String(valueAt(part, name))));
	return (
		['errors', 'Errors', 'error', 'errorMessage'].some((name) => isError(valueAt(part, name))) ||
		says(/^([45]\d\d$|err|fail)/i, 'status', 'statusCode') ||
		says(/^false$/i, 'success', 'ok') ||
		says(OWN_CODE, 'code')
	);
}

/**
 * Classifies an answer that is not the success that the endpoint documents.
 * @param now milliseconds since 1970
 * @param isDone whether it holds the record of a success all the same
 * @see docs/api.md#errors
 */
export function classifyAnswer(answer: HttpAnswer, now: number, isDone = false): ApiFailure {
	const { statusCode: status, headers, body } = answer;
	const errors = isSuccess(answer) ? [] : readErrors(body);
	const isOwn = (code: number) => OWN_CODE.test(String(code));
	const ownCodes = errors.map(({ code }) => code ?? 0).filter(isOwn);
	// A success without its record may say why: {"message": "Down for maintenance"}
	const [said] = isRecord(body) && errors.length === 0 ? readError(body) : [];
	const words = errors.length === 1 && errors[0].code === null ? errors[0].detail : '';
	const meaning = GATEWAY_WORDS.get(words.toLowerCase());
	const codes = meaning ? [meaning] : ownCodes;
	const kind = kindOf(answer, errors.length > 0, codes);
	const isUnknown =
		isDone ||
		['server', 'redirect'].includes(kind) ||
		// Done in part, or given up by a server that only waited.
		[207, 408].includes(status) ||
		// What others on the way say, in whatever words, does not tell what the API did behind them.
		codes.length === 0;
	return {
		kind,
		cause: String(meaning ?? status),
		outcome: isUnknown ? 'unknown' : 'refused',
		isTransient:
			['server', 'throttled'].includes(kind) ||
			// A 204 says itself that it is empty: nothing is cut off.
			(kind === 'unreadable' && status !== 204) ||
			status === 408,
		httpStatus: status,
		// What IDT Express support asks for.
		apiRequestId: textAt(body, 'api_request_id').slice(0, 100) || null,
		errors: meaning ? [] : errors,
		reason: readPlainText(meaning ? words : (said?.detail ?? body)),
		retryAfter: parseRetryAfter(headers['retry-after'], headers.date, now),
	};
}

/** @param hasErrors whether it says that something is wrong */
function kindOf(answer: HttpAnswer, hasErrors: boolean, codes: number[]): ApiFailure['kind'] {
	const { statusCode, body } = answer;
	if (body === TOO_LARGE) return 'tooLarge';
	if (statusCode >= 500) return 'server';
	if (statusCode < 300 && !hasErrors) return 'unreadable';
	if (statusCode >= 300 && statusCode < 400) return 'redirect';
	if (codes.includes(QUOTA_EXCEEDED)) return 'quota';
	if (codes.includes(THROTTLED) || statusCode === 429) return 'throttled';
	return statusCode < 300 ? 'failed' : 'refused';
}

/** Classifies what n8n's request helper throws when there is no answer at all. */
export function classifyNetworkError(error: unknown): ApiFailure {
	const causes: unknown[] = [];
	for (let cause = error; isRecord(cause) && causes.length < MOST_CAUSES; cause = cause.cause) {
		causes.push(cause);
	}
	const code = causes.map(networkCodeOf).find((name) => name !== '') ?? 'UNKNOWN';
	const isPermanent = CANNOT_CONNECT.test(code);
	// A host can become unreachable after the request was sent.
	const isBroken = causes.some((cause) => ['read', 'write'].includes(textAt(cause, 'syscall')));
	const isUnsent = isPermanent || (NOT_CONNECTED.includes(code) && !isBroken);
	const speaking = causes.reverse().find((cause) => textAt(cause, 'message') !== '');
	const words = `${textAt(speaking, 'message')}. ${textAt(speaking, 'description')}`;
	return {
		kind: 'network',
		cause: code,
		outcome: isUnsent ? 'neverSent' : 'unknown',
		isTransient: !isPermanent,
		httpStatus: null,
		apiRequestId: null,
		errors: [],
		// What the innermost cause says, where the code is none of the system's, such as ECONNRESET.
		reason: /^E(?!RR_)/.test(code) ? '' : oneLine(words),
		retryAfter: null,
	};
}

/** n8n keeps the code as `httpCode`, and the original error as `cause`, sometimes of a cause. */
function networkCodeOf(cause: unknown): string {
	if (textAt(cause, 'name').startsWith('SsrfBlocked')) return 'BLOCKED';
	const codes = [textAt(cause, 'httpCode'), textAt(cause, 'code')];
	return codes.find((code) => /^[A-Z][A-Z_]{3,60}$/.test(code)) ?? '';
}

/**
 * Reads the errors of an answer, in whatever form they are: as documented, as one object, as texts, by
 * field, as a gateway's `{"message": …}` or problem+json, or any of these in an envelope.
 * @param field what the errors are about; `undefined` in an envelope, where not every text is an error
 */
function readErrors(part: unknown, field?: string | null, depth = 0): ApiErrorDetail[] {
	const within = (value: unknown, about = field) => readErrors(value, about, depth + 1);
	if (typeof part === 'string' && field !== undefined) return readError({ detail: part }, field);
	if (typeof part !== 'object' || part === null || depth > DEEPEST) return [];
	const entries = Object.entries(part).slice(0, MOST_ERRORS);
	if (!isRecord(part)) return entries.flatMap(([, entry]) => within(entry, field ?? null));
	const { error } = part;
	const listed = within(part.errors ?? part.Errors, null);
	const said = listed.length > 0 ? listed : readError(isRecord(error) ? error : part, field);
	if (said.length > 0) return said;
	// By field: {"quantity": ["must be positive"]}
	return entries.flatMap(([name, entry]) =>
		within(entry, field === undefined ? field : oneLine(name)),
	);
}

/** @returns nothing where the record says nothing */
function readError(record: IDataObject, field: string | null = null): ApiErrorDetail[] {
	const isText = (part: unknown) => ['string', 'number'].includes(typeof part);
	// Some servers list several under one name.
	const text = (...path: string[]) =>
		oneLine([valueAt(record, ...path)].flat().filter(isText).join('; '));
	const code = Number(textAt(record, 'code'));
	const error = {
		code: Number.isSafeInteger(code) && code > 0 ? code : null,
		title: text('title'),
		detail: DETAIL_NAMES.map((name) => text(name)).find((detail) => detail !== '') ?? '',
		field: text('field') || field,
		source: text('source') || text('source', 'pointer') || null,
	};
	return error.code === null && error.title === '' && error.detail === '' ? [] : [error];
}

/** What a server answers in plain text; pages are not for reading. */
function readPlainText(body: unknown): string {
	const text = typeof body === 'string' ? oneLine(body) : '';
	return /^[^<{]/.test(text) ? `The answer was: ${text}` : '';
}

function oneLine(text: string): string {
	return text.slice(0, LONGEST_TEXT).replace(/\s+/g, ' ').trim();
}
