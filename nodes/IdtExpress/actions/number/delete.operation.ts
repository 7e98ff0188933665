import { writeOnce } from '../../api/writeOnce';
import { numberField } from '../../shared/fields';
import { readPhoneNumber } from '../../shared/input';
import { textAt } from '../../shared/json';
import type { ItemOperation } from '../../shared/operation';
import { readOwnNumber } from './ownNumber';

/** @see reference: Delete Number */
export const deleteNumber: ItemOperation = {
	option: {
		name: 'Delete',
		value: 'delete',
		// All that a model reads of the operation, where the node is its tool.
		action: 'Delete a number (cannot be undone)',
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
		const answer = await writeOnce(
			context,
			{ method: 'DELETE', path: ['numbers', number], itemIndex },
			{
				async find() {
					const row = await readOwnNumber(context, number, itemIndex);
					return textAt(row, 'status') === 'active'
						? { kind: 'nothing' }
						: { kind: 'happened', body: { number, status: 'removed' } };
				},
			},
			{
				mayHaveHappened: 'The number may have been removed',
				howToCheck: `Look with Number → Get whether ${number} is still active.`,
			},
		);
		return { deleted: true, number, status: textAt(answer, 'status') || 'removed' };
	},
};
