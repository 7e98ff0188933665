import type {
	IDataObject,
	ILoadOptionsFunctions,
	INodeListSearchResult,
	INodeType,
} from 'n8n-workflow';
import { readDidGroups } from '../api/didGroups';
import { isTotalOfList, readList, readPage, type ListKey } from '../api/lists';
import { PAGE_SIZE } from '../api/pages';
import { otherNamesOf } from '../shared/countryNames';
import { isOn, textAt, valueAt } from '../shared/json';
import { isPlain } from '../shared/names';
import { beginsWith, isRemoved } from '../shared/numberRow';
import { displayNumber, toNumberPart } from '../shared/phoneNumber';
import { trimmed } from '../shared/textsOf';
import { readTime } from '../shared/time';
import {
	byName,
	chosenCountry,
	chosenRegion,
	editorSession,
	listError,
	matching,
	type EditorSession,
	type Entry,
} from './editor';

/**
 * The searches behind the lists of the resource locators. The editor shows their errors in the list:
 * message and description of a NodeApiError, the message alone of any other. What is chosen keeps its
 * name in the form for good, so a name holds nothing that soon changes.
 */
export const listSearch = {
	async searchCountries(filter) {
		const countries = await readList(editorSession(this), 'countries');
		const entries = countries.map((country): Entry => {
			const iso = textAt(country, 'iso').trim().toUpperCase();
			return {
				name: `${textAt(country, 'name').trim()} (${iso})`,
				value: iso,
				otherNames: otherNamesOf(iso),
			};
		});
		return { results: byName(matching(entries, filter)) };
	},

	async searchRegions(filter) {
		const session = editorSession(this);
		const countryIso = chosenCountry(this);
		const reading = readList(session, 'regions', { path: [countryIso, 'regions'] });
		const regions = await reading.catch(() => []);
		if (regions.length === 0) await checkHasRegions(session, countryIso);
		const entries = (await reading).map((region): Entry => {
			const code = textAt(region, 'code').trim();
			return { name: `${textAt(region, 'name').trim()} (${code})`, value: code };
		});
		return { results: byName(matching(entries, filter)) };
	},

	/** With an empty region, the groups of all regions are listed, some at a time. */
	async searchDidGroups(filter, paginationToken) {
		const session = editorSession(this);
		const tollFree = this.getCurrentNodeParameter('tollFree') === true;
		const countryIso = chosenCountry(this);
		const regionCode = tollFree ? undefined : chosenRegion(this);
		const isOfAllRegions = regionCode === undefined && !tollFree;
		const from = Number(paginationToken ?? 0);
		const limit = isOfAllRegions ? from + PAGE_SIZE : undefined;
		const needsBrowsing = choosesNumbers(this);
		const isWanted = (group: IDataObject) =>
			(!needsBrowsing || isOn(group, 'supports_browse')) &&
			matching([didGroupEntry(group)], filter).length > 0;
		const place = { countryIso, regionCode, tollFree };
		const groups = await readDidGroups(session, place, { limit, filter: isWanted }).catch(
			(error: unknown) => {
				const isTooSlow = isOfAllRegions && Date.now() >= session.deadline;
				throw isTooSlow ? listError(this, 'Choose a region first') : error;
			},
		);
		if (needsBrowsing && groups.length === 0 && !filter) {
			throw listError(
				this,
				"The numbers of these DID groups cannot be chosen: set 'Select Numbers By' to Quantity, or choose another region or country",
			);
		}
		const items = matching(groups.map(didGroupEntry));
		const results = byName(items.slice(from));
		const isMore = limit !== undefined && items.length >= limit;
		return { results, paginationToken: isMore ? String(limit) : undefined };
	},

	async searchOrders(filter, paginationToken) {
		const entry = (order: IDataObject): Entry => ({
			name:
				`${timeOf(this, textAt(order, 'created_at'))} – ${textAt(order, 'status')}, ` +
				`${textAt(order, 'fulfilled', 'quantity')} of ${textAt(order, 'ordered', 'quantity')} ` +
				`delivered (${textAt(order, 'id')})`,
			value: textAt(order, 'id'),
		});
		return await searchPages(this, 'orders', { entry, filter, paginationToken });
	},

	/** Operations that change a number list those that they can change. */
	async searchNumbers(typed = '', paginationToken) {
		const operation = String(this.getCurrentNodeParameter('operation'));
		// The API searches over all pages: for digits in the number, for a plain name in the group's name.
		const filter = trimmed(typed);
		const part = toNumberPart(filter);
		const isNumber = 'digits' in part;
		const isName = !isNumber && isPlain(filter);
		const accept = (row: IDataObject) =>
			(ACCEPTED[operation]?.(row) ?? true) &&
			(!isNumber || !part.isBeginning || beginsWith(row, part.digits));
		const entry = (row: IDataObject): Entry => ({
			name: `${displayNumber(textAt(row, 'number'))} – ${textAt(row, 'did_group', 'name').trim()}${isRemoved(row) ? ' (removed)' : ''}`,
			value: textAt(row, 'number'),
		});
		const query = {
			filter_by_number: isNumber ? part.digits : '',
			filter_by_did_group_name: isName ? filter : '',
			order_by_added_at: 'desc',
		};
		return await searchPages(this, 'numbers', {
			entry,
			accept,
			query,
			filter: isNumber || isName ? undefined : filter,
			paginationToken,
		});
	},

	async searchTrunkGroups(filter, paginationToken) {
		const entry = (group: IDataObject): Entry => ({
			name: `${textAt(group, 'name')}${isOn(group, 'is_default') ? ' (default)' : ''}`,
			value: textAt(group, 'id'),
		});
		return await searchPages(this, 'trunk_groups', { entry, filter, paginationToken });
	},
} satisfies NonNullable<INodeType['methods']>['listSearch'];

