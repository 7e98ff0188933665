import fc from 'fast-check';
import type { IDataObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';
import type { RecordedRequest } from '../sandbox/server.mts';
import { expectProperty } from '../support/property.mts';
import { useSandbox } from './harness.mts';

/**
 * Hostile input through every operation, among input in all the ways that people write it. What is sent
 * is what somebody meant, at the operation's own endpoint; the rest is refused by label, item by item.
 */

const api = useSandbox();

const ITEMS_PER_RUN = 30;
/** Milliseconds for a target, of many random items on a busy computer. */
const LONGEST = 900_000;

const locator = (mode: string, value: unknown): INodeParameters[string] =>
	({ __rl: true, mode, value }) as INodeParameters;
/** Where the hostile value goes. */
const HOSTILE = '={{ $json.value }}';

/** A kind of value: ways to write one, with what is to be sent for it. */
interface Kind {
	meant: Array<[value: unknown, sent: unknown]>;
	/** Never sent, in no part. */
	refused: unknown[];
	/** Whether `sent` can be what any other value means. Simple on purpose, and not the product's code. */
	isMeant(value: unknown, sent: unknown): boolean;
}

const plain = (value: unknown) =>
	typeof value === 'string' || typeof value === 'number'
		? String(value)
				.normalize('NFC')
				.replace(/^(\s|\p{Cf}|\p{DI}|\u2800)+|(\s|\p{Cf}|\p{DI}|\u2800)+$/gu, '')
		: undefined;
/** A value, or what it is the object of. */
const inner = (value: unknown, key: string): unknown => {
	const record = (value ?? {}) as IDataObject;
	return '__rl' in Object(value)
		? inner(record.value, key)
		: key in Object(value)
			? record[key]
			: value;
};
const digitsIn = (value: unknown) => (plain(value) ?? '').normalize('NFKC').replace(/\D/g, '');

const NO_TEXT = [[], {}, [[[]]], true, false];
const NO_PATH = ['..', '.', '\ud800'];

/** @param id that exists, so that its requests succeed */
const numericId = (id: number): Kind => ({
	meant: [
		id,
		String(id),
		` ${id}\n`,
		`\u2068${id}\u2069`,
		{ id },
		{ id: String(id), name: 'x' },
	].map((value) => [value, String(id)]),
	refused: [
		...NO_TEXT,
		...NO_PATH,
		'',
		'x',
		`${id}/..`,
		`${id}?a=1`,
		'1e3',
		1.5,
		-1,
		'9'.repeat(400),
		{ name: 'x' },
	],
	isMeant: (value, sent) => Number(plain(inner(value, 'id'))) === Number(sent),
});

const textId = (id: string): Kind => ({
	meant: [id, ` ${id} `, { id }].map((value) => [value, id]),
	refused: [...NO_TEXT, ...NO_PATH, '', ' ', 'x'.repeat(20_000)],
	isMeant: (value, sent) => plain(inner(value, 'id')) === sent,
});

const code = (key: string, written: string, refused: unknown[]): Kind => ({
	meant: [written, written.toLowerCase(), ` ${written} `, { [key]: written }].map((value) => [
		value,
		written,
	]),
	refused: [...NO_TEXT.slice(1), 'x', '../x', `${written}?a`, 'U$', ...refused],
	isMeant: (value, sent) => plain(inner(value, key))?.toUpperCase() === sent,
});

const MAINE = code('code', 'US-ME', ['ME', 'US-']);
/** Left blank, all regions of the country are meant. */
const REGION: Kind = {
	...MAINE,
	isMeant: (value, sent) => (plain(value) ?? '') === '' || MAINE.isMeant(value, sent),
};

const text = (most: number): Kind => ({
	meant: [
		['Jenny', 'Jenny'],
		[' Jenny\n', 'Jenny'],
		[123, '123'],
		['💥Ü"\\', '💥Ü"\\'],
		['\u2068Jenny\u200b', 'Jenny'],
		['Jenny\u{e0020}', 'Jenny'],
	],
	refused: [
		...NO_TEXT,
		'',
		' ',
		null,
		NaN,
		'undefined',
		'a\nb',
		'\ud800',
		'x'.repeat(most + 1),
		'x'.repeat(20_000),
	],
	isMeant: (value, sent) => plain(value) === sent,
});

/** The API's filters may not find a name with accents: the node compares it itself, and sends nothing. */
const NAME: Kind = {
	...text(200),
	meant: text(200).meant.filter(([value]) => !String(value).includes('Ü')),
};

const PHONE: Kind = {
	meant: [
		...[
			'12074069001',
			12074069001,
			'+1 (207) 406-9001',
			'\u2068+1 207 406 9001\u2069',
			{ number: '12074069001' },
			'001 207 406 9001',
		].map((value): [unknown, string] => [value, '12074069001']),
		...[
			'+44 20 7946 0958',
			'+44 (0)20 7946 0958',
			'0044 020 7946 0958',
			'(+44) (0)20 7946 0958',
		].map((value): [unknown, string] => [value, '011442079460958']),
	],
	refused: [
		...NO_TEXT,
		'',
		'207',
		'+44',
		'+44 20 7946 0958/59',
		'442079460958.0',
		'4.4E+11',
		'+1 207 406 9001 ext 5',
		'12074069001/..',
		'٠١٢',
		442079460958,
		'9'.repeat(400),
		'\ufdfa'.repeat(1000),
	],
	isMeant: (value, sent) =>
		`0011${String(sent)}`.endsWith(digitsIn(inner(value, 'number')).replace(/^0+/, '')) &&
		digitsIn(inner(value, 'number')).length > 6,
};

const PHONES: Kind = {
	meant: [
		...PHONE.meant,
		['+1 207 406 9001, 12074069001\n', '12074069001'],
		[['12074069001'], '12074069001'],
		['[{"number": "12074069001"}]', '12074069001'],
		[{ id: 'x', numbers: [{ number: '12074069001' }] }, '12074069001'],
	],
	refused: [...PHONE.refused, '12074069001, x', ['12074069001', {}], '["12074069001"', '{'],
	isMeant: PHONE.isMeant,
};

const NUMBER_FILTER: Kind = {
	meant: [
		['207', '207'],
		[207, '207'],
		['(207) 406', '207406'],
		['000', '000'],
		['0048', '0048'],
		['+1 207', '1207'],
		['+44 (0)20', '0114420'],
	],
	refused: [
		...NO_TEXT,
		'',
		null,
		'abc',
		'20x',
		207.5,
		'+999',
		'1'.repeat(40),
		'\ufdfa'.repeat(1000),
	],
	isMeant: (value, sent) =>
		digitsIn(value) === sent || String(sent).endsWith(digitsIn(value).replace(/^0+/, '')),
};

const whole = (good: number, bad: unknown[]): Kind => ({
	meant: [good, String(good), ` ${good} `, `${good}.0`].map((value) => [value, good]),
	refused: [...NO_TEXT, '', null, -1, 1.5, '1e1', '0x1', 'x', 1e308, '9'.repeat(400), ...bad],
	isMeant: (value, sent) => Number(plain(value)) === sent,
});

/** Left blank in a row of the form, it is the usual one. */
const PORT: Kind = {
	...whole(5070, []),
	refused: [1023, 65536, 1.5, '1e4', 'x', true, [5060]],
	isMeant: (value, sent) => Number(plain(value) || 5060) === sent,
};

const TOGGLE: Kind = {
	meant: [
		...[true, 'true', 'TRUE', ' yes ', 'on', 1, '1'].map((value): [unknown, boolean] => [
			value,
			true,
		]),
		...[false, 'False', 'no', 'off', 0, '', null].map((value): [unknown, boolean] => [
			value,
			false,
		]),
	],
	refused: [[], {}, [true], 'x', 2, -1, '{{ true }}'],
	isMeant: (value, sent) =>
		(sent ? ['true', 'yes', 'on', '1'] : ['false', 'no', 'off', '0', '', 'null']).includes(
			String(value).trim().toLowerCase(),
		),
};

const choiceOf = (...values: string[]): Kind => ({
	meant: values.flatMap(
		(value): Array<[unknown, string]> => [
			[value, value],
			[` ${value}\n`, value],
		],
	),
	refused: [...NO_TEXT, '', null, 0, 'x', '__proto__', 'constructor', [values[0]]],
	isMeant: (value, sent) => plain(value)?.toLowerCase() === String(sent).toLowerCase(),
});

const SKUS: Kind = {
	meant: [
		['BW-US-2074063050', 'BW-US-2074063050'],
		[['BW-US-2074063050'], 'BW-US-2074063050'],
		['["BW-US-2074063050"]', 'BW-US-2074063050'],
		['{"skus": ["BW-US-2074063050"]}', 'BW-US-2074063050'],
		[[{ sku: 'BW-US-2074063050', number: '1' }], 'BW-US-2074063050'],
	],
	refused: ['', ',', [], {}, true, '["x"', '{', [{ number: '1' }], ['x', true], [[['x']]]],
	isMeant: (value, sent) =>
		[String(value), JSON.stringify(value)]
			.map((text) => text.normalize('NFC'))
			.some(
				(text) =>
					text.includes(String(sent)) || text.includes(JSON.stringify(String(sent)).slice(1, -1)),
			),
};

const AMOUNT: Kind = {
	// All that is sent is the order, or not.
	meant: [],
	refused: ['', null, ...NO_TEXT, 'x', '$4', '4,25', -1, '-1', '1e3', 1e308, { amount: 50 }],
	isMeant: (value) => Number(plain(value)) > 0 && /^\d+(\.\d+)?$/.test(plain(value) ?? ''),
};

const IP: Kind = {
	meant: [
		['203.0.113.10', '203.0.113.10'],
		[' 203.0.113.10 ', '203.0.113.10'],
	],
	refused: [
		...NO_TEXT,
		'',
		null,
		'x',
		'203.0.113.256',
		'203.0.113.1/24',
		'::1',
		'sip.example.com',
		3405803786,
	],
	isMeant: (value, sent) => plain(value) === sent,
};

/** A path segment of a request, decoded; nothing where there is none. */
const segment =
	(position: number) =>
	({ path }: RecordedRequest) => {
		const found = path.split('/')[position];
		return found === undefined ? [] : [decodeURIComponent(found)];
	};
const query =
	(name: string) =>
	({ query: sent }: RecordedRequest) =>
		name in sent ? [sent[name]] : [];
const body =
	(...path: string[]) =>
	({ body: sent, method }: RecordedRequest) => {
		if (method === 'GET') return [];
		const value = path.reduce<unknown>((record, key) => Object(record)[key] as unknown, sent);
		return value === undefined ? [] : [value].flat();
	};

interface Target {
	name: string;
	/** The label of the parameter under test. */
	label: string;
	kind: Kind;
	parameters: INodeParameters;
	/** The requests that the operation may send. */
	endpoints: RegExp;
	/** What a request says of the value under test. */
	sent(request: RecordedRequest): unknown[];
}

type Case = [label: string, kind: Kind, parameters: INodeParameters, sent: Target['sent']];

const targets = (
	resource: string,
	operation: string,
	endpoints: RegExp,
	cases: Case[],
	base: INodeParameters = {},
): Target[] =>
	cases.map(([label, kind, parameters, sent]) => ({
		name: `${resource} ${operation}: ${label}`,
		label,
		kind,
		parameters: { resource, operation, ...base, ...parameters },
		endpoints,
		sent,
	}));

const LIMIT: Case = [
	'Limit',
	{ ...whole(3, [0]), isMeant: () => true },
	{ limit: HOSTILE },
	() => [],
];
/** A switch that is on once it is added: an expression that gives nothing means neither. */
const ADDED: Kind = {
	...TOGGLE,
	meant: TOGGLE.meant.filter(([value]) => value !== '' && value !== null),
	refused: [...TOGGLE.refused, '', null],
};
const usa = { countryIso: locator('iso', 'US'), regionCode: locator('code', 'US-ME') };
const filter = (name: string) => ({ filters: { [name]: HOSTILE } });
/** What only we filter by: that it is read is seen from what comes out. */
const ours = (kind: Kind): Kind => ({ ...kind, isMeant: () => true });
const unseen = () => [];

const TARGETS: Target[] = [
	...targets('country', 'getAll', /^GET \/coverage\/countries$/, [LIMIT]),
	...targets('region', 'getAll', /^GET \/coverage\/countries\/[A-Z]{2}\/regions$/, [
		[
			'Country',
			code('iso', 'CA', ['', 'USA', null]),
			{ countryIso: locator('iso', HOSTILE) },
			segment(3),
		],
	]),
	...targets(
		'didGroup',
		'getAll',
		/^GET \/coverage\/(did_groups|countries|countries\/[A-Z]{2}\/regions)$/,
		[
			[
				'Country',
				code('iso', 'US', ['', 'USA', null]),
				{ countryIso: locator('iso', HOSTILE) },
				query('country_iso'),
			],
			[
				'Region',
				REGION,
				{ regionCode: locator('code', HOSTILE) },
				({ query: { region_code }, path }) => (path.endsWith('did_groups') ? [region_code] : []),
			],
			[
				'Toll-Free',
				TOGGLE,
				{ tollFree: HOSTILE },
				({ query: { toll_free } }) => [toll_free === 'true'],
			],
			['Output', choiceOf('simplified', 'raw', 'selected'), { output: HOSTILE }, unseen],
			[
				'Area Code',
				ours({
					...text(200),
					meant: [
						['207', 0],
						['(207)', 0],
						['+1 207, 318', 0],
					],
					refused: [...NO_TEXT.slice(3), 'x', '207.5', ''],
				}),
				filter('areaCode'),
				unseen,
			],
			['Name Contains', ours(text(200)), filter('nameContains'), unseen],
			['In Stock Only', ours(ADDED), filter('inStockOnly'), unseen],
			[
				'Max Monthly Fee',
				ours({
					...AMOUNT,
					meant: [
						['4.25', 0],
						[4.25, 0],
						[3 * 4.35, 0],
					],
				}),
				filter('maxMonthlyFee'),
				unseen,
			],
		],
		usa,
	),
	...targets('didGroup', 'browseNumbers', /^GET \/coverage\/did_groups\/\d+\/browse_numbers$/, [
		['DID Group', numericId(39145), { didGroupId: locator('id', HOSTILE) }, segment(3)],
	]),
	...targets(
		'order',
		'preview',
		/^POST \/orders$/,
		[
			[
				'DID Group',
				numericId(39145),
				{ didGroupId: locator('id', HOSTILE) },
				(request) => body('order_items', '0', 'did_group_id')(request).map(String),
			],
			['Quantity', whole(2, [0, 101]), { quantity: HOSTILE }, body('order_items', '0', 'quantity')],
			[
				'Select Numbers By',
				choiceOf('quantity', 'skus'),
				{ orderBy: HOSTILE },
				({ body: sent }) => (JSON.stringify(sent).includes('did_skus') ? ['skus'] : ['quantity']),
			],
			[
				'SKU Names or IDs',
				SKUS,
				{ orderBy: 'skus', didSkus: HOSTILE },
				body('order_items', '0', 'did_skus'),
			],
		],
		{
			didGroupId: locator('id', 39145),
			orderBy: 'quantity',
			quantity: 1,
			didSkus: ['BW-US-2074063050'],
		},
	),
	...targets(
		'order',
		'create',
		/^(POST|GET) \/orders(\/[^/]+)?$/,
		[
			[
				'Spend Limit',
				AMOUNT,
				{ spendLimit: HOSTILE },
				({ method, body: sent }) =>
					method === 'POST' && Object(sent).preview !== true ? ['an order'] : [],
			],
		],
		{ didGroupId: locator('id', 39145), orderBy: 'quantity', quantity: 1 },
	),
	...targets('order', 'get', /^GET \/orders\/[^/]+$/, [
		['Order', textId('9c2-2e2-4b6f'), { orderId: locator('id', HOSTILE) }, segment(2)],
	]),
	...targets('order', 'getAll', /^GET \/orders$/, [
		LIMIT,
		['Status', text(200), filter('status'), query('filter_by_status')],
	]),
	...targets('number', 'getAll', /^GET \/numbers$/, [
		LIMIT,
		['Country Name', NAME, filter('countryName'), query('filter_by_country_name')],
		['Region Name', NAME, filter('regionName'), query('filter_by_region_name')],
		['DID Group Name', NAME, filter('didGroupName'), query('filter_by_did_group_name')],
		['Number', NUMBER_FILTER, filter('number'), query('filter_by_number')],
		['Status', ours(choiceOf('active', 'removed')), filter('status'), unseen],
		[
			'Field',
			choiceOf('number', 'addedAt'),
			{ sort: { rules: [{ field: HOSTILE, direction: 'asc' }] } },
			({ query: sent }) =>
				Object.keys(sent)
					.filter((name) => name.startsWith('order_by'))
					.map((name) => ({ order_by_number: 'number', order_by_added_at: 'addedAt' })[name]),
		],
		[
			'Direction',
			choiceOf('asc', 'desc'),
			{ sort: { rules: [{ field: 'number', direction: HOSTILE }] } },
			query('order_by_number'),
		],
	]),
	...targets('number', 'get', /^GET \/numbers$/, [
		['Number', PHONE, { number: locator('number', HOSTILE) }, query('filter_by_number')],
	]),
	...targets('number', 'delete', /^(DELETE \/numbers\/\d+|GET \/numbers)$/, [
		['Number', PHONE, { number: locator('number', HOSTILE) }, segment(2)],
	]),
	...targets('number', 'deleteCnam', /^(DELETE \/numbers\/\d+\/cnam|GET \/numbers)$/, [
		['Number', PHONE, { number: locator('number', HOSTILE) }, segment(2)],
	]),
	...targets(
		'number',
		'setCnam',
		/^(POST \/numbers\/\d+\/cnam|GET \/numbers)$/,
		[
			['Number', PHONE, { number: locator('number', HOSTILE) }, segment(2)],
			['Caller ID Name', text(15), { cnamName: HOSTILE }, body('name')],
			['Caller ID Type', choiceOf('business', 'residential'), { cnamType: HOSTILE }, body('type')],
			['Caller ID Display', choiceOf('allow', 'block'), { cnamDisplay: HOSTILE }, body('display')],
		],
		{ number: locator('number', '12074069001'), cnamName: 'Jenny' },
	),
	...targets(
		'trunkGroup',
		'create',
		/^(POST|GET) \/trunk_groups$/,
		[
			['Name', text(50), { name: HOSTILE }, body('name')],
			[
				'Ring Type',
				choiceOf('sequential', 'simultaneous'),
				{ additionalFields: { ringType: HOSTILE } },
				body('ring_type'),
			],
			[
				'Point of Presence',
				choiceOf('HK', 'UK', 'US'),
				{ additionalFields: { pop: HOSTILE } },
				body('pop'),
			],
			['Set as Default', TOGGLE, { additionalFields: { isDefault: HOSTILE } }, body('is_default')],
			[
				'IP Address',
				IP,
				{ additionalFields: { switches: { switch: [{ ip: HOSTILE, port: 5060 }] } } },
				body('switches', '0', 'ip'),
			],
			[
				'Port',
				PORT,
				{ additionalFields: { switches: { switch: [{ ip: '203.0.113.1', port: HOSTILE }] } } },
				body('switches', '0', 'port'),
			],
		],
		{ name: 'Office' },
	),
	...targets('trunkGroup', 'get', /^GET \/trunk_groups\/\d+$/, [
		['Trunk Group', numericId(8375), { trunkGroupId: locator('id', HOSTILE) }, segment(2)],
	]),
	...targets('trunkGroup', 'getAll', /^GET \/trunk_groups$/, [LIMIT]),
	...targets(
		'trunkGroup',
		'update',
		/^(GET|PUT) \/trunk_groups\/\d+$/,
		[
			['Trunk Group', numericId(8375), { trunkGroupId: locator('id', HOSTILE) }, segment(2)],
			['Name', text(50), { updateFields: { name: HOSTILE } }, body('name')],
			[
				'Point of Presence',
				choiceOf('HK', 'UK', 'US'),
				{ updateFields: { pop: HOSTILE } },
				body('pop'),
			],
		],
		{ trunkGroupId: locator('id', 8375), updateFields: { name: 'Renamed' } },
	),
	...targets('trunkGroup', 'delete', /^(DELETE|GET) \/trunk_groups\/\d+$/, [
		['Trunk Group', numericId(8375), { trunkGroupId: locator('id', HOSTILE) }, segment(2)],
	]),
	...targets(
		'trunkGroup',
		'assignNumbers',
		/^PUT \/set_trunk_group$/,
		[
			[
				'Trunk Group',
				numericId(8375),
				{ trunkGroupId: locator('id', HOSTILE) },
				(request) => body('trunk_group_id')(request).map(String),
			],
			['Numbers', PHONES, { numbers: HOSTILE }, body('numbers')],
			[
				'Use Default Trunk Group',
				TOGGLE,
				{ useDefault: HOSTILE },
				(request) => body('trunk_group_id')(request).map((id) => id === null),
			],
		],
		{ trunkGroupId: locator('id', 8375), numbers: '12074069001' },
	),
];

const SNEAKY = [
	'../trunk_groups/1',
	'%2e%2e',
	'%2E%2E/%2e%2e',
	'..%2f..%2fnumbers',
	'a/../../../../v2/orders',
	'1?page=1&filter_by_number=1',
	'1#x',
	'1;drop',
	'\r\nx-api-key: other',
	'\u0000',
	'\\..\\..',
	'//evil.example/x',
	'http://evil.example/',
	'@evil.example',
	'__proto__',
	'constructor',
	'toString',
	'{{ $json }}',
	'={{ 1 + 1 }}',
	'<script>alert(1)</script>',
	"' OR 1=1 --",
	'\u202e12345',
	'💥'.repeat(20),
	'9'.repeat(400),
	'x'.repeat(20_000),
	-1,
	0,
	1e308,
	Number.MAX_SAFE_INTEGER + 1,
	{ __rl: true, value: '../x' },
	{ switch: 'x', rules: [null, 1, { field: {} }] },
	JSON.parse('{"__proto__": {"polluted": true}, "name": {"a": 1}}'),
];

const anything = fc.oneof(
	fc.constantFrom(...SNEAKY),
	fc.string({ unit: 'binary', maxLength: 60 }),
	fc.jsonValue({ maxDepth: 3 }),
	fc.integer(),
	fc.double({ noNaN: true }),
	fc
		.tuple(
			fc.constantFrom(...SNEAKY.filter((value) => typeof value === 'string')),
			fc.string({ unit: 'grapheme', maxLength: 8 }),
		)
		.map((parts) => parts.join('')),
);

/** An input item: `sent` is there where it is known, and `null` where nothing may be sent. */
interface Item {
	value: unknown;
	sent?: { value: unknown } | null;
}

const itemOf = ({ meant, refused }: Kind): fc.Arbitrary<Item> =>
	fc.oneof(
		...(meant.length === 0
			? []
			: [
					fc
						.constantFrom(...meant)
						.map(([value, sent]): Item => ({ value, sent: { value: sent } })),
				]),
		fc.constantFrom(...refused).map((value): Item => ({ value, sent: null })),
		anything.map((value): Item => ({ value })),
	);

/** What JavaScript says when code trips over its input. */
const CRASH =
	/is not a function|Cannot read|undefined \(|not iterable|Converting circular|Maximum call|is not defined|Invalid array|URI malformed|\[object Object\]/;

type Output = Pick<INodeExecutionData, 'json' | 'pairedItem'>;

const errorOf = ({ json }: Output) => (typeof json.error === 'string' ? json.error : undefined);
const indexOf = ({ pairedItem }: Output) =>
	typeof pairedItem === 'object' && 'item' in pairedItem ? pairedItem.item : -1;

/** What is wrong with a run. */
function defectsOf(
	{ kind, label, endpoints, sent }: Omit<Target, 'name' | 'parameters'>,
	items: Item[],
	requests: RecordedRequest[],
	output: Output[],
): string[] {
	const defects: string[] = [];
	const wrong = (what: string, value: unknown) => defects.push(`${what}: ${JSON.stringify(value)}`);
	const indices = output.map(indexOf);
	if (indices.some((index, at) => index < (indices[at - 1] ?? 0) || index >= items.length)) {
		wrong('output out of order', indices);
	}
	for (const entry of output) {
		const error = errorOf(entry);
		if (error === undefined) continue;
		// What the API says may be longer than what we say.
		const most = entry.json.http_status === null ? 300 : 1_500;
		if (CRASH.test(error) || error.length < 8 || error.length > most) wrong('unclear error', error);
	}
	/** Whether an item was refused before anything was sent: by the label, not by the API. */
	const isRefused = (index: number) => {
		const own = output.filter((entry) => indexOf(entry) === index);
		return (
			own.length === 1 &&
			(errorOf(own[0])?.startsWith(`'${label}`) ?? false) &&
			own[0].json.http_status === null
		);
	};
	items.forEach((item, index) => {
		if (item.sent === null && !isRefused(index)) wrong('not refused by its label', item.value);
		if (item.sent && isRefused(index)) wrong('refused although it is clear', item.value);
	});
	const said = requests.map((request) => ({ request, values: sent(request) }));
	for (const { request, values } of said) {
		const line = `${request.method} ${request.path}`;
		if (!endpoints.test(line)) wrong('another endpoint', line);
		for (const value of values) {
			const isKnown = items.some((item, index) =>
				item.sent
					? item.sent.value === value
					: item.sent === undefined && !isRefused(index) && kind.isMeant(item.value, value),
			);
			if (!isKnown) wrong('nobody meant', value);
		}
	}
	const all = said.flatMap(({ values }) => values);
	for (const item of items) {
		if (item.sent && sent !== unseen && sent !== LIMIT[3] && !all.includes(item.sent.value)) {
			wrong('meant, and not sent', item.value);
		}
	}
	return defects;
}

test.each(TARGETS.map((target) => [target.name, target] as const))(
	'%s',
	async (name, target) => {
		let clear = 0;
		let requests = 0;
		const items = fc.array(itemOf(target.kind), {
			minLength: ITEMS_PER_RUN,
			maxLength: ITEMS_PER_RUN,
		});
		await expectProperty(
			`hostile: ${name}`,
			fc.asyncProperty(items, async (list) => {
				api.sandbox.reset();
				const result = await api.run(
					target.parameters,
					list.map(({ value }) => ({ value }) as IDataObject),
					{ onError: 'continueRegularOutput' },
				);
				expect(result.error).toBeUndefined();
				expect(defectsOf(target, list, api.sandbox.requests, result.items)).toEqual([]);
				expect(Object.prototype).not.toHaveProperty('polluted');
				clear += list.filter(({ sent }) => sent).length;
				requests += api.sandbox.requests.filter(
					({ status }) => status > 0 && status !== 403,
				).length;
			}),
			{ quick: 1, long: 10, endOnFailure: true },
		);
		// A node that refuses everything, or is refused everything, is not a safe one.
		if (target.kind.meant.length > 0) expect(clear).toBeGreaterThan(0);
		if (target.kind.meant.length > 0) expect(requests).toBeGreaterThan(0);
	},
	LONGEST,
);

describe('a planted defect is found:', () => {
	const target = { label: 'ID', kind: numericId(7), endpoints: /^GET \/a\/\d+$/, sent: segment(2) };
	const items: Item[] = [
		{ value: ' 7 ', sent: { value: '7' } },
		{ value: '..', sent: null },
		{ value: 8 },
	];
	const request = (path: string) => ({ method: 'GET', path }) as RecordedRequest;
	const good = [request('/a/7'), request('/a/8')];
	const refusal = "'ID' is not an ID";
	const output = (...entries: Array<[number, string?]>): Output[] =>
		entries.map(([item, error]) => ({
			json: error === undefined ? {} : { error, http_status: null },
			pairedItem: { item },
		}));
	const right = output([0], [1, refusal], [2]);

	test('(none)', () => expect(defectsOf(target, items, good, right)).toEqual([]));

	test.each<[string, RecordedRequest[], Output[]]>([
		['items are paired with their neighbour', good, output([1], [2, refusal], [2])],
		['items are not paired', good, right.map(({ json }) => ({ json }))],
		['the output is in another order', good, output([1, refusal], [0], [2])],
		['everything is refused', [], output([0, refusal], [1, refusal], [2, refusal])],
		['another number is sent', [request('/a/7'), request('/a/9')], right],
		['what is clear is not sent', [request('/a/8')], right],
		['a path leads elsewhere', [...good, request('outside /v2/a/7')], right],
		['a bad value is dropped in silence', good, output([0], [1], [2])],
		['an error does not name the field', good, output([0], [1, 'Something went wrong'], [2])],
		['an error is a crash', good, output([0], [1, "'ID' x.trim is not a function"], [2])],
	])('%s', (_, requests, entries) => {
		expect(defectsOf(target, items, requests, entries)).not.toEqual([]);
	});
});
