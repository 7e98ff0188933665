import { isDeepStrictEqual } from 'node:util';
import type { AxiosInstance, AxiosResponse } from 'axios';
import type { Sandbox } from '../sandbox/server.mts';
import { differences, type ShapeName } from './shapes.mts';

/** What the checks found out about the account, for the checks that come after. */
export interface Facts {
	countryWithRegions?: string;
	/** Of that country. */
	regions?: string[];
	countryWithoutRegions?: string;
	countryWithoutTollFree?: string;
	browsableGroup?: number;
	browsableFees?: Record<string, unknown>;
	/** A group outside the USA, and how many numbers it has in stock. */
	foreignGroup?: { id: number; stock: number };
	unbrowsableGroup?: number;
	orderId?: string;
	number?: string;
	cnamNumber?: string;
	/** With a caller ID. */
	namedNumber?: string;
	plainNumber?: string;
	defaultTrunkGroup?: number;
	/** Made by the checks that write, and deleted by them. */
	trunkGroup?: number;
	trunkGroupName?: string;
}

export interface Check {
	/** The section of the document. */
	section: string;
	name: string;
	writes?: boolean;
	/** Needs the local sandbox: no client can bring it about. */
	sandbox?: boolean;
	/** Returns differences from the document; none is good. `null`: the account has nothing to check. */
	run(api: AxiosInstance, facts: Facts, sandbox?: Sandbox): Promise<string[] | null>;
}

type Body = Record<string, never> & Record<string, unknown>;

function good(response: AxiosResponse, shape: ShapeName, status: number[] = [200]): string[] {
	if (!status.includes(response.status)) {
		return [`HTTP ${response.status} instead of ${status.join(' or ')}: ${brief(response.data)}`];
	}
	return differences(shape, response.data);
}

function noContent(response: AxiosResponse): string[] {
	const found = response.status === 204 ? [] : [`HTTP ${response.status} instead of 204`];
	return response.data ? [...found, `a body: ${brief(response.data)}`] : found;
}

function refused(
	response: AxiosResponse,
	status: number,
	codes: number[],
	where: { field?: string; source?: string } = {},
): string[] {
	const found = differences('error', response.data);
	if (response.status !== status) found.push(`HTTP ${response.status} instead of ${status}`);
	const errors: Array<Record<string, unknown>> = rows(response, 'errors');
	const given = errors.map((error) => error.code);
	if (!codes.some((code) => given.includes(code))) {
		found.push(`code ${given.join(', ') || 'missing'} instead of ${codes.join(' or ')}`);
	}
	for (const [key, value] of Object.entries(where)) {
		const values = errors.map((error) => error[key]);
		if (!values.includes(value)) found.push(`${key} ${values.join(', ')} instead of ${value}`);
	}
	if (response.data?.status !== response.status) found.push('status in the body is another one');
	return found;
}

function brief(data: unknown): string {
	return (JSON.stringify(data) ?? '').slice(0, 120);
}

function rows(response: AxiosResponse, key: string): Body[] {
	const found: unknown[] = Array.isArray(response.data?.[key]) ? response.data[key] : [];
	return found.filter((row): row is Body => typeof row === 'object' && row !== null);
}

/** A longer list is not read to its end. */
const PAGES_AT_MOST = 20;

