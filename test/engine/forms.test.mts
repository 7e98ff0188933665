import { NodeHelpers } from 'n8n-workflow';
import type { INodeParameters, INodeProperties } from 'n8n-workflow';
import { IdtExpressApi } from '../../credentials/IdtExpressApi.credentials';
import { IdtExpress } from '../../nodes/IdtExpress/IdtExpress.node';
import { IdtExpressTrigger } from '../../nodes/IdtExpress/IdtExpressTrigger.node';

/** The forms, as n8n's own code builds them from our description: in the editor and on the server. */

const { description } = new IdtExpress();
const VERSION = { typeVersion: 1 };

const operations = description.properties
	.filter(({ name }) => name === 'operation')
	.flatMap(({ displayOptions, options }) =>
		(options ?? []).flatMap((option) =>
			'value' in option
				? [{ resource: String(displayOptions?.show?.resource), operation: String(option.value) }]
				: [],
		),
	);

/** The parameters that n8n gives a new node. */
function newNode(given: INodeParameters): INodeParameters {
	const parameters = NodeHelpers.getNodeParameters(
		description.properties,
		given,
		true,
		false,
		VERSION,
		description,
	);
	if (!parameters) throw new Error('n8n makes no parameters');
	return parameters;
}

/** The fields that the form shows, in their order. */
function shown(parameters: INodeParameters): string[] {
	return description.properties
		.filter((property) => NodeHelpers.displayParameter(parameters, property, VERSION, description))
		.filter(({ type }) => type !== 'notice')
		.map(({ name }) => name);
}

it('when the forms are read, all operations are found', () => {
	expect(operations.length).toBeGreaterThan(15);
});

it.each(operations)(
	'when $resource → $operation is chosen, every field that shows has a value',
	(chosen) => {
		const parameters = newNode(chosen);
		const fields = shown(parameters);
		expect(fields.slice(0, 2)).toEqual(['resource', 'operation']);
		expect(Object.keys(parameters)).toEqual(expect.arrayContaining(fields));
	},
);

describe('what only narrows the list of DID groups', () => {
	const NARROWING = ['countryIso', 'tollFree', 'regionCode'];
	const order: INodeParameters = { resource: 'order', operation: 'create' };
	const group = (mode: string, value: string) => ({ didGroupId: { __rl: true, mode, value } });

	it('when the list is in use, shows', () => {
		expect(shown(newNode({ ...order, ...group('list', '') }))).toEqual(
			expect.arrayContaining(NARROWING),
		);
	});

	it.each(['39145', '={{ $json.id }}', "={{ $fromAI('group') }}"])(
		'when an ID is given (%s), does not show',
		(value) => {
			const fields = shown(newNode({ ...order, ...group('id', value) }));
			expect(fields.filter((name) => NARROWING.includes(name))).toEqual([]);
		},
	);

	it('when toll-free numbers are wanted, has no region', () => {
		const fields = shown(newNode({ ...order, ...group('list', ''), tollFree: true }));
		expect(fields.filter((name) => NARROWING.includes(name))).toEqual(['countryIso', 'tollFree']);
	});
});

describe('a field that others hide', () => {
	const byId = (value: string) => ({ __rl: true, mode: 'id', value });

	it.each([
		[
			{ resource: 'didGroup', operation: 'getAll', tollFree: '={{ $json.tollFree }}' },
			'regionCode',
		],
		[
			{ resource: 'trunkGroup', operation: 'assignNumbers', useDefault: '={{ $json.useDefault }}' },
			'trunkGroupId',
		],
	])('when the other one is an expression (%j), shows: %s', (parameters, field) => {
		expect(shown(newNode(parameters))).toContain(field);
	});

	it('when the other one hides it, does not show', () => {
		const tollFree = { resource: 'didGroup', operation: 'getAll', tollFree: true };
		expect(shown(newNode(tollFree))).not.toContain('regionCode');
		const useDefault = { resource: 'trunkGroup', operation: 'assignNumbers', useDefault: true };
		expect(shown(newNode({ ...useDefault, trunkGroupId: byId('1') }))).not.toContain(
			'trunkGroupId',
		);
	});
});

