import { readPagedList } from '../../api/lists';
import { writeOnce } from '../../api/writeOnce';
import { recordAt, textAt } from '../../shared/json';
import type { ItemOperation } from '../../shared/operation';
import { checkName, hasSettings, holdsTrunkGroup, readSettings, settingsFields } from './settings';

/** @see reference: Create Trunk Group */
export const create: ItemOperation = {
	option: {
		name: 'Create',
		value: 'create',
		action: 'Create a trunk group',
		description: 'Create a SIP trunk group: a name and the switches that calls are sent to',
	},
	effect: 'write',
	fields: [
		{
			displayName: 'Name',
			name: 'name',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. Trunk Group #1',
			description: 'At most 50 characters; no other trunk group may have it',
		},
		{
			displayName: 'Additional Fields',
			name: 'additionalFields',
			type: 'collection',
			placeholder: 'Add Field',
			default: {},
			options: settingsFields,
		},
	],
	async execute(context, itemIndex) {
		const name = context.getNodeParameter('name', itemIndex, '');
		const additionalFields = context.getNodeParameter('additionalFields', itemIndex, {});
		const body = {
			name: checkName(context, name, itemIndex),
			...readSettings(context, additionalFields, itemIndex),
		};
		const namesakes = async () =>
			(await readPagedList(context, 'trunk_groups', { itemIndex })).filter(
				(group) => textAt(group, 'name') === body.name,
			);
		const answer = await writeOnce(
			context,
			{ method: 'POST', path: ['trunk_groups'], body, accepts: holdsTrunkGroup, itemIndex },
			{
				prepare: async () => ({ ids: (await namesakes()).map(({ id }) => id) }),
				async find({ before }) {
					const old: unknown[] = Array.isArray(before.ids) ? before.ids : [];
					const found = (await namesakes()).find(({ id }) => !old.includes(id));
					if (!found) return { kind: 'nothing' };
					return hasSettings(found, body)
						? { kind: 'happened', body: { trunk_group: found } }
						: { kind: 'unknown', reason: 'there is one of that name with other settings' };
				},
			},
			{
				mayHaveHappened: 'The trunk group may have been created',
				howToCheck: `Look with Trunk Group → Get Many for the name ${body.name}.`,
			},
		);
		return recordAt(answer, 'trunk_group');
	},
};
