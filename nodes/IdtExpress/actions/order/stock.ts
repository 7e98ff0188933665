import type { IDataObject } from 'n8n-workflow';
import { readDidGroups } from '../../api/didGroups';
import { inputError } from '../../shared/field';
import { isOn, listAt, recordAt, textAt } from '../../shared/json';
import { isGroup } from './lostOrder';
import { countNumbers, describeItem, quantityOf, type OrderRequest } from './orderItem';

/**
 * Makes sure that all numbers of an order are in stock.
 * @throws NodeOperationError where they are not, or where that cannot be known; NodeApiError
 * @see docs/api.md#get-did-groups
 */
export async function checkStock(asked: OrderRequest, preview: IDataObject): Promise<void> {
	const { item, itemIndex } = asked;
	const place = { context: asked.session.context, itemIndex };
	const stock = await readStock(asked, preview);
	if (stock === null) {
		throw inputError(
			place,
			`The stock of DID group ${item.did_group_id} is not known`,
			"Neither the preview nor Get DID Groups says how many numbers are in stock, and 'In " +
				"Stock Only' is on. Nothing was ordered. Turn it off to order them all the same: what is " +
				'not in stock is then backordered.',
		);
	}
	if (stock >= quantityOf(item)) return;
	throw inputError(
		place,
		`Only ${countNumbers(stock)} in stock; the order is for ${describeItem(item)}`,
		"Nothing was ordered, because 'In Stock Only' is on. Order fewer numbers, choose another " +
			'DID group, or turn it off: what is not in stock is then backordered.',
	);
}

/** @returns `null` where neither the preview nor Get DID Groups says it */
async function readStock(
	{ session, item, itemIndex }: OrderRequest,
	preview: IDataObject,
): Promise<number | null> {
	const group = recordAt(listAt(preview, 'order_items')[0], 'did_group');
	const quantity = countOf(group);
	const countryIso = textAt(group, 'country', 'iso');
	if (quantity !== null || countryIso === '') return quantity;
	const place = {
		countryIso,
		// Without it, all regions: what is looked for is the one group.
		regionCode: textAt(group, 'region', 'code') || undefined,
		tollFree: isOn(group, 'toll_free'),
	};
	const filter = (row: IDataObject) => isGroup(textAt(row, 'id'), item.did_group_id);
	const [found] = await readDidGroups(session, place, { itemIndex, limit: 1, filter });
	return countOf(found);
}

function countOf(group: IDataObject | undefined): number | null {
	const quantity = textAt(group, 'quantity');
	return /^\d+$/.test(quantity) ? Number(quantity) : null;
}
