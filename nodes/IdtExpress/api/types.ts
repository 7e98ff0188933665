import type { IExecuteFunctions, ILoadOptionsFunctions, IPollFunctions } from 'n8n-workflow';

/** The contexts of n8n that a request can be sent from. */
export type ApiContext = IExecuteFunctions | ILoadOptionsFunctions | IPollFunctions;

/** One entry of the API's `errors` list (reference: Error object). */
export interface ApiErrorDetail {
	code: number | null;
	title: string;
	detail: string;
	/** The API's name of the field. */
	field: string | null;
	/** JSON Pointer into the request body. */
	source: string | null;
}

/** Why a request failed, in plain data. Constructing it has no side effects. */
export interface ApiFailure {
	/**
	 * `refused`: the API said no (4xx) · `throttled`: 2002, or a 429 without a code · `quota`: 2001 ·
	 * `server`: 5xx · `unreadable`: success, but the body is not what the endpoint answers ·
	 * `redirect`: 3xx · `network`: no answer
	 */
	kind: 'refused' | 'throttled' | 'quota' | 'server' | 'unreadable' | 'redirect' | 'network';
	/** Whether the same request may succeed a moment later. */
	transient: boolean;
	/** Whether the server may have carried the request out although it failed. */
	mayHaveHappened: boolean;
	httpStatus: number | null;
	apiRequestId: string | null;
	errors: ApiErrorDetail[];
	/** Node's code of a network failure, for example `ECONNREFUSED`. */
	networkCode: string | null;
	/** What the API asked us to wait, in milliseconds. */
	retryAfter: number | null;
}

/** An HTTP answer, as n8n's request helper gives it. */
export interface HttpAnswer {
	statusCode: number;
	headers: Record<string, unknown>;
	body: unknown;
}
