import type { IDataObject } from 'n8n-workflow';
import { inputError, type Place } from '../../shared/field';
import { countAt, listAt, recordAt, textAt } from '../../shared/json';
import {
	add,
	compare,
	decimalAt,
	formatDecimal,
	multiply,
	ZERO,
	type Decimal,
} from '../../shared/money';
import { quantityOfItems } from '../../shared/orderStatus';
import type { WriteRecord } from '../ledger';
import { isGroup } from './lostOrder';
import { countNumbers, describeItem, quantityOf, type OrderRequest } from './orderItem';

/**
 * What an order costs by the fees that it lists: setup and first month of each number, in the account's
 * currency. It is an estimate, because the API does not document what an order charges.
 * @returns `null` where a fee or a quantity is no plain number
 * @see docs/api.md#create-order
 */
export function costOf(order: IDataObject): Decimal | null {
	const items = listAt(order, 'order_items');
	if (items.length === 0) return null;
	let cost = ZERO;
	for (const item of items) {
		const quantity = countAt(item, 'ordered', 'quantity');
		const setup = decimalAt(item, 'did_group', 'fees', 'setup_fee');
		const monthly = decimalAt(item, 'did_group', 'fees', 'monthly_fee');
		if (!setup || !monthly || quantity < 1) return null;
		cost = add(cost, multiply(add(setup, monthly), quantity));
	}
	return cost;
}

/**
 * Checks an order against its preview and the Spend Limit.
 * @param others the other orders of this execution
 * @returns the cost, as a decimal string
 * @throws NodeOperationError where the order must not be placed
 */
export function checkSpending(
	{ session: { context }, item, itemIndex }: OrderRequest,
	preview: IDataObject,
	limit: Decimal,
	others: WriteRecord[],
): string {
	const place: Place = { context, itemIndex };
	const groups = listAt(preview, 'order_items').map((entry) => textAt(entry, 'did_group', 'id'));
	const previewed = quantityOfItems(preview, 'ordered');
	const cost = costOf(preview);
	if (cost === null || groups.some((id) => !isGroup(id, item.did_group_id))) {
		throw inputError(
			place,
			"The cost of the order could not be checked against 'Spend Limit'",
			`IDT Express's preview of ${describeItem(item)} has no fees that can be read, or is for ` +
				'another DID group. Nothing was ordered. Check it with Order → Preview, Output: Raw.',
		);
	}
	if (previewed < quantityOf(item)) {
		throw inputError(
			place,
			`IDT Express's preview is for ${countNumbers(previewed)}, not for ${describeItem(item)}`,
			"So the cost could not be checked against 'Spend Limit'. Nothing was ordered. Check it with Order → Preview, Output: Raw.",
		);
	}
	const counted = others.reduce((sum, record) => add(sum, countedCost(record)), ZERO);
	if (compare(limit, ZERO) > 0 && compare(add(counted, cost), limit) <= 0) {
		return formatDecimal(cost);
	}
	const [costs, most, before] = [cost, limit, counted].map(formatDecimal);
	throw inputError(
		place,
		`The order would exceed 'Spend Limit': it costs ${costs}, the limit is ${most}, and ${before} is counted already`,
		`This is the estimate for ${describeItem(item)}: setup and first month by the listed ` +
			"fees, in the account's currency. Orders that may have been placed are counted too. " +
			'Nothing was ordered for this item. Raise the limit, or order fewer numbers.',
	);
}

/**
 * What another order counts: what was asked, or what the order itself lists, whichever is more. One that
 * may have been placed counts as if it had been.
 */
function countedCost(record: WriteRecord): Decimal {
	if (record.state === 'absent') return ZERO;
	const asked = decimalAt(record, 'cost') ?? ZERO;
	const listed = costOf(recordAt(record, 'body', 'order')) ?? ZERO;
	return [asked, listed].sort(compare)[1];
}

/** What orders cost together by the fees that they list; `null` where one does not say. */
export function totalCost(orders: IDataObject[]): Decimal | null {
	return orders
		.map(costOf)
		.reduce((sum, cost) => (sum && cost ? add(sum, cost) : null), ZERO as Decimal | null);
}
