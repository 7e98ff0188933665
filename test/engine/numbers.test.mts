import { jsonOf, shortenWaits, useSandbox } from './harness.mts';
import { RETRY } from './purchases.mts';

const api = useSandbox();

const locator = (value: string | number) => ({ __rl: true, mode: 'number', value });

describe('Number → Get Many', () => {
	const operation = { resource: 'number', operation: 'getAll' };

	test('when run, gives one flat item per active number, fees as numbers', async () => {
		const numbers = jsonOf(await api.run(operation));
		expect(numbers).toHaveLength(11);
		expect(numbers.find(({ number }) => number === '19288516549')).toEqual({
			number: '19288516549',
			e164: '+19288516549',
			status: 'active',
			added_at: '2025-12-09T14:17:58.649Z',
			removed_at: null,
			trunk_group_id: null,
			did_group_name: 'Bouse (928) 851',
			monthly_fee: 4.25,
			cnam_name: 'My Caller ID',
			cnam_pending: 'enable',
		});
	});

	test('when Output is Selected Fields, gives those and the number', async () => {
		const [number] = jsonOf(
			await api.run({
				...operation,
				filters: { number: '19288516549' },
				output: 'selected',
				outputFields: ['cnam_update_fee', 'supports_cnam', 'region_name'],
			}),
		);
		expect(number).toEqual({
			number: '19288516549',
			cnam_update_fee: 0.1,
			supports_cnam: true,
			region_name: 'Arizona',
		});
	});

	test("when Output is Raw, gives the API's own object", async () => {
		const [number] = jsonOf(await api.run({ ...operation, output: 'raw', limit: 1 }));
		expect(number).toMatchObject({ did_group: { country: { iso: 'PE' } }, cnam: null });
		expect(number).not.toHaveProperty('e164');
	});

	test('when the node is new, gives active numbers only; without the filter, all', async () => {
		api.sandbox.state.removeNumber('12074069001');
		expect(jsonOf(await api.run(operation))).toHaveLength(10);
		expect(jsonOf(await api.run({ ...operation, filters: {} }))).toHaveLength(11);
	});

	test.each([
		[{ countryName: 'braz' }, 3],
		[{ regionName: 'Maine' }, 2],
		[{ regionName: 'US-ME' }, 2],
		[{ regionName: 'us-az', countryName: 'US' }, 1],
		[{ regionName: 'CA-ME' }, 0],
		[{ regionName: 'me' }, 2],
		// Not Arizona.
		[{ regionName: 'ON' }, 0],
		[{ number: '001 (207) 406-9000' }, 1],
		[{ didGroupName: 'lima' }, 1],
		[{ number: '+51 1' }, 1],
		[{ number: '2074069000' }, 1],
		[{ status: 'active' }, 11],
		[{ status: 'removed' }, 0],
		[{ countryName: '', number: '' }, 11],
		[{ status: 'REMOVED' }, 0],
		[{ number: '+1 207' }, 2],
	])('when the filters are %j, gives the numbers that fit', async (filters, count) => {
		expect(jsonOf(await api.run({ ...operation, filters }))).toHaveLength(count);
	});

	test.each([
		['active', ['12074060001']],
		['removed', ['12074060002']],
	])('when rows have no status, their times tell which are %s', async (status, expected) => {
		const numbers = [
			{ number: '12074060001', removed_at: null },
			{ number: '12074060002', removed_at: '2026-01-02T00:00:00Z' },
		];
		const body = { numbers, meta: { total: 2, page_size: 100 } };
		api.sandbox.fault({ kind: 'status', status: 200, body });
		const found = jsonOf(await api.run({ ...operation, filters: { status } }));
		expect(found.map(({ number }) => number)).toEqual(expected);
	});

	test.each(['Piotrków', 'PIOTRKÓW TRYB', 'Piotrkow', 'Piotrkow Tryb.'])(
		'when the DID group is written %s, finds the numbers of PIOTRKOW TRYBUNALSKI',
		async (didGroupName) => {
			const group = api.sandbox.state.didGroups.find(({ name }) => name.startsWith('PIOTRKOW'));
			api.sandbox.state.addNumber({ number: '01148448881015', groupId: group?.id });
			const filters = { didGroupName, countryName: 'poland' };
			const found = jsonOf(await api.run({ ...operation, filters }));
			expect(found).toMatchObject([{ number: '01148448881015' }]);
			const inPeru = { ...operation, filters: { ...filters, countryName: 'Perú' } };
			expect(jsonOf(await api.run(inPeru))).toEqual([]);
		},
	);

	test.each(['plus', 'dashes', 'json', 'flips'] as const)(
		'when IDT Express writes numbers otherwise (%s), a beginning finds them',
		async (numberForm) => {
			api.sandbox.reset({ deviations: { numberForm } });
			for (const [number, count] of Object.entries({ '+1 207': 2, '+51 1': 1, '+1 208': 0 })) {
				const filters = { number };
				expect(jsonOf(await api.run({ ...operation, filters }))).toHaveLength(count);
			}
		},
	);

	test.each([
		['US', 5],
		['Great Britain', 0],
		['pe', 1],
	])('when the country is %j, gives its numbers alone', async (countryName, count) => {
		expect(jsonOf(await api.run({ ...operation, filters: { countryName } }))).toHaveLength(count);
	});

	test('when filters are blank, sends those that are given', async () => {
		await api.run({ ...operation, filters: { number: '+44 20', countryName: ' ' } });
		expect(api.sandbox.requests[0].query).toEqual({
			filter_by_number: '0114420',
			page: '1',
			page_size: '100',
		});
	});

	test('when removed numbers are on later pages, finds them and stops when it has enough', async () => {
		const { state } = api.sandbox;
		state.seedNumbers(500);
		for (const row of state.numbers.filter((_, index) => index % 100 === 50)) {
			state.removeNumber(row.number);
		}
		const filters = { status: 'removed' };
		const removed = jsonOf(await api.run({ ...operation, filters, limit: 2 }));
		expect(removed.map((row) => row.status)).toEqual(['removed', 'removed']);
		expect(removed[0].removed_at).toMatch(/^\d{4}-/);
		expect(api.sandbox.requests).toHaveLength(2);
	});

	test('when there are several sort rules, sends them in their order', async () => {
		const sort = {
			rules: [
				{ field: 'countryName', direction: 'asc' },
				{ field: 'number', direction: 'desc' },
			],
		};
		const numbers = jsonOf(await api.run({ ...operation, sort, limit: 3 }));
		expect(numbers.map((row) => row.number)).toEqual([
			'011557135001580',
			'011557135001540',
			'011557135001442',
		]);
		expect(Object.keys(api.sandbox.requests[0].query).slice(0, 2)).toEqual([
			'order_by_country_name',
			'order_by_number',
		]);
	});

	test.each([
		[{ filters: { number: 'abc' } }, /^'Number' must be a phone number or a part of one/],
		[{ filters: { number: '={{ $json.missing }}' } }, /^'Number' is empty/],
		[{ filters: { didGroupName: 'Brunswick*' } }, /^'DID Group Name' takes no wildcards/],
		[{ filters: { countryName: '={{ [1] }}' } }, /^'Country Name' must be text/],
		[{ filters: { status: '={{ "gone" }}' } }, /^'Status' /],
		[{ sort: { rules: [{ field: 'constructor', direction: 'asc' }] } }, /^'Field' of rule 1 /],
		[{ sort: { rules: [{ field: 'number', direction: 'up' }] } }, /^'Direction' /],
		[{ sort: { rules: [{ field: 'number', direction: '={{ "" }}' }] } }, /^'Direction' /],
		[
			{
				sort: {
					rules: [
						{ field: 'number', direction: 'asc' },
						{ field: 'addedAt', direction: 'asc' },
						{ field: 'number', direction: 'desc' },
					],
				},
			},
			/^'Sort' has two rules for the field number/,
		],
	])('when given %j, refuses it before a request is sent', async (parameters, message) => {
		const { error } = await api.run({ ...operation, ...parameters });
		expect(error?.message).toMatch(message);
		expect(api.sandbox.requests).toHaveLength(0);
	});

	test('when rows move while the pages are read, returns every number once', async () => {
		const { state } = api.sandbox;
		state.clearNumbers();
		state.seedNumbers(450);
		const before = state.numbers.map((row) => row.number);
		let page = 0;
		api.sandbox.onRequest = () => {
			// After the first page was read, three of its rows leave the list.
			if (++page === 2) state.numbers.splice(0, 3);
			state.revision.numbers++;
		};
		const numbers = jsonOf(await api.run({ ...operation, returnAll: true }));
		const seen = numbers.map((row) => row.number);
		expect(new Set(seen).size).toBe(seen.length);
		expect(seen).toEqual(expect.arrayContaining(before.slice(3)));
	});

	test('when the list changes each time while it is read, a hint says that rows may be missing', async () => {
		const { state } = api.sandbox;
		state.seedNumbers(150);
		let next = 12074069100;
		api.sandbox.onRequest = () => void state.addNumber({ number: String(next++) });
		const { run } = await api.run({ ...operation, returnAll: true });
		const { hints = [] } = run.data.resultData.runData['IDT Express'][0];
		expect(hints).toHaveLength(1);
		expect(hints[0].message).toContain('changed while it was read');
	});

	test('when a number is removed before the list is read again, it does not come out as active', async () => {
		const { state } = api.sandbox;
		state.seedNumbers(150);
		const removed = state.numbers[3].number;
		let pages = 0;
		api.sandbox.onRequest = () => {
			if (++pages !== 2) return;
			state.removeNumber(removed);
			state.addNumber({ number: '12074069999' });
		};
		const filters = { status: 'active' };
		const numbers = jsonOf(await api.run({ ...operation, filters, returnAll: true }));
		expect(numbers.map(({ number }) => number)).not.toContain(removed);
	});
});

