import { apiRequest } from '../../api/request';
import { numberField } from '../../shared/fields';
import { readPhoneNumber } from '../../shared/input';
import type { ItemOperation } from '../../shared/operation';

/** @see reference: Delete CNAM */
export const deleteCnam: ItemOperation = {
	option: {
		name: 'Delete Caller ID (CNAM)',
		value: 'deleteCnam',
		action: 'Delete caller ID of a number',
		description: 'Ask for the caller ID name (CNAM) to be taken off a number; it takes a while',
	},
	effect: 'write',
	fields: [numberField()],
	async execute(context, itemIndex) {
		const number = readPhoneNumber(context, itemIndex);
		await apiRequest(context, {
			method: 'DELETE',
			path: ['numbers', number, 'cnam'],
			answers: 'nothing',
			itemIndex,
		});
		return { deleted: true, number };
	},
};
