import { readList } from '../../api/lists';
import { collection } from '../../shared/field';
import { listLimit } from '../../shared/fields';
import { orderOutput } from '../../shared/output';
import { itemOperation } from '../operation';
import { status } from './status';

/** @see docs/api.md#get-orders */
export const getAll = itemOperation({
	option: {
		name: 'Get Many',
		value: 'getAll',
		action: 'Get many orders',
		description:
			'Retrieve a list of orders. IDT Express lists them without their DID group, fees and numbers: use Get for those.',
	},
	effect: 'read',
	fields: {
		limit: listLimit,
		output: orderOutput,
		filters: collection(
			{ name: 'filters', label: 'Filters', placeholder: 'Add Filter' },
			{ status },
		),
	},
	async execute(session, { limit, output, filters }, itemIndex) {
		const query = { filter_by_status: filters.status };
		const orders = await readList(session, 'orders', { query, itemIndex }, { limit });
		return orders.map(output);
	},
});
