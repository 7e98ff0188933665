import {
	simplifyDidGroup,
	simplifyNumber,
	simplifyOrder,
} from '../../nodes/IdtExpress/shared/simplify';

/** The engine tests see full records; these are the gaps that the API may leave. */

test('a record that lacks everything still has every field', () => {
	for (const simplified of [simplifyDidGroup({}), simplifyNumber({})]) {
		expect(new Set(Object.values(simplified))).toEqual(new Set([null]));
	}
	expect(simplifyOrder({})).toEqual({
		id: null,
		status: null,
		created_at: null,
		ordered_quantity: 0,
		fulfilled_quantity: 0,
		missing_quantity: 0,
		item_status: null,
		cancelable: null,
		did_group_id: null,
		did_group_name: null,
		country_iso: null,
		region_code: null,
		setup_fee: null,
		monthly_fee: null,
		numbers: [],
	});
});

test('the documented samples, flattened', () => {
	const group = {
		id: 2992,
		name: 'FANWOOD (908) 312',
		country_calling_code: '1',
		area_code: '908',
		nxx: '312',
		toll_free: false,
		supports_browse: true,
		quantity: 141,
		country: { name: 'USA', iso: 'US', has_regions: true, supports_toll_free: true },
		region: { name: 'Alaska', code: 'US-AK' },
		fees: { setup_fee: '0.00', monthly_fee: '5.00', per_minute_rate: '4.7354' },
	};
	expect(simplifyDidGroup(group)).toEqual({
		id: 2992,
		name: 'FANWOOD (908) 312',
		country_iso: 'US',
		country_name: 'USA',
		region_code: 'US-AK',
		region_name: 'Alaska',
		country_calling_code: '1',
		area_code: '908',
		nxx: '312',
		toll_free: false,
		supports_browse: true,
		quantity: 141,
		setup_fee: '0.00',
		monthly_fee: '5.00',
		per_minute_rate: '4.7354',
	});
	expect(
		simplifyNumber({
			number: '12074063052',
			status: 'removed',
			added_at: '2025-12-09T14:17:58.649Z',
			removed_at: '2026-01-09T14:17:58.649Z',
			trunk_group_id: 7,
			did_group: group,
			supports_cnam: true,
			cnam: {
				current: { name: 'A', type: 'business', display: 'block' },
				pending: { action: 'disable' },
			},
		}),
	).toEqual({
		number: '12074063052',
		e164: '+12074063052',
		status: 'removed',
		added_at: '2025-12-09T14:17:58.649Z',
		removed_at: '2026-01-09T14:17:58.649Z',
		trunk_group_id: 7,
		did_group_id: 2992,
		did_group_name: 'FANWOOD (908) 312',
		country_iso: 'US',
		country_name: 'USA',
		region_code: 'US-AK',
		region_name: 'Alaska',
		toll_free: false,
		monthly_fee: '5.00',
		per_minute_rate: '4.7354',
		supports_cnam: true,
		cnam_name: 'A',
		cnam_type: 'business',
		cnam_display: 'block',
		cnam_pending: 'disable',
		cnam_pending_name: null,
	});
	expect(
		simplifyOrder({
			id: '9c2-2e2-4b6f',
			created_at: '2020-06-25T13:47:00.000Z',
			status: 'complete',
			ordered: { quantity: 3 },
			fulfilled: { quantity: 1 },
			order_items: [
				{
					status: 'Partially Fulfilled – Complete',
					cancelable: false,
					did_group: group,
					numbers: [{ number: '01148448881015' }],
				},
			],
		}),
	).toEqual({
		id: '9c2-2e2-4b6f',
		status: 'complete',
		created_at: '2020-06-25T13:47:00.000Z',
		ordered_quantity: 3,
		fulfilled_quantity: 1,
		missing_quantity: 2,
		item_status: 'Partially Fulfilled – Complete',
		cancelable: false,
		did_group_id: 2992,
		did_group_name: 'FANWOOD (908) 312',
		country_iso: 'US',
		region_code: 'US-AK',
		setup_fee: '0.00',
		monthly_fee: '5.00',
		numbers: [{ number: '01148448881015', e164: '+48448881015' }],
	});
});

test('a pending caller ID is told with its name', () => {
	const pending = { action: 'enable', name: 'Jenny', type: 'business', display: 'allow' };
	expect(simplifyNumber({ cnam: { current: null, pending } })).toMatchObject({
		cnam_name: null,
		cnam_pending: 'enable',
		cnam_pending_name: 'Jenny',
	});
});

test('more delivered than ordered is nothing missing', () => {
	const order = { ordered: { quantity: 1 }, fulfilled: { quantity: 2 } };
	expect(simplifyOrder(order)).toMatchObject({ missing_quantity: 0 });
});
