import type { IDataObject } from 'n8n-workflow';
import { isRecord, textAt } from '../shared/json';
import type { ApiErrorDetail } from './types';

/** What a server says about a failure. Texts from outside are cut before anything else is done with them. */

const MOST_ERRORS = 20;
const DEEPEST = 4;
/** Longer than what is shown, so that a secret is not cut in two before it is taken out. */
const LONGEST_TEXT = 4_000;

/** What servers call the sentence that says what is wrong. */
const DETAIL_NAMES = ['detail', 'message', 'Message', 'error_description', 'description', 'error'];

/**
 * Reads the errors of an answer, in whatever form they are: as documented, as one object, as texts, by
 * field, or as a gateway's `{"message": …}` or problem+json.
 * @see docs/api.md#errors
 */
export function readErrors(body: unknown): ApiErrorDetail[] {
	if (Array.isArray(body)) return entriesOf(body);
	const reported = readReportedErrors(body);
	if (reported.length > 0 || !isRecord(body)) return reported;
	const error = readError(isRecord(body.error) ? body.error : body, null);
	return error === null ? [] : [error];
}

/** Reads the errors of an answer's `errors` alone: a success may have a `message`, such as *OK*. */
export function readReportedErrors(body: unknown): ApiErrorDetail[] {
	return isRecord(body) ? entriesOf(body.errors ?? body.Errors) : [];
}

/** What a server answers in plain text; pages are not for reading. */
export function readPlainText(body: unknown): string {
	const text = typeof body === 'string' ? oneLine(body) : '';
	return text.startsWith('<') || text.startsWith('{') ? '' : text;
}

/** @returns the text in one line, and not longer than is sensible */
export function oneLine(text: string): string {
	return text.slice(0, LONGEST_TEXT).replace(/\s+/g, ' ').trim();
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
	const details = DETAIL_NAMES.map((name) => text(name));
	const code = Number(textAt(record, 'code') || NaN);
	const error = {
		code: Number.isSafeInteger(code) && code > 0 ? code : null,
		title: text('title'),
		detail: details.find((detail) => detail !== '') ?? '',
		field: text('field') || field,
		source: text('source') || text('source', 'pointer') || null,
	};
	return error.code === null && error.title === '' && error.detail === '' ? null : error;
}
