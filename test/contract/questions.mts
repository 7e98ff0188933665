import type { AxiosInstance, AxiosResponse } from 'axios';
import type { SandboxSettings } from '../sandbox/settings.mts';

/**
 * What the document leaves open, and how to find it out. An answer is the value of the local sandbox's
 * switch, so that the local sandbox can be made to behave like the server that was asked.
 */
export interface Question {
	question: string;
	/** The switch of the local sandbox (test/sandbox/settings.mts). */
	setting?: keyof SandboxSettings;
	writes?: boolean;
	/** @returns the answer, or `UNKNOWN` where the account has nothing to answer it with */
	ask(api: AxiosInstance): Promise<Answer>;
}

export type Answer = string | number | boolean | null;

export const UNKNOWN = 'not known';

type Row = Record<string, unknown>;

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null;

function rows(response: AxiosResponse, list: string): Row[] {
	const found: unknown = response.data?.[list];
	return Array.isArray(found) ? found.filter(isRow) : [];
}

const at = (value: unknown, ...path: string[]): unknown =>
	path.reduce<unknown>((inner, key) => (isRow(inner) ? inner[key] : undefined), value);

const list = async (api: AxiosInstance, name: string, params: object = {}): Promise<Row[]> =>
	rows(await api.get(name, { params }), name);

async function direction(api: AxiosInstance, name: string, time: string): Promise<Answer> {
	const values = (await list(api, name)).map((row) => String(row[time]));
	const sorted = [...values].sort();
	if (new Set(values).size < 3) return UNKNOWN;
	if (values.join() === sorted.join()) return 'oldest';
	return values.join() === sorted.reverse().join() ? 'newest' : 'in no order';
}

interface Coverage {
	country: Row;
	region: string | undefined;
	groups: Row[];
}

/** More countries and regions than these are not asked for. */
const PLACES_AT_MOST = 60;

/** DID groups, place by place. */
async function* coverage(api: AxiosInstance): AsyncGenerator<Coverage> {
	let left = PLACES_AT_MOST;
	for (const country of rows(await api.get('coverage/countries'), 'countries')) {
		const path = `coverage/countries/${String(country.iso)}/regions`;
		const regions = country.has_regions
			? rows(await api.get(path), 'regions').map(({ code }) => String(code))
			: [undefined];
		for (const region of regions) {
			if (left-- <= 0) return;
			const params = { country_iso: country.iso, region_code: region };
			const groups = rows(await api.get('coverage/did_groups', { params }), 'did_groups');
			yield { country, region, groups };
		}
	}
}

async function find(
	api: AxiosInstance,
	accept: (place: Coverage, group: Row) => boolean,
): Promise<(Coverage & { group: Row }) | null> {
	for await (const place of coverage(api)) {
		const group = place.groups.find((candidate) => accept(place, candidate));
		if (group) return { ...place, group };
	}
	return null;
}

/** @returns the answer to a preview of one order item */
async function preview(api: AxiosInstance, item: object): Promise<AxiosResponse> {
	return await api.post('orders', { preview: true, order_items: [item] });
}

const isUs = ({ country }: Coverage) => country.iso === 'US';

/** Bounded: a limit that is higher than this is not looked for. */
const REQUESTS_AT_MOST = 60;

