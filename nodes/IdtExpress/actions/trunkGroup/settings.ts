import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { checkLength, checkWhole, inputError, quote } from '../../shared/input';
import { isRecord, listAt, textAt, valueAt } from '../../shared/json';

/** The settings that Create and Update have in common. */

const NAME_LENGTH = 50;
const DEFAULT_SIP_PORT = 5060;
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;

export const settingsFields: INodeProperties[] = [
	{
		displayName: 'Default Trunk Group',
		name: 'isDefault',
		type: 'boolean',
		default: false,
		description:
			'Whether numbers without a trunk group of their own use this one. To change the default, turn this on for another trunk group: turning it off does nothing.',
	},
	{
		displayName: 'Point of Presence',
		name: 'pop',
		type: 'options',
		default: 'US',
		options: [
			{ name: 'Hong Kong', value: 'HK' },
			{ name: 'United Kingdom', value: 'UK' },
			{ name: 'United States', value: 'US' },
		],
		description: 'Where call media is handed over. Choose the one nearest to your switch.',
	},
	{
		displayName: 'Ring Type',
		name: 'ringType',
		type: 'options',
		default: 'simultaneous',
		options: [
			{ name: 'Sequential', value: 'sequential', description: 'One switch after the other' },
			{ name: 'Simultaneous', value: 'simultaneous', description: 'All switches at once' },
		],
		description: 'How calls are offered to the switches',
	},
	{
		displayName: 'Switches',
		name: 'switches',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true, sortable: true },
		placeholder: 'Add Switch',
		default: {},
		description: 'The SIP switches that calls go to, in the order of a sequential ring type',
		options: [
			{
				displayName: 'Switch',
				name: 'switch',
				values: [
					{
						displayName: 'IP Address',
						name: 'ip',
						type: 'string',
						default: '',
						required: true,
						placeholder: 'e.g. 203.0.113.10',
						description: 'IPv4 address, without a block size such as /24',
					},
					{
						displayName: 'Port',
						name: 'port',
						type: 'number',
						typeOptions: { minValue: 1024, maxValue: 65535, numberPrecision: 0 },
						default: DEFAULT_SIP_PORT,
						description: 'SIP port, 1024 to 65535',
					},
				],
			},
		],
	},
];

/**
 * Reads a trunk group's name.
 * @throws NodeOperationError
 */
export function checkName(context: IExecuteFunctions, name: unknown, itemIndex: number): string {
	return checkLength(context, name, 'Name', NAME_LENGTH, itemIndex);
}

/**
 * Reads the settings that were given, in the API's names; one that was not given is left out.
 * @param given the values of a collection with `settingsFields`
 * @throws NodeOperationError
 * @see reference: Create Trunk Group
 */
export function readSettings(
	context: IExecuteFunctions,
	given: IDataObject,
	itemIndex: number,
): IDataObject {
	return {
		...('ringType' in given && { ring_type: given.ringType }),
		...('pop' in given && { pop: given.pop }),
		...('isDefault' in given && { is_default: given.isDefault }),
		...('switches' in given && {
			switches: listAt(given.switches, 'switch').map((entry, index) =>
				readSwitch(context, entry, index + 1, itemIndex),
			),
		}),
	};
}

/** Whether a trunk group has the settings that were asked for. */
export function hasSettings(group: IDataObject, settings: IDataObject): boolean {
	return Object.entries(settings).every(
		([name, value]) =>
			JSON.stringify(group[name]) === JSON.stringify(value) ||
			// The API ignores it: the default trunk group stays the default.
			(name === 'is_default' && value === false),
	);
}

/** Whether an answer is that of Create, Get and Update Trunk Group. */
export function holdsTrunkGroup(answer: IDataObject): boolean {
	return isRecord(answer.trunk_group);
}

function readSwitch(
	context: IExecuteFunctions,
	entry: IDataObject,
	position: number,
	itemIndex: number,
): IDataObject {
	const ip = textAt(entry, 'ip').trim();
	if (!IPV4.test(ip)) {
		throw inputError(
			context,
			itemIndex,
			`IP Address of switch ${position} must be an IPv4 address, not ${quote(ip)}`,
			'Enter four numbers from 0 to 255 with points between them, such as 203.0.113.10, without a block size such as /24.',
		);
	}
	const port = valueAt(entry, 'port') ?? DEFAULT_SIP_PORT;
	const label = `Port of switch ${position}`;
	return { ip, port: checkWhole(context, port, label, [1024, 65535], itemIndex) };
}
