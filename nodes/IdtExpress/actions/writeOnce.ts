import type { IDataObject } from 'n8n-workflow';
import { apiError } from '../api/errors';
import { trySend } from '../api/request';
import type { ApiRequest, FailedResult } from '../api/types';
import type { RunSession } from '../api/session';
import { inputError } from '../shared/field';
import { shortHash } from '../shared/shortHash';
import { Ledger, type WriteKey, type WriteRecord } from './ledger';
import { executionMemory } from './tool';

/**
 * Writes that must not happen twice: the POST requests that create something or cost something.
 *
 * The API has no idempotency key, so the node keeps a ledger. n8n runs all items again when it retries a
 * node: an item that was written gets the answer that it got then. A write whose answer was lost is
 * looked up in the account, and sent again only by a later try, if it is surely not there.
 */

/** What the account says about a write whose answer was lost. */
export type Finding =
	/** It happened; `body` is what the API would have answered. */
	| { kind: 'found'; body: IDataObject }
	/** It surely did not happen. */
	| { kind: 'absent' }
	/** `reason` completes "… because". */
	| { kind: 'unknown'; reason: string };

/** How one kind of write is found again. */
export interface Recovery {
	/** Whether items with the same request want the same thing: it is sent once for all of them. */
	isShared?: true;
	/**
	 * Called each time before the write is sent. It may throw to prevent that.
	 * @param others what else this execution wrote, or may have written: it shares the Spend Limit
	 * @returns what must be known to find the write later, as plain JSON, and what it costs, as a decimal
	 * string
	 */
	beforeSend?(others: WriteRecord[]): Promise<{ before: IDataObject; cost?: string }>;
	/**
	 * Searches the account for the write.
	 * @param record what is remembered of it; `before` is what `beforeSend` gave the first time
	 * @param others what else this execution wrote, or may have written
	 */
	find(record: WriteRecord, others: WriteRecord[]): Promise<Finding>;
	/** How errors speak of it. */
	words: {
		/** Such as `The order may have been placed`. */
		mayHaveHappened: string;
		/** Such as `The order was not placed`. */
		didNotHappen: string;
		/** What a person can do to find out, as a sentence. */
		howToCheck: string;
	};
}

/**
 * Sends a write, once for an item of a run of the node, retries included.
 * @returns what the API answered, now or in an earlier try
 * @throws NodeApiError, NodeOperationError; where the write may have happened, the error says so
 */
export async function writeOnce(
	session: RunSession,
	request: ApiRequest & { itemIndex: number },
	recovery: Recovery,
): Promise<IDataObject> {
	return await unlessDone(session, request, recovery.isShared, async (ledger, earlier) => {
		if (earlier) {
			const finding = await lookUp(recovery, ledger, earlier);
			if (finding.kind === 'found') return ledger.finish(earlier, finding.body);
			if (finding.kind === 'unknown') throw lostError(session, request, recovery, finding);
		}

		const { before, cost } = (await recovery.beforeSend?.(ledger.others(earlier))) ?? {};
		// The account is compared with what it held before the first sending, whose effect may show up at
		// any later time.
		const record = earlier ?? ledger.note(before);
		Object.assign(record, { state: 'unknown', cost });

		const result = await trySend(session, request);
		if (result.ok) return ledger.finish(record, result.body);
		const isRefused = result.failure.outcome !== 'unknown';
		if (isRefused && !earlier) {
			ledger.forget(record);
			throw apiError(session, result);
		}
		// What refuses a repetition may be the effect of the first request.
		const finding = await lookUp(recovery, ledger, record);
		if (finding.kind === 'found') return ledger.finish(record, finding.body);
		if (isRefused && finding.kind === 'absent') throw apiError(session, result);
		throw lostError(session, request, recovery, finding, result);
	});
}

/**
 * Deletes something, once for a run of the node, however many items name it. A DELETE may be repeated, so
 * it is not looked up: what is gone after an answer was lost is deleted.
 * @param goneCodes with which the API says that there is no such thing
 * @param check throws where the account does not show that it is deleted
 * @returns what the API answered, now or in an earlier try; `{}` where that answer was lost
 * @throws NodeApiError, NodeOperationError
 */
