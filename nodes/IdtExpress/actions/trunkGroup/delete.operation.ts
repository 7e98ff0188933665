import { trunkGroupId } from '../../shared/fields';
import { itemOperation } from '../operation';
import { deleteOnce } from '../writeOnce';

/** Trunk Group Not Found, Resource Not Found. */
const NOT_FOUND = [4005, 1003];

/** @see docs/api.md#delete-trunk-group */
export const deleteTrunkGroup = itemOperation({
	option: {
		name: 'Delete',
		value: 'delete',
		action: 'Delete trunk group (reroutes calls)',
		description:
			'Delete a trunk group permanently. Its numbers go to the default trunk group, which cannot be deleted.',
	},
	effect: 'write',
	fields: { id: trunkGroupId },
	done: { verb: 'deleted', describe: ({ id }) => `trunk group ${String(id)}` },
	async execute(session, { id }, itemIndex) {
		const path = ['trunk_groups', id];
		await deleteOnce(session, { method: 'DELETE', path, itemIndex }, NOT_FOUND);
		return { deleted: true, id };
	},
});
