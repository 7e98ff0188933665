import axios, { type AxiosResponse } from 'axios';
import { DOCUMENT, readCurl, sampleOf } from '../contract/samples.mts';
import { TITLES } from './errors.mts';
import { startSandbox, type Sandbox } from './server.mts';

/**
 * The document's samples, in its order, on a fresh sandbox. What is done between two of them is what the
 * document itself asks for: time passes, and another trunk group becomes the default one.
 */

type Json = Record<string, unknown>;

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
afterAll(async () => await sandbox.close());

async function send(curl: string): Promise<AxiosResponse> {
	const { method, path, headers, body } = readCurl(curl);
	const { apiKey, apiSecret } = sandbox.credentials;
	expect(headers['x-api-key']).toBe('****');
	return await axios.request({
		method,
		url: `${sandbox.url}${path}`,
		headers: { ...headers, 'x-api-key': apiKey, 'x-api-secret': apiSecret },
		data: body,
		validateStatus: () => true,
	});
}

const read = async (path: string) =>
	await send(`curl -H "x-api-key: ****" "https://api.idtexpress.com/v1/dids/${path}"`);

/** Sends the samples of a section. @returns their answers, of which each has the documented status */
async function run(section: string): Promise<unknown[]> {
	const { requests, answers } = sampleOf(section);
	const bodies: unknown[] = [];
	for (const { curl } of requests) {
		const { status, data } = await send(curl);
		expect({ curl, status, data }).toEqual({ curl, status: answers[0].status, data });
		bodies.push(data);
	}
	return bodies;
}

const documented = (section: string): unknown[] =>
	sampleOf(section).answers.map(({ body }) => body);

/** That a list has all rows of the document's, field by field, beside rows of its own. */
function expectRows(actual: unknown, expected: unknown, list: string): void {
	const rowsIn = (body: unknown): unknown[] => (body as Record<string, unknown[]>)[list];
	expect(rowsIn(actual)).toEqual(expect.arrayContaining(rowsIn(expected)));
	expect(Object.keys(actual as Json)).toEqual(Object.keys(expected as Json));
	const { meta } = expected as { meta?: Json };
	if (meta) expect(Object.keys((actual as { meta: Json }).meta)).toEqual(Object.keys(meta));
}

/** The document's order, placed now instead of then. */
function placedNow(documentedBody: unknown, actual: unknown, id?: string): unknown {
	const { order, ...rest } = documentedBody as { order: Json };
	const { created_at } = (actual as { order: Json }).order;
	expect(Date.parse(String(created_at))).toBeGreaterThan(Date.now() - 60_000);
	return { ...rest, order: { ...order, created_at, ...(id !== undefined && { id }) } };
}

describe('on a fresh sandbox, in the order of the document', () => {
	test('Get Countries', async () => {
		const [actual] = await run('Get Countries');
		expectRows(actual, documented('Get Countries')[0], 'countries');
	});

	test.each(['Get Regions', 'Get DID Groups'])('%s', async (section) => {
		expect(await run(section)).toStrictEqual(documented(section));
	});

	test('Browse Available Numbers', async () => {
		const [us, gb] = documented('Browse Available Numbers');
		const [actual] = await run('Browse Available Numbers');
		expectRows(actual, us, 'numbers');
		// The document does not say which group its second answer is of.
		expect((await read('coverage/did_groups/7002/browse_numbers')).data).toStrictEqual(gb);
	});

	test('Create Order', async () => {
		const actual = await run('Create Order');
		expect(actual).toStrictEqual(
			documented('Create Order').map((body, index) => placedNow(body, actual[index])),
		);
	});

	test('Get Order', async () => {
		const [byQuantity, bySku] = documented('Get Order');
		expect(await run('Get Order')).toStrictEqual([byQuantity]);
		// Its second answer has the id of the first, and is the order by SKU that was created before.
		sandbox.state.fulfil('ba1-18f-0c9b');
		const { data } = await read('orders/ba1-18f-0c9b');
		expect(data).toStrictEqual(placedNow(bySku, data, 'ba1-18f-0c9b'));
	});

	test('Get Orders', async () => {
		const [expected] = documented('Get Orders') as Array<{ orders: Json[] }>;
		expectRows((await read('orders')).data, expected, 'orders');
		// The request asks for one status, the answer shows another one too.
		const complete = expected.orders.filter(({ status }) => status === 'Complete');
		expect(complete).toHaveLength(2);
		const [actual] = await run('Get Orders');
		expectRows(actual, { ...expected, orders: complete }, 'orders');
	});

	test('Get Numbers', async () => {
		const [actual] = await run('Get Numbers');
		expectRows(actual, documented('Get Numbers')[0], 'numbers');
	});

	test('Delete Number', async () => {
		expect(await run('Delete Number')).toStrictEqual(documented('Delete Number'));
	});

	test('Set CNAM, and Delete CNAM when that is processed', async () => {
		expect(await run('Set CNAM')).toEqual(['']);
		sandbox.state.completeCnam('17078675309');
		expect(await run('Delete CNAM')).toEqual(['']);
	});

	test.each(['Create Trunk Group', 'Get Trunk Group'])('%s', async (section) => {
		expect(await run(section)).toStrictEqual(documented(section));
	});

	test('Get Trunk Groups', async () => {
		const [expected] = documented('Get Trunk Groups') as Array<{ trunk_groups: Json[] }>;
		const [actual] = await run('Get Trunk Groups');
		// Two groups of one name, and two defaults, cannot be.
		const [first, ...others] = expected.trunk_groups;
		const adapted = { ...first, name: 'Main office', is_default: false };
		expectRows(actual, { ...expected, trunk_groups: [adapted, ...others] }, 'trunk_groups');
	});

	test('Update Trunk Group', async () => {
		expect(await run('Update Trunk Group')).toStrictEqual(documented('Update Trunk Group'));
	});

	test('Delete Trunk Group, when it is not the default any more', async () => {
		const [{ curl }] = sampleOf('Delete Trunk Group').requests;
		expect((await send(curl)).data.errors[0].code).toBe(4006);
		const other = sandbox.state.trunkGroup(8375);
		if (other) sandbox.state.makeDefault(other);
		const before = sandbox.state.trunkGroup(268476);
		expect(await run('Delete Trunk Group')).toEqual(['']);
		expect(sandbox.state.trunkGroup(268476)).toBeUndefined();
		// The next sample assigns it.
		if (before) sandbox.state.trunkGroups.push(before);
	});

	test('Set Trunk Group', async () => {
		expect(await run('Set Trunk Group')).toEqual(['']);
		expect(sandbox.state.activeNumber('011557135001580')?.trunkGroupId).toBe(268476);
	});
});

