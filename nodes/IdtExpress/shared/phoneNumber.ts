import { NUMBER_PLANS } from './numberLengths';

/**
 * Phone numbers as people write them, and as the API wants them: North America is `1` + 10 digits,
 * the rest of the world `011` + country calling code + number.
 * @see docs/api.md#get-numbers
 */

/** A number in the API's own form. It is taken as it is: a Sandbox holds numbers that no plan knows. */
const API_FORM = /^(?:1\d{10}|011\d{4,17})$/;

/** Longer text is no phone number, whatever marks are in it. */
const LONGEST_TEXT = 100;

/** What is not seen: direction marks, joiners, blanks without width, … */
const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/gu;
/** What people put between digits, besides brackets. */
const SEPARATORS = /[\s.\-‐-―−·]/g;

export type ReadNumber = { number: string } | { problem: string };

/**
 * Reads a phone number in an international form (`+44 20 7946 0958`, `0044 (0)20 …`, `011 44 20 …`,
 * `+1 (207) 406-3052`), or in the API's own form (`12074063052`, `011442079460958`).
 * @returns the number in the API's form, or why the text is no such number: it is never another
 *   number than the one that was meant
 */
export function toApiNumber(text: string): ReadNumber {
	const read = cleaned(text);
	if ('problem' in read) return read;
	const { clean, compact } = read;
	if (API_FORM.test(clean)) return { number: clean };
	if (/\d\s*\(\d+\)$/.test(clean)) return { problem: 'it may end in an extension' };
	// Australia's prefix is 0011, Europe's for North America 00 1.
	if (/^\(*0011/.test(compact)) {
		return { problem: 'it begins with 0011; write + and the country code in place of it' };
	}
	const [prefix, rest] = internationalPrefix(compact);
	// 1-207-406-3052 is how North America writes its numbers.
	const isNational = prefix === '' && !/^1\d{10}$/.test(digitsOf(rest));
	return isNational ? { problem: withoutPrefix(digitsOf(rest)) } : fromInternational(rest);
}

/** Takes off what is not of the number, and in `compact` what people write between its digits. */
function cleaned(text: string): { clean: string; compact: string } | { problem: string } {
	if (text.length > LONGEST_TEXT) return { problem: 'it is too long' };
	const visible = text.normalize('NFKC').replace(INVISIBLE, '');
	const clean = visible.trim().replace(/^tel:\s*/i, '');
	const problem = unreadable(clean);
	return problem === null ? { clean, compact: clean.replace(SEPARATORS, '') } : { problem };
}

const SEVERAL = 'it may be several numbers';

/** Why a text cannot be a single whole number. */
function unreadable(clean: string): string | null {
	if (clean === '') return 'it is empty';
	if (/^[\d.,+]+e[+-]?\d+$/i.test(clean)) {
		return 'a spreadsheet has shortened it; format the column as text';
	}
	if (/^[-−]\d/.test(clean)) return 'it begins with a minus';
	if (/[\t\n\r]/.test(clean)) return SEVERAL;
	if (clean.includes('/')) return 'a slash may stand before a second number';
	// 442079460958.0, but not +33 1.23.45.67.89
	if (/^[^.]*\.(\d{1,2}|0+)$/.test(clean)) return 'it ends in decimals; format the column as text';
	if (/[^\d+()\s.\-‐-―−·]/.test(clean)) {
		return 'it holds something else than digits, such as letters or an extension';
	}
	return /(\d\D*){22}/.test(clean) ? SEVERAL : null;
}

/** Takes `+`, `00` or `011` off, also within a bracket: `(+44)`. */
function internationalPrefix(compact: string): [string, string] {
	const match = /^(\(*)(\+|011|00)(.*)/.exec(compact);
	return match ? [match[2], match[1] + match[3]] : ['', compact];
}

/** @param rest country calling code and number; brackets may still be in it */
function fromInternational(rest: string): ReadNumber {
	const digits = digitsOf(rest);
	if (!/^\d+$/.test(digits)) return { problem: 'a + may only stand before it' };
	const code = callingCodeOf(digits);
	if (code === null) return { problem: 'no country has its calling code' };
	const { lengths, prefix, never, domestic } = NUMBER_PLANS[code];
	const national = digits.slice(code.length);
	if (domestic?.test(national)) {
		return { problem: `a code that is dialled within the country only stands after +${code}` };
	}
	const isPossible = (number: string) =>
		lengths.includes(number.length) && !never.includes(number.charAt(0));
	const stripped =
		prefix !== '' && national.startsWith(prefix) ? national.slice(prefix.length) : null;
	const meant = [isMarked(rest, code, prefix) ? null : national, stripped].filter(
		(candidate) => candidate !== null && isPossible(candidate),
	);
	if (meant.length === 0) {
		return { problem: `numbers of +${code} have another length or beginning` };
	}
	if (meant.length > 1) return { problem: `write it without the ${prefix} after +${code}` };
	return { number: code === '1' ? `1${meant[0]}` : `011${code}${meant[0]}` };
}

/** Whether the prefix that is dialled at home only has a bracket of its own: +44 (0)20, +7 (8) 495. */
function isMarked(rest: string, code: string, prefix: string): boolean {
	const [before] = rest.split(`(${prefix})`, 1);
	return prefix !== '' && digitsOf(before) === code;
}

/** Calling codes have 1 to 3 digits, and none is the beginning of another. */
function callingCodeOf(digits: string): string | null {
	const codes = [1, 2, 3].map((length) => digits.slice(0, length));
	return codes.find((code) => Object.hasOwn(NUMBER_PLANS, code)) ?? null;
}

/** Why digits without + are no number, and what may have happened to them. */
function withoutPrefix(digits: string): string {
	if (/^11\d/.test(digits) && 'number' in fromInternational(digits.slice(2))) {
		return `a spreadsheet may have taken off its first 0; if so, write 0${digits}`;
	}
	if (/^[2-9]\d{9}$/.test(digits)) {
		return `it has no country code; if it is in North America, write +1${digits}`;
	}
	return 'number' in fromInternational(digits)
		? `a spreadsheet may have taken off its +; if so, write +${digits}`
		: 'it has no country code';
}

function digitsOf(text: string): string {
	return text.replace(/[()]/g, '');
}

/** A part of a number: digits that are in it, or that it begins with. */
export type NumberPart = { digits: string; isBeginning: boolean } | { problem: string };

/**
 * Reads a part of a number, or a whole one, as a filter takes it. Digits are what they are: `207`, `0048`.
 * With a + it is the beginning of numbers of that country: `+44 20` → `0114420`, `+1 207` → `1207`.
 */
export function toNumberPart(text: string): NumberPart {
	const read = cleaned(text);
	if ('problem' in read) return read;
	const { compact } = read;
	const written = digitsOf(compact);
	const isBeginning = written.startsWith('+');
	const digits = isBeginning ? written.slice(1) : written;
	if (!/^\d{1,20}$/.test(digits)) return { problem: 'it is not a part of a number' };
	if (!isBeginning) {
		// 0044 20 7946 0958 is a whole number here, too.
		const whole = toApiNumber(text);
		return { digits: 'number' in whole ? whole.number : digits, isBeginning };
	}
	const code = callingCodeOf(digits);
	if (code === null) {
		const isCode = Object.keys(NUMBER_PLANS).some((known) => known.startsWith(digits));
		return isCode
			? { digits: `011${digits}`, isBeginning }
			: { problem: 'no country has its calling code' };
	}
	const { prefix, never } = NUMBER_PLANS[code];
	const national = digits.slice(code.length);
	const isDomestic =
		national.startsWith(prefix) &&
		(never.includes(prefix.charAt(0)) || isMarked(compact.replace('+', ''), code, prefix));
	const meant = isDomestic ? national.slice(prefix.length) : national;
	if (meant !== '' && never.includes(meant.charAt(0))) {
		return { problem: `no number of +${code} begins so` };
	}
	return { digits: code === '1' ? `1${meant}` : `011${code}${meant}`, isBeginning };
}

/**
 * @param number in the API's form
 * @returns the number in E.164, or `null` where it has none (which a Sandbox may give)
 */
export function toE164(number: string): string | null {
	const e164 = `+${number.replace(/^011/, '')}`;
	const read = toApiNumber(e164);
	return 'number' in read && read.number === number ? e164 : null;
}

/**
 * Writes a number for a list: `+1 207 406 3052`, `+44 146120055`.
 * @param number in the API's form; one in no known form is shown as it is
 */
export function displayNumber(number: string): string {
	const e164 = toE164(number);
	if (e164 === null) return number;
	const digits = e164.slice(1);
	if (digits.startsWith('1')) return e164.replace(/(\d{3})(\d{3})(\d{4})$/, ' $1 $2 $3');
	const code = callingCodeOf(digits) ?? '';
	return `+${code} ${digits.slice(code.length)}`;
}
