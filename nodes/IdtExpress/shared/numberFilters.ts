import {
	filters,
	mapField,
	optionalText,
	quote,
	type CollectionValues,
	type SingleField,
} from './field';
import { toNumberPart } from './phoneNumber';

/**
 * The filters of Get Numbers, for the operation and for the trigger. They match parts.
 * @see docs/api.md#get-numbers
 */

type NumberPart = { digits: string; isBeginning: boolean };

const numberPart: SingleField<NumberPart | undefined> = mapField(
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
		description: 'Only numbers of countries with this in their name',
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
		description: 'Only numbers of regions with this in their name',
	}),
};

export interface NumberFilters {
	/** What the API filters by, in its names. */
	query: Record<string, string>;
	/** The digits that a number begins with: the API has no filter for that. */
	beginning: string;
}

/** @param values of a collection with `numberFilterFields` */
export function readNumberFilters({
	number,
	...texts
}: CollectionValues<typeof numberFilterFields>): NumberFilters {
	if (number === undefined) return { query: texts, beginning: '' };
	const { digits, isBeginning } = number;
	return {
		query: { ...texts, filter_by_number: digits },
		beginning: isBeginning ? digits : '',
	};
}

/** The filters alone, as a collection. */
export const numberFilters: SingleField<NumberFilters> = mapField(
	filters(numberFilterFields),
	readNumberFilters,
);
