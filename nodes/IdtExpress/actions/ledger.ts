import { NodeOperationError } from 'n8n-workflow';
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
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

export class Ledger {
	private constructor(
		private readonly records: WriteRecord[],
		private readonly forTool: boolean,
		private readonly run: number,
	) {}

	/** @throws NodeOperationError where what was kept is damaged: then nothing may be sent */
	static open(context: IExecuteFunctions, { run, item }: WriteKey): Ledger {
		const memory = executionMemory(context);
		memory.idtExpressWrites ??= [];
		const records: unknown = memory.idtExpressWrites;
		if (isListOfWrites(records)) return new Ledger(records, isTool(context), run);
		throw new NodeOperationError(
			context.getNode(),
			'What this execution has already sent cannot be read',
			{
				itemIndex: item,
				description:
					'The data of this execution is damaged. So that nothing is bought twice, nothing was ' +
					'sent. Check with Get Many or in the IDT Express Portal what was done, then start a new ' +
					'execution.',
			},
		);
	}

	/**
	 * What is remembered of a request that was sent before.
	 *
	 * Two calls of a tool with the same arguments are two writes, such as two orders. But the call after
	 * one with an unknown outcome is taken for its repetition, because n8n counts the tries of a tool as
	 * runs of their own, and models try again.
	 */
	recall(key: WriteKey): WriteRecord | undefined {
		if (!this.forTool) {
			// Records of earlier rounds of a loop are not needed any more, and a loop may be long.
			const kept = this.records.filter(({ run }) => run >= this.run);
			this.records.splice(0, this.records.length, ...kept);
			return this.records.find(
				({ run, item, request }) => run === key.run && item === key.item && request === key.request,
			);
		}
		const isOpen = (record: WriteRecord) =>
			record.state !== 'done' && record.request === key.request;
		let record = this.records.find(isOpen);
		const remembered = unknownCalls.findIndex(
			(call) => call.until > Date.now() && isOpen(call.record),
		);
		if (!record && remembered >= 0) {
			[{ record }] = unknownCalls.splice(remembered, 1);
			this.note(record);
		}
		return record && Object.assign(record, key);
	}

	/** Notes a write before it is sent: whatever happens from here on, the next try knows. */
	note(record: WriteRecord): WriteRecord {
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

	/** Those of the others that share a Spend Limit: of this run, or of all calls of a tool. */
	together(record?: WriteRecord): WriteRecord[] {
		return this.others(record).filter((entry) => this.forTool || entry.run === this.run);
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
