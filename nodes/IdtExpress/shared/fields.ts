import type { INodeProperties } from 'n8n-workflow';

/** Builders for the fields that several operations share. */

/** Overrides for one use of a shared field. */
type Overrides = Partial<INodeProperties>;

/** A resource locator that searches a list, or takes the value itself (by ID, code or number). */
function locator(
	base: { displayName: string; name: string; description: string },
	list: { search: string; prompt: string },
	value: { mode: string; label: string; placeholder: string; hint?: string },
	overrides: Overrides = {},
): INodeProperties {
	return {
		...base,
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		required: true,
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder: list.prompt,
				typeOptions: { searchListMethod: list.search, searchable: true },
			},
			{
				displayName: value.label,
				name: value.mode,
				type: 'string',
				placeholder: value.placeholder,
				hint: value.hint,
			},
		],
		...overrides,
	};
}

export const countryField = (overrides?: Overrides): INodeProperties =>
	locator(
		{ displayName: 'Country', name: 'countryIso', description: 'The country of the numbers' },
		{ search: 'searchCountries', prompt: 'Choose a country…' },
		{ mode: 'iso', label: 'By Code', placeholder: 'e.g. US', hint: 'Two letters, ISO 3166-1' },
		overrides,
	);

export const regionField = (overrides?: Overrides): INodeProperties =>
	locator(
		{
			displayName: 'Region',
			name: 'regionCode',
			description:
				'The state or province. The API wants it for countries that have regions, such as the USA and Canada.',
		},
		{ search: 'searchRegions', prompt: 'Choose a region…' },
		{ mode: 'code', label: 'By Code', placeholder: 'e.g. US-ME', hint: 'ISO 3166-2' },
		{ required: false, ...overrides },
	);

export const tollFreeField = (overrides?: Overrides): INodeProperties => ({
	displayName: 'Toll-Free',
	name: 'tollFree',
	type: 'boolean',
	default: false,
	description: 'Whether to look for toll-free numbers. They have no region.',
	...overrides,
});

export const didGroupField = (overrides?: Overrides): INodeProperties =>
	locator(
		{
			displayName: 'DID Group',
			name: 'didGroupId',
			description: 'The place that the numbers belong to, with its stock and price',
		},
		{ search: 'searchDidGroups', prompt: 'Choose a DID group…' },
		{ mode: 'id', label: 'By ID', placeholder: 'e.g. 39145' },
		overrides,
	);

/**
 * A DID group with the fields that only narrow its list: shown while the list is in use, never sent.
 * They take no expression and no value from a model, which could not see the list anyway.
 */
export function didGroupFields(): INodeProperties[] {
	const narrowing: Overrides = {
		required: false,
		noDataExpression: true,
		// With the slash, for n8n before 2.35 knows no dependency on a part of a field.
		displayOptions: { show: { '/didGroupId.mode': ['list'] } },
	};
	return [
		countryField({ ...narrowing, description: 'Narrows the list of DID groups' }),
		tollFreeField({ ...narrowing, description: 'Whether to list toll-free DID groups' }),
		regionField({
			...narrowing,
			description: 'Narrows the list of DID groups; needed for countries that have regions',
			typeOptions: { loadOptionsDependsOn: ['countryIso.value'] },
			// Not `show: { tollFree: [false] }`: n8n fills in a new node's defaults before it knows this one.
			displayOptions: { ...narrowing.displayOptions, hide: { tollFree: [true] } },
		}),
		didGroupField({
			// What was chosen for another place must not be bought by mistake.
			typeOptions: {
				loadOptionsDependsOn: ['countryIso.value', 'tollFree', 'regionCode.value'],
			},
		}),
	];
}

export const orderField = (): INodeProperties =>
	locator(
		{ displayName: 'Order', name: 'orderId', description: 'The order to look up' },
		{ search: 'searchOrders', prompt: 'Choose an order…' },
		{ mode: 'id', label: 'By ID', placeholder: 'e.g. 9c2-2e2-4b6f' },
	);

export const numberField = (): INodeProperties =>
	locator(
		{ displayName: 'Number', name: 'number', description: 'A phone number of the account' },
		{ search: 'searchNumbers', prompt: 'Choose a number…' },
		{
			mode: 'number',
			label: 'By Number',
			placeholder: 'e.g. +1 207 406 3052',
			hint: 'With + and the country code, or as IDT Express writes it: 12074063052, 01144…',
		},
	);

export const trunkGroupField = (overrides?: Overrides): INodeProperties =>
	locator(
		{
			displayName: 'Trunk Group',
			name: 'trunkGroupId',
			description: 'Where calls to the numbers are sent',
		},
		{ search: 'searchTrunkGroups', prompt: 'Choose a trunk group…' },
		{ mode: 'id', label: 'By ID', placeholder: 'e.g. 268476' },
		overrides,
	);

export const returnAllFields: INodeProperties[] = [
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		description: 'Max number of results to return',
		displayOptions: { show: { returnAll: [false] } },
	},
];

export const simplifyField: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};

/** Added to every operation that only reads. */
export const concurrencyField: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [
		{
			displayName: 'Requests at the Same Time',
			name: 'concurrency',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 20, numberPrecision: 0 },
			default: 5,
			description:
				'How many items and pages are read in parallel, 1 to 20. They slow down together when the API asks for it.',
		},
	],
};
