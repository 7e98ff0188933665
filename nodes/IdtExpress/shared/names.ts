/** Names, as people write them and as the API does. */

/** Letters that are no others with an accent, and how names are written without them. */
const PLAIN: Record<string, string> = {
	đ: 'd',
	ð: 'd',
	ł: 'l',
	ø: 'o',
	ı: 'i',
	ß: 'ss',
	æ: 'ae',
	œ: 'oe',
	þ: 'th',
};
const NOT_PLAIN = new RegExp(`[${Object.keys(PLAIN).join('')}]`, 'g');

/**
 * What a search compares: small letters without accents, dots, apostrophes, marks from copying, and with
 * one blank for several; `sao` finds `São`, and `d’Or` finds `D'OR`.
 */
export function searchable(text: string): string {
	return text
		.normalize('NFKD')
		.replace(/[\p{M}\p{Cf}.'‘’ʼ]/gu, '')
		.replace(/\p{Pd}/gu, '-')
		.replace(/\s+/g, ' ')
		.toLowerCase()
		.replace(NOT_PLAIN, (letter) => PLAIN[letter])
		.trim();
}

/** Whether a name has a text in it, however both are written. An empty text is in each. */
export function hasInName(name: string, text: string): boolean {
	return searchable(name).includes(searchable(text));
}

/** Whether a name has no accents and such, so that the API's own filters find it. */
export function isPlain(name: string): boolean {
	return searchable(name) === name.toLowerCase();
}
