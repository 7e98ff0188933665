import type { IDataObject } from 'n8n-workflow';
import { countAt, isOn, isRecord, listAt, textAt, valueAt } from './json';

/**
 * Whether an order is finished, and whether it can still change. These are two things: nothing more
 * comes of an order whose items are all final, but its own status may follow a minute later.
 * @see docs/api.md#order-status
 */

/** The item status of a whole delivery, in the form that `normalise` gives. */
const FULFILLED = 'fulfilledcomplete';
/** The item statuses that say that a number was delivered. */
const SOME_FULFILLED = /^(partially)?fulfilled/;
/** The item statuses after which nothing more happens. */
const FINAL_ITEM_STATUSES = [
	FULFILLED,
	'partiallyfulfilledcomplete',
	'backordercanceled',
	'partiallyfulfilledbackordercanceled',
	'canceledinsufficientfunds',
	'canceledinsufficientinventory',
	'partiallyfulfilledinsufficientfunds',
];

/** The item statuses after which more may come: Received, Processing, and what is on backorder. */
const OPEN_ITEM_STATUS = /^(received|processing)$|backorder(?!canceled)/;

/** The own statuses of an order after which none follows; one without a status has none to wait for. */
const FINAL_ORDER_STATUSES = ['complete', 'canceled'];

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
	const numbers = listAt(order, 'order_items').flatMap((item) => valueAt(item, 'numbers') ?? []);
	// Some servers list them as texts.
	const entries = numbers.map((entry) => (isRecord(entry) ? entry : { number: entry }));
	return entries.filter((entry) => textAt(entry, 'number') !== '');
}

/** Whether all numbers that count as delivered are listed: IDT Express may count them a moment before. */
export function listsItsNumbers(order: IDataObject): boolean {
	return deliveredNumbers(order).length >= fulfilledQuantity(order);
}

/**
 * How many numbers were delivered: as many as the order counts or lists, or at least as its items' statuses
 * say, for the quantity may follow a moment later. *Fulfilled – Complete* is all, *Partially Fulfilled* is one.
 */
export function fulfilledQuantity(order: IDataObject): number {
	const statuses = listAt(order, 'order_items').map(statusOf);
	const isWhole = statuses.length > 0 && statuses.every((status) => status === FULFILLED);
	const said = isWhole
		? orderedQuantity(order)
		: Number(statuses.some((s) => SOME_FULFILLED.test(s)));
	const counted = quantityOfItems(order, 'fulfilled');
	const listed = deliveredNumbers(order).length;
	return Math.max(countAt(order, 'fulfilled', 'quantity'), counted, listed, said);
}

/** The quantities of all items of an order, or of a preview, together; 0 where they do not say. */
export function quantityOfItems(order: IDataObject, kind: 'ordered' | 'fulfilled'): number {
	const items = listAt(order, 'order_items');
	return items.reduce((sum, item) => sum + countAt(item, kind, 'quantity'), 0);
}

/** How many numbers were ordered, as the order or its items say; 0 where neither does. */
export function orderedQuantity(order: IDataObject): number {
	return Math.max(countAt(order, 'ordered', 'quantity'), quantityOfItems(order, 'ordered'));
}

/** Whether everything that was ordered has been delivered. */
export function isDelivered(order: IDataObject): boolean {
	const ordered = orderedQuantity(order);
	return ordered > 0 && fulfilledQuantity(order) >= ordered;
}

/**
 * Whether nothing more will come of an order: everything was delivered, or all its items are final,
 * or it calls itself complete or canceled and no item is known to be open. *Complete* with an item on
 * backorder is not finished, for more will come. An item status that is not documented says nothing,
 * unless the item can be canceled: then it is open.
 * @param order from Get Order, or the summary of Get Orders (which has no items: its own word counts)
 */
export function isFinished(order: IDataObject): boolean {
	if (isDelivered(order)) return true;
	const items = listAt(order, 'order_items');
	const isFinal = (item: IDataObject) => FINAL_ITEM_STATUSES.includes(statusOf(item));
	if (items.length > 0 && items.every(isFinal)) return true;
	const isOpen = (item: IDataObject) =>
		!isFinal(item) && (OPEN_ITEM_STATUS.test(statusOf(item)) || isOn(item, 'cancelable'));
	return FINAL_ORDER_STATUSES.includes(statusOf(order)) && !items.some(isOpen);
}

/**
 * Whether an order can still change: until nothing more will come *and* its own status is final too.
 * @param order from Get Order
 */
export function canStillChange(order: IDataObject): boolean {
	return !isFinished(order) || !['', ...FINAL_ORDER_STATUSES].includes(statusOf(order));
}

function statusOf(record: IDataObject): string {
	return normalise(textAt(record, 'status'));
}
