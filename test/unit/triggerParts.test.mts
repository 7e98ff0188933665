import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';
import { readTime } from '../../nodes/IdtExpress/shared/time';
import {
	decideCallerIds,
	decideNumbers,
	ROWS,
	type CallerIdsState,
} from '../../nodes/IdtExpress/trigger/numbers';
import {
	addProcessed,
	isNewestFirst,
	isProcessed,
	KEPT,
	NOTHING_PROCESSED,
	type Processed,
} from '../../nodes/IdtExpress/trigger/processed';
import { FRESH_STARTS, openState, sealState } from '../../nodes/IdtExpress/trigger/state';

const again = <T,>(value: T): T => JSON.parse(JSON.stringify(value));
const NOW = Date.parse('2026-01-01T00:00:00.000Z');

describe('what was processed', () => {
	const timed = (count: number, timeOf: (index: number) => number) =>
		Array.from({ length: count }, (_, index) => ({ key: `key ${index}`, time: timeOf(index) }));
	const records = fc.array(
		fc.record({ key: fc.uuid(), time: fc.integer({ min: 1, max: 60 }).map((s) => s * 1000) }),
		{ maxLength: 300 },
	);

	test('when records are added, they are known, and what is younger is not', () => {
		fc.assert(
			fc.property(records, (all) => {
				const processed = again(addProcessed(NOTHING_PROCESSED, all));
				for (const record of all) expect(isProcessed(processed, record)).toBe(true);
				const youngest = Math.max(0, ...all.map(({ time }) => time));
				expect(isProcessed(processed, { key: 'late', time: youngest + 1000 })).toBe(false);
				if (all.length < KEPT) {
					expect(isProcessed(processed, { key: 'late', time: 1000 })).toBe(false);
				}
			}),
		);
	});

	test('when records of one second are added, another one of it is still new', () => {
		for (const count of [1, 400, 5000]) {
			const processed = addProcessed(
				NOTHING_PROCESSED,
				timed(count, () => NOW),
			);
			expect(isProcessed(processed, { key: 'late', time: NOW })).toBe(false);
			expect(isProcessed(processed, { key: 'key 0', time: NOW })).toBe(true);
		}
		const tooMany = addProcessed(
			NOTHING_PROCESSED,
			timed(5001, () => NOW),
		);
		expect(tooMany).toEqual({ since: NOW + 1, marks: {} });
	});

	test('when 100,000 records were processed, what is remembered stays small', () => {
		const processed = addProcessed(
			NOTHING_PROCESSED,
			timed(100_000, (index) => NOW + index * 1000),
		);
		expect(JSON.stringify(processed).length).toBeLessThan(2600);
	});

	test('when nothing of a time may be forgotten yet, it is not', () => {
		const all = timed(1000, (index) => NOW + index * 1000);
		const processed = addProcessed(NOTHING_PROCESSED, all, NOW + 500_000);
		expect(processed.since).toBe(NOW + 499_001);
		expect(Object.keys(processed.marks)).toHaveLength(500);
		expect(Object.keys(addProcessed(processed, []).marks)).toHaveLength(KEPT);
	});

	test('when a record of the very time that is kept is added, it is known', () => {
		const record = { key: 'a', time: 1000 };
		expect(isProcessed(addProcessed({ since: 1000, marks: {} }, [record]), record)).toBe(true);
	});

	test('when its time cannot be read, now or when it was added, it is the same record', () => {
		const timeless = addProcessed(NOTHING_PROCESSED, [{ key: 'a', time: 0 }]);
		const timely = addProcessed(NOTHING_PROCESSED, [{ key: 'a', time: NOW }]);
		expect(isProcessed(timeless, { key: 'a', time: NOW })).toBe(true);
		expect(isProcessed(timely, { key: 'a', time: 0 })).toBe(true);
		expect(isProcessed(timely, { key: 'a', time: NOW + 1000 })).toBe(false);
		expect(isProcessed(timeless, { key: 'b', time: NOW })).toBe(false);
	});

	test('when a record of the past is added, the time before which all are known stays', () => {
		const all = timed(91, (index) => (index + 1) * 1000);
		const processed = addProcessed(NOTHING_PROCESSED, all);
		expect(processed.since).toBe(1001);
		expect(addProcessed(processed, [{ key: 'past', time: 500 }])).toEqual(processed);
	});

	test.each([
		[999, true],
		[1000, false],
		[1001, false],
	])(
		'when all before 1000 is processed, a record of %i counts as processed: %s',
		(time, expected) => {
			expect(isProcessed({ since: 1000, marks: {} }, { key: 'a', time })).toBe(expected);
		},
	);

	test.each<[number[], boolean]>([
		[[], true],
		[[5], true],
		[[5, 5, 3], true],
		[[3, 5], false],
		[[5, 3, 4], false],
	])('when the times are %j, the newest is first: %s', (times, expected) => {
		expect(isNewestFirst(times.map((time) => ({ key: 'a', time })))).toBe(expected);
	});

	test.each([
		['2026-01-01T00:00:00.000Z', NOW],
		['2026-01-01T00:00:00.999Z', NOW],
		['2026-01-01T00:00:00Z', NOW],
		['2026-01-01T02:00:00+02:00', NOW],
		[String(NOW), NOW],
		[String(NOW / 1000), NOW],
		[`${NOW / 1000}.25`, NOW],
		['', NaN],
		['no time', NaN],
		['2026-13-45', NaN],
	])('when a time is written %j, it is read as %i', (text, time) => {
		expect(readTime(text)).toBe(time);
	});
});

