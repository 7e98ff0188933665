import {
	displayNumber,
	toApiNumber,
	toApiNumberPart,
	toE164,
} from '../../nodes/IdtExpress/shared/phoneNumber';

describe('toApiNumber', () => {
	test.each([
		['+44 20 7946 0958', '011442079460958'],
		['+44 (0)20 7946 0958', '011442079460958'],
		['0044 20 7946 0958', '011442079460958'],
		['+1 (207) 406-3052', '12074063052'],
		['1-207-406-3052', '12074063052'],
		['\n tel:+1 207 406 3052 \n', '12074063052'],
		['tel:+12074063052', '12074063052'],
		['12074063052', '12074063052'],
		['12004063052', '12004063052'],
		['011 44 1461 20055', '01144146120055'],
		['01144146120055', '01144146120055'],
		['011 1 207 406 3052', '12074063052'],
		['\u202a+44\u00a020\u20117946\u20110958\u202c', '011442079460958'],
		['＋４４２０７９４６０９５８', '011442079460958'],
	])('%s → %s', (written, expected) => {
		expect(toApiNumber(written)).toBe(expected);
	});

	test.each([
		['2074063052', 'no country'],
		['442079460958', 'no + before the country code'],
		['+1 207 406 305', 'too short for North America'],
		['+1 107 406 3052', 'no such area code'],
		['+44', 'only a country code'],
		['+4420794609581234567', 'longer than E.164 allows'],
		['+0 20 7946 0958', 'no such country code'],
		['+44 20 7946 0958 ext. 5', 'an extension'],
		['12074063052/../x', 'a path'],
		['', 'nothing'],
		['call tel:+12074063052', 'words'],
		['1 tel:2074063052', 'a word in the middle'],
		['5+12074063052', 'something before the +'],
		['2 (0) 074063052', 'no + before the zero in brackets'],
		['+', 'no digits'],
	])('refuses %j: %s', (written) => {
		expect(toApiNumber(written)).toBeNull();
	});
});

test('a number in E.164 and back is the same number', () => {
	for (const number of ['12074063052', '01148448881015', '0115117304800', '011557135001540']) {
		const e164 = toE164(number);
		expect(e164).toMatch(/^\+\d+$/);
		expect(toApiNumber(e164 ?? '')).toBe(number);
	}
});

test('what is in no known form has no E.164', () => {
	expect(toE164('911')).toBeNull();
	expect(toE164('')).toBeNull();
	expect(toE164('0110000000')).toBeNull();
	expect(toE164('901144146120055')).toBeNull();
	expect(toE164('01144146120055x')).toBeNull();
});

test.each([
	['207', '207'],
	['+44 20', '0114420'],
	['+1 207', '1207'],
	['011 44', '01144'],
	['abc', null],
	['+', null],
	['20x', null],
	['x20', null],
])('toApiNumberPart(%j) → %j', (written, expected) => {
	expect(toApiNumberPart(written)).toBe(expected);
});

test('displayNumber groups North American numbers and shows the rest as E.164', () => {
	expect(displayNumber('12074063052')).toBe('+1 207 406 3052');
	expect(displayNumber('01144146120055')).toBe('+44146120055');
	expect(displayNumber('odd')).toBe('odd');
	expect(displayNumber('011120740630521')).toBe('011120740630521');
});
