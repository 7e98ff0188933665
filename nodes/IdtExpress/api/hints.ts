import type { ApiFailure } from './types';

const CHECK_ADDRESS = "Check the environment and the 'Base URL' in the credential.";

/**
 * What a person can do about each documented code.
 * @see docs/api.md#error-codes
 */
export const CODE_HINTS: Record<number, string> = {
	1000: 'Check the values of this operation.',
	1001: 'Fill in the value that is missing.',
	1002: 'Correct the value of the field that is named.',
	1003: 'Check that the ID is right and belongs to the environment of the credential: Sandbox and Live have separate data.',
	2000:
		'Check the API key and the API secret in the credential: each environment has its own ' +
		'secret. If both are right, ask your IDT Express account manager whether the account has ' +
		'access to the API.',
	2001: 'The request quota of the account is used up, so trying again does not help. Ask your IDT Express account manager.',
	2002:
		'The account sends too many requests. Wait a moment, then run it again, with fewer ' +
		'workflows at the same time. If it happens often, ask your IDT Express account manager.',
	3000: 'The account may not buy numbers any more. Ask your IDT Express account manager.',
	3001: 'Add funds to the account or order fewer numbers.',
	4000: "Turn off 'Toll-Free', or choose a country that has supports_toll_free: true in Country → Get Many.",
	4001: 'Check that the number is active on this account, with Number → Get Many.',
	4002: "Choose a region from the list, or leave 'Region' empty in a country without regions.",
	4003: 'Choose a country from the list, or run Country → Get Many.',
	4004: 'This DID group is not offered. Choose one from the list, or run DID Group → Get Many again.',
	4005: 'Check the trunk group ID with Trunk Group → Get Many: Sandbox and Live have separate trunk groups.',
	4006: 'The default trunk group cannot be deleted. Make another one the default first, with Trunk Group → Update.',
	4007:
		'Run Number → Get with Output set to Raw: supports_cnam must be true, and cnam.pending ' +
		'empty. If a change is pending, wait until it is done.',
	4008: 'Run Number → Get: cnam_name must be set, and cnam_pending empty. If a change is pending, wait until it is done.',
};

/**
 * What is wrong, up to the first full stop, and what to do, where the API does not say it itself. By network
 * code, kind of failure, or HTTP status of a refusal; `|` stands between several.
 */
const HINTS = {
	quota: `Quota Exceeded. ${CODE_HINTS[2001]}`,
	throttled: `Too many requests. ${CODE_HINTS[2002]}`,
	redirect: `IDT Express answered with a redirect. It was not followed: that would send your API secret to another address. ${CHECK_ADDRESS}`,
	server:
		'IDT Express could not answer. The fault is on the side of the service or a gateway in front of it. ' +
		'Try again in a few minutes. If it goes on, tell IDT Express support the api_request_id or the time.',
	tooLarge: `The answer of IDT Express is too large. It was not read. ${CHECK_ADDRESS}`,
	unreadable: `The answer of IDT Express could not be read. It is cut off, empty, or not what this endpoint documents. ${CHECK_ADDRESS} If they are right, try again later.`,
	network:
		'The connection to IDT Express was lost. Try again in a moment. If it goes on, check the network, ' +
		'and any proxy between this n8n and IDT Express.',
	'401|403': `Access Denied. ${CODE_HINTS[2000]} A proxy or firewall on the way may also have refused the request.`,
	'404|405': `Not found. Nothing answers at this address. ${CHECK_ADDRESS} Check that the ID is right.`,
	'407':
		'A proxy requires authentication. The request went to a proxy, which refused it. Check the proxy ' +
		'settings of n8n (HTTPS_PROXY, HTTP_PROXY), with user name and password.',
	'413|414':
		'The request is too large. Split it into smaller parts: fewer numbers, SKUs or characters at a time.',
	BLOCKED: `n8n blocked the request to IDT Express. ${CHECK_ADDRESS}`,
	'ENOTFOUND|EAI_AGAIN':
		"The host name of IDT Express could not be found. Check the 'Base URL' in the credential for a typo, " +
		'and that this n8n can reach the internet (DNS).',
	ECONNREFUSED: `IDT Express refused the connection. Nothing listens at that address. ${CHECK_ADDRESS} Check any firewall or proxy; otherwise the service is down: try again later.`,
	'EHOSTUNREACH|ENETUNREACH':
		'IDT Express could not be reached. Check the network, and any firewall or proxy between this n8n and IDT Express.',
	'ECONNABORTED|ETIMEDOUT':
		'IDT Express did not answer in time. Try again later. If it goes on, check the network between this n8n and IDT Express.',
	EPROTO: `No secure connection to IDT Express could be made. The address begins with https://, but what answers there does not speak TLS. ${CHECK_ADDRESS}`,
	certificate:
		`The certificate of IDT Express is not trusted. Nothing was sent. ${CHECK_ADDRESS} If a proxy or a server of your own uses this ` +
		'certificate, have n8n trust its issuer with the environment variable NODE_EXTRA_CA_CERTS.',
	otherwise: `IDT Express refused the request. ${CODE_HINTS[1000]} ${CHECK_ADDRESS}`,
};

/** What is wrong, where the API does not say it, and what to do: about each code, or else about what is wrong. */
export function hintFor(failure: ApiFailure): { title: string; advice: string } {
	const { kind, cause, isTransient, errors } = failure;
	// What keeps a connection from being made, and is none of the others.
	const general = kind === 'network' && !isTransient ? 'certificate' : kind;
	const about = (name: string) =>
		Object.entries(HINTS).find(([names]) => names.split('|').includes(name))?.[1];
	const hint = about(cause) ?? about(general) ?? HINTS.otherwise;
	const [title] = hint.split('. ', 1);
	const ofCodes = new Set(errors.map(({ code }) => CODE_HINTS[code ?? 0]).filter(Boolean));
	return { title, advice: [...ofCodes].join(' ') || hint.slice(title.length + 2) };
}
