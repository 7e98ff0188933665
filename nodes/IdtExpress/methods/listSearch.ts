import type {
	IDataObject,
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
} from 'n8n-workflow';
import { LISTS, readPage, readWholeList } from '../api/lists';
import { PAGE_SIZE } from '../api/pagination';
import { inputError } from '../shared/input';
import { textAt, valueAt } from '../shared/json';
import { displayNumber, toApiNumberPart } from '../shared/phoneNumber';

/** The searches behind the lists of the resource locators. An error is shown in the list. */
export const listSearch = {
	async searchCountries(
		this: ILoadOptionsFunctions,
		filter?: string,
	): Promise<INodeListSearchResult> {
		const path = ['coverage', 'countries'];
		const countries = await readWholeList(this, { method: 'GET', path }, 'countries');
		return matching(
			countries.map((country) => ({
				name: `${textAt(country, 'name')} (${textAt(country, 'iso')})`,
				value: textAt(country, 'iso'),
			})),
			filter,
		);
	},

	async searchRegions(
		this: ILoadOptionsFunctions,
		filter?: string,
	): Promise<INodeListSearchResult> {
		const path = ['coverage', 'countries', chosenCountry(this), 'regions'];
		const regions = await readWholeList(this, { method: 'GET', path }, 'regions');
		return matching(
			regions.map((region) => ({
				name: `${textAt(region, 'name')} (${textAt(region, 'code')})`,
				value: textAt(region, 'code'),
			})),
			filter,
		);
	},

	async searchDidGroups(
		this: ILoadOptionsFunctions,
		filter?: string,
	): Promise<INodeListSearchResult> {
		const tollFree = this.getCurrentNodeParameter('tollFree') === true;
		const query = {
			country_iso: chosenCountry(this),
			region_code: tollFree ? undefined : chosen(this, 'regionCode'),
			toll_free: tollFree || undefined,
		};
		const path = ['coverage', 'did_groups'];
		const groups = await readWholeList(this, { method: 'GET', path, query }, 'did_groups');
		return matching(
			groups.map((group) => ({
				name: `${textAt(group, 'name').trim()} – ${textAt(group, 'quantity')} in stock, ${textAt(group, 'fees', 'monthly_fee')} a month`,
				value: textAt(group, 'id'),
			})),
			filter,
		);
	},

	async searchOrders(
		this: ILoadOptionsFunctions,
		filter?: string,
		paginationToken?: string,
	): Promise<INodeListSearchResult> {
		return await searchPages(
			this,
			'orders',
			{},
			paginationToken,
			(order) => ({
				name: `${textAt(order, 'created_at').slice(0, 10)} – ${textAt(order, 'status')}, ${textAt(order, 'fulfilled', 'quantity')} of ${textAt(order, 'ordered', 'quantity')} (${textAt(order, 'id')})`,
				value: textAt(order, 'id'),
			}),
			filter,
		);
	},

	async searchNumbers(
		this: ILoadOptionsFunctions,
		filter?: string,
		paginationToken?: string,
	): Promise<INodeListSearchResult> {
		// Digits are searched by the API, over all pages; anything else in what the page shows.
		const digits = filter ? toApiNumberPart(filter) : null;
		const query = { filter_by_number: digits ?? '' };
		return await searchPages(
			this,
			'numbers',
			query,
			paginationToken,
			(number) => ({
				name: `${displayNumber(textAt(number, 'number'))} – ${textAt(number, 'did_group', 'name').trim()}${textAt(number, 'status') === 'removed' ? ' (removed)' : ''}`,
				value: textAt(number, 'number'),
			}),
			digits === null ? filter : undefined,
		);
	},

	async searchTrunkGroups(
		this: ILoadOptionsFunctions,
		filter?: string,
		paginationToken?: string,
	): Promise<INodeListSearchResult> {
		return await searchPages(
			this,
			'trunk_groups',
			{},
			paginationToken,
			(group) => ({
				name: `${textAt(group, 'name')}${valueAt(group, 'is_default') === true ? ' (default)' : ''}`,
				value: textAt(group, 'id'),
			}),
			filter,
		);
	},
};

/** One page of a paged list; the token is the number of the next page. */
async function searchPages(
	context: ILoadOptionsFunctions,
	key: keyof typeof LISTS,
	query: Record<string, string>,
	paginationToken: string | undefined,
	label: (record: IDataObject) => INodeListSearchItems,
	filter: string | undefined,
): Promise<INodeListSearchResult> {
	const page = Number(paginationToken ?? 1);
	const { records, total } = await readPage(
		context,
		{ method: 'GET', path: LISTS[key].path, query: { ...query, page, page_size: PAGE_SIZE } },
		key,
	);
	const isLast = records.length === 0 || (total !== null && page * records.length >= total);
	return {
		...matching(records.map(label), filter),
		paginationToken: isLast ? undefined : String(page + 1),
	};
}

function matching(results: INodeListSearchItems[], filter = ''): INodeListSearchResult {
	const wanted = filter.trim().toLowerCase();
	return { results: results.filter(({ name }) => name.toLowerCase().includes(wanted)) };
}

function chosen(context: ILoadOptionsFunctions, parameter: string): string {
	const value = context.getCurrentNodeParameter(parameter, { extractValue: true });
	return textAt({ value }, 'value').trim();
}

function chosenCountry(context: ILoadOptionsFunctions): string {
	const country = chosen(context, 'countryIso').toUpperCase();
	if (/^[A-Z]{2}$/.test(country)) return country;
	throw inputError(context, undefined, 'Choose a country first', 'This list depends on it.');
}
