import { apiRecord } from '../../api/request';
import { orderField, simplifyField } from '../../shared/fields';
import { readId } from '../../shared/input';
import type { ItemOperation } from '../../shared/operation';
import { simplifyOrder } from '../../shared/simplify';

/** @see reference: Get Order */
export const get: ItemOperation = {
	option: {
		name: 'Get',
		value: 'get',
		action: 'Get an order',
		description: 'Get the status of an order and the numbers delivered so far',
	},
	effect: 'read',
	fields: [orderField(), simplifyField],
	async execute(context, itemIndex) {
		const orderId = readId(context, 'orderId', 'Order', itemIndex);
		const order = await apiRecord(
			context,
			{ method: 'GET', path: ['orders', orderId], itemIndex },
			'order',
		);
		return context.getNodeParameter('simplify', itemIndex, true) ? simplifyOrder(order) : order;
	},
};
