import { NodeApiError } from 'n8n-workflow';
import type { INode } from 'n8n-workflow';
import { countAt, listAt, textAt } from '../shared/json';
import { codeHint, gatewayMeaning, hintFor, isCategory } from './hints';
import type { ApiErrorDetail, ApiFailure, Labels } from './types';

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

/** What Continue On Fail puts into the failed item, for any error that an operation can throw. */
export function errorOutput(error: Error) {
	const failure = error instanceof NodeApiError ? error.context.data : undefined;
	const details = listAt(failure, 'errors');
	return {
		error: error.message,
		description: textAt(error, 'description'),
		code: details.map((detail) => countAt(detail, 'code')).find((code) => code > 0) ?? null,
		http_status: countAt(failure, 'status') || null,
		api_request_id: textAt(failure, 'api_request_id') || null,
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
	isWrite: boolean;
	/** Takes the place of the usual advice: the caller knows better what to do next. */
	advice?: string;
	/** Takes the place of the API's own message. */
	message?: string;
	labels: Labels;
	redact: (text: string) => string;
}

/**
 * Turns a failure into the one error that the user sees. The message says what is wrong, for a toast, a
 * log line or a model shows nothing else; the description adds advice, code, status and `api_request_id`.
 */
export function toNodeApiError(
	node: INode,
	failure: ApiFailure,
	circumstances: ErrorCircumstances,
): NodeApiError {
	const { labels, redact, itemIndex, call, advice = '' } = circumstances;
	const clean = (text: string) => redact(text).replace(/(.{600}).+/s, '$1…');
	const errors = failure.errors.map((error) => ({
		code: clean(String(error.code)) === String(error.code) ? error.code : null,
		title: clean(error.title),
		detail: clean(error.detail),
		field: error.field && clean(error.field),
		source: error.source && clean(error.source),
	}));
	const apiRequestId = failure.apiRequestId && clean(failure.apiRequestId);
	const shown = { ...failure, errors, apiRequestId, reason: clean(failure.reason) };
	const message = circumstances.message ?? messageOf(shown, labels);
	const cleaned = { ...circumstances, advice: redact(advice), call: clean(call) };
	const description = describe(shown, message, cleaned);
	// A network code here would make n8n replace our message by its own.
	const httpCode = failure.httpStatus?.toString();
	const error = new NodeApiError(node, { message }, { message, description, httpCode, itemIndex });
	error.context.isTransient = failure.isTransient;
	// The editor shows this as the error's data, and Continue On Fail builds its output from it.
	error.context.data = { status: failure.httpStatus, api_request_id: apiRequestId, errors };
	return error;
}

const MAY_HAVE_HAPPENED =
	'The change may have been made all the same: check it with Get or Get Many before you run this again.';

/** This many errors are put into words; the data of the error has all. */
const MOST_SAID = 3;

function messageOf(failure: ApiFailure, labels: Labels): string {
	const sentences = unique(failure.errors.map((error) => sentenceOf(error, labels)));
	if (sentences.length === 0 || gatewayMeaning(failure.errors)) return hintFor(failure).title;
	const more = sentences.length - MOST_SAID;
	return [...sentences.slice(0, MOST_SAID), ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

/** What one error says: its title, or its detail with the field, where the title is only a category. */
function sentenceOf(error: ApiErrorDetail, labels: Labels): string {
	if (error.title !== '' && (error.detail === '' || !isCategory(error.code))) return error.title;
	const detail = withoutDot(error.detail);
	const label = parameterLabel(error, labels);
	const isNamed = detail.toLowerCase().includes(label.toLowerCase());
	return isNamed ? detail : `'${label}': ${detail}`;
}

function describe(failure: ApiFailure, message: string, circumstances: ErrorCircumstances): string {
	const { attempts, call, isWrite, labels, advice } = circumstances;
	const doubt = isWrite && failure.outcome === 'unknown' ? MAY_HAVE_HAPPENED : '';
	const codes = unique(failure.errors.map(({ code }) => String(code ?? '')));
	const hints = unique(failure.errors.map(({ code }) => codeHint(code)));
	const usual = [doubt, ...(hints.length > 0 ? hints : [hintFor(failure).advice])];
	const facts = [
		codes.length > 0 ? `code ${codes.join(', ')}` : '',
		failure.httpStatus === null ? `network ${failure.networkCode}` : `HTTP ${failure.httpStatus}`,
		`request ${call}`,
		failure.apiRequestId ? `api_request_id ${failure.apiRequestId}` : '',
	];
	const parts = [
		...wordsBeside(failure, message, labels),
		...(advice ? [advice] : usual),
		waitOf(failure),
		attempts > 1 ? `Tried ${attempts} times.` : '',
		`(${facts.filter(Boolean).join(', ')})`,
	];
	return parts.filter(Boolean).join(' ');
}

/** What the server says and the message does not say yet. */
function wordsBeside(failure: ApiFailure, message: string, labels: Labels): string[] {
	const said = failure.errors.slice(0, MOST_SAID).flatMap((error) => {
		const label = parameterLabel(error, labels);
		return [error.title, error.detail, label && `Parameter: '${label}'`];
	});
	return unique([...said, failure.reason].map(withoutDot))
		.filter((word) => !message.includes(word.replace(/^Parameter: /, '')))
		.map((word) => `${word}.`);
}

const UNITS = Object.entries({ hour: 3600, minute: 60 });

function waitOf({ kind, retryAfter }: ApiFailure): string {
	if (kind !== 'throttled' || !retryAfter) return '';
	const seconds = Math.ceil(retryAfter / 1000);
	const [unit, size] = UNITS.find(([, size]) => seconds >= 2 * size) ?? ['second', 1];
	const amount = Math.ceil(seconds / size);
	return `IDT Express asks to wait ${amount} ${unit}${amount === 1 ? '' : 's'}.`;
}

const unique = (texts: string[]) => [...new Set(texts)].filter(Boolean);

const withoutDot = (text: string) => text.replace(/[. ]+$/, '');

/**
 * The label of the parameter that an error is about, from the JSON Pointer where there is one:
 * `/switches/1/port` → `Switches, entry 2, Port`.
 */
export function parameterLabel(
	{ field, source }: Pick<ApiErrorDetail, 'field' | 'source'>,
	labels: Labels,
): string {
	const labelOf = (name: string) => (Object.hasOwn(labels, name) ? labels[name] : name);
	// The one order item is ours, not the user's.
	const path = (source ?? '').replace(/^\/?order_items(\/\d+)?/, '');
	const steps = path.split('/').filter(Boolean);
	if (steps.length === 0) return labelOf(field ?? '');
	const wordOf = (step: string) => (/^\d+$/.test(step) ? `entry ${+step + 1}` : labelOf(step));
	return steps.map(wordOf).join(', ');
}
