import type { Country, DidGroup, Fees, Order, OwnNumber, Region, TrunkGroup } from './records.mts';
import type { SandboxSettings } from './settings.mts';
import type { SandboxState } from './state.mts';

/** The records in the form of the API's answers (the samples of the document). */

export function showCountry({ name, iso, has_regions, supports_toll_free }: Country): object {
	return { name, iso, has_regions, supports_toll_free };
}

export function showGroup(state: SandboxState, group: DidGroup): object {
	const { country, ...shown } = showGroupWith(state, group);
	return {
		...shown,
		...(country && { country: showCountry(country) }),
		supports_browse: group.supports_browse,
		quantity: group.stock.length,
	};
}

/** The name of a country as orders and numbers write it: coverage says `Peru`, they say `PERU`. */
export function countryNameInside(country: Country): string {
	return country.name.toUpperCase();
}

function showGroupInNumber(state: SandboxState, group: DidGroup): object {
	const { country, ...shown } = showGroupWith(state, group);
	const { area_name } = group;
	return {
		...shown,
		...(area_name !== undefined && { area_name }),
		...(country && { country: { ...showCountry(country), name: countryNameInside(country) } }),
	};
}

/** An order has fewer fields of its country, and the fees at the time of ordering. */
function showGroupInOrder(state: SandboxState, group: DidGroup, fees: Fees): object {
	const { country, ...shown } = showGroupWith(state, group);
	const { setup_fee, monthly_fee } = fees;
	return {
		...shown,
		name: group.nameInOrders ?? group.name,
		...(country && {
			country: {
				name: countryNameInside(country),
				iso: country.iso,
				has_regions: country.has_regions,
			},
		}),
		fees: { setup_fee, monthly_fee },
	};
}

function showGroupWith(state: SandboxState, group: DidGroup) {
	const country = state.country(group.countryIso);
	const region = country?.regions.find(({ code }: Region) => code === group.regionCode);
	return {
		id: group.id,
		name: group.name,
		country_calling_code: group.country_calling_code,
		area_code: group.area_code,
		nxx: group.nxx,
		toll_free: group.toll_free,
		country,
		...(region && { region: { ...region } }),
		fees: { ...group.fees },
	};
}

export function showOrderSummary(settings: SandboxSettings, order: Order) {
	return {
		id: order.id,
		created_at: new Date(order.createdAt).toISOString(),
		status: settings.statusCase === 'lower' ? order.status.toLowerCase() : order.status,
		ordered: { quantity: order.quantity },
		fulfilled: { quantity: order.item.numbers.length },
		...(order.currency !== undefined && { currency: order.currency }),
	};
}

export function showOrder(state: SandboxState, order: Order) {
	const { settings } = state;
	const { item } = order;
	const group = state.group(item.groupId);
	const itemStatus = item.status.replace(' - ', ` ${settings.statusDash} `);
	return {
		...showOrderSummary(settings, order),
		order_items: [
			{
				id: item.id,
				status: settings.statusCase === 'lower' ? itemStatus.toLowerCase() : itemStatus,
				order_item_type: item.skus ? 'number_skus' : 'quantity',
				ordered: { quantity: order.quantity, ...(item.skus && { numbers: item.skus }) },
				fulfilled: { quantity: item.numbers.length },
				cancelable: /backordered$/i.test(item.status),
				did_group: group && showGroupInOrder(state, group, item.fees),
				numbers: item.numbers.map((number) => ({ number })),
			},
		],
	};
}

export function showNumber(state: SandboxState, row: OwnNumber): object {
	const group = state.group(row.groupId);
	return {
		number: row.number,
		status: row.removedAt === null ? 'active' : 'removed',
		added_at: new Date(row.addedAt).toISOString(),
		...(row.removedAt !== null && { removed_at: new Date(row.removedAt).toISOString() }),
		trunk_group_id: row.trunkGroupId,
		did_group: group ? showGroupInNumber(state, group) : null,
		supports_cnam: row.cnam !== null,
		cnam: row.cnam && {
			current: row.cnam.current,
			pending: row.cnam.pending,
			per_dip_fee: '0.0018',
			update_fee: '0.1',
		},
	};
}

export function showTrunkGroup(group: TrunkGroup): TrunkGroup {
	return structuredClone(group);
}
