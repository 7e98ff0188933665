import type { Request } from 'express';
import { chance } from './chance.mts';
import { ApiProblem } from './errors.mts';
import type { Order, OwnNumber } from './records.mts';
import type { ListOrder } from './settings.mts';
import type { SandboxState } from './state.mts';

/** Paging, sorting and filtering of the lists (reference: Get Orders, Get Numbers). */

export interface PageOf<T> {
	rows: T[];
	meta: { page: number; page_size: number; total: number };
}

/** Cuts out the page that a request asks for. */
export function pageOf<T>(state: SandboxState, request: Request, rows: T[]): PageOf<T> {
	const { maxPageSize, pageSizeOverLimit } = state.settings;
	const page = positive(request, 'page', 1);
	const asked = positive(request, 'page_size', 100);
	if (asked > maxPageSize && pageSizeOverLimit === 'error') {
		throw new ApiProblem({
			code: 1002,
			detail: `Page size must not be greater than ${maxPageSize}`,
			field: 'page_size',
		});
	}
	const page_size = Math.min(asked, maxPageSize);
	const begin = (page - 1) * page_size;
	return {
		rows: rows.slice(begin, begin + page_size),
		meta: { page, page_size, total: rows.length },
	};
}

function positive(request: Request, field: string, fallback: number): number {
	const text = request.query[field];
	if (text === undefined) return fallback;
	const value = Number(text);
	if (Number.isSafeInteger(value) && value >= 1) return value;
	throw new ApiProblem({ code: 1002, detail: `${field} must be a positive integer`, field });
}

/** The text of a query parameter, or `''`. */
export function queryText(request: Request, name: string): string {
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
		if (this.orders?.key !== key || settings.ordersSort === 'random') {
			const rows = arrange(orders, settings.ordersSort, (row) => row.createdAt, random);
			this.orders = { key, rows };
		}
		return this.orders.rows;
	}

	allNumbers(): OwnNumber[] {
		const { settings, revision, numbers, random } = this.state;
		const key = `${settings.numbersSort} ${revision.numbers}`;
		if (this.numbers?.key !== key || settings.numbersSort === 'random') {
			const rows = arrange(numbers, settings.numbersSort, (row) => row.addedAt, random);
			this.numbers = { key, rows };
		}
		return this.numbers.rows;
	}
}

/** Of rows with the same time the one that was entered later counts as newer. */
function arrange<T>(
	rows: T[],
	order: ListOrder,
	timeOf: (row: T) => number,
	random: () => number,
): T[] {
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

const SORT_KEYS: Record<string, (state: SandboxState, row: OwnNumber) => string | number> = {
	order_by_country_name: (state, row) => placeOf(state, row).country,
	order_by_region_name: (state, row) => placeOf(state, row).region,
	order_by_did_group_name: (state, row) => placeOf(state, row).group,
	order_by_number: (_state, row) => row.number,
	order_by_added_at: (_state, row) => row.addedAt,
};

/** Get Numbers' filters (parts match, in any case) and sorts (in the order of the query). */
export function filterAndSort(
	state: SandboxState,
	request: Request,
	rows: OwnNumber[],
): OwnNumber[] {
	const wanted = {
		country: queryText(request, 'filter_by_country_name').toLowerCase(),
		region: queryText(request, 'filter_by_region_name').toLowerCase(),
		group: queryText(request, 'filter_by_did_group_name').toLowerCase(),
		number: queryText(request, 'filter_by_number'),
	};
	let result = rows;
	if (Object.values(wanted).some((text) => text !== '')) {
		result = result.filter((row) => {
			const place = placeOf(state, row);
			return (
				place.country.toLowerCase().includes(wanted.country) &&
				place.region.toLowerCase().includes(wanted.region) &&
				place.group.toLowerCase().includes(wanted.group) &&
				row.number.includes(wanted.number)
			);
		});
	}
	const sorts = Object.entries(request.query).filter(([name]) => Object.hasOwn(SORT_KEYS, name));
	for (const [field, direction] of sorts) {
		if (direction !== 'asc' && direction !== 'desc') {
			throw new ApiProblem({ code: 1002, detail: `${field} must be asc or desc`, field });
		}
	}
	if (sorts.length === 0) return result;
	return [...result].sort((a, b) => {
		for (const [name, direction] of sorts) {
			const [x, y] = [SORT_KEYS[name](state, a), SORT_KEYS[name](state, b)];
			if (x !== y) return (x < y ? -1 : 1) * (direction === 'asc' ? 1 : -1);
		}
		return 0;
	});
}

function placeOf(state: SandboxState, row: OwnNumber) {
	const group = state.group(row.groupId);
	const country = state.country(group?.countryIso ?? '');
	return {
		group: group?.name ?? '',
		country: country?.name ?? '',
		region: country?.regions.find(({ code }) => code === group?.regionCode)?.name ?? '',
	};
}
