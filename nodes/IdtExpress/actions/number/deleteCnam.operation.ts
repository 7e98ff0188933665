import { textAt, valueAt } from '../../shared/json';
import { toE164 } from '../../shared/phoneNumber';
import { itemOperation } from '../operation';
import { deleteOnce } from '../writeOnce';
import { checkOwnNumber, cnamNumber, howToCheckCnam } from './ownNumber';

const NO_CNAM_SETTING = 4008;

/** @see docs/api.md#delete-cnam */
export const deleteCnam = itemOperation({
	option: {
		name: 'Delete Caller ID (CNAM)',
		value: 'deleteCnam',
		action: 'Delete caller ID of number (costs money)',
		description:
			'Request the deletion of the caller ID (CNAM) of a phone number. IDT Express charges cnam_update_fee for each change.',
	},
	effect: 'write',
	fields: { number: cnamNumber },
	done: { verb: 'deleted', describe: ({ number }) => `the caller ID of ${String(number)}` },
	async execute(session, { number }, itemIndex) {
		const path = ['numbers', number, 'cnam'];
		await deleteOnce(
			session,
			{ method: 'DELETE', path, itemIndex },
			[NO_CNAM_SETTING],
			async () =>
				await checkOwnNumber(session, number, itemIndex, {
					isDone: (row) =>
						textAt(row, 'cnam', 'pending', 'action').toLowerCase() === 'disable' ||
						(row !== undefined &&
							valueAt(row, 'cnam', 'current') === null &&
							valueAt(row, 'cnam', 'pending') === null),
					message: 'The deletion of the caller ID may have been requested',
					howToCheck: howToCheckCnam(number),
				}),
		);
		return { deleted: true, number, e164: toE164(number), cnam_pending: 'disable' };
	},
});