describe('errors', () => {
	beforeEach(() => sandbox.reset());

	const refused = async (groupId: number, quantity: number): Promise<unknown> => {
		const body = JSON.stringify({ order_items: [{ did_group_id: groupId, quantity }] });
		const [{ curl }] = sampleOf('Create Order').requests;
		const { data } = await send(curl.replace(/-d '[^']*'/, `-d '${body}'`));
		expect(data.api_request_id).toMatch(/^[0-9a-f-]{36}$/);
		return { ...data, api_request_id: '' };
	};

	test('are those of the examples', async () => {
		const [funds, quantity] = DOCUMENT.errors.map(({ body }) => ({
			...(body as Json),
			api_request_id: '',
		}));
		const group = sandbox.state.group(7001);
		if (group) group.fees = { ...group.fees, setup_fee: '0.00', monthly_fee: '6.39' };
		sandbox.settings.funds = '0.31';
		expect(await refused(7001, 1)).toStrictEqual(funds);
		expect(await refused(7001, 0)).toStrictEqual(quantity);
	});

	test('have the titles of the table', () => {
		expect(Object.keys(TITLES)).toEqual(DOCUMENT.codes.map((line) => line.slice(0, 4)));
		for (const line of DOCUMENT.codes)
			expect(line).toContain(`${TITLES[Number(line.slice(0, 4))]} `);
	});
});

describe('names', () => {
	beforeEach(async () => {
		sandbox.reset();
		await run('Create Trunk Group');
	});

	test.each(DOCUMENT.endpoints)(
		'of parameters of $section are known, others are refused',
		async (sample) => {
			const [{ curl }] = sample.requests;
			const refusedNames = async (changed: string): Promise<unknown[]> => {
				const errors: Json[] = (await send(changed)).data.errors ?? [];
				return errors.filter(({ code }) => code === 1000).map(({ field }) => field);
			};
			const withQuery = (query: string) => {
				const { path } = readCurl(curl);
				return curl.replace(path, `${path}${path.includes('?') ? '&' : '?'}${query}`);
			};
			expect(await refusedNames(withQuery('misspelt=1'))).toEqual(['misspelt']);
			const names = sample.parameters
				.filter((entry) => entry.in === 'query')
				.map(({ name }) => name);
			const given = new URLSearchParams(readCurl(curl).path.split('?')[1]);
			const missing = names.filter((name) => !given.has(name)).map((name) => `${name}=1`);
			expect(await refusedNames(withQuery(missing.join('&')))).toEqual([]);
			if (readCurl(curl).body === undefined) return;
			expect(await refusedNames(curl.replace("-d '{", `-d '{ "misspelt": 1,`))).toEqual([
				'misspelt',
			]);
			expect(await refusedNames(curl)).toEqual([]);
		},
	);
});
