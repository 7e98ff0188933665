import { orderId } from '../../shared/fields';
import { orderOutput } from '../../shared/output';
import { itemOperation } from '../operation';
import { readOrder } from './findOrder';

/** @see docs/api.md#get-order */
export const get = itemOperation({
	option: {
		name: 'Get',
		value: 'get',
		action: 'Get order',
		description:
			'Get an order of phone numbers: its status, and the numbers delivered so far. There are ' +
			'none before IDT Express processes the order. Where cancelable is true, the rest of a ' +
			'backorder can be canceled in the IDT Express Portal.',
	},
	effect: 'read',
	fields: { orderId, output: orderOutput },
	execute: async (session, { orderId: id, output }, itemIndex) =>
		output(await readOrder(session, id, itemIndex)),
});
