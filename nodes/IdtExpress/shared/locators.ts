import {
	apiNumberOf,
	isBlank,
	isByModel,
	quote,
	single,
	unlocated,
	type Definition,
	type Reading,
	type SingleField,
} from './field';
import { isRecord } from './json';
import { plainText } from './textsOf';

/** Fields of which the value is chosen from a list, or given itself: resource locators. */

type Locator = Definition & {
	list: { search: string; prompt: string };
	/** The mode in which the value itself is given. */
	manual: {
		/** Also the value's name in the objects that other operations give. */
		name: string;
		label: string;
		placeholder: string;
		hint?: string;
		/** Checked by the editor; what an expression gives is checked when it is read. */
		regex: string;
		errorMessage: string;
	};
};

/**
 * Reads what was chosen or given.
 * @param text of it, where it is text, a number, or an object that holds it
 */
type ParseLocated<T> = (text: string | undefined, given: unknown, reading: Reading) => T;

function locator<T>(
	{ list, manual, ...definition }: Locator,
	parse: ParseLocated<T>,
): SingleField<T> {
	return single(
		definition,
		{
			type: 'resourceLocator',
			default: { mode: 'list', value: '' },
			modes: [
				{
					displayName: 'From List',
					name: 'list',
					type: 'list',
					placeholder: list.prompt,
					typeOptions: { searchListMethod: list.search, searchable: true },
				},
				{
					displayName: manual.label,
					name: manual.name,
					type: 'string',
					placeholder: manual.placeholder,
					hint: manual.hint,
					validation: [
						{
							type: 'regex',
							properties: { regex: manual.regex, errorMessage: manual.errorMessage },
						},
					],
				},
			],
		},
		(value, reading) => {
			const given = unlocated(value);
			if (isBlank(given) && reading.property.required === true) throw reading.empty();
			return parse(plainText(isRecord(given) ? given[manual.name] : given), value, reading);
		},
	);
}

const LONGEST_ID = 100;

/** An ID that the API documents as text (an order's). */
export function textId(definition: Locator): SingleField<string> {
	return locator({ required: true, ...definition }, idOf);
}

/** An ID that the API documents as a whole number (a DID group's, a trunk group's). */
export function numericId(definition: Locator): SingleField<number> {
	return locator({ required: true, ...definition }, (text, given, reading) => {
		const id = idOf(text, given, reading);
		if (/^\d+$/.test(id) && Number(id) > 0 && Number.isSafeInteger(Number(id))) return Number(id);
		throw reading.refuse(
			`must be a number, not ${quote(id)}`,
			'Choose one from the list, or enter the ID (digits only) that Get Many shows.',
		);
	});
}

function idOf(id: string | undefined, given: unknown, { refuse }: Reading): string {
	// As a part of a path, dots lead elsewhere.
	if (id && id.length <= LONGEST_ID && /^(?!\.+$)[^\s/,;'"{}]+$/.test(id)) return id;
	throw refuse(
		`is not an ID: ${quote(unlocated(given))}`,
		'Choose one from the list, or enter the ID that Get Many shows.',
	);
}

type Code = Locator & {
	/** Of the code in capital letters. */
	pattern: RegExp;
	/** For the error, such as `US`. */
	example: string;
};

/** A short code that people also write, such as that of a country. */
export function code({ pattern, example, ...definition }: Code): SingleField<string> {
	return locator({ required: true, ...definition }, codeOf(pattern, example));
}

/** A code that may be left out: `undefined`. An expression that finds nothing, not even '', is `''`. */
export function optionalCode({
	pattern,
	example,
	...definition
}: Code): SingleField<string | undefined> {
	const read = codeOf(pattern, example);
	return locator(definition, (text, given, reading) => {
		const value = unlocated(given);
		if (!isBlank(value)) return read(text, given, reading);
		const isLeftOut = typeof value === 'string' || isByModel(reading.expression);
		return isLeftOut || reading.expression === undefined ? undefined : '';
	});
}

/** As codes are written: `us–me` is `US-ME`. */
export function asCode(text: string): string {
	return text.toUpperCase().replace(/\p{Pd}/gu, '-');
}

function codeOf(pattern: RegExp, example: string): ParseLocated<string> {
	return (text, given, { refuse }) => {
		const written = asCode(text ?? '');
		if (pattern.test(written)) return written;
		throw refuse(
			`must be a code such as ${example}, not ${quote(unlocated(given))}`,
			'Choose one from the list, or enter the code that Get Many shows.',
		);
	};
}

/** A phone number, in the API's form once it is read. */
export function phoneNumber(definition: Locator): SingleField<string> {
	return locator({ required: true, ...definition }, (text, given, reading) => {
		const isChosen = isRecord(given) && given.mode === 'list' && reading.expression === undefined;
		// What the API itself wrote is taken as it is.
		if (isChosen && text !== undefined && /^\d{1,20}$/.test(text)) return text;
		return apiNumberOf(text ?? unlocated(given), reading);
	});
}
