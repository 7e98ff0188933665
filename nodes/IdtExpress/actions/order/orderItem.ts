import type { RunSession } from '../../api/session';
import { choice, group, mapField, textList, wholeNumber, type Field } from '../../shared/field';
import { didGroupFields } from '../../shared/fields';

/** What an order asks for: the one order item that Create Order takes. */
export type OrderItem = { did_group_id: number } & ({ quantity: number } | { did_skus: string[] });

/** An order that an input item asks for. */
export interface OrderRequest {
	session: RunSession;
	item: OrderItem;
	itemIndex: number;
}

/** The API's limit for a quantity; nothing is documented for SKUs, which are ordered like one. */
const MOST_NUMBERS = 100;

const orderBy = choice({
	name: 'orderBy',
	label: 'Select Numbers By',
	default: 'quantity',
	description: 'Whether to order any numbers of a DID group, or certain ones',
	options: {
		quantity: { name: 'Quantity', description: 'A quantity of numbers, chosen by IDT Express' },
		skus: {
			name: 'SKUs',
			description: 'Exactly these numbers, as DID Group → Browse Numbers lists them',
		},
	},
});

const quantity = wholeNumber({
	name: 'quantity',
	label: 'Quantity',
	apiName: 'quantity',
	least: 1,
	most: MOST_NUMBERS,
	default: 1,
	required: true,
	description:
		'How many numbers to order, 1 to 100. Outside the USA you can order more than are in ' +
		'stock, even from a DID group with none: the rest is backordered, and may be delivered ' +
		'much later, in parts, or not at all.',
	displayOptions: { show: { orderBy: ['quantity'] } },
});

const didSkus = mapField(
	textList({
		name: 'didSkus',
		label: 'SKU Names or IDs',
		apiName: 'did_skus',
		key: 'sku',
		typeOptions: { loadOptionsMethod: 'getSkus', loadOptionsDependsOn: ['didGroupId.value'] },
		description:
			'The numbers to order. In an expression: an array of SKUs, or text with commas between ' +
			'them. Choose from the list, or specify IDs using an <a ' +
			'href="https://docs.n8n.io/code/expressions/">expression</a>.',
		displayOptions: { show: { orderBy: ['skus'] } },
	}),
	(skus, { refuse }) => {
		if (skus.length <= MOST_NUMBERS) return skus;
		throw refuse(
			`has ${skus.length} entries; an order may have ${MOST_NUMBERS}`,
			'Order the rest with another item.',
		);
	},
);

/**
 * How to order, the DID group, and the quantity or the SKUs.
 * @see docs/api.md#create-order
 */
export const orderItem: Field<OrderItem> = group(
	[orderBy, didGroupFields, quantity, didSkus],
	(context, itemIndex) => {
		const did_group_id = didGroupFields.read(context, itemIndex);
		return orderBy.read(context, itemIndex) === 'quantity'
			? { did_group_id, quantity: quantity.read(context, itemIndex) }
			: { did_group_id, did_skus: didSkus.read(context, itemIndex) };
	},
);

/** How many numbers an item asks for. */
export function quantityOf(item: OrderItem): number {
	return 'quantity' in item ? item.quantity : item.did_skus.length;
}

/** Such as `3 numbers of DID group 39145`. */
export function describeItem(item: OrderItem): string {
	return `${countNumbers(quantityOf(item))} of DID group ${item.did_group_id}`;
}

/** `1 number`, `2 numbers`. */
export function countNumbers(count: number): string {
	return `${count} number${count === 1 ? '' : 's'}`;
}
