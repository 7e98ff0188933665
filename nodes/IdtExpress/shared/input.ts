import { NodeOperationError } from 'n8n-workflow';
import type { IExecuteFunctions, ILoadOptionsFunctions, IPollFunctions } from 'n8n-workflow';
import { isRecord } from './json';
import { toApiNumber } from './phoneNumber';

/** The contexts of n8n that parameters are read in. */
export type AnyContext = IExecuteFunctions | ILoadOptionsFunctions | IPollFunctions;

/**
 * The error for input that is known to be bad before a request is sent.
 * @param message what is wrong, with the parameter's name as the user sees it
 * @param description what to do
 */
export function inputError(
	context: AnyContext,
	itemIndex: number | undefined,
	message: string,
	description: string,
): NodeOperationError {
	return new NodeOperationError(context.getNode(), message, { description, itemIndex });
}

/** Shows a value in an error: short, and in quotes. */
export function quote(value: unknown): string {
	const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
	return `"${text.length > 60 ? `${text.slice(0, 60)}…` : text}"`;
}

/**
 * Reads the value of a resource locator (or of a plain field).
 * @returns the text without surrounding blanks; numbers as text
 */
export function readText(context: IExecuteFunctions, name: string, itemIndex: number): string {
	const value: unknown = context.getNodeParameter(name, itemIndex, '', { extractValue: true });
	return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}

/**
 * Reads an ID that the API documents as text (an order's).
 * @param label the parameter's name as the user sees it
 * @throws NodeOperationError where it is blank
 */
export function readId(
	context: IExecuteFunctions,
	name: string,
	label: string,
	itemIndex: number,
): string {
	const id = readText(context, name, itemIndex);
	if (id !== '' && id !== '.' && id !== '..') return id;
	throw inputError(
		context,
		itemIndex,
		`${label} is ${id === '' ? 'empty' : 'not an ID'}`,
		`Choose one from the list, or enter the ID that Get Many shows. If the value is an expression, check that the field it reads exists on every item.`,
	);
}

/**
 * Reads an ID that the API documents as a whole number (DID groups, trunk groups).
 * @throws NodeOperationError where it is blank or not a whole number
 */
export function readNumericId(
	context: IExecuteFunctions,
	name: string,
	label: string,
	itemIndex: number,
): number {
	const text = readId(context, name, label, itemIndex);
	const id = Number(text);
	if (/^\d+$/.test(text) && Number.isSafeInteger(id)) return id;
	throw inputError(
		context,
		itemIndex,
		`${label} must be a number, not ${quote(text)}`,
		'Choose one from the list, or enter the ID (digits only) that Get Many shows.',
	);
}

/**
 * Reads a phone number of the account.
 * @returns the number in the API's form
 * @throws NodeOperationError where it is blank or cannot be a phone number
 */
export function readPhoneNumber(context: IExecuteFunctions, itemIndex: number): string {
	const text = readText(context, 'number', itemIndex);
	if (text === '') return readId(context, 'number', 'Number', itemIndex);
	return checkPhoneNumber(context, text, itemIndex);
}

/**
 * @returns the number in the API's form
 * @throws NodeOperationError where it cannot be a phone number
 */
export function checkPhoneNumber(
	context: IExecuteFunctions,
	text: string,
	itemIndex: number,
): string {
	const number = toApiNumber(text);
	if (number !== null) return number;
	throw inputError(
		context,
		itemIndex,
		`${quote(text)} is not a complete phone number`,
		'Write it with + and the country code, such as +44 20 7946 0958 or +1 (207) 406-3052, or as Number → Get Many shows it: 12074063052, 011442079460958.',
	);
}

/**
 * Reads a whole number within limits.
 * @throws NodeOperationError where it is anything else
 */
export function checkWhole(
	context: IExecuteFunctions,
	value: unknown,
	label: string,
	[least, most]: [number, number],
	itemIndex: number,
): number {
	const isNumeric = typeof value === 'number' || (typeof value === 'string' && value.trim() !== '');
	const number = isNumeric ? Number(value) : NaN;
	if (Number.isInteger(number) && number >= least && number <= most) return number;
	throw inputError(
		context,
		itemIndex,
		`${label} must be a whole number from ${least} to ${most}, not ${quote(value)}`,
		`Correct ${label}, then run it again. Nothing was sent.`,
	);
}

/**
 * Checks the length of a text. Characters are counted as people see them, not as UTF-16 units.
 * @returns the text without surrounding blanks
 * @throws NodeOperationError where it is blank or too long
 */
export function checkLength(
	context: IExecuteFunctions,
	value: unknown,
	label: string,
	most: number,
	itemIndex: number,
): string {
	const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
	const length = [...text].length;
	if (length >= 1 && length <= most) return text;
	throw inputError(
		context,
		itemIndex,
		length === 0 ? `${label} is empty` : `${label} has ${length} characters; ${most} are allowed`,
		`Enter 1 to ${most} characters in ${label}.`,
	);
}

/**
 * Reads a list that users give as an array (from an expression) or as text with commas or line
 * breaks between the entries. The entries of an array may also be the objects that another operation
 * gives: `numbers: [{ number, e164 }]` of an order, `{ number, sku }` of Browse Numbers.
 * @param key what to read of such an object
 * @returns the entries without surrounding blanks, empty ones left out, each once
 * @throws NodeOperationError where an entry is something else: left out, it would not be missed
 */
export function readList(
	context: IExecuteFunctions,
	value: unknown,
	label: string,
	key: 'number' | 'sku',
	itemIndex: number,
): string[] {
	const entries: unknown[] = typeof value === 'string' ? value.split(/[,;\n\r]+/) : [value].flat();
	const texts = entries
		.filter((entry) => entry !== null && entry !== undefined)
		.map((entry) => {
			const text: unknown = isRecord(entry) ? entry[key] : entry;
			if (typeof text === 'string' || typeof text === 'number') return String(text).trim();
			throw inputError(
				context,
				itemIndex,
				`${label} has an entry that is no text: ${quote(entry)}`,
				`Enter text with commas between the entries, or an expression that gives an array of texts or of objects with "${key}".`,
			);
		});
	return [...new Set(texts.filter((text) => text !== ''))];
}
