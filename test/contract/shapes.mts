import { z } from 'zod';

/**
 * The API's records as its reference documents them. Where its prose and its samples differ (order
 * ids, trunk group ids), the samples are taken. Objects are strict, so that fields that the
 * reference does not name are reported too.
 */

const isoDate = z.iso.datetime();
const amount = z.string().regex(/^\d+(\.\d+)?$/, 'a decimal in a string');
const number = z
	.string()
	.regex(/^(1\d{10}|011\d{7,15})$/, '1 + 10 digits, or 011 + country + number');
const count = z.int().nonnegative();

const country = z.strictObject({
	name: z.string(),
	iso: z.string().regex(/^[A-Z]{2}$/),
	has_regions: z.boolean(),
	supports_toll_free: z.boolean(),
});

const region = z.strictObject({ name: z.string(), code: z.string().regex(/^[A-Z]{2}-\w{1,3}$/) });

const didGroup = z.strictObject({
	id: z.int(),
	name: z.string(),
	country_calling_code: z.string(),
	area_code: z.string().nullable(),
	area_name: z.string().nullish(),
	nxx: z.string().nullable(),
	toll_free: z.boolean(),
	supports_browse: z.boolean(),
	quantity: count,
	country,
	region: region.optional(),
	fees: z.strictObject({ setup_fee: amount, monthly_fee: amount, per_minute_rate: amount }),
});

/** Orders and numbers carry the group with fewer fields; the samples leave some out. */
const didGroupInside = didGroup.extend({
	supports_browse: z.boolean().optional(),
	quantity: count.optional(),
	country: country.extend({ supports_toll_free: z.boolean().optional() }),
	fees: z.strictObject({
		setup_fee: amount,
		monthly_fee: amount,
		per_minute_rate: amount.optional(),
	}),
});

const quantity = z.strictObject({ quantity: count });

const orderSummary = z.strictObject({
	id: z.string(),
	created_at: isoDate,
	status: z.string(),
	ordered: quantity,
	fulfilled: quantity,
	currency: z.string().optional(),
});

const order = orderSummary.extend({
	order_items: z
		.array(
			z.strictObject({
				id: z.int(),
				status: z.string(),
				order_item_type: z.enum(['quantity', 'number_skus']),
				ordered: quantity.extend({
					numbers: z.array(z.strictObject({ number, sku: z.string() })).optional(),
				}),
				fulfilled: quantity,
				cancelable: z.boolean(),
				did_group: didGroupInside,
				numbers: z.array(z.strictObject({ number })),
			}),
		)
		.length(1),
});

/** A preview is no order yet: the reference does not say what its id is. */
const preview = order.extend({
	id: z.string().nullish(),
	order_items: z.array(order.shape.order_items.element.extend({ id: z.int().nullish() })).length(1),
});

const cnamSetting = {
	name: z.string(),
	type: z.enum(['business', 'residential']),
	display: z.enum(['allow', 'block']),
};

const ownNumber = z.strictObject({
	number,
	status: z.enum(['active', 'removed']),
	added_at: isoDate,
	removed_at: isoDate.optional(),
	trunk_group_id: z.int().nullable(),
	did_group: didGroupInside,
	supports_cnam: z.boolean(),
	cnam: z
		.strictObject({
			current: z.strictObject(cnamSetting).nullable(),
			pending: z
				.union([
					z.strictObject({ action: z.literal('enable'), ...cnamSetting }),
					z.strictObject({ action: z.literal('disable') }),
				])
				.nullable(),
			per_dip_fee: amount,
			update_fee: amount,
		})
		.nullable(),
});

const trunkGroup = z.strictObject({
	id: z.int(),
	name: z.string().max(50),
	ring_type: z.enum(['simultaneous', 'sequential']),
	pop: z.enum(['US', 'UK', 'HK']),
	is_default: z.boolean(),
	switches: z.array(z.strictObject({ ip: z.ipv4(), port: z.int().min(1024).max(65535) })),
});

const total = z.strictObject({ total: count });
const paging = z.strictObject({ page: z.int(), page_size: z.int(), total: count });
const noMeta = z.strictObject({});

/** What each kind of answer looks like. */
export const SHAPES = {
	countries: z.strictObject({ countries: z.array(country), meta: total }),
	regions: z.strictObject({ regions: z.array(region), meta: total }),
	didGroups: z.strictObject({ did_groups: z.array(didGroup), meta: total }),
	browse: z.strictObject({ numbers: z.array(z.strictObject({ number, sku: z.string() })) }),
	order: z.strictObject({ order, meta: noMeta }),
	preview: z.strictObject({ order: preview, meta: noMeta }),
	orders: z.strictObject({ orders: z.array(orderSummary), meta: paging }),
	numbers: z.strictObject({ numbers: z.array(ownNumber), meta: paging }),
	removed: z.strictObject({ number, status: z.literal('removed') }),
	trunkGroup: z.strictObject({ trunk_group: trunkGroup, meta: noMeta }),
	trunkGroups: z.strictObject({ trunk_groups: z.array(trunkGroup), meta: paging }),
	error: z.strictObject({
		status: z.int(),
		api_request_id: z.string().min(1),
		errors: z
			.array(
				z.strictObject({
					code: z.int(),
					title: z.string().min(1),
					detail: z.string().min(1),
					field: z.string().optional(),
					source: z.string().startsWith('/').optional(),
				}),
			)
			.min(1),
	}),
};

export type ShapeName = keyof typeof SHAPES;

/** @returns how a body differs from its documented shape, one line each, alike ones once */
export function differences(shape: ShapeName, body: unknown): string[] {
	const result = SHAPES[shape].safeParse(body);
	if (result.success) return [];
	const lines = result.error.issues.map((issue) => {
		const path = issue.path.map((step) => (typeof step === 'number' ? '[]' : String(step)));
		return `${path.join('.').replaceAll('.[]', '[]') || 'the answer'}: ${issue.message}`;
	});
	return [...new Set(lines)];
}