/** @throws an error that says so where the country has no regions: what the API answers is not documented */
async function checkHasRegions(session: EditorSession, countryIso: string): Promise<void> {
	const countries = await readList(session, 'countries').catch(() => []);
	const country = countries.find(({ iso }) => iso === countryIso);
	if (!country || isOn(country, 'has_regions')) return;
	const name = textAt(country, 'name').trim();
	throw listError(session.context, `${name} has no regions: leave this empty`);
}

function didGroupEntry(group: IDataObject): Entry {
	const region = textAt(group, 'region', 'name');
	return {
		name: textAt(group, 'name').trim() + (region === '' ? '' : `, ${region}`),
		value: textAt(group, 'id'),
		description: `${textAt(group, 'quantity')} in stock, ${textAt(group, 'fees', 'monthly_fee')} a month`,
		otherNames: `+${textAt(group, 'country_calling_code')}${textAt(group, 'area_code')} ${textAt(group, 'region', 'code')}`,
	};
}

/** Whether the operation needs a DID group whose numbers can be browsed. */
function choosesNumbers(context: ILoadOptionsFunctions): boolean {
	return (
		context.getCurrentNodeParameter('operation') === 'browseNumbers' ||
		context.getCurrentNodeParameter('orderBy') === 'skus'
	);
}

/** The numbers that an operation can be carried out for, by its value. */
const ACCEPTED: Record<string, (row: IDataObject) => boolean> = {
	delete: (row) => !isRemoved(row),
	setCnam: (row) => !isRemoved(row) && isOn(row, 'supports_cnam'),
	deleteCnam: (row) => !isRemoved(row) && valueAt(row, 'cnam', 'current') !== null,
};

/** Date and time in the time zone of the workflow: `2020-07-05 13:45`. */
function timeOf(context: ILoadOptionsFunctions, text: string): string {
	const time = readTime(text);
	const timeZone = context.getTimezone();
	const form = { timeZone, dateStyle: 'short', timeStyle: 'short' } as const;
	return Number.isNaN(time) ? text : new Intl.DateTimeFormat('sv-SE', form).format(time);
}

interface PagedSearch {
	entry: (record: IDataObject) => Entry;
	/** Which records can be chosen. */
	accept?: (record: IDataObject) => boolean;
	/** What the API itself filters and sorts by. */
	query?: Record<string, string>;
	/** What is looked for in the names, where the API has no such filter. */
	filter?: string;
	/** The page to begin with, and how many records came before it: `3 200`. */
	paginationToken?: string;
}

/** A search that finds nothing reads at most this many pages: a person is waiting. */
const MOST_PAGES = 20;

/** Reads a page of a list, and further ones until something is found: the editor takes none for the end. */
async function searchPages(
	context: ILoadOptionsFunctions,
	key: ListKey,
	{ entry, accept = () => true, query = {}, filter, paginationToken }: PagedSearch,
): Promise<INodeListSearchResult> {
	const session = editorSession(context);
	const [firstPage, before] = (paginationToken ?? '1 0').split(' ').map(Number);
	let read = before;
	for (let page = firstPage; page < firstPage + MOST_PAGES; page++) {
		const { records, total, pageSize } = await readPage(session, key, { query }, page);
		read += records.length;
		const results = matching(records.filter(accept).map(entry), filter);
		// Where a page does not say how large it can be, it may be full.
		const isFull = records.length >= (pageSize ?? 1);
		const isMore = records.length > 0 && (isFull || (isTotalOfList(query) && read < (total ?? 0)));
		if (!isMore) return { results };
		if (results.length > 0) return { results, paginationToken: `${page + 1} ${read}` };
	}
	throw listError(
		context,
		`Nothing found among ${read} entries. Enter more of it, or switch from 'From List' to enter it directly.`,
	);
}
