import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { readPagedList } from '../../api/lists';
import type { WriteWords } from '../../api/writeOnce';
import { textAt } from '../../shared/json';

/**
 * Looks a number of the account up. The API's filter matches parts, so the rows are compared.
 * @param number in the API's form
 * @returns the row of it that counts, or `undefined` where there is none
 * @throws NodeApiError
 * @see reference: Get Numbers
 */
export async function readOwnNumber(
	context: IExecuteFunctions,
	number: string,
	itemIndex: number,
): Promise<IDataObject | undefined> {
	const rows = await readPagedList(
		context,
		'numbers',
		{ query: { filter_by_number: number }, itemIndex },
		{ accept: (row) => textAt(row, 'number') === number },
	);
	// Removed and bought again, it has a row for each time: the active one counts, else the latest.
	const isActive = (row: IDataObject) => (textAt(row, 'status') === 'active' ? 1 : 0);
	return rows.sort(
		(a, b) =>
			isActive(b) - isActive(a) || textAt(b, 'added_at').localeCompare(textAt(a, 'added_at')),
	)[0];
}

export const cnamFeeNotice: INodeProperties = {
	displayName:
		'IDT Express charges a fee for each change. Number → Get, with Simplify off, shows it as cnam.update_fee.',
	name: 'cnamNotice',
	type: 'notice',
	default: '',
};

/** How errors speak of a caller ID request whose answer was lost. */
export function cnamWords(number: string): WriteWords {
	return {
		mayHaveHappened: 'The caller ID may have been changed',
		howToCheck: `Look with Number → Get at cnam_name and cnam_pending of ${number}.`,
	};
}
