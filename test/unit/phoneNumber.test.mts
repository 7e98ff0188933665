import fc from 'fast-check';
import examples from 'libphonenumber-js/examples.mobile.json';
import {
	getCountries,
	getCountryCallingCode,
	parsePhoneNumberFromString,
	type CountryCode,
} from 'libphonenumber-js/max';
import metadata from 'libphonenumber-js/metadata.max.json';
import {
	displayNumber,
	toApiNumber,
	toE164,
	toNumberPart,
} from '../../nodes/IdtExpress/shared/phoneNumber';
import { expectProperty, numberOfRuns } from '../support/property.mts';

/** The number that a text was read as, or `null` where it was refused. */
function numberOf(text: string): string | null {
	const read = toApiNumber(text);
	return 'number' in read ? read.number : null;
}

function problemOf(text: string): string {
	const read = toApiNumber(text);
	return 'problem' in read ? read.problem : `(${read.number})`;
}

/** The digits of an international form in the API's form, as they are written. */
const inWriting = (form: string) => `011${form.replace(/\D/g, '').replace(/^(?:011|00)/, '')}`;

/** E.164 in the API's form. */
const inApiForm = (e164: string) => (e164.startsWith('+1') ? e164.slice(1) : `011${e164.slice(1)}`);

describe('a number that the API wrote', () => {
	test.each([
		'12074063052',
		'15551234567',
		'12071234567',
		'10001112222',
		'01144146120055',
		'011557135001540',
		'01100000000000',
		'0114402079460958',
	])('%s is taken as it is', (number) => expect(numberOf(number)).toBe(number));

	test.each([
		['15551234567', '+15551234567'],
		['12071234567', '+12071234567'],
		['01144146120055', '+44146120055'],
		['12070113052', '+12070113052'],
	])('%s is %s in E.164, and back', (number, e164) => {
		expect(toE164(number)).toBe(e164);
		expect(numberOf(e164)).toBe(number);
	});

	test.each([
		'911',
		'',
		'odd',
		'01100000000000',
		'901144146120055',
		'01144146120055x',
		'+12074063052',
		'0114402079460958',
	])('%j has no E.164', (number) => expect(toE164(number)).toBeNull());
});

describe('a number that a person wrote is read', () => {
	test.each([
		['+44 20 7946 0958', '011442079460958'],
		['0044 20 7946 0958', '011442079460958'],
		['011 44 20 7946 0958', '011442079460958'],
		['+1 (207) 406-3052', '12074063052'],
		['1-207-406-3052', '12074063052'],
		['1 (207) 406-3052', '12074063052'],
		['011 1 207 406 3052', '12074063052'],
		['+33 1.23.45.67.89', '01133123456789'],
		['\n tel:+1 207 406 3052 \n', '12074063052'],
		['tel:+12074063052', '12074063052'],
		['＋４４２０７９４６０９５８', '011442079460958'],
		['+44 20 0011 0958', '011442000110958'],
		['+45 () 12 34 56 78', '0114512345678'],
		[`+1 207 406 3052${' '.repeat(85)}`, '12074063052'],
	])('%j → %s', (written, expected) => expect(numberOf(written)).toBe(expected));

	test.each([
		['+44 (0)20 7946 0958', '011442079460958'],
		['0044 (0)20 7946 0958', '011442079460958'],
		['011 44 (0)20 7946 0958', '011442079460958'],
		['(+44) (0)20 7946 0958', '011442079460958'],
		['(0044) (0) 20 7946 0958', '011442079460958'],
		['+44(020) 7946 0958', '011442079460958'],
		['+44 020 7946 0958', '011442079460958'],
		['(+44) 020 7946 0958', '011442079460958'],
		['+44 01461 20055', '01144146120055'],
		['+36 (06) 1 123 4567', '0113611234567'],
		['+36 06 1 123 4567', '0113611234567'],
		['+7 (8) 495 123 45 67', '01174951234567'],
		['+7 8 495 123-45-67', '01174951234567'],
		['+1 (1) 207 406 3052', '12074063052'],
		['+82 (0)10-2000-0000', '011821020000000'],
	])('without the prefix of the country: %j → %s', (written, expected) =>
		expect(numberOf(written)).toBe(expected),
	);

	test.each([
		['+39 (0)6 1234 5678', '01139' + '0612345678'],
		['+39 06 1234 5678', '01139' + '0612345678'],
		['0039 06 1234 5678', '01139' + '0612345678'],
		['+378 (0549) 882 345', '011378' + '0549882345'],
		['+379 06 698 12345', null],
		['+225 01 23 45 67 89', '011225' + '0123456789'],
		['+241 06 03 12 34', '011241' + '06031234'],
		['+7 812 123 45 67', '011' + '78121234567'],
	])('with the zero that belongs to it: %j → %s', (written, expected) =>
		expect(numberOf(written)).toBe(expected),
	);

	test.each([
		'\u2068+1 207-406-3052\u2069',
		'\u061c+12074063052',
		'\u202a+1\u00a0207\u2011406\u20113052\u202c',
		'+1\u2063207\u2064406\ufe0f3052\u2063',
		'\ufeff+1\u3164207\u180e406\u034f3052',
		'\u{e0001}+1\u2009207\u3000406\u20283052',
		'\u20662074063052\u2069'.replace('2074', '+12074'),
	])('without marks that nobody sees: %j', (written) =>
		expect(numberOf(written)).toBe('12074063052'),
	);
});

