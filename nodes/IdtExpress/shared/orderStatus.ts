import type { IDataObject } from 'n8n-workflow';
import { countAt, listAt, textAt } from './json';

/**
 * Whether an order is finished, and whether it can still change. These are two things: nothing more
 * comes of an order whose items are all final, but its own status may follow a minute later.
 * @see docs/api.md#order-status
 */

/** The item statuses after which nothing more happens, in the form that `normalise` gives. */
const FINAL_ITEM_STATUSES = [
	'fulfilledcomplete',
	'partiallyfulfilledcomplete',
	'backordercanceled',
	'partiallyfulfilledbackordercanceled',
	'canceledinsufficientfunds',
	'canceledinsufficientinventory',
	'partiallyfulfilledinsufficientfunds',
];

/** The item statuses after which more may come: Received, Processing, and what is on backorder. */
const OPEN_ITEM_STATUS = /^(received|processing)$|backorder(?!canceled)/;

/** The own statuses of an order after which none follows; an order without one has none to wait for. */
const FINAL_ORDER_STATUSES = ['complete', 'canceled', ''];

const LONGEST_STATUS = 100;

/** The samples write statuses with hyphens and with en dashes, capitalised and not: letters count. */
export function normalise(status: string): string {
	return status
		.slice(0, LONGEST_STATUS)
		.toLowerCase()
		.replace(/[^\p{L}\p{N}]/gu, '')
		.replace('cancelled', 'canceled');
}

/** The numbers that an order from Get Order lists: those that were delivered. */
export function deliveredNumbers(order: IDataObject): IDataObject[] {
	return listAt(order, 'order_items').flatMap((item) => listAt(item, 'numbers'));
}

/** How many numbers were delivered, as far as the order counts or lists them. */
export function fulfilledQuantity(order: IDataObject): number {
	return Math.max(countAt(order, 'fulfilled', 'quantity'), deliveredNumbers(order).length);
}

/** Whether everything that was ordered has been delivered. */
export function isDelivered(order: IDataObject): boolean {
	const ordered = countAt(order, 'ordered', 'quantity');
	return ordered > 0 && fulfilledQuantity(order) >= ordered;
}

/**
 * Whether nothing more will come of an order: everything was delivered, or all its items are final,
 * or it calls itself complete and no item is known to be open. *Complete* with an item on backorder is
 * not finished, for more will come. A status that is not documented makes no order finished.
 * @param order from Get Order, or the summary of Get Orders (which has no items: its own word counts)
 */
export function isFinished(order: IDataObject): boolean {
	if (isDelivered(order)) return true;
	const statuses = itemStatuses(order);
	if (statuses.length > 0 && statuses.every((status) => FINAL_ITEM_STATUSES.includes(status))) {
		return true;
	}
	return (
		normalise(textAt(order, 'status')) === 'complete' &&
		!statuses.some((status) => OPEN_ITEM_STATUS.test(status))
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