describe('Number → Get', () => {
	const get = (number: string | number, more = {}) =>
		api.run({ resource: 'number', operation: 'get', number: locator(number), ...more });

	test.each(['12074069000', 12074069000, '+1 (207) 406-9000', ' 1-207-406-9000 '])(
		'when the number is %j, finds it',
		async (written) => {
			const [number] = jsonOf(await get(written));
			expect(number).toMatchObject({ number: '12074069000', cnam_name: 'My Caller ID' });
		},
	);

	test('when the filter of the API matches others too, gives the very number', async () => {
		const { state } = api.sandbox;
		state.addNumber({ number: '0112074069000' });
		state.addNumber({ number: '01112074069000' });
		expect(jsonOf(await get('12074069000'))).toHaveLength(1);
		const { error } = await get('+1 207 406 9002');
		expect(error?.message).toBe('Number 12074069002 is not on this account');
		expect(error?.description).toContain('Number → Get Many');
	});

	test('when a number has several rows, gives the active one, else the latest', async () => {
		const { state } = api.sandbox;
		state.removeNumber('12074069000');
		state.addNumber({ number: '12074069000', groupId: 39145 });
		expect(jsonOf(await get('12074069000'))[0]).toMatchObject({ status: 'active' });
		state.removeNumber('12074069000');
		const [latest] = jsonOf(await get('12074069000', { output: 'raw' }));
		expect(latest.status).toBe('removed');
		expect(Date.parse(String(latest.added_at))).toBeGreaterThan(Date.parse('2026-03-01'));
	});

	test('when the rows of a number have no times, gives the active one', async () => {
		api.sandbox.reset({ numbersSort: 'newest', deviations: { timeForm: 'missing' } });
		api.sandbox.state.removeNumber('12074069001');
		api.sandbox.state.addNumber({ number: '12074069001' });
		expect(jsonOf(await get('12074069001'))[0]).toMatchObject({ status: 'active' });
	});

	test.each([
		['+12074069000', 'active'],
		['12074069000', 'Active'],
	])('when the API writes %s with the status %s, finds it', async (written, status) => {
		jsonOf(await get('12074069000'));
		api.sandbox.fault({
			kind: 'status',
			status: 200,
			body: {
				numbers: [
					{ number: '12074069000', status: 'removed', added_at: '2026-01-02' },
					{ number: written, status, added_at: '2026-01-01' },
				],
				meta: { page: 1, page_size: 100, total: 2 },
			},
		});
		expect(jsonOf(await get('12074069000'))[0]).toMatchObject({ number: written, status });
	});

	test('when the account has many numbers, sends one request', async () => {
		api.sandbox.reset({ totals: 'account' });
		api.sandbox.state.seedNumbers(3000);
		expect(jsonOf(await get('12074069000'))).toHaveLength(1);
		expect(api.sandbox.requests).toHaveLength(1);
	});

	test.each(['2074069000', '12', '+12', '12074069000x9', ''])(
		'when the number is %j, refuses it before a request is sent',
		async (written) => {
			const { error } = await api.run(
				{ resource: 'number', operation: 'get', number: locator('={{ $json.number }}') },
				[{ number: written }],
			);
			expect(error?.message).toMatch(/is not a complete phone number|^'Number' is empty/);
			expect(api.sandbox.requests).toHaveLength(0);
		},
	);
});

