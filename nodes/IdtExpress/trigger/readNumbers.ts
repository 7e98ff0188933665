import type { IDataObject } from 'n8n-workflow';
import { collectList, LISTS, readPage } from '../api/lists';
import { iteratePages, type Collected, type Page } from '../api/pages';
import { inputError } from '../shared/field';
import type { NumberFilters } from '../shared/numberFilters';
import { decideCallerIds, hasCallerId, MOST_CALLER_IDS, type CallerIdsState } from './callerIds';
import { addedRows, decideNumbers, isRemoved, removedRows } from './numbers';
import type { NumberRow, NumbersRead } from './numbers';
import type { NumberParameters } from './parameters';
import { KEPT, type Processed } from './processed';
import { checkTimes, refuseEmpty, type Given, type Source, type TriggerSession } from './source';

/** What can be read of the numbers that pass the filters. */
export interface NumbersReader {
	/** The newest rows first, page by page. */
	newest(): AsyncIterable<Page<IDataObject>>;
	/**
	 * The whole list, oldest first: new rows come at the end and shift no other.
	 * @param isFirst a row that the first reading misses would be an event later, so missing rows are read
	 *   again; at other polls they can wait for the next one
	 */
	all(isFirst: boolean): Promise<Collected<IDataObject>>;
}

/** The events *Number Added*, *Number Removed* and *Caller ID Updated*. */
export function numbersSource(
	session: TriggerSession,
	{ event, filters, show }: NumberParameters,
	given: Given,
): Source {
	const reader = numbersReader(session, filters, given);
	const sample = async (): Promise<IDataObject | null> => {
		const rows =
			event === 'numberAdded'
				? (await readAdded(null, reader)).rows
				: SAMPLES[event]((await reader.all(false)).records);
		const youngest = youngestOf(rows);
		const row = rows.find(({ time }) => time === youngest);
		return row ? show(row.record) : null;
	};
	if (event === 'cnamUpdated') {
		return {
			async advance(state: CallerIdsState | null) {
				const { records } = await readAllNumbers(reader, state === null);
				const { events, next } = decideCallerIds(state, records);
				if (state === null) checkCount(session, Object.keys(next).length);
				return { next, items: events.map(show) };
			},
			sample,
		};
	}
	return {
		async advance(state: Processed | null) {
			const { events, next } = await pollNumbers(event, state, reader);
			return { next, items: events.map(show) };
		},
		sample,
	};
}

const SAMPLES = {
	numberRemoved: removedRows,
	// The API does not say when settings came into force: the number that was added last is shown.
	cnamUpdated: (records: IDataObject[]) =>
		addedRows(records.filter((record) => !isRemoved(record) && hasCallerId(record))),
};

/** One poll: reads, and decides. */
export async function pollNumbers(
	event: 'numberAdded' | 'numberRemoved',
	state: Processed | null,
	reader: NumbersReader,
): Promise<ReturnType<typeof decideNumbers>> {
	const isAdded = event === 'numberAdded';
	const reading = isAdded ? readAdded(state, reader) : readWhole(state, reader, removedRows);
	return decideNumbers(state, await reading);
}

/** Reads the rows that can show an addition: usually one page. */
async function readAdded(state: Processed | null, reader: NumbersReader): Promise<NumbersRead> {
	return (await readNewest(state, reader)) ?? (await readWhole(state, reader, addedRows));
}

/**
 * Goes through the newest rows down to those processed; at the first reading, the first page is enough.
 * @returns `null` if they are not sorted, or not enough
 */
async function readNewest(
	state: Processed | null,
	reader: NumbersReader,
): Promise<NumbersRead | null> {
	const rows: NumberRow[] = [];
	for await (const page of reader.newest()) {
		rows.push(...addedRows(page.records));
		if (!rows.every(({ time }, index) => index === 0 || time <= rows[index - 1].time)) return null;
		const oldest = rows.at(-1)?.time ?? 0;
		// Of the oldest time there may be more rows on the next page.
		const whole = rows.filter(({ time }) => time > oldest).length;
		const isEnough = state === null ? whole >= KEPT : whole > 0 && oldest < state.since;
		if (isEnough) return { rows, from: oldest + 1 };
		if (state === null) return null;
	}
	return { rows, from: 0 };
}

async function readWhole(
	state: Processed | null,
	reader: NumbersReader,
	rowsOf: (records: IDataObject[]) => NumberRow[],
): Promise<NumbersRead> {
	const { records } = await readAllNumbers(reader, state === null);
	return { rows: rowsOf(records), from: 0 };
}

/**
 * Reads the whole list; at the first reading twice, because a row that it misses would be an event later.
 * @throws IncompleteList where the first reading has no rows though there should be some
 */
export async function readAllNumbers(
	reader: NumbersReader,
	isFirst: boolean,
): Promise<Collected<IDataObject>> {
	const list = await reader.all(isFirst);
	if (!isFirst) return list;
	const again = await reader.all(isFirst);
	return refuseEmpty({ ...again, records: [...list.records, ...again.records] }, 'numbers');
}

/** @throws NodeOperationError where the state would be too large */
function checkCount({ context }: TriggerSession, count: number): void {
	if (count <= MOST_CALLER_IDS) return;
	throw inputError(
		{ context },
		`${count} numbers have a caller ID; 'Caller ID Updated' can watch ${MOST_CALLER_IDS}`,
		"Add 'Filters' so that fewer numbers are watched, for example one trigger for each country or region.",
	);
}

function youngestOf(rows: NumberRow[]): number {
	return rows.reduce((youngest, { time }) => Math.max(youngest, time), 0);
}

function numbersReader(
	session: TriggerSession,
	{ query, accept }: NumberFilters,
	given: Given,
): NumbersReader {
	// Rows of the same time would come in any order, and in another one at every request.
	const sorted = (direction: 'asc' | 'desc') => ({
		query: { ...query, order_by_added_at: direction, order_by_number: 'asc' },
	});
	const options = {
		identify: LISTS.numbers.identify,
		concurrency: 1,
		isTotalOfList: Object.keys(query).length === 0,
	};
	return {
		async *newest() {
			const fetchPage = async (page: number, pageSize: number) =>
				await readPage(session, 'numbers', sorted('desc'), page, pageSize);
			for await (const page of iteratePages(fetchPage, options)) {
				checkTimes(page.records, 'added_at', given);
				yield { ...page, records: page.records.filter(accept) };
			}
		},
		async all(isFirst) {
			const passes = isFirst ? undefined : 1;
			const list = await collectList(session, 'numbers', sorted('asc'), { filter: accept, passes });
			checkTimes(list.records, 'added_at', given);
			return list;
		},
	};
}
