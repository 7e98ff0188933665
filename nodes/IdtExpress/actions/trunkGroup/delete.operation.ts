import { trySend } from '../../api/request';
import { writeOnce } from '../../api/writeOnce';
import { trunkGroupField } from '../../shared/fields';
import { readNumericId } from '../../shared/input';
import type { ItemOperation } from '../../shared/operation';

const TRUNK_GROUP_NOT_FOUND = 4005;

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
				'Its numbers move to the default trunk group, and calls to them go there at once.',
			name: 'deleteNotice',
			type: 'notice',
			default: '',
		},
		trunkGroupField(),
	],
	async execute(context, itemIndex) {
		const id = readNumericId(context, 'trunkGroupId', 'Trunk Group', itemIndex);
		const path = ['trunk_groups', id];
		await writeOnce(
			context,
			{ method: 'DELETE', path, answers: 'nothing', itemIndex },
			{
				async find() {
					const look = await trySend(context, { method: 'GET', path, itemIndex });
					if (look.ok) return { kind: 'nothing' };
					const isGone = look.failure.errors.some(({ code }) => code === TRUNK_GROUP_NOT_FOUND);
					return isGone
						? { kind: 'happened', body: {} }
						: { kind: 'unknown', reason: 'it could not be looked up' };
				},
			},
			{
				mayHaveHappened: 'The trunk group may have been deleted',
				howToCheck: `Look with Trunk Group → Get whether ${id} is still there.`,
			},
		);
		return { deleted: true, id };
	},
};
