import type { IDataObject } from 'n8n-workflow';
import { readList } from '../../api/lists';
import { collection } from '../../shared/field';
import { listAt, recordAt, textAt } from '../../shared/json';
import { isSameText, lookUpTimes } from '../lookUp';
import { itemOperation } from '../operation';
import { writeOnce } from '../writeOnce';
import { createSettings, trunkGroupName } from './settings';

/** @see docs/api.md#create-trunk-group */
export const create = itemOperation({
	option: {
		name: 'Create',
		value: 'create',
		action: 'Create trunk group',
		description: 'Create a new trunk group: a name, and the SIP switches that calls are sent to',
	},
	effect: 'write',
	fields: {
		name: trunkGroupName,
		settings: collection(
			{
				name: 'additionalFields',
				label: 'Additional Fields',
				placeholder: 'Add Field',
				// So that a new node shows it.
				default: { switches: {} },
			},
			createSettings,
		),
	},
	done: {
		verb: 'created',
		describe: (group) => `trunk group ${textAt(group, 'id')} (${textAt(group, 'name')})`,
		hint(groups) {
			const names = groups
				.filter((group) => listAt(group, 'switches').length === 0)
				.map((group) => textAt(group, 'name'));
			if (names.length === 0) return undefined;
			return (
				`No switches: ${names.join(', ')}. Calls to numbers of such a trunk group have nowhere ` +
				'to go. Add switches with Trunk Group → Update.'
			);
		},
	},
	async execute(session, { name, settings }, itemIndex) {
		const readGroups = async () => await readList(session, 'trunk_groups', { itemIndex });
		const answer = await writeOnce(
			session,
			{
				method: 'POST',
				path: ['trunk_groups'],
				body: { name, ...settings },
				isValid: (body) => textAt(body, 'trunk_group', 'id') !== '',
				itemIndex,
			},
			{
				beforeSend: async () => ({
					before: { ids: (await readGroups()).map((group) => textAt(group, 'id')) },
				}),
				async find({ before }, others) {
					const known: unknown[] = Array.isArray(before.ids) ? before.ids : [];
					const claimed = others.map(({ body }) => textAt(body, 'trunk_group', 'id'));
					const isFresh = (group: IDataObject) =>
						![...known, ...claimed].includes(textAt(group, 'id'));
					const fresh = await lookUpTimes(
						session,
						async () => (await readGroups()).filter(isFresh),
						(groups) => groups.length > 0,
					);
					// Names are unique.
					const found = fresh.find((group) => isSameText(textAt(group, 'name'), name));
					if (found) return { kind: 'found', body: { trunk_group: found } };
					return fresh.length === 0
						? { kind: 'absent' }
						: { kind: 'unknown', reason: 'there is a new trunk group with another name' };
				},
				words: {
					mayHaveHappened: 'The trunk group may have been created',
					didNotHappen: 'The trunk group was not created',
					howToCheck: `Check with Trunk Group → Get Many whether there is one named ${name}.`,
				},
			},
		);
		return recordAt(answer, 'trunk_group');
	},
});
