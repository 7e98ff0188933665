import { ApiProblem, type Problem } from './errors.mts';
import type { CnamSetting, DidGroup, StockNumber, TrunkGroup } from './records.mts';
import type { SandboxSettings } from './settings.mts';
import type { SandboxState } from './state.mts';

/** Checks of request bodies, with all problems of a body at once. */

type Json = Record<string, unknown>;

export function asObject(body: unknown): Json {
	if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Json;
	throw new ApiProblem({
		code: 1000,
		detail: 'The request body must be a JSON object',
		source: '/',
	});
}

/**
 * Refuses names that the document does not have, and a name twice in a query.
 * @param at JSON Pointer to what they are in, for a body
 */
export function refuseUnknown(
	settings: SandboxSettings,
	given: Json,
	known: readonly string[],
	at?: string,
): void {
	if (settings.unknownNames === 'ignored') return;
	const problems = Object.entries(given).flatMap(([name, value]): Problem[] => {
		const isKnown = known.includes(name);
		if (isKnown && (at !== undefined || typeof value === 'string')) return [];
		const detail = `${name} is ${isKnown ? 'given twice' : 'not known'}`;
		return [
			{ code: 1000, detail, field: name, ...(at !== undefined && { source: `${at}/${name}` }) },
		];
	});
	if (problems.length > 0) throw new ApiProblem(...problems);
}

/** @returns the API's form of a number that `deviations.numberForm` has written in another one */
export function numberFromAnyForm({ deviations }: SandboxSettings, text: string): string {
	if (!deviations.numberForm) return text;
	return text
		.replaceAll('-', '')
		.replace(/^\+(?!1)/, '011')
		.replace(/^\+/, '');
}

export interface OrderRequest {
	preview: boolean;
	group: DidGroup;
	quantity: number;
	skus?: StockNumber[];
}

/** Create Order. */
export function checkOrder(state: SandboxState, body: unknown): OrderRequest {
	const given = asObject(body);
	refuseUnknown(state.settings, given, ['preview', 'order_items'], '');
	const { preview = false, order_items: items } = given;
	if (typeof preview !== 'boolean') {
		throw new ApiProblem(invalid('preview', 'Preview must be true or false', '/preview'));
	}
	if (!Array.isArray(items) || items.length === 0) {
		throw new ApiProblem({
			code: 1001,
			detail: 'Order items are required',
			field: 'order_items',
			source: '/order_items',
		});
	}
	if (items.length > 1) {
		throw new ApiProblem(invalid('order_items', 'Only 1 order item is supported', '/order_items'));
	}
	const item = asObject(items[0]);
	const at = (name: string) => `/order_items/0/${name}`;
	refuseUnknown(state.settings, item, ['did_group_id', 'quantity', 'did_skus'], '/order_items/0');
	const { did_group_id: groupId, quantity, did_skus: didSkus } = item;
	if (groupId === undefined) {
		throw new ApiProblem(missing('did_group_id', 'DID Group is required', at('did_group_id')));
	}
	const group = typeof groupId === 'number' ? state.group(groupId) : undefined;
	if (!group) {
		throw new ApiProblem({
			code: 4004,
			detail: `DID Group ${String(groupId)} is not offered`,
			field: 'did_group_id',
			source: at('did_group_id'),
		});
	}
	if (quantity === undefined && didSkus === undefined) {
		throw new ApiProblem(
			missing('quantity', "Either 'quantity' or 'did_skus' is required", at('quantity')),
		);
	}
	const both = quantity !== undefined && didSkus !== undefined;
	const { quantityWithSkus, usAboveStock } = state.settings;
	if (both && quantityWithSkus === 'refused') {
		const detail = "Only one of 'quantity' and 'did_skus' may be given";
		throw new ApiProblem(invalid('did_skus', detail, at('did_skus')));
	}
	if (didSkus !== undefined && !(both && quantityWithSkus === 'quantity')) {
		const skus = checkSkus(state, group, didSkus, at('did_skus'));
		return { preview, group, quantity: skus.length, skus };
	}
	const problem = (detail: string) => new ApiProblem(invalid('quantity', detail, at('quantity')));
	if (!Number.isInteger(quantity)) throw problem('Quantity must be an integer');
	const wanted = Number(quantity);
	if (wanted < 1) throw problem('Quantity must be greater than 0');
	if (wanted > 100) throw problem('Quantity must not be greater than 100');
	if (group.countryIso === 'US' && wanted > group.stock.length && usAboveStock === 'refused') {
		throw problem(`Only ${group.stock.length} numbers are available`);
	}
	return { preview, group, quantity: wanted };
}

function checkSkus(state: SandboxState, group: DidGroup, skus: unknown, at: string): StockNumber[] {
	if (!Array.isArray(skus) || skus.length === 0 || skus.length > 100) {
		throw new ApiProblem(invalid('did_skus', 'DID SKUs must be 1 to 100 SKUs', at));
	}
	const stock = new Map(state.stockOf(group).map((entry) => [entry.sku, entry]));
	const problems: Problem[] = [];
	const chosen: StockNumber[] = [];
	skus.forEach((sku, index) => {
		const entry = stock.get(String(sku));
		if (entry && !chosen.includes(entry)) chosen.push(entry);
		else
			problems.push(invalid('did_skus', `SKU ${String(sku)} is not available`, `${at}/${index}`));
	});
	if (problems.length > 0) throw new ApiProblem(...problems);
	return chosen;
}