describe('a number that could be another one is refused', () => {
	test.each([
		['2074063052', /no country code.*\+12074063052/],
		['+1 207 406 305', /length/],
		['+1 107 406 3052', /beginning/],
		['0011 49 30 12345', /0011/],
		['0011 64 4 123 4567', /0011/],
		['0011 207 406 3052', /0011/],
		['+49 30 123456\t78', /several/],
		['+49 30 123456\n78', /several/],
		['+44', /length/],
		['+4420794609581234567', /length/],
		['+0 20 7946 0958', /calling code/],
		['+999 123 456 789', /calling code/],
		['+34 (0)91 123 4567', /length or beginning/],
		['+352 (0)26 12 34', /beginning/],
		['+62 0812 345 678', /without the 0/],
		['+57 (0)3 1234567', /within the country/],
		['+86 17951 1234567', /within the country/],
		['+54 2966 15 45678', /within the country/],
		['+44 20 7946 0958 ext. 5', /extension/],
		['tel:+1-201-555-0123;ext=5', /extension/],
		['+1 800 FLOWERS', /letters/],
		['12074063052/../x', /slash/],
		['+44 20 7946 0958/59', /slash/],
		['+44 20 7946 0958/9', /slash/],
		['+44 20 7946 0958, +44 20 7946 0959', /something else/],
		['12074063052 12074063053', /several numbers/],
		['+1 207 406 3052 - +1 207 406 3053', /several numbers/],
		['+442079460958.0', /decimals/],
		['00442079460958.0', /decimals/],
		['12074063052.0', /decimals/],
		['011442079460958.00', /decimals/],
		['+4930123456.0000', /decimals/],
		['-12074063052', /minus/],
		['+49 30 1234567 (5)', /extension/],
		['+49301234567(12)', /extension/],
		['12074063052.12', /decimals/],
		['442079460958,0', /something else/],
		['4.42079E+11', /spreadsheet/],
		['4,42079E+11', /spreadsheet/],
		['1.2074063052e10', /spreadsheet/],
		['extension 12e3', /something else/],
		['12e3rd', /something else/],
		['442079460958', /taken off its \+.*\+442079460958/],
		['44 20 7946 0958', /taken off its \+/],
		['11442079460958', /taken off its first 0.*011442079460958/],
		['', /empty/],
		['\u200b', /empty/],
		['call tel:+12074063052', /something else/],
		['1 tel:2074063052', /something else/],
		['5+12074063052', /country code/],
		['+1 207 +406 3052', /\+ may only/],
		['2 (0) 074063052', /\+20074063052/],
		['+', /calling code|\+/],
		['٠١٢٣٤٥٦٧٨٩', /something else/],
		['55 44 2011 791234', /^it has no country code$/],
		['\ufdfa'.repeat(1_000_000), /too long/],
		[`+1 207 406 3052${' '.repeat(86)}`, /too long/],
	])('%.40j', (written, reason) => expect(problemOf(written)).toMatch(reason));
});

