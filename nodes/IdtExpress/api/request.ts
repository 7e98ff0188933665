import { jsonParse } from 'n8n-workflow';
import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';
import { inputError, quote, type AnyContext } from '../shared/field';
import { isRecord, recordAt, textAt } from '../shared/json';
import { classifyAnswer, classifyNetworkError, isSuccess, TOO_LARGE } from './classify';
import { CREDENTIAL, type Access } from './credential';
import { apiError } from './errors';
import { letThrough, throttled } from './pace';
import { decideRetry } from './retry';
import { cancelSignal, type Session } from './session';
import { timing } from './timing';
import type { ApiFailure, ApiRequest, ApiResult, HttpAnswer } from './types';

/**
 * Calls the API and returns the record that it answers, without the envelope around it.
 * @param key the record's name in the answer
 * @param id the record that was asked for; another one is not believed
 * @throws NodeApiError; NodeOperationError for a request that must not be sent
 * @see docs/api.md#errors
 */
export async function apiRecord(
	session: Session,
	request: ApiRequest,
	key: string,
	id: string | number,
): Promise<IDataObject> {
	// `9C2-2E2` is the order `9c2-2e2`.
	const wanted = String(id).toLowerCase();
	const isValid = (body: IDataObject) => textAt(body, key, 'id').toLowerCase() === wanted;
	const result = await trySend(session, { ...request, isValid });
	if (result.ok) return recordAt(result.body, key);
	throw apiError(session, result);
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
	for (let attempts = 1; ; attempts++) {
		const answer = await session.send(async () => {
			endsAt = Math.min(endsAt, Date.now() + budget, session.deadline);
			if (Date.now() >= session.deadline) return classifyNetworkError({ code: 'ETIMEDOUT' });
			return await sendOnce(session.context, { ...request, url }, access, endsAt);
		});
		const isLetThrough = 'body' in answer || !['throttled', 'network'].includes(answer.kind);
		if (isLetThrough) session.pace = letThrough(session.pace);
		if ('body' in answer) return { ok: true, ...answer };
		mayHaveHappened ||= answer.outcome === 'unknown';
		const timeLeft = endsAt - Date.now();
		const wait = decideRetry(request, answer, attempts, timeLeft, Math.random());
		if (wait === null) {
			// A refusal of the last attempt does not say what became of the others.
			const outcome = mayHaveHappened ? 'unknown' : answer.outcome;
			const failure = { ...answer, outcome };
			return { ok: false, failure, request, attempts, redact: access.redact };
		}
		if (answer.kind === 'throttled') session.pace = throttled(session.pace, Date.now(), wait);
		await session.sleep(wait);
	}
}

/** @param endsAt when all attempts together must be over, milliseconds since 1970 */
async function sendOnce(
	context: AnyContext,
	{ method, url, query, body, isValid }: ApiRequest & { url: string },
	{ decrypted }: Access,
	endsAt: number,
): Promise<{ body: IDataObject } | ApiFailure> {
	const timeLeft = Math.min(timing.requestTimeout, endsAt - Date.now());
	const deadline = AbortSignal.timeout(Math.max(1_000, timeLeft));
	const cancelled = cancelSignal(context);
	const abortSignal = cancelled ? AbortSignal.any([cancelled, deadline]) : deadline;
	// n8n hands on the signal of the execution alone: this one also ends with the deadline.
	const caller: AnyContext = Object.create(context, {
		getExecutionCancelSignal: { value: () => abortSignal },
	});
	// A new object for every attempt: n8n writes the secrets into the headers of the one it gets.
	const options: IHttpRequestOptions = {
		method,
		url,
		qs: presentEntries(query),
		body: body && presentEntries(body),
		json: true,
		// Read by us, so that an answer that never ends or is too large does not fill the memory.
		encoding: 'stream',
		returnFullResponse: true,
		// Statuses are classified here, once; n8n would also send a write again after a 401.
		ignoreHttpStatusErrors: true,
		// The secrets would travel with a redirect, to whatever host it names.
		disableFollowRedirect: true,
		abortSignal,
	};
	const receive = async (): Promise<HttpAnswer> => {
		const credentials = { credentialsDecrypted: decrypted };
		const send = context.helpers.httpRequestWithAuthentication;
		const answer = await send.call(caller, CREDENTIAL, options, credentials);
		return { ...answer, body: await readBody(answer.body) };
	};
	// Nobody waits longer, even where the signal is ignored.
	const ended = new Promise<never>((_resolve, reject) => {
		abortSignal.addEventListener('abort', () => reject(abortSignal.reason), { once: true });
	});
	const answer = await Promise.race([receive(), ended]).catch((error: unknown) =>
		// axios' own timeout counts only silence, so an answer that drips would never end.
		classifyNetworkError(deadline.aborted ? { code: 'ETIMEDOUT' } : error),
	);
	if ('kind' in answer) return answer;
	const { body: record } = answer;
	const isGood = isRecord(record) && (isValid?.(record) ?? true);
	if (isSuccess(answer) && isGood) return { body: record };
	return classifyAnswer(answer, Date.now(), isValid !== undefined && isGood);
}

/** In bytes: more than a hundred times what the largest documented page has. */
const LARGEST_BODY = 64_000_000;

/**
 * @returns the parsed JSON, `{}` where there is none, or the text where it is something else; `TOO_LARGE`
 *   where it is not read to its end
 */
async function readBody(body: AsyncIterable<Uint8Array>): Promise<unknown> {
	const chunks: Uint8Array[] = [];
	let size = 0;
	for await (const chunk of body) {
		chunks.push(chunk);
		size += chunk.length;
		if (size > LARGEST_BODY) return TOO_LARGE;
	}
	const text = new TextDecoder().decode(Buffer.concat(chunks)) || 'null';
	return jsonParse<unknown>(text, { fallbackValue: text }) ?? {};
}

function encodePath({ context }: Session, { path, itemIndex }: ApiRequest): string {
	// Dots stay dots when encoded, and a URL with them means another address.
	const wrong = path.map(String).find((text) => /^\s*$|^\.\.?$|\p{Surrogate}/u.test(text));
	if (wrong === undefined) return path.map((text) => `/${encodeURIComponent(text)}`).join('');
	throw inputError(
		{ context, itemIndex },
		`${quote(wrong)} is not an ID`,
		'Choose one from the list, or enter the ID that Get Many shows.',
	);
}

function presentEntries(values: IDataObject = {}): IDataObject {
	const entries = Object.entries(values);
	return Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== ''));
}