export const QUESTIONS: Question[] = [
	{
		question: 'In which order are orders listed?',
		setting: 'ordersSort',
		ask: async (api) => await direction(api, 'orders', 'created_at'),
	},
	{
		question: 'In which order are numbers listed?',
		setting: 'numbersSort',
		ask: async (api) => await direction(api, 'numbers', 'added_at'),
	},
	{
		question: 'Which of several sorts decides first?',
		setting: 'sortPrecedence',
		async ask(api) {
			const sorted = async (params: object) =>
				(await list(api, 'numbers', params)).map((row) => String(row.number)).join();
			const country = { order_by_country_name: 'asc' };
			const number = { order_by_number: 'desc' };
			// In the document's table the country comes before the number.
			const both = await sorted({ ...country, ...number });
			const reversed = await sorted({ ...number, ...country });
			if (both === reversed) return both === (await sorted(number)) ? UNKNOWN : 'document';
			return both === (await sorted(country)) ? 'first' : 'query';
		},
	},
	{
		question: 'Are the filters of Get Numbers case-sensitive?',
		setting: 'filterCase',
		async ask(api) {
			const [row] = await list(api, 'numbers');
			const name = String(at(row, 'did_group', 'country', 'name'));
			const other = name === name.toUpperCase() ? name.toLowerCase() : name.toUpperCase();
			const found = await list(api, 'numbers', { filter_by_country_name: other });
			return found.length > 0 ? 'any' : 'exact';
		},
	},
	{
		question: 'What does meta.total of Get Numbers count where a filter is set?',
		setting: 'totals',
		async ask(api) {
			const all = await api.get('numbers');
			const found = rows(all, 'numbers');
			if (found.length < 2) return UNKNOWN;
			const params = { filter_by_number: found[0].number };
			const { data } = await api.get('numbers', { params });
			const total: unknown = data?.meta?.total;
			if (total === 1) return 'filtered';
			const removed = found.filter(({ status }) => status === 'removed').length;
			if (removed > 0 && total === found.length - removed) return 'active';
			return total === all.data?.meta?.total ? 'account' : JSON.stringify(total ?? 'missing');
		},
	},
	{
		question: 'What is the largest page size?',
		setting: 'maxPageSize',
		async ask(api) {
			for (const page_size of [10_000, 1_000, 500, 200]) {
				const { status, data } = await api.get('numbers', { params: { page_size } });
				const size: unknown = data?.meta?.page_size;
				if (status === 200 && typeof size === 'number') return size;
			}
			return 100;
		},
	},
	{
		question: 'What becomes of a page size that is too large?',
		setting: 'pageSizeOverLimit',
		async ask(api) {
			const { status, data } = await api.get('numbers', { params: { page_size: 100_000 } });
			if (status >= 500) return 'break';
			if (status !== 200) return 'error';
			const size: unknown = data?.meta?.page_size;
			if (size === 100_000) return 'honoured';
			const near = await api.get('numbers', { params: { page_size: 101 } });
			return size === 100 && near.data?.meta?.page_size === 101 ? 'default' : 'cap';
		},
	},
	{
		question: 'Is a page of seven rows refused?',
		async ask(api) {
			return (await api.get('numbers', { params: { page_size: 7 } })).status !== 200;
		},
	},
	{
		question: 'What is the answer to a page beyond the last one?',
		async ask(api) {
			const { status, data } = await api.get('numbers', { params: { page: 9_999 } });
			if (status !== 200) return `HTTP ${status}`;
			const found: unknown = data?.numbers;
			return Array.isArray(found) && found.length > 0
				? `${found.length} rows`
				: JSON.stringify(found);
		},
	},
	{
		question: 'Is a region refused where the country has none?',
		setting: 'regionWhereNone',
		async ask(api) {
			const place = await find(api, ({ region }) => region === undefined);
			if (!place) return UNKNOWN;
			const params = { country_iso: place.country.iso, region_code: 'US-ME' };
			const { status } = await api.get('coverage/did_groups', { params });
			return status === 200 ? 'ignored' : 'refused';
		},
	},
	{
		question: 'Is a region refused for toll-free numbers?',
		setting: 'tollFreeWithRegion',
		async ask(api) {
			const place = await find(api, isUs);
			if (!place) return UNKNOWN;
			const params = { country_iso: 'US', region_code: place.region, toll_free: true };
			const { status } = await api.get('coverage/did_groups', { params });
			return status === 200 ? 'ignored' : 'refused';
		},
	},
	{
		question: 'Are names that the document does not have refused?',
		setting: 'unknownNames',
		async ask(api) {
			const { status } = await api.get('numbers', { params: { order_by_nothing: 'asc' } });
			return status === 200 ? 'ignored' : 'refused';
		},
	},
	{
		question: 'Are more US numbers than are in stock refused?',
		setting: 'usAboveStock',
		async ask(api) {
			const place = await find(api, (entry, { quantity }) => isUs(entry) && Number(quantity) < 100);
			if (!place) return UNKNOWN;
			const { id: did_group_id, quantity } = place.group;
			const { status } = await preview(api, { did_group_id, quantity: Number(quantity) + 1 });
			return status < 300 ? 'accepted' : 'refused';
		},
	},
	{
		question: 'What becomes of an order with a quantity and SKUs?',
		setting: 'quantityWithSkus',
		async ask(api) {
			const place = await find(
				api,
				(_entry, group) => group.supports_browse === true && Number(group.quantity) > 2,
			);
			if (!place) return UNKNOWN;
			const { id: did_group_id } = place.group;
			const path = `coverage/did_groups/${String(did_group_id)}/browse_numbers`;
			const [chosen] = rows(await api.get(path), 'numbers');
			const item = { did_group_id, quantity: 2, did_skus: [chosen?.sku] };
			const { status, data } = await preview(api, item);
			if (status >= 300) return 'refused';
			return at(data, 'order', 'ordered', 'quantity') === 2 ? 'quantity' : 'skus';
		},
	},
	{
		question: 'What is the id in a preview?',
		setting: 'previewId',
		async ask(api) {
			const place = await find(api, (_entry, { quantity }) => Number(quantity) > 0);
			if (!place) return UNKNOWN;
			const { data } = await preview(api, { did_group_id: place.group.id, quantity: 1 });
			const id = at(data, 'order', 'id');
			if (id === null) return 'null';
			return id === undefined ? 'missing' : 'text';
		},
	},
	{
		question: 'Is an order with the same content as one before accepted?',
		setting: 'duplicateOrders',
		writes: true,
		async ask(api) {
			const place = await find(api, (_entry, { quantity }) => Number(quantity) > 2);
			if (!place) return UNKNOWN;
			const order_items = [{ did_group_id: place.group.id, quantity: 1 }];
			const first = await api.post('orders', { order_items });
			const second = await api.post('orders', { order_items });
			if (second.status >= 300) return 'refused';
			return at(first.data, 'order', 'id') === at(second.data, 'order', 'id') ? 'same' : 'accepted';
		},
	},
	{
		question: 'Does Create Order answer 200 or 201?',
		setting: 'orderCreateStatus',
		writes: true,
		async ask(api) {
			const place = await find(api, (_entry, { quantity }) => Number(quantity) > 2);
			if (!place) return UNKNOWN;
			const order_items = [{ did_group_id: place.group.id, quantity: 2 }];
			return (await api.post('orders', { order_items })).status;
		},
	},
	{
		question: 'What is the status of an order item that was just created?',
		setting: 'createdItemStatus',
		writes: true,
		async ask(api) {
			const place = await find(api, (_entry, { quantity }) => Number(quantity) > 1);
			if (!place) return UNKNOWN;
			const order_items = [{ did_group_id: place.group.id, quantity: 1 }];
			const { data } = await api.post('orders', { order_items });
			return String(at(data, 'order', 'order_items', '0', 'status'));
		},
	},
	{
		question: 'What becomes of what Update Trunk Group leaves out?',
		setting: 'updateLeavesOut',
		writes: true,
		async ask(api) {
			const name = `question ${Date.now()}`;
			const made = await api.post('trunk_groups', { name, pop: 'UK', ring_type: 'sequential' });
			const path = `trunk_groups/${String(at(made.data, 'trunk_group', 'id'))}`;
			const updated = await api.put(path, { name });
			await api.delete(path);
			return at(updated.data, 'trunk_group', 'pop') === 'UK' ? 'kept' : 'default';
		},
	},
	{
		question: 'Is what was just created listed at once?',
		writes: true,
		async ask(api) {
			const name = `question ${Date.now()}`;
			const made = await api.post('trunk_groups', { name });
			const groups = await list(api, 'trunk_groups');
			await api.delete(`trunk_groups/${String(at(made.data, 'trunk_group', 'id'))}`);
			return groups.some((group) => group.name === name);
		},
	},
	{
		question: 'Which statuses do the orders have?',
		async ask(api) {
			const seen = (await list(api, 'orders')).map(({ status }) => String(status));
			return [...new Set(seen)].sort().join(', ') || UNKNOWN;
		},
	},
	{
		question: 'Do answers carry the date?',
		setting: 'dateHeader',
		ask: async (api) => (await api.get('coverage/countries')).headers.date !== undefined,
	},
	{
		question: 'Are requests throttled, and with which Retry-After?',
		async ask(api) {
			for (let sent = 1; sent <= REQUESTS_AT_MOST; sent++) {
				const { status, headers } = await api.get('coverage/countries');
				if (status !== 429) continue;
				return `after ${sent} requests in a row, Retry-After: ${headers['retry-after'] ?? 'none'}`;
			}
			return `not within ${REQUESTS_AT_MOST} requests in a row`;
		},
	},
];
