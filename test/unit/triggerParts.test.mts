import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';
import {
	decideCnam,
	parseCnam,
	storeCnam,
	type CnamState,
} from '../../nodes/IdtExpress/trigger/cnam';
import {
	addSeen,
	isSeen,
	KEPT,
	KEPT_WITH_ALIKE,
	NOTHING_SEEN,
	parseSeen,
	readTime,
	storeSeen,
	type Seen,
	type Timed,
} from '../../nodes/IdtExpress/trigger/seen';
import {
	ENTRY_LENGTH,
	makeSketch,
	parseSketch,
	storeSketch,
	subtract,
	type Entry,
} from '../../nodes/IdtExpress/trigger/sketch';
import {
	addedRows,
	decideNumbers,
	removedRows,
	type NumberRow,
} from '../../nodes/IdtExpress/trigger/numbers';
import { openState, scopeOf, sealState } from '../../nodes/IdtExpress/trigger/state';
import { readUntilComplete } from '../../nodes/IdtExpress/trigger/wholeList';

const timed = (count: number, timeOf: (index: number) => number): Timed[] =>
	Array.from({ length: count }, (_, index) => ({ key: `k${index}`, time: timeOf(index) }));

describe('what was seen', () => {
	const records = fc.uniqueArray(
		fc.record({ key: fc.string(), time: fc.integer({ min: 1000, max: 1500 }) }),
		{ selector: ({ key }) => key, maxLength: 600 },
	);

	test('everything that was added is seen, and nothing else that is young enough', () => {
		fc.assert(
			fc.property(records, records, (first, second) => {
				const seen = addSeen(addSeen(NOTHING_SEEN, first), second);
				for (const record of [...first, ...second]) expect(isSeen(seen, record)).toBe(true);
				expect(isSeen(seen, { key: 'another one', time: seen.since })).toBe(false);
				expect(seen.recent.size).toBeLessThanOrEqual(KEPT_WITH_ALIKE);
			}),
		);
	});

	test('the youngest are kept one by one, so that late ones are told from them', () => {
		fc.assert(
			fc.property(records, (all) => {
				const seen = addSeen(NOTHING_SEEN, all);
				const youngest = [...all].sort((a, b) => b.time - a.time)[KEPT - 1]?.time ?? 1000;
				const alike = all.filter(({ time }) => time >= youngest).length;
				if (alike > KEPT_WITH_ALIKE) return;
				expect(isSeen(seen, { key: 'late', time: youngest })).toBe(false);
			}),
		);
	});

	test('what is stored is read again, and stays small', () => {
		fc.assert(
			fc.property(records, (all) => {
				const seen = addSeen(NOTHING_SEEN, all);
				const again = parseSeen(storeSeen(seen));
				expect(again?.since).toBe(seen.since);
				expect(new Map(again?.recent)).toEqual(new Map(seen.recent));
			}),
		);
		const now = Date.parse('2026-01-01T00:00:00.000Z');
		const many = addSeen(
			NOTHING_SEEN,
			timed(100_000, (index) => now + index),
		);
		const alike = addSeen(
			NOTHING_SEEN,
			timed(KEPT_WITH_ALIKE, () => now),
		);
		const tooMany = addSeen(
			NOTHING_SEEN,
			timed(100_000, () => now),
		);
		expect(storeSeen(many).length).toBeLessThan(2000);
		expect(storeSeen(alike).length).toBeLessThan(3500);
		expect(storeSeen(tooMany).length).toBeLessThan(20);
		expect(isSeen(tooMany, { key: 'any', time: now })).toBe(true);
	});

	test('nothing of a time is forgotten that is to be kept', () => {
		const seen = addSeen(
			NOTHING_SEEN,
			timed(1000, (index) => 5000 + index),
			5500,
		);
		expect(seen.since).toBe(5500);
		expect(seen.recent.size).toBe(500);
		expect(addSeen(seen, []).recent.size).toBe(KEPT + 1);
	});

	test('a record without a time is never new', () => {
		expect(isSeen(NOTHING_SEEN, { key: 'a', time: readTime('') })).toBe(true);
		expect(isSeen(NOTHING_SEEN, { key: 'a', time: readTime('no time') })).toBe(true);
		expect(isSeen(NOTHING_SEEN, { key: 'a', time: readTime('2020-01-01T00:00:00Z') })).toBe(false);
	});

	test.each([null, 7, '', 'x y', '1 a:short', '1 a:AbCdEfGh ', '1 a:AbCdEfG!', '-1'])(
		'%j is not what is stored',
		(stored) => expect(parseSeen(stored)).toBeNull(),
	);
});

