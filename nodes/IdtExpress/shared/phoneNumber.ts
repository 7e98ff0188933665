/**
 * Phone numbers as people write them, and as the API wants them: North America is `1` + 10 digits,
 * the rest of the world `011` + country calling code + number.
 * @see reference: Get Numbers, Browse Available Numbers (samples)
 */

/** Area codes and exchanges of North America never begin with 0 or 1. */
const NORTH_AMERICA = /^1[2-9]\d{2}[2-9]\d{6}$/;
/** E.164 allows 15 digits; country calling codes other than 1 begin with 2–9. */
const REST_OF_WORLD = /^[2-9]\d{6,14}$/;

/** Everything that people put between digits, invisible marks from copying included. */
const SEPARATORS = /[\s().\-/‐-―−\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]/g;

/**
 * Reads a phone number in E.164 (`+44 20 7946 0958`, `+44 (0)20 …`, `+1 (207) 406-3052`), with the
 * international prefix 00, or in the API's own form (`12074063052`, `01144…`).
 * @returns the number in the API's form, or `null` where the country cannot be known or the length
 *   is impossible
 */
export function toApiNumber(text: string): string | null {
	const { digits, international } = readDigits(text);
	if (international) {
		if (digits.startsWith('1')) return NORTH_AMERICA.test(digits) ? digits : null;
		return REST_OF_WORLD.test(digits) ? `011${digits}` : null;
	}
	return NORTH_AMERICA.test(digits) ? digits : null;
}

/**
 * The same for a part of a number, as a filter takes it: `+44 20` → `0114420`, `207` → `207`.
 * @returns `null` where there is something in it that is not part of a number
 */
export function toApiNumberPart(text: string): string | null {
	const { digits, international } = readDigits(text);
	if (!/^\d+$/.test(digits)) return null;
	return international && !digits.startsWith('1') ? `011${digits}` : digits;
}

/**
 * @param number in the API's form
 * @returns the number in E.164, or `null` where it is in no known form
 */
export function toE164(number: string): string | null {
	if (NORTH_AMERICA.test(number)) return `+${number}`;
	const international = /^011(\d+)$/.exec(number)?.[1];
	return international && REST_OF_WORLD.test(international) ? `+${international}` : null;
}

function readDigits(text: string): { digits: string; international: boolean } {
	const compact = text
		.normalize('NFKC')
		.trim()
		.replace(/^tel:/i, '')
		// The zero that Europeans write in brackets is dialled at home only.
		.replace(/^(\+[^(]*)\(0\)/, '$1')
		.replace(SEPARATORS, '');
	const prefix = /^(\+|011|00)/.exec(compact)?.[0] ?? '';
	return { digits: compact.slice(prefix.length), international: prefix !== '' };
}

/**
 * Writes a number for a list: `+1 207 406 3052`, `+44146120055`.
 * @param number in the API's form; one in no known form is shown as it is
 */
export function displayNumber(number: string): string {
	const e164 = toE164(number) ?? number;
	return e164.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, '+1 $1 $2 $3');
}
