/** No key is as short; taking it out of every text would only make errors unreadable. */
const SHORTEST_SECRET = 4;

/** A secret of fewer characters may be part of an ordinary word: only the whole word is taken out. */
const SURE_SECRET = 8;

/**
 * @returns what removes the secrets from a text that a server or a proxy may have echoed them in, in
 *   the forms in which they travel
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
	const pairs = secrets.slice(1).map((secret, index) => `${secrets[index]}:${secret}`);
	const all = [...secrets, ...pairs].filter(({ length }) => length >= SHORTEST_SECRET);
	const forms = new Set(all.flatMap(formsOf));
	// Longest first: a key may be how the secret begins.
	const patterns = [...forms].sort((a, b) => b.length - a.length).map(patternOf);
	if (patterns.length === 0) return (text) => text;
	const pattern = new RegExp(patterns.join('|'), 'giu');
	return (text) => text.replace(pattern, '***');
}

function formsOf(secret: string): string[] {
	const bytes = Buffer.from(secret);
	return [
		secret,
		encodeURIComponent(secret),
		JSON.stringify(secret).slice(1, -1),
		// Without the `=` at its end: it is not always sent.
		bytes.toString('base64').replaceAll('=', ''),
		bytes.toString('base64url'),
	];
}

function patternOf(form: string): string {
	const escaped = form.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
	return form.length < SURE_SECRET ? `(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])` : escaped;
}
