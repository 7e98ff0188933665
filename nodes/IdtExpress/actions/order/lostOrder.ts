import type { IDataObject } from 'n8n-workflow';
import { countAt, listAt, textAt, valueAt } from '../../shared/json';

/** Which order of the account a request created: decided without I/O. */

/** What Create Order is sent: the one order item. */
export type OrderItem = { did_group_id: number } & ({ quantity: number } | { did_skus: string[] });

/** How many numbers an item asks for. */
export function quantityOf(item: OrderItem): number {
	return 'quantity' in item ? item.quantity : item.did_skus.length;
}

/**
 * Whether an order is what a request asked for.
 * @param order from Get Order
 */
export function isOrderOf(order: IDataObject, item: OrderItem): boolean {
	const [found] = listAt(order, 'order_items');
	if (textAt(found, 'did_group', 'id') !== String(item.did_group_id)) return false;
	if (countAt(order, 'ordered', 'quantity') !== quantityOf(item)) return false;
	const skus = listAt(found, 'ordered', 'numbers').map((entry) => textAt(entry, 'sku'));
	const wanted = 'did_skus' in item ? item.did_skus : [];
	return skus.length === wanted.length && wanted.every((sku) => skus.includes(sku));
}

/**
 * Whether an order may be what a request asked for.
 * @param order the summary of Get Orders, which does not tell group and SKUs
 */
export function mayBeOrderOf(order: IDataObject, item: OrderItem): boolean {
	const quantity = valueAt(order, 'ordered', 'quantity');
	return quantity === null || Number(quantity) === quantityOf(item);
}

/** Whether an order from Get Order tells what was ordered. */
export function isReadable(order: IDataObject): boolean {
	return textAt(listAt(order, 'order_items')[0], 'did_group', 'id') !== '';
}

export function idOf(order: IDataObject): string {
	return textAt(order, 'id');
}

/** When an order was created, in milliseconds of the server's clock; `NaN` where it cannot be read. */
export function createdAt(order: IDataObject): number {
	return Date.parse(textAt(order, 'created_at'));
}

/** Whether an order is surely older. */
export function isOlder(order: IDataObject, time: number): boolean {
	return createdAt(order) < time;
}

/** When the youngest of the orders was created; 0 where there is none. */
export function youngestOf(orders: IDataObject[]): number {
	return Math.max(0, ...orders.map((order) => createdAt(order) || 0));
}

/** Fewer rows could be in order by chance. */
const ENOUGH_TO_SEE_THE_ORDER = 8;

/**
 * In which order a page lists its orders; the reference does not say.
 * @returns `null` where it is neither, or where it cannot be told
 */
export function directionOf(orders: IDataObject[]): 'newest' | 'oldest' | null {
	const times = orders.map(createdAt);
	if (times.length < ENOUGH_TO_SEE_THE_ORDER || times.some(Number.isNaN)) return null;
	const pairs = times.slice(1).map((time, index) => time - times[index]);
	if (times[0] === times[times.length - 1]) return null;
	if (pairs.every((difference) => difference <= 0)) return 'newest';
	if (pairs.every((difference) => difference >= 0)) return 'oldest';
	return null;
}

/**
 * Chooses among the orders that a request may have created.
 * @param candidates the matching orders that are new and claimed by nobody, oldest first
 * @param alike how many requests for the same thing are unaccounted for, this one included
 * @returns the order, or `null` where it cannot be told
 */
export function chooseOrder(candidates: IDataObject[], alike: number): IDataObject | null {
	// Alike orders of alike requests may be shared out in any way, as long as there are not more.
	return candidates.length <= alike ? (candidates[0] ?? null) : null;
}
