import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { inputError, quote, wholeNumber, type Place, type SingleField } from '../../shared/field';
import { listAt, textAt } from '../../shared/json';

/** A SIP switch that calls are sent to. */
export interface Switch {
	/** IPv4 address. */
	ip: string;
	port: number;
}

const DEFAULT_PORT = 5060;

const port = wholeNumber({
	name: 'port',
	label: 'Port',
	least: 1024,
	most: 65535,
	default: DEFAULT_PORT,
	description: 'SIP port, 1024 to 65535',
});

const form: INodeProperties = {
	displayName: 'Switches',
	name: 'switches',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true, sortable: true, multipleValueButtonText: 'Add Switch' },
	placeholder: 'Add Switch',
	default: {},
	hint: 'Without a switch, calls have nowhere to go',
	description:
		'The SIP switches that calls are sent to. With a sequential ring type they are used in this order.',
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
					description: 'IPv4 address; no host name and no block such as /24',
				},
				...port.properties,
			],
		},
	],
};

/**
 * The switches of a trunk group. n8n gives nothing but the form's own list: any other value, such as an
 * expression for the whole, comes as an empty one.
 * @param whenEmpty what an empty list means: an update never removes all switches
 */
export function switchesField(whenEmpty: 'none' | 'refused'): SingleField<Switch[] | undefined> {
	return switchesOf(form, whenEmpty);
}

function switchesOf(
	property: INodeProperties,
	whenEmpty: 'none' | 'refused',
): SingleField<Switch[] | undefined> {
	const { name, displayName: label } = property;
	const parse = (value: unknown, place: Place) => {
		const entries = listAt(value, 'switch');
		if (entries.length > 0) {
			return entries.map((entry, index) => readSwitch(entry, index + 1, place));
		}
		if (whenEmpty === 'none') return undefined;
		throw inputError(
			place,
			`'${label}' is empty`,
			`Add at least one switch in the form. To leave the switches as they are, remove '${label}' from the fields.`,
		);
	};
	return {
		name,
		label,
		properties: [property],
		labels: { switches: label, ip: 'IP Address', port: 'Port' },
		parse,
		read: (context, itemIndex) =>
			parse(
				'getInputData' in context
					? context.getNodeParameter(name, itemIndex, {})
					: context.getNodeParameter(name, {}),
				{ context, itemIndex },
			),
		with: (overrides) => switchesOf({ ...property, ...overrides }, whenEmpty),
	};
}

function readSwitch(entry: IDataObject, position: number, place: Place): Switch {
	const ip = textAt(entry, 'ip').trim();
	if (!isIpv4(ip)) {
		const label = `'IP Address' of switch ${position}`;
		throw inputError(
			place,
			ip === '' ? `${label} is empty` : `${label} must be an IPv4 address, not ${kindOf(ip)}`,
			'IDT Express accepts only IPv4 addresses: four numbers from 0 to 255, such as ' +
				"203.0.113.10. Enter each address as a switch of its own, and its port in 'Port'.",
		);
	}
	const numbered = port.with({ displayName: `Port of switch ${position}` });
	return { ip, port: numbered.parse(entry.port, place) };
}

function isIpv4(text: string): boolean {
	const parts = text.split('.');
	return (
		parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && +part < 256)
	);
}

/** Names what people enter in place of an IPv4 address. */
function kindOf(ip: string): string {
	if (ip.includes('/')) return `a block of addresses: ${quote(ip)}`;
	if (/^[\d.]+:\d+$/.test(ip)) return `an address with a port: ${quote(ip)}`;
	if (ip.includes(':')) return `an IPv6 address: ${quote(ip)}`;
	return /[a-z]/i.test(ip) ? `a host name: ${quote(ip)}` : quote(ip);
}
