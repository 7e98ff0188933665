import fc from 'fast-check';
import type { INodeParameters } from 'n8n-workflow';
import { useSandbox } from './harness.mts';

/**
 * Hostile input through every operation: each item ends in a clear error or in a request to the
 * operation's own endpoint, never in a crash or at another endpoint.
 */

const api = useSandbox();

/** How many items in all, over the operations. */
const ITEMS = Number(process.env.HOSTILE_ITEMS ?? 10_000);
const ITEMS_PER_RUN = 40;

const locator = (mode: string, value: unknown): INodeParameters[string] =>
	({ __rl: true, mode, value }) as INodeParameters;
/** Where the hostile value goes. */
const HOSTILE = '={{ $json.value }}';

interface Target {
	name: string;
	parameters: INodeParameters;
	/** The requests that the operation may send. */
	endpoints: RegExp;
}

function target(
	resource: string,
	operation: string,
	endpoints: RegExp,
	variants: Record<string, INodeParameters>,
	base: INodeParameters = {},
): Target[] {
	return Object.entries(variants).map(([name, hostile]) => ({
		name: `${resource} ${operation} ${name}`,
		parameters: { resource, operation, ...base, ...hostile },
		endpoints,
	}));
}

const id = (name: string) => ({ [name]: { [name]: locator('id', HOSTILE) } });
const limit = { limit: { limit: HOSTILE } };
const number = { number: { number: locator('number', HOSTILE) } };
const group = { didGroupId: locator('id', 39145) };
const own = { number: locator('number', '12074069001') };
const trunk = { trunkGroupId: locator('id', 8375) };
const usa = { countryIso: locator('iso', 'US'), regionCode: locator('code', 'US-ME') };
const filter = (...names: string[]) =>
	Object.fromEntries(names.map((name) => [name, { filters: { [name]: HOSTILE } }]));

const TARGETS: Target[] = [
	...target('country', 'getAll', /^GET \/coverage\/countries$/, limit),
	...target('region', 'getAll', /^GET \/coverage\/countries\/[A-Z]{2}\/regions$/, {
		countryIso: { countryIso: locator('iso', HOSTILE) },
	}),
	...target(
		'didGroup',
		'getAll',
		/^GET \/coverage\/did_groups$/,
		{
			countryIso: { countryIso: locator('iso', HOSTILE) },
			regionCode: { regionCode: locator('code', HOSTILE) },
			tollFree: { tollFree: HOSTILE },
			simplify: { simplify: HOSTILE },
			...filter('areaCode', 'nameContains', 'browsableOnly', 'inStockOnly', 'maxMonthlyFee'),
		},
		usa,
	),
	...target(
		'didGroup',
		'browseNumbers',
		/^GET \/coverage\/did_groups\/\d+\/browse_numbers$/,
		id('didGroupId'),
	),
	...target(
		'order',
		'create',
		/^POST \/orders$/,
		{
			didGroupId: { didGroupId: locator('id', HOSTILE), orderBy: 'quantity' },
			quantity: { quantity: HOSTILE },
			orderBy: { orderBy: HOSTILE },
			didSkus: { orderBy: 'skus', didSkus: HOSTILE },
		},
		// Previews cost nothing and leave nothing behind.
		{ ...group, quantity: 1, didSkus: ['BW-US-2074063050'], preview: true },
	),
	...target('order', 'get', /^GET \/orders\/[^/]+$/, id('orderId')),
	...target('order', 'getAll', /^GET \/orders$/, { ...limit, ...filter('status') }),
	...target('number', 'getAll', /^GET \/numbers$/, {
		...limit,
		...filter('countryName', 'regionName', 'didGroupName', 'number', 'status'),
		sort: { sort: HOSTILE },
		rule: { sort: { rules: [{ field: HOSTILE, direction: HOSTILE }] } },
	}),
	...target('number', 'get', /^GET \/numbers$/, number),
	...target('number', 'delete', /^(DELETE \/numbers\/\d+|GET \/numbers)$/, number),
	...target('number', 'deleteCnam', /^(DELETE \/numbers\/\d+\/cnam|GET \/numbers)$/, number),
	...target(
		'number',
		'setCnam',
		/^(POST \/numbers\/\d+\/cnam|GET \/numbers)$/,
		{
			...number,
			cnamName: { cnamName: HOSTILE },
			cnamType: { cnamType: HOSTILE },
			cnamDisplay: { cnamDisplay: HOSTILE },
		},
		{ ...own, cnamName: 'Jenny' },
	),
	...target(
		'trunkGroup',
		'create',
		/^(POST|GET) \/trunk_groups$/,
		{
			name: { name: HOSTILE },
			fields: { additionalFields: HOSTILE },
			ringType: { additionalFields: { ringType: HOSTILE } },
			isDefault: { additionalFields: { isDefault: HOSTILE } },
			switches: { additionalFields: { switches: HOSTILE } },
			ip: { additionalFields: { switches: { switch: [{ ip: HOSTILE, port: 5060 }] } } },
			port: { additionalFields: { switches: { switch: [{ ip: '203.0.113.1', port: HOSTILE }] } } },
		},
		{ name: 'Office' },
	),
	...target('trunkGroup', 'get', /^GET \/trunk_groups\/\d+$/, id('trunkGroupId')),
	...target('trunkGroup', 'getAll', /^GET \/trunk_groups$/, limit),
	...target(
		'trunkGroup',
		'update',
		/^(GET|PUT) \/trunk_groups\/\d+$/,
		{
			...id('trunkGroupId'),
			name: { updateFields: { name: HOSTILE } },
			fields: { updateFields: HOSTILE },
			pop: { updateFields: { pop: HOSTILE } },
		},
		{ ...trunk, updateFields: { name: 'Renamed' } },
	),
	...target('trunkGroup', 'delete', /^(DELETE|GET) \/trunk_groups\/\d+$/, id('trunkGroupId')),
	...target(
		'trunkGroup',
		'assignNumbers',
		/^PUT \/set_trunk_group$/,
		{
			...id('trunkGroupId'),
			numbers: { numbers: HOSTILE },
			useDefault: { useDefault: HOSTILE },
		},
		{ ...trunk, numbers: '12074069001' },
	),
];

