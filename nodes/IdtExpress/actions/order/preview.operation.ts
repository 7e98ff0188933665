import { previewOutput } from '../../shared/output';
import { itemOperation } from '../operation';
import { orderItem } from './orderItem';
import { previewOrder } from './previewOrder';

/** @see docs/api.md#create-order */
export const preview = itemOperation({
	option: {
		name: 'Preview',
		value: 'preview',
		action: 'Preview order',
		description:
			'Check an order of phone numbers (DIDs) and get its price by the listed fees; nothing is ' +
			'ordered. IDT Express also checks the funds: with too little money you get an error in ' +
			'place of the price.',
	},
	effect: 'read',
	fields: { item: orderItem, output: previewOutput },
	execute: async (session, { item, output }, itemIndex) =>
		output(await previewOrder({ session, item, itemIndex })),
});
