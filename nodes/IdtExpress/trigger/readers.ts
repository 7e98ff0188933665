import type { IDataObject } from 'n8n-workflow';
import { collectList, LISTS, readPage } from '../api/lists';
import { iteratePages, PAGE_SIZE } from '../api/pages';
import { apiRecord } from '../api/request';
import type { Session } from '../api/session';
import { textAt } from '../shared/json';
import type { NumberFilters } from '../shared/numberFilters';
import type { NumbersReader } from './numbers';
import type { Poll } from './pollSession';
import { NO_TIME, readTime } from './processed';
import type { OrdersReader } from './readOrders';

/** The requests of the trigger. */

type Given = Pick<Poll, 'deadline' | 'warnOnce'>;

/** A lookup that failed twice is left to the next poll. */
const LOOKUP_ATTEMPTS = 2;

export function ordersReader(session: Session, given: Given): OrdersReader {
	const hasTime = () => Date.now() < given.deadline;
	return {
		async page(page) {
			const read = await readPage(session, 'orders', {}, page, PAGE_SIZE);
			checkTimes(read.records, 'created_at', given);
			return read;
		},
		async all() {
			const list = await collectList(session, 'orders');
			checkTimes(list.records, 'created_at', given);
			return list;
		},
		async order(id) {
			const path = ['orders', id];
			try {
				const request = { method: 'GET' as const, path, maxAttempts: LOOKUP_ATTEMPTS };
				return await apiRecord(session, request, 'order', id);
			} catch {
				const text = `order ${id} cannot be read now; each poll tries again, and no other order waits for it`;
				if (hasTime()) given.warnOnce(text);
				return null;
			}
		},
		hasTime,
		random: Math.random,
	};
}

export function numbersReader(
	session: Session,
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
		async all() {
			const list = await collectList(session, 'numbers', sorted('asc'), { filter: accept });
			checkTimes(list.records, 'added_at', given);
			return list;
		},
	};
}

/** An unreadable time must not be the silent end of an event. */
function checkTimes(records: IDataObject[], field: string, { warnOnce }: Given): void {
	const odd = records.find((record) => readTime(textAt(record, field)) === NO_TIME);
	if (odd)
		warnOnce(`IDT Express lists a time that cannot be read; a record like it may be left out`);
}
