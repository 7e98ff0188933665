import { createHash } from 'node:crypto';
import type { Country, DidGroup, OrderSeed, OwnNumber, TrunkGroup } from './records.mts';

/** A small account to begin with: realistic, and with something of everything. */

export const COUNTRIES: Country[] = [
	{ name: 'Brazil', iso: 'BR', has_regions: false, supports_toll_free: true, regions: [] },
	{
		name: 'Canada',
		iso: 'CA',
		has_regions: true,
		supports_toll_free: true,
		regions: [
			{ name: 'Alberta', code: 'CA-AB' },
			{ name: 'British Columbia', code: 'CA-BC' },
			{ name: 'Manitoba', code: 'CA-MB' },
			{ name: 'Newfoundland and Labrador', code: 'CA-NF' },
			{ name: 'Nova Scotia', code: 'CA-NS' },
			{ name: 'Ontario', code: 'CA-ON' },
			{ name: 'Quebec', code: 'CA-QC' },
		],
	},
	{ name: 'France', iso: 'FR', has_regions: false, supports_toll_free: false, regions: [] },
	{ name: 'Mexico', iso: 'MX', has_regions: false, supports_toll_free: false, regions: [] },
	{ name: 'Peru', iso: 'PE', has_regions: false, supports_toll_free: false, regions: [] },
	{ name: 'Poland', iso: 'PL', has_regions: false, supports_toll_free: false, regions: [] },
	{ name: 'Puerto Rico', iso: 'PR', has_regions: false, supports_toll_free: false, regions: [] },
	{ name: 'United Kingdom', iso: 'GB', has_regions: false, supports_toll_free: true, regions: [] },
	{
		name: 'USA',
		iso: 'US',
		has_regions: true,
		supports_toll_free: true,
		regions: [
			{ name: 'Alaska', code: 'US-AK' },
			{ name: 'Arizona', code: 'US-AZ' },
			{ name: 'California', code: 'US-CA' },
			{ name: 'Maine', code: 'US-ME' },
			{ name: 'New Jersey', code: 'US-NJ' },
			{ name: 'New York', code: 'US-NY' },
		],
	},
];

/** The SKUs of the document's sample (Browse Available Numbers, non-US). */
const SAMPLE_SKUS: Record<string, string> = {
	'01144146120055':
		'DW-GB-146120055-DG-52806d35-224a-4e72-8f52-9b930505e72a-DI-fe332db0-361c-4799-80e3-a3ca9ab9a80f',
	'01144146120062':
		'DW-GB-146120062-DG-52806d35-224a-4e72-8f52-9b930505e72a-DI-9f060243-bd21-4068-aedd-d3650662f248',
	'01144146120096':
		'DW-GB-146120096-DG-52806d35-224a-4e72-8f52-9b930505e72a-DI-8b8ccefa-29aa-4181-b365-b8630463d32a',
	'01144146120102':
		'DW-GB-146120102-DG-52806d35-224a-4e72-8f52-9b930505e72a-DI-683e9f3f-4c8c-4ab5-861a-1b5a94fa5552',
};

interface GroupSeed {
	id: number;
	name: string;
	nameInOrders?: string;
	calling: string;
	area: string;
	areaName?: null;
	nxx?: string;
	country: string;
	region?: string;
	fees: [setup: string, monthly: string, perMinute: string];
	/** How many numbers of its own making a group has. */
	stock: number;
	/** Numbers of the document's samples; they come after the others. */
	sampleStock?: string[];
	browse?: boolean;
	tollFree?: boolean;
	cnam?: boolean;
}

