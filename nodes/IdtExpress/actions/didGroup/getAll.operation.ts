import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { readLimit, readWholeList } from '../../api/lists';
import { compare, parseDecimal } from '../../shared/decimal';
import {
	countryField,
	regionField,
	returnAllFields,
	simplifyField,
	tollFreeField,
} from '../../shared/fields';
import { inputError, quote } from '../../shared/input';
import { countAt, textAt, valueAt } from '../../shared/json';
import type { ItemOperation } from '../../shared/operation';
import { simplifyDidGroup } from '../../shared/simplify';
import { readCountry, readRegion } from '../coverage';

/** @see reference: Get DID Groups */
export const getAll: ItemOperation = {
	option: {
		name: 'Get Many',
		value: 'getAll',
		action: 'Get many DID groups',
		description: 'List the places where numbers can be bought, with stock and prices',
	},
	effect: 'read',
	fields: [
		countryField(),
		tollFreeField(),
		regionField({ displayOptions: { show: { tollFree: [false] } } }),
		...returnAllFields,
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add Filter',
			default: {},
			options: [
				{
					displayName: 'Area Code',
					name: 'areaCode',
					type: 'string',
					default: '',
					placeholder: 'e.g. 207',
					description: 'Only groups with exactly this area code (NPA)',
				},
				{
					displayName: 'Browsable Only',
					name: 'browsableOnly',
					type: 'boolean',
					default: true,
					description: 'Whether to return only groups whose numbers can be browsed and chosen',
				},
				{
					displayName: 'In Stock Only',
					name: 'inStockOnly',
					type: 'boolean',
					default: true,
					description: 'Whether to return only groups that have numbers now',
				},
				{
					displayName: 'Max Monthly Fee',
					name: 'maxMonthlyFee',
					type: 'string',
					default: '',
					placeholder: 'e.g. 4.25',
					description:
						"Only groups whose numbers cost at most this per month, in the account's currency",
				},
				{
					displayName: 'Name Contains',
					name: 'nameContains',
					type: 'string',
					default: '',
					placeholder: 'e.g. Brunswick',
					description: 'Only groups with this in their name; case does not matter',
				},
			],
		},
		simplifyField,
	],
	async execute(context, itemIndex) {
		const countryIso = readCountry(context, itemIndex);
		const tollFree = context.getNodeParameter('tollFree', itemIndex, false) === true;
		// Toll-free numbers have no region: the API refuses one.
		const regionCode = tollFree ? undefined : readRegion(context, itemIndex);
		const accept = readFilters(context, itemIndex);
		const limit = readLimit(context, itemIndex);
		const groups = await readWholeList(
			context,
			{
				method: 'GET',
				path: ['coverage', 'did_groups'],
				query: {
					country_iso: countryIso,
					region_code: regionCode,
					toll_free: tollFree || undefined,
				},
				itemIndex,
			},
			'did_groups',
		);
		const wanted = groups.filter(accept).slice(0, limit);
		const simplify = context.getNodeParameter('simplify', itemIndex, true);
		return simplify ? wanted.map(simplifyDidGroup) : wanted;
	},
};

/** The API has no such filters: they are applied to what it answers. */
function readFilters(
	context: IExecuteFunctions,
	itemIndex: number,
): (group: IDataObject) => boolean {
	const filters = context.getNodeParameter('filters', itemIndex, {});
	const areaCode = textAt(filters, 'areaCode').trim();
	const nameContains = textAt(filters, 'nameContains').trim().toLowerCase();
	const maxFeeText = textAt(filters, 'maxMonthlyFee').trim();
	const maxFee = maxFeeText === '' ? null : parseDecimal(maxFeeText);
	if (maxFeeText !== '' && maxFee === null) {
		throw inputError(
			context,
			itemIndex,
			`Max Monthly Fee must be an amount such as 4.25, not ${quote(maxFeeText)}`,
			'Enter digits with a point before the cents, without a currency sign.',
		);
	}
	return (group) => {
		const fee = parseDecimal(textAt(group, 'fees', 'monthly_fee'));
		return (
			(areaCode === '' || textAt(group, 'area_code') === areaCode) &&
			textAt(group, 'name').toLowerCase().includes(nameContains) &&
			(filters.browsableOnly !== true || valueAt(group, 'supports_browse') === true) &&
			(filters.inStockOnly !== true || countAt(group, 'quantity') > 0) &&
			// A fee that cannot be read is not known to be within the limit.
			(maxFee === null || (fee !== null && compare(fee, maxFee) <= 0))
		);
	};
}
