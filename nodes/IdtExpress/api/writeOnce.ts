import { createHash } from 'crypto';
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { isRecord } from '../shared/json';
import { accountOf, apiError, trySend, type ApiRequest, type ApiResult } from './request';

/**
 * Writes that must not happen twice.
 *
 * The API has no idempotency key, so the node must know. What a run of the node has written is kept
 * in the execution's own data, by run, item and request. n8n runs all items again when it retries
 * the node: an item that was written gets the answer that it got then. A write whose answer was
 * lost is looked up, and sent again only if it is proved not to have happened.
 */

/** What a look at the account says about a write whose answer was lost. */
export type Finding =
	/** It happened; `body` is what the API would have answered. */
	| { kind: 'happened'; body: IDataObject }
	/** It surely did not happen. */
	| { kind: 'nothing' }
	/** It cannot be told; `reason` completes "… because". */
	| { kind: 'unknown'; reason: string };

/** How a kind of write is looked up. */
export interface LookUp {
	/**
	 * Called each time before the write is sent. It may throw to prevent that.
	 * @param together the other writes that count with this one
	 * @returns what the write costs, as a decimal string, or `undefined`
	 */
	price?(together: WriteRecord[]): Promise<string | undefined>;
	/**
	 * Called before the write is sent for the first time: what must be known of the account to find
	 * it later, as plain JSON. It may throw to prevent the write.
	 */
	prepare?(): Promise<IDataObject>;
	/**
	 * Looks for what the write did.
	 * @param others what else this execution wrote, or may have written
	 */
	find(record: WriteRecord, others: WriteRecord[]): Promise<Finding>;
}

/** What is remembered of a write. */
export interface WriteRecord {
	run: number;
	item: number;
	/** Fingerprint of the account and the request. */
	request: string;
	/** `pending`: sent, and what became of it is not known. */
	state: 'pending' | 'done';
	/** What `prepare` gave before it was sent first. */
	before: IDataObject;
	/** A decimal string in the account's currency. */
	cost?: string;
	/** What the API answered. */
	body?: IDataObject;
}

/** How the error about a lost answer speaks of the write. */
export interface WriteWords {
	/** Such as `The order may have been placed`. */
	mayHaveHappened: string;
	/** What the user can do to find out. */
	howToCheck: string;
}

/** A lost answer is asked for once more, not for ever. */
const MAX_SENDS = 2;

/**
 * Sends a write, at most once for an item in a run of the node, retries included.
 * @returns what the API answered, now or in an earlier try
 * @throws NodeApiError
 */
export async function writeOnce(
	context: IExecuteFunctions,
	request: ApiRequest & { itemIndex: number },
	lookUp: LookUp,
	words: WriteWords,
): Promise<IDataObject> {
	const memory = context.getContext('node');
	return await inTurn(memory, async () => await write(context, request, lookUp, words));
}

async function write(
	context: IExecuteFunctions,
	request: ApiRequest & { itemIndex: number },
	lookUp: LookUp,
	words: WriteWords,
): Promise<IDataObject> {
	const records = recordsOf(context);
	const key = {
		run: runIndexOf(context, request.itemIndex),
		item: request.itemIndex,
		request: await fingerprintOf(context, request),
	};
	const isTool = isUsedAsTool(context);
	if (!isTool) forgetEarlierRounds(records, key.run);
	let record = recall(records, key, isTool);
	if (record?.state === 'done') return record.body ?? {};

	let lost: Extract<ApiResult, { ok: false }> | null = null;
	/** Whether it was sent before, with an end that is not known: then the next try looks, too. */
	let isOpen = record !== undefined;
	for (let sends = 0; ; sends++) {
		if (record) {
			const finding = await findOut(lookUp, record, records);
			if (finding.kind === 'happened') return finish(record, finding.body);
			if (finding.kind === 'unknown' || sends === MAX_SENDS) {
				throw await lostError(context, request, lost, words, finding);
			}
		}
		const together = records.filter(
			(entry) => entry !== record && (isTool || entry.run === key.run),
		);
		const cost = await lookUp.price?.(together);
		if (!record) {
			// What was there before the first sending is what counts: the order that this one placed
			// may show up at any later time.
			const before = (await lookUp.prepare?.()) ?? {};
			record = { ...key, state: 'pending', before };
			// Noted before it is sent: whatever happens from here on, the next try knows.
			records.push(record);
		}
		if (cost !== undefined) record.cost = cost;
		const result = await trySend(context, request);
		if (result.ok) return finish(record, result.body);
		if (!result.failure.mayHaveHappened) {
			if (!isOpen) records.splice(records.indexOf(record), 1);
			throw await apiError(context, request, result);
		}
		lost = result;
		isOpen = true;
	}
}