const GROUPS: GroupSeed[] = [
	{
		id: 39145,
		name: 'Brunswick (207) 406',
		calling: '1',
		area: '207',
		nxx: '406',
		country: 'US',
		region: 'US-ME',
		fees: ['0.00', '4.25', '0.0200'],
		stock: 117,
		sampleStock: ['12074063052', '12074063062', '12074063076'],
		browse: true,
		cnam: true,
	},
	{
		id: 39146,
		name: 'Portland (207) 536',
		calling: '1',
		area: '207',
		nxx: '536',
		country: 'US',
		region: 'US-ME',
		fees: ['1.00', '3.99', '0.0180'],
		stock: 12,
		browse: true,
		cnam: true,
	},
	{
		id: 39147,
		name: 'Bangor (207) 307',
		calling: '1',
		area: '207',
		nxx: '307',
		country: 'US',
		region: 'US-ME',
		fees: ['0.00', '5.10', '0.0200'],
		stock: 3,
	},
	{
		id: 2992,
		name: 'FANWOOD (908) 312',
		calling: '1',
		area: '908',
		nxx: '312',
		country: 'US',
		region: 'US-AK',
		fees: ['0.00', '5.00', '4.7354'],
		stock: 141,
		browse: true,
		cnam: true,
	},
	{
		id: 4884,
		name: 'Monroe (318) 450',
		calling: '1',
		area: '318',
		nxx: '450',
		country: 'US',
		region: 'US-AK',
		fees: ['0.00', '5.00', '4.7354'],
		stock: 219,
		browse: true,
		cnam: true,
	},
	{
		id: 990994,
		name: 'Bouse (928) 851',
		calling: '1',
		area: '928',
		areaName: null,
		nxx: '851',
		country: 'US',
		region: 'US-AZ',
		fees: ['0.00', '4.25', '0.0200'],
		stock: 40,
		browse: true,
		cnam: true,
	},
	{
		id: 70786,
		name: 'Santa Rosa (707) 867',
		calling: '1',
		area: '707',
		nxx: '867',
		country: 'US',
		region: 'US-CA',
		fees: ['0.00', '4.25', '0.0200'],
		stock: 25,
		browse: true,
		cnam: true,
	},
	{
		// The numbers of the Sandbox environment are fake: no plan of numbers need know them.
		id: 55512,
		name: 'Anytown (555) 123',
		calling: '1',
		area: '555',
		nxx: '123',
		country: 'US',
		region: 'US-NJ',
		fees: ['0.00', '1.00', '0.0100'],
		stock: 10,
		browse: true,
		cnam: true,
	},
	{
		id: 8800,
		name: 'USA Toll-Free (888)',
		calling: '1',
		area: '888',
		nxx: '555',
		country: 'US',
		fees: ['2.50', '3.10', '0.0350'],
		stock: 60,
		browse: true,
		tollFree: true,
	},
	{
		id: 8801,
		name: 'Canada Toll-Free (877)',
		calling: '1',
		area: '877',
		nxx: '556',
		country: 'CA',
		fees: ['2.50', '3.40', '0.0350'],
		stock: 8,
		tollFree: true,
	},
	{
		id: 5101,
		name: 'Toronto (647) 255',
		calling: '1',
		area: '647',
		nxx: '255',
		country: 'CA',
		region: 'CA-ON',
		fees: ['0.50', '4.75', '0.0150'],
		stock: 75,
		browse: true,
	},
	{
		id: 5102,
		name: 'Calgary (587) 330',
		calling: '1',
		area: '587',
		nxx: '330',
		country: 'CA',
		region: 'CA-AB',
		fees: ['0.50', '4.75', '0.0150'],
		stock: 20,
	},
	{
		id: 7001,
		name: 'London',
		calling: '44',
		area: '20',
		country: 'GB',
		fees: ['1.25', '2.95', '0.0110'],
		stock: 90,
		browse: true,
	},
	{
		id: 7002,
		name: 'Gretna',
		calling: '44',
		area: '1461',
		country: 'GB',
		fees: ['0.00', '2.10', '0.0110'],
		stock: 0,
		sampleStock: Object.keys(SAMPLE_SKUS),
		browse: true,
	},
	{
		id: 7004,
		name: 'Dover',
		calling: '44',
		area: '1304',
		country: 'GB',
		fees: ['0.00', '2.10', '0.0110'],
		stock: 0,
		browse: true,
	},
	{
		id: 33975,
		name: 'FRANCE NATIONAL',
		calling: '33',
		area: '9',
		country: 'FR',
		fees: ['0.00', '2.40', '0.0120'],
		stock: 12,
	},
	{
		// Of no country that there is.
		id: 99910,
		name: 'Nowhere',
		calling: '999',
		area: '1',
		country: 'FR',
		fees: ['0.00', '1.00', '0.0100'],
		stock: 10,
		browse: true,
	},
	{
		id: 7003,
		name: 'United Kingdom Toll-Free (800)',
		calling: '44',
		area: '800',
		country: 'GB',
		fees: ['5.00', '6.00', '0.0800'],
		stock: 5,
		tollFree: true,
	},
	{
		id: 16847,
		name: 'SALVADOR',
		nameInOrders: 'SALVADOR ',
		calling: '55',
		area: '71',
		country: 'BR',
		fees: ['0.00', '3.00', '4.7354'],
		stock: 2,
	},
	{
		id: 19500,
		name: 'PIOTRKOW TRYBUNALSKI',
		calling: '48',
		area: '44',
		country: 'PL',
		fees: ['0.00', '2.50', '0.0130'],
		stock: 30,
	},
	{
		id: 11895,
		name: 'LIMA',
		calling: '51',
		area: '1',
		country: 'PE',
		fees: ['0.00', '5.25', '4.7354'],
		stock: 15,
	},
	{
		id: 12001,
		name: 'San Juan (787) 945',
		calling: '1',
		area: '787',
		nxx: '945',
		country: 'PR',
		fees: ['0.00', '4.10', '0.0210'],
		stock: 18,
		browse: true,
	},
	{
		id: 13001,
		name: 'Ciudad de Mexico',
		calling: '52',
		area: '55',
		country: 'MX',
		fees: ['0.10', '3.33', '0.0170'],
		stock: 0,
	},
];

