import type { IDataObject } from 'n8n-workflow';
import { collectList, isTotalOfList, LISTS, readPage } from '../api/lists';
import { iteratePages } from '../api/pages';
import { inputError } from '../shared/field';
import { passesFilters, type NumberFilters } from '../shared/numberFilters';
import { decideCallerIds, MOST_CALLER_IDS, type CallerIdsState } from './callerIds';
import { decideNumbers, ROWS, type NumberRow } from './numbers';
import type { NumberEvent, NumberParameters } from './parameters';
import { byTime, isNewestFirst, KEPT, type Processed } from './processed';
import { checkTimes, refuseEmpty, type Source, type TriggerSession } from './source';

type NumbersState = Processed | CallerIdsState;

/** The events *Number Added*, *Number Removed* and *Caller ID Updated*. */
export function numbersSource(
	session: TriggerSession,
	{ event, filters, show }: NumberParameters,
): Source {
	const reader = numbersReader(session, filters);
	return {
		async advance(state: NumbersState | null) {
			const { events, next } = await pollNumbers(event, state, reader);
			if (!state && event === 'cnamUpdated') checkCount(session, Object.keys(next).length);
			return { next, items: events.map(show) };
		},
		async sample() {
			const newest = event === 'numberAdded' ? await readNewest(Infinity, reader) : null;
			const rows = newest ?? ROWS[event]((await reader.all()).records);
			const [latest] = rows.sort((a, b) => byTime(b, a));
			return latest ? show(latest.record) : null;
		},
	};
}

/**
 * One poll: reads, and decides.
 * @param state `null` for the first reading
 * @throws IncompleteList, and what the reader throws: then nothing has changed
 */
export async function pollNumbers(
	event: NumberEvent,
	state: NumbersState | null,
	reader: NumbersReader,
): Promise<{ events: IDataObject[]; next: NumbersState }> {
	if (state) return await readAndDecide(event, state, reader);
	// Twice, because a row that the first reading misses would be an event later.
	const first = await readAndDecide(event, null, reader);
	return { ...(await readAndDecide(event, first.next, reader)), events: [] };
}

async function readAndDecide(
	event: NumberEvent,
	state: NumbersState | null,
	reader: NumbersReader,
): Promise<{ events: IDataObject[]; next: NumbersState }> {
	const processed = state as Processed | null;
	const since = processed?.since ?? Infinity;
	const newest = event === 'numberAdded' ? await readNewest(since, reader) : null;
	if (newest) return decideNumbers(processed, newest);
	const list = await reader.all();
	const { records } = state ? list : refuseEmpty(list, 'numbers');
	if (event !== 'cnamUpdated') return decideNumbers(processed, ROWS[event](records));
	return decideCallerIds((state ?? {}) as CallerIdsState, records);
}

/**
 * Reads the newest rows, down to those older than a time: usually one page, and one to begin with.
 * @returns `null` if they are not sorted, or too few to begin with
 */
async function readNewest(since: number, reader: NumbersReader): Promise<NumberRow[] | null> {
	const rows: NumberRow[] = [];
	for await (const page of reader.newest()) {
		rows.push(...ROWS.numberAdded(page.records));
		if (!isNewestFirst(rows)) return null;
		const oldest = rows.at(-1)?.time ?? 0;
		if (oldest >= since) continue;
		// Of the oldest time there may be more rows on the next page.
		const isEnough = since < Infinity || rows.filter(({ time }) => time > oldest).length >= KEPT;
		return isEnough ? rows : null;
	}
	return rows;
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

/** What can be read of the numbers that pass the filters. */
export type NumbersReader = ReturnType<typeof numbersReader>;

function numbersReader(session: TriggerSession, filters: NumberFilters) {
	const { query } = filters;
	const filter = (row: IDataObject) => passesFilters(filters, row);
	// Rows of the same time would come in any order, and in another one at every request.
	const sorted = (direction: 'asc' | 'desc') => ({
		query: { ...query, order_by_added_at: direction, order_by_number: 'asc' },
	});
	return {
		/** The newest rows first, page by page. */
		async *newest() {
			const fetchPage = async (page: number, pageSize: number) =>
				await readPage(session, 'numbers', sorted('desc'), page, pageSize);
			const options = { ...LISTS.numbers, concurrency: 1, isTotalOfList: isTotalOfList(query) };
			for await (const page of iteratePages(fetchPage, options)) {
				const { records } = checkTimes(page, 'added_at', session);
				yield { records: records.filter(filter) };
			}
		},
		/** The whole list, oldest first: new rows come at the end and shift no other. */
		async all() {
			const list = await collectList(session, 'numbers', sorted('asc'), { filter, passes: 1 });
			return checkTimes(list, 'added_at', session);
		},
	};
}
