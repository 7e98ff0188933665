import { ApiProblem, errorBody, type ErrorBody, type Problem } from './errors.mts';
import type { SandboxState } from './state.mts';
import { showOrder } from './views.mts';

/**
 * What servers and gateways do otherwise than the API's document says. Each entry of the table is one
 * deviation: `settings.deviations = { total: 'page', beyondEnd: 404 }` switches two of them on.
 */

type Json = Record<string, unknown>;

/** A request below `/v1/dids`. Deviations may change it before it is handled. */
export interface ApiRequest {
	method: string;
	/** Such as `/orders/9c2-2e2-4b6f`. */
	path: string;
	query: Record<string, unknown>;
	body?: unknown;
}

export interface ApiAnswer {
	status: number;
	/** What is sent as JSON; `null`: nothing. */
	body: unknown;
	/** Sent in place of JSON. */
	text?: { type: string; content: string };
}

/** A list while a page of it is read. */
export interface Listing<T = unknown> {
	/** The key of the answer, such as `orders`. */
	list: string;
	rows: T[];
	page: number;
	pageSize: number;
	meta: Json;
}

/** What a deviation can know beside the answer. */
export interface Occasion {
	request: ApiRequest;
	state: SandboxState;
	/** @returns how often this was asked before with the same key, since the last reset */
	count(key: string): number;
	/** What a deviation keeps from one request to the next. */
	memory: Map<string, unknown>;
}

/**
 * What a deviation is about, for tests that draw some at random:
 * `paging`: every row can still be read · `hiding`: rows are missing from an answer · `lag`: lists show an
 * earlier state · `filters`: what the query asks for is not done · `orders`, `numbers`, `trunkGroups`,
 * `coverage`: form of the records · `money`: fees and previews · `errors`: form of refusals ·
 * `success`: form of answers without a record
 */
export type DeviationKind =
	| 'paging'
	| 'hiding'
	| 'lag'
	| 'filters'
	| 'orders'
	| 'numbers'
	| 'trunkGroups'
	| 'coverage'
	| 'money'
	| 'errors'
	| 'success';

export interface Deviation<V> {
	kinds: DeviationKind[];
	/** What the server does. */
	what: string;
	/** Where such a thing was seen. */
	seen: string;
	/** Values to try; numbers and texts of the same type are taken too. */
	values: readonly V[];
	/** Before the request is handled. */
	request?(value: V, occasion: Occasion): void;
	/** All that there is, before filters. @returns what the list is made from instead */
	source?<T>(value: V, list: string, rows: T[], occasion: Pick<Occasion, 'memory'>): T[];
	/** All rows of a list, before the page is cut out. */
	rows?(value: V, listing: Listing, occasion: Occasion): void;
	/** The rows of the page. */
	page?(value: V, listing: Listing, occasion: Occasion): void;
	/** The whole answer. */
	answer?(value: V, answer: ApiAnswer, occasion: Occasion): void;
}

function deviation<const V>(given: Deviation<V>): Deviation<V> {
	return given;
}

/** A page, and how many times it is spoiled (always, where it does not say). */
export interface SpoiltPage {
	page: number;
	times?: number;
}

const FEES = [
	'zero',
	'missing',
	'null',
	'number',
	'dollar',
	'comma',
	'negative',
	'exponent',
] as const;
type Fees = (typeof FEES)[number];

