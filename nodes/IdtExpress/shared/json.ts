import type { IDataObject } from 'n8n-workflow';

/**
 * Values of which nothing is known: records of the API, and what expressions give. Every field of a
 * record beyond its identity may be missing or `null`, so they are read in ways that never throw.
 */

/** Narrows an unknown value to a JSON object. */
export function isRecord(value: unknown): value is IDataObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Narrows an unknown value to a list of JSON objects. */
export function isRecordList(value: unknown): value is IDataObject[] {
	return Array.isArray(value) && value.every(isRecord);
}

/**
 * Reads a nested value.
 * @returns the value, or `null` where any step of the path is missing
 */
export function valueAt(record: unknown, ...path: string[]): IDataObject[string] | null {
	let value: unknown = record;
	for (const key of path) {
		if (!isRecord(value) || !Object.hasOwn(value, key)) return null;
		value = value[key];
	}
	return (value ?? null) as IDataObject[string] | null;
}

/** Reads a nested text; numbers become text (ids come as either), anything else is `''`. */
export function textAt(record: unknown, ...path: string[]): string {
	const value = valueAt(record, ...path);
	return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** Reads a nested count; anything that is no whole number is 0. */
export function countAt(record: unknown, ...path: string[]): number {
	const value = Number(valueAt(record, ...path));
	return Number.isSafeInteger(value) ? value : 0;
}

/** Reads a nested object; anything else is an empty one. */
export function recordAt(record: unknown, ...path: string[]): IDataObject {
	const value: unknown = valueAt(record, ...path);
	return isRecord(value) ? value : {};
}

/** Reads the objects of a nested list; anything else is an empty list. */
export function listAt(record: unknown, ...path: string[]): IDataObject[] {
	const value: unknown = valueAt(record, ...path);
	return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** Reads a nested flag; `"true"` and 1, as some servers write it, are true, anything else is false. */
export function isOn(record: unknown, ...path: string[]): boolean {
	return /^(true|1)$/i.test(String(valueAt(record, ...path)));
}
