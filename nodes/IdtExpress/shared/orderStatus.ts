import type { IDataObject } from 'n8n-workflow';
import { countAt, listAt, textAt } from './json';

/**
 * Whether an order is finished, and whether it can still change. These are two things: nothing more
 * comes of an order whose items are all final, but its own status may follow a minute later.
 * @see docs/api.md#order-status
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

/** The item statuses after which more may come. */
const OPEN_ITEM_STATUSES = [
	'received',
	'processing',
	'backordered',
	'partially fulfilled - backordered',
];

/** The own statuses of an order after which none follows; an order without one has none to wait for. */
const FINAL_ORDER_STATUSES = ['complete', 'canceled', ''];

const LONGEST_STATUS = 100;

/** The samples write statuses with hyphens and with en dashes, capitalised and not. */
export function normalise(status: string): string {
	return status
		.slice(0, LONGEST_STATUS)
		.toLowerCase()
		.replace(/\s*[‐-―−-]\s*/g, ' - ')
		.replace(/\s+/g, ' ')
		.replace('cancelled', 'canceled')
		.trim();
}

/** How many numbers were delivered. */
export function fulfilledQuantity(order: IDataObject): number {
	return countAt(order, 'fulfilled', 'quantity');
}

/**
 * Whether nothing more will come of an order: everything was delivered, or all its items are final,
 * or it calls itself complete and no item is known to be open. *Complete* with an item on backorder is
 * not finished, for more will come. A status that is not documented makes no order finished.
 * @param order from Get Order, or the summary of Get Orders (which has no items: its own word counts)
 */
export function isFinished(order: IDataObject): boolean {
	const ordered = countAt(order, 'ordered', 'quantity');
	if (ordered > 0 && fulfilledQuantity(order) >= ordered) return true;
	const statuses = itemStatuses(order);
	if (statuses.length > 0 && statuses.every((status) => FINAL_ITEM_STATUSES.includes(status))) {
		return true;
	}
	return (
		normalise(textAt(order, 'status')) === 'complete' &&
		!statuses.some((status) => OPEN_ITEM_STATUSES.includes(status))
	);
}

/**
 * Whether an order can still change: until nothing more will come *and* its own status is final too.
 * @param order from Get Order
 */
export function canStillChange(order: IDataObject): boolean {
	return !isFinished(order) || !FINAL_ORDER_STATUSES.includes(normalise(textAt(order, 'status')));
}

function itemStatuses(order: IDataObject): string[] {
	return listAt(order, 'order_items').map((item) => normalise(textAt(item, 'status')));
}
