import { inputError } from '../../shared/field';
import { ownNumber } from '../../shared/fields';
import { numberOutput } from '../../shared/output';
import { itemOperation } from '../operation';
import { findOwnNumber } from './ownNumber';

/** @see docs/api.md#get-numbers (the API has no look-up of one number) */
export const get = itemOperation({
	option: {
		name: 'Get',
		value: 'get',
		action: 'Get number',
		description: 'Retrieve a phone number of the account: status, trunk group, fees and caller ID',
	},
	effect: 'read',
	fields: { number: ownNumber, output: numberOutput },
	async execute(session, { number, output }, itemIndex) {
		const found = await findOwnNumber(session, number, itemIndex);
		if (found) return output(found);
		throw inputError(
			{ context: session.context, itemIndex },
			`Number ${number} is not on this account`,
			'Run Number → Get Many to see the numbers of the account. A removed number leaves the ' +
				'list after some time, and Sandbox and Live have separate numbers.',
		);
	},
});
