import type { IDataObject } from 'n8n-workflow';
import { textAt } from './json';

/**
 * Reads a time of the API: ISO 8601, or seconds or milliseconds since 1970.
 * @returns milliseconds since 1970, in whole seconds: the same time may come with milliseconds and
 *   without; `NaN` where it cannot be read
 */
export function readTime(text: string): number {
	const number = text.trim() === '' ? NaN : Number(text);
	const milliseconds = Math.abs(number) < 1e11 ? number * 1000 : number;
	// Without a zone it is UTC, whatever the time zone of n8n is.
	const withZone = text.replace(/^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)$/, '$1T$2Z');
	const time = Number.isNaN(number) ? Date.parse(withZone) : milliseconds;
	return Math.floor(time / 1000) * 1000;
}

/** Reads a time of a record; one that cannot be read is 0. */
export function timeAt(record: IDataObject, field: string): number {
	return readTime(textAt(record, field)) || 0;
}
