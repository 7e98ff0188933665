import { NodeApiError } from 'n8n-workflow';
import type { INode } from 'n8n-workflow';
import { countAt, isRecord, textAt } from '../shared/json';
import { oneLine, readErrors, readPlainText, readReportedErrors } from './errorWords';
import { BLOCKED, codeHint, gatewayHint, hintFor, isCategory, isTlsProblem } from './hints';
import { parseRetryAfter } from './retry';
import type { ApiErrorDetail, ApiFailure, HttpAnswer, Outcome } from './types';

/** Network failures before which nothing was sent, and which may pass. */
const NOT_CONNECTED = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];

const QUOTA_EXCEEDED = 2001;
const THROTTLED = 2002;

/** The one status below 500 after which the server may have gone on: it only gave up waiting. */
const REQUEST_TIMEOUT = 408;
/** A success that was one only in part. */
const MULTI_STATUS = 207;

/**
 * Classifies an answer with a status outside 200–299.
 * @param now milliseconds since 1970
 * @see docs/api.md#errors
 */
export function classifyAnswer(answer: HttpAnswer, now: number): ApiFailure {
	const errors = readErrors(answer.body);
	const status = answer.statusCode;
	const kind = kindOf(status, errors);
	return {
		kind,
		outcome: outcomeOf(status, kind, errors),
		isTransient: kind === 'server' || kind === 'throttled' || status === REQUEST_TIMEOUT,
		httpStatus: status,
		apiRequestId: readRequestId(answer.body),
		errors,
		networkCode: null,
		reason: errors.length === 0 ? readPlainText(answer.body) : '',
		retryAfter: parseRetryAfter(answer.headers['retry-after'], answer.headers.date, now),
	};
}

function kindOf(status: number, errors: ApiErrorDetail[]): ApiFailure['kind'] {
	const has = (code: number) => errors.some((error) => error.code === code);
	if (status >= 500) return 'server';
	if (status >= 300 && status < 400) return 'redirect';
	if (has(QUOTA_EXCEEDED)) return 'quota';
	if (has(THROTTLED)) return 'throttled';
	return gatewayHint(errors)?.kind ?? (status === 429 ? 'throttled' : 'refused');
}

function outcomeOf(status: number, kind: ApiFailure['kind'], errors: ApiErrorDetail[]): Outcome {
	// Requests are counted before they are carried out.
	if ((kind === 'quota' || kind === 'throttled') && errors.length > 0) return 'refused';
	// A page that is not the API's, or an empty answer, does not say what the API did.
	return kind === 'refused' && status !== REQUEST_TIMEOUT && errors.length > 0
		? 'refused'
		: 'unknown';
}

/**
 * Classifies an answer with a status from 200 to 299.
 * @param isDocumented whether its body is what the endpoint documents, errors in it aside
 * @param isDone whether it holds the record that the endpoint documents
 * @returns `null` for a success
 */
export function classifySuccess(
	answer: HttpAnswer,
	{ isDocumented, isDone }: { isDocumented: boolean; isDone: boolean },
	now: number,
): ApiFailure | null {
	const errors = readReportedErrors(answer.body);
	if (errors.length > 0) {
		const failure = classifyAnswer(answer, now);
		const isPartly = isDone || answer.statusCode === MULTI_STATUS;
		return {
			...failure,
			kind: failure.kind === 'refused' ? 'failed' : failure.kind,
			outcome: isPartly ? 'unknown' : 'refused',
		};
	}
	return isDocumented ? null : classifyUnreadable(answer);
}

/** Classifies a success whose body is not what the endpoint documents, or too large to be it. */
export function classifyUnreadable(
	answer: HttpAnswer,
	kind: 'unreadable' | 'tooLarge' = 'unreadable',
): ApiFailure {
	return {
		kind,
		outcome: 'unknown',
		isTransient: kind === 'unreadable',
		httpStatus: answer.statusCode,
		apiRequestId: readRequestId(answer.body),
		errors: [],
		networkCode: null,
		reason: readPlainText(answer.body),
		retryAfter: null,
	};
}

/** Classifies what n8n's request helper throws when there is no answer at all. */
export function classifyNetworkError(error: unknown): ApiFailure {
	const networkCode = readNetworkCode(error);
	const isPermanent = networkCode === BLOCKED || isTlsProblem(networkCode);
	return {
		kind: 'network',
		outcome: isPermanent || NOT_CONNECTED.includes(networkCode) ? 'neverSent' : 'unknown',
		isTransient: !isPermanent,
		httpStatus: null,
		apiRequestId: null,
		errors: [],
		networkCode,
		reason: networkCode === BLOCKED || networkCode === UNKNOWN_CODE ? readReason(error) : '',
		retryAfter: null,
	};
}

const UNKNOWN_CODE = 'UNKNOWN';

