import { NodeApiError } from 'n8n-workflow';
import type { INode } from 'n8n-workflow';
import { hintFor, networkHint, statusHint } from './hints';
import { parseRetryAfter } from './retry';
import type { ApiErrorDetail, ApiFailure, HttpAnswer } from './types';
import { countAt, isRecord, listAt, textAt } from '../shared/json';

/** Network failures after which the request surely did not reach the server. */
const NEVER_SENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];

const QUOTA_EXCEEDED = 2001;
const THROTTLED = 2002;

/** Classifies an answer with a status outside 200–299. */
export function classifyAnswer(answer: HttpAnswer, now: number): ApiFailure {
	const status = answer.statusCode;
	const errors = readErrors(answer.body);
	const codes = errors.map((error) => error.code);
	const base = {
		httpStatus: status,
		apiRequestId: readRequestId(answer.body),
		errors,
		networkCode: null,
		retryAfter: parseRetryAfter(answer.headers['retry-after'], answer.headers.date, now),
	};
	if (status >= 300 && status < 400) {
		return { ...base, kind: 'redirect', transient: false, mayHaveHappened: false };
	}
	if (status >= 500) {
		return { ...base, kind: 'server', transient: true, mayHaveHappened: true };
	}
	if (codes.includes(QUOTA_EXCEEDED)) {
		return { ...base, kind: 'quota', transient: false, mayHaveHappened: false };
	}
	if (codes.includes(THROTTLED) || (status === 429 && errors.length === 0)) {
		return { ...base, kind: 'throttled', transient: true, mayHaveHappened: false };
	}
	// 408: a gateway gave up waiting; what was behind it may have gone on.
	const gaveUp = status === 408;
	return { ...base, kind: 'refused', transient: gaveUp, mayHaveHappened: gaveUp };
}

/** Classifies a success whose body is not what the endpoint answers: HTML, cut off, or empty. */
export function classifyUnreadable(answer: HttpAnswer): ApiFailure {
	return {
		kind: 'unreadable',
		transient: true,
		mayHaveHappened: true,
		httpStatus: answer.statusCode,
		apiRequestId: readRequestId(answer.body),
		errors: [],
		networkCode: null,
		retryAfter: null,
	};
}

/** Classifies what n8n's request helper throws when there is no answer at all. */
export function classifyNetworkError(error: unknown): ApiFailure {
	const networkCode = readNetworkCode(error);
	return {
		kind: 'network',
		transient: true,
		mayHaveHappened: !NEVER_SENT.includes(networkCode),
		httpStatus: null,
		apiRequestId: null,
		errors: [],
		networkCode,
		retryAfter: null,
	};
}

function readNetworkCode(error: unknown): string {
	// n8n keeps axios's code as `httpCode`, and the original error as `cause`.
	for (const candidate of [
		textAt(error, 'httpCode'),
		textAt(error, 'code'),
		textAt(isErrorWithCause(error) ? error.cause : null, 'code'),
	]) {
		if (/^E[A-Z_]+$/.test(candidate)) return candidate;
	}
	return 'UNKNOWN';
}

function isErrorWithCause(error: unknown): error is { cause: unknown } {
	return isRecord(error) && 'cause' in error;
}

function readErrors(body: unknown): ApiErrorDetail[] {
	return listAt(body, 'errors').map((error) => ({
		code: countAt(error, 'code') || null,
		title: textAt(error, 'title'),
		detail: textAt(error, 'detail'),
		field: textAt(error, 'field') || null,
		source: textAt(error, 'source') || null,
	}));
}

function readRequestId(body: unknown): string | null {
	return textAt(body, 'api_request_id') || null;
}

/** Whether the request that failed with this error may succeed a moment later. */
export function mayPass(error: unknown): boolean {
	return error instanceof NodeApiError && error.context.mayPass === true;
}

/** For where n8n shows nothing but the message: moves the description into it. */
export function inOneMessage(error: Error): Error {
	// Where it passes the error on, n8n replaces a message with a network code in it by one of its own.
	const description = textAt(error, 'description').replace(/network E[A-Z_]+/g, 'network');
	if (description !== '') error.message = `${error.message}: ${description}`;
	return error;
}

/** What Continue On Fail puts into the failed item (node-interface: Errors with Continue On Fail). */
export interface ErrorOutput {
	error: string;
	code: number | null;
	http_status: number | null;
	api_request_id: string | null;
	details: ApiErrorDetail[];
}

/** The Continue On Fail output of any error that an operation can throw. */
export function errorOutput(error: Error): ErrorOutput {
	const failure = error instanceof NodeApiError ? error.context.data : undefined;
	const details = listAt(failure, 'errors').length ? readErrors(failure) : [];
	return {
		error: error.message,
		code: details[0]?.code ?? null,
		http_status: countAt(failure, 'status') || null,
		api_request_id: readRequestId(failure),
		details,
	};
}

/** Nobody's key is as short; taken out of every word, it would only make errors unreadable. */
const SHORTEST_SECRET = 4;

/** Removes secrets that a server or a proxy may have echoed. */
export function redact(text: string, secrets: readonly string[]): string {
	return secrets
		.filter((secret) => secret.length >= SHORTEST_SECRET)
		.reduce((clean, secret) => clean.replaceAll(secret, '***'), text);
}

