import { createHash } from 'crypto';
import { NodeOperationError, sleep } from 'n8n-workflow';
import type { ICredentialsDecrypted, IDataObject, IHttpRequestOptions } from 'n8n-workflow';
import { classifyAnswer, classifyNetworkError, classifyUnreadable, toNodeApiError } from './errors';
import { laneOf } from './lane';
import { decideRetry } from './retry';
import { timing } from './timing';
import type { ApiContext, ApiFailure, HttpAnswer } from './types';
import { isRecord, recordAt, textAt } from '../shared/json';

/** One call of the API. */
export interface ApiRequest {
	method: 'GET' | 'POST' | 'PUT' | 'DELETE';
	/** Path segments below `/v1/dids`; each is encoded, so that an id cannot lead to another endpoint. */
	path: ReadonlyArray<string | number>;
	/** Entries that are `undefined` or `''` are not sent: to the API an empty text is not absent. */
	query?: Record<string, string | number | boolean | undefined>;
	/** JSON body. Entries that are `undefined` are not sent; `null` is (Set Trunk Group). */
	body?: IDataObject;
	/** `nothing` where the API answers 204. Default `json`. */
	answers?: 'json' | 'nothing';
	/** Whether an answer is what the endpoint answers. Default: any JSON object. */
	accepts?: (body: IDataObject) => boolean;
	/** Whether sending it again is harmless. Default: for GET only. */
	readOnly?: boolean;
	/** For all attempts together, in milliseconds. Default: `timing.totalBudget`. */
	budget?: number;
	/** The input item that the call is made for, named in errors. */
	itemIndex?: number;
}

/** What became of a call, retries included. */
export type ApiResult =
	| { ok: true; body: IDataObject; headers: Record<string, unknown> }
	| { ok: false; failure: ApiFailure; attempts: number };

const CREDENTIAL = 'idtExpressApi';
const API_ROOT = '/v1/dids';

const SERVERS: Record<string, string> = {
	sandbox: 'https://sandbox-api.idtexpress.com',
	live: 'https://api.idtexpress.com',
};

/**
 * Calls the API and returns the JSON object that it answers (`{}` for a call that answers nothing).
 * @throws NodeApiError for every failure, NodeOperationError for a request that must not be sent
 * @see reference: Authentication; HTTP Status Codes, Error Responses and Codes
 */
export async function apiRequest(context: ApiContext, request: ApiRequest): Promise<IDataObject> {
	const result = await trySend(context, request);
	if (result.ok) return result.body;
	throw await apiError(context, request, result);
}

/**
 * Calls the API and returns the record that it answers, without the envelope around it.
 * @param key the record's name in the answer
 * @throws NodeApiError, also where the answer holds no such record
 */
export async function apiRecord(
	context: ApiContext,
	request: ApiRequest,
	key: string,
): Promise<IDataObject> {
	const accepts = (body: IDataObject) => isRecord(body[key]);
	return recordAt(await apiRequest(context, { ...request, accepts }), key);
}

/**
 * Calls the API like `apiRequest`, but returns a failure instead of throwing it, for callers that
 * decide by the kind of failure (whether a write may have happened).
 * @throws NodeOperationError for a request that must not be sent
 */
export async function trySend(context: ApiContext, request: ApiRequest): Promise<ApiResult> {
	const { baseUrl, decrypted } = await readCredential(context, request.itemIndex);
	const url = baseUrl + API_ROOT + encodePath(context, request);
	const lane = laneOf(context);
	const budget = Math.min(request.budget ?? Infinity, timing.totalBudget);
	let startedAt: number | null = null;
	for (let attempt = 1; ; attempt++) {
		await lane.enter();
		startedAt ??= Date.now();
		const timeLeft = budget - (Date.now() - startedAt);
		const result = await sendOnce(context, request, { url, decrypted, timeLeft });
		lane.leave();
		if ('body' in result) {
			lane.letThrough();
			return { ok: true, ...result };
		}
		const wait = decideRetry({
			number: attempt,
			elapsed: Date.now() - startedAt,
			budget,
			readOnly: isReadOnly(request),
			failure: result,
			random: Math.random(),
		});
		if (wait === null) return { ok: false, failure: result, attempts: attempt };
		if (result.kind === 'throttled') lane.throttled(wait);
		await sleep(wait, cancelSignal(context));
	}
}

/** The error for a failed call. `words` replace the API's title or the usual advice. */
export async function apiError(
	context: ApiContext,
	request: ApiRequest,
	failed: { failure: ApiFailure; attempts: number },
	words: { message?: string; advice?: string } = {},
): Promise<Error> {
	const { secrets } = await readCredential(context, request.itemIndex);
	return toNodeApiError(context.getNode(), failed.failure, {
		itemIndex: request.itemIndex,
		attempts: failed.attempts,
		call: `${request.method} ${request.path.join('/')}`,
		isWrite: !isReadOnly(request),
		secrets,
		...words,
	});
}

function isReadOnly(request: ApiRequest): boolean {
	return request.readOnly ?? request.method === 'GET';
}

