import { NodeOperationError } from 'n8n-workflow';
import type {
	IExecuteFunctions,
	ILoadOptionsFunctions,
	INodeParameters,
	INodeProperties,
	IPollFunctions,
} from 'n8n-workflow';
import { isRecord, isRecordList, valueAt } from './json';
import { compare, roundedDecimal, ZERO, type Decimal } from './money';
import { toApiNumber } from './phoneNumber';
import { plainText, textsOf, trimmed } from './textsOf';

/**
 * Fields that read themselves: one definition holds a parameter's label, its form and its reading.
 * What is read is right, or it is refused with the label, before anything is sent.
 */

/** The contexts of n8n in which errors about input are made. */
export type AnyContext = IExecuteFunctions | ILoadOptionsFunctions | IPollFunctions;

/** The contexts of n8n that give parameters with their expressions resolved. */
export type ReadingContext = IExecuteFunctions | IPollFunctions;

/** Where a value was given: for its error. */
export interface Place {
	context: AnyContext;
	itemIndex?: number;
	/** The expression that gave the value; without one, a person typed or chose it. */
	expression?: string;
	/** The entry of a list that holds the value, such as `of switch 2`. */
	entry?: string;
}

/** One or more parameters of the form that are read as one value. */
export interface Field<T> {
	/** For the form, in order. Often one; several where they belong together. */
	readonly properties: INodeProperties[];
	/** The API's field name → the label that a person sees, for errors of the API. */
	readonly labels: Record<string, string>;
	/** @throws NodeOperationError that names the label; nothing has been sent */
	read(context: ReadingContext, itemIndex: number): T;
}

/** A field of one parameter. */
export interface SingleField<T> extends Field<T> {
	readonly name: string;
	readonly label: string;
	/** Reads a value that was given elsewhere, such as an entry of a collection. */
	parse(value: unknown, place: Place): T;
	/** The same field, shown or described in another way. */
	with(overrides: Partial<INodeProperties>): SingleField<T>;
}

export type Fields = Record<string, Field<unknown>>;

export type Values<F extends Fields> = { [K in keyof F]: F[K] extends Field<infer T> ? T : never };

/** @throws NodeOperationError of the first field that cannot be read */
export function readFields<F extends Fields>(
	fields: F,
	context: ReadingContext,
	itemIndex: number,
): Values<F> {
	return valuesOf(fields, (field) => field.read(context, itemIndex));
}

function valuesOf<F extends Fields>(fields: F, read: (field: F[keyof F]) => unknown): Values<F> {
	const keys: Array<keyof F> = Object.keys(fields);
	const values = keys.map((key) => [key, read(fields[key])]);
	return Object.fromEntries(values) as Values<F>;
}

/** The API's field names → the labels, of all fields together. */
export function labelsOf(fields: Fields | Array<Field<unknown>>): Record<string, string> {
	return Object.fromEntries(Object.values(fields).flatMap(({ labels }) => Object.entries(labels)));
}

/** The parameters of fields, in order. */
export function propertiesOf(fields: Fields | Array<Field<unknown>>): INodeProperties[] {
	return Object.values(fields).flatMap(({ properties }) => properties);
}

/** Several fields that are read as one value. */
export function group<T>(fields: Array<Field<unknown>>, read: Field<T>['read']): Field<T> {
	return { properties: propertiesOf(fields), labels: labelsOf(fields), read };
}

/**
 * The error for what is not the API's: input that is refused before a request is sent, or an answer with
 * which an operation cannot go on.
 * @param message what is wrong, with labels in single quotes
 * @param description what to do
 */
export function inputError(
	{ context, itemIndex }: Place,
	message: string,
	description: string,
): NodeOperationError {
	return new NodeOperationError(context.getNode(), message, { description, itemIndex });
}

/** Shows a value in an error: short, and in quotes. */
export function quote(value: unknown): string {
	const isObject = typeof value === 'object' && value !== null;
	const text = isObject ? JSON.stringify(value) : String(value);
	const start = text.slice(0, 60).replace(/\p{Surrogate}/gu, '');
	return `"${text.length > 60 ? `${start}…` : start}"`;
}

/** Cuts a long text for an error to what a person reads. */
export function shortened(text: string): string {
	return text.replace(/^(.{600}).+/su, '$1…');
}

/** How a builder is called: the form's property without its type, and the API's name of the field. */
export type Definition = Partial<
	Omit<INodeProperties, 'displayName' | 'name' | 'type' | 'options'>
