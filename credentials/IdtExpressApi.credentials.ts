import type {
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
	Icon,
} from 'n8n-workflow';

/**
 * API key and secret of an IDT Express account.
 * @see reference: Environments, Authentication
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
					name: 'Sandbox',
					value: 'sandbox',
					description: 'Fake data for trying things out. Nothing here costs money.',
				},
				{
					name: 'Live',
					value: 'live',
					description:
						'The real account. Orders spend its funds, and removed numbers stop ringing.',
				},
				{
					name: 'Custom',
					value: 'custom',
					description: 'Another address, such as a proxy or the local sandbox of this package',
				},
			],
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'http://127.0.0.1:4010',
			description: 'The address before /v1/dids, with or without a slash at the end',
			displayOptions: { show: { environment: ['custom'] } },
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			description: 'The key of the account, from the IDT Express Portal',
		},
		{
			displayName: 'API Secret',
			name: 'apiSecret',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			description: 'From the IDT Express Portal. Each environment has its own secret.',
		},
	];

	/**
	 * Not the declarative form: n8n evaluates its expressions anew for every request, which takes longer
	 * than all else that a request costs it, and cannot do so any more in a poll that lasts until the
	 * next one (seen on 2.41: "No bridge acquired for this context").
	 */
	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		return {
			...requestOptions,
			headers: {
				...requestOptions.headers,
				'x-api-key': String(credentials.apiKey),
				'x-api-secret': String(credentials.apiSecret),
			},
		};
	}

	test: ICredentialTestRequest = {
		request: {
			baseURL:
				'={{ { sandbox: "https://sandbox-api.idtexpress.com", live: "https://api.idtexpress.com" }[$credentials.environment] ?? $credentials.baseUrl.trim().replace(/\\/+$/, "") }}',
			url: '/v1/dids/coverage/countries',
			disableFollowRedirect: true,
		},
	};
}
