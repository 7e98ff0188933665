import { by, openFixture, records, secretsIn } from './fixture.mts';
import type { Fixture } from './fixture.mts';

let fixture: Fixture;
beforeAll(async () => {
	fixture = await openFixture();
});
beforeEach(() => fixture.sandbox.reset());
afterAll(async () => await fixture.sandbox.close());

/** Three numbers, of which the second is not on the account. */
const items = [
	{ phone: '12074069000' },
	{ phone: '12075550100' },
	{ phone: '12074069001', note: 'kept' },
];
const removeNumber = {
	resource: 'number',
	operation: 'delete',
	number: by('number', '={{ $json.phone }}'),
};
const failedItem = {
	error: 'Number 12075550100 was not found',
	description: expect.stringMatching(/^Number Not Found.*code 4001/),
	code: 4001,
	http_status: 422,
	api_request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
	details: [expect.objectContaining({ code: 4001, title: 'Number Not Found' })],
};

describe('an item that fails among others', () => {
	it('when the node may not go on, stops the workflow and is named', async () => {
		const { n8n, credential, sandbox } = fixture;
		const { error, execution } = await n8n.runNode(removeNumber, { credential, items });
		expect(execution.status).toBe('error');
		expect(error?.context?.itemIndex).toBe(1);
		expect(sandbox.state.activeNumber('12074069001')).toBeDefined();
	});

	it('when the node continues, becomes an item in its place', async () => {
		const { n8n, credential } = fixture;
		const { items: output, execution } = await n8n.runNode(removeNumber, {
			credential,
			items,
			node: { onError: 'continueRegularOutput' },
		});
		expect(execution.status).toBe('success');
		expect(records(output)).toEqual([
			{ deleted: true, number: '12074069000', e164: '+12074069000', status: 'removed' },
			failedItem,
			{ deleted: true, number: '12074069001', e164: '+12074069001', status: 'removed' },
		]);
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 1 },
			{ item: 2 },
		]);
	});

	it('when the node has an error output, goes there', async () => {
		const { n8n, credential } = fixture;
		const result = await n8n.runNode(removeNumber, {
			credential,
			items,
			node: { onError: 'continueErrorOutput' },
		});
		expect(result.execution.status).toBe('success');
		expect(records(result.items)).toEqual([
			{ deleted: true, number: '12074069000', e164: '+12074069000', status: 'removed' },
			{ deleted: true, number: '12074069001', e164: '+12074069001', status: 'removed' },
		]);
		// n8n adds the fields of the input item.
		expect(records(result.errorItems)).toMatchObject([failedItem]);
		expect(result.errorItems[0].pairedItem).toEqual({ item: 1 });
	});
});

describe('Retry On Fail', () => {
	it('when the second try succeeds, succeeds', async () => {
		const { n8n, credential, sandbox } = fixture;
		sandbox.fault({ kind: 'status', status: 422, body: { status: 422, errors: [] } });
		const { items: output, execution } = await n8n.runNode(
			{ resource: 'country', operation: 'getAll', limit: 1 },
			{ credential, node: { retryOnFail: true, maxTries: 2, waitBetweenTries: 0 } },
		);
		expect(execution.status).toBe('success');
		expect(records(output)).toMatchObject([{ iso: 'BR' }]);
		expect(sandbox.requests.map(({ status }) => status)).toEqual([422, 200]);
	});
});

describe('a service that is out of order', () => {
	/** Writes are sent once: no waiting for better times. */
	const write = {
		resource: 'trunkGroup',
		operation: 'create',
		name: 'Munich office',
	};

	it.each([
		['a cut connection', 'drop', /./],
		['the page of a gateway', 'html', /HTTP 502/],
		['half of an answer', 'truncate', /HTTP 200/],
		['an empty answer', 'empty', /HTTP 200/],
		['a redirect', 'redirect', /HTTP 302/],
	] as const)(
		'when it gives %s, says so and stores no secret',
		async (_name, kind, description) => {
			const { n8n, credential, sandbox } = fixture;
			sandbox.fault({ kind, times: 100, body: `${sandbox.url}/elsewhere` });
			const { error, execution } = await n8n.runNode(write, { credential });
			expect(execution.status).toBe('error');
			expect(error?.message).toMatch(/\w+ \w+/);
			expect(error?.description).toMatch(description);
			expect(error?.context?.itemIndex).toBe(0);
			expect(secretsIn(execution.raw, fixture)).toEqual([]);
		},
	);

	it('when the connection is refused, says so and stores no secret', async () => {
		const { n8n, credential, sandbox } = fixture;
		await sandbox.stopListening();
		try {
			const { error, execution } = await n8n.runNode(write, { credential });
			expect(execution.status).toBe('error');
			expect(error?.description).toContain('ECONNREFUSED');
			expect(secretsIn(execution.raw, fixture)).toEqual([]);
		} finally {
			await sandbox.listen();
		}
	});

	it('when the service echoes the secret, it is not stored', async () => {
		const { n8n, credential, sandbox } = fixture;
		const { apiKey, apiSecret } = sandbox.credentials;
		const echo = `bad header ${apiKey} ${apiSecret}`;
		sandbox.fault({
			kind: 'status',
			status: 422,
			body: {
				status: 422,
				api_request_id: echo,
				errors: [{ code: 1000, title: echo, detail: echo }],
			},
		});
		const parameters = { resource: 'country', operation: 'getAll' };
		const { error, execution } = await n8n.runNode(parameters, { credential });
		expect(error?.message).toContain('bad header');
		expect(secretsIn(execution.raw, fixture)).toEqual([]);
	});
});

describe('Custom API Call', () => {
	it('when chosen as an operation, says that the HTTP Request node has it', async () => {
		const { n8n, credential } = fixture;
		const parameters = { resource: 'number', operation: '__CUSTOM_API_CALL__' };
		const { error } = await n8n.runNode(parameters, { credential });
		expect(error?.message).toBe('A custom API call needs an HTTP Request node');
		expect(error?.description).toContain('IDT Express API');
	});

	it('when made with the HTTP Request node, our credential works', async () => {
		const { n8n, credential, sandbox } = fixture;
		const parameters = {
			url: `${sandbox.url}/v1/dids/coverage/countries`,
			authentication: 'predefinedCredentialType',
			nodeCredentialType: 'idtExpressApi',
		};
		const { items: output, execution } = await n8n.runNode(parameters, {
			credential,
			node: { type: 'n8n-nodes-base.httpRequest', typeVersion: 4.2 },
		});
		expect(execution.status).toBe('success');
		expect(output[0].json).toMatchObject({
			meta: { total: fixture.sandbox.state.countries.length },
		});
		expect(secretsIn(execution.raw, fixture)).toEqual([]);
	});
});
