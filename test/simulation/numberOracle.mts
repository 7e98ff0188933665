import type { IDataObject } from 'n8n-workflow';
import { textAt, valueAt } from '../../nodes/IdtExpress/shared/json';
import { keyOf, type NumberTruth } from './numberHistories.mts';

export type NumberEventName = 'numberAdded' | 'numberRemoved' | 'cnamUpdated';

type Truths = Map<string, NumberTruth>;

/** Knows which events must come, from what is true of the account: none lost, none doubled. */
export class NumberOracle {
	/** What fired, by row: the CNAM settings, as text. */
	private readonly events = new Map<string, string[]>();
	private during: readonly Truths[] | null = null;

	constructor(private readonly event: NumberEventName) {}

	/** @param during what was true while the first reading lasted, from its beginning to its end */
	begin(during: readonly Truths[]): void {
		this.during = during;
	}

	take(record: IDataObject): void {
		const key = keyOf({
			number: textAt(record, 'number'),
			addedAt: textAt(record, 'added_at'),
		});
		const settings = JSON.stringify(valueAt(record, 'cnam', 'current'));
		this.events.set(key, [...(this.events.get(key) ?? []), settings]);
	}

	/** What is wrong now; empty when every event came, once. */
	complaints(now: Truths, left: Set<string>): string[] {
		const { during } = this;
		if (!during) return [];
		const found: string[] = [];
		for (const [key, events] of this.events) {
			if (!now.has(key) && !left.has(key)) found.push(`${key} does not exist`);
			if (this.event !== 'cnamUpdated' && events.length > 1) found.push(`${key} doubled`);
		}
		for (const [key, truth] of now) {
			const firsts = during.map((truths) => truths.get(key));
			const wrong = this.judge(this.events.get(key) ?? [], truth, firsts);
			if (wrong) found.push(`${key} ${wrong}: ${JSON.stringify({ firsts, truth })}`);
		}
		return found;
	}

	private judge(
		events: string[],
		now: NumberTruth,
		firsts: Array<NumberTruth | undefined>,
	): string | null {
		if (this.event === 'cnamUpdated') return judgeCnam(events, now, firsts);
		const happened = (truth?: NumberTruth) =>
			truth !== undefined && (this.event === 'numberAdded' || truth.removedAt !== null);
		const most = happened(now) && !happened(firsts[0]) ? 1 : 0;
		const least = happened(firsts.at(-1)) ? 0 : most;
		if (events.length > most) return `doubled: ${events.length} events, not ${most}`;
		return events.length < least ? 'lost' : null;
	}
}

function judgeCnam(
	events: string[],
	now: NumberTruth,
	firsts: Array<NumberTruth | undefined>,
): string | null {
	const text = (truth?: NumberTruth) => JSON.stringify(truth?.cnam ?? null);
	let known = text(firsts[0]);
	const isCertain = firsts.every((first) => text(first) === known);
	for (const [index, event] of events.entries()) {
		if (event === known && (index > 0 || isCertain)) return 'doubled: an event without a change';
		known = event;
	}
	// What was changed just before the removal may not have been seen.
	if (now.removedAt !== null) return null;
	// Any of the settings while the first reading lasted may be those that it saw.
	if (events.length === 0 && !isCertain) return null;
	return known === text(now) ? null : `lost: the change to ${text(now)}`;
}
