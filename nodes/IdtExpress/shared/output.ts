import type { IDataObject, IDisplayOptions } from 'n8n-workflow';
import { choice, group, multiChoice, type Choices, type Field } from './field';
import { listAt, textAt, valueAt } from './json';
import { add, decimalAt, multiply, toNumber, ZERO, type Decimal } from './money';
import { deliveredNumbers, fulfilledQuantity, isFinished, orderedQuantity } from './orderStatus';
import { toE164 } from './phoneNumber';

/**
 * What comes out for a record of the API (the parameter Output): few flat fields, chosen ones, or the
 * record as it came. A value that the API leaves out is `null`, so that every item has the same fields.
 * Flat money is a number, for people to calculate with; raw has the API's exact text.
 */

type Flat = (record: IDataObject) => IDataObject;

/** How each flat field is read from a record. */
type Fields = Record<string, (record: IDataObject) => IDataObject[string] | undefined>;

const at =
	(...path: string[]) =>
	(record: IDataObject) =>
		valueAt(record, ...path);

/** A fee as a number; `null` where it is no plain decimal. */
const fee =
	(...path: string[]) =>
	(record: IDataObject) => {
		const decimal = decimalAt(record, ...path);
		return decimal && toNumber(decimal);
	};

/** Where the numbers of a DID group are, and what they cost. */
const placeOf = (...path: string[]): Fields => ({
	monthly_fee: fee(...path, 'fees', 'monthly_fee'),
	setup_fee: fee(...path, 'fees', 'setup_fee'),
	per_minute_rate: fee(...path, 'fees', 'per_minute_rate'),
	country_iso: at(...path, 'country', 'iso'),
	country_name: at(...path, 'country', 'name'),
	region_code: at(...path, 'region', 'code'),
	region_name: at(...path, 'region', 'name'),
	country_calling_code: at(...path, 'country_calling_code'),
	area_code: at(...path, 'area_code'),
	nxx: at(...path, 'nxx'),
	toll_free: at(...path, 'toll_free'),
});

const didGroupOf = (...path: string[]): Fields => ({
	did_group_id: at(...path, 'did_group', 'id'),
	did_group_name: at(...path, 'did_group', 'name'),
	...placeOf(...path, 'did_group'),
});

/** @see docs/api.md#get-did-groups */
const DID_GROUP: Fields = {
	id: at('id'),
	name: at('name'),
	quantity: at('quantity'),
	supports_browse: at('supports_browse'),
	...placeOf(),
};

const NUMBER_AND_E164: Fields = {
	number: at('number'),
	e164: (number) => toE164(textAt(number, 'number')),
};

/** @see docs/api.md#get-numbers */
const NUMBER: Fields = {
	...NUMBER_AND_E164,
	status: at('status'),
	added_at: at('added_at'),
	removed_at: at('removed_at'),
	trunk_group_id: at('trunk_group_id'),
	supports_cnam: at('supports_cnam'),
	...didGroupOf(),
	cnam_name: at('cnam', 'current', 'name'),
	cnam_type: at('cnam', 'current', 'type'),
	cnam_display: at('cnam', 'current', 'display'),
	// `enable` or `disable`; a pending `disable` has no name.
	cnam_pending: at('cnam', 'pending', 'action'),
	cnam_pending_name: at('cnam', 'pending', 'name'),
	cnam_pending_type: at('cnam', 'pending', 'type'),
	cnam_pending_display: at('cnam', 'pending', 'display'),
	cnam_update_fee: fee('cnam', 'update_fee'),
	cnam_per_dip_fee: fee('cnam', 'per_dip_fee'),
};

/** A fee of the item's DID group, or several, times the quantity ordered; `null` where either is not said. */
const total =
	(...names: string[]) =>
	(order: IDataObject) => {
		let sum: Decimal | null = ZERO;
		for (const name of names) {
			const decimal = decimalAt(itemOf(order), 'did_group', 'fees', name);
			sum = sum && decimal && add(sum, decimal);
		}
		const quantity = orderedQuantity(order);
		return quantity > 0 ? sum && toNumber(multiply(sum, quantity)) : null;
	};

/** An order has exactly one item, whose DID group and status are the order's. */
const ORDER_ITEM: Fields = {
	order_item_id: at('id'),
	item_status: at('status'),
	order_item_type: at('order_item_type'),
	cancelable: at('cancelable'),
	ordered_skus: (item) => {
		const skus = listAt(item, 'ordered', 'numbers').map(({ sku }) => sku ?? null);
		return skus.length === 0 ? null : skus;
	},
	...didGroupOf(),
	in_stock_quantity: at('did_group', 'quantity'),
	supports_browse: at('did_group', 'supports_browse'),
};

