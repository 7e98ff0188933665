import { jsonOf, useSandbox } from './harness.mts';

const api = useSandbox();

const locator = (value: string | number) => ({ __rl: true, mode: 'number', value });

describe('Number → Get Many', () => {
	const operation = { resource: 'number', operation: 'getAll' };

	test('gives one flat item per number', async () => {
		const numbers = jsonOf(await api.run(operation));
		expect(numbers).toHaveLength(11);
		expect(numbers[3]).toEqual({
			number: '19288516549',
			e164: '+19288516549',
			status: 'active',
			added_at: '2025-12-09T14:17:58.649Z',
			removed_at: null,
			trunk_group_id: null,
			did_group_id: 990994,
			did_group_name: 'Bouse (928) 851',
			country_iso: 'US',
			country_name: 'USA',
			region_code: 'US-AZ',
			region_name: 'Arizona',
			toll_free: false,
			monthly_fee: '4.25',
			per_minute_rate: '0.0200',
			supports_cnam: true,
			cnam_name: 'My Caller ID',
			cnam_type: 'residential',
			cnam_display: 'allow',
			cnam_pending: 'enable',
			cnam_pending_name: 'New Caller ID',
		});
	});

	test("gives the API's own object where it is not simplified", async () => {
		const [number] = jsonOf(await api.run({ ...operation, simplify: false, limit: 1 }));
		expect(number).toMatchObject({ did_group: { country: { iso: 'PE' } }, cnam: null });
		expect(number).not.toHaveProperty('e164');
	});

	test.each([
		[{ countryName: 'braz' }, 3],
		[{ regionName: 'Maine' }, 2],
		[{ didGroupName: 'lima' }, 1],
		[{ number: '+51 1' }, 1],
		[{ number: '2074069000' }, 1],
		[{ status: 'active' }, 11],
		[{ status: 'removed' }, 0],
		[{ countryName: '', number: '' }, 11],
	])('filters by %j', async (filters, count) => {
		expect(jsonOf(await api.run({ ...operation, filters }))).toHaveLength(count);
	});

	test('sends only the filters that are given', async () => {
		await api.run({ ...operation, filters: { number: '+44 20', countryName: ' ' } });
		expect(api.sandbox.requests[0].query).toEqual({
			filter_by_number: '0114420',
			page: '1',
			page_size: '50',
		});
	});

	test('finds removed numbers on later pages, and stops when it has enough', async () => {
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

	test('sorts by several fields in their order', async () => {
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
		[{ filters: { number: 'abc' } }, /The filter Number must be a phone number/],
		[{ sort: { rules: [{ field: 'constructor', direction: 'asc' }] } }, /Cannot sort by/],
		[{ sort: { rules: [{ field: 'number', direction: 'up' }] } }, /Cannot sort by/],
	])('refuses %j before a request is sent', async (parameters, message) => {
		const { error } = await api.run({ ...operation, ...parameters });
		expect(error?.message).toMatch(message);
		expect(api.sandbox.requests).toHaveLength(0);
	});

	test('returns every number once although rows move while the pages are read', async () => {
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
});

describe('Number → Get', () => {
	const get = (number: string | number, more = {}) =>
		api.run({ resource: 'number', operation: 'get', number: locator(number), ...more });

	test.each(['12074069000', 12074069000, '+1 (207) 406-9000', ' 1-207-406-9000 '])(
		'finds %j',
		async (written) => {
			const [number] = jsonOf(await get(written));
			expect(number).toMatchObject({ number: '12074069000', cnam_name: 'My Caller ID' });
		},
	);

	test('matches exactly where the filter of the API matches parts', async () => {
		const { state } = api.sandbox;
		state.addNumber({ number: '0112074069000' });
		state.addNumber({ number: '01112074069000' });
		expect(jsonOf(await get('12074069000'))).toHaveLength(1);
		const { error } = await get('+1 207 406 9002');
		expect(error?.message).toBe('Number 12074069002 is not on this account');
		expect(error?.description).toContain('Number → Get Many');
	});

	test('prefers the active row to removed ones, else the latest', async () => {
		const { state } = api.sandbox;
		state.removeNumber('12074069000');
		state.addNumber({ number: '12074069000', groupId: 39145 });
		expect(jsonOf(await get('12074069000'))[0]).toMatchObject({ status: 'active' });
		state.removeNumber('12074069000');
		const [latest] = jsonOf(await get('12074069000', { simplify: false }));
		expect(latest.status).toBe('removed');
		expect(Date.parse(String(latest.added_at))).toBeGreaterThan(Date.parse('2026-03-01'));
	});

	test.each(['2074069000', '12', 'abc', '12074069000x', '={{ $json.missing }}'])(
		'refuses %j before a request is sent',
		async (written) => {
			const { error } = await get(written);
			expect(error?.message).toMatch(/is not a complete phone number|^Number is empty/);
			expect(api.sandbox.requests).toHaveLength(0);
		},
	);
});

describe('Number → Delete', () => {
	const operation = { resource: 'number', operation: 'delete' };

	test('removes the number', async () => {
		const items = jsonOf(await api.run({ ...operation, number: locator('+1 207 406 9000') }));
		expect(items).toEqual([{ deleted: true, number: '12074069000', status: 'removed' }]);
		expect(api.sandbox.state.activeNumber('12074069000')).toBeUndefined();
	});

	test('stops at the first number that fails: those after it are not removed', async () => {
		const numbers = ['12074069000', '12025550100', '12074069001'];
		const { error } = await api.run(
			{ ...operation, number: locator('={{ $json.number }}') },
			numbers.map((number) => ({ number })),
		);
		expect(error?.message).toBe('Number Not Found');
		expect(error?.context).toMatchObject({ itemIndex: 1 });
		expect(api.sandbox.state.activeNumber('12074069001')).toBeDefined();
	});
});

describe('Number → Set Caller ID', () => {
	const set = (cnamName: string, more = {}) =>
		api.run({
			resource: 'number',
			operation: 'setCnam',
			number: locator('12074069001'),
			cnamName,
			...more,
		});

	test('asks for the name, with the documented defaults', async () => {
		expect(jsonOf(await set('Jenny & Söhne'))).toEqual([{ success: true, number: '12074069001' }]);
		expect(api.sandbox.requests.at(-1)).toMatchObject({
			method: 'POST',
			path: '/numbers/12074069001/cnam',
			body: { name: 'Jenny & Söhne', type: 'business', display: 'allow' },
		});
	});

	test('sends type and display', async () => {
		await set('Jenny', { cnamType: 'residential', cnamDisplay: 'block' });
		expect(api.sandbox.state.activeNumber('12074069001')?.cnam?.pending).toEqual({
			action: 'enable',
			name: 'Jenny',
			type: 'residential',
			display: 'block',
		});
	});

	test.each(['={{ "" }}', ' ', 'Sixteen letters.'])('refuses the name %j', async (name) => {
		const { error } = await set(name);
		expect(error?.message).toMatch(/^Caller ID Name (is empty|has 16 characters; 15 are allowed)$/);
		expect(api.sandbox.requests).toHaveLength(0);
	});

	test('tells that a change is pending already, and what to do', async () => {
		await set('Jenny');
		const { error } = await set('Jenny');
		expect(error?.message).toBe('Cannot Update CNAM setting');
		expect(error?.description).toContain('Run Number → Get: supports_cnam must be true');
	});
});

test('Number → Delete Caller ID asks for the name to be taken off', async () => {
	const items = jsonOf(
		await api.run({
			resource: 'number',
			operation: 'deleteCnam',
			number: locator('12074069000'),
		}),
	);
	expect(items).toEqual([{ deleted: true, number: '12074069000' }]);
	expect(api.sandbox.state.activeNumber('12074069000')?.cnam?.pending).toEqual({
		action: 'disable',
	});
});
