import { sleep } from 'n8n-workflow';
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { inputError, type AnyContext } from '../shared/field';
import { DEFAULT_CONCURRENCY } from '../shared/fields';
import { CREDENTIAL, readAccess, type Access } from './credential';
import { startPace, takeSlot } from './pace';
import type { Labels } from './types';

/** How many credentials are read at the same time: each reads n8n's database. */
const CREDENTIAL_READS = 4;

export type SessionOptions = Partial<Pick<Session, 'concurrency' | 'deadline' | 'labels'>>;

/**
 * What all requests of one run, poll or list of the editor share: how many are under way at the same
 * time, the pace that the API asks for, and the credential of each item.
 */
export class Session<C extends AnyContext = AnyContext> {
	readonly concurrency: number;
	/** No request begins after it, or lasts longer (milliseconds since 1970). */
	readonly deadline: number;
	/** For errors of the API. */
	readonly labels: Labels;
	/** What is sent, and what the API throttles, changes it for all. */
	pace = startPace(Date.now());
	/** Lists that are the same for all items, by what was asked for. */
	readonly lists = new Map<string, Promise<IDataObject[]>>();
	/** The others wait for it. */
	firstPreview: Promise<unknown> | null = null;

	private readonly places: Places;
	private readonly credentialReads = new Places(CREDENTIAL_READS);
	private readonly accesses = new Map<number, Promise<Access>>();
	private readonly hints = new Set<string>();

	constructor(
		readonly context: C,
		{ concurrency = DEFAULT_CONCURRENCY, deadline = Infinity, labels = {} }: SessionOptions = {},
	) {
		this.concurrency = concurrency;
		this.deadline = deadline;
		this.labels = labels;
		this.places = new Places(concurrency);
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
		const reading = this.accesses.get(itemIndex) ?? this.credentialReads.use(read);
		this.accesses.set(itemIndex, reading);
		return await reading;
	}

	/** Identifies the account in its environment, without revealing the key. */
	async account(itemIndex = 0): Promise<string> {
		return (await this.access(itemIndex)).account;
	}

	/** Makes a call when a place is free and the pace allows it; the place is free again afterwards. */
	async send<T>(call: () => Promise<T>): Promise<T> {
		return await this.places.use(async () => {
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

/** At most this many calls at a time; the others wait in the order in which they came. */
class Places {
	private readonly waiting: Array<() => void> = [];

	constructor(private free: number) {}

	async use<T>(call: () => Promise<T>): Promise<T> {
		if (this.free > 0) this.free--;
		else await new Promise<void>((resolve) => this.waiting.push(resolve));
		try {
			return await call();
		} finally {
			const next = this.waiting.shift();
			if (next) next();
			else this.free++;
		}
	}
}

/** The signal with which n8n cancels an execution; polls and lists of the editor have none. */
export function cancelSignal(context: AnyContext): AbortSignal | undefined {
	return 'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
}