/**
 * The summaries of Get Orders have no items.
 * @see docs/api.md#get-order
 */
const ORDER: Fields = {
	id: at('id'),
	status: at('status'),
	created_at: at('created_at'),
	currency: at('currency'),
	finished: isFinished,
	ordered_quantity: orderedQuantity,
	fulfilled_quantity: fulfilledQuantity,
	missing_quantity: (order) => Math.max(0, orderedQuantity(order) - fulfilledQuantity(order)),
	total_due_now: total('monthly_fee', 'setup_fee'),
	total_monthly_fee: total('monthly_fee'),
	total_setup_fee: total('setup_fee'),
	numbers: (order) =>
		listAt(order, 'order_items').length === 0
			? null
			: deliveredNumbers(order).map(flat(NUMBER_AND_E164)),
	...Object.fromEntries(
		Object.entries(ORDER_ITEM).map(([name, read]) => [
			name,
			(order: IDataObject) => read(itemOf(order)),
		]),
	),
};

interface Shape {
	fields: Fields;
	/** At most ten of them, the most used first; the first one always comes along. */
	simplified: string;
}

const SHAPES = {
	didGroup: {
		fields: DID_GROUP,
		simplified:
			'id name quantity monthly_fee setup_fee country_iso region_code area_code toll_free supports_browse',
	},
	order: {
		fields: ORDER,
		simplified:
			'id status finished ordered_quantity fulfilled_quantity did_group_id did_group_name total_due_now created_at numbers',
	},
	preview: {
		fields: ORDER,
		simplified:
			'did_group_id did_group_name country_iso region_code ordered_quantity in_stock_quantity ' +
			'monthly_fee setup_fee total_monthly_fee total_due_now',
	},
	number: {
		fields: NUMBER,
		simplified:
			'number e164 status added_at removed_at trunk_group_id did_group_name monthly_fee cnam_name cnam_pending',
	},
} satisfies Record<string, Shape>;

/**
 * The parameters Output and Output Fields for a kind of record.
 * @param show where they are shown, for a node that has them for several kinds
 * @returns what makes the output of a record
 */
export function recordOutput(
	kind: keyof typeof SHAPES,
	show?: IDisplayOptions['show'],
): Field<Flat> {
	const { fields } = SHAPES[kind];
	const simplified = SHAPES[kind].simplified.split(' ');
	const output = choice({
		name: 'output',
		label: 'Output',
		default: 'simplified',
		options: {
			raw: { name: 'Raw', description: 'The record as IDT Express gives it' },
			selected: { name: 'Selected Fields', description: 'Flat fields that you choose' },
			simplified: { name: 'Simplified', description: 'The flat fields that are used most' },
		},
		description: 'What to return of each record',
		...(show && { displayOptions: { show } }),
	});
	const outputFields = multiChoice({
		name: 'outputFields',
		label: 'Output Fields',
		options: Object.fromEntries(
			Object.keys(fields).map((name) => [name, { name }]),
		) as Choices<string>,
		description: `The fields to return, besides ${simplified[0]}. In an expression: an array, or text with commas between the names.`,
		displayOptions: { show: { ...show, output: ['selected'] } },
	});
	return group([output, outputFields], (context, itemIndex) => {
		const mode = output.read(context, itemIndex);
		if (mode === 'raw') return (record) => record;
		if (mode === 'simplified') return flat(fields, simplified);
		const chosen = outputFields.read(context, itemIndex);
		return flat(fields, [...new Set([simplified[0], ...chosen])]);
	});
}

export const didGroupOutput = recordOutput('didGroup');
export const orderOutput = recordOutput('order');
export const previewOutput = recordOutput('preview');
export const numberOutput = recordOutput('number');

export const flatDidGroup = flat(DID_GROUP);
export const flatOrder = flat(ORDER);
export const flatNumber = flat(NUMBER);

/** @param names which fields; default: all */
function flat(fields: Fields, names = Object.keys(fields)): Flat {
	return (record) => Object.fromEntries(names.map((name) => [name, fields[name](record)]));
}

function itemOf(order: IDataObject): IDataObject {
	return listAt(order, 'order_items')[0] ?? {};
}