const SNEAKY = [
	'../trunk_groups/1',
	'..',
	'%2e%2e',
	'%2E%2E/%2e%2e',
	'..%2f..%2fnumbers',
	'a/../../orders',
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
	'+44 20 7946 0958',
	'12074069001',
	39145,
	8375,
	-1,
	0,
	1e308,
	Number.MAX_SAFE_INTEGER + 1,
	null,
	true,
	[],
	{},
	[[[]]],
	{ __rl: true, value: '../x' },
	{ switch: 'x', rules: [null, 1, { field: {} }] },
	JSON.parse('{"__proto__": {"polluted": true}, "name": {"a": 1}}'),
];

const hostile = fc.oneof(
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

/** What JavaScript says when code trips over its input. */
const CRASH =
	/is not a function|Cannot read|undefined \(|not iterable|Converting circular|Maximum call|is not defined|Invalid array|URI malformed|\[object Object\]/;

test.each(TARGETS.map((entry) => [entry.name, entry] as const))('%s', async (_name, entry) => {
	const runs = Math.ceil(ITEMS / TARGETS.length / ITEMS_PER_RUN);
	const values = fc.array(hostile, { minLength: ITEMS_PER_RUN, maxLength: ITEMS_PER_RUN });
	await fc.assert(
		fc.asyncProperty(values, async (list) => {
			api.sandbox.reset();
			const items = list.map((value) => ({ value }) as never);
			const result = await api.run(entry.parameters, items, {
				onError: 'continueRegularOutput',
			});
			expect(result.error).toBeUndefined();
			for (const { method, path } of api.sandbox.requests) {
				expect(`${method} ${path}`).toMatch(entry.endpoints);
			}
			const errors = result.items.filter((item) => typeof item.json.error === 'string');
			for (const { json } of errors) {
				expect(json.error).not.toMatch(CRASH);
				expect(String(json.error).length).toBeGreaterThan(8);
				expect(String(json.error).length).toBeLessThan(300);
			}
			const paired = new Set(result.items.map((item) => JSON.stringify(item.pairedItem)));
			expect(paired.size).toBeLessThanOrEqual(ITEMS_PER_RUN);
			expect(Object.prototype).not.toHaveProperty('polluted');
		}),
		{ numRuns: runs },
	);
});
