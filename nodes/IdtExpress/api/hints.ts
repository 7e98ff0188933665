import type { ApiFailure } from './types';

/** What a person can do about each documented code (reference: list of common error codes). */
const CODE_HINTS: Record<number, string> = {
	1000: 'Check the values of this operation, then run it again.',
	1001: 'Fill in the missing value, then run it again.',
	1002: 'Correct the value, then run it again.',
	1003: 'Check that the ID is right and belongs to the environment of the credential: Sandbox and Live have separate data.',
	2000: 'Check the API key and the API secret in the credential (each environment has its own secret). If both are right, ask your IDT Express account manager whether API access is active.',
	2001: 'The request allotment of the account is used up, so trying again does not help. Ask your IDT Express account manager for a higher quota.',
	2002: 'The account sends too many requests. Wait a moment, then run it again, with fewer workflows at the same time.',
	3000: 'The account may not buy numbers. Ask your IDT Express account manager to enable the DIDs feature.',
	3001: 'Add funds in the IDT Express Portal or order fewer numbers, then run it again.',
	4000: 'Turn Toll-Free off, or choose a country whose Get Many output has supports_toll_free: true.',
	4001: 'Check that the number is active on this account, with Number → Get Many.',
	4002: 'Choose a region from the list, or run Region → Get Many for the country.',
	4003: 'Choose a country from the list, or run Country → Get Many.',
	4004: 'The DID group is not offered (any more). Choose one from the list, or run DID Group → Get Many again.',
	4005: 'Check the trunk group ID with Trunk Group → Get Many; Sandbox and Live have separate trunk groups.',
	4006: 'The default trunk group cannot be deleted. Make another one the default first, with Trunk Group → Update.',
	4007: 'Run Number → Get: supports_cnam must be true, and cnam_pending empty. If a change is pending, wait until it is done.',
	4008: 'Run Number → Get: cnam_name must be set, and cnam_pending empty. If a change is pending, wait until it is done.',
};

/** The advice for an API error code, or `''` for one that is not documented. */
export function hintFor(code: number | null): string {
	return code === null ? '' : (CODE_HINTS[code] ?? '');
}

interface Hint {
	title: string;
	advice: string;
}

/** Title and advice for an answer that carries no error object, as from a gateway. */
export function statusHint(status: number | null, kind: ApiFailure['kind']): Hint {
	if (kind === 'unreadable') {
		return {
			title: 'The answer of IDT Express could not be read',
			advice:
				'The API answered success, but with a body that is cut off, empty or not JSON. If a base URL is set in the credential, check that it leads to the IDT Express API; otherwise try again later.',
		};
	}
	if (kind === 'redirect') {
		return {
			title: 'IDT Express answered with a redirect',
			advice:
				'It was not followed, because that would hand your API secret to another address. Check the environment and the base URL in the credential.',
		};
	}
	if (kind === 'throttled') {
		return { title: 'Too many requests', advice: CODE_HINTS[2002] };
	}
	if (kind === 'server') {
		return {
			title: 'IDT Express could not answer',
			advice:
				'The fault is on the side of the service or a gateway before it. Try again in a few minutes; if it goes on, tell IDT Express support the api_request_id or the time.',
		};
	}
	switch (status) {
		case 401:
		case 403:
			return { title: 'Access Denied', advice: CODE_HINTS[2000] };
		case 404:
			return {
				title: 'Not found',
				advice:
					'Nothing answers at this address. Check the environment and the base URL in the credential, and that the ID is right.',
			};
		default:
			return {
				title: 'IDT Express refused the request',
				advice:
					'Check the values of this operation, and the base URL if one is set in the credential.',
			};
	}
}

/** Title and advice for a request that got no answer. */
export function networkHint(code: string | null): Hint {
	switch (code) {
		case 'ECONNREFUSED':
			return {
				title: 'IDT Express refused the connection',
				advice:
					'Nothing listens at that address. Check the environment and the base URL in the credential, and any firewall or proxy; otherwise the service is down: try again later.',
			};
		case 'ENOTFOUND':
		case 'EAI_AGAIN':
			return {
				title: 'The host name of IDT Express could not be found',
				advice:
					'Check the base URL in the credential for a typing mistake, and that this n8n can reach the internet (DNS).',
			};
		case 'ECONNABORTED':
		case 'ETIMEDOUT':
			return {
				title: 'IDT Express did not answer in time',
				advice:
					'Try again later. If it goes on, check the network between this n8n and IDT Express.',
			};
		default:
			return {
				title: 'The connection to IDT Express broke off',
				advice:
					'Try again in a moment. If it goes on, check the network, and any proxy between this n8n and IDT Express.',
			};
	}
}
