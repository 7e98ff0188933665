import type { IExecuteFunctions, INode, IPollFunctions } from 'n8n-workflow';
import { areaCode } from '../../nodes/IdtExpress/actions/didGroup/areaCode';
import {
	amount,
	choice,
	collection,
	entryList,
	labelsOf,
	mapField,
	multiChoice,
	notice,
	optionalAmount,
	optionalList,
	optionalText,
	phoneNumbers,
	propertiesOf,
	quote,
	readFields,
	text,
	textList,
	toggle,
	wholeNumber,
	type Field,
	type SingleField,
} from '../../nodes/IdtExpress/shared/field';
import {
	concurrency,
	country,
	didGroupFields,
	listLimit,
	ownNumber,
	region,
} from '../../nodes/IdtExpress/shared/fields';
import { numericId, phoneNumber, textId } from '../../nodes/IdtExpress/shared/locators';
import { formatDecimal } from '../../nodes/IdtExpress/shared/money';
import { numberFilters, passesFilters } from '../../nodes/IdtExpress/shared/numberFilters';
import { processorTime } from '../support/processorTime.mts';

/** Every field: what is given → what it means, or that it is refused. */

const REFUSED = Symbol('refused');
const NOTHING = undefined;

type Given = Record<string, unknown>;

interface Surroundings {
	/** Whether each value comes from an expression, or from a model. */
	expressions?: boolean | 'model';
	/** What the node's form holds, if it is neither the values nor an expression for each. */
	saved?: Given;
	type?: string;
}

/** What a field needs of n8n: the values of parameters, and the node. */
function executing(
	given: Given,
	{ expressions = false, saved, type = 'idtExpress' }: Surroundings = {},
): IExecuteFunctions {
	const expression = expressions === 'model' ? "={{ $fromAI('value') }}" : '={{ $json.value }}';
	const asSaved = expressions
		? Object.fromEntries(Object.keys(given).map((name) => [name, expression]))
		: given;
	const context = {
		getInputData: () => [{ json: {} }],
		getNode: () => ({ name: 'IDT', type, parameters: saved ?? asSaved }) as unknown as INode,
		getNodeParameter: (name: string, _itemIndex: number, fallback: unknown) =>
			Object.hasOwn(given, name) ? given[name] : fallback,
	};
	return context as unknown as IExecuteFunctions;
}

function polling(given: Given): IPollFunctions {
	const context = {
		getNode: () => ({ name: 'IDT', type: 'trigger', parameters: given }) as unknown as INode,
		getNodeParameter: (name: string, fallback: unknown) =>
			Object.hasOwn(given, name) ? given[name] : fallback,
	};
	return context as unknown as IPollFunctions;
}

/** What a field makes of a value; an error must name the label, the item, and what to do. */
function readingOf<T>(
	field: SingleField<T>,
	value: unknown,
	surroundings?: Surroundings,
): T | typeof REFUSED {
	return refusable(field.label, () =>
		field.read(executing({ [field.name]: value }, surroundings), 3),
	);
}

function refusable<T>(label: string, read: () => T): T | typeof REFUSED {
	try {
		return read();
	} catch (error) {
		expect(error).toMatchObject({
			name: 'NodeOperationError',
			message: expect.stringContaining(`'${label}'`),
			description: expect.stringMatching(/\w{5}/),
			context: { itemIndex: 3 },
		});
		expect((error as Error).message.length).toBeLessThan(300);
		return REFUSED;
	}
}

/** What a field makes of a list of values, one after the other. */
const readings = <T,>(field: SingleField<T>, values: unknown[], surroundings?: Surroundings) =>
	values.map((value) => [value, readingOf(field, value, surroundings)]);
const all = (values: unknown[], meaning: unknown) => values.map((value) => [value, meaning]);