> & {
	name: string;
	label: string;
	/** The API's name, for its errors. */
	apiName?: string;
};

/** What is known where a value is read. */
export interface Reading extends Place {
	/** The field as it is shown. */
	property: INodeProperties;
	/** Makes the error that begins with the label: `'Limit' must be …`. */
	refuse(problem: string, advice: string): NodeOperationError;
	/** Makes the error for a value that is needed. */
	empty(): NodeOperationError;
}

export type Parse<T> = (value: unknown, reading: Reading) => T;

/**
 * Makes a field of one parameter. The builders are made of it.
 * @param within the fields that its value holds
 */
export function single<T>(
	{ label, apiName, ...rest }: Definition,
	form: Pick<INodeProperties, 'type'> & Partial<INodeProperties>,
	parse: Parse<T>,
	within: Fields = {},
): SingleField<T> {
	const labels = { ...labelsOf(within), ...(apiName !== undefined && { [apiName]: label }) };
	return ofProperty({ displayName: label, default: '', ...form, ...rest }, labels, parse);
}

function ofProperty<T>(
	property: INodeProperties,
	labels: Record<string, string>,
	parse: Parse<T>,
): SingleField<T> {
	const { name, displayName: label } = property;
	const parseAt = (value: unknown, place: Place) => {
		const where = place.entry === undefined ? `'${label}'` : `'${label}' ${place.entry}`;
		const refuse = (problem: string, advice: string) => {
			const given = unlocated(value);
			const isFixed = typeof given === 'string' && given.includes('{{');
			const wayOut = isFixed ? NOT_AN_EXPRESSION : CHECK_EXPRESSION;
			return inputError(place, `${where} ${problem}`, `${advice} ${wayOut}`);
		};
		const hint = property.hint ? ` ${property.hint}.` : '';
		const empty = () => refuse('is empty', `Enter a value in '${label}'.${hint}`);
		return parse(value, { ...place, property, refuse, empty });
	};
	return {
		properties: [property],
		labels,
		name,
		label,
		parse: parseAt,
		read: (context, itemIndex) => {
			const expression = expressionOf(context.getNode().parameters[name]);
			const value = parameterOf(context, property, itemIndex);
			return parseAt(value, { context, itemIndex, expression });
		},
		with: (overrides) => ofProperty({ ...property, ...overrides }, labels, parse),
	};
}

const NOT_AN_EXPRESSION = 'The expression in it was taken as text: switch the field to Expression.';

const CHECK_EXPRESSION =
	'If the value is an expression, check that what it reads exists on every item.';

/** A field whose value is made into something else, or refused. */
export function mapField<T, U>(
	field: SingleField<T>,
	map: (value: T, reading: Reading) => U,
): SingleField<U> {
	return ofProperty(field.properties[0], field.labels, (value, reading) =>
		map(field.with(reading.property).parse(value, reading), reading),
	);
}

/** A parameter's value; one that the form hides or a saved workflow lacks has its default. */
function parameterOf(
	context: ReadingContext,
	property: INodeProperties,
	itemIndex: number,
): unknown {
	try {
		return 'getInputData' in context
			? context.getNodeParameter(property.name, itemIndex, property.default)
			: context.getNodeParameter(property.name, property.default);
	} catch (error) {
		// n8n's own error for an expression that fails does not always name the field.
		const reason = error instanceof Error ? error.message : String(error);
		throw inputError(
			{ context, itemIndex },
			`'${property.displayName}' cannot be read: ${reason}`,
			`Correct the expression in '${property.displayName}'.`,
		);
	}
}

/** The expression that a parameter, as it is saved, is: itself, or the value of a locator. */
function expressionOf(saved: unknown): string | undefined {
	const value = unlocated(saved);
	return typeof value === 'string' && value.startsWith('=') ? value : undefined;
}

/** The value of a resource locator; any other value as it is. */
export function unlocated(value: unknown): unknown {
	return isRecord(value) && ('__rl' in value || 'mode' in value) && 'value' in value
		? value.value
		: value;
}

/** Nothing: what an expression gives that finds nothing, or a form that was left blank. */
export function isBlank(value: unknown): boolean {
	return (
		value === undefined || value === null || (typeof value === 'string' && trimmed(value) === '')
	);
}

/** Whether a language model gives the value. */
export function isByModel(expression: string | undefined): boolean {
	return expression !== undefined && /\$fromAI\b/i.test(expression);
}

