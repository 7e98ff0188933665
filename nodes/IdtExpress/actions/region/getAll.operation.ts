import { readLimit, readWholeList } from '../../api/lists';
import { countryField, returnAllFields } from '../../shared/fields';
import type { ItemOperation } from '../../shared/operation';
import { readCountry } from '../coverage';

/** @see reference: Get Regions */
export const getAll: ItemOperation = {
	option: {
		name: 'Get Many',
		value: 'getAll',
		action: 'Get many regions',
		description: 'List the regions (states, provinces) of a country that has them',
	},
	effect: 'read',
	fields: [countryField(), ...returnAllFields],
	async execute(context, itemIndex) {
		const countryIso = readCountry(context, itemIndex);
		const limit = readLimit(context, itemIndex);
		const regions = await readWholeList(
			context,
			{ method: 'GET', path: ['coverage', 'countries', countryIso, 'regions'], itemIndex },
			'regions',
		);
		return regions.slice(0, limit);
	},
};
