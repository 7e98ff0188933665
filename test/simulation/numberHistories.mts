import fc from 'fast-check';
import type { CnamSetting, OwnNumber } from '../sandbox/records.mts';
import { DEFAULT_SETTINGS, type SandboxSettings } from '../sandbox/settings.mts';
import type { SandboxState } from '../sandbox/state.mts';
import { twice, type Twice } from './schedule.mts';

/** What can happen to the numbers of an account. */
export type NumberAct =
	/** `lag`: how long before it shows up. */
	| { do: 'add'; count: number; lag: number }
	| { do: 'remove'; pick: number; count: number; lag: number }
	| { do: 'buyAgain'; pick: number }
	/** A removed number leaves the list. */
	| { do: 'expire'; pick: number; count: number }
	| { do: 'setCnam'; pick: number; count: number; name: string }
	| { do: 'clearCnam'; pick: number }
	/** Asked for, and pending. */
	| { do: 'requestCnam'; pick: number; name: string }
	| { do: 'wait'; ms: number };

export interface Poll {
	do: 'poll';
	meanwhile: Array<{ at: number; act: NumberAct }>;
	failAt: number | null;
	twice: Twice;
}

export type Step = NumberAct | Poll | { do: 'crash' };

export interface NumberHistory {
	pageSize: number;
	before: NumberAct[];
	activation: Poll;
	steps: Step[];
}

const pick = fc.nat({ max: 1000 });
const name = fc.constantFrom('Jenny', 'My Caller ID', 'Acme');
const few = fc.integer({ min: 1, max: 4 });
const count = fc.oneof(
	{ weight: 12, arbitrary: few },
	{ weight: 1, arbitrary: fc.integer({ min: 90, max: 250 }) },
);
const lag = fc.oneof(
	{ weight: 5, arbitrary: fc.constant(0) },
	{ weight: 1, arbitrary: fc.integer({ min: 1, max: 5000 }) },
);

const act: fc.Arbitrary<NumberAct> = fc.oneof(
	{ weight: 5, arbitrary: fc.record({ do: fc.constant('add' as const), count, lag }) },
	{ weight: 5, arbitrary: fc.record({ do: fc.constant('remove' as const), pick, count, lag }) },
	{ weight: 2, arbitrary: fc.record({ do: fc.constant('buyAgain' as const), pick }) },
	{ weight: 2, arbitrary: fc.record({ do: fc.constant('expire' as const), pick, count: few }) },
	{ weight: 4, arbitrary: fc.record({ do: fc.constant('setCnam' as const), pick, count, name }) },
	{ weight: 2, arbitrary: fc.record({ do: fc.constant('clearCnam' as const), pick }) },
	{ weight: 1, arbitrary: fc.record({ do: fc.constant('requestCnam' as const), pick, name }) },
	{
		weight: 3,
		arbitrary: fc.record({
			do: fc.constant('wait' as const),
			ms: fc.constantFrom(1, 1000, 60_000, 86_400_000),
		}),
	},
);

const poll: fc.Arbitrary<Poll> = fc.record({
	do: fc.constant('poll' as const),
	meanwhile: fc.array(fc.record({ at: fc.integer({ min: 1, max: 8 }), act }), { maxLength: 3 }),
	failAt: fc.option(fc.integer({ min: 1, max: 4 }), { freq: 3 }),
	twice,
});

/** @param most how many steps a history has at most */
export function numberHistories(most: number): fc.Arbitrary<NumberHistory> {
	return fc.record({
		pageSize: fc.oneof(fc.integer({ min: 2, max: 12 }), fc.constant(100)),
		before: fc.array(act, { maxLength: 10 }),
		activation: poll,
		steps: fc.array(
			fc.oneof(
				{ weight: 9, arbitrary: act },
				{ weight: 8, arbitrary: poll },
				{ weight: 1, arbitrary: fc.constant({ do: 'crash' as const }) },
			),
			{ maxLength: most },
		),
	});
}

export function numberSettings(history: NumberHistory): SandboxSettings {
	return {
		...DEFAULT_SETTINGS,
		maxPageSize: history.pageSize,
		removedRetentionMs: Number.MAX_SAFE_INTEGER,
		record: false,
	};
}

