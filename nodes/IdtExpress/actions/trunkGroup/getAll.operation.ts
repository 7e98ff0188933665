import { readLimit, readPagedList } from '../../api/lists';
import { returnAllFields } from '../../shared/fields';
import type { ItemOperation } from '../../shared/operation';

/** @see reference: Get Trunk Groups */
export const getAll: ItemOperation = {
	option: {
		name: 'Get Many',
		value: 'getAll',
		action: 'Get many trunk groups',
		description: 'List the trunk groups of the account with their switches',
	},
	effect: 'read',
	fields: returnAllFields,
	async execute(context, itemIndex) {
		const limit = readLimit(context, itemIndex);
		return await readPagedList(context, 'trunk_groups', { itemIndex }, { limit });
	},
};
