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
	/** How many answers came before this one, since the last reset. */
	answered: number;
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
	/** Values to try. */
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

/** How a status is written that says nothing. */
const STATUSES = {
	missing: (record: Json) => set(record, 'status', undefined),
	null: (record: Json) => set(record, 'status', null),
	empty: (record: Json) => set(record, 'status', ''),
	odd: (record: Json) => set(record, 'status', 'On Hold'),
};

/** How the fees of a DID group are written. */
const FEES = {
	zero: (group: Json) => setFees(group, () => '0.00'),
	missing: (group: Json) => set(group, 'fees', undefined),
	null: (group: Json) => setFees(group, () => null),
	number: (group: Json) => setFees(group, Number),
	dollar: (group: Json) => setFees(group, (fee) => `$${fee}`),
	comma: (group: Json) => setFees(group, (fee) => fee.replace('.', ',')),
	negative: (group: Json) => setFees(group, (fee) => `-${fee}`),
	exponent: (group: Json) => setFees(group, (fee) => Number(fee).toExponential()),
	object: (group: Json) => setFees(group, (amount) => ({ amount, currency: 'USD' })),
};

function deviation<const V>(given: Deviation<V>): Deviation<V> {
	return given;
}

/**
 * A deviation whose values are forms: each writes something of an answer in its own way.
 * @param given `of` finds what is written
 */
function forms<T, N extends string>({
	of,
	write,
	...given
}: Pick<Deviation<N>, 'kinds' | 'what' | 'seen'> & {
	of(answer: ApiAnswer, occasion: Occasion): T[];
	write: Record<N, (target: T, occasion: Occasion, index: number) => void>;
}): Deviation<N> {
	return {
		...given,
		values: keysOf(write),
		answer(value, answer, occasion) {
			of(answer, occasion).forEach((target, index) => write[value](target, occasion, index));
		},
	};
}

function identityOf(row: unknown): unknown {
	const { id, number, iso, code } = row as Json;
	return id ?? number ?? iso ?? code;
}