describe('a switch', () => {
	const field = toggle({ name: 'preview', label: 'In Stock Only' });

	test('that is on when it is added is not turned on by an expression that gives nothing', () => {
		const added = toggle({ name: 'inStock', label: 'In Stock', default: true });
		const nothing = ['', null, undefined];
		expect(readings(added, nothing)).toEqual(all(nothing, true));
		expect(readings(added, nothing, { expressions: true })).toEqual(all(nothing, REFUSED));
	});

	test('takes what plainly means yes or no', () => {
		const yes = [true, 'true', 'TRUE', ' True\n', 'yes', 'Yes', 'on', '1', 1];
		const no = [false, 'false', 'FALSE', ' False\t', 'no', 'NO', 'off', '0', 0];
		expect(readings(field, yes)).toEqual(all(yes, true));
		expect(readings(field, no)).toEqual(all(no, false));
	});

	test('takes nothing for its default', () => {
		const nothing = [undefined, null, '', '  '];
		expect(readings(field, nothing)).toEqual(all(nothing, false));
		expect(readings(field.with({ default: true }), nothing)).toEqual(all(nothing, true));
	});

	test('refuses the rest', () => {
		const rest = ['y', 'truee', 'maybe', 'null', 'undefined', 2, -1, NaN, [], [true], {}, '{}'];
		expect(readings(field, rest)).toEqual(all(rest, REFUSED));
	});
});

describe('a choice', () => {
	const field = choice({
		name: 'kind',
		label: 'Kind',
		default: 'business',
		options: { residential: { name: 'Residential' }, business: { name: 'Business' } },
	});

	test('takes one of its values, in any case, and its default where the form has none', () => {
		expect(readingOf(field, 'residential')).toBe('residential');
		expect(readingOf(field, ' Business ')).toBe('business');
		expect(field.read(executing({}), 0)).toBe('business');
	});

	test('refuses what is empty or wrong', () => {
		const rest = ['', ' ', null, undefined, 'both', true, 1, ['business'], {}, '__proto__'];
		expect(readings(field, rest, { expressions: true })).toEqual(all(rest, REFUSED));
	});

	test('lists its values by label', () => {
		expect(field.properties[0].options).toEqual([
			{ name: 'Business', value: 'business' },
			{ name: 'Residential', value: 'residential' },
		]);
	});
});

test('several choices are an array, text with commas, or JSON; a wrong one is refused', () => {
	const field = multiChoice({
		name: 'some',
		label: 'Some',
		options: { id: { name: 'id' }, status: { name: 'status' } },
	});
	const both = [
		['id', 'status'],
		'id, status',
		'["id","status"]',
		'id\nstatus',
		['id', 'status', 'id'],
	];
	expect(readings(field, both)).toEqual(all(both, ['id', 'status']));
	expect(readings(field, [[], '', null])).toEqual(all([[], '', null], []));
	const wrong = ['id, state', ['other'], { id: true }, '["id"', true, [['id'], [['status']]]];
	expect(readings(field, wrong)).toEqual(all(wrong, REFUSED));
});

