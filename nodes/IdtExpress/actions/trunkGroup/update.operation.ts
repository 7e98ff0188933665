import { apiRecord } from '../../api/request';
import { writeOnce } from '../../api/writeOnce';
import { trunkGroupField } from '../../shared/fields';
import { inputError, readNumericId } from '../../shared/input';
import { recordAt, valueAt } from '../../shared/json';
import type { ItemOperation } from '../../shared/operation';
import { checkName, hasSettings, holdsTrunkGroup, readSettings, settingsFields } from './settings';

/**
 * The API replaces the whole trunk group: a field that is left out goes back to its default. So what
 * is not given is sent as it is now.
 * @see reference: Update Trunk Group
 */
export const update: ItemOperation = {
	option: {
		name: 'Update',
		value: 'update',
		action: 'Update a trunk group',
		description: 'Change a trunk group; what you do not give stays as it is',
	},
	effect: 'write',
	fields: [
		{
			displayName: 'Calls to the numbers of this trunk group follow the new settings at once.',
			name: 'updateNotice',
			type: 'notice',
			default: '',
		},
		trunkGroupField(),
		{
			displayName: 'Update Fields',
			name: 'updateFields',
			type: 'collection',
			placeholder: 'Add Field',
			default: {},
			options: [
				{
					displayName: 'Name',
					name: 'name',
					type: 'string',
					default: '',
					placeholder: 'e.g. Trunk Group #1',
					description: 'At most 50 characters; no other trunk group may have it',
				},
				...settingsFields,
			],
		},
	],
	async execute(context, itemIndex) {
		const id = readNumericId(context, 'trunkGroupId', 'Trunk Group', itemIndex);
		const given = context.getNodeParameter('updateFields', itemIndex, {});
		if (Object.keys(given).length === 0) {
			throw inputError(
				context,
				itemIndex,
				'There is nothing to update',
				'Add at least one field under Update Fields.',
			);
		}
		const changes = {
			...('name' in given && { name: checkName(context, given.name, itemIndex) }),
			...readSettings(context, given, itemIndex),
		};
		const path = ['trunk_groups', id];
		const now = await apiRecord(context, { method: 'GET', path, itemIndex }, 'trunk_group');
		const body = {
			name: valueAt(now, 'name'),
			ring_type: valueAt(now, 'ring_type'),
			pop: valueAt(now, 'pop'),
			is_default: valueAt(now, 'is_default'),
			switches: valueAt(now, 'switches'),
			...changes,
		};
		const answer = await writeOnce(
			context,
			{ method: 'PUT', path, body, accepts: holdsTrunkGroup, itemIndex },
			{
				async find() {
					const found = await apiRecord(context, { method: 'GET', path, itemIndex }, 'trunk_group');
					return hasSettings(found, body)
						? { kind: 'happened', body: { trunk_group: found } }
						: { kind: 'nothing' };
				},
			},
			{
				mayHaveHappened: 'The trunk group may have been changed',
				howToCheck: `Look at it with Trunk Group → Get (ID ${id}).`,
			},
		);
		return recordAt(answer, 'trunk_group');
	},
};
