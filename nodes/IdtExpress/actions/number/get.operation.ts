import { readPagedList } from '../../api/lists';
import { numberField, simplifyField } from '../../shared/fields';
import { inputError, readPhoneNumber } from '../../shared/input';
import { textAt } from '../../shared/json';
import type { ItemOperation } from '../../shared/operation';
import { simplifyNumber } from '../../shared/simplify';

/**
 * The API has no look-up of one number: its filter matches parts, so the rows are compared.
 * @see reference: Get Numbers
 */
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
		const rows = await readPagedList(
			context,
			'numbers',
			{ query: { filter_by_number: number }, itemIndex },
			{ accept: (row) => textAt(row, 'number') === number },
		);
		// Removed and bought again, it has a row for each time: the active one counts, else the latest.
		const isActive = (row: object) => (textAt(row, 'status') === 'active' ? 1 : 0);
		const [found] = rows.sort(
			(a, b) =>
				isActive(b) - isActive(a) || textAt(b, 'added_at').localeCompare(textAt(a, 'added_at')),
		);
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
