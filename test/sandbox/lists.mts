import { chance } from './chance.mts';
import type { ApiRequest, Listing } from './deviations.mts';
import { ApiProblem } from './errors.mts';
import type { Order, OwnNumber } from './records.mts';
import type { ListOrder, SandboxSettings } from './settings.mts';
import type { SandboxState } from './state.mts';
import { countryNameInside } from './views.mts';

/** Paging, sorting and filtering of the lists (Get Orders, Get Numbers). */

export interface PageOf<T> {
	rows: T[];
	/** page, page_size and total, where the deviations leave them. */
	meta: Record<string, unknown>;
}

/**
 * Cuts out the page that a request asks for.
 * @param list the key of the answer, and how many rows there would be without filters
 */
export function pageOf<T>(
	state: SandboxState,
	request: Pick<ApiRequest, 'query'>,
	rows: T[],
	{ list = 'orders', account = rows.length }: { list?: string; account?: number } = {},
): PageOf<T> {
	const { settings, deviator } = state;
	const page = positive(request, 'page', 1);
	const fallback = Math.min(DEFAULT_PAGE_SIZE, settings.maxPageSize);
	const page_size = honoured(settings, positive(request, 'page_size', fallback), fallback);
	const total = settings.totals === 'filtered' ? rows.length : account;
	const listing: Listing<T> = {
		list,
		rows,
		page,
		pageSize: page_size,
		meta: { page, page_size, total },
	};
	const asked = { method: 'GET', path: `/${list}`, query: request.query };
	deviator.rows(asked, listing);
	const begin = (listing.page - 1) * listing.pageSize;
	listing.rows = listing.rows.slice(begin, begin + listing.pageSize);
	deviator.page(asked, listing);
	return { rows: listing.rows, meta: listing.meta };
}

const DEFAULT_PAGE_SIZE = 100;

/** @returns the page size that the server makes of the one that was asked for */
function honoured(settings: SandboxSettings, asked: number, fallback: number): number {
	const { maxPageSize, pageSizeOverLimit, pageSizes } = settings;
	const refusal = (detail: string) => new ApiProblem({ code: 1002, detail, field: 'page_size' });
	if (pageSizes && asked !== fallback && !pageSizes.includes(asked)) {
		throw refusal(`Page size must be one of ${pageSizes.join(', ')}`);
	}
	if (asked <= maxPageSize) return asked;
	switch (pageSizeOverLimit) {
		case 'cap':
			return maxPageSize;
		case 'default':
			return fallback;
		case 'error':
			throw refusal(`Page size must not be greater than ${maxPageSize}`);
		case 'break':
			throw new ApiProblem({ code: 1000, detail: 'Internal error' }).as(500);
	}
}

function positive(request: Pick<ApiRequest, 'query'>, field: string, fallback: number): number {
	const text = request.query[field];
	if (text === undefined) return fallback;
	const value = Number(text);
	if (Number.isSafeInteger(value) && value >= 1) return value;
	throw new ApiProblem({ code: 1002, detail: `${field} must be a positive integer`, field });
}

/** The text of a query parameter, or `''`. */
export function queryText(request: Pick<ApiRequest, 'query'>, name: string): string {
	const value = request.query[name];
	return typeof value === 'string' ? value : '';
}

/** Keeps a sorted view until the list changes, so that large lists are sorted once. */
export class SortedViews {
	private orders: { key: string; rows: Order[] } | null = null;
	private numbers: { key: string; rows: OwnNumber[] } | null = null;

	constructor(private readonly state: SandboxState) {}

	allOrders(): Order[] {
		const { settings, revision, orders, random } = this.state;
		const key = `${settings.ordersSort} ${revision.orders}`;
		if (this.orders?.key !== key || isUnstable(settings, settings.ordersSort)) {
			const rows = arrange(settings, orders, settings.ordersSort, (row) => row.createdAt, random);
			this.orders = { key, rows };
		}
		return this.orders.rows;
	}

	allNumbers(): OwnNumber[] {
		const { settings, revision, numbers, random } = this.state;
		const key = `${settings.numbersSort} ${revision.numbers}`;
		if (this.numbers?.key !== key || isUnstable(settings, settings.numbersSort)) {
			const rows = arrange(settings, numbers, settings.numbersSort, (row) => row.addedAt, random);
			this.numbers = { key, rows };
		}
		return this.numbers.rows;
	}
}

