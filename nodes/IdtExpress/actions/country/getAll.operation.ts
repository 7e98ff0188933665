import { readList } from '../../api/lists';
import { listLimit } from '../../shared/fields';
import { itemOperation } from '../operation';

/** @see docs/api.md#get-countries */
export const getAll = itemOperation({
	option: {
		name: 'Get Many',
		value: 'getAll',
		action: 'Get many countries',
		description: 'Retrieve a list of countries where phone numbers (DIDs) can be ordered',
	},
	effect: 'read',
	fields: { limit: listLimit },
	async execute(session, { limit }, itemIndex) {
		return await readList(session, 'countries', { itemIndex }, { limit });
	},
});