/** What the trigger promises ends here: it remembers the 90 youngest, and those of one second. */
const YOUNGER = 80;

/** An account to which things happen, and what is true of it. */
export class NumberAccount {
	/** Rows that left the list: whether they fired or not is open. */
	readonly left = new Set<string>();
	private clock = Date.parse('2024-03-01T00:00:00.000Z');
	private counter = 0;

	constructor(readonly state: SandboxState) {
		state.clearOrders();
		state.clearNumbers();
	}

	happen(given: NumberAct): void {
		const { state } = this;
		switch (given.do) {
			case 'wait':
				this.clock += given.ms;
				return;
			case 'add':
				for (let i = 0; i < given.count; i++) {
					// In an order that has nothing to do with time.
					const number = `1207${String((this.counter++ * 7919) % 10_000_000).padStart(7, '2')}`;
					this.add(number, given.lag);
				}
				return;
			case 'remove':
				for (let i = 0; i < given.count; i++) {
					const row = this.pick(given.pick + i, (row) => row.removedAt === null);
					if (!row) continue;
					const time = this.time(given.lag, (row) => row.removedAt);
					// A removal is known by its time: a number that was bought again has a later one.
					state.removeNumber(row.number, Math.max(time, row.addedAt));
				}
				return;
			case 'buyAgain': {
				const row = this.pick(given.pick, ({ number }) => !state.activeNumber(number));
				// A number that is bought again within the same second is the same one.
				this.clock += 1000;
				if (row) this.add(row.number, 0);
				return;
			}
			case 'expire':
				for (let i = 0; i < given.count; i++) {
					const row = this.pick(given.pick + i, (row) => row.removedAt !== null);
					if (row) this.drop(row);
				}
				return;
			case 'setCnam':
				for (let i = 0; i < given.count; i++) this.setCnam(given.pick + i, settings(given.name));
				return;
			case 'clearCnam':
				return this.setCnam(given.pick, null);
			case 'requestCnam': {
				const row = this.pick(given.pick, (row) => row.removedAt === null && row.cnam !== null);
				if (row) state.requestCnam(row.number, { action: 'enable', ...settings(given.name) });
			}
		}
	}

	private add(number: string, lag: number): void {
		if (this.state.activeNumber(number)) return;
		this.state.addNumber({ number, addedAt: this.time(lag, (row) => row.addedAt) });
	}

	private time(lag: number, timeOf: (row: OwnNumber) => number | null): number {
		const younger = this.state.numbers.filter(
			(row) => (timeOf(row) ?? 0) >= this.clock - lag,
		).length;
		return younger < YOUNGER ? this.clock - lag : this.clock;
	}

	private setCnam(index: number, current: CnamSetting | null): void {
		const row = this.pick(index, (row) => row.removedAt === null && row.cnam !== null);
		if (row) row.cnam = { current, pending: null, pendingSince: 0 };
	}

	private drop(row: OwnNumber): void {
		this.left.add(keyOf(row));
		this.state.numbers = this.state.numbers.filter((other) => other !== row);
		this.state.revision.numbers++;
	}

	private pick(index: number, accept: (row: OwnNumber) => boolean): OwnNumber | undefined {
		const rows = this.state.numbers.filter(accept);
		return rows[index % Math.max(1, rows.length)];
	}

	/** What is true of every listed row now. */
	truth(): Map<string, NumberTruth> {
		return new Map(
			this.state.numbers.map((row) => [
				keyOf(row),
				{ removedAt: row.removedAt, cnam: row.cnam?.current ?? null },
			]),
		);
	}
}

export interface NumberTruth {
	removedAt: number | null;
	cnam: CnamSetting | null;
}

/** Names a row, in whatever form its time is: a number that was bought again has another name. */
export function keyOf({ number, addedAt }: { number: string; addedAt: number | string }): string {
	const time = Number.isNaN(Number(addedAt)) ? Date.parse(String(addedAt)) : Number(addedAt);
	const seconds = Math.floor(Math.abs(time) < 1e11 ? time : time / 1000);
	return `${number} ${new Date(seconds * 1000).toISOString()}`;
}

function settings(name: string): CnamSetting {
	return { name, type: 'business', display: 'allow' };
}