export const DEVIATIONS = {
	// --- paging ---------------------------------------------------------------------------------
	total: deviation({
		kinds: ['paging'],
		what: 'meta.total of pages is something else: the rows of this page, a text, one more at every other request, 2147483647',
		seen: 'lists whose total is counted elsewhere, estimated, or cached',
		values: [
			'page',
			'missing',
			'text',
			'null',
			'zero',
			'negative',
			'oneTooSmall',
			'oneTooLarge',
			'tenfold',
			'huge',
			'flips',
		],
		page(value, { list, meta, rows }, { count }) {
			const total = Number(meta.total);
			if (value === 'missing') delete meta.total;
			else {
				meta.total = {
					page: rows.length,
					text: String(total),
					null: null,
					zero: 0,
					negative: -1,
					oneTooSmall: total - 1,
					oneTooLarge: total + 1,
					tenfold: total * 10,
					huge: 2147483647,
					flips: total + (count(`total ${list}`) % 2),
				}[value];
			}
		},
	}),
	meta: deviation({
		kinds: ['paging'],
		what: 'answers have no meta, or null for it',
		seen: 'servers that leave out what is not needed',
		values: ['missing', 'null'],
		answer(value, { status, body }) {
			if (status !== 200 || !isObject(body) || !('meta' in body)) return;
			if (value === 'null') body.meta = null;
			else delete body.meta;
		},
	}),
	metaPageSize: deviation({
		kinds: ['paging'],
		what: 'meta.page_size is missing, or the size that was asked for although the page is smaller',
		seen: 'servers with a silent maximum',
		values: ['missing', 'asked'],
		page(value, { meta }, { request }) {
			if (value === 'missing') delete meta.page_size;
			else if (request.query.page_size !== undefined) {
				meta.page_size = Number(request.query.page_size);
			}
		},
	}),
	pageIgnored: deviation({
		kinds: ['paging'],
		what: 'every page is the first one',
		seen: 'servers with other names for the parameter',
		values: [true],
		rows: (_value, listing) => void (listing.page = 1),
	}),
	pageFromZero: deviation({
		kinds: ['paging'],
		what: 'pages are counted from 0: page 1 is the second one',
		seen: 'other APIs',
		values: [true],
		rows: (_value, listing) => void listing.page++,
	}),
	pageSizeIgnored: deviation<number>({
		kinds: ['paging'],
		what: 'a page has so many rows, whatever is asked for and whatever meta.page_size says',
		seen: 'servers with a fixed page size',
		values: [10, 37, 250],
		rows: (value, listing) => void (listing.pageSize = value),
	}),
	lastPageRepeated: deviation({
		kinds: ['paging'],
		what: 'a page beyond the last one is the last one',
		seen: 'page numbers that are clamped',
		values: [true],
		rows(_value, listing) {
			const last = Math.max(1, Math.ceil(listing.rows.length / listing.pageSize));
			listing.page = Math.min(listing.page, last);
		},
	}),
	beyondEnd: deviation({
		kinds: ['paging'],
		what: 'a page beyond the last one is refused',
		seen: 'frameworks whose pages are resources',
		values: [404, 422],
		answer(value, answer, { request }) {
			const rows = rowsOf(answer);
			if (rows?.length !== 0 || Number(request.query.page ?? 1) <= 1) return;
			const code = value === 404 ? 1003 : 1002;
			refuse(answer, { code, detail: 'Page does not exist', field: 'page' });
		},
	}),
	rowTwice: deviation<number>({
		kinds: ['paging'],
		what: 'the row at this place of the list is listed twice in a row',
		seen: 'joins in databases; rows that shift between pages',
		values: [0, 5, 42],
		rows(value, listing) {
			const row = listing.rows[value];
			if (row !== undefined)
				listing.rows = [...listing.rows.slice(0, value), row, ...listing.rows.slice(value)];
		},
	}),
	nullLists: deviation({
		kinds: ['paging'],
		what: 'an empty list is null',
		seen: 'servers in Go',
		values: [true],
		answer(_value, answer) {
			if (rowsOf(answer)?.length === 0 && isObject(answer.body)) {
				answer.body[listKey(answer.body)] = null;
			}
		},
	}),

	// --- hiding ---------------------------------------------------------------------------------
	emptyPage: deviation<SpoiltPage>({
		kinds: ['hiding'],
		what: 'a page comes without its rows, though there are some',
		seen: 'searches that give up after a while and answer with what they have',
		values: [
			{ page: 1, times: 1 },
			{ page: 2, times: 1 },
			{ page: 3, times: 1 },
		],
		page(value, listing, occasion) {
			if (isSpoilt('emptyPage', value, listing, occasion)) listing.rows = [];
		},
	}),
	shortPage: deviation<SpoiltPage>({
		kinds: ['hiding'],
		what: 'a page comes with fewer than half of its rows; the others are on no page',
		seen: 'rows that are filtered after the page was cut out',
		values: [{ page: 1, times: 1 }, { page: 2, times: 1 }, { page: 2 }],
		page(value, listing, occasion) {
			if (!isSpoilt('shortPage', value, listing, occasion)) return;
			listing.rows = listing.rows.slice(0, Math.floor(listing.rows.length * 0.4));
		},
	}),
	rowHidden: deviation<number>({
		kinds: ['hiding'],
		what: 'the row at this place is not listed, but counted',
		seen: 'rows that the caller may not see',
		values: [0, 1, 42],
		rows(value, listing) {
			listing.rows = listing.rows.filter((_row, index) => index !== value);
		},
	}),
	orderUnreadable: deviation({
		kinds: ['hiding', 'orders'],
		what: 'Get Order fails for every third order',
		seen: 'damaged records; orders of another sub-account',
		values: [500, 422, 404, 403],
		answer(value, answer, { request, state }) {
			const order = askedOrder(request, state);
			if (!order || order.item.id % 3 !== 0) return;
			const codes = { 500: 1000, 422: 1000, 404: 1003, 403: 2000 };
			refuse(answer, { code: codes[value], detail: 'The order cannot be read' }, value);
		},
	}),

	// --- lag ------------------------------------------------------------------------------------
	listLag: deviation<number>({
		kinds: ['lag'],
		what: 'lists show each change only after so many requests for them',
		seen: 'replicas and caches',
		values: [1, 2, 3],
		request(value, occasion) {
			// What there was before the first write.
			if (occasion.request.method === 'GET') return;
			for (const [list, rows] of listsOf(occasion.state)) {
				const key = `listLag ${list}`;
				if (!occasion.memory.has(key)) occasion.memory.set(key, Array(value).fill(copy(rows)));
			}
		},
		source<T>(value: number, list: string, rows: T[], { memory }: Pick<Occasion, 'memory'>) {
			const known = memory.get(`listLag ${list}`);
			const earlier: T[][] = Array.isArray(known) ? known : [];
			earlier.push(copy(rows));
			while (earlier.length > value + 1) earlier.shift();
			memory.set(`listLag ${list}`, earlier);
			return earlier[0];
		},
	}),
	orderNotFoundFirst: deviation<number>({
		kinds: ['lag', 'orders'],
		what: 'Get Order answers 404 so many times for each order, then with the order',
		seen: 'replicas',
		values: [1, 3],
		answer(value, answer, { request, state, count }) {
			const order = askedOrder(request, state);
			if (!order || count(`orderNotFoundFirst ${order.id}`) >= value) return;
			refuse(answer, { code: 1003, detail: 'Order was not found' });
		},
	}),
	quantityBeforeNumbers: deviation<number>({
		kinds: ['lag', 'orders'],
		what: 'so many times an order says how many numbers were fulfilled, but lists none',
		seen: 'numbers that are written after the order',
		values: [1, 2, 4],
		answer(value, answer, { count }) {
			for (const item of orderItems(answer)) {
				if (!Array.isArray(item.numbers) || item.numbers.length === 0) continue;
				if (count(`quantityBeforeNumbers ${String(item.id)}`) < value) item.numbers = [];
			}
		},
	}),
	wrongRecord: deviation<number>({
		kinds: ['lag', 'orders', 'trunkGroups'],
		what: 'so many times Get Order and Get Trunk Group answer with another record',
		seen: 'caches',
		values: [1, 3],
		answer(value, answer, { request, state, count }) {
			if (request.method !== 'GET' || answer.status !== 200) return;
			const [, list, id] = request.path.split('/');
			if (!isObject(answer.body) || id === undefined) return;
			const order = state.orders.find((other) => other.id !== id);
			const group = state.trunkGroups.find((other) => String(other.id) !== id);
			if (count(`wrongRecord ${request.path}`) >= value) return;
			if (list === 'orders' && order) answer.body.order = showOrder(state, order);
			if (list === 'trunk_groups' && group) answer.body.trunk_group = copy(group);
		},
	}),

	// --- filters --------------------------------------------------------------------------------
	filtersIgnored: deviation({
		kinds: ['filters'],
		what: 'filters are ignored, countries and regions of DID groups too',
		seen: 'servers with other names for the parameters',
		values: [true],
		request(_value, { request }) {
			request.query = withoutNames(request.query, /^filter_by_/);
		},
	}),
	sort: deviation({
		kinds: ['filters'],
		what: 'sorts are ignored, or go the other way',
		seen: 'other APIs',
		values: ['ignored', 'reversed'],
		request(value, { request }) {
			if (value === 'ignored') {
				request.query = withoutNames(request.query, /^order_by_/);
				return;
			}
			for (const [name, direction] of Object.entries(request.query)) {
				if (/^order_by_/.test(name)) request.query[name] = direction === 'asc' ? 'desc' : 'asc';
			}
		},
	}),

	// --- orders ---------------------------------------------------------------------------------
	orderStatus: deviation({
		kinds: ['orders'],
		what: 'the status of an order is missing, or none that the document knows',
		seen: 'the document itself: its list of order statuses is missing',
		values: ['missing', 'null', 'empty', 'odd'],
		answer(value, answer) {
			for (const order of records(answer, 'order')) setStatus(order, value);
		},
	}),
	itemStatus: deviation({
		kinds: ['orders'],
		what: 'the status of an order item is missing, or none that the document knows',
		seen: 'statuses that were added later',
		values: ['missing', 'null', 'empty', 'odd'],
		answer(value, answer) {
			for (const item of orderItems(answer)) setStatus(item, value);
		},
	}),
	orderedSkus: deviation({
		kinds: ['orders'],
		what: 'the SKUs of an order are in small letters, missing, or a list of texts',
		seen: 'answers that are made from another record than the request',
		values: ['lower', 'missing', 'null', 'noSku', 'texts'],
		answer(value, answer) {
			for (const item of orderItems(answer)) {
				const { ordered } = item;
				if (!isObject(ordered) || !Array.isArray(ordered.numbers)) continue;
				const numbers = ordered.numbers.filter(isObject);
				if (value === 'missing') delete ordered.numbers;
				else {
					ordered.numbers = {
						null: null,
						texts: numbers.map(({ sku }) => sku),
						noSku: numbers.map(({ number }) => ({ number })),
						lower: numbers.map(({ number, sku }) => ({ number, sku: String(sku).toLowerCase() })),
					}[value];
				}
			}
		},
	}),
	quantityOrdersListNumbers: deviation({
		kinds: ['orders'],
		what: 'orders by quantity list the numbers they got under ordered.numbers',
		seen: 'orders that are stored by number',
		values: [true],
		answer(_value, answer) {
			for (const { order_item_type: type, ordered, numbers } of orderItems(answer)) {
				if (type === 'quantity' && isObject(ordered)) ordered.numbers = copy(numbers);
			}
		},
	}),
	orderedQuantity: deviation({
		kinds: ['orders', 'money'],
		what: 'the quantity ordered is 0 until the order is processed, a text, only on the item, or one less',
		seen: 'orders that are priced and checked later',
		values: ['zeroUntilProcessed', 'text', 'itemOnly', 'oneLess'],
		answer(value, answer) {
			for (const order of records(answer, 'order')) {
				for (const place of [order, ...itemsOf(order)]) {
					const { ordered } = place;
					if (!isObject(ordered)) continue;
					const quantity = Number(ordered.quantity);
					if (value === 'itemOnly' && place === order) delete order.ordered;
					if (value === 'text') ordered.quantity = `${quantity} numbers`;
					if (value === 'oneLess') ordered.quantity = Math.max(1, quantity - 1);
					const isNew = /^created$/i.test(String(order.status));
					if (value === 'zeroUntilProcessed' && isNew) ordered.quantity = 0;
				}
			}
		},
	}),
	itemGroup: deviation({
		kinds: ['orders'],
		what: 'the DID group of an order has its id as text, another id, or is missing',
		seen: 'groups that were merged; ids with leading zeros',
		values: ['paddedText', 'text', 'other', 'missing'],
		answer(value, answer) {
			for (const item of orderItems(answer)) {
				const group = item.did_group;
				if (!isObject(group)) continue;
				const id = Number(group.id);
				if (value === 'missing') delete item.did_group;
				else group.id = { paddedText: `0${id}`, text: String(id), other: id + 1 }[value];
			}
		},
	}),
	idsMissing: deviation({
		kinds: ['orders', 'trunkGroups'],
		what: 'orders and trunk groups in lists have no id',
		seen: 'records that are still being created',
		values: ['some', 'all'],
		answer(value, answer) {
			const rows = [...records(answer, 'orders'), ...records(answer, 'trunk_groups')];
			rows.forEach((row, index) => {
				if (value === 'all' || index % 2 === 0) delete row.id;
			});
		},
	}),
	timeForm: deviation({
		kinds: ['orders', 'numbers'],
		what: 'times are written in another form; flips: with and without milliseconds in turn',
		seen: 'two replicas with different versions',
		values: [
			'noMilliseconds',
			'offset',
			'space',
			'epochSeconds',
			'epoch',
			'words',
			'flips',
			'missing',
			'null',
		],
		answer(value, answer, { count }) {
			const odd = value === 'flips' && count('timeForm') % 2 === 1;
			for (const record of [...records(answer, 'order'), ...records(answer, 'number')]) {
				for (const name of ['created_at', 'added_at', 'removed_at']) {
					if (typeof record[name] !== 'string') continue;
					const iso = record[name];
					const time = Date.parse(iso);
					const short = iso.replace(/\.\d+Z$/, 'Z');
					if (value === 'missing') delete record[name];
					else {
						record[name] = {
							noMilliseconds: short,
							offset: new Date(time + 7_200_000).toISOString().replace('Z', '+02:00'),
							space: short.replace('T', ' ').replace('Z', ''),
							epochSeconds: Math.floor(time / 1000),
							epoch: time,
							words: `on ${short.slice(8, 10)}/${short.slice(5, 7)}/${short.slice(0, 4)}`,
							flips: odd ? short : iso,
							null: null,
						}[value];
					}
				}
			}
		},
	}),

	// --- money ----------------------------------------------------------------------------------
	previewIgnored: deviation({
		kinds: ['money'],
		what: 'a preview places the order',
		seen: 'proxies that drop what they do not know',
		values: [true],
		request(_value, { request }) {
			if (isObject(request.body)) request.body = withoutNames(request.body, /^preview$/);
		},
	}),
	previewQuantity: deviation<number>({
		kinds: ['money'],
		what: 'a preview is for this quantity, whatever was asked for',
		seen: 'previews that price one number',
		values: [1],
		answer(value, answer, { request }) {
			if (!isPreview(request)) return;
			for (const order of records(answer, 'order')) {
				for (const { ordered } of [order, ...itemsOf(order)]) {
					if (isObject(ordered)) ordered.quantity = value;
				}
			}
		},
	}),
	previewFees: deviation({
		kinds: ['money'],
		what: 'the fees in a preview are 0.00, missing, or not a decimal in a text',
		seen: 'prices that are not known yet; other APIs',
		values: FEES,
		answer(value, answer, { request }) {
			if (isPreview(request)) for (const item of orderItems(answer)) setFees(item.did_group, value);
		},
	}),
	orderFees: deviation({
		kinds: ['money'],
		what: 'the fees in an order are 0.00, missing, or not a decimal in a text',
		seen: 'orders that are priced later',
		values: FEES,
		answer(value, answer, { request }) {
			if (!isPreview(request))
				for (const item of orderItems(answer)) setFees(item.did_group, value);
		},
	}),
	groupFees: deviation({
		kinds: ['money', 'coverage'],
		what: 'the fees of DID groups are 0.00, missing, or not a decimal in a text',
		seen: 'groups whose price depends on the number',
		values: FEES,
		answer(value, answer) {
			for (const group of records(answer, 'did_groups')) setFees(group, value);
		},
	}),

	// --- numbers --------------------------------------------------------------------------------
	numberStatus: deviation({
		kinds: ['numbers'],
		what: 'the status of an active number is written Active or ACTIVE, or is another one',
		seen: 'the statuses of orders, of which samples show both',
		values: ['title', 'upper', 'suspended'],
		answer(value, answer) {
			for (const row of records(answer, 'number')) {
				const status = String(row.status);
				if (value === 'upper') row.status = status.toUpperCase();
				if (value === 'title') row.status = status.charAt(0).toUpperCase() + status.slice(1);
				if (value === 'suspended' && status === 'active') row.status = 'suspended';
			}
		},
	}),
	numberForm: deviation({
		kinds: ['numbers', 'orders'],
		what: 'phone numbers are written +12074063052, 1-207-406-3052, or as JSON numbers; flips: with and without + in turn',
		seen: 'two replicas with different versions; other APIs',
		values: ['plus', 'dashes', 'json', 'flips'],
		answer(value, answer, { count }) {
			const flips = value === 'flips' && count('numberForm') % 2 === 0;
			eachValue(answer.body, 'number', (text) => {
				if (flips) return text;
				if (value === 'json') return text.startsWith('0') ? text : Number(text);
				if (value === 'dashes') return text.replace(/^1(\d{3})(\d{3})(\d{4})$/, '1-$1-$2-$3');
				return `+${text.replace(/^011/, '')}`;
			});
		},
	}),
	cnamForm: deviation({
		kinds: ['numbers'],
		what: 'the caller ID is listed in capitals, or its type as Business',
		seen: 'the telephone network, which knows capitals only',
		values: ['upperName', 'titleType'],
		answer(value, answer) {
			for (const { cnam } of records(answer, 'number')) {
				if (!isObject(cnam)) continue;
				for (const setting of [cnam.current, cnam.pending]) {
					if (!isObject(setting) || typeof setting.name !== 'string') continue;
					if (value === 'upperName') setting.name = setting.name.toUpperCase();
					else setting.type = setting.type === 'business' ? 'Business' : 'Residential';
				}
			}
		},
	}),

	// --- trunk groups ---------------------------------------------------------------------------
	trunkGroupFields: deviation({
		kinds: ['trunkGroups'],
		what: 'a trunk group lacks its settings, has them in camelCase, or has its ports or id as text',
		seen: 'other APIs',
		values: ['missing', 'camelCase', 'portText', 'idText'],
		answer(value, answer) {
			for (const group of records(answer, 'trunk_group')) {
				if (value === 'idText') group.id = String(group.id);
				if (value === 'portText' && Array.isArray(group.switches)) {
					group.switches = group.switches.map((entry) => ({ ...entry, port: String(entry.port) }));
				}
				if (value === 'camelCase') {
					Object.assign(group, { ringType: group.ring_type, isDefault: group.is_default });
				}
				if (value === 'camelCase' || value === 'missing') {
					delete group.ring_type;
					delete group.is_default;
				}
				if (value === 'missing') {
					delete group.pop;
					delete group.switches;
				}
			}
		},
	}),
	trunkGroupName: deviation({
		kinds: ['trunkGroups'],
		what: 'the name of a trunk group comes back escaped for HTML, in capitals, with decomposed letters, or with single blanks',
		seen: 'servers that clean what they are given',
		values: ['escaped', 'upper', 'decomposed', 'squeezed'],
		answer(value, answer) {
			for (const group of records(answer, 'trunk_group')) {
				const name = String(group.name);
				group.name = {
					escaped: name.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/#/g, '&#35;'),
					upper: name.toUpperCase(),
					decomposed: name.normalize('NFD'),
					squeezed: name.trim().replace(/\s+/g, ' '),
				}[value];
			}
		},
	}),

	// --- coverage -------------------------------------------------------------------------------
	supportsBrowse: deviation({
		kinds: ['coverage'],
		what: 'supports_browse is "true", 1, or missing',
		seen: 'other APIs',
		values: ['text', 'number', 'missing'],
		answer(value, answer) {
			for (const group of records(answer, 'did_groups')) {
				const browse = Boolean(group.supports_browse);
				if (value === 'missing') delete group.supports_browse;
				else group.supports_browse = value === 'text' ? String(browse) : Number(browse);
			}
		},
	}),
	browseRows: deviation({
		kinds: ['coverage'],
		what: 'every other number to choose from has no SKU, or no number',
		seen: 'numbers that are being ordered',
		values: ['noSku', 'noNumber'],
		answer(value, answer, { request }) {
			if (!request.path.endsWith('/browse_numbers')) return;
			records(answer, 'numbers').forEach((row, index) => {
				if (index % 2 === 0) delete row[value === 'noSku' ? 'sku' : 'number'];
			});
		},
	}),
	countryIso: deviation({
		kinds: ['coverage'],
		what: 'every other country has no code, or has it in small letters',
		seen: 'territories without a code of their own',
		values: ['missing', 'lower'],
		answer(value, answer) {
			records(answer, 'countries').forEach((country, index) => {
				if (index % 2 === 1) return;
				if (value === 'missing') delete country.iso;
				else country.iso = String(country.iso).toLowerCase();
			});
		},
	}),

	// --- errors ---------------------------------------------------------------------------------
	errorForm: deviation({
		kinds: ['errors'],
		what: 'a refusal has its errors as an object, a map by field, or texts; or it is a message, problem+json, text, a page, or nothing',
		seen: "AWS's API Gateway (message), frameworks (map, problem+json), proxies (text, page, nothing)",
		values: [
			'object',
			'map',
			'texts',
			'nullEntry',
			'message',
			'error',
			'problemJson',
			'plainText',
			'html',
			'empty',
		],
		answer(value, answer) {
			if (!isObject(answer.body) || !Array.isArray(answer.body.errors)) return;
			const { errors, ...rest } = answer.body;
			const [first]: Json[] = errors;
			const detail = String(first.detail);
			const status = answer.status;
			const forms: Record<Exclude<typeof value, 'plainText' | 'html' | 'empty'>, unknown> = {
				object: { ...rest, errors: first },
				map: { ...rest, errors: { [String(first.field ?? 'base')]: [detail] } },
				texts: { ...rest, errors: errors.map((error) => error.detail) },
				nullEntry: { ...rest, errors: [null, ...errors] },
				message: { message: detail },
				error: { error: detail },
				problemJson: { type: 'about:blank', title: first.title, status, detail },
			};
			if (value === 'empty') answer.body = null;
			else if (value === 'plainText') answer.text = { type: 'text/plain', content: detail };
			else if (value === 'html') answer.text = { type: 'text/html', content: errorPage(status) };
			else answer.body = forms[value];
		},
	}),
	errorStatus: deviation<number>({
		kinds: ['errors'],
		what: 'every refusal has this HTTP status',
		seen: 'servers that say in the body alone that something went wrong (200)',
		values: [200, 400],
		answer(value, answer) {
			if (answer.status >= 400) answer.status = value;
		},
	}),
	errorSize: deviation({
		kinds: ['errors'],
		what: 'a refusal has 500 errors, or a detail of a million characters',
		seen: 'traces of a stack in an error',
		values: ['manyErrors', 'longDetail'],
		answer(value, { body }) {
			if (!isObject(body) || !Array.isArray(body.errors)) return;
			const [first]: Json[] = body.errors;
			const detail = String(first.detail);
			body.errors =
				value === 'manyErrors'
					? Array(500).fill(first)
					: [{ ...first, detail: detail + '.'.repeat(1_000_000) }];
		},
	}),
	partialErrors: deviation({
		kinds: ['errors', 'hiding'],
		what: 'a list comes with half of its rows and with errors, as a success',
		seen: 'servers that ask several others',
		values: [true],
		answer(_value, answer, { request }) {
			const rows = rowsOf(answer);
			if (!rows || !isObject(answer.body)) return;
			answer.body[listKey(answer.body)] = rows.slice(0, Math.floor(rows.length / 2));
			const { errors } = errorOf({ code: 1000, detail: `A part of ${request.path} is missing` });
			answer.body.errors = errors;
		},
	}),

	// --- success --------------------------------------------------------------------------------
	noContent: deviation({
		kinds: ['success'],
		what: 'what the document answers with 204 is a 200 without a body, with {}, or with a message',
		seen: 'gateways that know no 204',
		values: ['empty200', 'object', 'message'],
		answer(value, answer) {
			if (answer.status !== 204) return;
			answer.status = 200;
			if (value === 'empty200') answer.text = { type: 'application/json', content: '' };
			else answer.body = value === 'object' ? {} : { message: 'OK' };
		},
	}),
	okMessage: deviation({
		kinds: ['success'],
		what: 'successes carry a message beside what they answer, and an empty list of errors',
		seen: 'envelopes that are the same for every answer',
		values: [true],
		answer(_value, { status, body }) {
			if (status < 300 && isObject(body)) Object.assign(body, { message: 'OK', errors: [] });
		},
	}),
};

