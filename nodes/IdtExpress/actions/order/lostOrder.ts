import type { IDataObject } from 'n8n-workflow';
import { listAt, textAt } from '../../shared/json';
import { quantityOfItems } from '../../shared/orderStatus';
import { readTime } from '../../shared/time';
import { quantityOf, type OrderItem } from './orderItem';

/** Which order of the account a request created: decided without I/O. */

/** What the new orders of the account say about a request. */
export type Verdict =
	| { kind: 'found'; order: IDataObject }
	| { kind: 'absent' }
	| { kind: 'unknown'; reason: string };

/**
 * Searches the new orders for the order of a request.
 * @param orders from Get Order: the new orders that no other request of ours has claimed
 * @param alike how many requests for the same thing are unaccounted for, this one included
 */
export function judge(orders: IDataObject[], item: OrderItem, alike: number): Verdict {
	const matching = orders
		.filter((order) => isOrderOf(order, item))
		.sort((a, b) => createdAt(a) - createdAt(b));
	// Orders with the same content are interchangeable, as long as there are not more of them than requests.
	if (matching.length > alike) {
		return {
			kind: 'unknown',
			reason: 'several orders with the same content were placed at the same time',
		};
	}
	if (matching.length > 0) return { kind: 'found', order: matching[0] };
	// An order that is not readable yet, or that says another quantity, may be the one.
	if (orders.every((order) => isSurelyAnother(order, item))) return { kind: 'absent' };
	return { kind: 'unknown', reason: 'a new order may be this one, but its data does not prove it' };
}

/** Whether an order is just what a request asked for. */
export function isOrderOf(order: IDataObject, item: OrderItem): boolean {
	const [ordered] = listAt(order, 'order_items');
	if (!isGroup(textAt(ordered, 'did_group', 'id'), item.did_group_id)) return false;
	const skus = skusOf(order);
	if ('did_skus' in item) {
		const wanted = item.did_skus.map(plainSku);
		return skus.length === wanted.length && wanted.every((sku) => skus.includes(sku));
	}
	return skus.length === 0 && quantityOfItems(order, 'ordered') === quantityOf(item);
}

/**
 * Whether an order cannot be the one: it says another DID group, or for an order by SKU other SKUs alone.
 * Another quantity proves nothing: it may not be known yet, or be what is left of it.
 */
export function isSurelyAnother(order: IDataObject, item: OrderItem): boolean {
	const skus = skusOf(order);
	if ('did_skus' in item && skus.length > 0) {
		const wanted = item.did_skus.map(plainSku);
		// One may be listed without its prefix.
		return !wanted.some((sku) => skus.some((own) => own.includes(sku) || sku.includes(own)));
	}
	const groups = listAt(order, 'order_items').map((entry) => textAt(entry, 'did_group', 'id'));
	return (
		groups.length > 0 &&
		groups.every((group) => /^\d+$/.test(group) && !isGroup(group, item.did_group_id))
	);
}

/** Whether an ID that the API writes, as text or number, is that of a DID group. */
export function isGroup(id: string, wanted: number): boolean {
	return /^\d+$/.test(id) && Number(id) === wanted;
}

/** When an order was created, by the server's clock: see readTime. */
export function createdAt(order: IDataObject): number {
	return readTime(textAt(order, 'created_at'));
}

/** A SKU may be written with other separators. */
function plainSku(sku: string): string {
	return sku.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** The SKUs that an order lists, as `plainSku` gives them; none where one of them cannot be read. */
function skusOf(order: IDataObject): string[] {
	const skus = listAt(order, 'order_items')
		.flatMap((entry) => listAt(entry, 'ordered', 'numbers'))
		.map((entry) => plainSku(textAt(entry, 'sku')));
	return skus.includes('') ? [] : skus;
}

/** Fewer rows could be in order by chance. */
const ENOUGH_ROWS = 8;

/**
 * In which order a page lists its orders; the API does not document it.
 * @returns `null` where it is neither, or where the page does not show it
 */
export function sortOf(orders: IDataObject[]): 'newest' | 'oldest' | null {
	const times = orders.map(createdAt);
	if (times.length < ENOUGH_ROWS) return null;
	// Where a time cannot be read, a step is NaN, which is neither.
	const steps = times.slice(1).map((time, index) => time - times[index]);
	if (times[0] === times[times.length - 1]) return null;
	if (steps.every((step) => step <= 0)) return 'newest';
	return steps.every((step) => step >= 0) ? 'oldest' : null;
}
