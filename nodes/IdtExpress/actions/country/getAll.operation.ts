import { readLimit, readWholeList } from '../../api/lists';
import { returnAllFields } from '../../shared/fields';
import type { ItemOperation } from '../../shared/operation';

/** @see reference: Get Countries */
export const getAll: ItemOperation = {
	option: {
		name: 'Get Many',
		value: 'getAll',
		action: 'Get many countries',
		description: 'List the countries where phone numbers (DIDs) can be bought',
	},
	effect: 'read',
	fields: returnAllFields,
	async execute(context, itemIndex) {
		const limit = readLimit(context, itemIndex);
		const countries = await readWholeList(
			context,
			{ method: 'GET', path: ['coverage', 'countries'], itemIndex },
			'countries',
		);
		return countries.slice(0, limit);
	},
};
