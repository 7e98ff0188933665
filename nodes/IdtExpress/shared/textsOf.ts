import { isRecord } from './json';

const BLANK = /[\s\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Text without blanks around it, and without the marks that come along when it is copied. */
export function trimmed(text: string): string {
	// A regular expression would look at many blanks again for each of them.
	const characters = [...text];
	let [start, end] = [0, characters.length];
	while (start < end && BLANK.test(characters[start])) start++;
	while (start < end && BLANK.test(characters[end - 1])) end--;
	return characters.slice(start, end).join('');
}

/**
 * What stands in place of a value: what JavaScript and Python write where nothing was found, or for an
 * object; an expression in a field that takes none; what people and databases write for nothing; and what a
 * spreadsheet shows in any language while it computes, or for an error (`#N/A`, `#NV`, `#¡REF!`).
 */
const NO_TEXT =
	/\b(?:undefined|null|NaN)\b|\[object \w+\]|\{\{|^(?:None|nan|NULL|\\N|Loading\.\.\.|[nN]\/[aA]|\p{Pd}+|#NV)$|^#(?:\p{Lu}\/\p{Lu}|[¡¿]?\p{Lu}[\p{Lu}\d/]{2,}[!?])/u;

/** Marks that cannot be seen, but those that join letters and emojis. */
const INVISIBLE = /(?!\u200c|\u200d|[\u{e0020}-\u{e007f}])\p{Cf}/gu;

/**
 * Text or number as text without surrounding blanks, or `undefined` where it is neither. What
 * in it looks like a space, a hyphen, an apostrophe or nothing becomes that, and letters have their accents.
 */
export function plainText(value: unknown): string | undefined {
	if (typeof value !== 'string' && !Number.isFinite(value)) return undefined;
	const written = trimmed(String(value))
		.normalize('NFC')
		.replace(INVISIBLE, '')
		.replace(/\p{Zs}/gu, ' ')
		.replace(/[\u2010\u2011]/g, '-')
		.replace(/[‘’ʼ]/g, "'");
	// Half a character cannot be sent.
	return NO_TEXT.test(written) || /\p{Surrogate}/u.test(written) ? undefined : written;
}

/** How deep objects and JSON text may lie in each other: `[{ numbers: [{ number }] }]` as JSON text. */
const DEEPEST = 5;

/** Makes the error for a part of a list that is no text: if it were left out, nobody would notice. */
type Refuse = (problem: string, part: unknown) => Error;

/**
 * Reads a list that people, expressions, models and other operations give: an array, text with
 * commas, semicolons, tabs or line breaks, JSON text, objects with `key`, and an object that
 * holds such a list (`{ numbers: […] }` of an order, `{ skus: […] }` of a model).
 * @param key what to read of an object; without it, objects are refused
 * @returns the texts without surrounding blanks, empty ones left out, each once
 * @throws what `refuse` makes
 */
export function textsOf(value: unknown, key: string | undefined, refuse: Refuse): string[] {
	const collect = (given: unknown, depth: number): string[] => {
		const part = typeof given === 'string' ? trimmed(given) : given;
		if (part === undefined || part === null) {
			// Where nothing is given, there is no list; in a list, a value is missing.
			if (depth === 0) return [];
			throw refuse('has an entry that is empty', part);
		}
		if (Number.isFinite(part)) return [String(part)];
		const isJson = typeof part === 'string' && /^(?!\{\{)[[{"]/.test(part);
		if (typeof part === 'string' && !isJson) return part.split(/[,;\t\n\r]/);
		const whole = isJson ? fromJson(part, refuse) : part;
		// A list of lists is meant as one list; what lies deeper is not meant at all.
		const entries = Array.isArray(whole) ? whole.flat() : within(whole, key);
		if (entries === undefined) throw refuse('has an entry that is not text', part);
		if (depth > DEEPEST || entries.some(Array.isArray)) throw refuse('has lists in lists', part);
		return entries.flatMap((entry) => collect(entry, depth + 1));
	};
	const texts = collect(value, 0).map((text) => {
		const written = plainText(text);
		if (written === undefined) throw refuse('has an entry that is not text', text);
		return written;
	});
	return [...new Set(texts.filter((text) => text !== ''))];
}

/** What an object holds of a list: `{ key }`, `{ keys: […] }`, or an array that is all it has. */
function within(part: unknown, key: string | undefined): unknown[] | undefined {
	if (key === undefined || !isRecord(part)) return undefined;
	const own = part[key] ?? part[`${key}s`];
	if (typeof own === 'string' || typeof own === 'number') return [own];
	const values = Object.values(part);
	const list = own ?? (values.length === 1 ? values[0] : undefined);
	return Array.isArray(list) ? list : undefined;
}

function fromJson(text: string, refuse: Refuse): unknown {
	try {
		// "A", "B" is a list, too.
		return JSON.parse(text.startsWith('"') ? `[${text}]` : text) as unknown;
	} catch {
		throw refuse('begins like JSON, but is not JSON', text);
	}
}
