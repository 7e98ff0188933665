import { apiRequest } from '../../api/request';
import { numberField } from '../../shared/fields';
import { readPhoneNumber } from '../../shared/input';
import { textAt } from '../../shared/json';
import type { ItemOperation } from '../../shared/operation';

/** @see reference: Delete Number */
export const deleteNumber: ItemOperation = {
	option: {
		name: 'Delete',
		value: 'delete',
		action: 'Delete a number',
		description: 'Remove a phone number from the account for good. This cannot be undone.',
	},
	effect: 'write',
	fields: [
		{
			displayName:
				'Calls to the number stop at once, and it may be sold to somebody else. This cannot be undone.',
			name: 'deleteNotice',
			type: 'notice',
			default: '',
		},
		numberField(),
	],
	async execute(context, itemIndex) {
		const number = readPhoneNumber(context, itemIndex);
		const answer = await apiRequest(context, {
			method: 'DELETE',
			path: ['numbers', number],
			itemIndex,
		});
		return { deleted: true, number, status: textAt(answer, 'status') || 'removed' };
	},
};