/**
 * What is remembered of a request that was sent before.
 *
 * An agent that calls its tool twice with the same arguments wants two orders, so what was done is
 * never given again. But a call that ended with an unknown outcome is taken up by the next call for
 * the same thing: n8n counts the tries of a tool as runs of their own, and models try again.
 */
function recall(
	records: WriteRecord[],
	key: Pick<WriteRecord, 'run' | 'item' | 'request'>,
	isTool: boolean,
): WriteRecord | undefined {
	if (isTool) {
		const open = records.find(
			(entry) => entry.state === 'pending' && entry.request === key.request,
		);
		return open && Object.assign(open, key);
	}
	return records.find(
		(entry) => entry.run === key.run && entry.item === key.item && entry.request === key.request,
	);
}

/** The writes that are under way or wait, by the memory of the execution. */
const turns = new WeakMap<object, Promise<unknown>>();

/** One write after the other: an agent may call its tool several times at the same moment. */
async function inTurn<T>(memory: object, work: () => Promise<T>): Promise<T> {
	const turn = (turns.get(memory) ?? Promise.resolve()).then(work, work);
	turns.set(memory, turn);
	return await turn;
}

/** n8n names the tool that it makes of a node by this ending. */
function isUsedAsTool(context: IExecuteFunctions): boolean {
	return context.getNode().type.endsWith('Tool');
}

/** What earlier rounds of a loop wrote is never asked for again, and a loop may be long. */
function forgetEarlierRounds(records: WriteRecord[], run: number): void {
	const kept = records.filter((entry) => entry.run >= run);
	records.splice(0, records.length, ...kept);
}

function finish(record: WriteRecord, body: IDataObject): IDataObject {
	record.state = 'done';
	record.body = body;
	// It has served its purpose, and the execution's data should stay small.
	record.before = {};
	return body;
}

async function findOut(
	lookUp: LookUp,
	record: WriteRecord,
	records: WriteRecord[],
): Promise<Finding> {
	try {
		return await lookUp.find(
			record,
			records.filter((entry) => entry !== record),
		);
	} catch (error) {
		const message = error instanceof Error ? error.message : String(error);
		return { kind: 'unknown', reason: `looking it up failed too (${message})` };
	}
}

async function lostError(
	context: IExecuteFunctions,
	request: ApiRequest,
	lost: Extract<ApiResult, { ok: false }> | null,
	words: WriteWords,
	finding: Finding,
): Promise<Error> {
	const reason =
		finding.kind === 'unknown' ? finding.reason : 'it was not carried out, twice in a row';
	const sent = JSON.stringify(request.body ?? {});
	const failed = lost ?? { failure: NO_ANSWER, attempts: 1 };
	const certain = finding.kind === 'nothing';
	return await apiError(context, request, failed, {
		message: certain ? undefined : words.mayHaveHappened,
		advice: certain
			? `The account was looked at: ${reason}. Try again later.`
			: `The answer of IDT Express was lost, and what became of the request cannot be told because ${reason}. ${words.howToCheck} With Retry On Fail, the next try looks before it sends anything. What was sent: ${sent}.`,
	});
}

/** The failure of an earlier try, of which no more is known than that. */
const NO_ANSWER: Extract<ApiResult, { ok: false }>['failure'] = {
	kind: 'network',
	transient: true,
	mayHaveHappened: true,
	httpStatus: null,
	apiRequestId: null,
	errors: [],
	networkCode: 'UNKNOWN',
	retryAfter: null,
};

/**
 * The records of this node in this execution. n8n keeps the context from try to try, from round to
 * round of a loop, and into *Retry execution*.
 */
function recordsOf(context: IExecuteFunctions): WriteRecord[] {
	const memory: IDataObject = context.getContext('node');
	if (!Array.isArray(memory.idtExpressWrites)) memory.idtExpressWrites = [];
	const records: unknown = memory.idtExpressWrites;
	return isRecordOfWrites(records) ? records : [];
}

function isRecordOfWrites(records: unknown): records is WriteRecord[] {
	return Array.isArray(records) && records.every((entry) => isRecord(entry) && 'request' in entry);
}

/** The same in every try of a run; a loop's next round has the next one. */
function runIndexOf(context: IExecuteFunctions, itemIndex: number): number {
	return Number(context.getWorkflowDataProxy(itemIndex).$runIndex) || 0;
}

async function fingerprintOf(context: IExecuteFunctions, request: ApiRequest): Promise<string> {
	const parts = [await accountOf(context), request.method, request.path, request.body ?? null];
	return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22);
}