/**
 * Reads a value that limits something, or `undefined` where it was left out and limits nothing: left
 * blank in the form, or by a model, which writes '' for what it leaves out. An expression that gives
 * nothing leaves nothing out: without the filter, *everything* would come out.
 */
function optional<T>(parse: Parse<T>): Parse<T | undefined> {
	return (value, reading) => {
		const { expression } = reading;
		const isLeftOut = expression === undefined ? typeof value === 'string' : isByModel(expression);
		return isBlank(value) && isLeftOut ? undefined : parse(value, reading);
	};
}

/**
 * A switch. Left blank, it has its default; but where that is on, an expression that gives nothing is
 * refused. What is neither yes nor no is refused, never taken for off.
 */
export function toggle(definition: Definition): SingleField<boolean> {
	return single(definition, { type: 'boolean', default: false }, (value, reading) => {
		const { property, refuse, empty, expression } = reading;
		if (isBlank(value)) {
			if (property.default === true && expression !== undefined) throw empty();
			return property.default === true;
		}
		const written = typeof value === 'boolean' ? String(value) : (plainText(value) ?? '');
		if (/^(true|yes|on|1)$/i.test(written)) return true;
		if (/^(false|no|off|0)$/i.test(written)) return false;
		throw refuse(
			`must be true or false, not ${quote(value)}`,
			'Give true or false (also yes, no, on, off, 1 or 0).',
		);
	});
}

/** What can be chosen: the value → its label, and a description. */
export type Choices<V extends string> = Record<V, { name: string; description?: string }>;

/** One of some values. Where an expression gives nothing, none is chosen for it. */
export function choice<V extends string>({
	options,
	...definition
}: Definition & { options: Choices<V>; default: NoInfer<V> }): SingleField<V> {
	return single(definition, { type: 'options', options: sorted(options) }, chosenOf(options));
}

/** Any of some values: from the form a list; from an expression also text with commas, or JSON. */
export function multiChoice<V extends string>({
	options,
	...definition
}: Definition & { options: Choices<V> }): SingleField<V[]> {
	const chosen = chosenOf(options);
	return single(
		definition,
		{ type: 'multiOptions', options: sorted(options), default: [] },
		(value, reading) => entriesOf(value, undefined, reading).map((entry) => chosen(entry, reading)),
	);
}

function sorted<V extends string>(options: Choices<V>): INodeProperties['options'] {
	return Object.keys(options)
		.map((value) => ({ ...options[value as V], value }))
		.sort((a, b) => a.name.localeCompare(b.name));
}

function chosenOf<V extends string>(options: Choices<V>): Parse<V> {
	const values = Object.keys(options) as V[];
	return (value, { refuse }) => {
		const written = plainText(value)?.toLowerCase();
		const found = values.find((option) => option.toLowerCase() === written);
		if (found !== undefined) return found;
		const problem = isBlank(value) ? 'is empty' : `cannot be ${quote(value)}`;
		throw refuse(problem, `Choose one of ${values.join(', ')}.`);
	};
}

/** Text that is needed. `most`: its greatest length in characters as people see them. */
export function text({
	most = 1000,
	...definition
}: Definition & { most?: number }): SingleField<string> {
	return single({ required: true, ...definition }, { type: 'string' }, textOf(most));
}

/** Text that may be left out: a filter. With a * in it, nothing would ever match. */
export function optionalText(definition: Definition): SingleField<string | undefined> {
	const read: Parse<string> = (value, reading) => {
		const written = textOf(200)(value, reading);
		if (!/^[*%]|[*%]$/.test(written)) return written;
		throw reading.refuse(`takes no wildcards: ${quote(written)}`, 'Enter the text without them.');
	};
	return single(definition, { type: 'string' }, optional(read));
}

function textOf(most: number): Parse<string> {
	return (value, { refuse, empty }) => {
		if (isBlank(value)) throw empty();
		const written = plainText(value);
		if (written === undefined) throw refuse(`must be text, not ${quote(value)}`, 'Enter text.');
		// By the UTF-16 units first, which is quick however long the text is.
		const length = written.length > 2 * most ? written.length : [...written].length;
		if (length > most) {
			throw refuse(
				`has ${length} characters; ${most} are allowed`,
				`Enter at most ${most} characters.`,
			);
		}
		if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(written)) {
			throw refuse(
				`must be one line of text, not ${quote(written)}`,
				'Take line breaks and tabs out.',
			);
		}
		return written;
	};
}

