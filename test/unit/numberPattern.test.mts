import {
	matchesPattern,
	parseNumberPattern,
} from '../../nodes/IdtExpress/actions/didGroup/numberPattern';
import { processorTime } from '../support/processorTime.mts';

const US = '12074063052';
const FLOWERS = '18003569377';
const GB = '01144146120055';

function matches(text: string, number: string): boolean {
	const pattern = parseNumberPattern(text);
	if (!pattern) throw new Error(`"${text}" is no pattern`);
	return matchesPattern(pattern, number);
}

it.each([
	['*3052', US, true],
	['*3053', US, false],
	['1207*', US, true],
	['207*', US, true],
	['(207) 406-*', US, true],
	['+1 207 406 *', US, true],
	['+1 (207) 406', US, true],
	['001 207*', US, true],
	['+207*', US, false],
	['0112074*', US, false],
	['1207406305?', US, true],
	['207 4?? ??52', US, true],
	['12074063052', US, true],
	['2074063052', US, true],
	['1207*52', US, true],
	['1207*53', US, false],
	['*7406*305*', US, true],
	['*305*7406*', US, false],
	['1207406305*2', US, true],
	['12074063052*2', US, false],
	['*', US, true],
	['**3052', US, true],
	['4063', US, true],
	['40?3', US, true],
	['4064', US, false],
	['????????????', US, false],
	['*FLOWERS', FLOWERS, true],
	['1-800-flowers', FLOWERS, true],
	['1 800 FLOWERZ', FLOWERS, false],
	['FLOWER 7', FLOWERS, true],
	['80035E9*', '18003539123', true],
	['*A12E5', '12072122351', false],
	['＊ＦＬＯＷＥＲＳ', FLOWERS, true],
	['\u2068*0055\u2069', GB, true],
	['+44 14*', GB, true],
	['0044 14*', GB, true],
	['0044 1461 20055', GB, true],
	['011 44 14*', GB, true],
	['0055', GB, true],
	['0055', '01155123456789', false],
	['007', '01174951234567', false],
	['007', '12074060071', true],
	['00*', US, false],
	['*00', '12074063000', true],
	['44 14*', GB, true],
	['14*', GB, false],
	['+44*55', GB, true],
	['*0055', GB, true],
	['1207*', '+1 (207) 406-3052', true],
	['207.406.3052', US, true],
	['+1 207 3052', '12070113052', false],
	['+011 44*', GB, false],
	['1149*', '0114912345678901', false],
	['2074*', '120740630521', false],
	['*7??6*', US, true],
	['01144146120055123?', '011441461200551234', true],
	['01144146120055123?', '01144146120055123', false],
	[`207${' '.repeat(97)}`, US, true],
])('when the pattern is %j and the number %s, says %s', (pattern, number, expected) => {
	expect(matches(pattern, number)).toBe(expected);
});

it('when letters are given, takes each for the digit on its key', () => {
	const keys = {
		2: 'abc',
		3: 'def',
		4: 'ghi',
		5: 'jkl',
		6: 'mno',
		7: 'pqrs',
		8: 'tuv',
		9: 'wxyz',
	};
	for (const [digit, letters] of Object.entries(keys)) {
		for (const letter of letters) expect(matches(`*${letter}`, `1207406305${digit}`)).toBe(true);
	}
});

it.each([
	'',
	' ',
	'+',
	'#1',
	'[0-9]',
	'1207$',
	'12+07',
	'*+1207',
	'1,2',
	'7777/8888',
	'3052.0',
	'3052.00',
	'３０５２．０',
	'207-ＸＸＸ-3052',
	'207-XXX-3052',
	'207NNNNNNN',
	'207-406-305X',
	'1-207-X',
	'*305n',
	'*7777 or *8888',
	'*7777 *8888',
	'ends with 7777',
	'A  B',
	'7.777E3',
	'12E11',
	'1'.repeat(19),
	'(*'.repeat(60),
	`207${' '.repeat(98)}`,
])('when the text is %j, refuses it', (text) => {
	expect(parseNumberPattern(text)).toBeNull();
});

it('when pattern and number are as bad as can be, answers at once', () => {
	const pattern = parseNumberPattern(`${'*1?'.repeat(8)}*2`);
	if (!pattern) throw new Error('refused');
	const took = processorTime(() =>
		expect(matchesPattern(pattern, '1'.repeat(100_000))).toBe(false),
	);
	expect(took).toBeLessThan(500);
});
