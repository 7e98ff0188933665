import { numberField, simplifyField } from '../../shared/fields';
import { inputError, readPhoneNumber } from '../../shared/input';
import type { ItemOperation } from '../../shared/operation';
import { simplifyNumber } from '../../shared/simplify';
import { readOwnNumber } from './ownNumber';

/** @see reference: Get Numbers, for the API has no look-up of one number */
export const get: ItemOperation = {
	option: {
		name: 'Get',
		value: 'get',
		action: 'Get a number',
		description:
			'Get a phone number of the account: status, trunk group, fees and caller ID (CNAM)',
	},
	effect: 'read',
	fields: [numberField(), simplifyField],
	async execute(context, itemIndex) {
		const number = readPhoneNumber(context, itemIndex);
		const found = await readOwnNumber(context, number, itemIndex);
		if (!found) {
			throw inputError(
				context,
				itemIndex,
				`Number ${number} is not on this account`,
				'Run Number → Get Many to see the numbers of the account. A removed number leaves the list after some time, and Sandbox and Live have separate numbers.',
			);
		}
		return context.getNodeParameter('simplify', itemIndex, true) ? simplifyNumber(found) : found;
	},
};
