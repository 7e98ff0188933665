import type { IDataObject } from 'n8n-workflow';
import { countAt, listAt, textAt, valueAt } from './json';
import { toE164 } from './phoneNumber';

/**
 * The flat form of the API's records (`simplify`, on by default). A value that the API leaves out
 * is `null`, so that every item has the same fields.
 */

/** @see reference: Get DID Groups */
export function simplifyDidGroup(group: IDataObject): IDataObject {
	return {
		...pick(group, 'id', 'name'),
		country_iso: valueAt(group, 'country', 'iso'),
		country_name: valueAt(group, 'country', 'name'),
		region_code: valueAt(group, 'region', 'code'),
		region_name: valueAt(group, 'region', 'name'),
		...pick(group, 'country_calling_code', 'area_code', 'nxx', 'toll_free'),
		...pick(group, 'supports_browse', 'quantity'),
		setup_fee: valueAt(group, 'fees', 'setup_fee'),
		monthly_fee: valueAt(group, 'fees', 'monthly_fee'),
		per_minute_rate: valueAt(group, 'fees', 'per_minute_rate'),
	};
}

/**
 * An order has exactly one item, whose DID group and status are the order's.
 * @see reference: Get Order
 */
export function simplifyOrder(order: IDataObject): IDataObject {
	const [item = {}] = listAt(order, 'order_items');
	const group = valueAt(item, 'did_group');
	const ordered = countAt(order, 'ordered', 'quantity');
	const fulfilled = countAt(order, 'fulfilled', 'quantity');
	return {
		...pick(order, 'id', 'status', 'created_at'),
		ordered_quantity: ordered,
		fulfilled_quantity: fulfilled,
		missing_quantity: Math.max(0, ordered - fulfilled),
		item_status: valueAt(item, 'status'),
		cancelable: valueAt(item, 'cancelable'),
		did_group_id: valueAt(group, 'id'),
		did_group_name: valueAt(group, 'name'),
		country_iso: valueAt(group, 'country', 'iso'),
		region_code: valueAt(group, 'region', 'code'),
		setup_fee: valueAt(group, 'fees', 'setup_fee'),
		monthly_fee: valueAt(group, 'fees', 'monthly_fee'),
		numbers: listAt(order, 'order_items').flatMap((entry) =>
			listAt(entry, 'numbers').map((number) => numberAndE164(number)),
		),
	};
}

/** @see reference: Get Numbers */
export function simplifyNumber(number: IDataObject): IDataObject {
	return {
		...numberAndE164(number),
		...pick(number, 'status', 'added_at', 'removed_at', 'trunk_group_id'),
		did_group_id: valueAt(number, 'did_group', 'id'),
		did_group_name: valueAt(number, 'did_group', 'name'),
		country_iso: valueAt(number, 'did_group', 'country', 'iso'),
		country_name: valueAt(number, 'did_group', 'country', 'name'),
		region_code: valueAt(number, 'did_group', 'region', 'code'),
		region_name: valueAt(number, 'did_group', 'region', 'name'),
		toll_free: valueAt(number, 'did_group', 'toll_free'),
		monthly_fee: valueAt(number, 'did_group', 'fees', 'monthly_fee'),
		per_minute_rate: valueAt(number, 'did_group', 'fees', 'per_minute_rate'),
		supports_cnam: valueAt(number, 'supports_cnam'),
		cnam_name: valueAt(number, 'cnam', 'current', 'name'),
		cnam_type: valueAt(number, 'cnam', 'current', 'type'),
		cnam_display: valueAt(number, 'cnam', 'current', 'display'),
		// `enable` or `disable`; a pending `disable` has no name.
		cnam_pending: valueAt(number, 'cnam', 'pending', 'action'),
		cnam_pending_name: valueAt(number, 'cnam', 'pending', 'name'),
	};
}

function numberAndE164(record: IDataObject): IDataObject {
	return { number: valueAt(record, 'number'), e164: toE164(textAt(record, 'number')) };
}

function pick(record: IDataObject, ...names: string[]): IDataObject {
	return Object.fromEntries(names.map((name) => [name, valueAt(record, name)]));
}