describe('text', () => {
	const needed = text({ name: 'name', label: 'Name', most: 5 });
	const optional = optionalText({ name: 'filter', label: 'Filter' });

	test('is taken without blanks around it; numbers are text; characters are what people see', () => {
		expect(readingOf(needed, ' Jenny ')).toBe('Jenny');
		expect(readingOf(needed, 12345)).toBe('12345');
		expect(readingOf(needed, '👍🏽👍🏽x')).toBe('👍🏽👍🏽x');
		expect(readingOf(optional, ' Maine ')).toBe('Maine');
	});

	test.each([
		['Acme\u00a0Corp', 'Acme Corp'],
		['Ac\u200bme\u00ad', 'Acme'],
		['A\u2011B', 'A-B'],
		['👩‍💻', '👩‍💻'],
		['می‌خواهم', 'می‌خواهم'],
	])('%j is taken as %j: what looks alike is alike', (value, expected) => {
		expect(readingOf(text({ name: 'name', label: 'Name' }), value)).toBe(expected);
	});

	test.each([
		'{{ $json.name }}',
		'Ann undefined',
		'null null',
		'NaN Ltd',
		'#REF!',
		'#N/A',
		'#DIV/0!',
		'#NAME?',
		'#NV',
		'N/A',
		'NULL',
		'\\N',
		'Loading...',
		'-',
		'a\u2028b',
	])('%j stands in place of a value, and is refused', (value) => {
		expect(readingOf(text({ name: 'name', label: 'Name' }), value)).toBe(REFUSED);
		expect(readingOf(optionalText({ name: 'name', label: 'Name' }), value)).toBe(REFUSED);
	});

	test('that is an expression in a fixed field is refused with the way out', () => {
		for (const field of [text, toggle, amount, phoneNumbers]) {
			const read = () =>
				field({ name: 'x', label: 'X' }).read(executing({ x: '{{ $json.x }}' }), 3);
			expect(read).toThrow(
				expect.objectContaining({
					description: expect.stringContaining('switch the field to Expression'),
				}),
			);
		}
	});

	test('that is empty, too long, or no text is refused', () => {
		const rest = [
			'',
			' ',
			null,
			undefined,
			'longer',
			'💥'.repeat(6),
			'x'.repeat(1e6),
			true,
			[],
			['a'],
			{},
			'\ud800',
		];
		expect(readings(needed, rest)).toEqual(all(rest, REFUSED));
	});

	test('of a filter may be left blank in the form, but not by an expression', () => {
		expect(readings(optional, ['', '  '])).toEqual(all(['', '  '], NOTHING));
		const nothing = ['', ' ', null, undefined];
		expect(readings(optional, nothing, { expressions: true })).toEqual(all(nothing, REFUSED));
		const rest = [true, false, [], ['12074069001'], {}, 'x'.repeat(201)];
		expect(readings(optional, rest)).toEqual(all(rest, REFUSED));
	});

	test('of a filter may be left out by a model, not by another expression of a tool', () => {
		const nothing = ['', ' ', null, undefined];
		const byModel = { expressions: 'model' as const };
		expect(readings(optional, nothing, byModel)).toEqual(all(nothing, NOTHING));
		expect(readings(optional, [true, ['x']], byModel)).toEqual(all([true, ['x']], REFUSED));
		const asTool = { expressions: true, type: 'n8n-nodes-idt-express.idtExpressTool' };
		expect(readings(optional, nothing, asTool)).toEqual(all(nothing, REFUSED));
	});

	test('that an expression made of nothing, or of an object, is refused', () => {
		const rest = [NaN, Infinity, 'NaN', 'undefined', 'null', ' undefined ', '[object Object]'];
		const anyLength = text({ name: 'name', label: 'Name' });
		expect(readings(anyLength, rest)).toEqual(all(rest, REFUSED));
		expect(readings(optional, rest)).toEqual(all(rest, REFUSED));
		expect(readingOf(anyLength, 'x [object Object]')).toBe(REFUSED);
		expect(readingOf(anyLength, 'Null')).toBe('Null');
	});

	test('has no marks that nobody sees around it, and is one line', () => {
		expect(readingOf(needed, '\u2068Jenny\u2069\u200b')).toBe('Jenny');
		expect(readings(needed, ['\u200b', '\u2068 \u2069'])).toEqual(
			all(['\u200b', '\u2068 \u2069'], REFUSED),
		);
		const rest = ['a\nb', 'a\tb', 'a\u0000'];
		expect(readings(needed, rest)).toEqual(all(rest, REFUSED));
	});
});

test('a whole number is taken as number or text within its limits; all else is refused', () => {
	const field = wholeNumber({
		name: 'quantity',
		label: 'Quantity',
		least: 1,
		most: 100,
		default: 1,
	});
	expect(readings(field, [1, 100, '7', ' 7 ', '7.0'])).toEqual([
		[1, 1],
		[100, 100],
		['7', 7],
		[' 7 ', 7],
		['7.0', 7],
	]);
	const rest = [
		0,
		101,
		-1,
		1.5,
		'1.5',
		'1e1',
		'1.000',
		'0x10',
		'١',
		'',
		null,
		undefined,
		true,
		[1],
		{},
		NaN,
		Infinity,
		'9'.repeat(400),
	];
	expect(readings(field, rest)).toEqual(all(rest, REFUSED));
	expect(field.read(executing({}), 0)).toBe(1);
});

