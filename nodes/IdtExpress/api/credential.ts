import { createHash } from 'crypto';
import type { ICredentialDataDecryptedObject, ICredentialsDecrypted } from 'n8n-workflow';
import { textAt } from '../shared/json';
import { redactor } from './redact';

export const CREDENTIAL = 'idtExpressApi';

/** @see docs/api.md#environments */
export const SERVERS: Record<string, string> = {
	live: 'https://api.idtexpress.com',
	sandbox: 'https://sandbox-api.idtexpress.com',
};

/** What the user entered, as it is sent. */
export interface Entered {
	/** The address before `/v1/dids`. */
	url: URL;
	apiKey: string;
	apiSecret: string;
}

/** What is wrong with a credential, and what to do. */
export interface CredentialProblem {
	problem: string;
	advice: string;
}

/** What requests need of a credential. */
export interface Access {
	/** The address before `/v1/dids`, without a slash at its end. */
	baseUrl: string;
	/** Identifies the account in its environment, without revealing the key. */
	account: string;
	/** Takes the secrets out of a text, in every form in which they travel. */
	redact: (text: string) => string;
	/** For n8n's request helper, which would read and decrypt the credential again for every request. */
	decrypted: ICredentialsDecrypted;
}

/**
 * Reads what the user entered in the credential.
 * @see docs/api.md#authentication
 */
export function readEntered(data: ICredentialDataDecryptedObject): Entered | CredentialProblem {
	const environment = textAt(data, 'environment');
	const isCustom = environment === 'custom';
	if (!isCustom && !Object.hasOwn(SERVERS, environment)) {
		return {
			problem: "The credential's 'Environment' is not Custom, Live or Sandbox",
			advice: 'Open the credential and choose one. If it is an expression, check what it gives.',
		};
	}
	const url = isCustom ? mendBaseUrl(textAt(data, 'baseUrl')) : new URL(SERVERS[environment]);
	if (url === null) {
		return {
			problem: "The credential's 'Base URL' is not a web address",
			advice:
				'Enter an address such as https://idt-proxy.example.com, without a question mark or ' +
				'anything after it, or choose the environment Sandbox or Live.',
		};
	}
	const apiKey = trimSecret(textAt(data, 'apiKey'));
	const apiSecret = trimSecret(textAt(data, 'apiSecret'));
	const [keyProblem, secretProblem] = [problemOf(apiKey), problemOf(apiSecret)];
	if (keyProblem === null && secretProblem === null) return { url, apiKey, apiSecret };
	return {
		problem: `The credential's '${keyProblem ? 'API Key' : 'API Secret'}' ${keyProblem ?? secretProblem}`,
		advice:
			'Copy it from the IDT Express Portal again. If it is an expression, check what it gives.',
	};
}

/** Reads a credential for requests. */
export function readAccess(data: ICredentialDataDecryptedObject): Access | CredentialProblem {
	const entered = readEntered(data);
	if ('problem' in entered) return entered;
	const { url, apiKey, apiSecret } = entered;
	const baseUrl = url.href.replace(/\/$/, '');
	return {
		baseUrl,
		// The key is the account's; its secrets may be renewed.
		account: createHash('sha256').update(`${baseUrl} ${apiKey}`).digest('base64url'),
		redact: redactor([apiKey, apiSecret, ...[url.username, url.password].map(decode)]),
		decrypted: { id: CREDENTIAL, name: CREDENTIAL, type: CREDENTIAL, data },
	};
}

/** Takes off what is not part of a key and comes along when it is copied: blanks, line ends, invisible marks. */
function trimSecret(text: string): string {
	let [from, to] = [0, text.length];
	while (from < to && IS_AROUND_TEXT.test(text[from])) from++;
	while (to > from && IS_AROUND_TEXT.test(text[to - 1])) to--;
	return text.slice(from, to);
}

/** Blanks of every kind, control characters, and marks that no screen shows. */
const IS_AROUND_TEXT = /[\s\p{Cc}\p{Cf}\u2800\u3164]/u;

/** HTTP clients drop other characters silently, and the API would be given another key. */
function problemOf(secret: string): string | null {
	if (secret === '') return 'is empty';
	const odd = [...secret].find((character) => character < ' ' || character > '~');
	if (odd === undefined) return null;
	const code = odd.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
	return `contains a character that cannot be sent (U+${code})`;
}

/**
 * Reads a base URL as people enter it: without `https://`, with `/v1/dids`, with blanks or slashes around.
 * @returns `null` where it is not a web address, or has a query
 */
function mendBaseUrl(text: string): URL | null {
	const trimmed = trimSecret(text);
	// `host:4010` has a port, `ftp:` and `file:` are schemes.
	const hasScheme = /^[a-z][a-z0-9+.-]*:(?!\d)/i.test(trimmed);
	const address = hasScheme ? trimmed : `https://${trimmed}`;
	if (/[?#\s]/.test(address) || !URL.canParse(address)) return null;
	const url = new URL(address);
	if (!['http:', 'https:'].includes(url.protocol)) return null;
	const steps = url.pathname.split('/').filter((step) => step !== '');
	if (/^v1\/dids$/i.test(steps.slice(-2).join('/'))) steps.splice(-2);
	url.pathname = steps.join('/');
	return url;
}

function decode(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
