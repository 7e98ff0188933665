import { NodeApiError } from 'n8n-workflow';
import { shortened, type AnyContext } from '../shared/field';
import { countAt, listAt, textAt } from '../shared/json';
import { hintFor } from './hints';
import type { ApiErrorDetail, ApiFailure, FailedResult, Labels } from './types';

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

const MAY_HAVE_HAPPENED =
	'The change may have been made all the same: check it with Get or Get Many before you run this again.';

/** This many errors are put into words; the data of the error has all. */
const MOST_SAID = 3;

/**
 * Turns a failed call into the one error that the user sees. The message says what is wrong, for a toast, a
 * log line or a model shows nothing else; the description adds advice, code, status and `api_request_id`.
 * @param words take the place of the API's own message, and of the usual advice: the caller knows better
 *   what to do next
 */
export function apiError(
	{ context, labels }: { context: Pick<AnyContext, 'getNode'>; labels: Labels },
	{ failure: said, request, attempts, redact }: FailedResult,
	words: { message?: string; advice?: string } = {},
): NodeApiError {
	const { method, path, itemIndex } = request;
	const clean = (text: string) => shortened(redact(text));
	const failure = cleaned(said, clean);
	const { errors, httpStatus, apiRequestId } = failure;
	const hint = hintFor(failure);
	const message = words.message ?? (sentencesOf(errors, labels) || hint.title);
	const isInDoubt = method !== 'GET' && failure.outcome === 'unknown';
	const codes = unique(errors.map(({ code }) => String(code ?? ''))).join(', ');
	// What support asks for.
	const facts = [
		codes && `code ${codes}`,
		httpStatus === null ? `network ${failure.cause}` : `HTTP ${httpStatus}`,
		`request ${clean(`${method} ${path.join('/')}`)}`,
		apiRequestId && `api_request_id ${apiRequestId}`,
	];
	const parts = [
		...wordsBeside(failure, message, labels),
		...(words.advice ? [redact(words.advice)] : [isInDoubt ? MAY_HAVE_HAPPENED : '', hint.advice]),
		waitOf(failure),
		attempts > 1 ? `Tried ${attempts} times.` : '',
		`(${facts.filter(Boolean).join(', ')})`,
	];
	const description = parts.filter(Boolean).join(' ');
	// A network code here would make n8n replace our message by its own.
	const httpCode = httpStatus?.toString();
	const options = { message, description, httpCode, itemIndex };
	const error = new NodeApiError(context.getNode(), { message }, options);
	error.context.isTransient = failure.isTransient;
	// The editor shows this as the error's data, and Continue On Fail builds its output from it.
	error.context.data = { status: httpStatus, api_request_id: apiRequestId, errors };
	return error;
}

function cleaned(failure: ApiFailure, clean: (text: string) => string): ApiFailure {
	const errors = failure.errors.map(({ code, title, detail, field, source }) => ({
		code: Number(clean(String(code))) || null,
		title: clean(title),
		detail: clean(detail),
		field: field && clean(field),
		source: source && clean(source),
	}));
	const apiRequestId = failure.apiRequestId && clean(failure.apiRequestId);
	return { ...failure, errors, apiRequestId, reason: clean(failure.reason) };
}

/** What the errors of the API say, in short. */
function sentencesOf(errors: ApiErrorDetail[], labels: Labels): string {
	const sentences = unique(errors.map((error) => sentenceOf(error, labels)));
	const more = sentences.length - MOST_SAID;
	return [...sentences.slice(0, MOST_SAID), ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

/** Its title; or its detail with the field, where the title only names a kind of problem. */
function sentenceOf(error: ApiErrorDetail, labels: Labels): string {
	// The codes 1000 to 1999 and 4000 to 4999 do.
	const isCategory = [1, 4].includes(Math.floor((error.code ?? 0) / 1000));
	if (error.title !== '' && (error.detail === '' || !isCategory)) return error.title;
	const detail = withoutDot(error.detail);
	const label = parameterLabel(error, labels);
	const isNamed = detail.toLowerCase().includes(label.toLowerCase());
	return isNamed ? detail : `'${label}': ${detail}`;
}

/** What the server says and the message does not say yet. */
function wordsBeside({ errors, reason }: ApiFailure, message: string, labels: Labels): string[] {
	const said = errors.slice(0, MOST_SAID).flatMap((error) => {
		const label = parameterLabel(error, labels);
		const isNamed = label === '' || message.includes(`'${label}'`);
		return [error.title, error.detail, isNamed ? '' : `Parameter: '${label}'`];
	});
	const words = unique([...said, reason].map(withoutDot));
	return words.filter((word) => !message.includes(word)).map((word) => `${word}.`);
}

const UNITS = Object.entries({ hour: 3600, minute: 60 });

function waitOf({ retryAfter }: ApiFailure): string {
	if (!retryAfter) return '';
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