/** A page, and how many times it is spoiled (always, where it does not say). */
export interface SpoiltPage {
	page: number;
	times?: number;
}

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
			set(
				meta,
				'total',
				{
					page: rows.length,
					missing: undefined,
					text: String(total),
					null: null,
					zero: 0,
					negative: -1,
					oneTooSmall: total - 1,
					oneTooLarge: total + 1,
					tenfold: total * 10,
					huge: 2147483647,
					flips: total + (count(`total ${list}`) % 2),
				}[value],
			);
		},
	}),
	meta: forms({
		kinds: ['paging'],
		what: 'answers have no meta, or null for it',
		seen: 'servers that leave out what is not needed',
		of: ({ status, body }) => (status === 200 && isObject(body) && 'meta' in body ? [body] : []),
		write: {
			missing: (body) => set(body, 'meta', undefined),
			null: (body) => set(body, 'meta', null),
		},
	}),
	metaPageSize: deviation({
		kinds: ['paging'],
		what: 'meta.page_size is missing, or the size that was asked for although the page is smaller',
		seen: 'servers with a silent maximum',
		values: ['missing', 'asked'],
		page(value, { meta }, { request: { query } }) {
			const asked = query.page_size === undefined ? meta.page_size : Number(query.page_size);
			set(meta, 'page_size', value === 'asked' ? asked : undefined);
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
			const { rows } = listing;
			if (value >= rows.length) return;
			listing.rows = [...rows.slice(0, value), rows[value], ...rows.slice(value)];
		},
	}),
	nullLists: deviation({
		kinds: ['paging'],
		what: 'an empty list is null, or left out',
		seen: 'servers in Go',
		values: [true, 'missing'],
		answer(value, answer) {
			if (rowsOf(answer)?.length === 0 && isObject(answer.body)) {
				set(answer.body, listKey(answer.body), value === 'missing' ? undefined : null);
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
		what: 'the row that was at this place at first is not listed, but counted',
		seen: 'rows that the caller may not see',
		values: [0, 1, 42],
		rows(value, listing, { memory }) {
			const key = `rowHidden ${listing.list}`;
			if (!memory.has(key)) memory.set(key, listing.rows.map(identityOf)[value]);
			listing.rows = listing.rows.filter((row) => identityOf(row) !== memory.get(key));
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
	statusBeforeQuantity: deviation<number>({
		kinds: ['lag', 'orders'],
		what: 'so many times Get Order gives the status of a delivered order, but neither quantity nor numbers',
		seen: 'quantities that are written after the status',
		values: [1, 2, 4],
		answer(value, answer, { request, state, count }) {
			const order = askedOrder(request, state);
			if (!order || order.item.numbers.length === 0) return;
			if (count(`statusBeforeQuantity ${order.id}`) >= value) return;
			for (const part of [...records(answer, 'order'), ...orderItems(answer)]) {
				part.fulfilled = { quantity: 0 };
				if ('numbers' in part) part.numbers = [];
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
		what: 'the filters of orders and numbers are ignored',
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
	orderStatus: forms({
		kinds: ['orders'],
		what: 'the status of an order is missing, or none that the document knows',
		seen: 'the document itself: its list of order statuses is missing',
		of: (answer) => records(answer, 'order'),
		write: STATUSES,
	}),
	itemStatus: forms({
		kinds: ['orders'],
		what: 'the status of an order item is missing, or none that the document knows',
		seen: 'statuses that were added later',
		of: orderItems,
		write: STATUSES,
	}),
	orderedSkus: forms({
		kinds: ['orders'],
		what: 'the SKUs of an order are in small letters, missing, or a list of texts',
		seen: 'answers that are made from another record than the request',
		of: (answer) =>
			orderItems(answer)
				.map(({ ordered }) => ordered)
				.filter(hasNumbers),
		write: {
			lower: (ordered) =>
				(ordered.numbers = ordered.numbers.map(({ number, sku }) => ({
					number,
					sku: String(sku).toLowerCase(),
				}))),
			missing: (ordered) => set(ordered, 'numbers', undefined),
			null: (ordered) => set(ordered, 'numbers', null),
			noSku: (ordered) => (ordered.numbers = ordered.numbers.map(({ number }) => ({ number }))),
			texts: (ordered) =>
				set(
					ordered,
					'numbers',
					ordered.numbers.map(({ sku }) => sku),
				),
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
	deliveredNumbers: deviation({
		kinds: ['orders'],
		what: 'the numbers of an order are a list of texts',
		seen: 'answers that name what has one property by that alone',
		values: ['texts'],
		answer(_value, answer) {
			for (const item of orderItems(answer)) {
				const numbers = Array.isArray(item.numbers) ? item.numbers.filter(isObject) : [];
				item.numbers = numbers.map(({ number }) => number);
			}
		},
	}),
	orderedQuantity: forms({
		kinds: ['orders', 'money'],
		what: 'the quantity ordered is 0 until the order is processed, a text, only on the item, or one less',
		seen: 'orders that are priced and checked later',
		of: (answer) => records(answer, 'order'),
		write: {
			zeroUntilProcessed(order) {
				if (/^created$/i.test(String(order.status))) setOrdered(order, () => 0);
			},
			text: (order) => setOrdered(order, (quantity) => `${quantity} numbers`),
			itemOnly: (order) => set(order, 'ordered', undefined),
			oneLess: (order) => setOrdered(order, (quantity) => Math.max(1, quantity - 1)),
		},
	}),
	itemGroup: forms({
		kinds: ['orders'],
		what: 'the DID group of an order has its id as text, another id, or is missing',
		seen: 'groups that were merged; ids with leading zeros',
		of: orderItems,
		write: {
			paddedText: (item) => setGroupId(item, (id) => `0${id}`),
			text: (item) => setGroupId(item, String),
			other: (item) => setGroupId(item, (id) => id + 1),
			missing: (item) => set(item, 'did_group', undefined),
		},
	}),
	idsMissing: forms({
		kinds: ['orders', 'trunkGroups'],
		what: 'orders and trunk groups in lists have no id',
		seen: 'records that are still being created',
		of: (answer) => [...records(answer, 'orders'), ...records(answer, 'trunk_groups')],
		write: {
			some: (row, _occasion, index) => index % 2 === 0 && set(row, 'id', undefined),
			all: (row) => set(row, 'id', undefined),
		},
	}),
	timeForm: forms({
		kinds: ['orders', 'numbers'],
		what: 'times are written in another form; flips: with and without milliseconds, answer by answer',
		seen: 'two replicas with different versions',
		of: (answer) =>
			['created_at', 'added_at', 'removed_at'].flatMap((name) =>
				['order', 'number']
					.flatMap((kind) => records(answer, kind))
					.flatMap((record) => {
						const iso = record[name];
						return typeof iso === 'string' ? { record, name, iso, time: Date.parse(iso) } : [];
					}),
			),
		write: {
			noMilliseconds: ({ record, name, iso }) => (record[name] = withoutMilliseconds(iso)),
			offset: ({ record, name, time }) =>
				(record[name] = new Date(time + 7_200_000).toISOString().replace('Z', '+02:00')),
			space: ({ record, name, iso }) =>
				(record[name] = withoutMilliseconds(iso).replace('T', ' ').replace('Z', '')),
			epochSeconds: ({ record, name, time }) => (record[name] = Math.floor(time / 1000)),
			epoch: ({ record, name, time }) => (record[name] = time),
			words: ({ record, name, iso }) =>
				(record[name] = iso.replace(/^(\d+)-(\d+)-(\d+).*$/, 'on $3/$2/$1')),
			flips({ record, name, iso }, { answered }) {
				if (answered % 2 === 1) record[name] = withoutMilliseconds(iso);
			},
			missing: ({ record, name }) => set(record, name, undefined),
			null: ({ record, name }) => (record[name] = null),
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
			for (const order of records(answer, 'order')) setOrdered(order, () => value);
		},
	}),
	previewFees: forms({
		kinds: ['money'],
		what: 'the fees in a preview are 0.00, missing, or not a decimal in a text',
		seen: 'prices that are not known yet; other APIs',
		of: (answer, { request }) => (isPreview(request) ? groupsOf(orderItems(answer)) : []),
		write: FEES,
	}),
	orderFees: forms({
		kinds: ['money'],
		what: 'the fees in an order are 0.00, missing, or not a decimal in a text',
		seen: 'orders that are priced later',
		of: (answer, { request }) => (isPreview(request) ? [] : groupsOf(orderItems(answer))),
		write: FEES,
	}),
	groupFees: forms({
		kinds: ['money', 'coverage'],
		what: 'the fees of DID groups are 0.00, missing, or not a decimal in a text',
		seen: 'groups whose price depends on the number',
		of: (answer) => records(answer, 'did_groups'),
		write: FEES,
	}),

	// --- numbers --------------------------------------------------------------------------------
	numberStatus: forms({
		kinds: ['numbers'],
		what: 'the status of an active number is written Active or ACTIVE, or is another one',
		seen: 'the statuses of orders, of which samples show both',
		of: (answer) => records(answer, 'number'),
		write: {
			title: (row) => (row.status = capitalised(row.status)),
			upper: (row) => (row.status = String(row.status).toUpperCase()),
			suspended(row) {
				if (row.status === 'active') row.status = 'suspended';
			},
		},
	}),
	numberForm: forms({
		kinds: ['numbers', 'orders'],
		what: 'phone numbers are written +12074063052, 1-207-406-3052, or as JSON numbers; flips: with and without +, answer by answer',
		seen: 'two replicas with different versions; other APIs',
		of: ({ body }) => [body],
		write: {
			plus: (body) => eachValue(body, 'number', withPlus),
			dashes: (body) =>
				eachValue(body, 'number', (text) => text.replace(/^1(\d{3})(\d{3})(\d{4})$/, '1-$1-$2-$3')),
			json: (body) =>
				eachValue(body, 'number', (text) => (text.startsWith('0') ? text : Number(text))),
			flips(body, { answered }) {
				if (answered % 2 === 1) eachValue(body, 'number', withPlus);
			},
		},
	}),
	cnamForm: forms({
		kinds: ['numbers'],
		what: 'the caller ID is listed in capitals, or its type as Business; or it is not listed, or null',
		seen: 'the telephone network, which knows capitals only; a service behind the list that is down',
		of: (answer) => records(answer, 'number').filter(({ cnam }) => isObject(cnam)),
		write: {
			upperName: (row) => eachValue(row.cnam, 'name', (name) => name.toUpperCase()),
			titleType: (row) => eachValue(row.cnam, 'type', capitalised),
			missing: (row) => set(row, 'cnam', undefined),
			null: (row) => set(row, 'cnam', null),
		},
	}),

	// --- trunk groups ---------------------------------------------------------------------------
	trunkGroupFields: forms({
		kinds: ['trunkGroups'],
		what: 'a trunk group lacks its settings, has them in camelCase, or has its ports or id as text',
		seen: 'other APIs',
		of: (answer) => records(answer, 'trunk_group'),
		write: {
			missing(group) {
				for (const name of ['ring_type', 'is_default', 'pop', 'switches'])
					set(group, name, undefined);
			},
			camelCase(group) {
				Object.assign(group, { ringType: group.ring_type, isDefault: group.is_default });
				for (const name of ['ring_type', 'is_default']) set(group, name, undefined);
			},
			portText: (group) => eachValue(group.switches, 'port', String),
			idText: (group) => (group.id = String(group.id)),
		},
	}),
	trunkGroupName: forms({
		kinds: ['trunkGroups'],
		what: 'the name of a trunk group comes back escaped for HTML, in capitals, with decomposed letters, or with single blanks',
		seen: 'servers that clean what they are given',
		of: (answer) => records(answer, 'trunk_group'),
		write: {
			escaped: (group) =>
				(group.name = String(group.name)
					.replace(/&/g, '&amp;')
					.replace(/"/g, '&quot;')
					.replace(/#/g, '&#35;')),
			upper: (group) => (group.name = String(group.name).toUpperCase()),
			decomposed: (group) => (group.name = String(group.name).normalize('NFD')),
			squeezed: (group) => (group.name = String(group.name).trim().replace(/\s+/g, ' ')),
		},
	}),

	// --- coverage -------------------------------------------------------------------------------
	supportsBrowse: forms({
		kinds: ['coverage'],
		what: 'supports_browse is "true", 1, or missing',
		seen: 'other APIs',
		of: (answer) => records(answer, 'did_groups'),
		write: {
			text: (group) => (group.supports_browse = String(group.supports_browse)),
			number: (group) => (group.supports_browse = Number(group.supports_browse)),
			missing: (group) => set(group, 'supports_browse', undefined),
		},
	}),
	browseRows: forms({
		kinds: ['coverage'],
		what: 'every other number to choose from has no SKU, or no number',
		seen: 'numbers that are being ordered',
		of: (answer, { request: { path } }) =>
			path.endsWith('/browse_numbers') ? everyOther(records(answer, 'numbers')) : [],
		write: {
			noSku: (row) => set(row, 'sku', undefined),
			noNumber: (row) => set(row, 'number', undefined),
		},
	}),
	countryIso: forms({
		kinds: ['coverage'],
		what: 'every other country has no code, or has it in small letters',
		seen: 'territories without a code of their own',
		of: (answer) => everyOther(records(answer, 'countries')),
		write: {
			missing: (country) => set(country, 'iso', undefined),
			lower: (country) => (country.iso = String(country.iso).toLowerCase()),
		},
	}),

	// --- errors ---------------------------------------------------------------------------------
	errorForm: forms({
		kinds: ['errors'],
		what: 'a refusal has its errors as an object, a map by field, or texts; or it is a message, problem+json, text, a page, or nothing',
		seen: "AWS's API Gateway (message), frameworks (map, problem+json), proxies (text, page, nothing)",
		of(answer) {
			const { body, status } = answer;
			if (!isObject(body) || !Array.isArray(body.errors)) return [];
			const errors = body.errors.filter(isObject);
			const { title, detail, field } = errors[0] ?? {};
			return [{ answer, body, status, errors, title, detail: String(detail), field }];
		},
		write: {
			object: ({ body, errors }) => (body.errors = errors[0]),
			map: ({ body, field, detail }) => (body.errors = { [String(field ?? 'base')]: [detail] }),
			texts: ({ body, errors }) => (body.errors = errors.map((error) => error.detail)),
			nullEntry: ({ body, errors }) => (body.errors = [null, ...errors]),
			message: ({ answer, detail }) => (answer.body = { message: detail }),
			error: ({ answer, detail }) => (answer.body = { error: detail }),
			problemJson: ({ answer, title, status, detail }) =>
				(answer.body = { type: 'about:blank', title, status, detail }),
			plainText: ({ answer, detail }) => (answer.text = { type: 'text/plain', content: detail }),
			html: ({ answer, status }) =>
				(answer.text = { type: 'text/html', content: errorPage(status) }),
			empty: ({ answer }) => (answer.body = null),
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
	errorSize: forms({
		kinds: ['errors'],
		what: 'a refusal has 500 errors, or a detail of a million characters',
		seen: 'traces of a stack in an error',
		of: ({ body }) =>
			isObject(body) && Array.isArray(body.errors) ? [{ body, first: body.errors[0] }] : [],
		write: {
			manyErrors: ({ body, first }) => (body.errors = Array(500).fill(first)),
			longDetail: ({ first }) => (first.detail += '.'.repeat(1_000_000)),
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
	noContent: forms({
		kinds: ['success'],
		what: 'what the document answers with 204 is a 200 without a body, with {}, or with a message',
		seen: 'gateways that know no 204',
		of(answer) {
			if (answer.status !== 204) return [];
			answer.status = 200;
			return [answer];
		},
		write: {
			empty200: (answer) => (answer.text = { type: 'application/json', content: '' }),
			object: (answer) => (answer.body = {}),
			message: (answer) => (answer.body = { message: 'OK' }),
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
	private answered = 0;

	constructor(private readonly state: SandboxState) {}

	forget(): void {
		this.counts.clear();
		this.memory.clear();
		this.answered = 0;
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
		this.answered++;
	}

	private apply(stage: Stage, request: ApiRequest, target: unknown): void {
		const occasion: Occasion = {
			request,
			state: this.state,
			memory: this.memory,
			answered: this.answered,
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

/** Sets a field, or takes it away. */
function set(record: Json, name: string, value: unknown): void {
	if (value === undefined) delete record[name];
	else record[name] = value;
}

function setFees(group: Json, change: (fee: string) => unknown): void {
	if (!isObject(group.fees)) return;
	for (const [name, fee] of Object.entries(group.fees)) group.fees[name] = change(String(fee));
}

/** Sets the quantity ordered, on an order and its item. */
function setOrdered(order: Json, change: (quantity: number) => unknown): void {
	for (const { ordered } of [order, ...itemsOf(order)]) {
		if (isObject(ordered)) ordered.quantity = change(Number(ordered.quantity));
	}
}

function setGroupId(item: Json, change: (id: number) => unknown): void {
	for (const group of groupsOf([item])) group.id = change(Number(group.id));
}

function groupsOf(items: Json[]): Json[] {
	return items.map((item) => item.did_group).filter(isObject);
}

function hasNumbers(ordered: unknown): ordered is Json & { numbers: Json[] } {
	return isObject(ordered) && Array.isArray(ordered.numbers) && ordered.numbers.every(isObject);
}

function everyOther<T>(rows: T[]): T[] {
	return rows.filter((_row, index) => index % 2 === 0);
}

function capitalised(value: unknown): string {
	const text = String(value);
	return text.charAt(0).toUpperCase() + text.slice(1);
}

function withPlus(number: string): string {
	return `+${number.replace(/^011/, '')}`;
}

function withoutMilliseconds(iso: string): string {
	return iso.replace(/\.\d+Z$/, 'Z');
}

function keysOf<N extends string>(record: Record<N, unknown>): N[] {
	return Object.keys(record) as N[];
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

/** Replaces every value under this name, wherever it is. */
function eachValue(value: unknown, name: string, change: (text: string) => unknown): void {
	if (Array.isArray(value)) value.forEach((entry) => eachValue(entry, name, change));
	if (!isObject(value)) return;
	for (const [key, inner] of Object.entries(value)) {
		if (key === name) value[key] = change(String(inner));
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