/** A whole number within limits. */
export function wholeNumber({
	least = 0,
	most = Number.MAX_SAFE_INTEGER,
	...definition
}: Definition & { least?: number; most?: number; default: number }): SingleField<number> {
	const isLimited = most < Number.MAX_SAFE_INTEGER;
	const typeOptions: INodeProperties['typeOptions'] = {
		minValue: least,
		...(isLimited && { maxValue: most }),
		numberPrecision: 0,
	};
	return single(definition, { type: 'number', typeOptions }, (value, { refuse, empty }) => {
		if (isBlank(value)) throw empty();
		const written = plainText(value) ?? '';
		// 1.000 may be a thousand.
		const number = /^-?\d+(\.0{1,2})?$/.test(written) ? Number(written) : NaN;
		if (Number.isSafeInteger(number) && number >= least && number <= most) return number;
		const range = isLimited ? `from ${least} to ${most}` : `of at least ${least}`;
		throw refuse(
			`must be a whole number ${range}, not ${quote(value)}`,
			'Correct it. Nothing was sent for this item.',
		);
	});
}

/** How exact an amount is: what is beyond it is noise of binary arithmetic (3 * 4.35). */
const AMOUNT_PLACES = 4;

/** An amount of money that is needed: 0 or more, exact from here on. */
export function amount(definition: Definition): SingleField<Decimal> {
	return single(definition, AMOUNT_FORM, amountOf);
}

/** The most that something may cost, which may be left out: a filter. With 0, nothing would pass. */
export function optionalAmount(definition: Definition): SingleField<Decimal | undefined> {
	const read: Parse<Decimal> = (value, reading) => {
		const most = amountOf(value, reading);
		if (compare(most, ZERO) > 0) return most;
		throw reading.refuse(
			'must be more than 0',
			'Enter an amount, or remove the filter for any fee.',
		);
	};
	return single(definition, AMOUNT_FORM, optional(read));
}

/** Without a precision, for the editor would show 50 as 50.0000. */
const AMOUNT_FORM = {
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 0,
} satisfies Partial<INodeProperties>;

function amountOf(value: unknown, { refuse, empty }: Reading): Decimal {
	if (isBlank(value)) throw empty();
	const written = typeof value === 'number' ? value : (plainText(value) ?? '');
	const rounded = roundedDecimal(written, AMOUNT_PLACES);
	if (rounded !== null) return rounded;
	throw refuse(
		`must be an amount such as 25.00, not ${quote(value)}`,
		'Enter digits with a dot before the cents, without a currency sign.',
	);
}

/** Phone numbers, each once, in the API's form once they are read. At least one. */
export function phoneNumbers(definition: Definition): SingleField<string[]> {
	const form = { type: 'string', typeOptions: { rows: 3 } } as const;
	const list = single({ required: true, ...definition }, form, listOf('number'));
	return mapField(list, (entries, reading) => [
		...new Set(entries.map((entry) => apiNumberOf(entry, reading))),
	]);
}

/** Reads one phone number. */
export function apiNumberOf(value: unknown, { refuse }: Reading): string {
	const isText = typeof value === 'string' || typeof value === 'number';
	const read = isText ? toApiNumber(String(value)) : { problem: 'it is not text' };
	if ('number' in read) return read.number;
	throw refuse(
		`has ${quote(value)}, which is not a complete phone number: ${read.problem}`,
		'Write it with + and the country code, such as +44 20 7946 0958 or +1 (207) 406-3052, or ' +
			'as Number → Get Many shows it: 12074063052, 011442079460958.',
	);
}

/**
 * Several texts, at least one, of which the form lists some: from an expression an array, text with
 * commas, semicolons or line breaks, JSON text, or the objects that other operations give.
 * @param key what to read of an object, such as `sku`
 */
export function textList({
	key,
	...definition
}: Definition & { key: string }): SingleField<string[]> {
	const needed = { required: true, ...definition };
	return single(needed, { type: 'multiOptions', default: [] }, listOf(key));
}

/** Several texts, or one, that may be left out, such as a filter. */
export function optionalList(definition: Definition): SingleField<string[] | undefined> {
	return single(definition, { type: 'string' }, optional(listOf()));
}

