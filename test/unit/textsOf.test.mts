import { plainText, textsOf, trimmed } from '../../nodes/IdtExpress/shared/textsOf';

const refuse = (problem: string, part: unknown) => new Error(`${problem}: ${String(part)}`);

describe('trimmed', () => {
	test.each([
		['Maine', 'Maine'],
		['  New  York \n', 'New  York'],
		['\u2068+1 207\u2069', '+1 207'],
		['\u200b\u200b', ''],
		[' ', ''],
		['', ''],
		['💥 x 💥', '💥 x 💥'],
	])('when the text is %j, gives %j', (text, expected) => {
		expect(trimmed(text)).toBe(expected);
	});
});

describe('plainText', () => {
	test.each<[unknown, string | undefined]>([
		[' Jenny ', 'Jenny'],
		[207, '207'],
		[0, '0'],
		['', ''],
		['nullable', 'nullable'],
		['Jen\u200bny', 'Jenny'],
		['Jen\u2011ny', 'Jen-ny'],
		['Jen\u00a0ny', 'Jen ny'],
		// A joiner makes one emoji of two, and tags make a flag.
		['👩\u200d💻', '👩\u200d💻'],
		['🏴\u{e0067}\u{e007f}x', '🏴\u{e0067}\u{e007f}x'],
		['#REF!', undefined],
		['#NAME?', undefined],
		['#N/A', undefined],
		['#DIV/0!', undefined],
		['#NV', undefined],
		['#N/D', undefined],
		['#¡REF!', undefined],
		['#¿NOMBRE?', undefined],
		['#ÜBERLAUF!', undefined],
		['N/A', undefined],
		['n/a ', undefined],
		['-', undefined],
		['–', undefined],
		['None', undefined],
		['NULL', undefined],
		['Null', 'Null'],
		['NULL Ltd', 'NULL Ltd'],
		['\\N', undefined],
		['Loading...', undefined],
		['Loading... dock', 'Loading... dock'],
		// An accent of its own, as on a Mac, is one character with its letter.
		['Nin\u0303o', 'Niño'],
		['nan', undefined],
		['None Such', 'None Such'],
		['Nan', 'Nan'],
		['#NVIDIA', '#NVIDIA'],
		['A/N/A', 'A/N/A'],
		['- A', '- A'],
		['Val-d’Or', "Val-d'Or"],
		['#A!', '#A!'],
		['#123!', '#123!'],
		['#REFX', '#REFX'],
		['Room #REF!', 'Room #REF!'],
		['Ann null', undefined],
		['Ann undefined', undefined],
		['an object [x]', 'an object [x]'],
		['null', undefined],
		['undefined ', undefined],
		['NaN', undefined],
		['name: [object Object]', undefined],
		['\ud83d', undefined],
		[NaN, undefined],
		[Infinity, undefined],
		[true, undefined],
		[null, undefined],
		[['x'], undefined],
	])('when the value is %j, gives %j', (value, expected) => {
		expect(plainText(value)).toBe(expected);
	});
});

describe('textsOf', () => {
	const skus = (value: unknown) => textsOf(value, 'sku', refuse);

	test.each<[unknown, string[]]>([
		[undefined, []],
		[null, []],
		['', []],
		[0, ['0']],
		[207, ['207']],
		[
			['B', 'A', 'B'],
			['B', 'A'],
		],
		[{ sku: 7 }, ['7']],
		[
			[{ sku: 'A' }, { sku: 7 }],
			['A', '7'],
		],
		[{ skus: 'A, B' }, ['A', 'B']],
		[{ found: ['A', 'B'] }, ['A', 'B']],
		['{"found": ["A", "B"]}', ['A', 'B']],
		['"A", "B, C"', ['A', 'B', 'C']],
		['\u00a0["A"]\u00a0', ['A']],
		['A [B', ['A [B']],
	])('when the value is %j, gives %j', (value, expected) => {
		expect(skus(value)).toEqual(expected);
	});

	test.each<[unknown, string]>([
		['["A"', 'begins like JSON, but is not JSON: ["A"'],
		['"A', 'begins like JSON, but is not JSON: "A'],
		[true, 'has an entry that is not text: true'],
		[NaN, 'has an entry that is not text: NaN'],
		[[Infinity], 'has an entry that is not text: Infinity'],
		[['A', null], 'has an entry that is empty: null'],
		[[undefined, 'A'], 'has an entry that is empty: undefined'],
		['A, undefined', 'has an entry that is not text:  undefined'],
		[{ first: ['A'], second: ['B'] }, 'has an entry that is not text: [object Object]'],
		[{ first: 'A' }, 'has an entry that is not text: [object Object]'],
		[[[['A']]], 'has lists in lists: A'],
		[[[['A']], 'B'], 'has lists in lists: A,B'],
	])('when the value is %j, refuses it: %s', (value, problem) => {
		expect(() => skus(value)).toThrow(new Error(problem));
	});

	test('when lists lie in each other, reads six, and refuses the seventh', () => {
		const six = [{ skus: [{ skus: [{ skus: [{ skus: [{ skus: 'A, B' }] }] }] }] }];
		expect(skus(six)).toEqual(['A', 'B']);
		expect(() => skus([{ skus: six }])).toThrow('has lists in lists');
	});

	test('when objects are not expected, refuses them, whatever they hold', () => {
		const areaCodes = (value: unknown) => textsOf(value, undefined, refuse);
		expect(areaCodes(['207', 318])).toEqual(['207', '318']);
		for (const value of [{ list: ['207'] }, '{"list": ["207"]}', [{ undefined: '207' }]]) {
			expect(() => areaCodes(value)).toThrow('has an entry that is not text');
		}
	});
});
