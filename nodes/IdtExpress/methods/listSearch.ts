import type {
	IDataObject,
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
} from 'n8n-workflow';
import { LISTS, readPage, readWholeList } from '../api/lists';
import { PAGE_SIZE } from '../api/pagination';
import { inputError, quote } from '../shared/input';
import { textAt, valueAt } from '../shared/json';
import { displayNumber, toApiNumberPart } from '../shared/phoneNumber';

/**
 * The searches behind the lists of the resource locators. The editor shows an error of theirs in the
 * list: message and description of a NodeApiError, the message alone of any other.
 */
export const listSearch = {
	async searchCountries(
		this: ILoadOptionsFunctions,
		filter?: string,
	): Promise<INodeListSearchResult> {
		const path = ['coverage', 'countries'];
		const countries = await readWholeList(this, { method: 'GET', path }, 'countries');
		const label = (country: IDataObject) => ({
			name: `${textAt(country, 'name')} (${textAt(country, 'iso')})`,
			value: textAt(country, 'iso'),
		});
		return { results: byName(matching(countries.map(label), filter)) };
	},

	async searchRegions(
		this: ILoadOptionsFunctions,
		filter?: string,
	): Promise<INodeListSearchResult> {
		const path = ['coverage', 'countries', chosenCountry(this), 'regions'];
		const regions = await readWholeList(this, { method: 'GET', path }, 'regions');
		const label = (region: IDataObject) => ({
			name: `${textAt(region, 'name')} (${textAt(region, 'code')})`,
			value: textAt(region, 'code'),
		});
		return { results: byName(matching(regions.map(label), filter)) };
	},

	async searchDidGroups(
		this: ILoadOptionsFunctions,
		filter?: string,
	): Promise<INodeListSearchResult> {
		const tollFree = this.getCurrentNodeParameter('tollFree') === true;
		const query = {
			country_iso: chosenCountry(this),
			region_code: tollFree ? undefined : chosen(this, 'regionCode', 'Region'),
			toll_free: tollFree || undefined,
		};
		const path = ['coverage', 'did_groups'];
		const all = await readWholeList(this, { method: 'GET', path, query }, 'did_groups');
		const groups = choosesNumbers(this)
			? all.filter((group) => valueAt(group, 'supports_browse') === true)
			: all;
		if (groups.length === 0 && all.length > 0) {
			throw inputError(
				this,
				undefined,
				'No DID group here lets you choose single numbers. Order by quantity, or choose another place.',
				'',
			);
		}
		const label = (group: IDataObject) => ({
			name: `${textAt(group, 'name').trim()} – ${textAt(group, 'quantity')} in stock, ${textAt(group, 'fees', 'monthly_fee')} a month`,
			value: textAt(group, 'id'),
		});
		return { results: byName(matching(groups.map(label), filter)) };
	},

	async searchOrders(
		this: ILoadOptionsFunctions,
		filter?: string,
		paginationToken?: string,
	): Promise<INodeListSearchResult> {
		const label = (order: IDataObject) => ({
			name: `${textAt(order, 'created_at').slice(0, 10)} – ${textAt(order, 'status')}, ${textAt(order, 'fulfilled', 'quantity')} of ${textAt(order, 'ordered', 'quantity')} delivered (${textAt(order, 'id')})`,
			value: textAt(order, 'id'),
		});
		return await searchPages(this, 'orders', { label, filter, paginationToken });
	},

	async searchNumbers(
		this: ILoadOptionsFunctions,
		filter = '',
		paginationToken?: string,
	): Promise<INodeListSearchResult> {
		const label = (number: IDataObject) => ({
			name: `${displayNumber(textAt(number, 'number'))} – ${textAt(number, 'did_group', 'name').trim()}${textAt(number, 'status') === 'removed' ? ' (removed)' : ''}`,
			value: textAt(number, 'number'),
		});
		// The API searches over all pages: for digits in the number, for anything else in the group's name.
		const digits = toApiNumberPart(filter);
		const query = {
			filter_by_number: digits ?? '',
			filter_by_did_group_name: digits === null ? filter.trim() : '',
			order_by_added_at: 'desc',
		};
		return await searchPages(this, 'numbers', { label, query, paginationToken });
	},

	async searchTrunkGroups(
		this: ILoadOptionsFunctions,
		filter?: string,
		paginationToken?: string,
	): Promise<INodeListSearchResult> {
		const label = (group: IDataObject) => ({
			name: `${textAt(group, 'name')}${valueAt(group, 'is_default') === true ? ' (default)' : ''}`,
			value: textAt(group, 'id'),
		});
		return await searchPages(this, 'trunk_groups', { label, filter, paginationToken });
	},
};

interface PagedSearch {
	label: (record: IDataObject) => INodeListSearchItems;
	/** What the API itself filters and sorts by. */
	query?: Record<string, string>;
	/** What is looked for in the labels, where the API has no such filter. */
	filter?: string;
	/** The page to begin with, and how many records came before it: `3 200`. */
	paginationToken?: string;
}

/**
 * Reads a page of a list; with a filter of ours as many pages as it takes to find something, because
 * the editor takes an empty answer for the end.
 */
async function searchPages(
	context: ILoadOptionsFunctions,
	key: keyof typeof LISTS,
	{ label, query, filter, paginationToken }: PagedSearch,
): Promise<INodeListSearchResult> {
	const [firstPage, before] = (paginationToken ?? '1 0').split(' ').map(Number);
	let read = before;
	for (let page = firstPage; ; page++) {
		const { records, total } = await readPage(
			context,
			{ method: 'GET', path: LISTS[key].path, query: { ...query, page, page_size: PAGE_SIZE } },
			key,
		);
		read += records.length;
		const results = matching(records.map(label), filter);
		if (records.length === 0 || read >= (total ?? Infinity)) return { results };
		if (results.length > 0) return { results, paginationToken: `${page + 1} ${read}` };
	}
}

function matching(items: INodeListSearchItems[], filter = ''): INodeListSearchItems[] {
	const wanted = filter.trim().toLowerCase();
	return items.filter(({ name }) => name.toLowerCase().includes(wanted));
}

function byName(items: INodeListSearchItems[]): INodeListSearchItems[] {
	return items.sort((a, b) => a.name.localeCompare(b.name));
}

/** Whether the operation needs a DID group whose numbers can be browsed. */
function choosesNumbers(context: ILoadOptionsFunctions): boolean {
	return (
		context.getCurrentNodeParameter('operation') === 'browseNumbers' ||
		context.getCurrentNodeParameter('orderBy') === 'skus'
	);
}

/**
 * Reads the parameter that a list depends on.
 * @throws NodeOperationError where it is an expression that the editor cannot evaluate yet
 */
function chosen(context: ILoadOptionsFunctions, parameter: string, label: string): string {
	const locator = context.getCurrentNodeParameter(parameter);
	const text = textAt({ value: valueAt(locator, 'value') ?? locator }, 'value').trim();
	const isUnresolved = valueAt(locator, 'mode') !== null && valueAt(locator, 'value') === null;
	if (!text.startsWith('=') && !isUnresolved) return text;
	throw inputError(
		context,
		undefined,
		`${label} is an expression that has no value yet. Run the nodes before this one, or choose from the list.`,
		'',
	);
}

function chosenCountry(context: ILoadOptionsFunctions): string {
	const country = chosen(context, 'countryIso', 'Country').toUpperCase();
	if (/^[A-Z]{2}$/.test(country)) return country;
	throw inputError(
		context,
		undefined,
		country === ''
			? 'Choose a country first'
			: `Country must be a code of two letters, not ${quote(country)}`,
		'',
	);
}