describe('an amount', () => {
	const field = amount({ name: 'spendLimit', label: 'Spend Limit', default: 50 });
	const exact = (value: unknown) => {
		const read = readingOf(field, value);
		return read === REFUSED ? read : formatDecimal(read);
	};

	test.each([
		[3 * 4.35, '13.05'],
		[0.1 + 0.2, '0.30'],
		[3.3000000000000003, '3.30'],
		['13.049999999999999', '13.05'],
		['25.00', '25.00'],
		[' 25 ', '25.00'],
		['\u206825\u2069', '25.00'],
		[0, '0.00'],
		[0.0018, '0.0018'],
		[1e-7, '0.00'],
		['123456789012345678901.1', '123456789012345678901.10'],
	])('%j means %s', (value, meaning) => expect(exact(value)).toBe(meaning));

	test('that is no plain number is refused', () => {
		const rest = [
			'',
			null,
			undefined,
			-1,
			'-1',
			NaN,
			Infinity,
			1e21,
			'4,25',
			'$4',
			'4.25 USD',
			'1e3',
			'.',
			true,
			[4],
			{},
		];
		expect(readings(field, rest)).toEqual(all(rest, REFUSED));
	});

	test('that limits a list may be left out by a model, not by an expression', () => {
		const filter = optionalAmount({ name: 'most', label: 'Most' });
		expect(readingOf(filter, '', { expressions: 'model' })).toBe(NOTHING);
		expect(readingOf(filter, '')).toBe(NOTHING);
		expect(readingOf(filter, null, { expressions: true })).toBe(REFUSED);
		expect(readingOf(filter, '$4', { expressions: 'model' })).toBe(REFUSED);
	});
});

const locator = (mode: string, value: unknown) => ({ __rl: true, mode, value });
const manual = {
	name: 'id',
	label: 'By ID',
	placeholder: 'e.g. 1',
	regex: '.',
	errorMessage: 'No',
};
const list = { search: 'search', prompt: 'Choose…' };

describe('an ID', () => {
	const numeric = numericId({ name: 'group', label: 'Group', list, manual });
	const textual = textId({ name: 'order', label: 'Order', list, manual });

	test.each([
		[39145],
		['39145'],
		[' 39145\n'],
		[{ id: 39145, name: 'Brunswick' }],
		[{ id: '39145' }],
		['\u206839145\u2069'],
		[locator('id', 39145)],
		[locator('list', '39145')],
		[locator('id', { id: 39145 })],
		[{ mode: 'id', value: '39145' }],
	])('%j is 39145', (value) => {
		expect(readingOf(numeric, value)).toBe(39145);
		expect(readingOf(textual, value)).toBe('39145');
	});

	test('that is none is refused', () => {
		const neither = [
			'',
			' ',
			null,
			undefined,
			'.',
			'..',
			'\ud800',
			NaN,
			'undefined',
			'x'.repeat(101),
			true,
			[],
			[1],
			{},
			{ name: 'x' },
			{ id: { id: 1 } },
			locator('id', ''),
		];
		expect(readings(numeric, neither)).toEqual(all(neither, REFUSED));
		expect(readings(textual, neither)).toEqual(all(neither, REFUSED));
		const words = ['abc', '1.5', '-1', 1.5, -1, 0, '0', '9'.repeat(20), '1e3', '../1'];
		expect(readings(numeric, words)).toEqual(all(words, REFUSED));
		const texts = [
			'order 9c2-2e2',
			'https://portal/orders/9c2',
			'"9c2-2e2"',
			'a, b',
			'{{ $json.id }}',
		];
		expect(readings(textual, texts)).toEqual(all(texts, REFUSED));
		expect(readingOf(textual, '9c2-2e2-4b6f')).toBe('9c2-2e2-4b6f');
	});
});

describe('a phone number', () => {
	const field = phoneNumber({
		name: 'number',
		label: 'Number',
		list,
		manual: { ...manual, name: 'number' },
	});

	test('chosen from the list is taken as it is', () => {
		expect(readingOf(field, locator('list', '15551234567'))).toBe('15551234567');
		expect(readingOf(field, locator('list', '999'))).toBe('999');
	});

	test('that an expression gives in the place of a chosen one is checked', () => {
		const saved = { number: locator('list', '={{ $json.number }}') };
		expect(readingOf(field, locator('list', '999'), { saved })).toBe(REFUSED);
		expect(readingOf(field, locator('list', '+44 20 7946 0958'), { saved })).toBe(
			'011442079460958',
		);
	});

	test('is taken as text, number, or the object of another node', () => {
		const same = [
			'+1 207 406 3052',
			'12074063052',
			12074063052,
			{ number: '12074063052', e164: null },
			locator('number', '\u2068+12074063052\u2069'),
			locator('number', { number: '12074063052' }),
		];
		expect(readings(field, same)).toEqual(all(same, '12074063052'));
	});

	test('that is none is refused', () => {
		const rest = [
			'',
			null,
			undefined,
			'207',
			442079460958,
			1.2074063052e21,
			true,
			[],
			['12074063052'],
			{},
			{ id: 1 },
			locator('number', ''),
		];
		expect(readings(field, rest)).toEqual(all(rest, REFUSED));
	});
});

