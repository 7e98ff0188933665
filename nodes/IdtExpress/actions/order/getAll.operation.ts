import { readList } from '../../api/lists';
import { filters, mapField, optionalText } from '../../shared/field';
import { listLimit } from '../../shared/fields';
import { orderOutput } from '../../shared/output';
import { itemOperation } from '../operation';

/** The statuses that the samples show. There may be others, so an expression may give any text. */
const STATUSES = ['Complete', 'Created', 'Processing'];

/** @see docs/api.md#order-status */
const status = mapField(
	optionalText({
		name: 'status',
		label: 'Status',
		apiName: 'filter_by_status',
		default: 'Complete',
		description:
			'Only orders with this status. IDT Express does not list all statuses: an expression may ' +
			'give another one. Complete does not mean that all numbers were delivered.',
	}).with({ type: 'options', options: STATUSES.map((name) => ({ name, value: name })) }),
	// Get Order also writes `complete`, and the API's filter may tell them apart.
	(written) => STATUSES.find((name) => name.toLowerCase() === written?.toLowerCase()) ?? written,
);

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
		filters: filters({ filter_by_status: status }),
	},
	async execute(session, { limit, output, filters: query }, itemIndex) {
		const orders = await readList(session, 'orders', { query, itemIndex }, { limit });
		return orders.map(output);
	},
});
