import { apiRecord } from '../../api/request';
import { trunkGroupId } from '../../shared/fields';
import { itemOperation } from '../operation';

/** @see docs/api.md#get-trunk-group */
export const get = itemOperation({
	option: {
		name: 'Get',
		value: 'get',
		action: 'Get trunk group',
		description: 'Retrieve a trunk group with its switches (IP addresses and ports)',
	},
	effect: 'read',
	fields: { id: trunkGroupId },
	async execute(session, { id }, itemIndex) {
		const path = ['trunk_groups', id];
		return await apiRecord(session, { method: 'GET', path, itemIndex }, 'trunk_group', id);
	},
});