describe('phone numbers', () => {
	const field = phoneNumbers({ name: 'numbers', label: 'Numbers' });
	const two = ['12074063052', '011442079460958'];

	test.each([
		['+1 207 406 3052, +44 20 7946 0958'],
		['+1 207 406 3052\n+44 (0)20 7946 0958\n'],
		['12074063052;011442079460958;12074063052'],
		[['12074063052', '+442079460958', '']],
		[[12074063052, '+442079460958']],
		['["12074063052", "+442079460958"]'],
		['\u200b["12074063052", "+442079460958"]'],
		['\ufeff["12074063052", "+442079460958"]\u00a0'],
		[' [{"number": "12074063052"}, {"number": "011442079460958", "e164": null}]'],
		[[{ number: '12074063052', sku: 'x' }, { number: '011442079460958' }]],
		[{ id: '9c2', numbers: [{ number: '12074063052' }, { number: '011442079460958' }] }],
		[
			[
				{ id: '1', numbers: [{ number: '12074063052' }] },
				{ id: '2', numbers: ['011442079460958'] },
			],
		],
		['{"numbers": ["12074063052", "+442079460958"]}'],
		[[[{ number: '12074063052' }], [{ number: '011442079460958' }]]],
	])('%j are two', (value) => expect(readingOf(field, value)).toEqual(two));

	test('of which one is none are refused', () => {
		const rest = [
			['12074063052', null],
			[undefined, '12074063052'],
			'["12074063052", null]',
			[{ number: '12074063052' }, null],
			'{{ $json.numbers }}',
			[-12074063052],
			'',
			' , ',
			[],
			null,
			undefined,
			'[]',
			'12074063052, 207',
			['12074063052', {}],
			['12074063052', true],
			'["12074063052"',
			'{12074063052',
			[[['12074063052']]],
			{ numbers: null },
			{ id: 1, name: 'x' },
			'+44 20 7946 0958/59',
			true,
		];
		expect(readings(field, rest)).toEqual(all(rest, REFUSED));
	});
});

test('a list of texts is read in the same ways, by the key of its objects', () => {
	const field = textList({ name: 'skus', label: 'SKUs', key: 'sku', required: true });
	const same = [
		['A', 'B'],
		'A,B',
		'A\r\nB',
		'["A","B"]',
		'"A","B"',
		'"A, B"',
		'A\tB',
		'\u2068A\u2069, \u200bB',
		'{"skus":["A","B"]}',
		{ skus: ['A', 'B'] },
		{ list: ['A', 'B'] },
		[{ sku: 'A', number: '1' }, { sku: 'B' }],
		{ skus: 'A, B' },
	];
	expect(readings(field, same)).toEqual(all(same, ['A', 'B']));
	const rest = [
		'',
		[],
		null,
		'["A"',
		'"A',
		'A, undefined',
		[NaN],
		[{ number: '1' }],
		[true],
		{ A: 1, B: 2 },
	];
	expect(readings(field, rest)).toEqual(all(rest, REFUSED));
	const optional = optionalList({ name: 'areas', label: 'Areas' });
	expect(readingOf(optional, '207, 318')).toEqual(['207', '318']);
	expect(readingOf(optional, '')).toBe(NOTHING);
	expect(readingOf(optional, [], { expressions: true })).toBe(REFUSED);
});

