import type { IDataObject } from 'n8n-workflow';
import { isRecordList, listAt, textAt } from '../shared/json';
import { LastUsed } from '../shared/lastUsed';
import { digitsOf, isRemoved } from '../shared/numberRow';
import { readTime } from '../shared/time';
import { apiError } from './errors';
import { collectPages, NO_PAGE, PAGE_SIZE } from './pages';
import type { Collected, CollectOptions, FetchPage, Page } from './pages';
import { trySend } from './request';
import type { Session } from './session';
import type { ApiFailure, ApiRequest } from './types';

const byText = (key: string) => (row: IDataObject) => textAt(row, key) || null;

/**
 * The lists of the API: where they are, and what makes two rows the same record (`null`: it may be any).
 * @see docs/api.md#get-countries
 */
export const LISTS = {
	countries: { path: ['coverage', 'countries'], identify: byText('iso') },
	/** Wants the path `[<country>, 'regions']`. */
	regions: { path: ['coverage', 'countries'], identify: byText('code') },
	did_groups: { path: ['coverage', 'did_groups'], identify: byText('id') },
	/** Wants the path `[<DID group>, 'browse_numbers']`. */
	browse: { path: ['coverage', 'did_groups'], identify: byText('sku') },
	orders: { path: ['orders'], identify: byText('id') },
	numbers: { path: ['numbers'], identify: numberAndTime },
	trunk_groups: { path: ['trunk_groups'], identify: byText('id') },
};

export type ListKey = keyof typeof LISTS;

/** `path` follows the list's own. */
export type ListRequest = Partial<Pick<ApiRequest, 'path' | 'query' | 'itemIndex'>>;

export type ListOptions = Pick<
	CollectOptions<IDataObject>,
	'limit' | 'filter' | 'isLast' | 'passes'
>;

/** Whether a list has larger pages, by account: each process finds out with one request per list. */
const largePages = new LastUsed(200, () => ({ mayBeServed: true }));

/**
 * Reads a list, several pages at a time, and says whether it got everything. Where rows are or may be
 * missing, a hint of the run says so, too.
 * @throws NodeApiError
 */
export async function collectList(
	session: Session,
	key: ListKey,
	request: ListRequest = {},
	options: ListOptions = {},
): Promise<Collected<IDataObject>> {
	const account = await session.account(request.itemIndex);
	const fetchPage: FetchPage<IDataObject> = async (...page) =>
		await readPage(session, key, request, ...page);
	const list = await collectPages(fetchPage, {
		...options,
		identify: LISTS[key].identify,
		// Twice as many as are sent at a time: one is ready whenever another is answered.
		concurrency: 2 * session.concurrency,
		isTotalOfList: isTotalOfList(request.query),
		largePages: largePages.get(`${account} ${key}`),
	});
	if (list.completeness !== 'complete') {
		const what = {
			changed: 'This list changed while it was read, each time, so entries may be missing.',
			unknown: `IDT Express reports ${list.total} entries in this list, but does not list all of them.`,
		}[list.completeness];
		session.hint(`${what} Run this again, and compare the result with the IDT Express Portal.`);
	}
	return list;
}

/** "The total amount of numbers on the account" is what the API documents, also with a filter. */
export function isTotalOfList(query: ApiRequest['query'] = {}): boolean {
	const entries = Object.entries(query);
	return !entries.some(([name, value]) => name.startsWith('filter_by_') && (value ?? '') !== '');
}

/** Reads the rows of a list, as `collectList` does. */
export async function readList(...list: Parameters<typeof collectList>): Promise<IDataObject[]> {
	return (await collectList(...list)).records;
}

/**
 * Reads one page; one that is beyond the end of the list has no records.
 * @throws NodeApiError
 * @see docs/api.md#get-orders
 */
export async function readPage(
	session: Session,
	key: ListKey,
	request: ListRequest,
	page: number,
	pageSize = PAGE_SIZE,
): Promise<Page<IDataObject>> {
	const { path } = LISTS[key];
	const answer = key === 'browse' ? 'numbers' : key;
	// What is offered comes whole; what the account has, in pages.
	const isPaged = path[0] !== 'coverage';
	if (!isPaged && page > 1) return NO_PAGE;
	// A larger page than documented is tried once.
	const isTrial = page === 1 && pageSize > PAGE_SIZE;
	const call: ApiRequest = {
		...request,
		method: 'GET',
		path: [...path, ...(request.path ?? [])],
		query: isPaged ? { ...request.query, page, page_size: pageSize } : request.query,
		isValid: (body) => {
			// Some servers write an empty list as null, or leave it out.
			const mayBeEmpty = answer in body || Object.keys(body).join() === 'meta';
			return isRecordList(body[answer] ?? (mayBeEmpty ? [] : null));
		},
		maxAttempts: isTrial ? 1 : undefined,
	};
	const result = await trySend(session, call);
	if (!result.ok) {
		const isEmpty = result.failure.httpStatus === 204;
		if (isTrial || isEmpty || (page > 1 && isBeyondTheEnd(result.failure))) return NO_PAGE;
		throw apiError(session, result);
	}
	const records = listAt(result.body, answer);
	const size = wholeNumberAt(result.body, 'meta', 'page_size');
	return {
		records,
		total: wholeNumberAt(result.body, 'meta', 'total'),
		// Some servers say the largest size that they serve.
		pageSize: size ? Math.min(size, Math.max(pageSize, records.length)) : null,
	};
}

/** A number may be bought again: then it has two rows, with two times, or one of them is removed. */
function numberAndTime(row: IDataObject): string | null {
	const [number, addedAt] = [digitsOf(row), textAt(row, 'added_at')];
	return number === '' ? null : `${number} ${readTime(addedAt) || addedAt || isRemoved(row)}`;
}

const RESOURCE_NOT_FOUND = 1003;

function isBeyondTheEnd({ httpStatus, errors }: ApiFailure): boolean {
	if (httpStatus === 404 || httpStatus === 416) return true;
	return errors.some(({ code, field }) => code === RESOURCE_NOT_FOUND || field === 'page');
}

function wholeNumberAt(body: IDataObject, ...path: string[]): number | null {
	const text = textAt(body, ...path).trim();
	return /^\d{1,15}$/.test(text) ? Number(text) : null;
}