/** What the error says beside the failure itself. */
export interface ErrorCircumstances {
	itemIndex?: number;
	/** How often the request was sent. */
	attempts: number;
	/** For example `POST orders`: tells support which call it was. */
	call: string;
	/** Whether the request was to change something. */
	isWrite?: boolean;
	/** Takes the place of the usual advice: the caller knows better what to do next. */
	advice?: string;
	/** Takes the place of the API's title. */
	message?: string;
	secrets: readonly string[];
}

/**
 * Turns a failure into the one error that the user sees: the API's title as the message; detail,
 * field, advice, code, status and `api_request_id` in the description.
 */
export function toNodeApiError(
	node: INode,
	failure: ApiFailure,
	circumstances: ErrorCircumstances,
): NodeApiError {
	const clean = (text: string) => redact(text, circumstances.secrets);
	const message = clean(circumstances.message ?? messageOf(failure));
	const error = new NodeApiError(
		node,
		{ message },
		{
			message,
			description: clean(describe(failure, circumstances)),
			// A network code here would make n8n replace our message by its own.
			httpCode: failure.httpStatus === null ? undefined : String(failure.httpStatus),
			itemIndex: circumstances.itemIndex,
		},
	);
	error.context.mayPass = failure.transient;
	// The editor shows this as the error's data, and Continue On Fail builds its output from it.
	error.context.data = {
		status: failure.httpStatus,
		api_request_id: failure.apiRequestId && clean(failure.apiRequestId),
		errors: failure.errors.map(({ code, title, detail, field, source }) => ({
			code,
			title: clean(title),
			detail: clean(detail),
			field: field && clean(field),
			source: source && clean(source),
		})),
	};
	return error;
}

const MAY_HAVE_HAPPENED =
	'The change may have been made all the same: look at it with Get or Get Many before you run this again.';

function messageOf(failure: ApiFailure): string {
	const titles = failure.errors.map((error) => error.title).filter((title) => title !== '');
	if (titles.length > 0) return [...new Set(titles)].join('; ');
	return failure.kind === 'network'
		? networkHint(failure.networkCode).title
		: statusHint(failure.httpStatus, failure.kind).title;
}

function describe(failure: ApiFailure, circumstances: ErrorCircumstances): string {
	const said = failure.errors.map(describeDetail).filter((line) => line !== '');
	const doubt = circumstances.isWrite && failure.mayHaveHappened ? MAY_HAVE_HAPPENED : '';
	const advice = circumstances.advice ?? [doubt, adviceOn(failure)].filter(Boolean).join(' ');
	const tried = circumstances.attempts > 1 ? `Tried ${circumstances.attempts} times.` : '';
	const facts = [
		codesOf(failure),
		failure.httpStatus === null ? `network ${failure.networkCode}` : `HTTP ${failure.httpStatus}`,
		`request ${circumstances.call}`,
		failure.apiRequestId ? `api_request_id ${failure.apiRequestId}` : '',
	].filter((fact) => fact !== '');
	return [...said, advice, tried, `(${facts.join(', ')})`].filter((part) => part !== '').join(' ');
}

function describeDetail(error: ApiErrorDetail): string {
	const detail = error.detail.trim().replace(/[.\s]*$/, '');
	const parameter = parameterName(error);
	if (!detail) return parameter ? `Parameter: ${parameter}.` : '';
	return parameter ? `${detail} (parameter: ${parameter}).` : `${detail}.`;
}

function codesOf(failure: ApiFailure): string {
	const codes = failure.errors.map((error) => error.code).filter((code) => code !== null);
	return codes.length > 0 ? `code ${[...new Set(codes)].join(', ')}` : '';
}

function adviceOn(failure: ApiFailure): string {
	const hints = failure.errors.map((error) => hintFor(error.code)).filter((hint) => hint !== '');
	if (hints.length > 0) return [...new Set(hints)].join(' ');
	return failure.kind === 'network'
		? networkHint(failure.networkCode).advice
		: statusHint(failure.httpStatus, failure.kind).advice;
}

/** What the API's fields are called in the node. */
const PARAMETER_NAMES: Record<string, string> = {
	country_iso: 'Country',
	region_code: 'Region',
	toll_free: 'Toll-Free',
	did_group_id: 'DID Group',
	did_skus: 'SKU Names or IDs',
	quantity: 'Quantity',
	preview: 'Preview Only',
	order_id: 'Order',
	filter_by_status: 'Status',
	number: 'Number',
	numbers: 'Numbers',
	name: 'Name',
	type: 'Caller ID Type',
	display: 'Caller ID Display',
	trunk_group_id: 'Trunk Group',
	ring_type: 'Ring Type',
	pop: 'Point of Presence',
	is_default: 'Default Trunk Group',
	switches: 'Switches',
	ip: 'IP Address',
	port: 'Port',
};

/**
 * The user's name of the parameter that an error is about, from the JSON Pointer where there is one:
 * `/switches/1/port` → `Switches, entry 2, Port`.
 */
export function parameterName(error: Pick<ApiErrorDetail, 'field' | 'source'>): string {
	const steps = (error.source ?? '')
		.split('/')
		.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
		// The one order item is ours, not the user's.
		.filter(
			(step, index, all) =>
				step !== '' && step !== 'order_items' && all[index - 1] !== 'order_items',
		);
	if (steps.length === 0) return error.field ? nameOf(error.field) : '';
	return steps
		.map((step) => (/^\d+$/.test(step) ? `entry ${Number(step) + 1}` : nameOf(step)))
		.join(', ');
}

function nameOf(field: string): string {
	return Object.hasOwn(PARAMETER_NAMES, field) ? PARAMETER_NAMES[field] : field;
}