describe('a sketch', () => {
	const all: Entry[] = Array.from({ length: 21_000 }, (_, index) =>
		createHash('sha256').update(String(index)).digest('base64url').slice(0, ENTRY_LENGTH),
	);
	const entries = (from: number, to: number) => all.slice(from, to);

	test('tells up to 500 differences between large sets', () => {
		fc.assert(
			fc.property(
				fc.nat({ max: 250 }),
				fc.nat({ max: 250 }),
				fc.nat({ max: 10_000 }),
				(a, b, n) => {
					const before = makeSketch(entries(0, n + a));
					const now = makeSketch([...entries(a, n + a), ...entries(20_000, 20_000 + b)]);
					const { added, gone, complete } = subtract(before, now);
					expect(complete).toBe(true);
					expect(new Set(gone)).toEqual(new Set(entries(0, a)));
					expect(new Set(added)).toEqual(new Set(entries(20_000, 20_000 + b)));
				},
			),
			{ numRuns: 50 },
		);
	});

	test('says so when there are too many', () => {
		const { complete } = subtract(makeSketch([]), makeSketch(entries(0, 5000)));
		expect(complete).toBe(false);
	});

	test('is stored in a fixed space', () => {
		const sketch = makeSketch(entries(0, 20_000));
		const stored = storeSketch(sketch);
		expect(stored.length).toBeLessThan(28_000);
		expect(parseSketch(stored)).toEqual(sketch);
		expect(parseSketch(stored.slice(4))).toBeNull();
	});
});

