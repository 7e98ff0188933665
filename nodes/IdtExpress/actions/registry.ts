import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { concurrencyField } from '../shared/fields';
import { inputError, quote } from '../shared/input';
import type { Operation, Resource } from '../shared/operation';
import { country } from './country';
import { didGroup } from './didGroup';
import { number } from './number';
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
			fieldsOf(operation).map((field) => ({
				...field,
				displayOptions: {
					...field.displayOptions,
					show: {
						resource: [option.value],
						operation: [operation.option.value],
						...field.displayOptions?.show,
					},
				},
			})),
		),
	];
}

function fieldsOf(operation: Operation): INodeProperties[] {
	const onlyReads = 'effect' in operation && operation.effect === 'read';
	return onlyReads ? [...operation.fields, concurrencyField] : operation.fields;
}

/**
 * @returns the operation that the node's two dropdowns name
 * @throws NodeOperationError where there is none, as for n8n's own entry *Custom API Call*
 */
export function chosenOperation(context: IExecuteFunctions): Operation {
	const resource = context.getNodeParameter('resource', 0, '');
	const operation = context.getNodeParameter('operation', 0, '');
	const found = resources
		.find(({ option }) => option.value === resource)
		?.operations.find(({ option }) => option.value === operation);
	if (found) return found;
	throw inputError(
		context,
		undefined,
		`IDT Express has no operation ${quote(operation)} of ${quote(resource)}`,
		'For a custom API call, add an HTTP Request node, set Authentication to Predefined Credential Type and choose IDT Express API. Otherwise choose the resource and the operation again.',
	);
}