describe('Number → Delete', () => {
	shortenWaits();

	const NUMBER = '12074069000';
	const operation = { resource: 'number', operation: 'delete' };
	const remove = () => api.run({ ...operation, number: locator(NUMBER) });
	const isActive = () => api.sandbox.state.activeNumber(NUMBER) !== undefined;

	test('when the number is on the account, deletes it', async () => {
		const items = jsonOf(await api.run({ ...operation, number: locator('+1 207 406 9000') }));
		expect(items).toEqual([
			{ deleted: true, number: NUMBER, e164: '+12074069000', status: 'removed' },
		]);
		expect(isActive()).toBe(false);
	});

	test('when a number fails, does not delete those after it, and says what it deleted', async () => {
		const numbers = [NUMBER, '12025550100', '12074069001'];
		const { error } = await api.run(
			{ ...operation, number: locator('={{ $json.number }}') },
			numbers.map((number) => ({ number })),
		);
		expect(error?.message).toBe('Number 12025550100 was not found');
		expect(error?.context).toMatchObject({ itemIndex: 1 });
		expect(error?.description).toContain(`the run deleted: number ${NUMBER}`);
		expect(api.sandbox.state.activeNumber('12074069001')).toBeDefined();
	});

	test('when items name the same number, deletes it once, and goes on', async () => {
		const numbers = [NUMBER, `+${NUMBER}`, '12074069001'];
		const result = await api.run(
			{ ...operation, number: locator('={{ $json.number }}') },
			numbers.map((number) => ({ number })),
		);
		expect(jsonOf(result).map(({ deleted }) => deleted)).toEqual([true, true, true]);
		expect(api.sandbox.requests).toHaveLength(2);
	});

	test.each(['before', 'after'] as const)(
		'when the answer is lost %s it was carried out, deletes it',
		async (when) => {
			api.sandbox.fault({ match: { method: 'DELETE' }, when, kind: 'drop' });
			expect(jsonOf(await remove())).toMatchObject([{ deleted: true, status: 'removed' }]);
			expect(isActive()).toBe(false);
		},
	);

	test.each(['active', 'Active', 'suspended'])(
		'when the answer is lost, there is no such number then, and the list says %s, is not sure',
		async (status) => {
			api.sandbox.fault({ match: { method: 'DELETE' }, when: 'after', kind: 'drop' });
			const numbers = [{ number: NUMBER, status, added_at: '2026-01-01T00:00:00.000Z' }];
			api.sandbox.fault({
				match: { method: 'GET' },
				kind: 'status',
				status: 200,
				body: { numbers, meta: { page: 1, page_size: 100, total: 1 } },
				times: 10,
			});
			const { error } = await remove();
			expect(error?.message).toBe('The number may have been deleted');
		},
	);

	test.each([
		['after', { deleted: true, status: 'removed' }],
		['before', undefined],
	] as const)(
		'when every answer is an empty success, %s it is carried out, the list decides',
		async (when, expected) => {
			const match = { method: 'DELETE' };
			api.sandbox.fault({ match, when: 'after', kind: 'status', status: 204 });
			if (when === 'before') api.sandbox.reset();
			api.sandbox.fault({ match, when: 'before', kind: 'status', status: 204, times: 9 });
			const result = await remove();
			if (expected) expect(jsonOf(result)).toMatchObject([expected]);
			else expect(result.error?.message).toBe('The number may have been deleted');
		},
	);

	test('when it is throttled first and there is no such number, says so', async () => {
		const errors = [{ code: 2002, title: 'Throttled', detail: 'Throttled' }];
		api.sandbox.fault({
			match: { method: 'DELETE' },
			kind: 'status',
			status: 429,
			body: { status: 429, api_request_id: 'a', errors },
		});
		const { error } = await api.run({ ...operation, number: locator('12025550100') });
		expect(error?.message).toBe('Number 12025550100 was not found');
	});

	test('when the list lags one look behind, deletes it', async () => {
		api.sandbox.fault({ match: { method: 'DELETE' }, when: 'after', kind: 'drop' });
		const numbers = [{ number: NUMBER, status: 'active', added_at: '2026-01-01T00:00:00.000Z' }];
		api.sandbox.fault({
			match: { method: 'GET' },
			kind: 'status',
			status: 200,
			body: { numbers, meta: { page: 1, page_size: 100, total: 1 } },
		});
		expect(jsonOf(await remove())).toMatchObject([{ deleted: true }]);
	});

	test.each([
		{ number: NUMBER, status: 'active' },
		{ number: '12074069001', status: 'removed' },
		{},
	])('when the API answers %j for a number that it keeps, is not sure', async (body) => {
		api.sandbox.fault({
			match: { method: 'DELETE' },
			kind: 'status',
			status: 200,
			body,
			times: 10,
		});
		const { error } = await remove();
		expect(error).toBeDefined();
		expect(isActive()).toBe(true);
	});

	test('when n8n retries after a later item failed, deletes none twice', async () => {
		const requests = () => api.sandbox.requests.filter(({ method }) => method === 'DELETE');
		api.sandbox.fault({
			match: { method: 'DELETE', path: '/12074069001' },
			kind: 'status',
			status: 422,
			body: { status: 422, errors: [{ code: 1000, title: 'Invalid Request', detail: 'Busy' }] },
		});
		const result = await api.run(
			{ ...operation, number: locator('={{ $json.number }}') },
			[{ number: NUMBER }, { number: '12074069001' }],
			{ retryOnFail: true, maxTries: 2, waitBetweenTries: 0 },
		);
		expect(jsonOf(result)).toHaveLength(2);
		expect(requests().map(({ path }) => path.slice(-1))).toEqual(['0', '1', '1']);
	});
});