describe('CNAM settings of many numbers', () => {
	const number = (index: number, name: string | null, status = 'active'): IDataObject => ({
		number: `1207${String(index).padStart(7, '0')}`,
		added_at: '2024-01-01T00:00:00.000Z',
		status,
		cnam: { current: name && { name, type: 'business', display: 'allow' }, pending: null },
	});
	const account = (count: number, nameOf: (index: number) => string | null) =>
		Array.from({ length: count }, (_, index) => number(index, nameOf(index)));
	const again = (state: CnamState) => parseCnam(JSON.parse(JSON.stringify(storeCnam(state))));
	const first = (records: IDataObject[]) => again(decideCnam(null, records, true).next);
	const names = (events: IDataObject[]) => events.map((event) => event.number);

	test.each([900, 1100, 5000])('of %i numbers some hundreds change at once', (count) => {
		const state = first(account(count, (index) => (index % 10 === 0 ? null : 'Jenny')));
		const changed = (index: number) =>
			index % 10 === 0 ? (index < 3000 ? 'New' : null) : index < 300 ? null : 'Jenny';
		const records = account(count, changed);
		const { events, next, complete } = decideCnam(state, records, true);
		const expected = records.filter(
			(_, index) => index < 300 || (index % 10 === 0 && index < 3000),
		);
		expect(complete).toBe(true);
		expect(names(events)).toEqual(names(expected));
		expect(decideCnam(again(next), records, true).events).toEqual([]);
		expect(JSON.stringify(storeCnam(next)).length).toBeLessThan(28_000);
	});

	test('more changes than can be told are said to be too many', () => {
		const state = first(account(5000, () => 'Jenny'));
		const { complete, next } = decideCnam(
			state,
			account(5000, () => 'New'),
			true,
		);
		expect(complete).toBe(false);
		const later = decideCnam(
			again(next),
			account(5000, (i) => (i < 9 ? 'X' : 'New')),
			true,
		);
		expect(later.events).toHaveLength(9);
	});

	test.each([20, 1500])(
		'of %i numbers one is missed by readings, and is not gone at once',
		(count) => {
			const all = account(count, () => 'Jenny');
			let state = first(all);
			for (const complete of [true, false, true]) {
				const outcome = decideCnam(state, all.slice(1), complete);
				expect(outcome.events).toEqual([]);
				state = again(outcome.next);
			}
			expect(decideCnam(state, all, true).events).toEqual([]);
			const changed = [number(0, 'New'), ...all.slice(1)];
			expect(names(decideCnam(state, changed, true).events)).toEqual(names([all[0]]));
			// After three complete readings it is.
			state = again(decideCnam(state, all.slice(1), true).next);
			expect(state?.missed.size).toBe(0);
		},
	);

	test('each part of the settings counts, and so does that the number was bought again', () => {
		const row = (current: IDataObject, added_at = '2024-01-01T00:00:00.000Z') => ({
			...number(1, null),
			added_at,
			cnam: { current },
		});
		const setting = { name: 'Jenny', type: 'business', display: 'allow' };
		const state = first([row(setting)]);
		const told = (record: IDataObject) => decideCnam(state, [record], true).events;
		expect(told(row({ ...setting, other: 1 }))).toEqual([]);
		for (const change of [{ name: 'New' }, { type: 'residential' }, { display: 'deny' }]) {
			expect(told(row({ ...setting, ...change }))).toHaveLength(1);
		}
		const again = row(setting, '2025-01-01T00:00:00.000Z');
		expect(told(again)).toEqual([again]);
	});

	test('several are told in the order of the numbers', () => {
		const state = first(account(5, () => 'Jenny'));
		const records = account(5, () => 'New');
		const { events } = decideCnam(
			state,
			[3, 1, 4, 0, 2].map((index) => records[index]),
			true,
		);
		expect(names(events)).toEqual(names(records));
	});

	test('up to 1,000 are known one by one, more by a sketch', () => {
		const stored = (count: number) => storeCnam(first(account(count, () => 'Jenny')) as CnamState);
		expect(Object.keys(stored(1000))).toEqual(['entries', 'missed']);
		expect(Object.keys(stored(1001))).toEqual(['sketch', 'missed']);
	});

	test.each<IDataObject>([
		{},
		{ entries: 7, missed: {} },
		{ entries: 'x'.repeat(16), missed: {} },
		{ entries: `!${'x'.repeat(15)}`, missed: {} },
		{ entries: `${'x'.repeat(15)}!`, missed: {} },
		{ sketch: 'x', missed: {} },
		{ entries: '' },
		{ entries: '', missed: { key: 'value' } },
		{ entries: '', missed: { key: [7, 1] } },
		{ entries: '', missed: { key: ['value', '1'] } },
	])('%j is not what is stored', (stored) => expect(parseCnam(stored)).toBeNull());

	test('nothing is stored as nothing', () => {
		expect(first([])).toEqual({ known: { entries: new Set() }, missed: new Map() });
	});

	test('a removed number has no settings, and taking it away is no event', () => {
		const state = first(account(3, () => 'Jenny'));
		const records = [number(0, null, 'removed'), number(1, 'Jenny', 'removed'), number(2, 'Jenny')];
		expect(decideCnam(state, records, true).events).toEqual([]);
	});
});

