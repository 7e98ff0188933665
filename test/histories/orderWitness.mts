import type { OrderRule } from '../../nodes/IdtExpress/trigger/orders';
import type { Truth } from './orders.mts';

/** An event as the trigger gave it. */
export interface SeenEvent {
	id: string;
	status: string;
	fulfilled: number;
	previous: { status: string; fulfilled: number } | null;
}

type Truths = Map<string, Truth>;

/** Knows what was true when the trigger began, and so which events must come: none lost, none doubled. */
export class OrderWitness {
	private readonly events = new Map<string, SeenEvent[]>();
	private begun: { during: readonly Truths[]; hurried: boolean } | null = null;

	constructor(private readonly rule: OrderRule) {}

	/**
	 * @param during what was true while the first reading lasted, from its beginning to its end
	 * @param hurried whether there was no time to look at every order
	 */
	begin(during: readonly Truths[], hurried: boolean): void {
		this.begun = { during, hurried };
	}

	take(event: SeenEvent): void {
		this.events.set(event.id, [...(this.events.get(event.id) ?? []), event]);
	}

	/** What is wrong now; empty when every event came, once. */
	complaints(now: Truths, left: Set<string>): string[] {
		const { begun } = this;
		if (!begun) return [];
		const found: string[] = [];
		for (const id of this.events.keys()) {
			if (!now.has(id) && !left.has(id)) found.push(`${id} does not exist`);
		}
		for (const [id, truth] of now) {
			const firsts = begun.during.map((truths) => truths.get(id));
			// Unseen, its item may have ended before the activation as well as after it.
			const isAsAtFirst = firsts.some((first) => first && isSame(first, truth));
			if (begun.hurried && isAsAtFirst) continue;
			const wrong = this.judge(this.events.get(id) ?? [], truth, firsts);
			if (wrong) found.push(`${id} ${wrong}: ${JSON.stringify({ firsts, truth })}`);
		}
		return found;
	}

	private judge(events: SeenEvent[], now: Truth, firsts: Array<Truth | undefined>): string | null {
		const [before, after] = [firsts[0], firsts.at(-1)];
		// An order that called itself complete before the activation had finished, whatever came then.
		const hadFinished = (before?.finished ?? false) || (after?.finished ?? false);
		if (this.rule === 'finished') {
			const most = now.finished && now.fulfilled > 0 && !isDelivered(before) ? 1 : 0;
			const least = hadFinished || isDelivered(after) ? 0 : most;
			if (events.length > most) return `fired ${events.length} times, not ${most}`;
			return events.length < least ? 'was lost' : null;
		}
		let known: { status: string; fulfilled: number } | null = before ?? null;
		const isCertain = firsts.every((first) => isSame(first ?? null, before ?? null));
		for (const [index, event] of events.entries()) {
			const previous = index > 0 ? events[index - 1] : known;
			if (this.rule === 'everyIncrease') {
				if (event.fulfilled <= (previous?.fulfilled ?? 0)) return `${event.fulfilled} fired again`;
			} else if (index > 0 || isCertain) {
				if (!isSame(event.previous, previous)) return `has a wrong previous state`;
				if (isSame(event, previous)) return `fired without a change`;
			}
		}
		if (hadFinished) return null;
		known = events.at(-1) ?? after ?? null;
		if (this.rule === 'everyIncrease') {
			return now.fulfilled > (known?.fulfilled ?? 0)
				? `lost the increase to ${now.fulfilled}`
				: null;
		}
		return isSame(known, now) ? null : 'lost a change';
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