export type DeviationName = keyof typeof DEVIATIONS;

/** Which deviations are on, with their values. */
export type Deviations = {
	[N in DeviationName]?: (typeof DEVIATIONS)[N]['values'][number];
};

type Stage = 'request' | 'rows' | 'page' | 'answer';

/** Applies the deviations of the settings, in the order in which they are given there. */
export class Deviator {
	private readonly counts = new Map<string, number>();
	readonly memory = new Map<string, unknown>();

	constructor(private readonly state: SandboxState) {}

	forget(): void {
		this.counts.clear();
		this.memory.clear();
	}

	get isOn(): boolean {
		return Object.keys(this.state.settings.deviations).length > 0;
	}

	request(request: ApiRequest): void {
		this.apply('request', request, undefined);
	}

	source<T>(list: string, rows: T[]): T[] {
		const { listLag } = this.state.settings.deviations;
		if (listLag === undefined) return rows;
		return DEVIATIONS.listLag.source?.(listLag, list, rows, this) ?? rows;
	}

	rows<T>(request: ApiRequest, listing: Listing<T>): void {
		this.apply('rows', request, listing);
	}

	page<T>(request: ApiRequest, listing: Listing<T>): void {
		this.apply('page', request, listing);
	}

	answer(request: ApiRequest, answer: ApiAnswer): void {
		this.apply('answer', request, answer);
	}