/** Set CNAM. */
export function checkCnam(settings: SandboxSettings, body: unknown): CnamSetting {
	const given = asObject(body);
	refuseUnknown(settings, given, ['name', 'type', 'display'], '');
	const { name, type = 'business', display = 'allow' } = given;
	const problems: Problem[] = [];
	if (name === undefined || name === '')
		problems.push(missing('name', 'Name is required', '/name'));
	else if (typeof name !== 'string' || [...name].length > 15) {
		problems.push(invalid('name', 'Name must have at most 15 characters', '/name'));
	}
	if (type !== 'business' && type !== 'residential') {
		problems.push(invalid('type', 'Type must be business or residential', '/type'));
	}
	if (display !== 'allow' && display !== 'block') {
		problems.push(invalid('display', 'Display must be allow or block', '/display'));
	}
	if (problems.length > 0) throw new ApiProblem(...problems);
	return { name, type, display } as CnamSetting;
}

/** Create Trunk Group, Update Trunk Group. */
export function checkTrunkGroup(
	state: SandboxState,
	body: unknown,
	self?: TrunkGroup,
): Omit<TrunkGroup, 'id'> {
	const given = asObject(body);
	const names = ['name', 'ring_type', 'pop', 'is_default', 'switches'];
	refuseUnknown(state.settings, given, names, '');
	const kept = self && state.settings.updateLeavesOut === 'kept' ? self : undefined;
	const {
		name,
		ring_type = kept?.ring_type ?? 'simultaneous',
		pop = kept?.pop ?? 'US',
		is_default = false,
		switches = kept?.switches ?? [],
	} = given;
	const problems: Problem[] = [];
	if (name === undefined || name === '')
		problems.push(missing('name', 'Name is required', '/name'));
	else if (typeof name !== 'string' || [...name].length > 50) {
		problems.push(invalid('name', 'Name must have at most 50 characters', '/name'));
	} else if (state.trunkGroups.some((group) => group !== self && group.name === name)) {
		problems.push(invalid('name', `Name ${name} is already taken`, '/name'));
	}
	if (ring_type !== 'simultaneous' && ring_type !== 'sequential') {
		problems.push(
			invalid('ring_type', 'Ring type must be simultaneous or sequential', '/ring_type'),
		);
	}
	if (pop !== 'US' && pop !== 'UK' && pop !== 'HK') {
		problems.push(invalid('pop', 'PoP must be US, UK or HK', '/pop'));
	}
	if (typeof is_default !== 'boolean') {
		problems.push(invalid('is_default', 'Is default must be true or false', '/is_default'));
	}
	if (!Array.isArray(switches)) {
		problems.push(invalid('switches', 'Switches must be an array', '/switches'));
	}
	const checked = (Array.isArray(switches) ? switches : []).map((entry: unknown, index) => {
		const at = `/switches/${index}`;
		const { ip, port = 5060, ...rest } = asObject(entry);
		refuseUnknown(state.settings, rest, [], at);
		if (ip === undefined) problems.push(missing('ip', 'IP is required', `${at}/ip`));
		else if (typeof ip !== 'string' || !isIpv4(ip)) {
			problems.push(invalid('ip', 'IP must be a valid IPv4 address', `${at}/ip`));
		}
		if (!Number.isInteger(port) || Number(port) < 1024 || Number(port) > 65535) {
			problems.push(invalid('port', 'Port must be between 1024 and 65535', `${at}/port`));
		}
		return { ip: String(ip), port: Number(port) };
	});
	if (problems.length > 0) throw new ApiProblem(...problems);
	return { name, ring_type, pop, is_default, switches: checked } as Omit<TrunkGroup, 'id'>;
}

function isIpv4(text: string): boolean {
	const parts = text.split('.');
	return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256);
}

/** Set Trunk Group. */
export function checkAssignment(
	state: SandboxState,
	body: unknown,
): { trunkGroupId: number | null; numbers: string[] } {
	const given = asObject(body);
	refuseUnknown(state.settings, given, ['trunk_group_id', 'numbers'], '');
	const { trunk_group_id: id } = given;
	const numbers = Array.isArray(given.numbers)
		? given.numbers.map((number: unknown) =>
				typeof number === 'string' ? numberFromAnyForm(state.settings, number) : number,
			)
		: [];
	if (id === undefined) {
		throw new ApiProblem(missing('trunk_group_id', 'Trunk Group is required', '/trunk_group_id'));
	}
	if (id !== null && (typeof id !== 'number' || !state.trunkGroup(id))) {
		throw new ApiProblem({
			code: 4005,
			detail: `Trunk Group ${String(id)} was not found`,
			field: 'trunk_group_id',
			source: '/trunk_group_id',
		});
	}
	if (numbers.length === 0) {
		throw new ApiProblem(missing('numbers', 'Numbers are required', '/numbers'));
	}
	const problems = numbers.flatMap((number: unknown, index): Problem[] =>
		typeof number === 'string' && state.activeNumber(number)
			? []
			: [
					{
						code: 4001,
						detail: `Number ${String(number)} was not found`,
						field: 'numbers',
						source: `/numbers/${index}`,
					},
				],
	);
	if (problems.length > 0) throw new ApiProblem(...problems);
	return { trunkGroupId: id, numbers: numbers.map(String) };
}

function missing(field: string, detail: string, source: string): Problem {
	return { code: 1001, detail, field, source };
}

function invalid(field: string, detail: string, source: string): Problem {
	return { code: 1002, detail, field, source };
}
