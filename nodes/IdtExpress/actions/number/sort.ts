import { choice, entryList, mapField, type Field } from '../../shared/field';

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

const rules = entryList(
	{
		name: 'sort',
		label: 'Sort',
		placeholder: 'Add Sort Rule',
		description:
			'How to sort the numbers. IDT Express sorts them, and does not say which of several rules counts first.',
		entry: { name: 'rules', label: 'Rules', noun: 'rule' },
	},
	{ field, direction },
);

/**
 * The rules to sort numbers by, as the API's query. They are sent in their order: the document does not
 * say which counts first.
 * @see docs/api.md#get-numbers
 */
export const numberSort: Field<Record<string, string>> = {
	...mapField(rules, (list, { refuse }) => {
		const query: Record<string, string> = {};
		for (const rule of list) {
			if (API_NAMES[rule.field] in query) {
				throw refuse(`has two rules for the field ${rule.field}`, 'Keep one rule for each field.');
			}
			query[API_NAMES[rule.field]] = rule.direction;
		}
		return query;
	}),
	labels: Object.fromEntries(Object.values(API_NAMES).map((name) => [name, 'Sort'])),
};