describe('a new node', () => {
	it('when it gets many numbers, has the active ones chosen, and the choice can be removed', () => {
		const getAll = { resource: 'number', operation: 'getAll' };
		expect(newNode(getAll).filters).toEqual({ status: 'active' });
		expect(newNode({ ...getAll, filters: {} }).filters).toEqual({});
	});

	it('when it creates a trunk group, shows its switches', () => {
		const create = { resource: 'trunkGroup', operation: 'create' };
		expect(newNode(create).additionalFields).toEqual({ switches: {} });
	});
});

/** n8n's guidelines, which its linter checks in literals only; ours are built. */
describe("n8n's rules for forms", () => {
	interface Named {
		/** Where it is: `number/getAll/filters/status`. */
		at: string;
		property: INodeProperties;
	}

	const within = (at: string, property: INodeProperties): Named[] => [
		{ at, property },
		...(property.options ?? []).flatMap((option) => {
			const inner = 'values' in option ? option.values : 'type' in option ? [option] : [];
			return inner.flatMap((entry) => within(`${at}/${entry.name}`, entry));
		}),
	];
	const nodes = [description, new IdtExpressTrigger().description];
	const properties: Named[] = [
		...nodes.flatMap((node) =>
			node.properties.flatMap((property) => {
				const { resource = [], operation = [] } = property.displayOptions?.show ?? {};
				return within([node.name, resource, operation, property.name].join('/'), property);
			}),
		),
		...new IdtExpressApi().properties.flatMap((property) =>
			within(`credential/${property.name}`, property),
		),
	];
	const choices = operations.flatMap(({ resource, operation }) =>
		description.properties.flatMap((property) =>
			property.name === 'operation' && property.displayOptions?.show?.resource?.includes(resource)
				? (property.options ?? []).flatMap((option) =>
						'value' in option && option.value === operation ? [{ resource, ...option }] : [],
					)
				: [],
		),
	);
	const texts = properties.flatMap(({ at, property }) =>
		[property.description, property.hint, property.type === 'notice' && property.displayName]
			.filter((text) => typeof text === 'string' && text !== '')
			.map((text) => ({ at, text: String(text) })),
	);
	/** Those that break a rule. */
	const broken = <T,>(list: T[], keeps: (entry: T) => boolean, name: (entry: T) => string) =>
		list.filter((entry) => !keeps(entry)).map(name);

	test('when actions are read, they have no articles, and are sentences that differ', () => {
		const actions = choices.map(({ action = '' }) => action);
		expect(broken(actions, (text) => !/\b(a|an|the)\b/i.test(text), String)).toEqual([]);
		expect(broken(actions, (text) => /^[A-Z][a-z]+ [a-zA-Z]/.test(text), String)).toEqual([]);
		expect(new Set(actions).size).toBe(actions.length);
	});

	test('when descriptions of operations are read, they name the resource', () => {
		const words: Record<string, RegExp> = {
			country: /countr/,
			didGroup: /DID group/,
			number: /phone number/,
			order: /order/,
			region: /region/,
			trunkGroup: /trunk group/,
		};
		const named = ({ resource, value }: (typeof choices)[0]) => `${resource} ${String(value)}`;
		expect(
			broken(choices, ({ resource, description: text = '' }) => words[resource].test(text), named),
		).toEqual([]);
		const lists = choices.filter(({ value }) => value === 'getAll');
		expect(
			broken(lists, ({ description: text = '' }) => text.startsWith('Retrieve a list of '), named),
		).toEqual([]);
	});

	test('when options are listed, they are sorted', () => {
		const unsorted = properties.filter(({ property }) => {
			const names = (property.options ?? []).map((option) =>
				'displayName' in option ? option.displayName : option.name,
			);
			return names.join() !== [...names].sort((a, b) => a.localeCompare(b)).join();
		});
		expect(unsorted.map(({ at }) => at)).toEqual([]);
	});

	test('when a placeholder is an example, it says so', () => {
		const placeholders = properties.flatMap(({ at, property }) => [
			{ at, type: property.type, text: property.placeholder },
			...(property.modes ?? []).map((mode) => ({
				at: `${at}:${mode.name}`,
				type: mode.type,
				text: mode.placeholder,
			})),
		]);
		const expected = (type: string) =>
			type === 'list' ? /^Choose an? .+…$/ : /ollection$/.test(type) ? /^Add / : /^e\.g\. /;
		const odd = placeholders.filter(
			({ type, text }) => text !== undefined && text !== '' && !expected(type).test(text),
		);
		expect(odd).toEqual([]);
	});

	test('when a text is one sentence, it has no period; when it is several, each has one', () => {
		const keeps = ({ text }: { text: string }) => {
			const isOne = !/[.!?] [A-Z<]/.test(text);
			return text.endsWith('.') !== isOne;
		};
		const all = [
			...texts,
			...choices.map(({ resource, value, description: text = '' }) => ({
				at: `${resource}/${String(value)}`,
				text,
			})),
		];
		expect(broken(all, keeps, ({ at, text }) => `${at}: ${text}`)).toEqual([]);
	});

	test('when a field is a switch, its description begins with Whether', () => {
		const switches = properties.filter(({ property }) => property.type === 'boolean');
		expect(switches.length).toBeGreaterThan(10);
		expect(
			broken(
				switches,
				({ property }) => property.description?.startsWith('Whether ') === true,
				({ at }) => at,
			),
		).toEqual([]);
	});

	test('when a list may be long, Return All and Limit are as in every node', () => {
		const limits = properties.filter(({ property }) => property.name === 'limit');
		expect(limits.length).toBeGreaterThan(5);
		for (const { property } of limits) {
			expect(property).toMatchObject({
				default: 50,
				typeOptions: { minValue: 1 },
				description: 'Max number of results to return',
			});
		}
		for (const { property } of properties.filter(
			({ property: { name } }) => name === 'returnAll',
		)) {
			expect(property.description).toBe(
				'Whether to return all results or only up to a given limit',
			);
		}
	});

	test('when a value is entered in a locator, the editor checks its form', () => {
		const modes = properties.flatMap(({ at, property }) =>
			(property.modes ?? []).map((mode) => ({ at: `${at}:${mode.name}`, mode })),
		);
		const unchecked = modes.filter(({ mode }) => mode.type !== 'list' && !mode.validation?.length);
		expect(unchecked.map(({ at }) => at)).toEqual([]);
	});

	test('when hints are read, they are short', () => {
		const hints = properties.filter(({ property }) => (property.hint?.length ?? 0) > 120);
		expect(hints.map(({ at }) => at)).toEqual([]);
	});

	test('when notices are read, they are where something cannot be undone or is paid for', () => {
		const notices = properties.filter(({ property }) => property.type === 'notice');
		expect(notices.map(({ property }) => property.name).sort()).toEqual([
			'createNotice',
			'deleteNotice',
		]);
	});

	test('when a text names another field, the name is in single quotes', () => {
		const labels = [
			...new Set(
				properties
					.filter(({ property }) => property.type !== 'notice')
					.map(({ property }) => property.displayName),
			),
			// Also words of their own, or the names of operations.
		].filter((label) => / /.test(label) && !/^(DID Group|Trunk Group)/.test(label));
		const unquoted = texts.filter(({ text }) =>
			labels.some((label) => text.replaceAll(`'${label}'`, '').includes(label)),
		);
		expect(unquoted).toEqual([]);
	});

	test('when a term is used, it is the same everywhere', () => {
		const odd = texts.filter(({ text }) =>
			/CNAM settings|rate cent(er|re)|\bdelete(d)? for good\b|\bremove a\b/i.test(text),
		);
		expect(odd).toEqual([]);
	});
});
