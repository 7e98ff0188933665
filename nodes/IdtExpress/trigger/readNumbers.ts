import type { IDataObject } from 'n8n-workflow';
import { collectList, type ListOptions } from '../api/lists';
import { inputError } from '../shared/field';
import { passesFilters, type NumberFilters } from '../shared/numberFilters';
import { decideCallerIds, decideNumbers, MOST_CALLER_IDS, ROWS } from './numbers';
import type { CallerIdsState, NumberRow } from './numbers';
import type { NumberEvent, NumberParameters } from './parameters';
import { byTime, isNewestFirst, KEPT, type Processed } from './processed';
import { checkTimes, refuseEmpty, type Source, type TriggerSession } from './source';

type NumbersState = Processed | CallerIdsState;

/** The events *Number Added*, *Number Removed* and *Caller ID Updated*. */
export function numbersSource(
	session: TriggerSession,
	{ event, filters, show }: NumberParameters,
): Source {
	const reader = numbersReader(session, event, filters);
	return {
		async advance(state: NumbersState | null) {
			const { events, next } = await pollNumbers(event, state, reader);
			if (!state && event === 'cnamUpdated') checkCount(session, Object.keys(next).length);
			return { next, items: events.map(show), mustBeStored: false };
		},
		async sample() {
			const newest = event === 'numberAdded' ? await readNewest(Infinity, reader) : null;
			const latestOf = (rows: NumberRow[]) =>
				rows.filter(({ record }) => reader.passes(record)).sort((a, b) => byTime(b, a))[0];
			const latest = latestOf(newest ?? []) ?? latestOf(ROWS[event]((await reader.all()).records));
			return latest ? show(latest.record) : null;
		},
	};
}

/**
 * One poll, or the first reading (`null`): reads, and decides.
 * @throws IncompleteList, and what the reader throws: then nothing has changed
 */
export async function pollNumbers(
	event: NumberEvent,
	state: NumbersState | null,
	reader: NumbersReader,
): Promise<{ events: IDataObject[]; next: NumbersState }> {
	const { events, next } = await readAndDecide(event, state, reader);
	if (state) return { events: events.filter(reader.passes), next };
	// Twice, because a row that the first reading misses would be an event later.
	return { ...(await readAndDecide(event, next, reader)), events: [] };
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
	// A list is empty by what was read, not by our own filters.
	const records = (state ? list : refuseEmpty(list, 'numbers')).records.filter(reader.passes);
	if (event !== 'cnamUpdated') return decideNumbers(processed, ROWS[event](records));
	return decideCallerIds((state ?? {}) as CallerIdsState, records);
}

/** The newest rows, back to a time; `null` if they are not sorted, or too few to begin with. */
async function readNewest(since: number, reader: NumbersReader): Promise<NumberRow[] | null> {
	const { records } = await reader.newest((page) => {
		const rows = ROWS.numberAdded(page);
		return !isNewestFirst(rows) || (rows.at(-1)?.time ?? 0) < since;
	});
	const rows = ROWS.numberAdded(records);
	const isYounger = ({ time }: NumberRow) => time > (rows.at(-1)?.time ?? 0);
	// Of the oldest time there may be more rows on the next page.
	const isEnough = since < Infinity || rows.filter(isYounger).length >= KEPT;
	return isEnough && isNewestFirst(rows) ? rows : null;
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

/** What can be read of the numbers. */
export type NumbersReader = ReturnType<typeof numbersReader>;

function numbersReader(session: TriggerSession, event: NumberEvent, filters: NumberFilters) {
	const passes = (row: IDataObject) => passesFilters(filters, row);
	const read = async (direction: 'asc' | 'desc', options: ListOptions) => {
		// Rows of the same time would come in any order, and in another one at every request.
		const order = { order_by_added_at: direction, order_by_number: 'asc' };
		const request = { query: { ...filters.query, ...order } };
		const list = await collectList(session, 'numbers', request, { ...options, passes: 1 });
		checkTimes(ROWS[event](list.records), session);
		return list;
	};
	return {
		passes,
		/** Those that pass the API's filters, newest first, page by page. */
		newest: async (isLast: ListOptions['isLast']) => await read('desc', { isLast }),
		/** The same, but all and oldest first: new rows come at the end and shift no other. */
		all: async () => await read('asc', {}),
	};
}
