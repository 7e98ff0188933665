import type { ILoadOptionsFunctions, INodeListSearchItems } from 'n8n-workflow';
import { Session } from '../api/session';
import { timing } from '../api/timing';
import { inputError, labelsOf } from '../shared/field';
import { country, didGroupId, region, tollFree } from '../shared/fields';
import { textAt, valueAt } from '../shared/json';
import { searchable } from '../shared/names';

/** What the lists of the editor share. */

/** How many requests are under way at the same time: a person is waiting. */
const CONCURRENCY = 10;

export type EditorSession = Session<ILoadOptionsFunctions>;

/** A session for one list, with the labels of what it depends on. */
export function editorSession(context: ILoadOptionsFunctions): EditorSession {
	const labels = labelsOf([country, region, tollFree, didGroupId]);
	return new Session(context, labels, CONCURRENCY, Date.now() + timing.editorList);
}

/** An error whose message says what to do, because the editor shows nothing else of it. */
export function listError(context: ILoadOptionsFunctions, message: string): Error {
	return inputError({ context }, message, '');
}

/** An entry of a list, and what it is found by. */
export interface Entry extends INodeListSearchItems {
	value: string;
	/** What a search finds it by, besides its name. */
	otherNames?: string;
}

/** Entries that can be chosen, and that have all words of the search. */
export function matching(entries: Entry[], search = ''): INodeListSearchItems[] {
	const words = searchable(search).split(' ');
	return entries
		.filter(({ name, value, otherNames = '' }) => {
			const text = searchable(`${name} ${otherNames}`);
			return value !== '' && words.every((word) => text.includes(word));
		})
		.map(({ name, value, description }) => ({ name, value, description }));
}

/** Sorts entries by name, in place. */
export function byName(items: INodeListSearchItems[]): INodeListSearchItems[] {
	return items.sort((a, b) => a.name.localeCompare(b.name));
}

/** What is chosen in a field that a list depends on: its value, or `''`. */
export function chosen(context: ILoadOptionsFunctions, parameter: string, label: string): string {
	const given = context.getCurrentNodeParameter(parameter);
	const text = typeof given === 'string' ? given.trim() : textAt(given, 'value').trim();
	// The editor evaluates no expression here; one without a value yet comes as null.
	const isUnresolved = valueAt(given, 'mode') !== null && valueAt(given, 'value') === null;
	if (!text.startsWith('=') && !isUnresolved) return text;
	throw listError(
		context,
		`'${label}' is an expression that has no value yet. Run the nodes before this one, or choose from the list.`,
	);
}

/** @returns two capital letters */
export function chosenCountry(context: ILoadOptionsFunctions): string {
	const text = chosen(context, country.name, country.label);
	if (text === '') throw listError(context, 'Choose a country first');
	return country.parse(text, { context });
}

/** @returns `undefined` where none is chosen */
export function chosenRegion(context: ILoadOptionsFunctions): string | undefined {
	return region.parse(chosen(context, region.name, region.label), { context });
}