test.each(['2026-01-01T00:00:00', '2026-01-01 00:00:00.5', '2026-01-01T00:00'])(
	'when the time %s has no zone, it is UTC, wherever n8n runs',
	(text) => {
		const zone = process.env.TZ;
		process.env.TZ = 'America/New_York';
		try {
			expect(readTime(text)).toBe(NOW);
		} finally {
			if (zone === undefined) delete process.env.TZ;
			else process.env.TZ = zone;
		}
	},
);

describe('caller IDs', () => {
	const number = (index: number, name: string | null, status = 'active'): IDataObject => ({
		number: `1207${String(index).padStart(7, '0')}`,
		added_at: '2024-01-01T00:00:00.000Z',
		status,
		cnam: { current: name && { name, type: 'business', display: 'allow' }, pending: null },
	});
	const account = (count: number, nameOf: (index: number) => string | null) =>
		Array.from({ length: count }, (_, index) => number(index, nameOf(index)));
	const first = (records: IDataObject[]) => again(decideCallerIds({}, records).next);
	const numbers = (events: IDataObject[]) => events.map((event) => event.number);

	test('when settings are set, changed or removed, each is an event once', () => {
		const state = first(account(2000, (index) => (index % 10 === 0 ? null : 'Jenny')));
		const records = account(2000, (index) =>
			index % 10 === 0 ? 'Set' : index < 700 ? null : 'New',
		);
		const { events, next } = decideCallerIds(state, records);
		expect(numbers(events)).toEqual(numbers(records));
		expect(decideCallerIds(again(next), records).events).toEqual([]);
	});

	test('when a reading misses numbers, or all of them, nothing is an event', () => {
		const all = account(20, () => 'Jenny');
		let state: CallerIdsState = first(all);
		for (const records of [all.slice(1), [], all]) {
			const { events, next } = decideCallerIds(state, records);
			expect(events).toEqual([]);
			state = again(next);
		}
		const changed = [number(0, 'New'), ...all.slice(1)];
		expect(numbers(decideCallerIds(state, changed).events)).toEqual(numbers([all[0]]));
	});

	test('when a part of the settings changes, or the number is bought again with some, it is an event', () => {
		const row = (current: IDataObject | null, added_at = '2024-01-01T00:00:00.000Z') => ({
			...number(1, null),
			added_at,
			cnam: { current },
		});
		const setting = { name: 'Jenny', type: 'business', display: 'allow' };
		const state = first([row(setting)]);
		const emitted = (...records: IDataObject[]) => decideCallerIds(state, records).events;
		expect(emitted(row({ ...setting, other: 1 }))).toEqual([]);
		for (const change of [{ name: 'New' }, { type: 'residential' }, { display: 'deny' }]) {
			expect(emitted(row({ ...setting, ...change }))).toHaveLength(1);
		}
		const bought = row(setting, '2025-01-01T00:00:00.000Z');
		expect(emitted({ ...row(setting), status: 'Removed' }, bought)).toEqual([bought]);
		expect(emitted(row(null, '2025-01-01T00:00:00.000Z'))).toEqual([]);
	});

	test('when the number or a time is written another way, it is no event', () => {
		const state = first(account(3, () => 'Jenny'));
		const rewritten = account(3, () => 'Jenny').map((record) => ({
			...record,
			number: `+${String(record.number)}`,
			added_at: '2024-01-01T01:00:00+01:00',
		}));
		expect(decideCallerIds(state, rewritten).events).toEqual([]);
		const foreign = { ...number(0, 'Jenny'), number: '011442079460958' };
		const international = { ...foreign, number: '+44 20 7946 0958' };
		expect(decideCallerIds(first([foreign]), [international]).events).toEqual([]);
	});

	test('when settings without a name stand for none, they are none', () => {
		const none = { ...number(1, null), cnam: { current: { name: null, type: null } } };
		expect(first([none])).toEqual({});
		expect(decideCallerIds(first([number(1, null)]), [none]).events).toEqual([]);
	});

	test('when a removed row comes with an active one without a time, the active one counts', () => {
		const active = { ...number(1, 'Jenny'), added_at: '' };
		const state = first([active]);
		const removed = number(1, null, 'removed');
		expect(decideCallerIds(state, [active, removed])).toEqual({ events: [], next: state });
	});

	test('when one is to be shown, a number with a caller ID is, with the time of its purchase', () => {
		const rows = [number(1, 'Jenny'), number(2, null), number(3, 'Jenny', 'removed')];
		expect(ROWS.cnamUpdated(rows)).toEqual([
			{ key: '12070000001', time: Date.parse('2024-01-01T00:00:00.000Z'), record: rows[0] },
		]);
	});

	test('when a number is removed, that is no event, and its entry goes', () => {
		const state = first(account(3, () => 'Jenny'));
		const records = [number(0, null, 'removed'), number(1, 'Jenny', 'removed'), number(2, 'Jenny')];
		const { events, next } = decideCallerIds(state, records);
		expect(events).toEqual([]);
		expect(Object.keys(next)).toEqual(['12070000002']);
	});

	test('when two purchases of a number are listed as active, the later one counts', () => {
		const bought = (added_at: string, name: string) => ({ ...number(1, name), added_at });
		const old = bought('2024-01-01T00:00:00.000Z', 'Old');
		const later = bought('2025-01-01T00:00:00.000Z', 'Later');
		const state = first([later]);
		expect(decideCallerIds(state, [old, later])).toEqual({ events: [], next: state });
		expect(decideCallerIds(state, [later, old])).toEqual({ events: [], next: state });
	});

	test('when a number is read twice with other settings, the second reading counts', () => {
		const state = first([number(1, 'Second')]);
		expect(first([number(1, 'First'), number(1, 'Second')])).toEqual(state);
	});

	test('when several are changed, the events come in the order of the numbers', () => {
		const state = first(account(4, () => 'Jenny'));
		const records = [2, 0, 3, 1].map((index) => number(index, 'New'));
		expect(numbers(decideCallerIds(state, records).events)).toEqual([
			'12070000000',
			'12070000001',
			'12070000002',
			'12070000003',
		]);
	});

	test('when a number has no settings, nothing is remembered of it', () => {
		expect(first([number(0, null), number(1, 'Jenny')])).toEqual(first([number(1, 'Jenny')]));
	});

	test('when settings come with spaces around them, it is no event', () => {
		const state = first([number(1, 'Jenny')]);
		expect(decideCallerIds(state, [number(1, ' Jenny ')]).events).toEqual([]);
	});

	test('when 10,000 numbers have settings, the state is below 300 KB', () => {
		const state = first(account(10_000, (index) => `Name ${index}`));
		expect(JSON.stringify(state).length).toBeLessThan(300_000);
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
	const { numberAdded: addedRows, numberRemoved: removedRows } = ROWS;
	const decide = (state: Processed | null, rows: ReturnType<typeof addedRows>) =>
		again(decideNumbers(state, rows));
	const lastDigits = (events: IDataObject[]) =>
		events.map((event) => String(event.number).slice(-1));

	test('when rows are new, each is an event, in the order of times and numbers; then none is', () => {
		const { events, next } = decide(NOTHING_PROCESSED, addedRows(numbers));
		expect(lastDigits(events)).toEqual(['4', '2', '3', '1']);
		const removed = decide(NOTHING_PROCESSED, removedRows(numbers));
		expect(lastDigits(removed.events)).toEqual(['1', '2']);
		expect(decide(next, addedRows(numbers)).events).toEqual([]);
	});

	test('when a number was removed twice, each removal is an event, the earlier one first', () => {
		const [early, late] = ['2026-01-04T00:00:00.000Z', '2026-01-05T00:00:00.000Z'];
		const rows = removedRows([
			row('12074063051', '2026-01-02T00:00:00.000Z', late),
			row('12074063051', '2026-01-01T00:00:00.000Z', early),
			row('12074063052', '2026-01-01T00:00:00.000Z', early),
		]);
		const { events } = decide(NOTHING_PROCESSED, rows);
		expect(events.map(({ removed_at }) => removed_at)).toEqual([early, early, late]);
		expect(lastDigits(events)).toEqual(['1', '2', '1']);
	});

	test('when more are events than are remembered, they are forgotten at a later poll only', () => {
		const rowsOf = (first: number) =>
			addedRows(
				Array.from({ length: 95 }, (_, index) =>
					row(`1207${first + index}`, new Date(NOW + (first + index) * 1000).toISOString()),
				),
			);
		const remembered = ({ next }: { next: Processed }) => Object.keys(next.marks).length;
		const begun = decide(null, rowsOf(1000));
		expect(remembered(begun)).toBe(90);
		const later = decide(begun.next, rowsOf(2000));
		expect(remembered(later)).toBe(95);
		expect(remembered(decide(later.next, rowsOf(2000)))).toBe(90);
	});

	test('when a number has a time of removal, it was removed, whatever its status says', () => {
		const gone = { ...numbers[1], status: 'inactive' };
		expect(lastDigits(decide(NOTHING_PROCESSED, removedRows([gone, numbers[0]])).events)).toEqual([
			'2',
		]);
	});

	test('when the number of another country is written with 00, it is the same one', () => {
		const british = row('011442079460958', '2026-01-02T00:00:00.000Z');
		const { next } = decide(null, addedRows([british]));
		expect(decide(next, addedRows([{ ...british, number: '00442079460958' }])).events).toEqual([]);
	});

	test('when a number or time is written another way, it is the same one', () => {
		const { next } = decide(null, addedRows(numbers));
		const rewritten = numbers.map((record) => ({
			...record,
			number: `+1 (${record.number.slice(1, 4)}) ${record.number.slice(4)}`,
			added_at: String(Date.parse(record.added_at) / 1000),
		}));
		expect(decide(next, addedRows(rewritten)).events).toEqual([]);
	});
});

describe('the envelope of the state', () => {
	test('when it is opened in its own scope, it is what was sealed', () => {
		const sealed = again(sealState({ a: { b: [1] }, c: 2 }, 'here'));
		expect(openState(sealed, 'here')).toEqual({ state: { a: { b: [1] }, c: 2 }, why: null });
		expect(openState(sealed, 'there')).toEqual({ state: null, why: 'otherScope' });
		expect(openState({}, 'here')).toEqual({ state: null, why: 'none' });
	});

	test.each<[string, (sealed: IDataObject) => IDataObject]>([
		['something else', () => ({ other: 1 })],
		['no envelope', () => ({ trigger: 'x' })],
		['other data', (sealed) => ({ trigger: { ...sealed, data: { a: 2 } } })],
		['no data', (sealed) => ({ trigger: { ...sealed, data: undefined } })],
		['no checksum', (sealed) => ({ trigger: { ...sealed, check: '' } })],
		['of an older version', (sealed) => ({ trigger: { ...sealed, version: 1 } })],
		['of a newer version', (sealed) => ({ trigger: { ...sealed, version: 99 } })],
	])('when it is %s, nothing of it is used', (_what, spoil) => {
		const { trigger } = again(sealState({ a: 1 }, 'here'));
		expect(openState(spoil(trigger as IDataObject), 'here')).toEqual({
			state: null,
			why: 'unreadable',
		});
	});

	test.each<[keyof typeof FRESH_STARTS, string]>([
		['none', 'n8n has no saved state for this node (it is new, a copy, or was renamed)'],
		['otherScope', 'its event, filters or account were changed'],
		['unreadable', 'its saved state is damaged, or another version of this package wrote it'],
	])('when the trigger starts over (%s), the log says why: %s', (why, text) => {
		expect(FRESH_STARTS[why]).toBe(text);
	});
});
