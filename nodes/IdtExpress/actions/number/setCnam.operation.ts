import type { IDataObject } from 'n8n-workflow';
import { choice, text } from '../../shared/field';
import { textAt, valueAt } from '../../shared/json';
import { toE164 } from '../../shared/phoneNumber';
import { isSameText, lookUpTimes } from '../lookUp';
import { itemOperation } from '../operation';
import { writeOnce } from '../writeOnce';
import { cnamNumber, findOwnNumber, howToCheckCnam } from './ownNumber';

/** @see docs/api.md#set-cnam */
export const setCnam = itemOperation({
	option: {
		name: 'Set Caller ID (CNAM)',
		value: 'setCnam',
		action: 'Set caller ID of number (costs money)',
		description:
			'Request a caller ID (CNAM) for a phone number: the name that called parties see. IDT Express charges cnam_update_fee for each change.',
	},
	effect: 'write',
	fields: {
		number: cnamNumber,
		name: text({
			name: 'cnamName',
			label: 'Caller ID Name',
			apiName: 'name',
			most: 15,
			placeholder: 'e.g. Jenny',
			hint: 'At most 15 characters',
			description:
				'The name that called parties see. IDT Express charges cnam_per_dip_fee for each lookup of it.',
		}),
		type: choice({
			name: 'cnamType',
			label: 'Caller ID Type',
			apiName: 'type',
			default: 'business',
			options: { business: { name: 'Business' }, residential: { name: 'Residential' } },
			description: 'How the number is typically used',
		}),
		display: choice({
			name: 'cnamDisplay',
			label: 'Caller ID Display',
			apiName: 'display',
			default: 'allow',
			options: {
				allow: { name: 'Allow', description: 'Called parties may see the name' },
				block: { name: 'Block', description: 'Called parties do not see the name' },
			},
			description: 'Whether called parties see the name',
		}),
	},
	done: {
		verb: 'requested',
		describe: (record) =>
			`the caller ID ${String(record.cnam_pending_name)} of ${String(record.number)}`,
	},
	async execute(session, { number, ...wanted }, itemIndex) {
		await writeOnce(
			session,
			{
				method: 'POST',
				path: ['numbers', number, 'cnam'],
				body: wanted,
				itemIndex,
			},
			{
				isShared: true,
				async find() {
					// Each change costs a fee: what is requested, or in force, is not requested again.
					const row = await lookUpTimes(
						session,
						async () => await findOwnNumber(session, number, itemIndex),
						(found) => isRequested(found, wanted),
					);
					if (row === undefined) {
						return { kind: 'unknown', reason: `${number} is not in the list of numbers` };
					}
					if (isRequested(row, wanted)) return { kind: 'found', body: {} };
					return valueAt(row, 'cnam', 'pending') === null
						? { kind: 'absent' }
						: { kind: 'unknown', reason: `${number} has a change that is pending` };
				},
				words: {
					mayHaveHappened: 'The caller ID may have been requested',
					didNotHappen: 'The caller ID was not requested',
					howToCheck: howToCheckCnam(number),
				},
			},
		);
		return {
			success: true,
			number,
			e164: toE164(number),
			cnam_pending: 'enable',
			cnam_pending_name: wanted.name,
		};
	},
});

/** Where a change is pending, it counts: the current setting is about to go. */
function isRequested(row: IDataObject | undefined, wanted: IDataObject): boolean {
	const setting = valueAt(row, 'cnam', 'pending') ?? valueAt(row, 'cnam', 'current');
	return Object.keys(wanted).every((key) => isSameText(textAt(setting, key), textAt(wanted, key)));
}