describe('a collection', () => {
	const field = collection(
		{ name: 'options', label: 'Options' },
		{
			size: wholeNumber({ name: 'size', label: 'Size', default: 1, apiName: 'size_api' }),
			isLoud: toggle({ name: 'loud', label: 'Loud', default: true }),
			word: optionalText({ name: 'word', label: 'Word' }),
		},
	);

	test('gives what was added to it, and nothing for the rest', () => {
		expect(field.read(executing({}), 0)).toEqual({});
		expect(readingOf(field, { size: '3', word: '' })).toEqual({ size: 3 });
		expect(readingOf(field, { loud: undefined })).toEqual({ isLoud: true });
		expect(readingOf(field, { old: 'of an earlier version' })).toEqual({});
	});

	test('refuses what is wrong in it, by the label of the entry', () => {
		const read =
			(value: Given, saved: Given = value) =>
			() =>
				field.read(executing({ options: value }, { saved: { options: saved } }), 0);
		expect(read({ size: 'x' })).toThrow("'Size' must be");
		expect(read({ word: '' }, { word: '={{ $json.word }}' })).toThrow("'Word' is empty");
		expect(read({ word: ['x'] })).toThrow("'Word' must be text");
	});

	test('given as a whole by an expression must be an object', () => {
		const rest = [null, undefined, 'x', '{"size":1}', 1, true, [], [{ size: 1 }]];
		expect(readings(field, rest, { expressions: true })).toEqual(all(rest, REFUSED));
		expect(readingOf(field, { size: 2 }, { expressions: true })).toEqual({ size: 2 });
		expect(() =>
			field.read(executing({ options: { word: '' } }, { expressions: true }), 0),
		).toThrow("'Word' is empty");
	});

	test('lists its fields by label, and knows the names that the API has for them', () => {
		expect(field.properties[0].options?.map(({ name }) => name)).toEqual(['loud', 'size', 'word']);
		expect(field.with({ displayOptions: {} }).labels).toEqual({ size_api: 'Size' });
	});
});

test('a list of entries is the list of the form; a wrong value is named with its entry', () => {
	const size = wholeNumber({ name: 'size', label: 'Size', default: 1, apiName: 'size_api' });
	const entry = { name: 'boxes', label: 'Boxes', noun: 'box' };
	const field = entryList({ name: 'list', label: 'List', entry }, { inches: size });
	expect(readingOf(field, {})).toEqual([]);
	expect(readingOf(field, { boxes: [{ size: 2 }, { size: '3' }] })).toEqual([
		{ inches: 2 },
		{ inches: 3 },
	]);
	const rest = [null, 'x', 1, true, [1], { boxes: 'x' }, { boxes: [null] }];
	expect(readings(field, rest)).toEqual(all(rest, REFUSED));
	const second = executing({ list: { boxes: [{ size: 2 }, { size: 'x' }] } });
	expect(() => field.read(second, 0)).toThrow("'Size' of box 2 must be a whole number");
	expect(field.labels).toEqual({ size_api: 'Size' });
});

test('fields are read together, in n8n’s poll as well', () => {
	const fields = {
		note: notice('note', 'Read this'),
		options: collection(
			{ name: 'filters', label: 'F' },
			{ a: optionalText({ name: 'a', label: 'A' }) },
		),
		long: mapField(text({ name: 'b', label: 'B', apiName: 'b_api' }), (value) => value.length),
	};
	const given = { filters: { a: 'x' }, b: 'four' };
	const expected = { note: undefined, options: { a: 'x' }, long: 4 };
	expect(readFields(fields, executing(given), 0)).toEqual(expected);
	expect(readFields(fields, polling(given), 0)).toEqual(expected);
	expect(labelsOf(fields)).toEqual({ b_api: 'B' });
	expect(propertiesOf(fields).map(({ name }) => name)).toEqual(['note', 'filters', 'b']);
});

test('a value in an error is short, and whole characters', () => {
	expect(quote('x')).toBe('"x"');
	expect(quote('x'.repeat(61))).toBe(`"${'x'.repeat(60)}…"`);
	expect(quote('x'.repeat(59) + '💥💥')).toBe(`"${'x'.repeat(59)}…"`);
	expect(quote({ a: 1 })).toBe('"{"a":1}"');
	expect(quote(undefined)).toBe('"undefined"');
	expect(quote(NaN)).toBe('"NaN"');
});

