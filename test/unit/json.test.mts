import {
	countAt,
	isOn,
	isRecord,
	isRecordList,
	listAt,
	recordAt,
	textAt,
	valueAt,
} from '../../nodes/IdtExpress/shared/json';

const record = { a: { b: { c: 7, t: 'x', n: null, l: [{ d: 1 }], m: [1] } }, f: false };

test('valueAt follows a path and never throws', () => {
	expect(valueAt(record, 'a', 'b', 'c')).toBe(7);
	expect(valueAt(record, 'f')).toBe(false);
	for (const path of [['x'], ['a', 'x', 'c'], ['a', 'b', 'c', 'd'], ['a', 'b', 'n', 'x']]) {
		expect(valueAt(record, ...path)).toBeNull();
	}
	for (const other of [null, undefined, 1, 'text', []]) expect(valueAt(other, 'length')).toBeNull();
});

test('inherited properties are not there', () => {
	expect(valueAt(record, 'constructor')).toBeNull();
	expect(valueAt(record, 'a', '__proto__')).toBeNull();
});

test('textAt takes text and numbers', () => {
	expect(textAt(record, 'a', 'b', 'c')).toBe('7');
	expect(textAt(record, 'a', 'b', 't')).toBe('x');
	expect(textAt(record, 'f')).toBe('');
	expect(textAt(record, 'a')).toBe('');
});

test('countAt takes what is a whole number', () => {
	expect(countAt(record, 'a', 'b', 'c')).toBe(7);
	expect(countAt({ n: '12' }, 'n')).toBe(12);
	for (const n of ['x', {}, Infinity, 1.5, '1.5', null]) expect(countAt({ n }, 'n')).toBe(0);
});

test('listAt takes the objects of a list', () => {
	expect(listAt(record, 'a', 'b', 'l')).toEqual([{ d: 1 }]);
	expect(listAt(record, 'a', 'b', 'm')).toEqual([]);
	expect(listAt({ l: [null, { d: 1 }, 'x', [], { d: 2 }] }, 'l')).toEqual([{ d: 1 }, { d: 2 }]);
	expect(listAt(record, 'nowhere')).toEqual([]);
});

test('recordAt takes an object, and an empty one in place of anything else', () => {
	expect(recordAt(record, 'a', 'b', 'l')).toEqual({});
	expect(recordAt({ a: { b: { c: 7 } } }, 'a', 'b')).toEqual({ c: 7 });
	for (const path of [['f'], ['nowhere'], ['a', 'b', 'n']]) {
		expect(recordAt(record, ...path)).toEqual({});
	}
});

test.each([
	[true, true],
	['true', true],
	['TRUE', true],
	['1', true],
	[1, true],
	[false, false],
	['false', false],
	['untrue', false],
	['truest', false],
	['', false],
	[0, false],
	[11, false],
	[null, false],
	[undefined, false],
	[{ true: true }, false],
])('when a flag is %j, isOn says %s', (flag, expected) => {
	expect(isOn({ group: { flag } }, 'group', 'flag')).toBe(expected);
});

test('guards', () => {
	expect([{}, { a: 1 }].every(isRecord)).toBe(true);
	expect([null, [], 'x', 1, undefined].some(isRecord)).toBe(false);
	expect([[], [{}]].every(isRecordList)).toBe(true);
	expect([{}, [1], [{}, null], 'x'].some(isRecordList)).toBe(false);
});
