import { readList } from '../../api/lists';
import { listLimit } from '../../shared/fields';
import { itemOperation } from '../operation';

/** @see docs/api.md#get-trunk-groups */
export const getAll = itemOperation({
	option: {
		name: 'Get Many',
		value: 'getAll',
		action: 'Get many trunk groups',
		description: 'Retrieve a list of trunk groups with their switches',
	},
	effect: 'read',
	fields: { limit: listLimit },
	async execute(session, { limit }, itemIndex) {
		return await readList(session, 'trunk_groups', { itemIndex }, { limit });
	},
});