/** Length of numbers without the country calling code, where it is not 10. */
const DIGITS: Record<string, number> = { 33: 9, 48: 9, 51: 8 };

/** @returns the n-th number of a group, in the API's form */
export function numberOf(
	group: Pick<DidGroup, 'country_calling_code' | 'area_code' | 'nxx'>,
	n: number,
): string {
	if (group.country_calling_code === '1') {
		return `1${group.area_code}${group.nxx}${String(n % 10000).padStart(4, '0')}`;
	}
	const digits = DIGITS[group.country_calling_code] ?? 10;
	const subscriber = String(n).padStart(digits - group.area_code.length, '0');
	return `011${group.country_calling_code}${group.area_code}${subscriber}`;
}

/** @returns the SKU that a number of a group is ordered by */
export function skuOf(group: DidGroup, number: string): string {
	if (group.countryIso === 'US') return `BW-US-${number.slice(1)}`;
	const national = number.slice(
		number.startsWith('011') ? 3 + group.country_calling_code.length : 1,
	);
	const made = `DW-${group.countryIso}-${national}-DG-${uuidOf(group.id)}-DI-${uuidOf(number)}`;
	return SAMPLE_SKUS[number] ?? made;
}

/** @returns always the same one for the same value */
function uuidOf(value: string | number): string {
	const hex = createHash('sha256').update(String(value)).digest('hex');
	return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}

export function seedGroups(): DidGroup[] {
	return GROUPS.map((seed) => {
		const [setup_fee, monthly_fee, per_minute_rate] = seed.fees;
		const place = {
			country_calling_code: seed.calling,
			area_code: seed.area,
			nxx: seed.nxx ?? null,
		};
		return {
			...place,
			id: seed.id,
			name: seed.name,
			...(seed.nameInOrders && { nameInOrders: seed.nameInOrders }),
			...(seed.areaName !== undefined && { area_name: seed.areaName }),
			toll_free: seed.tollFree ?? false,
			supports_browse: seed.browse ?? false,
			countryIso: seed.country,
			regionCode: seed.region ?? null,
			fees: { setup_fee, monthly_fee, per_minute_rate },
			supportsCnam: seed.cnam ?? false,
			stock: [
				...Array.from({ length: seed.stock }, (_, index) => numberOf(place, 3050 + index * 7)),
				...(seed.sampleStock ?? []),
			],
			nextSubscriber: 6000,
		};
	});
}

/**
 * The document's samples contradict each other here: they list a group named `Trunk Group #1`, and create
 * one of that name, though names must be unique. Ours has another name, so that it can be created.
 */
export function seedTrunkGroups(): TrunkGroup[] {
	return [
		{
			id: 10897,
			name: 'Main office',
			ring_type: 'simultaneous',
			pop: 'UK',
			is_default: true,
			switches: [{ ip: '2.2.2.2', port: 5060 }],
		},
		{
			id: 8375,
			name: 'Trunk Group #2',
			ring_type: 'sequential',
			pop: 'UK',
			is_default: false,
			switches: [
				{ ip: '10.232.12.35', port: 5060 },
				{ ip: '10.242.34.56', port: 5060 },
				{ ip: '10.242.53.63', port: 5060 },
				{ ip: '216.97.147.10', port: 5060 },
			],
		},
	];
}

