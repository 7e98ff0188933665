import type { ApiAnswer, ApiRequest } from './deviations.mts';
import { ApiProblem, errorBody } from './errors.mts';
import { filterAndSort, pageOf, queryText, SortedViews } from './lists.mts';
import type { Country, DidGroup, Order, OwnNumber, TrunkGroup } from './records.mts';
import type { SandboxState } from './state.mts';
import {
	checkAssignment,
	checkCnam,
	checkOrder,
	checkTrunkGroup,
	numberFromAnyForm,
	refuseUnknown,
} from './validation.mts';
import {
	showCountry,
	showGroup,
	showNumber,
	showOrder,
	showOrderSummary,
	showTrunkGroup,
} from './views.mts';

/** A request to an endpoint: the parts of its path that are not fixed come first. */
interface Call extends ApiRequest {
	parts: string[];
}

interface Endpoint {
	/** Such as `GET /orders/*`. */
	name: string;
	/** The names that its query may have. */
	query?: readonly string[];
	/** @throws ApiProblem to refuse */
	answer(call: Call): ApiAnswer;
}

const PAGING = ['page', 'page_size'];
const NUMBER_FIELDS = ['country_name', 'region_name', 'did_group_name', 'number'];
const NUMBERS_QUERY = [
	...PAGING,
	...NUMBER_FIELDS.map((name) => `filter_by_${name}`),
	...[...NUMBER_FIELDS, 'added_at'].map((name) => `order_by_${name}`),
];

/** The API without HTTP: one entry for each documented endpoint. */
export class SandboxApi {
	private readonly endpoints: Endpoint[];

	constructor(private readonly state: SandboxState) {
		this.endpoints = endpointsOf(state);
	}

	/**
	 * Carries out a request, deviations included.
	 * @param guard what may refuse it beforehand, by throwing ApiProblem
	 */
	answer(given: ApiRequest, guard?: () => void): ApiAnswer {
		const { deviator } = this.state;
		const request = { ...given };
		let answer: ApiAnswer;
		try {
			guard?.();
			deviator.request(request);
			answer = this.handle(request);
		} catch (error) {
			if (!(error instanceof ApiProblem)) throw error;
			answer = { status: error.status, body: errorBody(error) };
		}
		if (deviator.isOn) {
			answer.body = structuredClone(answer.body);
			deviator.answer(given, answer);
		}
		return answer;
	}

	private handle(request: ApiRequest): ApiAnswer {
		const asked = [request.method, ...request.path.split('/').slice(1)];
		for (const { name, query = [], answer } of this.endpoints) {
			const wanted = name.replace(' /', '/').split('/');
			const isAsked =
				wanted.length === asked.length &&
				wanted.every(
					(part, index) => part === asked[index] || (part === '*' && asked[index] !== ''),
				);
			if (!isAsked) continue;
			refuseUnknown(this.state.settings, request.query, query);
			const parts = asked.filter((_part, index) => wanted[index] === '*').map(decoded);
			return answer({ ...request, parts });
		}
		throw new ApiProblem({ code: 1003, detail: `No endpoint ${request.method} ${request.path}` });
	}
}

function decoded(part: string): string {
	try {
		return decodeURIComponent(part);
	} catch {
		throw new ApiProblem({ code: 1003, detail: `No endpoint with ${part}` });
	}
}

function ok(body: object): ApiAnswer {
	return { status: 200, body };
}

function noContent(): ApiAnswer {
	return { status: 204, body: null };
}

