import type { ICredentialsDecrypted, IDataObject, IHttpRequestOptions } from 'n8n-workflow';
import { inputError, quote } from '../shared/field';
import { isRecord, recordAt, textAt } from '../shared/json';
import { classifyAnswer, classifyNetworkError, isSuccess, TOO_LARGE } from './classify';
import { CREDENTIAL, type Access } from './credential';
import { toNodeApiError } from './errors';
import { letThrough, throttled } from './pace';
import { decideRetry } from './retry';
import { cancelSignal, type Session } from './session';
import { timing } from './timing';
import type { ApiContext, ApiFailure, HttpAnswer } from './types';

/** One call of the API. */
export interface ApiRequest {
	method: 'GET' | 'POST' | 'PUT' | 'DELETE';
	/** Path segments below `/v1/dids`; each is encoded, so that an id cannot lead to another endpoint. */
	path: ReadonlyArray<string | number>;
	/** Entries that are `undefined` or `''` are not sent: to the API an empty text is not absent. */
	query?: Record<string, string | number | boolean | undefined>;
	/** JSON body. Entries that are `undefined` are not sent; `null` is (Set Trunk Group). */
	body?: IDataObject;
	/** Whether the API answers 204, without a body. */
	expectsNoBody?: boolean;
	/** Whether a body is what the endpoint documents. Default: any JSON object. */
	isValid?: (body: IDataObject) => boolean;
	/** Default: as often as `decideRetry` says. */
	maxAttempts?: number;
	/** For all attempts together, in milliseconds. Default: `timing.totalBudget`. */
	budget?: number;
	/** The input item that the call is made for: its credential is used, and errors name it. */
	itemIndex?: number;
}

/** What became of a call, retries included. */
export type ApiResult =
	| { ok: true; body: IDataObject }
	| { ok: false; failure: ApiFailure; attempts: number };

export type FailedResult = Extract<ApiResult, { ok: false }>;

/**
 * Calls the API and returns the record that it answers, without the envelope around it.
 * @param key the record's name in the answer
 * @param id the record that was asked for; another one is not believed
 * @throws NodeApiError, also where the answer does not hold the record; NodeOperationError for a request
 *   that must not be sent
 * @see docs/api.md#errors
 */
export async function apiRecord(
	session: Session,
	request: ApiRequest,
	key: string,
	id: string | number,
): Promise<IDataObject> {
	// `9C2-2E2` is the order `9c2-2e2`.
	const isValid = (body: IDataObject) =>
		textAt(body, key, 'id').toLowerCase() === String(id).toLowerCase();
	const call = { ...request, isValid };
	const result = await trySend(session, call);
	if (result.ok) return recordAt(result.body, key);
	throw await apiError(session, call, result);
}

/**
 * Calls the API and returns the JSON object that it answers (`{}` for a call that answers nothing), or
 * the failure, for callers that decide by its outcome.
 * @throws NodeOperationError for a request that must not be sent
 */
export async function trySend(session: Session, request: ApiRequest): Promise<ApiResult> {
	const access = await session.access(request.itemIndex);
	const url = `${access.baseUrl}/v1/dids${encodePath(session, request)}`;
	const budget = Math.min(request.budget ?? Infinity, timing.totalBudget);
	// The time that is spent on waiting for a place is not the request's.
	let endsAt = Infinity;
	let mayHaveHappened = false;
	for (let attempt = 1; ; attempt++) {
		const answer = await session.send(async () => {
			endsAt = Math.min(endsAt, Date.now() + budget, session.deadline);
			return await sendOnce(session.context, request, access, { url, endsAt });
		});
		const isLetThrough = 'body' in answer || !['throttled', 'network'].includes(answer.kind);
		if (isLetThrough) session.pace = letThrough(session.pace);
		if ('body' in answer) return { ok: true, ...answer };
		mayHaveHappened ||= answer.outcome === 'unknown';
		const wait = decideRetry({
			number: attempt,
			timeLeft: endsAt - Date.now(),
			maxAttempts: request.maxAttempts,
			isRepeatable: request.method !== 'POST',
			failure: answer,
			random: Math.random(),
		});
		if (wait === null) {
			// A refusal of the last attempt does not say what became of the others.
			const outcome = mayHaveHappened ? 'unknown' : answer.outcome;
			return { ok: false, failure: { ...answer, outcome }, attempts: attempt };
		}
		if (answer.kind === 'throttled') session.pace = throttled(session.pace, Date.now(), wait);
		await session.sleep(wait);
	}
}