export async function deleteOnce(
	session: RunSession,
	request: ApiRequest & { method: 'DELETE'; itemIndex: number },
	goneCodes: number[],
	check?: () => Promise<void>,
): Promise<IDataObject> {
	return await unlessDone(session, request, true, async (ledger, earlier) => {
		const record = earlier ?? ledger.note();
		const result = await trySend(session, request);
		if (result.ok) return ledger.finish(record, result.body);
		const { kind, outcome, errors } = result.failure;
		const mayBeDone = earlier !== undefined || outcome === 'unknown';
		const isGone = errors.some(({ code }) => goneCodes.includes(code ?? 0));
		// A success that does not say what was done: the account does.
		if (mayBeDone && (isGone || (check && kind === 'unreadable'))) {
			await check?.();
			return ledger.finish(record, {});
		}
		if (!mayBeDone) ledger.forget(record);
		else ledger.remember(record);
		throw apiError(session, result);
	});
}

async function lookUp(recovery: Recovery, ledger: Ledger, record: WriteRecord): Promise<Finding> {
	let finding: Finding;
	try {
		finding = await recovery.find(record, ledger.others(record));
	} catch (error) {
		const message = error instanceof Error ? error.message : String(error);
		finding = { kind: 'unknown', reason: `it could not be looked up (${message})` };
	}
	if (finding.kind === 'found') return finding;
	record.state = finding.kind;
	ledger.remember(record);
	return finding;
}

/** @param failed the failure of this try; without it, the request is of an earlier one */
function lostError(
	session: RunSession,
	request: ApiRequest,
	{ words }: Recovery,
	finding: Exclude<Finding, { kind: 'found' }>,
	failed?: FailedResult,
): Error {
	const isAbsent = finding.kind === 'absent';
	const message = isAbsent ? words.didNotHappen : words.mayHaveHappened;
	const advice = isAbsent
		? 'IDT Express did not confirm the request, and the account shows that it was not carried ' +
			'out. Run it again; with Retry On Fail, the next try checks the account once more before ' +
			'it sends the request.'
		: 'IDT Express did not confirm the request, and the account does not show whether it was ' +
			`carried out, because ${finding.reason}. ${words.howToCheck} With Retry On Fail, and ` +
			'when this execution is retried, the account is checked before anything is sent. The ' +
			`request was: ${JSON.stringify(request.body ?? {})}.`;
	return failed
		? apiError(session, failed, { message, advice })
		: inputError({ context: session.context, itemIndex: request.itemIndex }, message, advice);
}

/** The last write of each execution: the next one waits for it. */
const locks = new WeakMap<object, Promise<unknown>>();

/**
 * Writes, unless an earlier try did: then the answer is what it got. One write of an execution comes after
 * the other, because an agent may call its tool several times at once.
 * @param isShared whether an item gets the answer that another one with the same request got
 * @param write gets what is remembered of an earlier try
 */
async function unlessDone(
	session: RunSession,
	request: ApiRequest & { itemIndex: number },
	isShared: boolean | undefined,
	write: (ledger: Ledger, earlier: WriteRecord | undefined) => Promise<IDataObject>,
): Promise<IDataObject> {
	const memory = executionMemory(session.context);
	const work = async () => {
		const key = await keyOf(session, request);
		const ledger = Ledger.open(session.context, isShared ? { ...key, item: 0 } : key);
		const earlier = ledger.recall();
		return earlier?.state === 'done' && earlier.body ? earlier.body : await write(ledger, earlier);
	};
	const result = (locks.get(memory) ?? Promise.resolve()).then(work, work);
	locks.set(memory, result);
	return await result;
}

async function keyOf(
	session: RunSession,
	{ method, path, body, itemIndex }: ApiRequest & { itemIndex: number },
): Promise<WriteKey> {
	const parts = [await session.account(itemIndex), method, path, body ?? null];
	return {
		run: Number(session.context.getWorkflowDataProxy(itemIndex).$runIndex) || 0,
		item: itemIndex,
		request: shortHash(JSON.stringify(parts), 22),
	};
}
