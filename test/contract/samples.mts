import document from './samples.json';

/**
 * What the API's document says word for word: its curl samples, answers, tables of parameters and error
 * codes, in its order. Nobody's reading of it: `samples.json` was cut out of the document by a program.
 */

export interface Parameter {
	/** Such as `order_items[].quantity`. */
	name: string;
	/** `path`, `query` or `body`. */
	in: string;
	type: string;
	required: boolean;
}

export interface Sample {
	section: string;
	parameters: Parameter[];
	requests: Array<{ title?: string; curl: string }>;
	answers: Array<{ title?: string; status: number; body: unknown }>;
}

export const DOCUMENT: {
	endpoints: Sample[];
	errors: Array<{ title: string; body: unknown }>;
	/** Lines of code, title and description. */
	codes: string[];
} = document;

/** @throws Error if the document has no such section */
export function sampleOf(section: string): Sample {
	const sample = DOCUMENT.endpoints.find((entry) => entry.section === section);
	if (!sample) throw new Error(`The document has no section ${section}`);
	return sample;
}

export interface CurlRequest {
	method: string;
	/** With the query, such as `/v1/dids/orders?page=1`. */
	path: string;
	headers: Record<string, string>;
	body?: string;
}

/** Reads a curl command as the document writes them. */
export function readCurl(curl: string): CurlRequest {
	const url = /https:\/\/api\.idtexpress\.com([^"]*)/.exec(curl);
	if (!url) throw new Error(`No address in ${curl}`);
	const headers = [...curl.matchAll(/-H ["']([^:"']+): ([^"']*)["']/g)];
	return {
		method: /-X (\w+)/.exec(curl)?.[1] ?? 'GET',
		path: url[1],
		headers: Object.fromEntries(headers.map(([, name, value]) => [name.toLowerCase(), value])),
		body: /-d '([^']*)'/.exec(curl)?.[1],
	};
}