describe('the shared fields', () => {
	test('a country is a code of two letters, or the object of Country → Get Many', () => {
		const usa = ['US', 'us', ' us ', { iso: 'US', name: 'USA' }, locator('iso', 'us')];
		expect(readings(country, usa)).toEqual(all(usa, 'US'));
		expect(readings(country, ['UK', 'uk', 'GB'])).toEqual(all(['UK', 'uk', 'GB'], 'GB'));
		const rest = ['', null, undefined, 'USA', 'U1', 'U', 1, {}, ['US']];
		expect(readings(country, rest)).toEqual(all(rest, REFUSED));
	});

	test('a region may be left out', () => {
		const maine = ['US-ME', 'us-me', { code: 'US-ME' }, locator('code', ' us-me ')];
		expect(readings(region, maine)).toEqual(all(maine, 'US-ME'));
		const none = ['', null, undefined, locator('list', '')];
		expect(readings(region, none)).toEqual(all(none, NOTHING));
		const rest = ['ME', 'Maine', 'US-', 'US-ME/..', {}, true];
		expect(readings(region, rest)).toEqual(all(rest, REFUSED));
	});

	test('a region is hidden only where no group has one, and forgotten with its country', () => {
		expect(region.properties[0]).toMatchObject({
			displayOptions: { hide: { tollFree: [true] } },
			typeOptions: { loadOptionsDependsOn: ['countryIso.value'] },
		});
		expect(region.properties[0].displayOptions).not.toHaveProperty('show');
	});

	test('the fields that narrow the list of DID groups are not read', () => {
		const given = { countryIso: 'nonsense', tollFree: 'x', didGroupId: locator('id', 7) };
		expect(didGroupFields.read(executing(given), 0)).toBe(7);
		expect(didGroupFields.properties.map(({ name }) => name)).toEqual([
			'countryIso',
			'tollFree',
			'regionCode',
			'didGroupId',
		]);
	});

	test.each([
		[{}, 50],
		[{ returnAll: false, limit: 3 }, 3],
		[{ returnAll: true }, undefined],
		[{ returnAll: 'TRUE', limit: 'x' }, undefined],
		[{ returnAll: 'false', limit: '7' }, 7],
		[{ returnAll: 'maybe', limit: 7 }, REFUSED],
		[{ limit: 0 }, REFUSED],
		[{ limit: null }, REFUSED],
		[{ limit: 1.5 }, REFUSED],
	])('%j is a limit of %s', (given, expected) => {
		const label = 'returnAll' in given && given.returnAll === 'maybe' ? 'Return All' : 'Limit';
		expect(refusable(label, () => listLimit.read(executing(given), 3))).toBe(expected);
	});

	test('the requests at the same time are 5, or what is given', () => {
		const read = (field: Field<number>, given: Given) => field.read(executing(given), 0);
		expect(read(concurrency, {})).toBe(5);
		expect(read(concurrency, { options: { concurrency: '20' } })).toBe(20);
		expect(() => read(concurrency, { options: { concurrency: 21 } })).toThrow('from 1 to 20');
		expect(() => read(concurrency, { options: 'x' })).toThrow("'Options'");
	});
});

describe('the filter Area Code', () => {
	const group = (country_calling_code: string, area_code: string) => ({
		country_calling_code,
		area_code,
	});
	const maine = group('1', '207');
	const london = group('44', '20');
	const lima = group('51', '1');

	test.each([
		['207', [maine]],
		['(207)', [maine]],
		['1207', [maine]],
		['+1 207', [maine]],
		['+1 (207)', [maine]],
		['20', [london]],
		['020', [london]],
		['(0)20', [london]],
		['+44 20', [london]],
		['+44 (0)20', [london]],
		['0044 20', [london]],
		['011 44 20', [london]],
		['001 207', [maine]],
		['011 1 207', [maine]],
		['4420', [london]],
		['1', [lima]],
		['+51 1', [lima]],
		['207, 20', [maine, london]],
		['207; +44 20\n1', [maine, london, lima]],
		[
			['207', '1'],
			[maine, lima],
		],
		['["207"]', [maine]],
		[207, [maine]],
		['07', []],
	])('%j means %j', (value, expected) => {
		const accepts = readingOf(areaCode, value);
		if (typeof accepts !== 'function') throw new Error('Refused');
		expect([maine, london, lima].filter(accepts)).toEqual(expected);
	});

	test('refuses what is no area code', () => {
		const rest = ['abc', '207, x', '+', '2'.repeat(20), true, {}, [{ area_code: '207' }], '207.0'];
		expect(readings(areaCode, rest)).toEqual(all(rest, REFUSED));
		expect(readingOf(areaCode, '')).toBe(NOTHING);
		expect(readingOf(areaCode, '', { expressions: true })).toBe(REFUSED);
	});
});

