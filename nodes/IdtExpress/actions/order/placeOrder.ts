import type { IDataObject } from 'n8n-workflow';
import { recordAt, textAt } from '../../shared/json';
import type { Decimal } from '../../shared/money';
import { writeOnce } from '../writeOnce';
import { claim, findOrder, isClaimedIn, noteOrders } from './findOrder';
import { createdAt } from './lostOrder';
import { describeItem, type OrderRequest } from './orderItem';
import { previewOrder } from './previewOrder';
import { checkSpending } from './spending';
import { checkStock } from './stock';

/** What an order is placed under. */
export interface Conditions {
	/** What all orders of this execution together may cost. */
	limit: Decimal;
	/** Whether an order that would be backordered is not placed. */
	inStockOnly: boolean;
}

/**
 * Places an order, once for an input item of a run of the node, and never above the limit.
 * @returns the order
 * @throws NodeApiError, NodeOperationError; where the order may have been placed, the error says so
 * @see docs/api.md#create-order
 */
export async function placeOrder(
	asked: OrderRequest,
	{ limit, inStockOnly }: Conditions,
): Promise<IDataObject> {
	const { session, item, itemIndex } = asked;
	const account = await session.account(itemIndex);
	const request = {
		method: 'POST' as const,
		path: ['orders'],
		body: { order_items: [item] },
		// A server may answer a second order with the first one: then it is looked up.
		isValid: (answer: IDataObject) => {
			const order = recordAt(answer, 'order');
			return textAt(order, 'id') !== '' && !isClaimedIn(account, order);
		},
		itemIndex,
	};
	const body = await writeOnce(session, request, {
		async beforeSend(others) {
			const preview = await previewOrder(asked);
			const cost = checkSpending(asked, preview, limit, others);
			if (inStockOnly) await checkStock(asked, preview);
			return { before: await noteOrders(session, createdAt(preview), itemIndex), cost };
		},
		find: async (record, others) => await findOrder(asked, record, others),
		words: {
			mayHaveHappened: 'The order may have been placed',
			didNotHappen: 'The order was not placed',
			howToCheck:
				'Before you run this again, check with Order → Get Many or in the IDT Express Portal ' +
				`whether there is a new order of ${describeItem(item)}.`,
		},
	});
	const order = recordAt(body, 'order');
	claim(account, order);
	return order;
}
