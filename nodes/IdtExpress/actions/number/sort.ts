import type { INodeProperties } from 'n8n-workflow';
import { choice, inputError, quote, type Field } from '../../shared/field';
import { isRecord } from '../../shared/json';

const field = choice({
	name: 'field',
	label: 'Field',
	default: 'addedAt',
	options: {
		addedAt: { name: 'Added At' },
		countryName: { name: 'Country Name' },
		didGroupName: { name: 'DID Group Name' },
		number: { name: 'Number' },
		regionName: { name: 'Region Name' },
	},
});

const direction = choice({
	name: 'direction',
	label: 'Direction',
	default: 'asc',
	options: { asc: { name: 'Ascending' }, desc: { name: 'Descending' } },
});

/** The API's names of the fields that it can sort by. */
const API_NAMES = {
	addedAt: 'order_by_added_at',
	countryName: 'order_by_country_name',
	didGroupName: 'order_by_did_group_name',
	number: 'order_by_number',
	regionName: 'order_by_region_name',
};

const property: INodeProperties = {
	displayName: 'Sort',
	name: 'sort',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true, sortable: true },
	placeholder: 'Add Sort Rule',
	default: {},
	description:
		'How to sort the numbers: by the first rule, then numbers that are equal in it by the second, and so on',
	options: [
		{
			displayName: 'Rules',
			name: 'rules',
			values: [...field.properties, ...direction.properties],
		},
	],
};

/**
 * The rules to sort numbers by, as the API's query. They are sent in their order: the document does not
 * say which counts first.
 * @see docs/api.md#get-numbers
 */
export const numberSort: Field<Record<string, string>> = {
	properties: [property],
	labels: Object.fromEntries(Object.values(API_NAMES).map((name) => [name, 'Sort'])),
	read(context, itemIndex) {
		const place = { context, itemIndex };
		const given: unknown =
			'getInputData' in context
				? context.getNodeParameter('sort', itemIndex, {})
				: context.getNodeParameter('sort', {});
		const rules: unknown = isRecord(given) ? (given.rules ?? []) : given;
		if (!Array.isArray(rules) || !rules.every(isRecord)) {
			throw inputError(
				place,
				`'Sort' must be a list of rules, not ${quote(given ?? null)}`,
				'Add rules in the form, or give an object such as {"rules": [{"field": "number", "direction": "asc"}]}.',
			);
		}
		const query: Record<string, string> = {};
		for (const rule of rules) {
			const name = field.parse(rule.field, place);
			if (API_NAMES[name] in query) {
				throw inputError(
					place,
					`'Sort' has two rules for the field ${name}`,
					'Keep one rule for each field.',
				);
			}
			query[API_NAMES[name]] = direction.parse(rule.direction, place);
		}
		return query;
	},
};
