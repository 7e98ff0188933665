import { searchable } from './names';

/** Names of countries that neither the API nor ICU uses, by ISO 3166-1 code. */
const ALIASES: Record<string, string[]> = {
	AE: ['UAE', 'Emirates'],
	BA: ['Bosnia'],
	CD: ['DR Congo'],
	CI: ['Ivory Coast'],
	CZ: ['Czech Republic'],
	GB: ['UK', 'Great Britain', 'England', 'Scotland', 'Wales', 'Northern Ireland'],
	KR: ['Republic of Korea'],
	MK: ['Macedonia'],
	NL: ['Holland'],
	SZ: ['Swaziland'],
	TR: ['Turkey'],
	US: ['United States', 'United States of America'],
	VA: ['Vatican', 'Holy See'],
};

const english = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });

/**
 * Other names of a country, for a search: `United States`, `UK`, `Holland`.
 * @param iso two capital letters
 */
export function otherNamesOf(iso: string): string {
	if (!/^[A-Z]{2}$/.test(iso)) return '';
	return [english.of(iso) ?? '', ...(ALIASES[iso] ?? [])].join(' ');
}

/**
 * The code of a country that is written as a code, or by a name that the API does not know.
 * @returns two capital letters, or `undefined` for any other text
 */
export function isoOf(written: string): string | undefined {
	// U.K. is UK.
	const text = searchable(written).toUpperCase();
	const isAlias = (names: string[]) => names.some((name) => name.toUpperCase() === text);
	const [iso] = Object.entries(ALIASES).find(([, names]) => isAlias(names)) ?? [text];
	return /^[A-Z]{2}$/.test(iso) ? iso : undefined;
}