/** The error for a failed call. `words` replace the message or the usual advice. */
export async function apiError(
	session: Session,
	request: ApiRequest,
	{ failure, attempts }: FailedResult,
	words: { message?: string; advice?: string } = {},
): Promise<Error> {
	const { redact } = await session.access(request.itemIndex);
	return toNodeApiError(session.context.getNode(), failure, {
		itemIndex: request.itemIndex,
		attempts,
		call: `${request.method} ${request.path.join('/')}`,
		isWrite: request.method !== 'GET',
		labels: session.labels,
		redact,
		...words,
	});
}

/** @param endsAt when all attempts together must be over, milliseconds since 1970 */
async function sendOnce(
	context: ApiContext,
	request: ApiRequest,
	access: Access,
	{ url, endsAt }: { url: string; endsAt: number },
): Promise<{ body: IDataObject } | ApiFailure> {
	const timeLeft = Math.min(timing.requestTimeout, endsAt - Date.now());
	const deadline = AbortSignal.timeout(Math.max(1_000, timeLeft));
	// A new object for every attempt: n8n writes the secrets into the headers of the one it gets.
	const options: IHttpRequestOptions = {
		method: request.method,
		url,
		qs: presentEntries(request.query),
		body: request.body && presentEntries(request.body),
		json: true,
		// Read by us, so that an answer that never ends or is too large does not fill the memory.
		encoding: 'stream',
		returnFullResponse: true,
		// Statuses are classified here, once; n8n would also send a write again after a 401.
		ignoreHttpStatusErrors: true,
		// The secrets would travel with a redirect, to whatever host it names.
		disableFollowRedirect: true,
	};
	let answer: HttpAnswer;
	try {
		answer = await receive(context, options, access.decrypted, deadline);
	} catch (error) {
		// axios' own timeout counts only silence, so an answer that drips would never end.
		return classifyNetworkError(deadline.aborted ? { code: 'ETIMEDOUT' } : error);
	}
	const { body } = answer;
	const isValid = isRecord(body) && (request.isValid?.(body) ?? true);
	// Where 204 is documented, a page or half a body comes from something else than the API.
	const isDocumented = isValid || (request.expectsNoBody === true && (body ?? '') === '');
	if (isSuccess(answer) && isDocumented) return { body: isRecord(body) ? body : {} };
	return classifyAnswer(answer, Date.now(), request.isValid !== undefined && isValid);
}

/** Sends a request and reads its answer. Both end when the deadline does, or the execution. */
async function receive(
	context: ApiContext,
	options: IHttpRequestOptions,
	credentialsDecrypted: ICredentialsDecrypted,
	deadline: AbortSignal,
): Promise<HttpAnswer> {
	const cancelled = cancelSignal(context);
	const signal = cancelled ? AbortSignal.any([cancelled, deadline]) : deadline;
	// n8n hands on the signal of the execution alone: this one also ends with the deadline.
	const caller: ApiContext = Object.create(context, {
		getExecutionCancelSignal: { value: () => signal },
	});
	const receiving = async (): Promise<HttpAnswer> => {
		const answer = await context.helpers.httpRequestWithAuthentication.call(
			caller,
			CREDENTIAL,
			{ ...options, abortSignal: signal },
			{ credentialsDecrypted },
		);
		return { ...answer, body: await readBody(answer.body) };
	};
	// Nobody waits longer, even where the signal is ignored.
	const ended = new Promise<never>((_resolve, reject) => {
		signal.addEventListener('abort', () => reject(signal.reason), { once: true });
	});
	return await Promise.race([receiving(), ended]);
}

/** In bytes: more than a hundred times what the largest documented page has. */
const LARGEST_BODY = 64_000_000;

/** @returns the parsed JSON, or the text where it is none; `TOO_LARGE` where it is not read to its end */
async function readBody(body: unknown): Promise<unknown> {
	if (!isStream(body)) return body;
	const chunks: Uint8Array[] = [];
	let size = 0;
	for await (const chunk of body) {
		chunks.push(chunk);
		size += chunk.length;
		if (size > LARGEST_BODY) return TOO_LARGE;
	}
	const text = new TextDecoder().decode(Buffer.concat(chunks));
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

function isStream(body: unknown): body is AsyncIterable<Uint8Array> {
	return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}

function encodePath({ context }: Session, { path, itemIndex }: ApiRequest): string {
	return path
		.map((segment) => {
			const text = String(segment);
			// Dots stay dots when encoded, and a URL with them means another address.
			if (!/^\s*$|^\.\.?$|\p{Surrogate}/u.test(text)) return `/${encodeURIComponent(text)}`;
			throw inputError(
				{ context, itemIndex },
				`${quote(text)} is not an ID`,
				'Choose one from the list, or enter the ID that Get Many shows.',
			);
		})
		.join('');
}

function presentEntries(values: IDataObject = {}): IDataObject {
	return Object.fromEntries(
		Object.entries(values).filter(([, value]) => value !== undefined && value !== ''),
	);
}
