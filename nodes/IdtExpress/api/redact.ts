/** No key is as short; taking it out of every text would only make errors unreadable. */
const SHORTEST_SECRET = 4;

/** A secret of fewer characters may be part of an ordinary word: only the whole word is taken out. */
const SURE_SECRET = 8;

/**
 * @returns what removes the secrets from a text that a server or a proxy may have echoed them in, in
 *   the forms in which they travel
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
	let pattern: RegExp | undefined;
	// Most requests need none.
	return (text) => text.replace((pattern ??= patternOfAll(secrets)), '***');
}

function patternOfAll(secrets: readonly string[]): RegExp {
	const pairs = secrets.slice(1).map((secret, index) => `${secrets[index]}:${secret}`);
	const all = [...secrets, ...pairs].filter(({ length }) => length >= SHORTEST_SECRET);
	// Longest first: a key may be how the secret begins.
	const forms = [...new Set(all.flatMap(formsOf))].sort((a, b) => b.length - a.length);
	// Without secrets it fits nothing.
	return new RegExp(forms.map(patternOf).join('|') || '$^', 'giu');
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
