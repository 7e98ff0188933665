import {
	collection,
	group,
	mapField,
	toggle,
	wholeNumber,
	type Field,
	type SingleField,
} from './field';
import { isoOf } from './countryNames';
import { code, numericId, optionalCode, phoneNumber, textId } from './locators';

/** The fields that several operations share. */

/** Two capital letters. */
export const country: SingleField<string> = mapField(
	code({
		name: 'countryIso',
		label: 'Country',
		apiName: 'country_iso',
		description: 'The country of the numbers',
		list: { search: 'searchCountries', prompt: 'Choose a country…' },
		manual: {
			name: 'iso',
			label: 'By Code',
			placeholder: 'e.g. US',
			hint: 'Two letters, ISO 3166-1',
			regex: '^\\s*[A-Za-z]{2}\\s*$',
			errorMessage: 'Must be a country code of two letters',
		},
		pattern: /^[A-Z]{2}$/,
		example: 'US',
	}),
	// Many people write UK for GB.
	(written) => isoOf(written) ?? written,
);

/** As ISO 3166-2 writes it: `US-ME`. */
const REGION_CODE = /^[A-Z]{2}-[A-Z0-9]{1,3}$/;

/** A code such as `US-ME`; `undefined` where none is given, `''` where an expression finds nothing. */
export const region: SingleField<string | undefined> = optionalCode({
	name: 'regionCode',
	label: 'Region',
	apiName: 'region_code',
	description: 'The state or province. Only the USA and Canada have regions.',
	list: { search: 'searchRegions', prompt: 'Choose a region…' },
	manual: {
		name: 'code',
		label: 'By Code',
		placeholder: 'e.g. US-ME',
		hint: 'ISO 3166-2',
		// Or nothing, for it may be left out.
		regex: '^\\s*([A-Za-z]{2}-[A-Za-z0-9]{1,3})?\\s*$',
		errorMessage: 'Must be a region code such as US-ME',
	},
	// What was chosen in another country is forgotten.
	typeOptions: { loadOptionsDependsOn: ['countryIso.value'] },
	// Hidden only where it is certainly not needed: Toll-Free may be an expression.
	displayOptions: { hide: { tollFree: [true] } },
	pattern: REGION_CODE,
	example: 'US-ME',
});

export const tollFree: SingleField<boolean> = toggle({
	name: 'tollFree',
	label: 'Toll-Free',
	apiName: 'toll_free',
	description: 'Whether to look for toll-free numbers. They have no region.',
});

export const didGroupId: SingleField<number> = numericId({
	name: 'didGroupId',
	label: 'DID Group',
	apiName: 'did_group_id',
	description: 'The city or area that the numbers belong to, with its fees',
	list: { search: 'searchDidGroups', prompt: 'Choose a DID group…' },
	manual: {
		name: 'id',
		label: 'By ID',
		placeholder: 'e.g. 39145',
		regex: '^\\s*\\d+\\s*$',
		errorMessage: 'Must be a DID group ID (digits only)',
	},
});

/** Shown while the list of DID groups is in use. With the slash, as n8n before 2.35 needs it. */
const LISTED = { show: { '/didGroupId.mode': ['list'] } };

/** They take no expression and no value from a model, which could not see the list anyway. */
const NARROWING = { noDataExpression: true, displayOptions: LISTED };

/** A DID group with the fields that only narrow its list and are never sent. */
export const didGroupFields: Field<number> = group(
	[
		country.with({
			...NARROWING,
			required: false,
			description: 'Narrows the list of DID groups',
		}),
		tollFree.with({ ...NARROWING, description: 'Whether to list toll-free DID groups' }),
		region.with({
			...NARROWING,
			displayOptions: { ...LISTED, hide: { tollFree: [true] } },
			description: 'Narrows the list of DID groups. Only the USA and Canada have regions.',
		}),
		didGroupId.with({
			// What was chosen for another place must not be bought by mistake.
			typeOptions: {
				loadOptionsDependsOn: ['countryIso.value', 'tollFree', 'regionCode.value'],
			},
		}),
	],
	(context, itemIndex) => didGroupId.read(context, itemIndex),
);

export const orderId: SingleField<string> = textId({
	name: 'orderId',
	label: 'Order',
	apiName: 'order_id',
	description: 'The order to get',
	list: { search: 'searchOrders', prompt: 'Choose an order…' },
	manual: {
		name: 'id',
		label: 'By ID',
		placeholder: 'e.g. 9c2-2e2-4b6f',
		regex: '^\\s*[^\\s/]+\\s*$',
		errorMessage: 'Must be an order ID, without blanks or slashes',
	},
});

/** A phone number of the account, in the API's form. */
export const ownNumber: SingleField<string> = phoneNumber({
	name: 'number',
	label: 'Number',
	apiName: 'number',
	description: 'A phone number of the account',
	list: { search: 'searchNumbers', prompt: 'Choose a number…' },
	manual: {
		name: 'number',
		label: 'By Number',
		placeholder: 'e.g. +1 207 406 3052',
		hint: 'With + and the country code, or as IDT Express writes it: 12074063052, 01144…',
		// n8n compares the whole value with it.
		regex: '.*\\d.*',
		errorMessage: 'Must be a phone number with + and the country code',
	},
});

export const trunkGroupId: SingleField<number> = numericId({
	name: 'trunkGroupId',
	label: 'Trunk Group',
	apiName: 'trunk_group_id',
	description: 'Where calls to the numbers are sent',
	list: { search: 'searchTrunkGroups', prompt: 'Choose a trunk group…' },
	manual: {
		name: 'id',
		label: 'By ID',
		placeholder: 'e.g. 268476',
		regex: '^\\s*\\d+\\s*$',
		errorMessage: 'Must be a trunk group ID (digits only)',
	},
});

const returnAll = toggle({
	name: 'returnAll',
	label: 'Return All',
	description: 'Whether to return all results or only up to a given limit',
});

const limit = wholeNumber({
	name: 'limit',
	label: 'Limit',
	least: 1,
	default: 50,
	description: 'Max number of results to return',
	displayOptions: { show: { returnAll: [false] } },
});

/** Return All and Limit: how many records at most, `undefined` for all. */
export const listLimit: Field<number | undefined> = group([returnAll, limit], (...place) =>
	returnAll.read(...place) ? undefined : limit.read(...place),
);

export const DEFAULT_CONCURRENCY = 5;

/** How many requests are under way at the same time; added to operations that only read. */
export const concurrency: Field<number> = mapField(
	collection(
		{ name: 'options', label: 'Options', placeholder: 'Add Option' },
		{
			atOnce: wholeNumber({
				name: 'concurrency',
				label: 'Requests at the Same Time',
				least: 1,
				most: 20,
				default: DEFAULT_CONCURRENCY,
				description:
					'How many items and pages are read in parallel, 1 to 20. All of them slow down when the API throttles.',
			}),
		},
	),
	({ atOnce = DEFAULT_CONCURRENCY }) => atOnce,
);
