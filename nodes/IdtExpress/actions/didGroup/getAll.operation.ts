import type { IDataObject } from 'n8n-workflow';
import { readDidGroups } from '../../api/didGroups';
import {
	filters,
	optionalAmount,
	optionalText,
	toggle,
	wholeNumber,
	type CollectionValues,
} from '../../shared/field';
import { country, listLimit, region, tollFree } from '../../shared/fields';
import { countAt, isOn, textAt } from '../../shared/json';
import { compare, decimalAt } from '../../shared/money';
import { hasInName } from '../../shared/names';
import { didGroupOutput } from '../../shared/output';
import { itemOperation } from '../operation';
import { areaCode } from './areaCode';

const filterFields = {
	isInArea: areaCode,
	browsableOnly: toggle({
		name: 'browsableOnly',
		label: 'Browsable Only',
		default: true,
		description: 'Whether to return only DID groups whose numbers can be browsed and chosen',
	}),
	inStockOnly: toggle({
		name: 'inStockOnly',
		label: 'In Stock Only',
		default: true,
		description:
			'Whether to return only DID groups with numbers in stock. Outside the USA others can be ordered too, as a backorder.',
	}),
	maxMonthlyFee: optionalAmount({
		name: 'maxMonthlyFee',
		label: 'Max Monthly Fee',
		description:
			"Only DID groups whose numbers cost at most this per month, in the account's currency",
	}),
	minQuantity: wholeNumber({
		name: 'minQuantity',
		label: 'Min Quantity',
		least: 1,
		default: 1,
		description: 'Only DID groups with at least this many numbers in stock',
	}),
	nameContains: optionalText({
		name: 'nameContains',
		label: 'Name Contains',
		placeholder: 'e.g. Brunswick',
		description: 'Only DID groups with this in their name; case and accents do not matter',
	}),
};

/** @see docs/api.md#get-did-groups */
export const getAll = itemOperation({
	option: {
		name: 'Get Many',
		value: 'getAll',
		action: 'Get many DID groups',
		description:
			'Retrieve a list of DID groups (cities or areas with numbers to order) with stock and fees',
	},
	effect: 'read',
	fields: {
		countryIso: country,
		tollFree,
		regionCode: region.with({
			description:
				'The state or province. Empty: all regions of the country. Only the USA and Canada have regions.',
		}),
		limit: listLimit,
		filters: filters(filterFields),
		output: didGroupOutput,
	},
	async execute(session, { limit, filters: wanted, output, ...place }, itemIndex) {
		const options = { itemIndex, limit, filter: filterOf(wanted) };
		return (await readDidGroups(session, place, options)).map(output);
	},
});

/** The API has no such filters. */
function filterOf(wanted: CollectionValues<typeof filterFields>): (group: IDataObject) => boolean {
	const least = Math.max(wanted.minQuantity ?? 0, wanted.inStockOnly === true ? 1 : 0);
	const { isInArea, maxMonthlyFee: most, nameContains = '' } = wanted;
	return (group) => {
		const fee = decimalAt(group, 'fees', 'monthly_fee');
		return (
			(isInArea?.(group) ?? true) &&
			hasInName(textAt(group, 'name'), nameContains) &&
			(wanted.browsableOnly !== true || isOn(group, 'supports_browse')) &&
			countAt(group, 'quantity') >= least &&
			// A fee that cannot be read is not known to be within the limit.
			(most === undefined || (fee !== null && compare(fee, most) <= 0))
		);
	};
}