/** @returns what is wrong with the pages of a list, two rows each */
async function pages(api: AxiosInstance, list: string, key: string): Promise<string[] | null> {
	const found: string[] = [];
	const keys: unknown[] = [];
	const { data: whole } = await api.get(list);
	const total: unknown = whole?.meta?.total;
	for (let page = 1; page <= PAGES_AT_MOST; page++) {
		const response = await api.get(list, { params: { page, page_size: 2 } });
		const got = rows(response, list).map((row) => row[key]);
		// What a page beyond the end is, the document does not say.
		if (got.length === 0) break;
		keys.push(...got);
		const { meta } = response.data;
		if (meta?.page !== page) found.push(`meta.page ${meta?.page} on page ${page}`);
		if (meta?.total !== total) found.push(`meta.total ${meta?.total} instead of ${String(total)}`);
		if (meta?.page_size !== 2) found.push(`meta.page_size ${meta?.page_size} instead of 2`);
		if (got.length > 2) found.push(`${got.length} rows on page ${page}`);
	}
	if (Number(total) < 3) return null;
	if (new Set(keys).size !== keys.length) found.push('rows are on several pages');
	const isWhole = keys.length < PAGES_AT_MOST * 2;
	if (isWhole && keys.length !== total) found.push(`${keys.length} rows, total ${String(total)}`);
	const first = Array.isArray(whole?.[list]) ? whole[list].slice(0, keys.length) : [];
	const expected = first.map((row: Body) => row[key]);
	if (expected.join() !== keys.slice(0, expected.length).join()) {
		found.push('the pages are not those of the whole list');
	}
	return found;
}

/** @returns how an order differs from what was asked for */
function otherThan(
	response: AxiosResponse,
	wanted: { quantity: number; skus?: unknown[] },
	{ browsableGroup, browsableFees }: Facts,
): string[] {
	const order = response.data?.order;
	const item = order?.order_items?.[0];
	const skus: unknown = item?.ordered?.numbers?.map((entry: Body) => entry.sku);
	const found: string[] = [];
	if (order?.ordered?.quantity !== wanted.quantity || item?.ordered?.quantity !== wanted.quantity) {
		found.push(`ordered ${brief(order?.ordered)} instead of ${wanted.quantity}`);
	}
	if (!isDeepStrictEqual(skus, wanted.skus)) found.push(`SKUs ${brief(skus)}`);
	if (item?.did_group?.id !== browsableGroup) found.push(`DID group ${item?.did_group?.id}`);
	for (const name of ['setup_fee', 'monthly_fee']) {
		const [given, fee] = [item?.did_group?.fees?.[name], browsableFees?.[name]];
		if (Number(given) !== Number(fee)) found.push(`${name} ${given} instead of ${brief(fee)}`);
	}
	return found;
}

const nameIn = (row: Body, place: string): string => {
	const group = row.did_group as { name?: string } & Record<string, { name?: string } | undefined>;
	return (place === 'group' ? group.name : group[place]?.name) ?? '';
};

/** What Get Numbers filters and sorts by, beside number and date. */
const NAMES: Record<string, (row: Body) => string> = {
	country_name: (row) => nameIn(row, 'country'),
	region_name: (row) => nameIn(row, 'region'),
	did_group_name: (row) => nameIn(row, 'group'),
};

const ORDERS = 'orders';
const TRUNK_GROUPS = 'trunk_groups';