function endpointsOf(state: SandboxState): Endpoint[] {
	const views = new SortedViews(state);
	const { settings } = state;
	return [
		{
			name: 'GET /coverage/countries',
			answer: () => ok(wholeList(state, 'countries', state.countries.map(showCountry))),
		},
		{
			name: 'GET /coverage/countries/*/regions',
			answer: ({ parts: [iso] }) =>
				ok(wholeList(state, 'regions', countryOffered(state, iso).regions)),
		},
		{
			name: 'GET /coverage/did_groups',
			query: ['country_iso', 'region_code', 'toll_free'],
			answer(call) {
				const groups = chooseGroups(state, call);
				return ok(
					wholeList(
						state,
						'did_groups',
						groups.map((group) => showGroup(state, group)),
					),
				);
			},
		},
		{
			name: 'GET /coverage/did_groups/*/browse_numbers',
			answer({ parts: [id] }) {
				const group = state.group(Number(id));
				const problem = { detail: `DID Group ${id} is not offered`, field: 'did_group_id' };
				if (!group) throw new ApiProblem({ ...problem, code: 4004 });
				if (!group.supports_browse) {
					const detail = `DID Group ${id} does not support browsing`;
					throw new ApiProblem({ ...problem, code: 1000, detail });
				}
				return ok({ numbers: wholeList(state, 'browse', state.stockOf(group)).browse });
			},
		},
		{
			name: 'POST /orders',
			answer: ({ body }) => createOrder(state, body),
		},
		{
			name: 'GET /orders',
			query: [...PAGING, 'filter_by_status'],
			answer(call) {
				const all = state.deviator.source('orders', views.allOrders());
				const { rows, meta } = pageOf(state, call, chooseOrders(state, call, all));
				return ok({ orders: rows.map((row) => showOrderSummary(settings, row)), meta });
			},
		},
		{
			name: 'GET /orders/*',
			answer({ parts: [id] }) {
				const order = state.order(id);
				if (!order) throw new ApiProblem({ code: 1003, detail: `Order ${id} was not found` });
				return ok({ order: showOrder(state, order), meta: {} });
			},
		},
		{
			name: 'GET /numbers',
			query: NUMBERS_QUERY,
			answer(call) {
				const all = state.deviator.source('numbers', views.allNumbers());
				const account =
					settings.totals === 'active' ? all.filter(({ removedAt }) => removedAt === null) : all;
				const wanted = filterAndSort(state, call, all);
				const { rows, meta } = pageOf(state, call, wanted, {
					list: 'numbers',
					account: account.length,
				});
				return ok({ numbers: rows.map((row) => showNumber(state, row)), meta });
			},
		},
		{
			name: 'DELETE /numbers/*',
			answer(call) {
				const { number } = ownNumber(state, call);
				state.removeNumber(number);
				return ok({ number, status: 'removed' });
			},
		},
		{
			name: 'POST /numbers/*/cnam',
			answer(call) {
				const { number, cnam } = ownNumber(state, call);
				const setting = checkCnam(settings, call.body);
				if (!cnam || cnam.pending) {
					const reason = cnam ? 'has a CNAM update in progress' : 'does not support CNAM';
					throw new ApiProblem({ code: 4007, detail: `Number ${number} ${reason}`, source: '/' });
				}
				state.requestCnam(number, { action: 'enable', ...setting });
				return noContent();
			},
		},
		{
			name: 'DELETE /numbers/*/cnam',
			answer(call) {
				const { number, cnam } = ownNumber(state, call);
				if (!cnam?.current || cnam.pending) {
					const reason = cnam?.pending ? 'has a CNAM update in progress' : 'has no CNAM setting';
					throw new ApiProblem({ code: 4008, detail: `Number ${number} ${reason}` });
				}
				state.requestCnam(number, { action: 'disable' });
				return noContent();
			},
		},
		{
			name: 'POST /trunk_groups',
			answer({ body }) {
				const group = state.addTrunkGroup(checkTrunkGroup(state, body));
				return ok({ trunk_group: showTrunkGroup(group), meta: {} });
			},
		},
		{
			name: 'GET /trunk_groups',
			query: PAGING,
			answer(call) {
				const list = 'trunk_groups';
				const all = state.deviator.source(list, state.trunkGroups);
				const { rows, meta } = pageOf(state, call, all, { list });
				return ok({ trunk_groups: rows.map(showTrunkGroup), meta });
			},
		},
		{
			name: 'GET /trunk_groups/*',
			answer: (call) => ok({ trunk_group: showTrunkGroup(ownTrunkGroup(state, call)), meta: {} }),
		},
		{
			name: 'PUT /trunk_groups/*',
			answer(call) {
				const group = ownTrunkGroup(state, call);
				const { is_default, ...rest } = checkTrunkGroup(state, call.body, group);
				Object.assign(group, rest);
				// The default cannot be unset: false is ignored.
				if (is_default) state.makeDefault(group);
				return ok({ trunk_group: showTrunkGroup(group), meta: {} });
			},
		},
		{
			name: 'DELETE /trunk_groups/*',
			answer(call) {
				const group = ownTrunkGroup(state, call);
				if (group.is_default) {
					throw new ApiProblem({ code: 4006, detail: 'The default Trunk Group cannot be deleted' });
				}
				state.deleteTrunkGroup(group.id);
				return noContent();
			},
		},
		{
			name: 'PUT /set_trunk_group',
			answer({ body }) {
				const { trunkGroupId, numbers } = checkAssignment(state, body);
				for (const number of numbers) {
					const row = state.activeNumber(number);
					if (row) row.trunkGroupId = trunkGroupId;
				}
				return noContent();
			},
		},
	];
}

/** A list without pages. */
function wholeList<T>(state: SandboxState, list: string, rows: T[]): Record<string, unknown> {
	const listing = { list, rows, page: 1, pageSize: Infinity, meta: { total: rows.length } };
	state.deviator.rows({ method: 'GET', path: '', query: {} }, listing);
	return { [list]: listing.rows, meta: listing.meta };
}

