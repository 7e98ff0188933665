import type { INodeProperties } from 'n8n-workflow';
import { inputError, quote, wholeNumber, type Place, type SingleField } from '../../shared/field';
import { isRecord } from '../../shared/json';

/** A SIP switch that calls are sent to. */
export interface Switch {
	/** IPv4 address. */
	ip: string;
	port: number;
}

const port = wholeNumber({
	name: 'port',
	label: 'Port',
	least: 1024,
	most: 65535,
	default: 5060,
	description: 'SIP port, 1024 to 65535',
});

const form: INodeProperties = {
	displayName: 'Switches',
	name: 'switches',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true, sortable: true, multipleValueButtonText: 'Add Switch' },
	placeholder: 'Add Switch',
	default: {},
	description:
		'The SIP switches that calls are sent to. With a sequential ring type they are used in this order. An expression may give them as an array of {ip, port}.',
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
 * The switches of a trunk group. They are given in the form, as the API writes them (`[{ip, port}]`), as
 * text (`203.0.113.10, 203.0.113.11:5070`), or as JSON text.
 * @param whenEmpty what it means that there are none: in an update, nobody means it
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
		const entries = entriesOf(value);
		if (entries === null) {
			throw inputError(
				place,
				`'${label}' must be a list of switches, not ${quote(value)}`,
				`Add switches in the form, or give an array such as [{"ip": "203.0.113.10", "port": 5060}].`,
			);
		}
		if (entries.length > 0) {
			return entries.map((entry, index) => readSwitch(entry, index + 1, place));
		}
		if (whenEmpty === 'none') return undefined;
		throw inputError(
			place,
			`'${label}' is empty`,
			`Add at least one switch. To leave the switches as they are, remove '${label}' from the fields.`,
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

/** The single switches of a value, or `null` where it is no list of them. */
function entriesOf(value: unknown): unknown[] | null {
	if (value === undefined || value === null || value === '') return [];
	if (Array.isArray(value)) return value;
	if (typeof value === 'string') {
		if (!/^\s*[[{]/.test(value)) return value.split(/[,;\s]+/).filter((entry) => entry !== '');
		try {
			const parsed: unknown = JSON.parse(value);
			return entriesOf(parsed);
		} catch {
			return null;
		}
	}
	if (!isRecord(value)) return null;
	if ('ip' in value) return [value];
	// The form's own list, a trunk group of another node, or nothing at all.
	if (Object.keys(value).length === 0) return [];
	const inner: unknown = value.switch ?? value.switches;
	return inner === undefined ? null : entriesOf(inner);
}

function readSwitch(entry: unknown, position: number, place: Place): Switch {
	const [writtenIp, writtenPort] =
		typeof entry === 'string'
			? (/^([^:]*):(\d+)$/.exec(entry)?.slice(1) ?? [entry])
			: isRecord(entry)
				? [entry.ip, entry.port]
				: [entry];
	const ip = typeof writtenIp === 'string' ? writtenIp.trim() : writtenIp;
	const label = `'IP Address' of switch ${position}`;
	if (typeof ip !== 'string' || !isIpv4(ip)) {
		throw inputError(
			place,
			ip === undefined || ip === null || ip === ''
				? `${label} is empty`
				: `${label} must be an IPv4 address, not ${kindOf(ip)}${quote(ip)}`,
			"IDT Express accepts only IPv4 addresses: four numbers from 0 to 255, such as 203.0.113.10. Enter each address as a switch of its own, and its port in 'Port'.",
		);
	}
	const given = writtenPort === null || writtenPort === '' ? undefined : writtenPort;
	return {
		ip,
		port: port.with({ displayName: `Port of switch ${position}` }).parse(given ?? 5060, place),
	};
}

function isIpv4(text: string): boolean {
	const parts = text.split('.');
	return (
		parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && +part < 256)
	);
}

/** Names what people enter in place of an IPv4 address. */
function kindOf(ip: unknown): string {
	if (typeof ip !== 'string') return '';
	if (ip.includes('/')) return 'a block of addresses: ';
	if (/^[\d.]+:\d+$/.test(ip)) return 'an address with a port: ';
	if (ip.includes(':')) return 'an IPv6 address: ';
	return /[a-z]/i.test(ip) ? 'a host name: ' : '';
}