/** n8n keeps the code as `httpCode`, and the original error as `cause`, sometimes of a cause. */
function readNetworkCode(error: unknown): string {
	for (const cause of causesOf(error)) {
		if (textAt(cause, 'name').startsWith('SsrfBlocked')) return BLOCKED;
		for (const code of [textAt(cause, 'httpCode'), textAt(cause, 'code')]) {
			if (/^[A-Z][A-Z_]{3,60}$/.test(code)) return code;
		}
	}
	return UNKNOWN_CODE;
}

/** The words of the innermost cause that says something. */
function readReason(error: unknown): string {
	const cause = causesOf(error)
		.reverse()
		.find((entry) => textAt(entry, 'message') !== '');
	return oneLine(`${textAt(cause, 'message')}. ${textAt(cause, 'description')}`);
}

function causesOf(error: unknown): unknown[] {
	const causes: unknown[] = [];
	for (let cause = error; isRecord(cause) && causes.length < 5; cause = cause.cause) {
		causes.push(cause);
	}
	return causes;
}

function readRequestId(body: unknown): string | null {
	return textAt(body, 'api_request_id').slice(0, 100) || null;
}

/** Whether the request that failed with this error may succeed a moment later. */
export function isTransient(error: unknown): boolean {
	return error instanceof NodeApiError && error.context.isTransient === true;
}

/** For where n8n shows nothing but the message: moves the description into it. */
export function inOneMessage(error: Error): Error {
	// Where it passes the error on, n8n replaces a message with a network code in it by one of its own.
	const description = textAt(error, 'description').replace(/network [A-Z][A-Z_]+/g, 'network');
	if (description === '') return error;
	// n8n would add a description that the message does not hold.
	return Object.assign(error, { message: `${error.message}: ${description}`, description });
}

/** What Continue On Fail puts into the failed item. */
export interface ErrorOutput {
	error: string;
	description: string;
	code: number | null;
	http_status: number | null;
	api_request_id: string | null;
	details: ApiErrorDetail[];
}

/** The Continue On Fail output of any error that an operation can throw. */
export function errorOutput(error: Error): ErrorOutput {
	const failure = error instanceof NodeApiError ? error.context.data : undefined;
	const details = readReportedErrors(failure);
	return {
		error: error.message,
		description: textAt(error, 'description'),
		code: details.find(({ code }) => code !== null)?.code ?? null,
		http_status: countAt(failure, 'status') || null,
		api_request_id: readRequestId(failure),
		details,
	};
}

/** What the error says beside the failure itself. */
export interface ErrorCircumstances {
	itemIndex?: number;
	/** How often the request was sent. */
	attempts: number;
	/** For example `POST orders`: shows support which call it was. */
	call: string;
	/** Whether the request was to change something. */
	isWrite?: boolean;
	/** Takes the place of the usual advice: the caller knows better what to do next. */
	advice?: string;
	/** Takes the place of the API's own message. */
	message?: string;
	/** The API's field name → the label in the form. */
	labels?: Record<string, string>;
	/** Takes the secrets out of a text. */
	redact?: (text: string) => string;
}

const LONGEST_PART = 600;

/**
 * Turns a failure into the one error that the user sees. The message says what is wrong, for a toast, a
 * log line or a model shows nothing else; the description adds advice, code, status and `api_request_id`.
 */
export function toNodeApiError(
	node: INode,
	failure: ApiFailure,
	circumstances: ErrorCircumstances,
): NodeApiError {
	const redact = circumstances.redact ?? ((text) => text);
	const clean = (text: string) => {
		const redacted = redact(text);
		return redacted.length > LONGEST_PART ? `${redacted.slice(0, LONGEST_PART)}…` : redacted;
	};
	const errors = failure.errors.map((error) => ({
		code:
			error.code !== null && clean(String(error.code)) === String(error.code) ? error.code : null,
		title: clean(error.title),
		detail: clean(error.detail),
		field: error.field && clean(error.field),
		source: error.source && clean(error.source),
	}));
	const shown = {
		...failure,
		errors,
		reason: clean(failure.reason),
		apiRequestId: failure.apiRequestId && clean(failure.apiRequestId),
	};
	const { message = messageOf(shown, circumstances.labels), advice } = circumstances;
	const error = new NodeApiError(
		node,
		{ message },
		{
			message,
			description: describe(shown, message, {
				...circumstances,
				advice: advice && redact(advice),
				call: clean(circumstances.call),
			}),
			// A network code here would make n8n replace our message by its own.
			httpCode: failure.httpStatus === null ? undefined : String(failure.httpStatus),
			itemIndex: circumstances.itemIndex,
		},
	);
	error.context.isTransient = failure.isTransient;
	// The editor shows this as the error's data, and Continue On Fail builds its output from it.
	error.context.data = {
		status: failure.httpStatus,
		api_request_id: shown.apiRequestId,
		errors,
	};
	return error;
}

const MAY_HAVE_HAPPENED =
	'The change may have been made all the same: check it with Get or Get Many before you run this again.';