/** Reads one text or more. Each comes once, without blanks around it. */
function listOf(key?: string): Parse<string[]> {
	return (value, reading) => {
		const entries = entriesOf(value, key, reading);
		if (entries.length === 0) throw reading.empty();
		return entries;
	};
}

function entriesOf(value: unknown, key: string | undefined, { refuse }: Reading): string[] {
	const objects = key === undefined ? '' : `, or of objects with "${key}"`;
	return textsOf(value, key, (problem, part) =>
		refuse(
			`${problem}: ${quote(part)}`,
			`Enter text with commas between the entries, or an expression that gives an array of texts${objects}.`,
		),
	);
}

/** A note in the form. */
export function notice(name: string, displayName: string): Field<undefined> {
	return {
		properties: [{ displayName, name, type: 'notice', default: '' }],
		labels: {},
		read: () => undefined,
	};
}

/** What a collection gives: a key is absent where its field was not added or was left out. */
export type CollectionValues<F extends Record<string, SingleField<unknown>>> = {
	[K in keyof F]?: F[K] extends SingleField<infer T> ? Exclude<T, undefined> : never;
};

/**
 * Optional fields, which a person adds. They are listed by label.
 * @param fields by the name of their value; a field's own name is what a workflow holds. One that hides
 *   another has the same name for both, and stands before it.
 */
export function collection<F extends Record<string, SingleField<unknown>>>(
	definition: Definition,
	fields: F,
): SingleField<CollectionValues<F>> {
	const options = propertiesOf(fields).sort((a, b) => a.displayName.localeCompare(b.displayName));
	return single(
		definition,
		{ type: 'collection', default: {}, options },
		(given, { property, refuse, ...place }): CollectionValues<F> => {
			// n8n itself makes {} of a collection that is an expression; another context may not.
			if (!isRecord(given)) {
				throw refuse(
					`must be an object, not ${quote(given)}`,
					'Add fields to it in the form, each with a value or an expression of its own.',
				);
			}
			const saved = place.context.getNode().parameters[property.name];
			const values: Record<string, unknown> = {};
			for (const [key, field] of Object.entries(fields)) {
				const value = given[field.name];
				const expression = place.expression ?? expressionOf(valueAt(saved, field.name));
				const [{ default: usual, displayOptions }] = field.properties;
				// What was added to be on, such as In Stock Only, a model does not turn off with nothing.
				const isLeftOut = isBlank(value) && isByModel(expression) && usual !== true;
				// What another field hides, such as the timeout of a wait, may be anything.
				const { show = {} } = displayOptions ?? {};
				const isShown = Object.keys(show).every((name) =>
					show[name]?.includes(values[name] as never),
				);
				if (isLeftOut || !isShown || !Object.hasOwn(given, field.name)) continue;
				const read = field.parse(value, { ...place, expression });
				if (read !== undefined) values[key] = read;
			}
			return values as CollectionValues<F>;
		},
		fields,
	);
}

/** The collection in which a list has its filters. */
export function filters<F extends Record<string, SingleField<unknown>>>(
	fields: F,
	ofNewNode: INodeParameters = {},
): SingleField<CollectionValues<F>> {
	const form = { name: 'filters', label: 'Filters', placeholder: 'Add Filter', default: ofNewNode };
	return collection(form, fields);
}

/**
 * A list of entries with the same fields. n8n gives nothing but the form's own list: of any other value,
 * such as an expression for the whole, it makes an empty one.
 * @param entry the list's name and label in the form, and what one entry is called in errors
 */
export function entryList<F extends Record<string, SingleField<unknown>>>(
	{ entry, ...definition }: Definition & { entry: { name: string; label: string; noun: string } },
	fields: F,
): SingleField<Array<Values<F>>> {
	return single(
		definition,
		{
			type: 'fixedCollection',
			typeOptions: { multipleValues: true, sortable: true },
			default: {},
			options: [{ displayName: entry.label, name: entry.name, values: propertiesOf(fields) }],
		},
		(given, { refuse, ...place }) => {
			const list: unknown = isRecord(given) ? (given[entry.name] ?? []) : given;
			if (!isRecordList(list)) {
				throw refuse(`must be a list, not ${quote(given)}`, `Add each ${entry.noun} in the form.`);
			}
			return list.map((values, index) => {
				const at = { ...place, entry: `of ${entry.noun} ${index + 1}` };
				return valuesOf(fields, (field) => field.parse(values[field.name], at));
			});
		},
		fields,
	);
}
