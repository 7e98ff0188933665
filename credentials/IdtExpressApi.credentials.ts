import { UserError } from 'n8n-workflow';
import type {
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
	Icon,
} from 'n8n-workflow';
import { readAccess, SERVERS } from '../nodes/IdtExpress/api/credential';

const REDIRECT =
	'The address answers with a redirect, which is not followed: check the environment and the base URL.';
const DOWN = 'IDT Express could not answer. Try again later.';

/** What the test of the credential says about an HTTP status. */
const STATUS_WORDS: Record<number, string> = {
	301: REDIRECT,
	302: REDIRECT,
	303: REDIRECT,
	307: REDIRECT,
	308: REDIRECT,
	401: 'The key or the secret is not accepted. Each environment has its own secret.',
	403: 'The key or the secret is not accepted, or the account has no access to the API. Each environment has its own secret.',
	404: 'The IDT Express API is not at this address: check the environment and the base URL.',
	407: 'A proxy between n8n and IDT Express requires authentication.',
	429: 'The account sends too many requests, or its quota is used up. Try again later.',
	500: DOWN,
	502: DOWN,
	503: DOWN,
	504: DOWN,
};

const STATUS_RULES = Object.entries(STATUS_WORDS).map(([status, message]) => ({
	type: 'responseCode',
	properties: { value: Number(status), message },
}));

/** A page that is not the API's has no countries. */
const BODY_RULE = {
	type: 'responseSuccessBody',
	properties: {
		key: 'countries',
		value: undefined,
		message:
			'What answers at this address is not the IDT Express API: check the environment and the base URL.',
	},
};

/**
 * The custom base URL as the node mends it: without blanks and invisible marks, `/v1/dids` and slashes at
 * its end, with `https://` where it has no scheme. What is no address then is refused by `authenticate`.
 */
const CUSTOM_BASE_URL = [
	'($credentials.baseUrl ?? "")',
	'.replace(/[\\s\\p{Cc}\\p{Cf}\\u2800\\u3164]/gu, "")',
	'.replace(/(?<!\\/)\\/+v1(\\/+dids(\\/.*)?)?\\/*$/i, "")',
	'.replace(/(?<!\\/)\\/+$/, "")',
	'.replace(/^(?![a-z][a-z0-9+.-]*:(?!\\d))/i, "https://")',
].join('');

/**
 * API key and secret of an IDT Express account.
 * @see docs/api.md#authentication
 */
export class IdtExpressApi implements ICredentialType {
	name = 'idtExpressApi';

	displayName = 'IDT Express API';

	icon: Icon = {
		light: 'file:../nodes/IdtExpress/idtExpress.svg',
		dark: 'file:../nodes/IdtExpress/idtExpress.dark.svg',
	};

	documentationUrl = 'https://github.com/idt-express-community/n8n-nodes-idt-express#credentials';

	properties: INodeProperties[] = [
		{
			displayName: 'Environment',
			name: 'environment',
			type: 'options',
			default: 'sandbox',
			options: [
				{
					name: 'Custom',
					value: 'custom',
					description: 'Another address, such as a proxy or a test server',
				},
				{
					name: 'Live',
					value: 'live',
					description: 'The real account: orders spend its funds',
				},
				{
					name: 'Sandbox',
					value: 'sandbox',
					description: 'Fake data for trying things out. Nothing here costs money.',
				},
			],
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. https://idt-proxy.example.com',
			description: 'The address before /v1/dids. The key and the secret are sent to it.',
			displayOptions: { show: { environment: ['custom'] } },
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			placeholder: 'e.g. 1a2b3c4d5e',
			description: 'The key of the account, from the IDT Express Portal',
		},
		{
			displayName: 'API Secret',
			name: 'apiSecret',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			placeholder: 'e.g. 6f7g8h9i0j',
			description: 'From the IDT Express Portal. Each environment has its own secret.',
		},
	];

	/**
	 * Not the declarative form: n8n evaluates its expressions again for every request, which takes longer
	 * than all else that a request costs it, and cannot do so any more in a poll that lasts until the
	 * next one (seen on 2.41: "No bridge acquired for this context").
	 *
	 * Not a method either: n8n copies credential types with a spread, which keeps own properties only.
	 * Without `authenticate` the HTTP Request node does not offer the credential.
	 */
	authenticate = async (
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> => {
		const refuse = (problem: string, advice: string) => new UserError(`${problem}. ${advice}`);
		const { apiKey, apiSecret } = readAccess(credentials, refuse);
		return {
			...requestOptions,
			headers: {
				...requestOptions.headers,
				'x-api-key': apiKey,
				'x-api-secret': apiSecret,
			},
		};
	};

	test: ICredentialTestRequest = {
		request: {
			baseURL: `={{ (${JSON.stringify(SERVERS)})[String($credentials.environment).trim().toLowerCase()] ?? ${CUSTOM_BASE_URL} }}`,
			url: '/v1/dids/coverage/countries',
			disableFollowRedirect: true,
			timeout: 25_000,
		},
		// n8n applies rules of both kinds together, but its type allows for one kind only.
		rules: [...STATUS_RULES, BODY_RULE] as ICredentialTestRequest['rules'],
	};
}