describe('held against libphonenumber', () => {
	/** Milliseconds, for many random numbers on a busy computer. */
	const LONGEST = 600_000;
	/** The sixth entry of a country is the prefix that is dialled within it, or 0. */
	const prefixOf = (country: CountryCode) =>
		(metadata.countries as Record<CountryCode, unknown[]>)[country][5];
	const countries = getCountries().map((country) => ({
		callingCode: getCountryCallingCode(country),
		prefix: String(prefixOf(country) || ''),
		national: examples[country],
	}));
	const spaced = (digits: string) =>
		`${digits.slice(0, 2)} ${digits.slice(2, 5)}-${digits.slice(5)}`;
	/** The international forms of a number: `national` as it is dialled after the country code. */
	const forms = (code: string, national: string) => [
		`+${code}${national}`,
		`+${code} ${spaced(national)}`,
		`+${code} (${national.slice(0, 2)}) ${national.slice(2)}`,
		`(+${code}) ${national}`,
		`00${code} ${spaced(national)}`,
		`011 ${code} ${national}`,
		`tel:+${code}-${national}`,
	];
	/** The same with the prefix that is dialled at home only. */
	const prefixedForms = (code: string, national: string, prefix: string) => [
		`+${code} (${prefix})${national}`,
		`+${code} (${prefix}) ${spaced(national)}`,
		`00${code} (${prefix})${spaced(national)}`,
		`(+${code}) (${prefix})${national}`,
		`(+${code})(${prefix})${national}`,
		`011 ${code} (${prefix})${national}`,
		`+${code} ${prefix}${national}`,
		`00${code} ${prefix} ${national}`,
		`+${code} (${prefix}${national.slice(0, 2)}) ${national.slice(2)}`,
	];

	test('the example number of every country is read in every international form', () => {
		for (const { callingCode, national } of countries) {
			for (const form of forms(callingCode, national)) {
				expect([form, numberOf(form)]).toEqual([form, inApiForm(`+${callingCode}${national}`)]);
			}
		}
		expect(countries.length).toBeGreaterThan(240);
	});

	test('with the prefix of its country it is read as the same number, or refused', () => {
		let read = 0;
		let refused = 0;
		for (const { callingCode, national, prefix } of countries) {
			for (const form of prefix === '' ? [] : prefixedForms(callingCode, national, prefix)) {
				const number = numberOf(form);
				if (number === null) refused++;
				else read++;
				expect([form, number ?? inApiForm(`+${callingCode}${national}`)]).toEqual([
					form,
					inApiForm(`+${callingCode}${national}`),
				]);
			}
		}
		// Some countries have numbers that begin with the prefix: there a bracket is needed.
		expect(refused).toBeLessThan(read / 20);
	});

	test(
		'any digits after any country code are the same number, or refused',
		async () => {
			const digits = fc.oneof(
				fc.stringMatching(/^\d{3,15}$/),
				fc.stringMatching(/^0\d{3,14}$/),
				fc.stringMatching(/^[18]\d{3,14}$/),
			);
			const anywhere = fc.record({ place: fc.constantFrom(...countries), digits });
			const accepted = { count: 0 };
			const runs = { quick: 3_000, long: 30_000 };
			await expectProperty(
				'any digits after any country code are the same number, or refused',
				fc.property(anywhere, ({ place, digits: national }) => {
					const written = `+${place.callingCode}${national}`;
					const parsed = parsePhoneNumberFromString(written);
					const expected = parsed?.isPossible() ? [parsed.number] : [];
					// Of what is no number of the country, libphonenumber leaves the prefix where it is.
					if (parsed && expected.length === 0) {
						expected.push(written, `+${place.callingCode}${national.replace(place.prefix, '')}`);
					}
					for (const form of [
						written,
						`00${written.slice(1)}`,
						`(+${place.callingCode}) ${national}`,
					]) {
						const number = numberOf(form);
						if (number === null) continue;
						accepted.count++;
						expect([form, ...expected.map(inApiForm)]).toContain(number);
					}
				}),
				runs,
			);
			expect(accepted.count).toBeGreaterThan(numberOfRuns(runs) / 5);
		},
		LONGEST,
	);

	test(
		'a valid number of any country is never refused without its prefix',
		async () => {
			const anywhere = fc.record({
				place: fc.constantFrom(...countries),
				tail: fc.stringMatching(/^\d{4}$/),
			});
			const valid = { count: 0 };
			const runs = { quick: 2_000, long: 10_000 };
			await expectProperty(
				'a valid number of any country is never refused without its prefix',
				fc.property(anywhere, ({ place: { callingCode, national, prefix }, tail }) => {
					const random = `${national.slice(0, -4)}${tail}`;
					const e164 = `+${callingCode}${random}`;
					if (parsePhoneNumberFromString(e164)?.isValid() !== true) return;
					valid.count++;
					expect([e164, numberOf(e164)]).toEqual([e164, inApiForm(e164)]);
					expect(toE164(inApiForm(e164))).toBe(e164);
					for (const form of prefixedForms(callingCode, random, prefix || '0')) {
						const number = numberOf(form);
						const other = number !== null && number !== inApiForm(e164);
						// Where there is no such prefix, a zero is part of the number that is written.
						if (other) expect([form, prefix, number]).toEqual([form, '', inWriting(form)]);
					}
				}),
				runs,
			);
			expect(valid.count).toBeGreaterThan(numberOfRuns(runs) / 4);
		},
		LONGEST,
	);
});

