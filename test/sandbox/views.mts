import type { Country, DidGroup, Order, OwnNumber, Region } from './records.mts';
import type { SandboxSettings } from './settings.mts';
import type { SandboxState } from './state.mts';

/** The records in the form of the API's answers (reference: the samples of each endpoint). */

export function showCountry({ name, iso, has_regions, supports_toll_free }: Country): object {
	return { name, iso, has_regions, supports_toll_free };
}

/** Groups in coverage; orders and numbers show them without stock. */
export function showGroup(state: SandboxState, group: DidGroup): object {
	return {
		...showGroupInside(state, group),
		supports_browse: group.supports_browse,
		quantity: group.stock.length,
	};
}

function showGroupInside(state: SandboxState, group: DidGroup): object {
	const country = state.country(group.countryIso);
	const region = country?.regions.find(({ code }: Region) => code === group.regionCode);
	return {
		id: group.id,
		name: group.name,
		country_calling_code: group.country_calling_code,
		area_code: group.area_code,
		nxx: group.nxx,
		toll_free: group.toll_free,
		...(country && { country: showCountry(country) }),
		...(region && { region }),
		fees: group.fees,
	};
}

export function showOrderSummary(settings: SandboxSettings, order: Order): object {
	return {
		id: order.id,
		created_at: new Date(order.createdAt).toISOString(),
		status: settings.statusCase === 'lower' ? order.status.toLowerCase() : order.status,
		ordered: { quantity: order.quantity },
		fulfilled: { quantity: order.item.numbers.length },
	};
}

export function showOrder(state: SandboxState, order: Order): object {
	const { settings } = state;
	const { item } = order;
	const group = state.group(item.groupId);
	const { setup_fee, monthly_fee } = item.fees;
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
				did_group: {
					...(group && showGroupInside(state, group)),
					fees: { setup_fee, monthly_fee },
				},
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
		did_group: group ? showGroupInside(state, group) : null,
		supports_cnam: row.cnam !== null,
		cnam: row.cnam && {
			current: row.cnam.current,
			pending: row.cnam.pending,
			per_dip_fee: '0.0018',
			update_fee: '0.1',
		},
	};
}
