import { writeOnce } from '../../api/writeOnce';
import { numberField } from '../../shared/fields';
import { readPhoneNumber } from '../../shared/input';
import { textAt, valueAt } from '../../shared/json';
import type { ItemOperation } from '../../shared/operation';
import { cnamFeeNotice, cnamWords, readOwnNumber } from './ownNumber';

/** @see reference: Delete CNAM */
export const deleteCnam: ItemOperation = {
	option: {
		name: 'Delete Caller ID (CNAM)',
		value: 'deleteCnam',
		action: 'Delete caller ID of a number',
		description: 'Ask for the caller ID name (CNAM) to be taken off a number; it takes a while',
	},
	effect: 'write',
	fields: [cnamFeeNotice, numberField()],
	async execute(context, itemIndex) {
		const number = readPhoneNumber(context, itemIndex);
		await writeOnce(
			context,
			{ method: 'DELETE', path: ['numbers', number, 'cnam'], answers: 'nothing', itemIndex },
			{
				async find() {
					const row = await readOwnNumber(context, number, itemIndex);
					const isGone = valueAt(row, 'cnam', 'current') === null;
					return isGone || textAt(row, 'cnam', 'pending', 'action') === 'disable'
						? { kind: 'happened', body: {} }
						: { kind: 'nothing' };
				},
			},
			cnamWords(number),
		);
		return { deleted: true, number };
	},
};