function isUnstable(settings: SandboxSettings, order: ListOrder): boolean {
	return order === 'random' || settings.sortTies === 'random';
}

/** Of rows with the same time the one that was entered later counts as newer, where ties are stable. */
function arrange<T>(
	settings: SandboxSettings,
	given: T[],
	order: ListOrder,
	timeOf: (row: T) => number,
	random: () => number,
): T[] {
	const rows = settings.sortTies === 'random' ? shuffle(given, random) : given;
	if (order === 'oldest') return [...rows].sort((a, b) => timeOf(a) - timeOf(b));
	if (order === 'newest') return [...rows].reverse().sort((a, b) => timeOf(b) - timeOf(a));
	if (order === 'random') return shuffle(rows, random);
	// A fixed arbitrary order: the same rows always come in the same order.
	return shuffle(rows, chance(0));
}

function shuffle<T>(rows: T[], random: () => number): T[] {
	const shuffled = [...rows];
	for (let i = shuffled.length - 1; i > 0; i--) {
		const j = Math.floor(random() * (i + 1));
		[shuffled[i], shuffled[j]] = [shuffled[j], shuffled[i]];
	}
	return shuffled;
}

/** In the order of the document's table. */
const SORT_KEYS: Record<string, (state: SandboxState, row: OwnNumber) => string | number> = {
	order_by_country_name: (state, row) => placeOf(state, row).country,
	order_by_region_name: (state, row) => placeOf(state, row).region,
	order_by_did_group_name: (state, row) => placeOf(state, row).group,
	order_by_number: (_state, row) => row.number,
	order_by_added_at: (_state, row) => row.addedAt,
};

/** The filters and sorts of Get Numbers. */
export function filterAndSort(
	state: SandboxState,
	request: Pick<ApiRequest, 'query'>,
	rows: OwnNumber[],
): OwnNumber[] {
	const { settings } = state;
	const folded = (text: string) => (settings.filterCase === 'any' ? text.toLowerCase() : text);
	const wanted = {
		country: folded(queryText(request, 'filter_by_country_name')),
		region: folded(queryText(request, 'filter_by_region_name')),
		group: folded(queryText(request, 'filter_by_did_group_name')),
		number: queryText(request, 'filter_by_number'),
	};
	let result = rows;
	if (Object.values(wanted).some((text) => text !== '')) {
		result = result.filter((row) => {
			const place = placeOf(state, row);
			return (
				folded(place.country).includes(wanted.country) &&
				folded(place.region).includes(wanted.region) &&
				folded(place.group).includes(wanted.group) &&
				row.number.includes(wanted.number)
			);
		});
	}
	const sorts = sortsOf(state, request);
	if (sorts.length === 0) return result;
	const before = settings.sortTies === 'random' ? shuffle(result, state.random) : [...result];
	return before.sort((a, b) => {
		for (const [name, direction] of sorts) {
			const [x, y] = [SORT_KEYS[name](state, a), SORT_KEYS[name](state, b)];
			if (x !== y) return (x < y ? -1 : 1) * (direction === 'asc' ? 1 : -1);
		}
		return 0;
	});
}

/** @returns the sorts of a request, the one that decides first in front */
function sortsOf({ settings }: SandboxState, { query }: Pick<ApiRequest, 'query'>) {
	const given = Object.entries(query).filter(([name]) => Object.hasOwn(SORT_KEYS, name));
	for (const [field, direction] of given) {
		if (direction !== 'asc' && direction !== 'desc') {
			throw new ApiProblem({ code: 1002, detail: `${field} must be asc or desc`, field });
		}
	}
	if (settings.sortPrecedence === 'first') return given.slice(0, 1);
	if (settings.sortPrecedence === 'query') return given;
	const names = Object.keys(SORT_KEYS);
	return given.sort(([a], [b]) => names.indexOf(a) - names.indexOf(b));
}

function placeOf(state: SandboxState, row: OwnNumber) {
	const group = state.group(row.groupId);
	const country = state.country(group?.countryIso ?? '');
	return {
		group: group?.name ?? '',
		country: country ? countryNameInside(country) : '',
		region: country?.regions.find(({ code }) => code === group?.regionCode)?.name ?? '',
	};
}