describe('Number → Set Caller ID', () => {
	shortenWaits();

	const NUMBER = '12074069001';
	const set = (cnamName: string, more = {}) =>
		api.run({
			resource: 'number',
			operation: 'setCnam',
			number: locator(NUMBER),
			cnamName,
			...more,
		});
	const posts = () => api.sandbox.requests.filter(({ method }) => method === 'POST');
	const pending = () => api.sandbox.state.activeNumber(NUMBER)?.cnam?.pending;

	test('when items ask for the same, requests it once', async () => {
		const parameters = { resource: 'number', operation: 'setCnam', number: locator(NUMBER) };
		const result = await api.run({ ...parameters, cnamName: 'Jenny' }, [{}, {}]);
		expect(jsonOf(result)).toHaveLength(2);
		expect(posts()).toHaveLength(1);
	});

	test('when the answer is lost while another change is pending, is not sure', async () => {
		await set('Jenny');
		api.sandbox.fault({ match: { method: 'POST' }, when: 'before', kind: 'drop' });
		const { error } = await set('Otto');
		expect(error?.message).toBe('The caller ID may have been requested');
	});

	test('when the answer is lost while the same caller ID is being deleted, is not sure', async () => {
		const current = { name: 'Jenny', type: 'business', display: 'allow' } as const;
		const row = api.sandbox.state.activeNumber(NUMBER);
		Object.assign(row?.cnam ?? {}, { current, pending: { action: 'disable' } });
		api.sandbox.fault({ match: { method: 'POST' }, when: 'after', kind: 'drop' });
		const { error } = await set('Jenny');
		expect(error?.message).toBe('The caller ID may have been requested');
	});

	test('when the repetition is refused because the first request was carried out, it is done', async () => {
		api.sandbox.settings.deviations = { listLag: 10 };
		api.sandbox.fault({ match: { method: 'POST' }, when: 'after', kind: 'drop' });
		const parameters = { resource: 'number', operation: 'setCnam', number: locator(NUMBER) };
		const result = await api.run({ ...parameters, cnamName: 'Jenny' }, [{}], RETRY);
		expect(jsonOf(result)).toMatchObject([{ success: true }]);
		expect(posts()).toHaveLength(2);
	});

	test('when only a name is given, requests it with the documented defaults', async () => {
		expect(jsonOf(await set('Jenny & Söhne'))).toEqual([
			{
				success: true,
				number: NUMBER,
				e164: '+12074069001',
				cnam_pending: 'enable',
				cnam_pending_name: 'Jenny & Söhne',
			},
		]);
		expect(api.sandbox.requests.at(-1)).toMatchObject({
			method: 'POST',
			path: '/numbers/12074069001/cnam',
			body: { name: 'Jenny & Söhne', type: 'business', display: 'allow' },
		});
	});

	test('when type and display are given, sends them', async () => {
		await set('Jenny', { cnamType: 'residential', cnamDisplay: '={{ "BLOCK" }}' });
		expect(pending()).toEqual({
			action: 'enable',
			name: 'Jenny',
			type: 'residential',
			display: 'block',
		});
	});

	test.each([
		['={{ "" }}', {}, "'Caller ID Name' is empty"],
		[' ', {}, "'Caller ID Name' is empty"],
		['Sixteen letters.', {}, "'Caller ID Name' has 16 characters; 15 are allowed"],
		['Jenny', { cnamType: '={{ "" }}' }, /^'Caller ID Type' /],
		['Jenny', { cnamType: '={{ "private" }}' }, /^'Caller ID Type' /],
		['Jenny', { cnamDisplay: '={{ true }}' }, /^'Caller ID Display' /],
	])(
		'when the name is %j with %j, refuses it before a request is sent',
		async (name, more, message) => {
			const { error } = await set(name, more);
			expect(error?.message).toMatch(message);
			expect(api.sandbox.requests).toHaveLength(0);
		},
	);

	test('when a change is pending already, says so, and what to do', async () => {
		await set('Jenny');
		const { error } = await set('Jenny');
		expect(`${error?.message} ${error?.description}`).toMatch(/code 4007/);
		expect(error?.description).toContain('supports_cnam');
	});

	test.each(['jenny', 'JENNY', ' Jenny '])(
		'when the answer is lost and the list writes the name as %j, requests it once',
		async (written) => {
			api.sandbox.fault({ match: { method: 'POST' }, when: 'after', kind: 'drop' });
			api.sandbox.onRequest = ({ method }) => {
				const row = api.sandbox.state.activeNumber(NUMBER);
				if (method === 'GET' && row?.cnam?.pending) {
					Object.assign(row.cnam.pending, { name: written, type: 'Business', display: 'ALLOW' });
				}
			};
			expect(jsonOf(await set('Jenny'))).toMatchObject([{ success: true }]);
			expect(posts()).toHaveLength(1);
		},
	);

	test('when the request is lost before it was carried out, says so, and does not repeat it', async () => {
		api.sandbox.fault({ match: { method: 'POST' }, when: 'before', kind: 'drop' });
		const { error } = await set('Jenny');
		expect(error?.message).toBe('The caller ID was not requested');
		expect(posts()).toHaveLength(1);
		expect(pending()).toBeNull();
	});
});

