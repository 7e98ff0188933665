import { readList } from '../../api/lists';
import { country, listLimit } from '../../shared/fields';
import { itemOperation } from '../operation';

/** @see docs/api.md#get-regions */
export const getAll = itemOperation({
	option: {
		name: 'Get Many',
		value: 'getAll',
		action: 'Get many regions',
		description:
			'Retrieve a list of regions (states, provinces) of a country. Only the USA and Canada have regions.',
	},
	effect: 'read',
	fields: { country, limit: listLimit },
	async execute(session, { country: countryIso, limit }, itemIndex) {
		const path = [countryIso, 'regions'];
		return await readList(session, 'regions', { path, itemIndex }, { limit });
	},
});