describe('the filters of numbers', () => {
	const read = (filters: unknown, surroundings?: Surroundings) =>
		numberFilters.read(executing({ filters }, surroundings), 0);

	test('go to the API in its names', () => {
		const given = { countryName: ' USA ', regionName: 'Maine', didGroupName: 'Bath', number: 207 };
		expect(read(given).query).toEqual({
			filter_by_country_name: 'USA',
			filter_by_region_name: 'Maine',
			filter_by_did_group_name: 'Bath',
			filter_by_number: '207',
		});
		expect(read({}).query).toEqual({});
		expect(read({ countryName: '', number: ' ' }).query).toEqual({});
	});

	test.each([
		['US', 'US'],
		['uk', 'GB'],
		['Great Britain', 'GB'],
		['united states', 'US'],
		['PR', 'PR'],
		['U.K.', 'GB'],
		['U.S.', 'US'],
	])('the country %j is compared by its code, %s', (countryName, iso) => {
		const wanted = read({ countryName });
		expect(wanted.query).toEqual({});
		const inCountry = (code: string) => ({ number: '1', did_group: { country: { iso: code } } });
		expect(passesFilters(wanted, inCountry(iso))).toBe(true);
		expect(passesFilters(wanted, inCountry('AU'))).toBe(false);
		expect(passesFilters(wanted, { number: '1' })).toBe(false);
	});

	test.each(['US-ME', 'us-me', 'US–ME'])('the region %j is compared by its code', (regionName) => {
		expect(read({ regionName })).toMatchObject({ query: {}, regionCode: 'US-ME' });
	});

	test('digits may be anywhere; with + and the country code the number begins with them', () => {
		const rows = ['12074063052', '0114412071207', '19281207555'].map((number) => ({ number }));
		const found = (filters: Parameters<typeof read>[0]) =>
			rows.filter((row) => passesFilters(read(filters), row));
		expect(found({ number: '1207' })).toEqual(rows);
		expect(read({ number: '+1 207' }).query).toEqual({ filter_by_number: '1207' });
		expect(found({ number: '+1 207' })).toEqual([rows[0]]);
		expect(read({ number: '+44 1207' }).query).toEqual({ filter_by_number: '011441207' });
		expect(found({ number: '+44 1207' })).toEqual([rows[1]]);
		expect(found({})).toEqual(rows);
	});

	test.each([
		{ number: 'abc' },
		{ number: ['12074069001'] },
		{ number: null },
		{ number: true },
		{ number: 207.5 },
		{ number: '+999 1' },
		{ didGroupName: true },
		{ countryName: {} },
		{ regionName: null },
		'x',
		null,
		[],
	])('%j is refused', (filters) => {
		expect(() => read(filters)).toThrow(
			/^'(Number|DID Group Name|Country Name|Region Name|Filters)'/,
		);
	});

	test('that an expression leaves empty are refused, except for a model', () => {
		const saved = { filters: { number: '={{ $json.number }}' } };
		expect(() => read({ number: '' }, { saved })).toThrow("'Number' is empty");
		expect(() => read({ number: undefined }, { saved })).toThrow("'Number' is empty");
		const byModel = { filters: { number: "={{ $fromAI('number') }}" } };
		expect(read({ number: '' }, { saved: byModel }).query).toEqual({});
	});

	test('are read in a poll', () => {
		expect(numberFilters.read(polling({ filters: { number: '+1 207' } }), 0).query).toEqual({
			filter_by_number: '1207',
		});
		expect(numberFilters.read(polling({}), 0).query).toEqual({});
	});
});

test('a number of the account is read from what other operations give', () => {
	expect(readingOf(ownNumber, { number: '12074063052', e164: '+12074063052' })).toBe('12074063052');
});

test('text of 100 KB takes no field longer than a moment', () => {
	const options = { a: { name: 'A' } };
	const fields: Array<SingleField<unknown>> = [
		toggle({ name: 'x', label: 'X' }),
		choice({ name: 'x', label: 'X', options, default: 'a' }),
		multiChoice({ name: 'x', label: 'X', options }),
		text({ name: 'x', label: 'X' }),
		wholeNumber({ name: 'x', label: 'X', default: 1 }),
		amount({ name: 'x', label: 'X' }),
		phoneNumbers({ name: 'x', label: 'X' }),
		textList({ name: 'x', label: 'X', key: 'sku' }),
		areaCode,
		country,
		region,
		ownNumber,
	];
	for (const filling of [' ', '-', '0', '[', ' -', ',', '\ufdfa', '\ud83d\udca5']) {
		const long = `${filling.repeat(100_000 / filling.length)}x`;
		for (const field of fields) {
			expect(processorTime(() => readingOf(field, long))).toBeLessThan(1_000);
		}
	}
});
