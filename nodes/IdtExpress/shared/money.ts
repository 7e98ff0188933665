import { textAt } from './json';

/**
 * Exact arithmetic on the API's decimal strings (fees, in the account's currency). Binary floating
 * point would get 0.1 + 0.2 wrong, and with it a spend limit.
 */
export interface Decimal {
	/** The value times 10 to the power of `scale`. */
	readonly units: bigint;
	readonly scale: number;
}

/**
 * @param text such as `4.25`; no sign, no exponent, no thousands separators
 * @returns `null` for anything else
 */
export function parseDecimal(text: string): Decimal | null {
	const match = /^(\d{1,30})(?:\.(\d{1,30}))?$/.exec(text.trim());
	if (!match) return null;
	const [, whole, fraction = ''] = match;
	return { units: BigInt(whole + fraction), scale: fraction.length };
}

/** Reads a nested fee of a record; `null` where it is no plain decimal. */
export function decimalAt(record: unknown, ...path: string[]): Decimal | null {
	return parseDecimal(textAt(record, ...path));
}

/**
 * Reads an amount that a person or an expression gives, rounded to `places`: binary arithmetic makes
 * 13.049999999999999 of 3 * 4.35, and 13.05 is meant.
 * @returns `null` where it is negative or no plain number
 */
export function roundedDecimal(value: string | number, places: number): Decimal | null {
	const exact = parseDecimal(typeof value === 'number' ? value.toFixed(places) : value);
	if (exact === null) return null;
	const scale = Math.min(exact.scale, places);
	const dropped = 10n ** BigInt(exact.scale - scale);
	return { units: (exact.units + dropped / 2n) / dropped, scale };
}

/** For output that people calculate with; what decides something is computed exactly. */
export function toNumber(a: Decimal): number {
	return Number(formatDecimal(a));
}

export const ZERO: Decimal = { units: 0n, scale: 0 };

/** Adds exactly. */
export function add(a: Decimal, b: Decimal): Decimal {
	const scale = Math.max(a.scale, b.scale);
	return { units: unitsAt(a, scale) + unitsAt(b, scale), scale };
}

/** @param count a whole number, not negative */
export function multiply(a: Decimal, count: number): Decimal {
	return { units: a.units * BigInt(count), scale: a.scale };
}

/** @returns less than 0 where a < b, 0 where they are equal, more than 0 where a > b */
export function compare(a: Decimal, b: Decimal): number {
	const scale = Math.max(a.scale, b.scale);
	const difference = unitsAt(a, scale) - unitsAt(b, scale);
	return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Writes a decimal with two places, or as many as it needs, as the API writes fees: `17.00`, `0.0018`. */
export function formatDecimal(a: Decimal): string {
	const scale = Math.max(a.scale, 2);
	const digits = String(unitsAt(a, scale)).padStart(scale + 1, '0');
	return `${digits.slice(0, -scale)}.${digits.slice(-scale)}`.replace(/(\.\d\d\d*?)0+$/, '$1');
}

function unitsAt(a: Decimal, scale: number): bigint {
	return a.units * 10n ** BigInt(scale - a.scale);
}
