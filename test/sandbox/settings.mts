import type { Deviations } from './deviations.mts';

/**
 * The switches of the sandbox: how the account behaves, and what the API's document leaves open. Each
 * default is what the document says, or else the plainest answer. What contradicts the document is
 * not here but in `deviations.mts`.
 */
export interface SandboxSettings {
	// --- lists ----------------------------------------------------------------------------------
	/** Order of Get Orders. `shuffled` is a fixed order, `random` is another one for each request. */
	ordersSort: ListOrder;
	/** Order of Get Numbers where the request does not sort. */
	numbersSort: ListOrder;
	/** Which of several sorts decides first: that of the query, that of the document's table, or the first alone. */
	sortPrecedence: 'query' | 'document' | 'first';
	/** Whether rows with equal keys come in the same order each time. */
	sortTies: 'stable' | 'random';
	/** Whether the filters of Get Numbers and Get Orders are case-sensitive. */
	filterCase: 'any' | 'exact';
	/** What `random` begins with: the same requests get the same lists. */
	randomSeed: number;
	/** The largest page size that is honoured. */
	maxPageSize: number;
	/** What becomes of a larger one. `default`: the page size that applies without one; `break`: an HTTP 500. */
	pageSizeOverLimit: 'cap' | 'default' | 'error' | 'break';
	/** The page sizes that are honoured, all others are refused; `null`: every size. */
	pageSizes: number[] | null;
	/** What `meta.total` of Get Numbers counts. The document: "the total amount of numbers on the account". `active`: without removed ones. */
	totals: 'filtered' | 'account' | 'active';
	/** How long removed numbers stay listed. */
	removedRetentionMs: number;

	// --- coverage -------------------------------------------------------------------------------
	/** Get DID Groups with a region where the country has none. */
	regionWhereNone: 'refused' | 'ignored';
	/** Get DID Groups for toll-free numbers with a region, which the document forbids. */
	tollFreeWithRegion: 'refused' | 'ignored';

	// --- orders ---------------------------------------------------------------------------------
	/** More US numbers than are in stock. `accepted`: the order ends with what there was. */
	usAboveStock: 'refused' | 'accepted';
	/** An order item with both `quantity` and `did_skus`: refused, or which of the two counts. */
	quantityWithSkus: 'refused' | 'quantity' | 'skus';
	/** The same order twice within ten minutes. `same`: answered with the order that is there. */
	duplicateOrders: 'accepted' | 'refused' | 'same';
	/** The id in the answer to a preview. */
	previewId: 'null' | 'missing' | 'text';
	createdItemStatus: 'Processing' | 'Received';
	orderCreateStatus: 200 | 201;
	/** How orders move: by the tests, or by themselves. */
	fulfilment: { mode: 'manual' } | { mode: 'auto'; processingMs: number; completeMs: number };
	/** Statuses with a hyphen or an en dash, capitalised or not: the samples show all of these. */
	statusDash: '-' | '–';
	statusCase: 'title' | 'lower';
	/** Funds in the account's currency; `null`: unlimited. */
	funds: string | null;

	// --- trunk groups ---------------------------------------------------------------------------
	/** What Update Trunk Group leaves out: gets its default, or stays as it is. */
	updateLeavesOut: 'default' | 'kept';

	// --- the account and the server -------------------------------------------------------------
	/** Off: code 3000. */
	didsEnabled: boolean;
	/** The HTTP status of code 3000. */
	featureOffStatus: 403 | 422;
	/** Names of parameters and fields that the document does not have. Refused, so that a misspelt one is noticed. */
	unknownNames: 'refused' | 'ignored';
	/** Requests a second before 429/2002; `null`: no limit. */
	rateLimit: RateLimit | null;
	/** Requests left before 429/2001; `null`: no quota. */
	quota: number | null;
	/** How long a CNAM request is pending; `null`: until a test completes it. */
	cnamMs: number | null;
	latencyMs: number;
	/** How far the server's clock is ahead of ours. */
	clockOffsetMs: number;
	/** Whether answers carry the server's date. */
	dateHeader: boolean;
	/** Whether requests are recorded. */
	record: boolean;

	/** What the server does otherwise than the document says, such as `{ total: 'page' }`. */
	deviations: Deviations;
}

export interface RateLimit {
	perSecond: number;
	burst?: number;
	/** The form of Retry-After; `text`: exactly this, such as `86400`, `-1` or `soon`. */
	retryAfter: 'seconds' | 'date' | 'none' | { text: string };
}

export type ListOrder = 'newest' | 'oldest' | 'shuffled' | 'random';

export const DEFAULT_SETTINGS: Readonly<SandboxSettings> = {
	ordersSort: 'newest',
	numbersSort: 'oldest',
	sortPrecedence: 'query',
	sortTies: 'stable',
	filterCase: 'any',
	randomSeed: 0,
	maxPageSize: 100,
	pageSizeOverLimit: 'cap',
	pageSizes: null,
	totals: 'account',
	removedRetentionMs: 7 * 24 * 3600 * 1000,
	regionWhereNone: 'refused',
	tollFreeWithRegion: 'refused',
	usAboveStock: 'refused',
	quantityWithSkus: 'refused',
	duplicateOrders: 'accepted',
	previewId: 'null',
	createdItemStatus: 'Processing',
	orderCreateStatus: 200,
	fulfilment: { mode: 'manual' },
	statusDash: '–',
	statusCase: 'title',
	funds: '1000.00',
	updateLeavesOut: 'default',
	didsEnabled: true,
	featureOffStatus: 403,
	unknownNames: 'refused',
	rateLimit: null,
	quota: null,
	cnamMs: null,
	latencyMs: 0,
	clockOffsetMs: 0,
	dateHeader: true,
	record: true,
	// Tests set the whole object, or the sandbox's own copy of it.
	deviations: Object.freeze({}),
};
