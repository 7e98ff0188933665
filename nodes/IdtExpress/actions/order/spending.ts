import type { IDataObject } from 'n8n-workflow';
import {
	add,
	formatDecimal,
	multiply,
	parseDecimal,
	ZERO,
	type Decimal,
} from '../../shared/decimal';
import { countAt, listAt, textAt } from '../../shared/json';

/** What orders cost, in exact decimals of the account's currency. */
export interface Cost {
	setup: Decimal;
	monthly: Decimal;
	/** Setup and first month. */
	dueNow: Decimal;
}

/**
 * The cost of a whole order, from the fees that the order or its preview carries.
 * @returns `null` where the fees cannot be read
 * @see reference: Create Order (order_items[].did_group.fees)
 */
export function costOf(order: IDataObject): Cost | null {
	const items = listAt(order, 'order_items');
	if (items.length === 0) return null;
	let setup = ZERO;
	let monthly = ZERO;
	for (const item of items) {
		const quantity = countAt(item, 'ordered', 'quantity');
		const setupFee = parseDecimal(textAt(item, 'did_group', 'fees', 'setup_fee'));
		const monthlyFee = parseDecimal(textAt(item, 'did_group', 'fees', 'monthly_fee'));
		if (!setupFee || !monthlyFee || !Number.isInteger(quantity) || quantity < 1) return null;
		setup = add(setup, multiply(setupFee, quantity));
		monthly = add(monthly, multiply(monthlyFee, quantity));
	}
	return { setup, monthly, dueNow: add(setup, monthly) };
}

/** What a preview shows beside the order, in simplified output. */
export function describeCost(preview: IDataObject): IDataObject {
	const cost = costOf(preview);
	const [item] = listAt(preview, 'order_items');
	const inStock = textAt(item, 'did_group', 'quantity');
	return {
		total_setup_fee: cost && formatDecimal(cost.setup),
		total_monthly_fee: cost && formatDecimal(cost.monthly),
		total_due_now: cost && formatDecimal(cost.dueNow),
		in_stock_quantity: inStock === '' ? null : Number(inStock),
	};
}

/** Adds up decimal strings; one that cannot be read counts as nothing. */
export function sum(amounts: string[]): Decimal {
	return amounts.reduce((total, amount) => add(total, parseDecimal(amount) ?? ZERO), ZERO);
}