describe('numbers that were added or removed', () => {
	const row = (number: string, added_at: string, removed_at: string | null = null) => ({
		number,
		added_at,
		removed_at,
		status: removed_at ? 'Removed' : 'active',
	});
	const numbers = [
		row('12074063053', '2026-01-02T00:00:00.000Z'),
		row('12074063052', '2026-01-02T00:00:00.000Z', '2026-01-04T00:00:00.000Z'),
		row('12074063051', '2026-01-03T00:00:00.000Z', '2026-01-04T00:00:00.000Z'),
		row('12074063054', '2026-01-01T00:00:00.000Z'),
	];
	const decide = (seen: Seen | null, rows: NumberRow[], readFrom = -Infinity) =>
		decideNumbers(seen, { rows, complete: true, readFrom });
	const lastDigits = (events: IDataObject[]) =>
		events.map((event) => String(event.number).slice(-1));

	test('are told in the order of their times, and then of the numbers; once if read twice', () => {
		const { events, next } = decide(NOTHING_SEEN, addedRows([...numbers, ...numbers]));
		expect(lastDigits(events)).toEqual(['4', '2', '3', '1']);
		const removed = decide(NOTHING_SEEN, removedRows(numbers));
		expect(lastDigits(removed.events)).toEqual(['1', '2']);
		expect(decide(next, addedRows(numbers)).events).toEqual([]);
	});

	test('before the trigger began are none, and what was not read then is old', () => {
		const readFrom = Date.parse('2026-01-02T00:00:00.000Z');
		const { events, next } = decide(null, addedRows(numbers.slice(0, 3)), readFrom);
		expect(events).toEqual([]);
		expect(decide(next, addedRows(numbers)).events).toEqual([]);
	});
});

describe('the envelope of the state', () => {
	test('opens what it sealed, in the same scope only', () => {
		const sealed = JSON.parse(JSON.stringify(sealState({ a: 1 }, 'here')));
		expect(openState(sealed, 'here')).toEqual({ kind: 'state', data: { a: 1 } });
		expect(openState(sealed, 'there')).toEqual({ kind: 'otherScope' });
		expect(openState({}, 'here')).toEqual({ kind: 'none' });
		expect(openState({ other: 1 }, 'here')).toEqual({ kind: 'unreadable' });
		const younger = { trigger: { version: 2, scope: 'here', data: { a: 1 } } };
		expect(openState(younger, 'here')).toEqual({ kind: 'unreadable' });
	});

	test('a scope hides what it is made of, and does not depend on the order', () => {
		const scope = scopeOf({ apiKey: 'secret-key', event: 'x' });
		expect(scope).not.toContain('secret');
		expect(scope).toBe(scopeOf({ event: 'x', apiKey: 'secret-key' }));
		expect(scope).not.toBe(scopeOf({ event: 'x', apiKey: 'secret-kez' }));
		expect(scope).not.toBe(scopeOf({ event: 'x"', apiKey: 'secret-key' }));
	});
});

describe('a whole list', () => {
	test('in an order that is never the same is read until all of it was seen', async () => {
		const rows = Array.from({ length: 300 }, (_, id) => ({ id }));
		let x = 1;
		const fetchPage = async (page: number) => {
			x = (x * 16807) % 2147483647;
			const records = [...rows].sort((a, b) => ((a.id * x) % 1009) - ((b.id * x) % 1009));
			return { records: records.slice((page - 1) * 100, page * 100), total: 300 };
		};
		const { records, complete } = await readUntilComplete(fetchPage, ({ id }) => String(id));
		expect(complete).toBe(true);
		expect(records).toHaveLength(300);
	});

	test('a row that leaves meanwhile does not stand for another one that was not seen', async () => {
		// In no order: the second reading shows last what the first one did not.
		const orders = [
			['left', 'a', 'b', 'a'],
			['a', 'b', 'a', 'b'],
			['c', 'a', 'b', 'c'],
		];
		let request = 0;
		const fetchPage = async (page: number) => {
			const rows = orders[Math.min(Math.floor(request / 2), 2)];
			const total = request++ === 0 ? 4 : 3;
			return { records: rows.slice(page * 2 - 2, page * 2).map((id) => ({ id })), total };
		};
		const { records, complete } = await readUntilComplete(fetchPage, ({ id }) => String(id));
		expect(records.map(({ id }) => id).sort()).toEqual(['a', 'b', 'c', 'left']);
		expect(complete).toBe(true);
	});

	test('that never shows all of it is given up on, and said to be incomplete', async () => {
		let requests = 0;
		const fetchPage = async () => {
			requests++;
			return { records: [{ id: 1 }], total: 2 };
		};
		const { complete } = await readUntilComplete(fetchPage, ({ id }) => String(id));
		expect(complete).toBe(false);
		expect(requests).toBeLessThan(100);
	});
});
