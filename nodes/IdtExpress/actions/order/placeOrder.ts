import type { IDataObject } from 'n8n-workflow';
import type { RunSession } from '../../api/session';
import { recordAt, textAt } from '../../shared/json';
import type { Decimal } from '../../shared/money';
import { writeOnce, type Recovery } from '../writeOnce';
import { claim, findOrder, noteOrders } from './findOrder';
import { createdAt } from './lostOrder';
import { describeItem, type OrderItem } from './orderItem';
import { previewOrder } from './previewOrder';
import { checkSpending } from './spending';
import { checkStock } from './stock';

/** What one input item asks for. */
export interface Purchase {
	item: OrderItem;
	/** What all items of this run together may cost. */
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
	session: RunSession,
	{ item, limit, inStockOnly }: Purchase,
	itemIndex: number,
): Promise<IDataObject> {
	const recovery: Recovery = {
		async beforeSend(together) {
			const preview = await previewOrder(session, item, itemIndex);
			const cost = checkSpending(session, item, preview, limit, together, itemIndex);
			if (inStockOnly) await checkStock(session, item, preview, itemIndex);
			const before = await noteOrders(session, createdAt(preview), itemIndex);
			return { before, cost };
		},
		find: async (record, others) => await findOrder(session, item, record, others, itemIndex),
		words: {
			mayHaveHappened: 'The order may have been placed',
			didNotHappen: 'The order was not placed',
			howToCheck:
				'Before you run this again, check with Order → Get Many or in the IDT Express Portal ' +
				`whether there is a new order of ${describeItem(item)}.`,
		},
	};
	const body = await writeOnce(
		session,
		{
			method: 'POST',
			path: ['orders'],
			body: { order_items: [item] },
			isValid: (answer) => textAt(answer, 'order', 'id') !== '',
			itemIndex,
		},
		recovery,
	);
	const order = recordAt(body, 'order');
	await claim(session, order, itemIndex);
	return order;
}
