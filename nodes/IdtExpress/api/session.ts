import { sleep } from 'n8n-workflow';
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { inputError, type AnyContext } from '../shared/field';
import { DEFAULT_CONCURRENCY } from '../shared/fields';
import { limiter } from '../shared/mapConcurrent';
import { CREDENTIAL, readAccess, type Access } from './credential';
import { startPace, takeSlot } from './pace';
import type { Labels } from './types';

/** How many credentials are read at the same time: each reads n8n's database. */
const CREDENTIAL_READS = 4;

/**
 * What all requests of one run, poll or list of the editor share: how many are under way at the same
 * time, the pace that the API asks for, and the credential of each item.
 */
export class Session<C extends AnyContext = AnyContext> {
	/** What is sent, and what the API throttles, changes it for all. */
	pace = startPace(Date.now());
	/** Lists that are the same for all items, by what was asked for. */
	readonly lists = new Map<string, Promise<IDataObject[]>>();
	/** The others wait for it. */
	firstPreview: Promise<unknown> | null = null;

	private readonly limitRequests: ReturnType<typeof limiter>;
	private readonly limitReads = limiter(CREDENTIAL_READS);
	private readonly accesses = new Map<number, Promise<Access>>();
	private readonly hints = new Set<string>();

	/**
	 * @param labels for errors of the API
	 * @param concurrency how many requests are under way at the same time
	 * @param deadline no request begins after it, or lasts longer (milliseconds since 1970)
	 */
	constructor(
		readonly context: C,
		readonly labels: Labels = {},
		readonly concurrency = DEFAULT_CONCURRENCY,
		readonly deadline = Infinity,
	) {
		this.limitRequests = limiter(concurrency);
	}

	/**
	 * The credential of an item, which may hold expressions on it. It is read once.
	 * @throws NodeOperationError where nothing can be sent with it
	 */
	async access(itemIndex = 0): Promise<Access> {
		const { context } = this;
		const read = async () =>
			readAccess(await context.getCredentials(CREDENTIAL, itemIndex), (problem, advice) =>
				inputError({ context, itemIndex }, problem, advice),
			);
		const reading = this.accesses.get(itemIndex) ?? this.limitReads(read);
		this.accesses.set(itemIndex, reading);
		return await reading;
	}

	/** Identifies the account in its environment, without revealing the key. */
	async account(itemIndex = 0): Promise<string> {
		return (await this.access(itemIndex)).account;
	}

	/** Makes a call when a place is free and the pace allows it; the place is free again afterwards. */
	async send<T>(call: () => Promise<T>): Promise<T> {
		return await this.limitRequests(async () => {
			const slot = takeSlot(this.pace, Date.now());
			this.pace = slot.pace;
			// A timer cannot wait for less than 1.
			const wait = Math.min(slot.wait, this.deadline - Date.now());
			if (wait >= 1) await this.sleep(wait);
			return await call();
		});
	}

	/** @throws when the execution is cancelled */
	async sleep(milliseconds: number): Promise<void> {
		await sleep(milliseconds, cancelSignal(this.context));
	}

	/** Shows a note beside the output of a run, once; polls and lists of the editor have no place for it. */
	hint(message: string): void {
		const { context } = this;
		if (this.hints.has(message) || !('addExecutionHints' in context)) return;
		this.hints.add(message);
		context.addExecutionHints({ message, type: 'warning', location: 'outputPane' });
	}
}

export type RunSession = Session<IExecuteFunctions>;

/** The signal with which n8n cancels an execution; polls and lists of the editor have none. */
export function cancelSignal(context: AnyContext): AbortSignal | undefined {
	return 'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
}
