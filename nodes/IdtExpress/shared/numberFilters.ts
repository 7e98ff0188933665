import type { INodeProperties } from 'n8n-workflow';
import { inputError, quote, type AnyContext } from './input';
import { textAt } from './json';
import { toApiNumberPart } from './phoneNumber';

/** The filters of Get Numbers, for the operation and for the trigger. They match parts, in any case. */
export const numberFilterFields: INodeProperties[] = [
	{
		displayName: 'Country Name',
		name: 'countryName',
		type: 'string',
		default: '',
		placeholder: 'e.g. USA',
		description: 'Only numbers of countries with this in their name',
	},
	{
		displayName: 'DID Group Name',
		name: 'didGroupName',
		type: 'string',
		default: '',
		placeholder: 'e.g. Brunswick',
		description: 'Only numbers of DID groups with this in their name',
	},
	{
		displayName: 'Number',
		name: 'number',
		type: 'string',
		default: '',
		placeholder: 'e.g. +1 207',
		description: 'Only numbers with these digits in them',
	},
	{
		displayName: 'Region Name',
		name: 'regionName',
		type: 'string',
		default: '',
		placeholder: 'e.g. Maine',
		description: 'Only numbers of regions with this in their name',
	},
];

/**
 * Reads the filters that are given, in the API's names.
 * @param filters the values of a collection with `numberFilterFields`
 * @throws NodeOperationError where the number is not made of digits
 * @see reference: Get Numbers (filter_by_…)
 */
export function readNumberFilters(
	context: AnyContext,
	filters: unknown,
	itemIndex?: number,
): Record<string, string> {
	const digits = textAt(filters, 'number').trim();
	const number = digits === '' ? '' : toApiNumberPart(digits);
	if (number === null) {
		throw inputError(
			context,
			itemIndex,
			`The filter Number must be a phone number or a part of one, not ${quote(digits)}`,
			'Enter digits, such as 207, or the beginning of a number with + and the country code.',
		);
	}
	const query = {
		filter_by_country_name: textAt(filters, 'countryName').trim(),
		filter_by_region_name: textAt(filters, 'regionName').trim(),
		filter_by_did_group_name: textAt(filters, 'didGroupName').trim(),
		filter_by_number: number,
	};
	return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''));
}
