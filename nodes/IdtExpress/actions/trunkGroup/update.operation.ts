import type { IDataObject } from 'n8n-workflow';
import { apiError } from '../../api/errors';
import { apiRecord, trySend } from '../../api/request';
import type { ApiRequest } from '../../api/types';
import { collection, inputError } from '../../shared/field';
import { trunkGroupId } from '../../shared/fields';
import { recordAt, textAt, valueAt } from '../../shared/json';
import { itemOperation } from '../operation';
import { updateSettings } from './settings';

const changes = collection(
	{ name: 'updateFields', label: 'Update Fields', placeholder: 'Add Field' },
	updateSettings,
);

/**
 * What is not given is sent as it is now, for the API may give a field that is left out its default.
 * @see docs/api.md#update-trunk-group
 */
export const update = itemOperation({
	option: {
		name: 'Update',
		value: 'update',
		action: 'Update trunk group (reroutes calls)',
		description:
			'Update a trunk group. Its numbers use the new settings; fields that you do not add stay as they are.',
	},
	effect: 'write',
	fields: { id: trunkGroupId, changes },
	done: {
		verb: 'updated',
		describe: (group) => `trunk group ${textAt(group, 'id')}`,
	},
	async execute(session, input, itemIndex) {
		const { id } = input;
		const place = { context: session.context, itemIndex };
		if (Object.keys(input.changes).length === 0) {
			throw inputError(
				place,
				'There is nothing to update',
				"Add at least one field under 'Update Fields'.",
			);
		}
		const path = ['trunk_groups', id];
		const now = await apiRecord(session, { method: 'GET', path, itemIndex }, 'trunk_group', id);
		const body: IDataObject = { ...input.changes };
		for (const [name] of KEPT) body[name] ??= valueAt(now, name);
		const unknown = KEPT.filter(([name]) => body[name] === null);
		if (unknown.length > 0) {
			const labels = unknown.map(([, { label }]) => `'${label}'`).join(', ');
			throw inputError(
				place,
				`IDT Express does not say what ${labels} of this trunk group is now`,
				`The update could reset it, so nothing was changed. Add ${labels} under 'Update Fields', too.`,
			);
		}
		const request: ApiRequest = {
			method: 'PUT',
			path,
			body,
			isValid: (answer) => ['', String(id)].includes(textAt(answer, 'trunk_group', 'id')),
			itemIndex,
		};
		const result = await trySend(session, request);
		if (!result.ok) throw apiError(session, result);
		// A success may come without the record.
		return { ...now, ...body, ...recordAt(result.body, 'trunk_group') };
	},
});

/**
 * What an update may reset where it is left out. The default trunk group stays what it is: sent as it was
 * read, it could undo a change that the read did not show yet.
 */
const KEPT = Object.entries(updateSettings).filter(([name]) => name !== 'is_default');
