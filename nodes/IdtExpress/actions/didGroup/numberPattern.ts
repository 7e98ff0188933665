/**
 * Patterns for the digits of a phone number: `*` stands for any digits, `?` for one digit, and a
 * letter for the digit on its key of a phone (`*FLOWERS` is `*3569377`).
 */
export interface NumberPattern {
	/** The digits and `?` between the `*`, two or more: `['1207', '']` for `1207*`. */
	parts: string[];
	/** Whether it was written with `+`, or `00` as a prefix: then the number is compared as E.164 writes it. */
	isInternational: boolean;
}

/** The digits of A to Z on the keys of a phone. */
const DIGIT_OF_LETTER = '22233344455566677778889999';

/** The longest number: `011` and the 15 digits of E.164. */
const MOST_DIGITS = 18;

/** What people write between the digits of a number, invisible marks from copying included. */
const SEPARATORS = /[\s().\-\p{Pd}\p{Cf}]/gu;

/** Decimals, a sentence, several patterns, or what a spreadsheet shortened. */
const NO_PATTERN = /\.\d{1,2}$|[A-Z]\s+[A-Z]|\*\S+\s.*\*|^[\d.,]+E\d+$/;

/** X and N that may stand for any digit: several, or one that is no part of a word, beside digits. */
const PLACEHOLDER = /XX|NNN|\d.*(?<![A-Z])[XN](?![A-Z])|(?<![A-Z])[XN](?![A-Z]).*\d/;

/**
 * Reads a pattern. Without a `*` its digits may stand anywhere in the number, or at its beginning
 * where it is written with `+`: `7777` is `*7777*`, `007` is `*007*`, and `+1 207` is `+1207*`. No number
 * begins with 00, so in `0044 20*`, or before a whole number, it is the international prefix.
 * @returns `null` where it is none (`305X` may be meant as any digit), or has more digits than any number
 */
export function parseNumberPattern(text: string): NumberPattern | null {
	if (text.length > 100) return null;
	const written = text.normalize('NFKC').toUpperCase();
	const compact = written.replace(SEPARATORS, '');
	const pattern = compact.replace(/^(?:\+|00(?=\d.*\*|\d{9}))/, '');
	if (!/^[\dA-Z?*]+$/.test(pattern) || NO_PATTERN.test(written)) return null;
	if (PLACEHOLDER.test(written)) return null;
	if (pattern.replaceAll('*', '').length > MOST_DIGITS) return null;
	const isInternational = pattern !== compact;
	const digits = pattern.replace(/[A-Z]/g, (letter) => DIGIT_OF_LETTER[letter.charCodeAt(0) - 65]);
	const whole = digits.includes('*') ? digits : isInternational ? `${digits}*` : `*${digits}*`;
	return { parts: whole.split('*'), isInternational };
}

/**
 * Whether a number fits a pattern. It is compared as the API writes it, as E.164 does, and in North
 * America also without the 1: `12074063052`, `2074063052`; `01144146120055`, `44146120055`.
 * @param number as the API writes it
 */
export function matchesPattern({ parts, isInternational }: NumberPattern, number: string): boolean {
	const written = number.replace(/\D/g, '');
	const forms = [written.replace(/^011/, '')];
	if (!isInternational) forms.push(written);
	if (!isInternational && /^1\d{10}$/.test(written)) forms.push(written.slice(1));
	return forms.some((form) => fits(parts, form));
}

/** Each part is taken where it comes first, so the time is linear in the length of the number. */
function fits(parts: string[], digits: string): boolean {
	const first = parts[0];
	const last = parts[parts.length - 1];
	if (!isAt(first, digits, 0)) return false;
	let from = first.length;
	for (const part of parts.slice(1, -1)) {
		while (from < digits.length && !isAt(part, digits, from)) from++;
		from += part.length;
	}
	const end = digits.length - last.length;
	return end >= from && isAt(last, digits, end);
}

/** A `?` fits behind the end of the digits, too: `fits` sees to it that there is room for all parts. */
function isAt(part: string, digits: string, position: number): boolean {
	return [...part].every((digit, index) => digit === '?' || digit === digits[position + index]);
}
