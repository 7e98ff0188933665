import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { inputError } from '../shared/field';
import { isRecord } from '../shared/json';
import { executionMemory, isTool } from './tool';

/**
 * What a node has sent in an execution. It is kept in the execution's own data, which n8n hands on from
 * try to try, from round to round of a loop, and to a retry from the list of executions.
 */

/** What is remembered of a write. */
export interface WriteRecord extends WriteKey {
	/**
	 * `unknown`: sent, and what became of it is not known · `absent`: sent, but not in the account when
	 * it was looked up · `done`
	 */
	state: 'unknown' | 'absent' | 'done';
	/** What `beforeSend` noted before it was sent first. */
	before: IDataObject;
	/** A decimal string in the account's currency. */
	cost?: string;
	/** What the API answered. */
	body?: IDataObject;
}

export interface WriteKey {
	/** The number of the run: the same in every try, the next one in the next round of a loop. */
	run: number;
	item: number;
	/** Fingerprint of the account and the request. */
	request: string;
}

const HOUR = 3_600_000;
const MOST_REMEMBERED = 1_000;

/**
 * Tool calls with an unknown outcome. With n8n's MCP Server Trigger, and with n8n's agents, each call
 * is an execution of its own that knows nothing of the one before.
 */
let unknownCalls: Array<{ record: WriteRecord; until: number }> = [];

/** The writes of an execution, as one of them sees them. */
export class Ledger {
	private constructor(
		private readonly records: WriteRecord[],
		private readonly key: WriteKey,
		private readonly forTool: boolean,
	) {}

	/**
	 * Opens the ledger for a write.
	 * @throws NodeOperationError where what was kept is damaged: then nothing may be sent
	 */
	static open(context: IExecuteFunctions, key: WriteKey): Ledger {
		const memory = executionMemory(context);
		memory.idtExpressWrites ??= [];
		const records: unknown = memory.idtExpressWrites;
		if (isListOfWrites(records)) return new Ledger(records, key, isTool(context));
		throw inputError(
			{ context, itemIndex: key.item },
			'What this execution has already sent cannot be read',
			'The data of this execution is damaged. So that nothing is bought twice, nothing was sent. ' +
				'Check with Get Many or in the IDT Express Portal what was done, then start a new execution.',
		);
	}

	/**
	 * What is remembered of the write, if it was sent before.
	 *
	 * Two calls of a tool with the same arguments are two writes, such as two orders. But the call after
	 * one with an unknown outcome is taken for its repetition, because n8n counts the tries of a tool as
	 * runs of their own, and models try again.
	 */
	recall(): WriteRecord | undefined {
		const { run, item, request } = this.key;
		if (!this.forTool) {
			// A loop may be long: of its earlier rounds, what counts for the Spend Limit is kept.
			const kept = this.records.filter((record) => record.run >= run || record.cost !== undefined);
			this.records.splice(0, this.records.length, ...kept);
			return kept.find(
				(record) => record.run === run && record.item === item && record.request === request,
			);
		}
		const isOpen = (record: WriteRecord) => record.state !== 'done' && record.request === request;
		const own = this.records.find(isOpen);
		if (own) return Object.assign(own, this.key);
		const call = unknownCalls.find(({ record, until }) => until > Date.now() && isOpen(record));
		if (!call) return undefined;
		unknownCalls = unknownCalls.filter((other) => other !== call);
		this.records.push(call.record);
		return Object.assign(call.record, this.key);
	}

	/** Notes the write before it is sent: whatever happens from here on, the next try knows. */
	note(before: IDataObject = {}): WriteRecord {
		const record: WriteRecord = { ...this.key, state: 'unknown', before };
		this.records.push(record);
		return record;
	}

	/** For a write that surely did not happen. */
	forget(record: WriteRecord): void {
		this.records.splice(this.records.indexOf(record), 1);
	}

	/** @returns what the API answered, as `recall` gives it from now on */
	finish(record: WriteRecord, body: IDataObject): IDataObject {
		// What was noted before is not needed any more, and the execution's data should stay small.
		Object.assign(record, { state: 'done', body, before: {} });
		return body;
	}

	/** Remembers a tool call without a known outcome for the next execution, for an hour. */
	remember(record: WriteRecord): void {
		if (!this.forTool) return;
		const now = Date.now();
		unknownCalls = unknownCalls
			.filter((call) => call.record !== record && call.until > now && call.record.state !== 'done')
			.concat({ record, until: now + HOUR })
			.slice(-MOST_REMEMBERED);
	}

	/** What else this execution wrote, or may have written. */
	others(record?: WriteRecord): WriteRecord[] {
		return this.records.filter((entry) => entry !== record);
	}
}

function isListOfWrites(records: unknown): records is WriteRecord[] {
	return (
		Array.isArray(records) &&
		records.every(
			(record) =>
				isRecord(record) &&
				typeof record.run === 'number' &&
				typeof record.item === 'number' &&
				typeof record.request === 'string' &&
				isRecord(record.before) &&
				(record.state === 'done'
					? isRecord(record.body)
					: record.state === 'unknown' || record.state === 'absent'),
		)
	);
}
