import type { IDataObject } from 'n8n-workflow';
import { countAt, listAt, textAt } from './json';

/**
 * What counts: when an order is finished, and when nothing of it can be delivered any more.
 * @see reference: Order Status, Order Item Status
 */

/** The item statuses after which nothing more happens, in the form that `normalise` gives. */
const FINAL_ITEM_STATUSES = [
	'fulfilled - complete',
	'partially fulfilled - complete',
	'backorder canceled',
	'partially fulfilled - backorder canceled',
	'canceled - insufficient funds',
	'canceled - insufficient inventory',
	'partially fulfilled - insufficient funds',
];

/** The samples write statuses with hyphens and with en dashes, capitalised and not. */
export function normalise(status: string): string {
	return status
		.toLowerCase()
		.replace(/\s*[‐-―−-]\s*/g, ' - ')
		.replace(/\s+/g, ' ')
		.replace('cancelled', 'canceled')
		.trim();
}

export function fulfilledQuantity(order: IDataObject): number {
	return countAt(order, 'fulfilled', 'quantity');
}

/**
 * Whether the order is through: everything was delivered, or the order is complete, or every item is
 * in a final status. A status that is not documented makes no order finished, and hides none.
 * @param order from Get Order, or the summary of Get Orders (which has no items)
 */
export function isFinished(order: IDataObject): boolean {
	if (isDelivered(order)) return true;
	if (normalise(textAt(order, 'status')) === 'complete') return true;
	const statuses = itemStatuses(order);
	return statuses.length > 0 && statuses.every((status) => FINAL_ITEM_STATUSES.includes(status));
}

/**
 * Whether nothing more can come. An order may call itself complete while its items say that the rest
 * is on backorder: such an order is finished, but worth watching.
 */
export function isOver(order: IDataObject): boolean {
	if (isDelivered(order)) return true;
	return isFinished(order) && !itemStatuses(order).some((status) => status.endsWith('backordered'));
}

function isDelivered(order: IDataObject): boolean {
	const ordered = countAt(order, 'ordered', 'quantity');
	return ordered > 0 && fulfilledQuantity(order) >= ordered;
}

function itemStatuses(order: IDataObject): string[] {
	return listAt(order, 'order_items').map((item) => normalise(textAt(item, 'status')));
}
