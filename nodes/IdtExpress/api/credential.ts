import type { ICredentialDataDecryptedObject, ICredentialsDecrypted } from 'n8n-workflow';
import { textAt } from '../shared/json';
import { shortHash } from '../shared/shortHash';
import { trimmed } from '../shared/textsOf';
import { redactor } from './redact';

export const CREDENTIAL = 'idtExpressApi';

/** @see docs/api.md#environments */
export const SERVERS: Record<string, string> = {
	live: 'https://api.idtexpress.com',
	sandbox: 'https://sandbox-api.idtexpress.com',
};

/** Makes the error for a credential that cannot be used; it is then thrown. */
type Refuse = (problem: string, advice: string) => Error;

/** What requests need of a credential. */
export interface Access {
	/** Before `/v1/dids`, without a slash at its end. */
	baseUrl: string;
	apiKey: string;
	apiSecret: string;
	/** Identifies the account in its environment, without revealing the key. */
	account: string;
	redact: (text: string) => string;
	/** For n8n's request helper, which would read and decrypt the credential again for every request. */
	decrypted: ICredentialsDecrypted;
}

/**
 * Reads what the user entered in the credential, as it is sent.
 * @see docs/api.md#authentication
 */
export function readAccess(data: ICredentialDataDecryptedObject, refuse: Refuse): Access {
	const environment = textAt(data, 'environment').trim().toLowerCase();
	if (environment !== 'custom' && !Object.hasOwn(SERVERS, environment)) {
		throw refuse(
			"The credential's 'Environment' is not Custom, Live or Sandbox",
			'Open the credential and choose one. If it is an expression, check what it gives.',
		);
	}
	const url = mendBaseUrl(SERVERS[environment] ?? textAt(data, 'baseUrl'));
	if (url === null) {
		throw refuse(
			"The credential's 'Base URL' is not a web address",
			'Enter an address such as https://idt-proxy.example.com, without a question mark or ' +
				'anything after it, or choose the environment Sandbox or Live.',
		);
	}
	const secret = (name: string, label: string) => {
		const text = trimmed(textAt(data, name));
		// HTTP clients drop other characters silently, and the API would be given another key.
		const odd = /[^ -~]/u.exec(text)?.[0].codePointAt(0);
		if (text !== '' && odd === undefined) return text;
		const code = odd?.toString(16).toUpperCase().padStart(4, '0');
		const problem = code ? `contains a character that cannot be sent (U+${code})` : 'is empty';
		throw refuse(
			`The credential's '${label}' ${problem}`,
			'Copy it from the IDT Express Portal again. If it is an expression, check what it gives.',
		);
	};
	const [apiKey, apiSecret] = [secret('apiKey', 'API Key'), secret('apiSecret', 'API Secret')];
	const baseUrl = url.href.replace(/\/$/, '');
	return {
		baseUrl,
		apiKey,
		apiSecret,
		// The key is the account's; its secrets may be renewed.
		account: shortHash(`${baseUrl} ${apiKey}`, 43),
		redact: redactor([apiKey, apiSecret, ...[url.username, url.password].map(decode)]),
		decrypted: { id: CREDENTIAL, name: CREDENTIAL, type: CREDENTIAL, data },
	};
}

/**
 * Reads a base URL as people enter it: without `https://`, with `/v1/dids`, with blanks or slashes around.
 * @returns `null` where it is not a web address, or has a query
 */
function mendBaseUrl(text: string): URL | null {
	const entered = trimmed(text);
	// `host:4010` has a port, `ftp:` and `file:` are schemes.
	const hasScheme = /^[a-z][a-z0-9+.-]*:(?!\d)/i.test(entered);
	const address = hasScheme ? entered : `https://${entered}`;
	if (!/^https?:[^?#\s]*$/i.test(address) || !URL.canParse(address)) return null;
	const url = new URL(address);
	url.pathname = url.pathname.replace(/\/+/g, '/').replace(/\/v1(\/dids(\/.*)?)?\/?$/i, '');
	return url;
}

function decode(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