	private apply(stage: Stage, request: ApiRequest, target: unknown): void {
		const occasion: Occasion = {
			request,
			state: this.state,
			memory: this.memory,
			count: (key) => {
				const before = this.counts.get(key) ?? 0;
				this.counts.set(key, before + 1);
				return before;
			},
		};
		for (const [name, value] of Object.entries(this.state.settings.deviations)) {
			const entry: AnyDeviation | undefined = TABLE[name];
			if (!entry) throw new Error(`The sandbox knows no deviation ${name}`);
			if (value === undefined) continue;
			if (stage === 'request') entry.request?.(value, occasion);
			else entry[stage]?.(value, target, occasion);
		}
	}
}

/** An entry of the table, whatever its value is: the name in the settings belongs to the value beside it. */
interface AnyDeviation {
	kinds: DeviationKind[];
	values: readonly unknown[];
	request?(value: unknown, occasion: Occasion): void;
	rows?(value: unknown, target: unknown, occasion: Occasion): void;
	page?(value: unknown, target: unknown, occasion: Occasion): void;
	answer?(value: unknown, target: unknown, occasion: Occasion): void;
}

const TABLE = DEVIATIONS as unknown as Record<string, AnyDeviation>;

// --- what the transforms share ------------------------------------------------------------------

function isObject(value: unknown): value is Json {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function copy<T>(value: T): T {
	return structuredClone(value);
}

function listKey(body: Json): string {
	return Object.keys(body).find((key) => Array.isArray(body[key]) && key !== 'errors') ?? '';
}

/** @returns the rows of an answer that is a list */
function rowsOf({ status, body }: ApiAnswer): unknown[] | null {
	if (status !== 200 || !isObject(body)) return null;
	const rows = body[listKey(body)];
	return Array.isArray(rows) ? rows : null;
}

/** @returns the records of a kind, one or a list: `order` finds `order` and `orders` */
function records(answer: ApiAnswer, kind: string): Json[] {
	const { body } = answer;
	if (!isObject(body)) return [];
	return [body[kind], body[`${kind}s`]].flat().filter(isObject);
}

function itemsOf(order: Json): Json[] {
	return Array.isArray(order.order_items) ? order.order_items.filter(isObject) : [];
}

function orderItems(answer: ApiAnswer): Json[] {
	return records(answer, 'order').flatMap(itemsOf);
}

function askedOrder({ method, path }: ApiRequest, state: SandboxState) {
	const id = /^\/orders\/([^/]+)$/.exec(path)?.[1];
	return method === 'GET' && id !== undefined ? state.order(decodeURIComponent(id)) : undefined;
}

function isPreview({ method, path, body }: ApiRequest): boolean {
	return method === 'POST' && path === '/orders' && isObject(body) && body.preview === true;
}

function setStatus(record: Json, value: 'missing' | 'null' | 'empty' | 'odd'): void {
	if (value === 'missing') delete record.status;
	else record.status = { null: null, empty: '', odd: 'On Hold' }[value];
}

function setFees(group: unknown, value: Fees): void {
	if (!isObject(group) || !isObject(group.fees)) return;
	if (value === 'missing') delete group.fees;
	else {
		for (const [name, fee] of Object.entries(group.fees)) {
			const text = String(fee);
			group.fees[name] = {
				zero: '0.00',
				null: null,
				number: Number(text),
				dollar: `$${text}`,
				comma: text.replace('.', ','),
				negative: `-${text}`,
				exponent: Number(text).toExponential(),
			}[value];
		}
	}
}

function withoutNames(given: Json, names: RegExp): Json {
	return Object.fromEntries(Object.entries(given).filter(([name]) => !names.test(name)));
}

function isSpoilt(
	name: string,
	{ page, times }: SpoiltPage,
	listing: Listing,
	{ count }: Occasion,
): boolean {
	if (listing.page !== page || listing.rows.length === 0) return false;
	return times === undefined || count(`${name} ${listing.list}`) < times;
}

/** Replaces every text under this name, wherever it is. */
function eachValue(value: unknown, name: string, change: (text: string) => unknown): void {
	if (Array.isArray(value)) value.forEach((entry) => eachValue(entry, name, change));
	if (!isObject(value)) return;
	for (const [key, inner] of Object.entries(value)) {
		if (key === name && typeof inner === 'string') value[key] = change(inner);
		else eachValue(inner, name, change);
	}
}

function errorOf(problem: Problem): ErrorBody {
	return errorBody(new ApiProblem(problem), 'deviation');
}

function refuse(answer: ApiAnswer, problem: Problem, status?: number): void {
	const body = errorOf(problem);
	answer.status = status ?? body.status;
	answer.body = { ...body, status: answer.status };
}

function errorPage(status: number): string {
	return `<html><head><title>${status}</title></head><body>nginx</body></html>`;
}

function listsOf(state: SandboxState): Array<[string, unknown[]]> {
	return [
		['orders', state.orders],
		['numbers', state.numbers],
		['trunk_groups', state.trunkGroups],
	];
}
