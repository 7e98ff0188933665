import type { IDataObject } from 'n8n-workflow';
import { isRecord, textAt, valueAt } from '../shared/json';
import { BLOCKED, gatewayMeaning, isTlsProblem } from './hints';
import { parseRetryAfter } from './retry';
import type { ApiErrorDetail, ApiFailure, HttpAnswer } from './types';

/** What became of a failed request. Texts from outside are cut before anything else is done with them. */

/** Stands for a body that was not read to its end. */
export const TOO_LARGE = Symbol('too large');

const QUOTA_EXCEEDED = 2001;
const THROTTLED = 2002;

/** Statuses that do not say it all: a success in part, and a server that only gave up waiting. */
const MULTI_STATUS = 207;
const NO_CONTENT = 204;
const REQUEST_TIMEOUT = 408;

/**
 * Statuses with which servers on the way speak of now, not of the request: it may go on behind them. Only
 * a code of the API, or words of its gateway, say that it does not.
 */
const NOT_NOW = [409, 423, 425, 429, 499];

/** Network failures before which nothing was sent, and which may pass. */
const NOT_CONNECTED = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];
const UNKNOWN_CODE = 'UNKNOWN';

const MOST_ERRORS = 20;
const MOST_CAUSES = 5;
const DEEPEST = 4;
/** Longer than what is shown, so that a secret is not cut in two before it is taken out. */
const LONGEST_TEXT = 4_000;

/** What servers call the sentence that says what is wrong. */
const DETAIL_NAMES = ['detail', 'message', 'Message', 'error_description', 'description', 'error'];

/** Whether an answer is a success that reports no errors. */
export function isSuccess({ statusCode, body }: HttpAnswer): boolean {
	return statusCode >= 200 && statusCode < 300 && !reportsErrors(body);
}

/**
 * Classifies an answer that is not the success that the endpoint documents.
 * @param now milliseconds since 1970
 * @param isDone whether it holds the record of a success all the same
 * @see docs/api.md#errors
 */
export function classifyAnswer(answer: HttpAnswer, now: number, isDone = false): ApiFailure {
	const { statusCode: status, headers, body } = answer;
	// A success may have a `message`, such as *OK*.
	const errors = status < 300 && !reportsErrors(body) ? [] : readErrors(body);
	const kind = kindOf(answer, errors);
	// A page that is not the API's, or an empty answer, does not say what the API did.
	const isUnknown =
		errors.length === 0 ||
		isDone ||
		kind === 'server' ||
		kind === 'redirect' ||
		(NOT_NOW.includes(status) && !isOurs(errors)) ||
		status === MULTI_STATUS ||
		status === REQUEST_TIMEOUT;
	return {
		kind,
		outcome: isUnknown ? 'unknown' : 'refused',
		isTransient:
			['server', 'throttled'].includes(kind) ||
			// An answer that says itself that it is empty is not cut off.
			(kind === 'unreadable' && status !== NO_CONTENT) ||
			status === REQUEST_TIMEOUT,
		httpStatus: status,
		apiRequestId: readRequestId(body),
		errors,
		networkCode: null,
		reason: readPlainText(body),
		retryAfter: parseRetryAfter(headers['retry-after'], headers.date, now),
	};
}

/** Whether errors are the API's, or its gateway's. */
function isOurs(errors: ApiErrorDetail[]): boolean {
	return errors.some(({ code }) => code !== null) || gatewayMeaning(errors) !== undefined;
}

function kindOf({ statusCode, body }: HttpAnswer, errors: ApiErrorDetail[]): ApiFailure['kind'] {
	const has = (code: number) => errors.some((error) => error.code === code);
	const isAccepted = statusCode < 400;
	if (body === TOO_LARGE) return 'tooLarge';
	if (statusCode >= 500) return 'server';
	if (statusCode >= 300 && isAccepted) return 'redirect';
	if (isAccepted && errors.length === 0) return 'unreadable';
	const meaning = gatewayMeaning(errors);
	if (has(QUOTA_EXCEEDED) || meaning === 'quota') return 'quota';
	if (has(THROTTLED) || meaning === 'throttled' || statusCode === 429) return 'throttled';
	return isAccepted ? 'failed' : 'refused';
}

