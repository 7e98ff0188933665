import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { readLimit, readPagedList } from '../../api/lists';
import type { ApiRequest } from '../../api/request';
import { returnAllFields, simplifyField } from '../../shared/fields';
import { inputError, quote } from '../../shared/input';
import { listAt, textAt } from '../../shared/json';
import { numberFilterFields, readNumberFilters } from '../../shared/numberFilters';
import type { ItemOperation } from '../../shared/operation';
import { simplifyNumber } from '../../shared/simplify';

/** The API's names of the fields that it can sort by. */
const SORT_FIELDS: Record<string, string> = {
	addedAt: 'order_by_added_at',
	countryName: 'order_by_country_name',
	didGroupName: 'order_by_did_group_name',
	number: 'order_by_number',
	regionName: 'order_by_region_name',
};

/** @see reference: Get Numbers */
export const getAll: ItemOperation = {
	option: {
		name: 'Get Many',
		value: 'getAll',
		action: 'Get many numbers',
		description: 'List the phone numbers of the account, recently removed ones included',
	},
	effect: 'read',
	fields: [
		...returnAllFields,
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add Filter',
			default: {},
			options: [
				...numberFilterFields,
				{
					displayName: 'Status',
					name: 'status',
					type: 'options',
					default: 'active',
					options: [
						{ name: 'Active', value: 'active' },
						{ name: 'Removed', value: 'removed' },
					],
					description: 'Only numbers with this status',
				},
			],
		},
		{
			displayName: 'Sort',
			name: 'sort',
			type: 'fixedCollection',
			typeOptions: { multipleValues: true, sortable: true },
			placeholder: 'Add Sort Rule',
			default: {},
			options: [
				{
					displayName: 'Rules',
					name: 'rules',
					values: [
						{
							displayName: 'Field',
							name: 'field',
							type: 'options',
							default: 'addedAt',
							options: [
								{ name: 'Added At', value: 'addedAt' },
								{ name: 'Country Name', value: 'countryName' },
								{ name: 'DID Group Name', value: 'didGroupName' },
								{ name: 'Number', value: 'number' },
								{ name: 'Region Name', value: 'regionName' },
							],
						},
						{
							displayName: 'Direction',
							name: 'direction',
							type: 'options',
							default: 'asc',
							options: [
								{ name: 'Ascending', value: 'asc' },
								{ name: 'Descending', value: 'desc' },
							],
						},
					],
				},
			],
		},
		simplifyField,
	],
	async execute(context, itemIndex) {
		const filters = context.getNodeParameter('filters', itemIndex, {});
		const query = {
			...readNumberFilters(context, filters, itemIndex),
			...readSort(context, itemIndex),
		};
		const limit = readLimit(context, itemIndex);
		const status = textAt(filters, 'status');
		// The API has no filter on the status.
		const accept = status ? (row: IDataObject) => textAt(row, 'status') === status : undefined;
		const numbers = await readPagedList(
			context,
			'numbers',
			{ query, itemIndex },
			{ limit, accept },
		);
		return context.getNodeParameter('simplify', itemIndex, true)
			? numbers.map(simplifyNumber)
			: numbers;
	},
};

/** The API sorts by the fields in the order in which the query names them. */
function readSort(context: IExecuteFunctions, itemIndex: number): ApiRequest['query'] {
	const rules = listAt(context.getNodeParameter('sort', itemIndex, {}), 'rules');
	return Object.fromEntries(
		rules.map((rule) => {
			const field = textAt(rule, 'field') || 'addedAt';
			const direction = textAt(rule, 'direction') || 'asc';
			if (!Object.hasOwn(SORT_FIELDS, field) || !['asc', 'desc'].includes(direction)) {
				throw inputError(
					context,
					itemIndex,
					`Cannot sort by ${quote(`${field} ${direction}`)}`,
					`Sort by one of ${Object.keys(SORT_FIELDS).join(', ')}, with the direction asc or desc.`,
				);
			}
			return [SORT_FIELDS[field], direction];
		}),
	);
}