describe('Number → Delete Caller ID', () => {
	shortenWaits();

	const NUMBER = '12074069000';
	const remove = () =>
		api.run({ resource: 'number', operation: 'deleteCnam', number: locator(NUMBER) });
	const cnam = () => api.sandbox.state.activeNumber(NUMBER)?.cnam;
	const done = [{ deleted: true, number: NUMBER, e164: '+12074069000', cnam_pending: 'disable' }];

	test('when there is one, requests its deletion', async () => {
		expect(jsonOf(await remove())).toEqual(done);
		expect(cnam()?.pending).toEqual({ action: 'disable' });
	});

	test.each(['before', 'after'] as const)(
		'when the answer is lost %s it was carried out, requests it',
		async (when) => {
			api.sandbox.fault({ match: { method: 'DELETE' }, when, kind: 'drop' });
			expect(jsonOf(await remove())).toEqual(done);
			expect(cnam()?.pending).toEqual({ action: 'disable' });
		},
	);

	test('when the answer is lost and the number is not listed, is not sure', async () => {
		api.sandbox.fault({ match: { method: 'DELETE' }, when: 'after', kind: 'drop' });
		api.sandbox.fault({
			match: { method: 'GET' },
			kind: 'status',
			status: 200,
			body: { numbers: [], meta: { page: 1, page_size: 100, total: 0 } },
			times: 10,
		});
		const { error } = await remove();
		expect(error?.message).toBe('The deletion of the caller ID may have been requested');
	});
});