function createOrder(state: SandboxState, body: unknown): ApiAnswer {
	const { settings } = state;
	if (!settings.didsEnabled) {
		const problem = { code: 3000, detail: 'The DIDs feature is not enabled', source: '/' };
		throw new ApiProblem(problem).as(settings.featureOffStatus);
	}
	const twin = state.twinOf(body);
	if (twin && settings.duplicateOrders === 'refused') {
		throw new ApiProblem({ code: 1000, detail: `The same as order ${twin.id}`, source: '/' });
	}
	if (twin && settings.duplicateOrders === 'same') {
		return ok({ order: showOrder(state, twin), meta: {} });
	}
	const { preview, group, quantity, skus } = checkOrder(state, body);
	if (preview) {
		state.checkFunds(state.cost(group, quantity));
		return ok({ order: showPreview(state, group, quantity, skus ?? null), meta: {} });
	}
	const order = state.placeOrder({ groupId: group.id, quantity, skus, asked: body });
	return { status: settings.orderCreateStatus, body: { order: showOrder(state, order), meta: {} } };
}

/** Get Orders' filter. */
function chooseOrders(state: SandboxState, call: ApiRequest, orders: Order[]): Order[] {
	const folded = (text: string) =>
		state.settings.filterCase === 'any' ? text.toLowerCase() : text;
	const wanted = folded(queryText(call, 'filter_by_status'));
	return wanted ? orders.filter(({ status }) => folded(status) === wanted) : orders;
}

function countryOffered(state: SandboxState, iso: string): Country {
	const country = state.country(iso);
	if (country) return country;
	throw new ApiProblem({
		code: 4003,
		detail: `Country ${iso} is not offered`,
		field: 'country_iso',
	});
}

function chooseGroups(state: SandboxState, request: ApiRequest): DidGroup[] {
	const iso = queryText(request, 'country_iso');
	if (iso === '') {
		throw new ApiProblem({ code: 1001, detail: 'Country is required', field: 'country_iso' });
	}
	const country = countryOffered(state, iso);
	const tollFreeText = queryText(request, 'toll_free');
	if (!['', 'true', 'false'].includes(tollFreeText)) {
		throw new ApiProblem({
			code: 1002,
			detail: 'Toll free must be true or false',
			field: 'toll_free',
		});
	}
	const tollFree = tollFreeText === 'true';
	const region = request.query.region_code;
	if (tollFree) {
		if (!country.supports_toll_free) {
			throw new ApiProblem({
				code: 4000,
				detail: `Toll-Free numbers are not offered in ${country.name}`,
				field: 'toll_free',
			});
		}
		// An empty text is not absent.
		if (region !== undefined && state.settings.tollFreeWithRegion === 'refused') {
			throw new ApiProblem({
				code: 1002,
				detail: 'Region must not be given for Toll-Free numbers',
				field: 'region_code',
			});
		}
	} else if (country.has_regions) {
		if (region === undefined) {
			throw new ApiProblem({ code: 1001, detail: 'Region is required', field: 'region_code' });
		}
		if (!country.regions.some(({ code }) => code === region)) {
			throw new ApiProblem({
				code: 4002,
				detail: `Region ${String(region)} is not offered`,
				field: 'region_code',
			});
		}
	} else if (region !== undefined && state.settings.regionWhereNone === 'refused') {
		throw new ApiProblem({
			code: 4002,
			detail: `${country.name} has no regions`,
			field: 'region_code',
		});
	}
	return state.didGroups.filter(
		(group) =>
			group.countryIso === iso &&
			group.toll_free === tollFree &&
			(tollFree || !country.has_regions || group.regionCode === region),
	);
}

/** A preview has the shape of an order that does not exist. */
function showPreview(
	state: SandboxState,
	group: DidGroup,
	quantity: number,
	skus: Order['item']['skus'],
): object {
	const shown = showOrder(state, {
		id: '',
		createdAt: state.now(),
		status: 'Preview',
		quantity,
		item: { id: 0, status: 'Preview', skus, groupId: group.id, fees: group.fees, numbers: [] },
	});
	const ids = { null: { id: null }, text: { id: '000-000-0000' }, missing: { id: undefined } };
	const id = ids[state.settings.previewId];
	// What is undefined is not in the answer.
	const order_items = shown.order_items.map((item) => ({
		...item,
		id: state.settings.previewId === 'missing' ? undefined : null,
		did_group: { ...item.did_group, quantity: group.stock.length },
	}));
	return { ...shown, ...id, order_items };
}

function ownNumber(state: SandboxState, { parts: [given] }: Call): OwnNumber {
	const row = state.activeNumber(numberFromAnyForm(state.settings, given));
	if (row) return row;
	throw new ApiProblem({ code: 4001, detail: `Number ${given} was not found`, field: 'number' });
}

function ownTrunkGroup(state: SandboxState, { parts: [id] }: Call): TrunkGroup {
	const group = state.trunkGroup(Number(id));
	if (group) return group;
	throw new ApiProblem({
		code: 4005,
		detail: `Trunk Group ${id} was not found`,
		field: 'trunk_group_id',
	});
}
