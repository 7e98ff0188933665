import type { IDataObject } from 'n8n-workflow';
import { writeOnce } from '../../api/writeOnce';
import { numberField } from '../../shared/fields';
import { checkLength, readPhoneNumber } from '../../shared/input';
import { recordAt } from '../../shared/json';
import type { ItemOperation } from '../../shared/operation';
import { cnamFeeNotice, cnamWords, readOwnNumber } from './ownNumber';

/** The API's limit for a caller ID name. */
const CNAM_LENGTH = 15;

/** @see reference: Set CNAM */
export const setCnam: ItemOperation = {
	option: {
		name: 'Set Caller ID (CNAM)',
		value: 'setCnam',
		action: 'Set caller ID of a number',
		description:
			'Ask for the name (CNAM) that people see when the number calls; it takes a while, and costs a fee',
	},
	effect: 'write',
	fields: [
		cnamFeeNotice,
		numberField(),
		{
			displayName: 'Caller ID Name',
			name: 'cnamName',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. Jenny',
			hint: 'At most 15 characters',
			description: 'The name that people see when the number calls',
		},
		{
			displayName: 'Caller ID Type',
			name: 'cnamType',
			type: 'options',
			default: 'business',
			options: [
				{ name: 'Business', value: 'business' },
				{ name: 'Residential', value: 'residential' },
			],
			description: 'How the number is used',
		},
		{
			displayName: 'Caller ID Display',
			name: 'cnamDisplay',
			type: 'options',
			default: 'allow',
			options: [
				{ name: 'Allow', value: 'allow', description: 'Show the name to people who are called' },
				{ name: 'Block', value: 'block', description: 'Do not show the name' },
			],
			description: 'Whether people who are called see the name',
		},
	],
	async execute(context, itemIndex) {
		const number = readPhoneNumber(context, itemIndex);
		const cnamName = context.getNodeParameter('cnamName', itemIndex, '');
		const wanted = {
			name: checkLength(context, cnamName, 'Caller ID Name', CNAM_LENGTH, itemIndex),
			type: context.getNodeParameter('cnamType', itemIndex, 'business'),
			display: context.getNodeParameter('cnamDisplay', itemIndex, 'allow'),
		};
		await writeOnce(
			context,
			{
				method: 'POST',
				path: ['numbers', number, 'cnam'],
				body: wanted,
				answers: 'nothing',
				itemIndex,
			},
			{
				async find() {
					const cnam = recordAt(await readOwnNumber(context, number, itemIndex), 'cnam');
					const isWanted = (setting: IDataObject) =>
						Object.entries(wanted).every(([name, value]) => setting[name] === value);
					// Each change costs a fee: one that is on its way, or done, is not asked for again.
					return isWanted(recordAt(cnam, 'pending')) || isWanted(recordAt(cnam, 'current'))
						? { kind: 'happened', body: {} }
						: { kind: 'nothing' };
				},
			},
			cnamWords(number),
		);
		return { success: true, number };
	},
};
