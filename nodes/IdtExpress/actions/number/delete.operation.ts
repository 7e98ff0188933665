import { notice } from '../../shared/field';
import { ownNumber } from '../../shared/fields';
import { textAt } from '../../shared/json';
import { isRemoved } from '../../shared/numberRow';
import { toE164 } from '../../shared/phoneNumber';
import { itemOperation } from '../operation';
import { deleteOnce } from '../writeOnce';
import { checkOwnNumber, isNumber } from './ownNumber';

/** Number Not Found, Resource Not Found. */
const NOT_FOUND = [4001, 1003];

/** @see docs/api.md#delete-number */
export const deleteNumber = itemOperation({
	option: {
		name: 'Delete',
		value: 'delete',
		action: 'Delete number (cannot be undone)',
		description: 'Delete a phone number permanently: it is removed from the account',
	},
	effect: 'write',
	fields: {
		notice: notice(
			'deleteNotice',
			'This removes the number from your account. The API offers no way to get it back.',
		),
		number: ownNumber,
	},
	done: { verb: 'deleted', describe: ({ number }) => `number ${String(number)}` },
	async execute(session, { number }, itemIndex) {
		const answer = await deleteOnce(
			session,
			{
				method: 'DELETE',
				path: ['numbers', number],
				isValid: (body) => isNumber(body, number) && isRemoved(body),
				itemIndex,
			},
			NOT_FOUND,
			async () =>
				await checkOwnNumber(session, number, itemIndex, {
					isDone: (row) => !row || isRemoved(row),
					message: 'The number may have been deleted',
					howToCheck: `Run Number → Get to see whether ${number} is still active.`,
				}),
		);
		const status = textAt(answer, 'status') || 'removed';
		return { deleted: true, number, e164: toE164(number), status };
	},
});
