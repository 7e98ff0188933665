import type { IDataObject } from 'n8n-workflow';
import { listAt, textAt, valueAt } from '../shared/json';
import { LastUsed } from '../shared/lastUsed';
import { digitsOf } from '../shared/numberRow';
import { readTime } from '../shared/time';
import {
	collectPages,
	type Collected,
	type CollectOptions,
	type FetchPage,
	type Page as PageOf,
} from './pages';
import { apiError, trySend, type ApiRequest } from './request';
import type { Session } from './session';
import type { ApiFailure } from './types';

export type Page = PageOf<IDataObject>;

interface ListDefinition {
	/** What a path of the request follows. */
	path: Array<string | number>;
	/** The name of the list in the answer. Default: the list's own. */
	answer?: string;
	/** Whether the API gives it in pages. */
	isPaged: boolean;
	/** What makes two rows the same record; `null` for a row that may be any. */
	identify: (row: IDataObject) => string | null;
}

const byText = (key: string) => (row: IDataObject) => textAt(row, key) || null;

/**
 * The lists of the API.
 * @see docs/api.md#get-countries
 */
export const LISTS = {
	countries: { path: ['coverage', 'countries'], isPaged: false, identify: byText('iso') },
	/** Wants the path `[<country>, 'regions']`. */
	regions: { path: ['coverage', 'countries'], isPaged: false, identify: byText('code') },
	did_groups: { path: ['coverage', 'did_groups'], isPaged: false, identify: byText('id') },
	/** Wants the path `[<DID group>, 'browse_numbers']`. */
	browse: {
		path: ['coverage', 'did_groups'],
		answer: 'numbers',
		isPaged: false,
		identify: byText('sku'),
	},
	orders: { path: ['orders'], isPaged: true, identify: byText('id') },
	// A number can be removed and bought again: then there are two rows of it. Numbers and times may be
	// written in several ways.
	numbers: {
		path: ['numbers'],
		isPaged: true,
		identify: (row: IDataObject) => {
			const [number, addedAt] = [digitsOf(row), textAt(row, 'added_at')];
			return number === '' ? null : `${number} ${readTime(addedAt) || addedAt}`;
		},
	},
	trunk_groups: { path: ['trunk_groups'], isPaged: true, identify: byText('id') },
} satisfies Record<string, ListDefinition>;

export type ListKey = keyof typeof LISTS;

/** What a list is read with. `path` follows the list's own. */
export type ListRequest = Partial<Pick<ApiRequest, 'path' | 'query' | 'itemIndex' | 'budget'>>;

export type ListOptions = Pick<
	CollectOptions<IDataObject>,
	'limit' | 'filter' | 'maxPages' | 'passes'
>;

const NO_PAGE: Page = { records: [], total: null, pageSize: null };

/**
 * Reads a list, several pages at a time. Where rows are surely missing, a hint of the run says so.
 * @throws NodeApiError
 */
export async function readList(
	session: Session,
	key: ListKey,
	request: ListRequest = {},
	options: ListOptions = {},
): Promise<IDataObject[]> {
	const { records, completeness, total } = await collectList(session, key, request, options);
	if (completeness === 'unknown' && total !== null && options.maxPages === undefined) {
		session.hint(
			`IDT Express reports ${total} entries in this list, but does not list all of them. Run ` +
				'this again, and compare the result with the IDT Express Portal.',
		);
	}
	return records;
}

/**
 * Reads a list like `readList`, and says whether it got everything.
 * @throws NodeApiError
 */
export async function collectList(
	session: Session,
	key: ListKey,
	request: ListRequest = {},
	options: ListOptions = {},
): Promise<Collected<IDataObject>> {
	const fetchPage: FetchPage<IDataObject> = async (page, pageSize, isTrial) =>
		await fetchPageOf(session, key, request, { page, pageSize, isTrial });
	return await collectPages(fetchPage, {
		...options,
		identify: LISTS[key].identify,
		// Twice as many as are sent at a time: one is ready whenever another is answered.
		concurrency: 2 * session.concurrency,
		// "The total amount of numbers on the account" is what the API documents, also with a filter.
		isTotalOfList: !Object.entries(request.query ?? {}).some(
			([name, value]) => name.startsWith('filter_by_') && value !== undefined && value !== '',
		),
		largePages: largePages.get(`${await session.account(request.itemIndex)} ${key}`),
	});
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
	pageSize: number,
): Promise<Page> {
	return await fetchPageOf(session, key, request, { page, pageSize });
}

async function fetchPageOf(
	session: Session,
	key: ListKey,
	request: ListRequest,
	{ page, pageSize, isTrial }: { page: number; pageSize: number; isTrial?: boolean },
): Promise<Page> {
	const list: ListDefinition = LISTS[key];
	const answer = list.answer ?? key;
	if (!list.isPaged && page > 1) return NO_PAGE;
	const call: ApiRequest = {
		...request,
		method: 'GET',
		path: [...list.path, ...(request.path ?? [])],
		query: list.isPaged ? { ...request.query, page, page_size: pageSize } : request.query,
		// Some servers write an empty list as null.
		isValid: (body) => body[answer] === null || Array.isArray(body[answer]),
		maxAttempts: isTrial ? 1 : undefined,
	};
	const result = await trySend(session, call);
	if (result.ok) {
		const records = listAt(result.body, answer);
		const size = wholeNumberAt(result.body, 'meta', 'page_size');
		return {
			records,
			total: wholeNumberAt(result.body, 'meta', 'total'),
			// Some servers say the largest size that they serve.
			pageSize: size ? Math.min(size, Math.max(pageSize, records.length)) : null,
		};
	}
	if (isTrial || (page > 1 && isBeyondTheEnd(result.failure))) return NO_PAGE;
	throw await apiError(session, call, result);
}

const RESOURCE_NOT_FOUND = 1003;

function isBeyondTheEnd({ httpStatus, errors }: ApiFailure): boolean {
	if (httpStatus === 404 || httpStatus === 416) return true;
	return errors.some(({ code, field }) => code === RESOURCE_NOT_FOUND || field === 'page');
}

function wholeNumberAt(body: IDataObject, ...path: string[]): number | null {
	const value = valueAt(body, ...path);
	if (typeof value !== 'number' && typeof value !== 'string') return null;
	const number = value === '' ? NaN : Number(value);
	return Number.isSafeInteger(number) && number >= 0 ? number : null;
}

/** Which lists do not have larger pages, by account: one request a list and process finds out. */
const largePages = new LastUsed(200, () => ({ mayBeServed: true }));
