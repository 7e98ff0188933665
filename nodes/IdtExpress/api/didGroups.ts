import type { IDataObject } from 'n8n-workflow';
import { inputError } from '../shared/field';
import { isOn, textAt } from '../shared/json';
import { mapConcurrent } from '../shared/mapConcurrent';
import { errorOutput } from './errors';
import { readList, type ListOptions } from './lists';
import type { Session } from './session';

/** Where DID groups are looked for. */
export interface DidGroupPlace {
	countryIso: string;
	/**
	 * Without it, all regions of the country. `''` is refused where the country has regions: nobody meant
	 * the first number of any of them. Toll-free numbers have none.
	 */
	regionCode?: string;
	tollFree: boolean;
}

/**
 * Reads the DID groups of a place. Those of several regions come in the order of the regions; no more
 * regions are read than the limit needs, as far as that can be foreseen.
 * @throws NodeApiError; NodeOperationError where the region is empty
 * @see docs/api.md#get-did-groups
 */
export async function readDidGroups(
	session: Session,
	{ countryIso, regionCode, tollFree }: DidGroupPlace,
	{ itemIndex, limit = Infinity, filter }: ListOptions & { itemIndex?: number } = {},
): Promise<IDataObject[]> {
	const read = async (region?: string) => {
		const query = {
			country_iso: countryIso,
			region_code: tollFree ? undefined : region,
			toll_free: tollFree || undefined,
		};
		return await readList(session, 'did_groups', { query, itemIndex }, { filter });
	};
	const regions =
		regionCode || tollFree ? [] : await readRegionCodes(session, countryIso, itemIndex);
	if (regions.length === 0) return (await read(regionCode)).slice(0, limit);
	if (regionCode !== undefined) {
		throw inputError(
			{ context: session.context, itemIndex },
			"'Region' is empty",
			`${countryIso} has regions, so the numbers of all of them would come out. Check that the ` +
				"expression gives a code on every item, or leave 'Region' blank for all regions.",
		);
	}
	// Get Regions also lists those in which nothing is offered.
	const readOffered = async (region: string) =>
		await read(region).catch((error: unknown) => {
			if (hasCode(error, REGION_NOT_OFFERED)) return [];
			throw error;
		});
	const groups: IDataObject[] = [];
	for (let next = 0; next < regions.length && groups.length < limit; ) {
		// As many regions at a time as will do if the next ones hold as much as those before.
		const foreseen = next === 0 ? 1 : Math.ceil(((limit - groups.length) * next) / groups.length);
		const count = limit === Infinity ? regions.length : Math.min(foreseen, session.concurrency);
		const batch = regions.slice(next, next + count);
		groups.push(...(await mapConcurrent(batch, session.concurrency, readOffered)).flat());
		next += count;
	}
	return groups.slice(0, limit);
}

/** The codes of a country's regions; none where it has no regions. */
async function readRegionCodes(
	session: Session,
	countryIso: string,
	itemIndex?: number,
): Promise<string[]> {
	const account = await session.account(itemIndex);
	// The same for all items of a run.
	const readOnce = async (list: 'countries' | 'regions', path: string[]) => {
		const key = JSON.stringify([account, list, path]);
		const read = async () => await readList(session, list, { path, itemIndex });
		// A reading that failed was for another item; this one may succeed.
		const reading = session.lists.get(key)?.catch(read) ?? read();
		session.lists.set(key, reading);
		return await reading;
	};
	const countries = await readOnce('countries', []);
	const country = countries.find((row) => textAt(row, 'iso').toUpperCase() === countryIso);
	if (!isOn(country, 'has_regions')) return [];
	const regions = await readOnce('regions', [countryIso, 'regions']);
	return regions.map((region) => textAt(region, 'code')).filter((code) => code !== '');
}

const REGION_NOT_OFFERED = [4002];
/** Invalid Request, Invalid Field, Resource Not Found. */
const NOT_BROWSABLE = [1000, 1002, 1003];

/**
 * Whether an error of Browse Available Numbers may mean that the DID group cannot be browsed.
 * @see docs/api.md#browse-available-numbers (what the API answers then is not documented)
 */
export function isNotBrowsable(error: unknown): boolean {
	return hasCode(error, NOT_BROWSABLE);
}

function hasCode(error: unknown, codes: number[]): boolean {
	return error instanceof Error && codes.includes(errorOutput(error).code ?? 0);
}