/** This many errors are put into words; the data of the error has all. */
const MOST_SAID = 3;

function messageOf(failure: ApiFailure, labels: Record<string, string> = {}): string {
	const gateway = gatewayHint(failure.errors);
	if (gateway) return gateway.title;
	const sentences = new Set(failure.errors.map((error) => sentenceOf(error, labels)));
	sentences.delete('');
	if (sentences.size === 0) return hintFor(failure).title;
	const said = [...sentences].slice(0, MOST_SAID).join('; ');
	return sentences.size > MOST_SAID ? `${said}; and ${sentences.size - MOST_SAID} more` : said;
}

/** What one error says: its title, or its detail with the field, where the title is only a category. */
function sentenceOf(error: ApiErrorDetail, labels: Record<string, string>): string {
	if (error.title !== '' && (error.detail === '' || !isCategory(error.code))) return error.title;
	const detail = withoutDot(error.detail);
	const label = parameterLabel(error, labels);
	return label === '' || detail.toLowerCase().includes(label.toLowerCase())
		? detail
		: `'${label}': ${detail}`;
}

function describe(failure: ApiFailure, message: string, circumstances: ErrorCircumstances): string {
	const doubt = circumstances.isWrite && failure.outcome === 'unknown' ? MAY_HAVE_HAPPENED : '';
	const tried = circumstances.attempts > 1 ? `Tried ${circumstances.attempts} times.` : '';
	const codes = new Set(failure.errors.map(({ code }) => code).filter((code) => code !== null));
	const facts = [
		codes.size > 0 ? `code ${[...codes].join(', ')}` : '',
		failure.httpStatus === null ? `network ${failure.networkCode}` : `HTTP ${failure.httpStatus}`,
		`request ${circumstances.call}`,
		failure.apiRequestId ? `api_request_id ${failure.apiRequestId}` : '',
	];
	const parts = [
		...wordsBeside(failure, message, circumstances.labels ?? {}),
		circumstances.advice ?? [doubt, adviceOn(failure)].filter(Boolean).join(' '),
		waitOf(failure),
		tried,
		`(${facts.filter(Boolean).join(', ')})`,
	];
	return parts.filter(Boolean).join(' ');
}

/** What the server says and the message does not say yet. */
function wordsBeside(
	failure: ApiFailure,
	message: string,
	labels: Record<string, string>,
): string[] {
	const said = failure.errors.slice(0, MOST_SAID).flatMap((error) => {
		const label = parameterLabel(error, labels);
		return [error.title, error.detail, label && `Parameter: '${label}'`];
	});
	const reason = failure.reason === '' ? '' : `The answer was: ${failure.reason}`;
	const words = [...said, failure.kind === 'network' ? failure.reason : reason];
	return [...new Set(words.map(withoutDot))]
		.filter((word) => word !== '' && !message.includes(word.replace(/^Parameter: /, '')))
		.map((word) => `${word}.`);
}

function adviceOn(failure: ApiFailure): string {
	const hints = new Set(failure.errors.map(({ code }) => codeHint(code)));
	hints.delete('');
	if (hints.size > 0) return [...hints].join(' ');
	return (gatewayHint(failure.errors) ?? hintFor(failure)).advice;
}

function waitOf({ kind, retryAfter }: ApiFailure): string {
	if (kind !== 'throttled' || !retryAfter) return '';
	const seconds = Math.ceil(retryAfter / 1000);
	const [amount, unit] =
		seconds < 120
			? [seconds, 'second']
			: seconds < 7200
				? [Math.ceil(seconds / 60), 'minute']
				: [Math.ceil(seconds / 3600), 'hour'];
	return `IDT Express asks to wait ${amount} ${unit}${amount === 1 ? '' : 's'}.`;
}

function withoutDot(text: string): string {
	let end = text.length;
	while (end > 0 && '. '.includes(text[end - 1])) end--;
	return text.slice(0, end);
}

/**
 * The label of the parameter that an error is about, from the JSON Pointer where there is one:
 * `/switches/1/port` → `Switches, entry 2, Port`.
 * @param labels the API's field name → the label in the form
 */
export function parameterLabel(
	error: Pick<ApiErrorDetail, 'field' | 'source'>,
	labels: Record<string, string>,
): string {
	const labelOf = (name: string) => (Object.hasOwn(labels, name) ? labels[name] : name);
	const steps = (error.source ?? '')
		.split('/')
		.slice(0, 12)
		.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
		// The one order item is ours, not the user's.
		.filter(
			(step, index, all) =>
				step !== '' && step !== 'order_items' && all[index - 1] !== 'order_items',
		);
	if (steps.length === 0) return error.field ? labelOf(error.field) : '';
	return steps
		.map((step) => (/^\d+$/.test(step) ? `entry ${Number(step) + 1}` : labelOf(step)))
		.join(', ');
}
