import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { apiRecord } from '../../api/request';
import { writeOnce, type LookUp, type WriteRecord } from '../../api/writeOnce';
import { add, compare, formatDecimal, type Decimal } from '../../shared/decimal';
import { inputError } from '../../shared/input';
import { recordAt, textAt } from '../../shared/json';
import { findOrder, noteOrders } from './findOrder';
import { quantityOf, type OrderItem } from './lostOrder';
import { costOf, sum } from './spending';

/**
 * Asks what an order would cost. Nothing is bought.
 * @returns the API's preview
 * @throws NodeApiError
 * @see reference: Create Order (preview)
 */
export async function previewOrder(
	context: IExecuteFunctions,
	item: OrderItem,
	itemIndex: number,
): Promise<IDataObject> {
	return await apiRecord(
		context,
		{
			method: 'POST',
			path: ['orders'],
			body: { preview: true, order_items: [item] },
			readOnly: true,
			itemIndex,
		},
		'order',
	);
}

/**
 * Places an order, exactly once for an input item of a run of the node, and never above the limit.
 * @param limit what all items of this run together may cost, or `null`
 * @returns the order
 * @throws NodeApiError, NodeOperationError; where the order may have been placed, the error says so
 * @see reference: Create Order
 */
export async function placeOrder(
	context: IExecuteFunctions,
	item: OrderItem,
	limit: Decimal | null,
	itemIndex: number,
): Promise<IDataObject> {
	const lookUp: LookUp = {
		price: async (together) =>
			limit ? await checkLimit(context, item, limit, together, itemIndex) : undefined,
		prepare: async () => await noteOrders(context, itemIndex),
		find: async (record, others) => await findOrder(context, item, record, others, itemIndex),
	};
	const what = `${quantityOf(item)} number${quantityOf(item) === 1 ? '' : 's'} of DID group ${item.did_group_id}`;
	const body = await writeOnce(
		context,
		{
			method: 'POST',
			path: ['orders'],
			body: { order_items: [item] },
			accepts: (answer) => textAt(answer, 'order', 'id') !== '',
			itemIndex,
		},
		lookUp,
		{
			mayHaveHappened: 'The order may have been placed',
			howToCheck: `Before you run this again, look with Order → Get Many or in the IDT Express Portal for a new order of ${what}.`,
		},
	);
	return recordAt(body, 'order');
}

/**
 * Checks the cost of an order against what is left of the limit.
 * @param together the orders that share the limit
 * @returns the cost
 * @throws NodeOperationError where it would be exceeded, or where the cost cannot be told
 */
async function checkLimit(
	context: IExecuteFunctions,
	item: OrderItem,
	limit: Decimal,
	together: WriteRecord[],
	itemIndex: number,
): Promise<string> {
	const cost = costOf(await previewOrder(context, item, itemIndex));
	if (!cost) {
		throw inputError(
			context,
			itemIndex,
			'The cost of the order could not be checked against the Spend Limit',
			'The preview of IDT Express holds no fees that can be read. Nothing was bought. Check the price with Preview Only, and order without a Spend Limit if it is right.',
		);
	}
	const spent = sum(together.map(spentOn));
	const [costs, most, already] = [cost.dueNow, limit, spent].map(formatDecimal);
	if (compare(add(spent, cost.dueNow), limit) <= 0) return costs;
	throw inputError(
		context,
		itemIndex,
		`The order would exceed the Spend Limit: it costs ${costs}, the limit is ${most}, already spent ${already}`,
		`Setup and first month of ${quantityOf(item)} numbers cost ${costs} in the account's currency, and this run of the node has already spent ${already}. Nothing was bought for this item. Raise the limit or order fewer numbers.`,
	);
}

/** What a write of this run cost; one that may have happened counts as if it had. */
function spentOn(record: WriteRecord): string {
	// The fees of the order itself are the ones that were charged.
	const cost = record.body && costOf(recordAt(record.body, 'order'));
	return cost ? formatDecimal(cost.dueNow) : (record.cost ?? '0');
}
