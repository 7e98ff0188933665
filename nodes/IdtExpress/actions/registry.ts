import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { inputError, propertiesOf, type Fields } from '../shared/field';
import { concurrency } from '../shared/fields';
import { country } from './country';
import { didGroup } from './didGroup';
import { number } from './number';
import type { Operation, Resource } from './operation';
import { order } from './order';
import { region } from './region';
import { trunkGroup } from './trunkGroup';

const resources: Resource[] = [country, didGroup, number, order, region, trunkGroup];

/** The node's parameters: the two dropdowns, and each operation's own fields. */
export const properties: INodeProperties[] = [
	{
		displayName: 'Resource',
		name: 'resource',
		type: 'options',
		noDataExpression: true,
		options: resources.map((resource) => resource.option),
		default: 'number',
	},
	...resources.flatMap(resourceProperties),
];

function resourceProperties({ option, operations }: Resource): INodeProperties[] {
	return [
		{
			displayName: 'Operation',
			name: 'operation',
			type: 'options',
			noDataExpression: true,
			displayOptions: { show: { resource: [option.value] } },
			options: operations.map((operation) => operation.option),
			// Every resource has it, and it changes nothing.
			default: 'getAll',
		},
		...operations.flatMap((operation) =>
			propertiesOf(fieldsOf(operation)).map((property) => ({
				...property,
				// n8n asks for a hidden field too, where what hides it is an expression. We ask when it is read.
				required: property.displayOptions === undefined && property.required,
				displayOptions: {
					...property.displayOptions,
					show: {
						resource: [option.value],
						operation: [operation.option.value],
						...property.displayOptions?.show,
					},
				},
			})),
		),
	];
}

/** `Get Many: DID Group`, in the words of the dropdowns. */
export const subtitle = `={{ ${labelOf(
	'operation',
	resources.flatMap(({ operations }) => operations),
)} + ": " + ${labelOf('resource', resources)} }}`;

/** The part of an expression that gives the label of what a dropdown has chosen. */
function labelOf(
	parameter: string,
	choices: Array<{ option: { name: string; value: string } }>,
): string {
	const names = Object.fromEntries(choices.map(({ option }) => [option.value, option.name]));
	return `(${JSON.stringify(names)}[$parameter["${parameter}"]] ?? $parameter["${parameter}"])`;
}

/** The fields of an operation; those that only read have one for how much is read at the same time. */
export function fieldsOf(operation: Operation): Fields {
	return isRead(operation) ? { ...operation.fields, concurrency } : operation.fields;
}

/** Whether an operation changes nothing. */
export function isRead(operation: Operation): boolean {
	return 'effect' in operation && operation.effect === 'read';
}

/** What n8n itself adds to both dropdowns. */
const CUSTOM_API_CALL = '__CUSTOM_API_CALL__';

/**
 * @returns the operation that the node's two dropdowns name
 * @throws NodeOperationError where there is none
 */
export function chosenOperation(context: IExecuteFunctions): Operation {
	const resource = context.getNodeParameter('resource', 0, '');
	const operation = context.getNodeParameter('operation', 0, '');
	const found = resources
		.find(({ option }) => option.value === resource)
		?.operations.find(({ option }) => option.value === operation);
	if (found) return found;
	if (resource === CUSTOM_API_CALL || operation === CUSTOM_API_CALL) {
		throw inputError(
			{ context },
			'A custom API call needs an HTTP Request node',
			"Add one, set its 'Authentication' to Predefined Credential Type and choose IDT Express API.",
		);
	}
	throw inputError(
		{ context },
		`Unknown operation "${operation}" for resource "${resource}"`,
		'Choose the resource and the operation again.',
	);
}
