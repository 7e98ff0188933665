/** The switches of the sandbox: what the API's reference leaves open, and how the account behaves. */
export interface SandboxSettings {
	/** Order of Get Orders, which the reference does not tell. `shuffled` is fixed, `random` is not. */
	ordersSort: ListOrder;
	/** Order of Get Numbers where the request does not sort. */
	numbersSort: ListOrder;
	/** What `random` begins with: the same requests get the same lists. */
	randomSeed: number;
	/** The largest page size that is honoured. */
	maxPageSize: number;
	/** What becomes of a larger one. */
	pageSizeOverLimit: 'cap' | 'error';
	/** Requests a second before 429/2002; `null`: no limit. */
	rateLimit: { perSecond: number; burst?: number; retryAfter: 'seconds' | 'date' | 'none' } | null;
	/** Requests left before 429/2001; `null`: no quota. */
	quota: number | null;
	latencyMs: number;
	/** Funds in the account's currency; `null`: unlimited. */
	funds: string | null;
	/** How far the server's clock is ahead of ours. */
	clockOffsetMs: number;
	/** Whether answers carry the server's date. */
	dateHeader: boolean;
	/** How orders move: by the tests, or by themselves. */
	fulfilment: { mode: 'manual' } | { mode: 'auto'; processingMs: number; completeMs: number };
	/** How long a CNAM request is pending; `null`: until a test completes it. */
	cnamMs: number | null;
	/** Statuses with a hyphen or an en dash, capitalised or not: the samples show all of these. */
	statusDash: '-' | '–';
	statusCase: 'title' | 'lower';
	orderCreateStatus: 200 | 201;
	/** Off: code 3000. */
	didsEnabled: boolean;
	/** How long removed numbers stay listed. */
	removedRetentionMs: number;
	/** Whether requests are recorded. */
	record: boolean;
}

export type ListOrder = 'newest' | 'oldest' | 'shuffled' | 'random';

export const DEFAULT_SETTINGS: SandboxSettings = {
	ordersSort: 'newest',
	numbersSort: 'oldest',
	randomSeed: 0,
	maxPageSize: 100,
	pageSizeOverLimit: 'cap',
	rateLimit: null,
	quota: null,
	latencyMs: 0,
	funds: '1000.00',
	clockOffsetMs: 0,
	dateHeader: true,
	fulfilment: { mode: 'manual' },
	cnamMs: null,
	statusDash: '–',
	statusCase: 'title',
	orderCreateStatus: 200,
	didsEnabled: true,
	removedRetentionMs: 7 * 24 * 3600 * 1000,
	record: true,
};
