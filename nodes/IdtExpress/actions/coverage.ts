import type { IExecuteFunctions } from 'n8n-workflow';
import { inputError, quote, readText } from '../shared/input';

/**
 * Reads the parameter Country.
 * @returns two capital letters
 * @throws NodeOperationError
 */
export function readCountry(context: IExecuteFunctions, itemIndex: number): string {
	const text = readText(context, 'countryIso', itemIndex);
	if (/^[A-Za-z]{2}$/.test(text)) return text.toUpperCase();
	throw inputError(
		context,
		itemIndex,
		text === '' ? 'Country is empty' : `Country must be a code of two letters, not ${quote(text)}`,
		'Choose a country from the list, or enter its ISO 3166-1 code, such as US, CA or GB.',
	);
}

/**
 * Reads the parameter Region.
 * @returns a code such as `US-ME`, or `undefined` where none is given
 * @throws NodeOperationError where it is something else
 */
export function readRegion(context: IExecuteFunctions, itemIndex: number): string | undefined {
	const text = readText(context, 'regionCode', itemIndex);
	if (text === '') return undefined;
	if (/^[A-Za-z]{2}-[A-Za-z0-9]{1,3}$/.test(text)) return text.toUpperCase();
	throw inputError(
		context,
		itemIndex,
		`Region must be a code such as US-ME, not ${quote(text)}`,
		'Choose a region from the list, or enter the code that Region → Get Many shows.',
	);
}
