import type { IDataObject } from 'n8n-workflow';

/** The API's field name → the label in the form. */
export type Labels = Record<string, string>;

/** @see docs/api.md#errors */
export interface ApiErrorDetail {
	code: number | null;
	title: string;
	detail: string;
	/** The API's name of the field. */
	field: string | null;
	/** JSON Pointer into the request body. */
	source: string | null;
}

/** Why a request failed, in plain data. */
export interface ApiFailure {
	kind:
		| 'refused' // any other 4xx
		| 'throttled' // 429, or code 2002
		| 'quota' // code 2001
		| 'server' // 5xx
		| 'failed' // a success that reports errors
		| 'unreadable' // a success without what the endpoint documents
		| 'tooLarge'
		| 'redirect' // 3xx
		| 'network'; // no answer
	/** What the advice is about: an HTTP status, a network code such as `ECONNREFUSED`, or a gateway's meaning. */
	cause: string;
	/**
	 * `neverSent`: no byte reached the server. `refused`: the API or its gateway says so itself; nothing was
	 * done. `unknown`: it may have been carried out.
	 */
	outcome: 'neverSent' | 'refused' | 'unknown';
	/** Whether the same request may succeed a moment later. */
	isTransient: boolean;
	httpStatus: number | null;
	apiRequestId: string | null;
	errors: ApiErrorDetail[];
	/** Other words on it: a plain text answer, or those of n8n or Node for a network failure. */
	reason: string;
	/** How long the API asks us to wait, in milliseconds. */
	retryAfter: number | null;
}

export interface HttpAnswer {
	statusCode: number;
	headers: Record<string, unknown>;
	body: unknown;
}

export interface ApiRequest {
	method: 'GET' | 'POST' | 'PUT' | 'DELETE';
	/** Path segments below `/v1/dids`; each is encoded, so that an id cannot lead to another endpoint. */
	path: ReadonlyArray<string | number>;
	/** Entries that are `undefined` or `''` are not sent: to the API an empty text is not absent. */
	query?: Record<string, string | number | boolean | undefined>;
	/** JSON body. Entries that are `undefined` are not sent; `null` is (Set Trunk Group). */
	body?: IDataObject;
	/** Whether a body is what the endpoint documents; no body is `{}`. Default: any object, or nothing (204). */
	isValid?: (body: IDataObject) => boolean;
	/** Default: as often as `decideRetry` says. */
	maxAttempts?: number;
	/** For all attempts together, in milliseconds. Default: `timing.totalBudget`. */
	budget?: number;
	/** The input item that the call is made for: its credential is used, and errors name it. */
	itemIndex?: number;
}

export interface FailedResult {
	ok: false;
	failure: ApiFailure;
	request: ApiRequest;
	attempts: number;
	/** Takes the secrets that it was sent with out of a text. */
	redact: (text: string) => string;
}

/** What became of a call, retries included. */
export type ApiResult = { ok: true; body: IDataObject } | FailedResult;
