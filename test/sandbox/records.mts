/** What the sandbox keeps, in its own form: dates are milliseconds, groups are referred to by id. */

export interface Country {
	name: string;
	iso: string;
	has_regions: boolean;
	supports_toll_free: boolean;
	regions: Region[];
}

export interface Region {
	name: string;
	code: string;
}

export interface Fees {
	setup_fee: string;
	monthly_fee: string;
	per_minute_rate: string;
}

export interface DidGroup {
	id: number;
	name: string;
	/** Orders may write the name in another way. */
	nameInOrders?: string;
	country_calling_code: string;
	area_code: string;
	/** Only some groups have it. */
	area_name?: string | null;
	nxx: string | null;
	toll_free: boolean;
	supports_browse: boolean;
	countryIso: string;
	regionCode: string | null;
	fees: Fees;
	supportsCnam: boolean;
	/** Numbers that can be bought now, in the API's form. */
	stock: string[];
	/** Where the numbers come from that arrive for backorders. */
	nextSubscriber: number;
}

export interface StockNumber {
	number: string;
	sku: string;
}

export interface Order {
	id: string;
	createdAt: number;
	status: 'Created' | 'Processing' | 'Complete' | (string & {});
	quantity: number;
	/** Only some orders have it. */
	currency?: string;
	item: {
		id: number;
		status: ItemStatus | (string & {});
		/** Given for an order by SKU. */
		skus: StockNumber[] | null;
		groupId: number;
		/** Fees at the time of ordering. */
		fees: Fees;
		/** Numbers delivered so far. */
		numbers: string[];
	};
}

/** An order as tests and the seed add it; what is left out is made up. */
export interface OrderSeed {
	id?: string;
	itemId?: number;
	createdAt?: number;
	groupId?: number;
	quantity?: number;
	skus?: StockNumber[] | null;
	status?: Order['status'];
	itemStatus?: Order['item']['status'];
	numbers?: string[];
	currency?: string;
}

/** The statuses of an order item of the document (Order Item Status), with a hyphen. */
export type ItemStatus =
	| 'Preview'
	| 'Received'
	| 'Processing'
	| 'Fulfilled - Complete'
	| 'Partially Fulfilled - Complete'
	| 'Backordered'
	| 'Backorder Canceled'
	| 'Partially Fulfilled - Backordered'
	| 'Partially Fulfilled - Backorder Canceled'
	| 'Canceled - Insufficient Funds'
	| 'Canceled - Insufficient Inventory'
	| 'Partially Fulfilled - Insufficient Funds';

export interface CnamSetting {
	name: string;
	type: 'business' | 'residential';
	display: 'allow' | 'block';
}

export interface OwnNumber {
	number: string;
	addedAt: number;
	/** `null` while the number is active. */
	removedAt: number | null;
	trunkGroupId: number | null;
	groupId: number;
	cnam: {
		current: CnamSetting | null;
		pending: (({ action: 'enable' } & CnamSetting) | { action: 'disable' }) | null;
		pendingSince: number;
	} | null;
}

export interface TrunkGroup {
	id: number;
	name: string;
	ring_type: 'simultaneous' | 'sequential';
	pop: 'US' | 'UK' | 'HK';
	is_default: boolean;
	switches: Array<{ ip: string; port: number }>;
}
