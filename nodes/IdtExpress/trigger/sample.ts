import type { IDataObject } from 'n8n-workflow';
import { isRecord, textAt, valueAt } from '../shared/json';
import { fulfilledQuantity, isFinished } from '../shared/orderStatus';
import { addedRows, isRemoved, readAdded, readAllNumbers, removedRows } from './numbers';
import type { NumberRow, NumbersReader } from './numbers';
import { timedOrder, type OrderRule } from './orders';
import { readAllOrders, type OrdersReader } from './readOrders';

/** What *Fetch test event* shows: the latest record that the event could be of. No state is involved. */

/** At most this many orders are looked up to find one that can be shown. */
const MOST_LOOKUPS = 10;

/** @returns the order from Get Order, or `null` where there is none to show */
export async function sampleOrder(
	rule: OrderRule,
	accept: (order: IDataObject) => boolean,
	reader: OrdersReader,
): Promise<IDataObject | null> {
	const timeOf = (row: IDataObject) => timedOrder(row).time;
	const pick = async (rows: IDataObject[]) => {
		const candidates = rows
			.filter((row) => rule === 'statusChanged' || fulfilledQuantity(row) > 0)
			.sort((a, b) => timeOf(b) - timeOf(a));
		for (const row of candidates.slice(0, MOST_LOOKUPS)) {
			const order = await reader.order(textAt(row, 'id'));
			if (order && (rule !== 'finished' || isFinished(order)) && accept(order)) return order;
		}
		return null;
	};
	const { records } = await reader.page(1);
	const isNewestFirst = records.every((row, i) => i === 0 || timeOf(row) <= timeOf(records[i - 1]));
	const latest = isNewestFirst ? await pick(records) : null;
	return latest ?? (await pick((await readAllOrders(reader)).records));
}

export async function sampleNumber(
	event: 'numberAdded' | 'numberRemoved' | 'cnamUpdated',
	reader: NumbersReader,
): Promise<IDataObject | null> {
	if (event === 'numberAdded') return latest((await readAdded(null, reader)).rows);
	const { records } = await readAllNumbers(reader, false);
	if (event === 'numberRemoved') return latest(removedRows(records));
	// The API does not say when settings came into force: the number that was added last is shown.
	const hasSettings = (record: IDataObject) => isRecord(valueAt(record, 'cnam', 'current'));
	return latest(addedRows(records.filter((record) => !isRemoved(record) && hasSettings(record))));
}

function latest(rows: NumberRow[]): IDataObject | null {
	let found: NumberRow | null = null;
	for (const row of rows) if (found === null || row.time > found.time) found = row;
	return found?.record ?? null;
}
