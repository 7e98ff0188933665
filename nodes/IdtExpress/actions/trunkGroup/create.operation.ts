import { apiRecord } from '../../api/request';
import type { ItemOperation } from '../../shared/operation';
import { checkName, readSettings, settingsFields } from './settings';

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
		const path = ['trunk_groups'];
		return await apiRecord(context, { method: 'POST', path, body, itemIndex }, 'trunk_group');
	},
};
