import { apiRequest } from '../../api/request';
import { numberField } from '../../shared/fields';
import { checkLength, readPhoneNumber } from '../../shared/input';
import type { ItemOperation } from '../../shared/operation';

/** The API's limit for a caller ID name. */
const CNAM_LENGTH = 15;

/** @see reference: Set CNAM */
export const setCnam: ItemOperation = {
	option: {
		name: 'Set Caller ID (CNAM)',
		value: 'setCnam',
		action: 'Set caller ID of a number',
		description:
			'Ask for the name (CNAM) that people see when the number calls; it takes a while, and the carrier may charge a fee',
	},
	effect: 'write',
	fields: [
		numberField(),
		{
			displayName: 'Caller ID Name',
			name: 'cnamName',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. Jenny',
			description: 'The name that people see when the number calls, at most 15 characters',
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
		await apiRequest(context, {
			method: 'POST',
			path: ['numbers', number, 'cnam'],
			body: {
				name: checkLength(context, cnamName, 'Caller ID Name', CNAM_LENGTH, itemIndex),
				type: context.getNodeParameter('cnamType', itemIndex, 'business'),
				display: context.getNodeParameter('cnamDisplay', itemIndex, 'allow'),
			},
			answers: 'nothing',
			itemIndex,
		});
		return { success: true, number };
	},
};
