import { createHash } from 'crypto';
import type { IDataObject } from 'n8n-workflow';
import { isRecord, textAt, valueAt } from '../shared/json';
import { isRemoved } from './numbers';
import {
	ENTRY_LENGTH,
	makeSketch,
	parseSketch,
	storeSketch,
	subtract,
	type Difference,
	type Entry,
} from './sketch';

/**
 * The event cnamUpdated, as a state machine without I/O.
 *
 * It fires when the CNAM settings in force (`cnam.current`) of an active number are other ones than
 * at the last poll: set, changed, or removed. A request that is still pending is no event; it may be
 * refused. The API tells no time for this, so what was in force is remembered for each number that
 * had settings: one by one for up to 1,000 of them, and beyond that as a sketch of fixed size, from
 * which some hundreds of changes between two polls can be told.
 */
export interface CnamState {
	/** The numbers that had settings: an entry each, or a sketch of the entries. */
	known: { entries: Set<Entry> } | { sketch: Int32Array };
	/**
	 * Numbers that readings missed (rows shift between pages), by key: what was known of them, and how
	 * many complete readings have missed them. They are not gone before three have.
	 */
	missed: ReadonlyMap<string, { value: string; readings: number }>;
}

export interface CnamOutcome {
	events: IDataObject[];
	next: CnamState;
	/** False where so many settings changed at once that not all of them could be told. */
	complete: boolean;
}

const MOST_ENTRIES = 1000;
const GONE_AFTER = 3;
const KEY_LENGTH = 10;

/**
 * Judges what was read.
 * @param state `null` for the first reading: nothing fires
 * @param complete whether no row can have been overlooked
 */
export function decideCnam(
	state: CnamState | null,
	records: IDataObject[],
	complete: boolean,
): CnamOutcome {
	const entries = new Set(records.flatMap(entryOf));
	if (state === null) return { events: [], next: remember(entries, new Map()), complete: true };

	const difference = compare(state.known, entries);
	const before = new Map([...state.missed].map(([key, { value }]) => [key, value]));
	for (const entry of difference.gone) before.set(...split(entry));
	const now = new Map(difference.added.map(split));
	const keys = new Set([...before.keys(), ...now.keys()]);
	// Most polls find no difference, and then a long list need not be looked through.
	const rows = new Map(keys.size > 0 ? records.map((record) => [keyOf(record), record]) : []);

	const events: IDataObject[] = [];
	const missed = new Map<string, { value: string; readings: number }>();
	for (const key of keys) {
		const record = rows.get(key);
		const value = before.get(key) ?? '';
		if (record === undefined) {
			const readings = (state.missed.get(key)?.readings ?? 0) + (complete ? 1 : 0);
			if (readings < GONE_AFTER) missed.set(key, { value, readings });
		} else if (!isRemoved(record) && (entryOf(record)[0] ?? key) !== key + value) {
			events.push(record);
		}
	}
	return {
		events: events.sort((a, b) => (textAt(a, 'number') < textAt(b, 'number') ? -1 : 1)),
		next: remember(entries, missed),
		complete: difference.complete,
	};
}

/** Stands for a row: a number that was bought again is another one. */
function keyOf(record: IDataObject): string {
	return hash(`${textAt(record, 'number')} ${textAt(record, 'added_at')}`, KEY_LENGTH);
}

/** The settings in force, as an entry; none where there are none. */
function entryOf(record: IDataObject): Entry[] {
	const current = valueAt(record, 'cnam', 'current');
	if (!isRecord(current) || isRemoved(record)) return [];
	const settings = ['name', 'type', 'display'].map((field) => textAt(current, field));
	return [keyOf(record) + hash(JSON.stringify(settings), ENTRY_LENGTH - KEY_LENGTH)];
}

function split(entry: Entry): [key: string, value: string] {
	return [entry.slice(0, KEY_LENGTH), entry.slice(KEY_LENGTH)];
}

function hash(text: string, length: number): string {
	return createHash('sha256').update(text).digest('base64url').slice(0, length);
}

function remember(entries: Set<Entry>, missed: CnamState['missed']): CnamState {
	const known = entries.size <= MOST_ENTRIES ? { entries } : { sketch: makeSketch(entries) };
	return { known, missed };
}

function compare(known: CnamState['known'], now: Set<Entry>): Difference {
	if ('sketch' in known) return subtract(known.sketch, makeSketch(now));
	return {
		added: [...now].filter((entry) => !known.entries.has(entry)),
		gone: [...known.entries].filter((entry) => !now.has(entry)),
		complete: true,
	};
}

/** The state as plain JSON: 15 bytes a number with CNAM settings, at most 28 KB. */
export function storeCnam({ known, missed }: CnamState): IDataObject {
	return {
		...('sketch' in known
			? { sketch: storeSketch(known.sketch) }
			: { entries: [...known.entries].join('') }),
		missed: Object.fromEntries(
			[...missed].map(([key, { value, readings }]) => [key, [value, readings]]),
		),
	};
}

/** @returns `null` where it is not what `storeCnam` makes */
export function parseCnam(stored: IDataObject): CnamState | null {
	const known = parseKnown(stored);
	if (known === null || !isRecord(stored.missed)) return null;
	const missed = new Map<string, { value: string; readings: number }>();
	for (const [key, entry] of Object.entries(stored.missed)) {
		const [value, readings]: unknown[] = Array.isArray(entry) ? entry : [];
		if (typeof value !== 'string' || typeof readings !== 'number') return null;
		missed.set(key, { value, readings });
	}
	return { known, missed };
}

function parseKnown({ entries, sketch }: IDataObject): CnamState['known'] | null {
	if (typeof sketch === 'string') {
		const parsed = parseSketch(sketch);
		return parsed && { sketch: parsed };
	}
	if (typeof entries !== 'string' || !/^([\w-]{15})*$/.test(entries)) return null;
	return { entries: new Set(entries.match(/.{15}/g) ?? []) };
}
