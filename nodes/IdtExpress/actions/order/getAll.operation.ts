import { readLimit, readPagedList } from '../../api/lists';
import { returnAllFields } from '../../shared/fields';
import { textAt } from '../../shared/json';
import type { ItemOperation } from '../../shared/operation';

/** @see reference: Get Orders */
export const getAll: ItemOperation = {
	option: {
		name: 'Get Many',
		value: 'getAll',
		action: 'Get many orders',
		description: 'List the orders of the account, without their numbers (use Get for those)',
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
				{
					displayName: 'Status',
					name: 'status',
					type: 'string',
					default: '',
					placeholder: 'e.g. Complete',
					description: 'Only orders with this status, such as Created, Processing or Complete',
				},
			],
		},
	],
	async execute(context, itemIndex) {
		const filters = context.getNodeParameter('filters', itemIndex, {});
		const limit = readLimit(context, itemIndex);
		const query = { filter_by_status: textAt(filters, 'status').trim() };
		return await readPagedList(context, 'orders', { query, itemIndex }, { limit });
	},
};
