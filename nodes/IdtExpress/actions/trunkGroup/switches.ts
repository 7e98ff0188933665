import { entryList, isBlank, mapField, quote, single, wholeNumber } from '../../shared/field';
import { plainText } from '../../shared/textsOf';

/** The SIP switches that calls are sent to. */

const ip = single(
	{
		name: 'ip',
		label: 'IP Address',
		apiName: 'ip',
		required: true,
		placeholder: 'e.g. 203.0.113.10',
		description: 'IPv4 address; no host name and no block such as /24',
	},
	{ type: 'string' },
	(value, { refuse, empty }) => {
		if (isBlank(value)) throw empty();
		const written = plainText(value) ?? '';
		if (isIpv4(written)) return written;
		throw refuse(
			`must be an IPv4 address, not ${kindOf(written)}${quote(value)}`,
			'IDT Express accepts only IPv4 addresses: four numbers from 0 to 255, such as ' +
				"203.0.113.10. Enter each address as a switch of its own, and its port in 'Port'.",
		);
	},
);

const port = wholeNumber({
	name: 'port',
	label: 'Port',
	apiName: 'port',
	least: 1024,
	most: 65535,
	default: 5060,
	description: 'SIP port, 1024 to 65535',
});

const switches = entryList(
	{
		name: 'switches',
		label: 'Switches',
		apiName: 'switches',
		typeOptions: { multipleValues: true, sortable: true, multipleValueButtonText: 'Add Switch' },
		placeholder: 'Add Switch',
		hint: 'Without a switch, calls have nowhere to go',
		description:
			'The SIP switches that calls are sent to. With a sequential ring type they are used in this order.',
		entry: { name: 'switch', label: 'Switch', noun: 'switch' },
	},
	{ ip, port },
);

/** For a new trunk group, which may have none. */
export const newSwitches = mapField(switches, (list) => (list.length > 0 ? list : undefined));

/** For an update, which never removes all of them. */
export const changedSwitches = mapField(switches, (list, { refuse }) => {
	if (list.length > 0) return list;
	throw refuse(
		'is empty',
		"Add at least one switch in the form. To leave the switches as they are, remove 'Switches' from the fields.",
	);
});

function isIpv4(text: string): boolean {
	const parts = text.split('.');
	return (
		parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && +part < 256)
	);
}

/** Names what people enter in place of an IPv4 address. */
function kindOf(written: string): string {
	if (/^[\d.]+\//.test(written)) return 'a block of addresses: ';
	if (/^[\d.]+:\d+$/.test(written)) return 'an address with a port: ';
	if (/^[\da-f]*:[\da-f:.]+$/i.test(written)) return 'an IPv6 address: ';
	return /[a-z]/i.test(written) ? 'a host name or a URI: ' : '';
}