/** Classifies what n8n's request helper throws when there is no answer at all. */
export function classifyNetworkError(error: unknown): ApiFailure {
	const causes: unknown[] = [];
	for (let cause = error; isRecord(cause) && causes.length < MOST_CAUSES; cause = cause.cause) {
		causes.push(cause);
	}
	const networkCode = causes.map(networkCodeOf).find((code) => code !== '') ?? UNKNOWN_CODE;
	const isPermanent = networkCode === BLOCKED || isTlsProblem(networkCode);
	// A host can become unreachable after the request was sent.
	const isBroken = causes.some((cause) => /^(read|write)$/.test(textAt(cause, 'syscall')));
	// The innermost cause that says something.
	const speaking = causes.reverse().find((cause) => textAt(cause, 'message') !== '');
	const isExplained = networkCode !== BLOCKED && networkCode !== UNKNOWN_CODE;
	return {
		kind: 'network',
		outcome:
			isPermanent || (NOT_CONNECTED.includes(networkCode) && !isBroken) ? 'neverSent' : 'unknown',
		isTransient: !isPermanent,
		httpStatus: null,
		apiRequestId: null,
		errors: [],
		networkCode,
		reason: isExplained
			? ''
			: oneLine(`${textAt(speaking, 'message')}. ${textAt(speaking, 'description')}`),
		retryAfter: null,
	};
}

/** n8n keeps the code as `httpCode`, and the original error as `cause`, sometimes of a cause. */
function networkCodeOf(cause: unknown): string {
	if (textAt(cause, 'name').startsWith('SsrfBlocked')) return BLOCKED;
	const codes = [textAt(cause, 'httpCode'), textAt(cause, 'code')];
	return codes.find((code) => /^[A-Z][A-Z_]{3,60}$/.test(code)) ?? '';
}

/** What IDT Express support asks for. */
export function readRequestId(body: unknown): string | null {
	return textAt(body, 'api_request_id').slice(0, 100) || null;
}

/**
 * Reads the errors of an answer, in whatever form they are: as documented, as one object, as texts, by
 * field, or as a gateway's `{"message": …}` or problem+json.
 * @see docs/api.md#errors
 */
function readErrors(body: unknown): ApiErrorDetail[] {
	if (Array.isArray(body)) return entriesOf(body);
	const reported = readReportedErrors(body);
	if (reported.length > 0 || !isRecord(body)) return reported;
	const error = readError(isRecord(body.error) ? body.error : body, null);
	return error === null ? [] : [error];
}

/** Reads the errors of an answer's `errors` alone. */
export function readReportedErrors(body: unknown): ApiErrorDetail[] {
	return isRecord(body) ? entriesOf(body.errors ?? body.Errors) : [];
}

/** Whether a success reports errors all the same; a bare `message` may say *OK*. */
function reportsErrors(body: unknown): boolean {
	return readReportedErrors(body).length > 0 || Boolean(valueAt(body, 'error'));
}

function entriesOf(errors: unknown, field: string | null = null, depth = 0): ApiErrorDetail[] {
	if (depth > DEEPEST) return [];
	if (typeof errors === 'string') return entriesOf([{ detail: errors }], field, depth);
	if (Array.isArray(errors)) {
		return errors
			.slice(0, MOST_ERRORS)
			.flatMap((entry: unknown) => entriesOf(entry, field, depth + 1));
	}
	if (!isRecord(errors)) return [];
	const error = readError(errors, field);
	if (error !== null) return [error];
	// By field: {"quantity": ["must be positive"]}
	return Object.entries(errors)
		.slice(0, MOST_ERRORS)
		.flatMap(([name, entry]) => entriesOf(entry, oneLine(name), depth + 1));
}

/** @returns `null` where the record says nothing */
function readError(record: IDataObject, field: string | null): ApiErrorDetail | null {
	const text = (...path: string[]) => oneLine(textAt(record, ...path));
	const code = Number(textAt(record, 'code'));
	const error = {
		code: Number.isSafeInteger(code) && code > 0 ? code : null,
		title: text('title'),
		detail: DETAIL_NAMES.map((name) => text(name)).find((detail) => detail !== '') ?? '',
		field: text('field') || field,
		source: text('source') || text('source', 'pointer') || null,
	};
	return error.code === null && error.title === '' && error.detail === '' ? null : error;
}

/** What a server answers in plain text; pages are not for reading. */
function readPlainText(body: unknown): string {
	const text = typeof body === 'string' ? oneLine(body) : '';
	return /^[^<{]/.test(text) ? `The answer was: ${text}` : '';
}

/** @returns the text in one line, and not longer than is sensible */
function oneLine(text: string): string {
	return text.slice(0, LONGEST_TEXT).replace(/\s+/g, ' ').trim();
}