/** Every documented endpoint, good and bad. They run in this order: later ones use earlier facts. */
export const CHECKS: Check[] = [
	{
		section: 'Get Countries',
		name: 'lists the countries',
		async run(api, facts) {
			const response = await api.get('coverage/countries');
			for (const country of rows(response, 'countries')) {
				const iso = String(country.iso);
				// Of several, the last: the USA, whose numbers can be browsed, comes late in the alphabet.
				if (country.has_regions) facts.countryWithRegions = iso;
				else facts.countryWithoutRegions ??= iso;
				if (!country.supports_toll_free) facts.countryWithoutTollFree ??= iso;
			}
			return good(response, 'countries');
		},
	},
	{
		section: 'Get Regions',
		name: 'lists the regions of a country that has them',
		async run(api, facts) {
			if (!facts.countryWithRegions) return null;
			const response = await api.get(`coverage/countries/${facts.countryWithRegions}/regions`);
			facts.regions = rows(response, 'regions').map((region) => String(region.code));
			return good(response, 'regions');
		},
	},
	{
		section: 'Get DID Groups',
		name: 'lists the groups of each region',
		async run(api, facts) {
			const found: string[] = [];
			for (const region_code of facts.regions ?? []) {
				const params = { country_iso: facts.countryWithRegions, region_code };
				const response = await api.get('coverage/did_groups', { params });
				found.push(...good(response, 'didGroups'));
				for (const group of rows(response, 'did_groups')) {
					if (!group.supports_browse) facts.unbrowsableGroup ??= Number(group.id);
					else if (Number(group.quantity) > 8 && !facts.browsableGroup) {
						facts.browsableGroup = Number(group.id);
						facts.browsableFees = group.fees;
					}
				}
				if (facts.browsableGroup && facts.unbrowsableGroup) break;
			}
			return facts.regions ? found : null;
		},
	},
	{
		section: 'Get DID Groups',
		name: 'lists the groups of a country without regions',
		async run(api, facts) {
			if (!facts.countryWithoutRegions) return null;
			const params = { country_iso: facts.countryWithoutRegions };
			const response = await api.get('coverage/did_groups', { params });
			const group = rows(response, 'did_groups').find(({ quantity }) => Number(quantity) < 100);
			if (group) facts.foreignGroup = { id: Number(group.id), stock: Number(group.quantity) };
			return good(response, 'didGroups');
		},
	},
	{
		section: 'Get DID Groups',
		name: 'lists toll-free groups without a region',
		async run(api, facts) {
			const params = { country_iso: facts.countryWithRegions, toll_free: true };
			const response = await api.get('coverage/did_groups', { params });
			const others = rows(response, 'did_groups').filter(({ toll_free: free }) => free !== true);
			return [
				...good(response, 'didGroups'),
				...(others.length > 0 ? [`${others.length} groups that are not toll-free`] : []),
			];
		},
	},
	{
		section: 'Get DID Groups',
		name: 'wants a country (1001)',
		async run(api) {
			return refused(await api.get('coverage/did_groups'), 422, [1001], { field: 'country_iso' });
		},
	},
	{
		section: 'Get DID Groups',
		name: 'wants a region where the country has them (1001)',
		async run(api, facts) {
			const params = { country_iso: facts.countryWithRegions };
			const response = await api.get('coverage/did_groups', { params });
			return refused(response, 422, [1001], { field: 'region_code' });
		},
	},
	{
		section: 'Get DID Groups',
		name: 'refuses a country, a region and toll-free numbers that are not offered (4003, 4002, 4000)',
		async run(api, facts) {
			const get = async (params: object) => await api.get('coverage/did_groups', { params });
			const region = { country_iso: facts.countryWithRegions, region_code: 'US-ZZ' };
			const tollFree = { country_iso: facts.countryWithoutTollFree, toll_free: true };
			return [
				...refused(await get({ country_iso: 'AQ' }), 422, [4003]),
				...refused(await get(region), 422, [4002]),
				...(facts.countryWithoutTollFree ? refused(await get(tollFree), 422, [4000]) : []),
			];
		},
	},
	{
		section: 'Browse Available Numbers',
		name: 'lists numbers with their SKUs',
		async run(api, facts) {
			if (!facts.browsableGroup) return null;
			const path = `coverage/did_groups/${facts.browsableGroup}/browse_numbers`;
			return good(await api.get(path), 'browse');
		},
	},
	{
		section: 'Browse Available Numbers',
		name: 'refuses a group that does not support it',
		async run(api, facts) {
			if (!facts.unbrowsableGroup) return null;
			const response = await api.get(
				`coverage/did_groups/${facts.unbrowsableGroup}/browse_numbers`,
			);
			return refused(response, 422, [1000, 1002, 4004]);
		},
	},
	{
		section: 'Create Order',
		name: 'previews an order and creates nothing',
		async run(api, facts) {
			if (!facts.browsableGroup) return null;
			const before = await api.get(ORDERS);
			const response = await api.post(ORDERS, {
				preview: true,
				order_items: [{ did_group_id: facts.browsableGroup, quantity: 2 }],
			});
			const after = await api.get(ORDERS);
			const found = good(response, 'preview', [200, 201]);
			if (response.data?.order?.order_items?.[0]?.status !== 'Preview') {
				found.push('the item status is not Preview');
			}
			found.push(...otherThan(response, { quantity: 2 }, facts));
			if (before.data?.meta?.total !== after.data?.meta?.total) found.push('an order was created');
			return found;
		},
	},
	{
		section: 'Create Order',
		name: 'points at a bad quantity (1002)',
		async run(api, facts) {
			const order_items = [{ did_group_id: facts.browsableGroup, quantity: 0 }];
			const response = await api.post(ORDERS, { preview: true, order_items });
			return refused(response, 422, [1002], {
				field: 'quantity',
				source: '/order_items/0/quantity',
			});
		},
	},
	{
		section: 'Create Order',
		name: 'refuses more than 100 numbers (1002), no items and two items',
		async run(api, facts) {
			const item = { did_group_id: facts.browsableGroup, quantity: 1 };
			const post = async (order_items: object[]) =>
				await api.post(ORDERS, { preview: true, order_items });
			return [
				...refused(await post([{ ...item, quantity: 101 }]), 422, [1002]),
				...refused(await post([]), 422, [1000, 1001, 1002]),
				...refused(await post([item, item]), 422, [1000, 1002]),
			];
		},
	},
	{
		section: 'Create Order',
		name: 'refuses a DID group that is not offered (4004)',
		async run(api) {
			const order_items = [{ did_group_id: 1, quantity: 1 }];
			return refused(await api.post(ORDERS, { preview: true, order_items }), 422, [4004]);
		},
	},
	{
		section: 'Create Order',
		name: 'wants a quantity or SKUs (1001)',
		async run(api, facts) {
			const order_items = [{ did_group_id: facts.browsableGroup }];
			return refused(await api.post(ORDERS, { preview: true, order_items }), 422, [1001]);
		},
	},
	{
		section: 'Create Order',
		name: 'takes more than is in stock outside the USA, for backorder',
		async run(api, { foreignGroup: group }) {
			if (!group) return null;
			const order_items = [{ did_group_id: group.id, quantity: group.stock + 1 }];
			const response = await api.post(ORDERS, { preview: true, order_items });
			return good(response, 'preview', [200, 201]);
		},
	},
	{
		section: 'Create Order',
		name: 'creates an order by quantity',
		writes: true,
		async run(api, facts) {
			if (!facts.browsableGroup) return null;
			const order_items = [{ did_group_id: facts.browsableGroup, quantity: 2 }];
			const response = await api.post(ORDERS, { order_items });
			facts.orderId = response.data?.order?.id;
			return [
				...good(response, 'order', [200, 201]),
				...otherThan(response, { quantity: 2 }, facts),
			];
		},
	},
	{
		section: 'Create Order',
		name: 'creates an order by SKU',
		writes: true,
		async run(api, facts) {
			if (!facts.browsableGroup) return null;
			const path = `coverage/did_groups/${facts.browsableGroup}/browse_numbers`;
			const skus = rows(await api.get(path), 'numbers')
				.slice(0, 2)
				.map(({ sku }) => sku);
			const order_items = [{ did_group_id: facts.browsableGroup, did_skus: skus }];
			const response = await api.post(ORDERS, { order_items });
			return [
				...good(response, 'order', [200, 201]),
				...otherThan(response, { quantity: 2, skus }, facts),
			];
		},
	},
	{
		section: 'Get Orders',
		name: 'lists orders with page, page size and total',
		async run(api, facts) {
			const response = await api.get(ORDERS, { params: { page: 1, page_size: 10 } });
			facts.orderId ??= rows(response, 'orders')[0]?.id as string | undefined;
			return good(response, 'orders');
		},
	},
	{
		section: 'Get Orders',
		name: 'filters by status',
		async run(api) {
			const response = await api.get(ORDERS, { params: { filter_by_status: 'Complete' } });
			const others = rows(response, 'orders').filter((order) => !/^complete$/i.test(order.status));
			return [
				...good(response, 'orders'),
				...(others.length > 0 ? [`${others.length} orders of another status`] : []),
			];
		},
	},
	{
		section: 'Get Orders',
		name: 'has pages that follow each other',
		run: async (api) => await pages(api, ORDERS, 'id'),
	},
	{
		section: 'Get Order',
		name: 'shows an order with its item and numbers',
		async run(api, facts) {
			if (!facts.orderId) return null;
			return good(await api.get(`orders/${facts.orderId}`), 'order');
		},
	},
	{
		section: 'Get Order',
		name: 'shows each order as the list does, with as many numbers as were fulfilled',
		async run(api) {
			const found: string[] = [];
			for (const row of rows(await api.get(ORDERS), 'orders').slice(0, 10)) {
				const response = await api.get(`orders/${row.id}`);
				found.push(...good(response, 'order'));
				const { order_items: items, ...summary } = response.data?.order ?? {};
				if (!isDeepStrictEqual(summary, row)) found.push(`${brief(row)}: ${brief(summary)}`);
				const item = items?.[0];
				if (item?.numbers?.length !== item?.fulfilled?.quantity) {
					found.push(`${row.id}: ${item?.numbers?.length} of ${item?.fulfilled?.quantity} numbers`);
				}
				if (item?.order_item_type === 'quantity' && item.ordered?.numbers !== undefined) {
					found.push(`${row.id}: numbers are listed as ordered`);
				}
			}
			return found;
		},
	},
	{
		section: 'Get Order',
		name: 'does not know an order that is not there (1003)',
		async run(api) {
			return refused(await api.get('orders/000-000-0000'), 404, [1003]);
		},
	},
	{
		section: 'Get Numbers',
		name: 'lists numbers with page, page size and total',
		async run(api, facts) {
			const response = await api.get('numbers');
			for (const row of rows(response, 'numbers')) {
				if (row.status !== 'active') continue;
				facts.number ??= String(row.number);
				const cnam = row.cnam as { current: unknown; pending: unknown } | null;
				if (cnam?.pending === null) {
					if (cnam.current === null) facts.cnamNumber ??= String(row.number);
					else facts.namedNumber ??= String(row.number);
				}
				if (!row.supports_cnam) facts.plainNumber ??= String(row.number);
			}
			return good(response, 'numbers');
		},
	},
	{
		section: 'Get Numbers',
		name: 'filters by a part of the number',
		async run(api, facts) {
			if (!facts.number) return null;
			const part = facts.number.slice(2, 8);
			const response = await api.get('numbers', { params: { filter_by_number: part } });
			const others = rows(response, 'numbers').filter((row) => !String(row.number).includes(part));
			return [
				...good(response, 'numbers'),
				...(others.length > 0 ? [`${others.length} numbers without ${part}`] : []),
			];
		},
	},
	{
		section: 'Get Numbers',
		name: 'gives an empty list where nothing matches',
		async run(api) {
			const response = await api.get('numbers', { params: { filter_by_number: '00000000000' } });
			return good(response, 'numbers');
		},
	},
	{
		section: 'Get Numbers',
		name: 'filters by country, region and DID group, by a part of the name, and by several at once',
		async run(api) {
			const all = rows(await api.get('numbers'), 'numbers');
			const found: string[] = [];
			const params: Record<string, string> = {};
			const row = all.find((entry) => nameIn(entry, 'region') !== '');
			if (!row) return null;
			for (const [field, nameOf] of Object.entries(NAMES)) {
				params[`filter_by_${field}`] = nameOf(row).slice(0, -1);
				for (const given of [{ [`filter_by_${field}`]: nameOf(row).slice(1) }, params]) {
					const response = await api.get('numbers', { params: given });
					const wanted = all.filter((entry) =>
						Object.entries(given).every(([name, part]) =>
							NAMES[name.replace('filter_by_', '')](entry).includes(part),
						),
					);
					const got = rows(response, 'numbers').map(({ number }) => String(number));
					const missing = wanted.filter(({ number }) => !got.includes(String(number)));
					if (missing.length > 0 || got.length > wanted.length) {
						found.push(`${got.length} of ${wanted.length} numbers for ${brief(given)}`);
					}
				}
			}
			return found;
		},
	},
	{
		section: 'Get Numbers',
		name: 'sorts by each field, both ways, and by several at once',
		async run(api) {
			const found: string[] = [];
			const keys: typeof NAMES = {
				...NAMES,
				number: ({ number }) => String(number),
				added_at: ({ added_at: time }) => String(time),
			};
			for (const [field, keyOf] of Object.entries(keys)) {
				for (const direction of ['asc', 'desc']) {
					// In the document's table the names come before the number, as they do here.
					const second = field in NAMES && { order_by_number: direction };
					const params = { [`order_by_${field}`]: direction, ...second };
					const response = await api.get('numbers', { params });
					const values = rows(response, 'numbers').map(keyOf);
					const sorted = [...values].sort();
					if (direction === 'desc') sorted.reverse();
					if (response.status !== 200) found.push(`HTTP ${response.status} for ${brief(params)}`);
					else if (values.join() !== sorted.join()) found.push(`not sorted by ${brief(params)}`);
				}
			}
			return found;
		},
	},
	{
		section: 'Get Numbers',
		name: 'has pages that follow each other',
		run: async (api) => await pages(api, 'numbers', 'number'),
	},
	{
		section: 'Get Trunk Groups',
		name: 'lists trunk groups with page, page size and total',
		async run(api, facts) {
			const response = await api.get(TRUNK_GROUPS);
			const fallback = rows(response, TRUNK_GROUPS).find((group) => group.is_default);
			facts.defaultTrunkGroup = fallback?.id as number | undefined;
			return good(response, 'trunkGroups');
		},
	},
	{
		section: 'Get Trunk Group',
		name: 'shows a trunk group',
		async run(api, facts) {
			if (!facts.defaultTrunkGroup) return null;
			return good(await api.get(`trunk_groups/${facts.defaultTrunkGroup}`), 'trunkGroup');
		},
	},
	{
		section: 'Get Trunk Group',
		name: 'does not know a trunk group that is not there (4005)',
		async run(api) {
			const response = await api.get('trunk_groups/1');
			return refused(response, response.status === 404 ? 404 : 422, [4005]);
		},
	},
	{
		section: 'Create Trunk Group',
		name: 'creates one with the documented defaults',
		writes: true,
		async run(api, facts) {
			facts.trunkGroupName = `Büro & "Co."  #${Date.now()}`;
			const response = await api.post(TRUNK_GROUPS, { name: facts.trunkGroupName });
			const made = response.data?.trunk_group;
			facts.trunkGroup = made?.id;
			const found = good(response, 'trunkGroup', [200, 201]);
			if (made?.ring_type !== 'simultaneous' || made?.pop !== 'US' || made?.is_default !== false) {
				found.push(`other defaults: ${brief(made)}`);
			}
			if (made?.name !== facts.trunkGroupName) found.push(`it is named ${made?.name}`);
			return found;
		},
	},
	{
		section: 'Create Trunk Group',
		name: 'refuses a long name, a taken name, a bad address and a bad port (1002)',
		writes: true,
		async run(api, facts) {
			const post = async (body: object) => await api.post(TRUNK_GROUPS, body);
			const switches = (entry: object) => ({ name: 'never made', switches: [entry] });
			return [
				...refused(await post({ name: 'n'.repeat(51) }), 422, [1002], { source: '/name' }),
				...refused(await post({ name: facts.trunkGroupName }), 422, [1002], { source: '/name' }),
				...refused(await post(switches({ ip: '10.0.0.0/24' })), 422, [1002], {
					source: '/switches/0/ip',
				}),
				...refused(await post(switches({ ip: '10.0.0.1', port: 80 })), 422, [1002], {
					source: '/switches/0/port',
				}),
			];
		},
	},
	{
		section: 'Update Trunk Group',
		name: 'sets what is given, and ignores is_default false',
		writes: true,
		async run(api, facts) {
			if (!facts.trunkGroup || !facts.defaultTrunkGroup) return null;
			const wanted = {
				name: facts.trunkGroupName,
				ring_type: 'sequential',
				pop: 'UK',
				switches: [{ ip: '203.0.113.10', port: 5070 }, { ip: '203.0.113.11' }],
			};
			const response = await api.put(`trunk_groups/${facts.trunkGroup}`, wanted);
			const found = good(response, 'trunkGroup');
			const now: unknown = response.data?.trunk_group;
			const [first, second] = wanted.switches;
			const switches = [first, { ...second, port: 5060 }];
			const expected = { id: facts.trunkGroup, ...wanted, is_default: false, switches };
			if (!isDeepStrictEqual(now, expected)) found.push(`it is now ${brief(now)}`);
			const path = `trunk_groups/${facts.defaultTrunkGroup}`;
			const { name, ring_type, pop, switches: same } = (await api.get(path)).data.trunk_group;
			const kept = await api.put(path, { name, ring_type, pop, switches: same, is_default: false });
			if (kept.data?.trunk_group?.is_default !== true) found.push('the default was unset');
			return found;
		},
	},
	{
		section: 'Set Trunk Group',
		name: 'assigns numbers, and null for the default',
		writes: true,
		async run(api, facts) {
			if (!facts.number || !facts.trunkGroup) return null;
			const put = async (trunk_group_id: number | null) =>
				await api.put('set_trunk_group', { trunk_group_id, numbers: [facts.number] });
			const assigned = noContent(await put(facts.trunkGroup));
			const params = { filter_by_number: facts.number };
			const [row] = rows(await api.get('numbers', { params }), 'numbers');
			if (row?.trunk_group_id !== facts.trunkGroup) assigned.push('the number was not assigned');
			assigned.push(...noContent(await put(null)));
			// For Delete Trunk Group.
			return [...assigned, ...noContent(await put(facts.trunkGroup))];
		},
	},
	{
		section: 'Set Trunk Group',
		name: 'refuses a number (4001) and a trunk group (4005) that are not there',
		writes: true,
		async run(api, facts) {
			const put = async (trunk_group_id: number | null, number: string | undefined) =>
				await api.put('set_trunk_group', { trunk_group_id, numbers: [number] });
			return [
				...refused(await put(null, '12025550100'), 422, [4001]),
				...(facts.number ? refused(await put(1, facts.number), 422, [4005]) : []),
			];
		},
	},
	{
		section: 'Delete Trunk Group',
		name: 'deletes one, whose numbers get the default; but not the default (4006)',
		writes: true,
		async run(api, facts) {
			if (!facts.trunkGroup || !facts.defaultTrunkGroup) return null;
			const found = noContent(await api.delete(`trunk_groups/${facts.trunkGroup}`));
			const params = { filter_by_number: facts.number };
			const [row] = rows(await api.get('numbers', { params }), 'numbers');
			if (row && row.trunk_group_id !== null) found.push('its number was not reset');
			return [
				...found,
				...refused(await api.delete(`trunk_groups/${facts.defaultTrunkGroup}`), 422, [4006]),
			];
		},
	},
	{
		section: 'Set CNAM',
		name: 'refuses a long name (1002) and a number without CNAM (4007)',
		writes: true,
		async run(api, facts) {
			const set = async (number: string, name: string) =>
				await api.post(`numbers/${number}/cnam`, { name });
			return [
				...(facts.cnamNumber
					? refused(await set(facts.cnamNumber, 'n'.repeat(16)), 422, [1002], { source: '/name' })
					: []),
				...(facts.plainNumber ? refused(await set(facts.plainNumber, 'Jenny'), 422, [4007]) : []),
			];
		},
	},
	{
		section: 'Set CNAM',
		name: 'takes a request, which is then pending (a second one: 4007)',
		writes: true,
		async run(api, facts) {
			if (!facts.cnamNumber) return null;
			const path = `numbers/${facts.cnamNumber}/cnam`;
			const found = noContent(await api.post(path, { name: 'Jenny' }));
			const params = { filter_by_number: facts.cnamNumber };
			const response = await api.get('numbers', { params });
			const pending = response.data?.numbers?.[0]?.cnam?.pending;
			if (pending?.name !== 'Jenny' || pending?.type !== 'business') {
				found.push(`pending is ${brief(pending)}`);
			}
			return [...found, ...refused(await api.post(path, { name: 'Jenny' }), 422, [4007])];
		},
	},
	{
		section: 'Delete CNAM',
		name: 'takes a request (204), which is then pending',
		writes: true,
		async run(api, facts) {
			if (!facts.namedNumber) return null;
			const found = noContent(await api.delete(`numbers/${facts.namedNumber}/cnam`));
			const params = { filter_by_number: facts.namedNumber };
			const [row] = rows(await api.get('numbers', { params }), 'numbers');
			const pending = (row?.cnam as { pending?: unknown } | null)?.pending;
			if (!isDeepStrictEqual(pending, { action: 'disable' }))
				found.push(`pending is ${brief(pending)}`);
			return found;
		},
	},
	{
		section: 'Delete CNAM',
		name: 'refuses a number without one (4008)',
		writes: true,
		async run(api, facts) {
			if (!facts.plainNumber) return null;
			return refused(await api.delete(`numbers/${facts.plainNumber}/cnam`), 422, [4008]);
		},
	},
	{
		section: 'Delete Number',
		name: 'removes a number; a second time it is not there (4001)',
		writes: true,
		async run(api, facts) {
			if (!facts.number) return null;
			const path = `numbers/${facts.number}`;
			const found = good(await api.delete(path), 'removed');
			return [...found, ...refused(await api.delete(path), 422, [4001])];
		},
	},
	{
		section: 'HTTP Status Codes',
		name: 'answers 404 for an endpoint that does not exist (1003)',
		async run(api) {
			return refused(await api.get('no_such_endpoint'), 404, [1003]);
		},
	},
	{
		section: 'Authentication',
		name: 'refuses a wrong secret (403, 2000)',
		async run(api) {
			const headers = { 'x-api-secret': 'wrong' };
			return refused(await api.get('coverage/countries', { headers }), 403, [2000]);
		},
	},
	{
		section: 'Error codes',
		name: 'distinguishes a missing feature (3000), too little money (3001), throttling (2002) and a quota (2001)',
		writes: true,
		sandbox: true,
		async run(api, facts, sandbox) {
			if (!sandbox || !facts.browsableGroup) return null;
			const { settings } = sandbox;
			const before = { ...settings };
			const order_items = [{ did_group_id: facts.browsableGroup, quantity: 1 }];
			const preview = async () => await api.post(ORDERS, { preview: true, order_items });
			const found: string[] = [];
			for (const [changed, status, code] of [
				[{ didsEnabled: false }, 403, 3000],
				[{ funds: '0.00' }, 422, 3001],
				[{ rateLimit: { perSecond: 0.001, burst: 0, retryAfter: 'none' } }, 429, 2002],
				[{ quota: 0 }, 429, 2001],
			] as const) {
				Object.assign(settings, before, changed);
				found.push(...refused(await preview(), status, [code]));
			}
			Object.assign(settings, before);
			return found;
		},
	},
];