/** Tells accounts and environments apart, without giving the key away. */
export async function accountOf(context: ApiContext): Promise<string> {
	const { baseUrl, secrets } = await readCredential(context);
	// The key is the account's; its secrets may be renewed.
	return createHash('sha256').update(`${baseUrl} ${secrets[0]}`).digest('base64url');
}

/** What one attempt is sent with. */
interface Sending {
	url: string;
	decrypted: ICredentialsDecrypted;
	/** In milliseconds. */
	timeLeft: number;
}

async function sendOnce(
	context: ApiContext,
	request: ApiRequest,
	{ url, decrypted, timeLeft }: Sending,
): Promise<{ body: IDataObject; headers: Record<string, unknown> } | ApiFailure> {
	// A new object for every attempt: n8n writes the secrets into the headers of the one it gets.
	const options: IHttpRequestOptions = {
		method: request.method,
		url,
		qs: presentEntries(request.query),
		body: request.body && presentEntries(request.body),
		json: true,
		returnFullResponse: true,
		// Statuses are classified here, once; n8n would also send a write again after a 401.
		ignoreHttpStatusErrors: true,
		// The secrets would travel with a redirect, to whatever host it names.
		disableFollowRedirect: true,
		timeout: Math.max(1_000, Math.min(timing.requestTimeout, timeLeft)),
	};
	let answer: HttpAnswer;
	try {
		answer = await context.helpers.httpRequestWithAuthentication.call(
			context,
			CREDENTIAL,
			options,
			{ credentialsDecrypted: decrypted },
		);
	} catch (error) {
		return classifyNetworkError(error);
	}
	if (answer.statusCode < 200 || answer.statusCode > 299) {
		return classifyAnswer(answer, Date.now());
	}
	const { body } = answer;
	// Where 204 is documented, a page or half a body comes from something else than the API.
	const isNothing = body === '' || body === undefined || body === null || isRecord(body);
	if (request.answers === 'nothing' && isNothing) return { body: {}, headers: answer.headers };
	if (!isRecord(body) || request.accepts?.(body) === false) return classifyUnreadable(answer);
	return { body, headers: answer.headers };
}

/** What requests need of the credential. */
interface Access {
	baseUrl: string;
	/** Never to be shown: errors leave them out. */
	secrets: string[];
	/** For n8n, which would read and decrypt it again for every request. */
	decrypted: ICredentialsDecrypted;
}

/**
 * Reading it costs n8n a look into its database, so a run does it once, as does each poll: hundreds of
 * looks at once, when a poll finds hundreds of orders, would leave n8n's database no connection.
 */
const accesses = new WeakMap<object, Promise<Access>>();

/** Without an item: n8n takes the key and the secret from item 0 too, whatever the request is for. */
async function readCredential(context: ApiContext, itemIndex?: number): Promise<Access> {
	// The trigger keeps its context from poll to poll, but begins a lane for each: there a credential
	// that was changed counts at once.
	const run = laneOf(context);
	const known = accesses.get(run);
	if (known) return await known;
	const reading = readAccess(context, itemIndex);
	accesses.set(run, reading);
	// Another try may do better.
	reading.catch(() => accesses.delete(run));
	return await reading;
}

async function readAccess(context: ApiContext, itemIndex?: number): Promise<Access> {
	const credential = await context.getCredentials(CREDENTIAL);
	const environment = textAt(credential, 'environment');
	return {
		baseUrl:
			SERVERS[environment] ?? checkBaseUrl(context, textAt(credential, 'baseUrl'), itemIndex),
		secrets: [textAt(credential, 'apiKey'), textAt(credential, 'apiSecret')],
		decrypted: { id: CREDENTIAL, name: CREDENTIAL, type: CREDENTIAL, data: credential },
	};
}

function checkBaseUrl(context: ApiContext, baseUrl: string, itemIndex?: number): string {
	const trimmed = baseUrl.trim().replace(/\/+$/, '');
	if (/^https?:\/\/[^/?#\s]+(\/[^?#\s]*)?$/i.test(trimmed)) return trimmed;
	throw new NodeOperationError(
		context.getNode(),
		'The base URL in the credential is not a web address',
		{
			description:
				'Open the credential and enter a base URL such as http://127.0.0.1:4010, without a question mark or anything after it, or choose the environment Sandbox or Live.',
			itemIndex,
		},
	);
}

function encodePath(context: ApiContext, request: ApiRequest): string {
	return request.path
		.map((segment) => {
			const text = String(segment);
			// Dots stay dots when encoded, and a URL with them means another address.
			if (text.trim() === '' || text === '.' || text === '..') {
				throw new NodeOperationError(context.getNode(), `"${text}" is not an ID`, {
					description: 'Choose one from the list, or enter the ID that Get Many shows.',
					itemIndex: request.itemIndex,
				});
			}
			return `/${encodeURIComponent(text)}`;
		})
		.join('');
}

function presentEntries(values: IDataObject = {}): IDataObject {
	return Object.fromEntries(
		Object.entries(values).filter(([, value]) => value !== undefined && value !== ''),
	);
}

function cancelSignal(context: ApiContext): AbortSignal | undefined {
	return 'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
}