describe('a part of a number', () => {
	test.each([
		['207', '207', false],
		['(207) 406', '207406', false],
		['0048', '0048', false],
		['0011', '0011', false],
		['0111', '0111', false],
		['011', '011', false],
		['00', '00', false],
		['000', '000', false],
		['007', '007', false],
		['011 44', '01144', false],
		['0044 20', '004420', false],
		['0044 20 7946 0958', '011442079460958', false],
		['0044 (0)20 7946 0958', '011442079460958', false],
		['1-207-406-3052', '12074063052', false],
		['\u20661207\u2069', '1207', false],
		['+1 207', '1207', true],
		['+1', '1', true],
		['(+1) 207', '1207', true],
		['+44 20', '0114420', true],
		['+44 (0)20', '0114420', true],
		['+44 020', '0114420', true],
		['+44 0', '01144', true],
		['+39 06', '0113906', true],
		['+36 06 1', '011361', true],
		[')+44', '01144', true],
		['+7 (8) 495', '0117495', true],
		['+7 8', '01178', true],
		['+4', '0114', true],
	])('%s is %s (at its beginning: %s)', (written, digits, isBeginning) =>
		expect(toNumberPart(written)).toEqual({ digits, isBeginning }),
	);

	test.each([
		['abc', /letters/],
		['+', /^it is not a part of a number$/],
		['20x', /letters/],
		['x20', /letters/],
		['20+7', /^it is not a part of a number$/],
		['207.0', /decimals/],
		['1207/8', /slash/],
		['', /empty/],
		['1'.repeat(21), /^it is not a part of a number$/],
		['+0', /^no country has its calling code$/],
		['+999', /^no country has its calling code$/],
		['+1 07', /^no number of \+1 begins so$/],
		['+44 (0)0', /^no number of \+44 begins so$/],
	])('%j is none', (written, reason) =>
		expect(toNumberPart(written)).toEqual({ problem: expect.stringMatching(reason) }),
	);
});

test.each([
	['12074063052', '+1 207 406 3052'],
	['01144146120055', '+44 146120055'],
	['odd', 'odd'],
	['011120740630521', '011120740630521'],
])('in a list %s is shown as %s', (number, shown) => expect(displayNumber(number)).toBe(shown));

test('when a number has 15 digits, the most that E.164 has, it is taken', () => {
	expect(toApiNumber('+49 30 12345678901')).toEqual({ number: '011493012345678901' });
});