/** What the document's samples create: the first ones that are created on a fresh account. */
export const SAMPLE_IDS = {
	orders: ['f52-6d9-261b', 'ba1-18f-0c9b'],
	orderItems: [162455, 238750],
	trunkGroups: [268476],
};

const at = (text: string) => Date.parse(text);

export function seedNumbers(): OwnNumber[] {
	const idle = { current: null, pending: null, pendingSince: 0 };
	const jenny = { name: 'My Caller ID', type: 'residential', display: 'allow' } as const;
	const base = { removedAt: null, trunkGroupId: null, cnam: null };
	return [
		{
			...base,
			number: '0115117304800',
			addedAt: at('2020-06-24T19:02:30.000Z'),
			trunkGroupId: 268476,
			groupId: 11895,
		},
		{
			...base,
			number: '011557135001442',
			addedAt: at('2020-06-24T19:02:51.000Z'),
			trunkGroupId: 268476,
			groupId: 16847,
		},
		{ ...base, number: '011557135001540', addedAt: at('2020-06-26T07:01:28.000Z'), groupId: 16847 },
		{
			...base,
			number: '19288516549',
			addedAt: at('2025-12-09T14:17:58.649Z'),
			groupId: 990994,
			cnam: {
				current: jenny,
				pending: { action: 'enable', ...jenny, name: 'New Caller ID' },
				pendingSince: Number.MAX_SAFE_INTEGER,
			},
		},
		{
			...base,
			number: '12074069000',
			addedAt: at('2026-02-01T08:00:00.000Z'),
			groupId: 39145,
			cnam: { ...idle, current: jenny },
		},
		{
			...base,
			number: '12074069001',
			addedAt: at('2026-02-01T08:00:00.000Z'),
			groupId: 39145,
			cnam: { ...idle },
		},
		{ ...base, number: '011557135001580', addedAt: at('2026-01-02T08:00:00.000Z'), groupId: 16847 },
		{ ...base, number: '01133975182372', addedAt: at('2026-01-03T08:00:00.000Z'), groupId: 33975 },
		{
			...base,
			number: '17078675309',
			addedAt: at('2026-01-04T08:00:00.000Z'),
			groupId: 70786,
			cnam: { ...idle, current: jenny },
		},
		{
			...base,
			number: '15551234567',
			addedAt: at('2026-01-05T08:00:00.000Z'),
			groupId: 55512,
			cnam: { ...idle },
		},
		{ ...base, number: '0119991234567', addedAt: at('2026-01-06T08:00:00.000Z'), groupId: 99910 },
	];
}

/** Orders that were placed before the sandbox was started: those of the document's samples. */
export const SEED_ORDERS: OrderSeed[] = [
	{
		id: '9c2-2e2-4b6f',
		itemId: 162336,
		createdAt: at('2020-06-25T13:47:00.000Z'),
		groupId: 19500,
		quantity: 1,
		// The samples of Get Order and Get Orders write it in both ways.
		status: 'complete',
		itemStatus: 'Fulfilled - Complete',
		numbers: ['01148448881015'],
	},
	{
		id: '018-7cb-5832',
		createdAt: at('2020-07-05T10:29:51.000Z'),
		groupId: 16847,
		quantity: 2,
		status: 'Complete',
		itemStatus: 'Canceled - Insufficient Inventory',
		numbers: [],
		currency: 'USD',
	},
	{
		id: '929-bcc-ed00',
		createdAt: at('2020-07-05T22:48:31.000Z'),
		groupId: 11895,
		quantity: 17,
		status: 'Complete',
		itemStatus: 'Fulfilled - Complete',
		numbers: Array.from(
			{ length: 17 },
			(_, index) => `01151173048${String(index).padStart(2, '0')}`,
		),
	},
	{
		id: '710-1be-a8d7',
		createdAt: at('2020-07-05T22:58:23.000Z'),
		groupId: 11895,
		quantity: 2,
		status: 'Processing',
		itemStatus: 'Received',
		numbers: [],
	},
];
