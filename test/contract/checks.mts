import type { AxiosInstance, AxiosResponse } from 'axios';
import { differences, type ShapeName } from './shapes.mts';

/** What the checks found out about the account, for the checks that come after. */
export interface Facts {
	countryWithRegions?: string;
	/** Of that country. */
	regions?: string[];
	countryWithoutRegions?: string;
	countryWithoutTollFree?: string;
	browsableGroup?: number;
	orderId?: string;
	number?: string;
	cnamNumber?: string;
	plainNumber?: string;
	defaultTrunkGroup?: number;
	/** Made by the checks that write, and deleted by them. */
	trunkGroup?: number;
	trunkGroupName?: string;
}

export interface Check {
	/** The section of the reference. */
	section: string;
	name: string;
	writes?: boolean;
	/** Returns differences from the reference; none is good. `null`: the account has nothing to check. */
	run(api: AxiosInstance, facts: Facts): Promise<string[] | null>;
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
	const errors: Array<Record<string, unknown>> = response.data?.errors ?? [];
	const told = errors.map((error) => error.code);
	if (!codes.some((code) => told.includes(code))) {
		found.push(`code ${told.join(', ') || 'missing'} instead of ${codes.join(' or ')}`);
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
	return Array.isArray(response.data?.[key]) ? response.data[key] : [];
}

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
					if (group.supports_browse && Number(group.quantity) > 1) {
						facts.browsableGroup ??= Number(group.id);
					}
				}
				if (facts.browsableGroup) break;
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
			return good(await api.get('coverage/did_groups', { params }), 'didGroups');
		},
	},
	{
		section: 'Get DID Groups',
		name: 'lists toll-free groups without a region',
		async run(api, facts) {
			const params = { country_iso: facts.countryWithRegions, toll_free: true };
			return good(await api.get('coverage/did_groups', { params }), 'didGroups');
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
		section: 'Create Order',
		name: 'previews an order and creates nothing',
		async run(api, facts) {
			if (!facts.browsableGroup) return null;
			const before = await api.get(ORDERS);
			const response = await api.post(ORDERS, {
				preview: true,
				order_items: [{ did_group_id: facts.browsableGroup, quantity: 1 }],
			});
			const after = await api.get(ORDERS);
			const found = good(response, 'preview', [200, 201]);
			if (response.data?.order?.order_items?.[0]?.status !== 'Preview') {
				found.push('the item status is not Preview');
			}
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
		name: 'creates an order by quantity',
		writes: true,
		async run(api, facts) {
			if (!facts.browsableGroup) return null;
			const order_items = [{ did_group_id: facts.browsableGroup, quantity: 1 }];
			const response = await api.post(ORDERS, { order_items });
			facts.orderId = response.data?.order?.id;
			return good(response, 'order', [200, 201]);
		},
	},
	{
		section: 'Create Order',
		name: 'creates an order by SKU',
		writes: true,
		async run(api, facts) {
			if (!facts.browsableGroup) return null;
			const path = `coverage/did_groups/${facts.browsableGroup}/browse_numbers`;
			const [chosen] = rows(await api.get(path), 'numbers');
			if (!chosen) return null;
			const order_items = [{ did_group_id: facts.browsableGroup, did_skus: [chosen.sku] }];
			return good(await api.post(ORDERS, { order_items }), 'order', [200, 201]);
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
		section: 'Get Order',
		name: 'shows an order with its item and numbers',
		async run(api, facts) {
			if (!facts.orderId) return null;
			return good(await api.get(`orders/${facts.orderId}`), 'order');
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
				const cnam = row.cnam as { pending: unknown } | null;
				if (cnam && cnam.pending === null) facts.cnamNumber ??= String(row.number);
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
		name: 'sorts by number and by date, both ways',
		async run(api) {
			const found: string[] = [];
			for (const field of ['number', 'added_at']) {
				for (const direction of ['asc', 'desc']) {
					const response = await api.get('numbers', {
						params: { [`order_by_${field}`]: direction },
					});
					const values = rows(response, 'numbers').map((row) => String(row[field]));
					const sorted = [...values].sort();
					if (direction === 'desc') sorted.reverse();
					if (values.join() !== sorted.join()) found.push(`not sorted by ${field} ${direction}`);
				}
			}
			return found;
		},
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
			facts.trunkGroupName = `contract ${Date.now()}`;
			const response = await api.post(TRUNK_GROUPS, { name: facts.trunkGroupName });
			const made = response.data?.trunk_group;
			facts.trunkGroup = made?.id;
			const found = good(response, 'trunkGroup', [200, 201]);
			if (made?.ring_type !== 'simultaneous' || made?.pop !== 'US' || made?.is_default !== false) {
				found.push(`other defaults: ${brief(made)}`);
			}
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
		name: 'replaces: what is left out goes back to its default',
		writes: true,
		async run(api, facts) {
			if (!facts.trunkGroup) return null;
			const path = `trunk_groups/${facts.trunkGroup}`;
			const name = facts.trunkGroupName;
			const switches = [{ ip: '203.0.113.10', port: 5070 }];
			await api.put(path, { name, ring_type: 'sequential', pop: 'UK', switches });
			const response = await api.put(path, { name });
			const now = response.data?.trunk_group;
			const found = good(response, 'trunkGroup');
			if (now?.ring_type !== 'simultaneous' || now?.pop !== 'US') found.push('fields were kept');
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
			return [...assigned, ...noContent(await put(null))];
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
		name: 'deletes one, but not the default (4006)',
		writes: true,
		async run(api, facts) {
			if (!facts.trunkGroup || !facts.defaultTrunkGroup) return null;
			return [
				...noContent(await api.delete(`trunk_groups/${facts.trunkGroup}`)),
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
];
