import type { IDataObject } from 'n8n-workflow';
import { isRecord, textAt, valueAt } from '../shared/json';
import { addedRows, isRemoved, type NumberRow } from './numbers';
import { fulfilledQuantity, isFinished } from '../shared/orderStatus';
import type { OrderRule } from './orders';
import { readAdded, readNumbers, readRemoved, type NumbersReader } from './readNumbers';
import { readAllOrders, type OrdersReader } from './readOrders';
import { NOTHING_SEEN, readTime } from './seen';

/** What *Fetch test event* shows: the latest record that the event could be of. No state is involved. */

/** So many orders are looked up at most to find one that has finished. */
const MOST_LOOKS = 10;

/** @returns the order from Get Order, or `null` where there is none to show */
export async function sampleOrder(
	rule: OrderRule,
	reader: OrdersReader,
): Promise<IDataObject | null> {
	const first = await reader.page(1);
	// Newest first, the latest one is on page 1, unless none there is of use.
	const latest = isNewestFirst(first.records) ? await pickOrder(rule, reader, first.records) : null;
	return latest ?? (await pickOrder(rule, reader, (await readAllOrders(reader)).records));
}

async function pickOrder(
	rule: OrderRule,
	reader: OrdersReader,
	rows: IDataObject[],
): Promise<IDataObject | null> {
	const candidates = rows
		.filter((row) => rule === 'statusChanged' || fulfilledQuantity(row) > 0)
		.sort((a, b) => createdAt(b) - createdAt(a));
	for (const row of candidates.slice(0, MOST_LOOKS)) {
		const order = await reader.order(textAt(row, 'id'));
		if (order && (rule !== 'finished' || isFinished(order))) return order;
	}
	return null;
}

function createdAt(row: IDataObject): number {
	return readTime(textAt(row, 'created_at'));
}

function isNewestFirst(rows: IDataObject[]): boolean {
	return rows.every((row, index) => index === 0 || createdAt(row) <= createdAt(rows[index - 1]));
}

export async function sampleAdded(reader: NumbersReader): Promise<IDataObject | null> {
	return latest((await readAdded(null, reader)).rows);
}

export async function sampleRemoved(reader: NumbersReader): Promise<IDataObject | null> {
	return latest((await readRemoved(NOTHING_SEEN, reader)).rows);
}

/** The API does not tell when settings came into force: the number that was added last is shown. */
export async function sampleCnam(reader: NumbersReader): Promise<IDataObject | null> {
	const { records } = await readNumbers(reader, false);
	const withSettings = records.filter(
		(record) => !isRemoved(record) && isRecord(valueAt(record, 'cnam', 'current')),
	);
	return latest(addedRows(withSettings));
}

function latest(rows: NumberRow[]): IDataObject | null {
	return (
		rows.reduce<NumberRow | null>(
			(best, row) => (best === null || row.time > best.time ? row : best),
			null,
		)?.record ?? null
	);
}
