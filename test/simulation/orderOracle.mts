import type { OrderRule } from '../../nodes/IdtExpress/trigger/orders';
import type { Truth } from './orderHistories.mts';

/** An event as the trigger gave it. */
export interface SeenEvent {
	id: string;
	status: string;
	fulfilled: number;
	previous: { status: string; fulfilled: number } | null;
}

type Truths = Map<string, Truth>;

/** Knows which events must come, from what is true of the account: none lost, none doubled. */
export class OrderOracle {
	private readonly events = new Map<string, SeenEvent[]>();
	private during: readonly Truths[] | null = null;
	private unread: ReadonlySet<string> = new Set();

	constructor(private readonly rule: OrderRule) {}

	/**
	 * @param during what was true while the first reading lasted, from its beginning to its end
	 * @param unread the orders that it could not look up: of them it knows what the list says
	 */
	begin(during: readonly Truths[], unread: ReadonlySet<string> = new Set()): void {
		this.during = during;
		this.unread = unread;
	}

	take(event: SeenEvent): void {
		this.events.set(event.id, [...(this.events.get(event.id) ?? []), event]);
	}

	/** What is wrong now; empty when every event came, once. */
	complaints(now: Truths): string[] {
		const { during } = this;
		if (!during) return [];
		const found: string[] = [];
		for (const id of this.events.keys()) if (!now.has(id)) found.push(`${id} does not exist`);
		for (const [id, truth] of now) {
			const firsts = during.map((truths) => truths.get(id));
			const wrong = this.judge(id, truth, firsts);
			if (wrong) found.push(`${id} ${wrong}: ${JSON.stringify({ firsts, truth })}`);
		}
		return found;
	}

	private judge(id: string, now: Truth, firsts: Array<Truth | undefined>): string | null {
		const events = this.events.get(id) ?? [];
		const [before, after] = [firsts[0], firsts.at(-1)];
		if (this.rule === 'finished') {
			const canBeEvent = !isDelivered(before) || this.unread.has(id);
			const most = isDelivered(now) && canBeEvent ? 1 : 0;
			// Where the list called it complete, and nothing else is known, its end cannot be told from before.
			const isAsListed = this.unread.has(id) && after?.status === 'complete' && isSame(after, now);
			const least = isDelivered(after) || isAsListed ? 0 : most;
			if (events.length > most) return `doubled: ${events.length} events, not ${most}`;
			return events.length < least ? 'lost' : null;
		}
		let known: { status: string; fulfilled: number } | null = before ?? null;
		const isCertain = firsts.every((first) => isSame(first ?? null, before ?? null));
		for (const [index, event] of events.entries()) {
			const previous = index > 0 ? events[index - 1] : known;
			if (this.rule === 'everyIncrease') {
				if (event.fulfilled <= (previous?.fulfilled ?? 0)) {
					return `doubled: the increase to ${event.fulfilled}`;
				}
			} else if (index > 0 || isCertain) {
				if (!isSame(event.previous, previous)) return 'wrong: its previous state';
				if (isSame(event, previous)) return 'doubled: an event without a change';
			}
		}
		known = events.at(-1) ?? after ?? null;
		if (this.rule === 'everyIncrease') {
			return now.fulfilled > (known?.fulfilled ?? 0) ? `lost: ${now.fulfilled}` : null;
		}
		// Any of the states while the first reading lasted may be the one that it saw.
		const isAsAtFirst = events.length === 0 && firsts.some((first) => isSame(first ?? null, now));
		return isSame(known, now) || isAsAtFirst ? null : 'lost: a change';
	}
}

function isDelivered(truth?: Truth): boolean {
	return truth !== undefined && truth.finished && truth.fulfilled > 0;
}

function isSame(
	a: { status: string; fulfilled: number } | null,
	b: { status: string; fulfilled: number } | null,
): boolean {
	if (a === null || b === null) return a === b;
	return plain(a.status) === plain(b.status) && a.fulfilled === b.fulfilled;
}

function plain(status: string): string {
	return status.toLowerCase().replace('–', '-');
}
