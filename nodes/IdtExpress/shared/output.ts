import type { IDataObject, IDisplayOptions } from 'n8n-workflow';
import { choice, group, multiChoice, type Choices, type Field } from './field';
import { countAt, listAt, textAt, valueAt } from './json';
import { add, decimalAt, multiply, toNumber, type Decimal } from './money';
import { fulfilledQuantity, isFinished } from './orderStatus';
import { toE164 } from './phoneNumber';

/**
 * What comes out for a record of the API (the parameter Output): few flat fields, chosen ones, or the
 * record as it came. A value that the API leaves out is `null`, so that every item has the same fields.
 * Flat money is a number, for people to calculate with; raw has the API's exact text.
 */

type Flat = (record: IDataObject) => IDataObject;

interface Shape {
	/** Gives all flat fields of a record. */
	flat: Flat;
	/** At most ten of them, the most used first; the first one always comes along. */
	simplified: string;
}

/** @see docs/api.md#get-did-groups */
export function flatDidGroup(didGroup: IDataObject): IDataObject {
	return { ...pick(didGroup, 'id', 'name', 'quantity', 'supports_browse'), ...placeOf(didGroup) };
}

/**
 * An order has exactly one item, whose DID group and status are the order's. The summaries of Get
 * Orders have no items.
 * @see docs/api.md#get-order
 */
export function flatOrder(order: IDataObject): IDataObject {
	const items = listAt(order, 'order_items');
	const [item = {}] = items;
	const ordered = countAt(order, 'ordered', 'quantity');
	const fulfilled = fulfilledQuantity(order);
	const monthly = decimalAt(item, 'did_group', 'fees', 'monthly_fee');
	const setup = decimalAt(item, 'did_group', 'fees', 'setup_fee');
	const total = (fee: Decimal | null) => fee && toNumber(multiply(fee, ordered));
	const numbers = items.flatMap((entry) => listAt(entry, 'numbers').map(numberAndE164));
	const skus = listAt(item, 'ordered', 'numbers').map(({ sku }) => sku ?? null);
	return {
		...pick(order, 'id', 'status', 'created_at', 'currency'),
		finished: isFinished(order),
		ordered_quantity: ordered,
		fulfilled_quantity: fulfilled,
		missing_quantity: Math.max(0, ordered - fulfilled),
		total_due_now: total(monthly && setup && add(monthly, setup)),
		total_monthly_fee: total(monthly),
		total_setup_fee: total(setup),
		numbers: items.length === 0 ? null : numbers,
		order_item_id: valueAt(item, 'id'),
		item_status: valueAt(item, 'status'),
		...pick(item, 'order_item_type', 'cancelable'),
		ordered_skus: skus.length === 0 ? null : skus,
		...didGroupOf(item),
		in_stock_quantity: valueAt(item, 'did_group', 'quantity'),
		supports_browse: valueAt(item, 'did_group', 'supports_browse'),
	};
}

/** @see docs/api.md#get-numbers */
export function flatNumber(number: IDataObject): IDataObject {
	return {
		...numberAndE164(number),
		...pick(number, 'status', 'added_at', 'removed_at', 'trunk_group_id', 'supports_cnam'),
		...didGroupOf(number),
		cnam_name: valueAt(number, 'cnam', 'current', 'name'),
		cnam_type: valueAt(number, 'cnam', 'current', 'type'),
		cnam_display: valueAt(number, 'cnam', 'current', 'display'),
		// `enable` or `disable`; a pending `disable` has no name.
		cnam_pending: valueAt(number, 'cnam', 'pending', 'action'),
		cnam_pending_name: valueAt(number, 'cnam', 'pending', 'name'),
		cnam_pending_type: valueAt(number, 'cnam', 'pending', 'type'),
		cnam_pending_display: valueAt(number, 'cnam', 'pending', 'display'),
		cnam_update_fee: moneyAt(number, 'cnam', 'update_fee'),
		cnam_per_dip_fee: moneyAt(number, 'cnam', 'per_dip_fee'),
	};
}

const SHAPES = {
	didGroup: {
		flat: flatDidGroup,
		simplified:
			'id name quantity monthly_fee setup_fee country_iso region_code area_code toll_free supports_browse',
	},
	order: {
		flat: flatOrder,
		simplified:
			'id status finished ordered_quantity fulfilled_quantity did_group_id did_group_name total_due_now created_at numbers',
	},
	preview: {
		flat: flatOrder,
		simplified:
			'did_group_id did_group_name country_iso region_code ordered_quantity in_stock_quantity ' +
			'monthly_fee setup_fee total_monthly_fee total_due_now',
	},
	number: {
		flat: flatNumber,
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
	const { flat } = SHAPES[kind];
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
	const names = Object.keys(flat({}));
	const outputFields = multiChoice({
		name: 'outputFields',
		label: 'Output Fields',
		options: Object.fromEntries(names.map((name) => [name, { name }])) as Choices<string>,
		description: `The fields to return, besides ${simplified[0]}. In an expression: an array, or text with commas between the names.`,
		displayOptions: { show: { ...show, output: ['selected'] } },
	});
	return group([output, outputFields], (context, itemIndex) => {
		const mode = output.read(context, itemIndex);
		if (mode === 'raw') return (record) => record;
		if (mode === 'simplified') return (record) => pick(flat(record), ...simplified);
		const chosen = outputFields.read(context, itemIndex);
		return (record) => pick(flat(record), ...new Set([simplified[0], ...chosen]));
	});
}

export const didGroupOutput = recordOutput('didGroup');
export const orderOutput = recordOutput('order');
export const previewOutput = recordOutput('preview');
export const numberOutput = recordOutput('number');

function numberAndE164(record: IDataObject): IDataObject {
	return { number: valueAt(record, 'number'), e164: toE164(textAt(record, 'number')) };
}

function didGroupOf(record: IDataObject): IDataObject {
	const didGroup = valueAt(record, 'did_group');
	return {
		did_group_id: valueAt(didGroup, 'id'),
		did_group_name: valueAt(didGroup, 'name'),
		...placeOf(didGroup),
	};
}

/** Where the numbers of a DID group are, and what they cost. */
function placeOf(didGroup: unknown): IDataObject {
	return {
		monthly_fee: moneyAt(didGroup, 'fees', 'monthly_fee'),
		setup_fee: moneyAt(didGroup, 'fees', 'setup_fee'),
		per_minute_rate: moneyAt(didGroup, 'fees', 'per_minute_rate'),
		country_iso: valueAt(didGroup, 'country', 'iso'),
		country_name: valueAt(didGroup, 'country', 'name'),
		region_code: valueAt(didGroup, 'region', 'code'),
		region_name: valueAt(didGroup, 'region', 'name'),
		...pick(didGroup, 'country_calling_code', 'area_code', 'nxx', 'toll_free'),
	};
}

/** A fee as a number; `null` where it is no plain decimal. */
function moneyAt(record: unknown, ...path: string[]): number | null {
	const fee = decimalAt(record, ...path);
	return fee && toNumber(fee);
}

function pick(record: unknown, ...names: string[]): IDataObject {
	return Object.fromEntries(names.map((name) => [name, valueAt(record, name)]));
}
