import express, { type Request, type Router } from 'express';
import { ApiProblem } from './errors.mts';
import { filterAndSort, pageOf, queryText, SortedViews } from './lists.mts';
import type { DidGroup, Order, TrunkGroup } from './records.mts';
import type { SandboxState } from './state.mts';
import { checkAssignment, checkCnam, checkOrder, checkTrunkGroup } from './validation.mts';
import { showCountry, showGroup, showNumber, showOrder, showOrderSummary } from './views.mts';

/** One handler for each documented endpoint. A handler throws ApiProblem to refuse. */
export function apiRoutes(state: SandboxState): Router {
	const router = express.Router();
	const views = new SortedViews(state);

	router.get('/coverage/countries', (_request, response) => {
		const countries = state.countries.map(showCountry);
		response.json({ countries, meta: { total: countries.length } });
	});

	router.get('/coverage/countries/:iso/regions', (request, response) => {
		const { regions } = countryOffered(state, request.params.iso);
		response.json({ regions, meta: { total: regions.length } });
	});

	router.get('/coverage/did_groups', (request, response) => {
		const groups = chooseGroups(state, request);
		const did_groups = groups.map((group) => showGroup(state, group));
		response.json({ did_groups, meta: { total: did_groups.length } });
	});

	router.get('/coverage/did_groups/:id/browse_numbers', (request, response) => {
		const group = state.group(Number(request.params.id));
		if (!group) {
			throw new ApiProblem({
				code: 4004,
				detail: `DID Group ${request.params.id} is not offered`,
				field: 'did_group_id',
			});
		}
		if (!group.supports_browse) {
			throw new ApiProblem({
				code: 1000,
				detail: `DID Group ${group.id} does not support browsing`,
				field: 'did_group_id',
			});
		}
		response.json({ numbers: state.stockOf(group) });
	});

	router.post('/orders', (request, response) => {
		if (!state.settings.didsEnabled) {
			throw new ApiProblem({ code: 3000, detail: 'The DIDs feature is not enabled', source: '/' });
		}
		const { preview, group, quantity, skus } = checkOrder(state, request.body);
		if (preview) {
			state.checkFunds(state.cost(group, quantity));
			response.json({ order: showPreview(state, group, quantity, skus ?? null), meta: {} });
			return;
		}
		const order = state.placeOrder({ groupId: group.id, quantity, skus });
		response
			.status(state.settings.orderCreateStatus)
			.json({ order: showOrder(state, order), meta: {} });
	});

	router.get('/orders', (request, response) => {
		const status = queryText(request, 'filter_by_status').toLowerCase();
		const all = views.allOrders();
		const wanted = status ? all.filter((order) => order.status.toLowerCase() === status) : all;
		const { rows, meta } = pageOf(state, request, wanted);
		response.json({ orders: rows.map((row) => showOrderSummary(state.settings, row)), meta });
	});

	router.get('/orders/:id', (request, response) => {
		const order = state.order(request.params.id);
		if (!order) {
			throw new ApiProblem({ code: 1003, detail: `Order ${request.params.id} was not found` });
		}
		response.json({ order: showOrder(state, order), meta: {} });
	});

	router.get('/numbers', (request, response) => {
		const wanted = filterAndSort(state, request, views.allNumbers());
		const { rows, meta } = pageOf(state, request, wanted);
		response.json({ numbers: rows.map((row) => showNumber(state, row)), meta });
	});

	router.delete('/numbers/:number', (request, response) => {
		const { number } = ownNumber(state, request);
		state.removeNumber(number);
		response.json({ number, status: 'removed' });
	});

	router
		.route('/numbers/:number/cnam')
		.post((request, response) => {
			const { number, cnam } = ownNumber(state, request);
			const setting = checkCnam(request.body);
			if (!cnam || cnam.pending) {
				const reason = cnam ? 'has a CNAM update in progress' : 'does not support CNAM';
				throw new ApiProblem({ code: 4007, detail: `Number ${number} ${reason}`, source: '/' });
			}
			state.requestCnam(number, { action: 'enable', ...setting });
			response.status(204).end();
		})
		.delete((request, response) => {
			const { number, cnam } = ownNumber(state, request);
			if (!cnam?.current || cnam.pending) {
				const reason = cnam?.pending ? 'has a CNAM update in progress' : 'has no CNAM setting';
				throw new ApiProblem({ code: 4008, detail: `Number ${number} ${reason}` });
			}
			state.requestCnam(number, { action: 'disable' });
			response.status(204).end();
		});

	router
		.route('/trunk_groups')
		.post((request, response) => {
			const group = state.addTrunkGroup(checkTrunkGroup(state, request.body));
			response.json({ trunk_group: group, meta: {} });
		})
		.get((request, response) => {
			const { rows, meta } = pageOf(state, request, state.trunkGroups);
			response.json({ trunk_groups: rows, meta });
		});

	router
		.route('/trunk_groups/:id')
		.get((request, response) => {
			response.json({ trunk_group: ownTrunkGroup(state, request), meta: {} });
		})
		.put((request, response) => {
			const group = ownTrunkGroup(state, request);
			const { is_default, ...rest } = checkTrunkGroup(state, request.body, group);
			Object.assign(group, rest);
			// The default cannot be unset: false is ignored.
			if (is_default) state.makeDefault(group);
			response.json({ trunk_group: group, meta: {} });
		})
		.delete((request, response) => {
			const group = ownTrunkGroup(state, request);
			if (group.is_default) {
				throw new ApiProblem({ code: 4006, detail: 'The default Trunk Group cannot be deleted' });
			}
			state.deleteTrunkGroup(group.id);
			response.status(204).end();
		});

	router.put('/set_trunk_group', (request, response) => {
		const { trunkGroupId, numbers } = checkAssignment(state, request.body);
		for (const number of numbers) {
			const row = state.activeNumber(number);
			if (row) row.trunkGroupId = trunkGroupId;
		}
		response.status(204).end();
	});

	router.use((request: Request) => {
		throw new ApiProblem({ code: 1003, detail: `No endpoint ${request.method} ${request.path}` });
	});
	return router;
}

function countryOffered(state: SandboxState, iso: string) {
	const country = state.country(iso);
	if (country) return country;
	throw new ApiProblem({
		code: 4003,
		detail: `Country ${iso} is not offered`,
		field: 'country_iso',
	});
}

/** @see reference: Get DID Groups */
function chooseGroups(state: SandboxState, request: Request): DidGroup[] {
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
		if (region !== undefined) {
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
	} else if (region !== undefined) {
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

/** A preview has the shape of an order that does not exist: without an id. */
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
	}) as { order_items: Array<{ did_group: object }> };
	const [item] = shown.order_items;
	return {
		...shown,
		id: null,
		order_items: [
			{
				...item,
				id: null,
				did_group: { ...item.did_group, quantity: group.stock.length },
			},
		],
	};
}

function ownNumber(state: SandboxState, request: Request<{ number: string }>) {
	const row = state.activeNumber(request.params.number);
	if (row) return row;
	throw new ApiProblem({
		code: 4001,
		detail: `Number ${request.params.number} was not found`,
		field: 'number',
	});
}

function ownTrunkGroup(state: SandboxState, request: Request<{ id: string }>): TrunkGroup {
	const group = state.trunkGroup(Number(request.params.id));
	if (group) return group;
	throw new ApiProblem({
		code: 4005,
		detail: `Trunk Group ${request.params.id} was not found`,
		field: 'trunk_group_id',
	});
}
