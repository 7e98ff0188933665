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
