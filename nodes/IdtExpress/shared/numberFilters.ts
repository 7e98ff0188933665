import type { IDataObject } from 'n8n-workflow';
import { isoOf } from './countryNames';
import {
	filters,
	mapField,
	optionalText,
	quote,
	type CollectionValues,
	type SingleField,
} from './field';
import { textAt } from './json';
import { asCode } from './locators';
import { hasInName, isPlain } from './names';
import { beginsWith } from './numberRow';
import { toNumberPart } from './phoneNumber';

/**
 * The filters of Get Numbers, for the operation and for the trigger. They match parts.
 * @see docs/api.md#get-numbers
 */

const numberPart = mapField(
	optionalText({
		name: 'number',
		label: 'Number',
		apiName: 'filter_by_number',
		placeholder: 'e.g. 207 or +1 207',
		description:
			'Only numbers with these digits in them. With + and the country code: only numbers that begin so.',
	}),
	(written, { refuse }) => {
		if (written === undefined) return undefined;
		const part = toNumberPart(written);
		if ('digits' in part) return part;
		throw refuse(
			`must be a phone number or a part of one, not ${quote(written)}: ${part.problem}`,
			'Enter digits, such as 207, or the beginning of a number with + and the country code.',
		);
	},
);

/** The filters by the API's names, for a collection in which an operation may have more. */
export const numberFilterFields = {
	filter_by_country_name: optionalText({
		name: 'countryName',
		label: 'Country Name',
		apiName: 'filter_by_country_name',
		placeholder: 'e.g. USA',
		description:
			'Only numbers of countries with this in their name, or with this code of two letters',
	}),
	filter_by_did_group_name: optionalText({
		name: 'didGroupName',
		label: 'DID Group Name',
		apiName: 'filter_by_did_group_name',
		placeholder: 'e.g. Brunswick',
		description: 'Only numbers of DID groups with this in their name',
	}),
	number: numberPart,
	filter_by_region_name: optionalText({
		name: 'regionName',
		label: 'Region Name',
		apiName: 'filter_by_region_name',
		placeholder: 'e.g. Maine',
		description:
			'Only numbers of regions with this in their name, or with this code such as US-ME or ME',
	}),
};

export interface NumberFilters {
	/** What the API filters by, in its names. */
	query: Record<string, string>;
	/** The API has no filter for the digits that a number begins with, nor for codes of places. */
	beginning: string;
	countryIso: string;
	regionCode: string;
	/** In the API's names, too: texts that it may write otherwise, so that its own filters miss them. */
	names: Record<string, string>;
}

/** Where a row of Get Numbers has the names that the API filters by. */
const NAMES: Record<string, string[]> = {
	filter_by_country_name: ['country', 'name'],
	filter_by_did_group_name: ['name'],
	filter_by_region_name: ['region', 'name'],
};

/** Whether a row of Get Numbers passes the filters that the API does not have. */
export function passesFilters(filters: NumberFilters, row: IDataObject): boolean {
	const { beginning, countryIso, regionCode, names } = filters;
	// A region's code may be given without its country, `ME` for `US-ME`: none has the same in another one.
	const has = (code: string, ...path: string[]) =>
		code === '' || `-${textAt(row, 'did_group', ...path).toUpperCase()}`.endsWith(`-${code}`);
	const isNamed = ([filter, text]: [string, string]) =>
		hasInName(textAt(row, 'did_group', ...NAMES[filter]), text);
	return (
		Object.entries(names).every(isNamed) &&
		beginsWith(row, beginning) &&
		has(countryIso, 'country', 'iso') &&
		has(regionCode, 'region', 'code')
	);
}

/** @param values of a collection with `numberFilterFields` */
export function readNumberFilters({
	number,
	filter_by_country_name: country = '',
	filter_by_region_name: region = '',
	...texts
}: CollectionValues<typeof numberFilterFields>): NumberFilters {
	// US is not meant to find Austria.
	const countryIso = isoOf(country) ?? '';
	// No name of a region is written so, and ON is not meant to find Arizona.
	const regionCode = /^[A-Z]{2}(-[A-Z0-9]{1,3})?$/.test(asCode(region)) ? asCode(region) : '';
	const given = {
		...texts,
		filter_by_country_name: countryIso === '' ? country : '',
		filter_by_region_name: regionCode === '' ? region : '',
	};
	const query: Record<string, string> = {};
	const names: Record<string, string> = {};
	for (const [name, text] of Object.entries(given)) {
		if (text === '') continue;
		if (isPlain(text)) query[name] = text;
		else names[name] = text;
	}
	if (number !== undefined) query.filter_by_number = number.digits;
	const beginning = number?.isBeginning ? number.digits : '';
	return { query, names, beginning, countryIso, regionCode };
}

/** The filters alone, as a collection. */
export const numberFilters: SingleField<NumberFilters> = mapField(
	filters(numberFilterFields),
	readNumberFilters,
);
