import { NodeHelpers } from 'n8n-workflow';
import type { INodeParameters } from 'n8n-workflow';
import { IdtExpress } from '../../nodes/IdtExpress/IdtExpress.node';

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

it('finds all operations', () => {
	expect(operations).toHaveLength(18);
});

it.each(operations)('$resource → $operation: every field that shows has a value', (chosen) => {
	const parameters = newNode(chosen);
	const fields = shown(parameters);
	expect(fields.slice(0, 2)).toEqual(['resource', 'operation']);
	expect(Object.keys(parameters)).toEqual(expect.arrayContaining(fields));
});

describe('what only narrows the list of DID groups', () => {
	const NARROWING = ['countryIso', 'tollFree', 'regionCode'];
	const order: INodeParameters = { resource: 'order', operation: 'create' };
	const group = (mode: string, value: string) => ({ didGroupId: { __rl: true, mode, value } });

	it('shows while the list is in use', () => {
		expect(shown(newNode({ ...order, ...group('list', '') }))).toEqual(
			expect.arrayContaining(NARROWING),
		);
	});

	it.each(['39145', '={{ $json.id }}', "={{ $fromAI('group') }}"])(
		'does not show for an ID: %s',
		(value) => {
			const fields = shown(newNode({ ...order, ...group('id', value) }));
			expect(fields.filter((name) => NARROWING.includes(name))).toEqual([]);
		},
	);

	it('has no region for toll-free numbers', () => {
		const fields = shown(newNode({ ...order, ...group('list', ''), tollFree: true }));
		expect(fields.filter((name) => NARROWING.includes(name))).toEqual(['countryIso', 'tollFree']);
	});
});
