import type { IDataObject } from 'n8n-workflow';
import { readList } from '../../api/lists';
import type { RunSession } from '../../api/session';
import { inputError } from '../../shared/field';
import { ownNumber } from '../../shared/fields';
import { textAt } from '../../shared/json';
import { isRemoved } from '../../shared/numberRow';
import { toApiNumber } from '../../shared/phoneNumber';
import { timeAt } from '../../shared/time';
import { lookUpTimes } from '../lookUp';

/**
 * Finds a number of the account. The API's filter matches parts, so the rows are compared.
 * @param number in the API's form
 * @returns the row of it that counts, or `undefined` where there is none
 * @throws NodeApiError
 * @see docs/api.md#get-numbers
 */
export async function findOwnNumber(
	session: RunSession,
	number: string,
	itemIndex: number,
): Promise<IDataObject | undefined> {
	const rows = await readList(
		session,
		'numbers',
		{ query: { filter_by_number: number }, itemIndex },
		{ filter: (row) => isNumber(row, number) },
	);
	// Removed and bought again, it has a row for each time: the active one counts, else the latest.
	rows.sort((a, b) => timeAt(b, 'added_at') - timeAt(a, 'added_at'));
	return rows.find((row) => !isRemoved(row)) ?? rows[0];
}

/** Whether a row is of a number, however the list writes it. */
export function isNumber(row: IDataObject, number: string): boolean {
	const written = textAt(row, 'number');
	if (written === number) return true;
	const read = toApiNumber(written);
	return 'number' in read && read.number === number;
}

/** What is known of a number after a request for it that was not confirmed. */
interface Check {
	/** Whether the list shows that the request was carried out before. */
	isDone: (row: IDataObject | undefined) => boolean;
	/** Such as `The number may have been deleted`. */
	message: string;
	howToCheck: string;
}

/**
 * Checks that the list shows the effect of an earlier request whose answer was lost.
 * @throws NodeOperationError where the list says otherwise, NodeApiError
 */
export async function checkOwnNumber(
	session: RunSession,
	number: string,
	itemIndex: number,
	{ isDone, message, howToCheck }: Check,
): Promise<void> {
	const row = await lookUpTimes(
		session,
		async () => await findOwnNumber(session, number, itemIndex),
		isDone,
	);
	if (isDone(row)) return;
	throw inputError(
		{ context: session.context, itemIndex },
		message,
		'IDT Express did not confirm the request: its answer was empty, or it refused a repetition as ' +
			`if nothing were left to do. Its list of numbers does not show the change. ${howToCheck}`,
	);
}

/** The field Number of an operation on caller IDs. */
export const cnamNumber = ownNumber.with({
	description:
		'An active phone number with supports_cnam: true. The administrators of the account get an email for each request.',
});

/** What the error of a lost request for a caller ID advises. */
export function howToCheckCnam(number: string): string {
	return `Check cnam_name and cnam_pending of ${number} with Number → Get.`;
}
