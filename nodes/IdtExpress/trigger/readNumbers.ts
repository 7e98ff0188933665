import type { IDataObject } from 'n8n-workflow';
import { collectList, LISTS, readPage } from '../api/lists';
import { iteratePages, type Collected, type Page } from '../api/pages';
import { inputError } from '../shared/field';
import { passesFilters, type NumberFilters } from '../shared/numberFilters';
import { isRemoved } from '../shared/numberRow';
import { decideCallerIds, hasCallerId, MOST_CALLER_IDS, type CallerIdsState } from './callerIds';
import { addedRows, decideNumbers, removedRows } from './numbers';
import type { NumberRow, NumbersRead } from './numbers';
import type { NumberEvent, NumberParameters } from './parameters';
import { byTime, isNewestFirst, KEPT, type Processed } from './processed';
import { checkTimes, refuseEmpty, type Given, type Source, type TriggerSession } from './source';

/** What can be read of the numbers that pass the filters. */
export interface NumbersReader {
	/** The newest rows first, page by page. */
	newest(): AsyncIterable<Page<IDataObject>>;
	/** The whole list, oldest first: new rows come at the end and shift no other. */
	all(): Promise<Collected<IDataObject>>;
}

type NumbersState = Processed | CallerIdsState;

/** The rows of a list that an event can be of. */
const ROWS: Record<NumberEvent, (records: IDataObject[]) => NumberRow[]> = {
	numberAdded: addedRows,
	numberRemoved: removedRows,
	// The API does not say when settings came into force.
	cnamUpdated: (records) =>
		addedRows(records.filter((record) => !isRemoved(record) && hasCallerId(record))),
};

/** The events *Number Added*, *Number Removed* and *Caller ID Updated*. */
export function numbersSource(
	session: TriggerSession,
	{ event, filters, show }: NumberParameters,
	given: Given,
): Source {
	const reader = numbersReader(session, filters, given);
	return {
		async advance(state: NumbersState | null) {
			const { events, next } = await pollNumbers(event, state, reader);
			if (state === null && event === 'cnamUpdated') checkCount(session, Object.keys(next).length);
			return { next, items: events.map(show) };
		},
		async sample() {
			const newest = event === 'numberAdded' ? await readNewest(null, reader) : null;
			const { rows } = newest ?? { rows: ROWS[event]((await reader.all()).records) };
			const [latest] = rows.sort((a, b) => byTime(b, a));
			return latest ? show(latest.record) : null;
		},
	};
}

/** One poll: reads, and decides. */
export async function pollNumbers(
	event: NumberEvent,
	state: NumbersState | null,
	reader: NumbersReader,
): Promise<{ events: IDataObject[]; next: NumbersState }> {
	if (event === 'cnamUpdated') {
		return decideCallerIds(state as CallerIdsState | null, await readAll(state, reader));
	}
	const processed = state as Processed | null;
	const newest = event === 'numberAdded' ? await readNewest(processed, reader) : null;
	const read = newest ?? { rows: ROWS[event](await readAll(state, reader)), from: 0 };
	return decideNumbers(processed, read);
}

/**
 * Reads the whole list; at the first reading twice, because a row that it misses would be an event later.
 * @throws IncompleteList where the first reading has no rows though there should be some
 */
async function readAll(state: object | null, reader: NumbersReader): Promise<IDataObject[]> {
	const { records } = await reader.all();
	if (state !== null) return records;
	const again = await reader.all();
	return refuseEmpty({ ...again, records: [...records, ...again.records] }, 'numbers').records;
}

/**
 * Goes through the newest rows down to those processed: usually one page. At the first reading, the
 * first page is enough.
 * @returns `null` if they are not sorted, or not enough
 */
async function readNewest(
	state: Processed | null,
	reader: NumbersReader,
): Promise<NumbersRead | null> {
	const rows: NumberRow[] = [];
	for await (const page of reader.newest()) {
		rows.push(...addedRows(page.records));
		if (!isNewestFirst(rows)) return null;
		const oldest = rows.at(-1)?.time ?? 0;
		// Of the oldest time there may be more rows on the next page.
		const whole = rows.filter(({ time }) => time > oldest).length;
		const isEnough = state === null ? whole >= KEPT : whole > 0 && oldest < state.since;
		if (isEnough) return { rows, from: oldest + 1 };
		if (state === null) return null;
	}
	return { rows, from: 0 };
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

function numbersReader(
	session: TriggerSession,
	filters: NumberFilters,
	given: Given,
): NumbersReader {
	const { query } = filters;
	const filter = (row: IDataObject) => passesFilters(filters, row);
	// Rows of the same time would come in any order, and in another one at every request.
	const sorted = (direction: 'asc' | 'desc') => ({
		query: { ...query, order_by_added_at: direction, order_by_number: 'asc' },
	});
	return {
		async *newest() {
			const fetchPage = async (page: number, pageSize: number) =>
				await readPage(session, 'numbers', sorted('desc'), page, pageSize);
			const isTotalOfList = Object.keys(query).length === 0;
			const { identify } = LISTS.numbers;
			for await (const page of iteratePages(fetchPage, {
				identify,
				concurrency: 1,
				isTotalOfList,
			})) {
				checkTimes(page, 'added_at', given);
				yield { ...page, records: page.records.filter(filter) };
			}
		},
		async all() {
			const options = { filter, passes: 1 };
			const list = await collectList(session, 'numbers', sorted('asc'), options);
			return checkTimes(list, 'added_at', given);
		},
	};
}
