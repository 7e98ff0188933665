import { apiRecord } from '../../api/request';
import { trunkGroupField } from '../../shared/fields';
import { readNumericId } from '../../shared/input';
import type { ItemOperation } from '../../shared/operation';

/** @see reference: Get Trunk Group */
export const get: ItemOperation = {
	option: {
		name: 'Get',
		value: 'get',
		action: 'Get a trunk group',
		description: 'Get a trunk group with its switches (IP addresses and ports)',
	},
	effect: 'read',
	fields: [trunkGroupField()],
	async execute(context, itemIndex) {
		const id = readNumericId(context, 'trunkGroupId', 'Trunk Group', itemIndex);
		const path = ['trunk_groups', id];
		return await apiRecord(context, { method: 'GET', path, itemIndex }, 'trunk_group');
	},
};
