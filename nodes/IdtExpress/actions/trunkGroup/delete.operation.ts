import { apiRequest } from '../../api/request';
import { trunkGroupField } from '../../shared/fields';
import { readNumericId } from '../../shared/input';
import type { ItemOperation } from '../../shared/operation';

/** @see reference: Delete Trunk Group */
export const deleteTrunkGroup: ItemOperation = {
	option: {
		name: 'Delete',
		value: 'delete',
		action: 'Delete a trunk group',
		description: 'Delete a trunk group; its numbers move to the default trunk group',
	},
	effect: 'write',
	fields: [
		{
			displayName:
				'Numbers of this trunk group move to the default one: their calls go to its switches at once.',
			name: 'deleteNotice',
			type: 'notice',
			default: '',
		},
		trunkGroupField(),
	],
	async execute(context, itemIndex) {
		const id = readNumericId(context, 'trunkGroupId', 'Trunk Group', itemIndex);
		await apiRequest(context, {
			method: 'DELETE',
			path: ['trunk_groups', id],
			answers: 'nothing',
			itemIndex,
		});
		return { deleted: true, id };
	},
};
