import { jsonOf, useSandbox } from './harness.mts';

const api = useSandbox();

describe('Country → Get Many', () => {
	const operation = { resource: 'country', operation: 'getAll' };

	test('gives one item per country, paired with the input', async () => {
		const { items } = await api.run({ ...operation, returnAll: true });
		expect(items).toHaveLength(api.sandbox.state.countries.length);
		expect(items[0]).toEqual({
			json: { name: 'Brazil', iso: 'BR', has_regions: false, supports_toll_free: true },
			pairedItem: { item: 0 },
		});
	});

	test('stops at the limit', async () => {
		expect(jsonOf(await api.run({ ...operation, limit: 2 }))).toHaveLength(2);
	});

	test('runs for every input item', async () => {
		const { items } = await api.run({ ...operation, limit: 1 }, [{}, {}, {}]);
		expect(items.map((item) => item.pairedItem)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
		expect(api.sandbox.requests).toHaveLength(3);
	});

	test.each([0, -1, 1.5, 'many'])(
		'refuses the limit %j before a request is sent',
		async (limit) => {
			const { error } = await api.run({ ...operation, limit });
			expect(error?.message).toContain('Limit must be a whole number');
			expect(api.sandbox.requests).toHaveLength(0);
		},
	);
});

describe('Region → Get Many', () => {
	const operation = { resource: 'region', operation: 'getAll' };
	const country = (value: string) => ({ __rl: true, mode: 'iso', value });

	test('lists the regions of the country', async () => {
		const regions = jsonOf(await api.run({ ...operation, countryIso: country('us') }));
		expect(regions).toContainEqual({ name: 'Maine', code: 'US-ME' });
		expect(api.sandbox.requests[0].path).toBe('/coverage/countries/US/regions');
	});

	test('gives no items for a country without regions', async () => {
		const result = await api.run({ ...operation, countryIso: country('PL') });
		expect(result.error).toBeUndefined();
		expect(result.items).toEqual([]);
	});

	test('tells what the API says about a country that is not offered', async () => {
		const { error } = await api.run({ ...operation, countryIso: country('AQ') });
		expect(error?.message).toBe('Country Not Offered');
		expect(error?.description).toContain('Country AQ is not offered (parameter: Country).');
		expect(error?.description).toContain('code 4003');
	});

	test.each(['={{ $json.missing }}', ' ', 'USA', '../x', 'U/', '..'])(
		'refuses the country %j before a request is sent',
		async (value) => {
			const { error } = await api.run({ ...operation, countryIso: country(value) });
			expect(error?.message).toMatch(/^Country (is empty|must be a code of two letters)/);
			expect(api.sandbox.requests).toHaveLength(0);
		},
	);
});

describe('DID Group → Get Many', () => {
	const operation = { resource: 'didGroup', operation: 'getAll' };
	const maine = {
		...operation,
		countryIso: { __rl: true, mode: 'iso', value: 'US' },
		regionCode: { __rl: true, mode: 'code', value: 'US-ME' },
	};

	test('gives one flat item per group', async () => {
		const groups = jsonOf(await api.run(maine));
		expect(groups.map((group) => group.id)).toEqual([39145, 39146, 39147]);
		expect(groups[0]).toEqual({
			id: 39145,
			name: 'Brunswick (207) 406',
			country_iso: 'US',
			country_name: 'USA',
			region_code: 'US-ME',
			region_name: 'Maine',
			country_calling_code: '1',
			area_code: '207',
			nxx: '406',
			toll_free: false,
			supports_browse: true,
			quantity: 120,
			setup_fee: '0.00',
			monthly_fee: '4.25',
			per_minute_rate: '0.0200',
		});
	});

	test("gives the API's own object where it is not simplified", async () => {
		const [group] = jsonOf(await api.run({ ...maine, simplify: false }));
		expect(group).toMatchObject({
			id: 39145,
			fees: { monthly_fee: '4.25' },
			region: { code: 'US-ME' },
		});
		expect(group).not.toHaveProperty('monthly_fee');
	});

	test('asks for toll-free groups without a region, whatever the region holds', async () => {
		const groups = jsonOf(await api.run({ ...maine, tollFree: true }));
		expect(groups.map((group) => group.name)).toEqual(['USA Toll-Free (888)']);
		expect(api.sandbox.requests[0].query).toEqual({ country_iso: 'US', toll_free: 'true' });
	});

	test('sends no empty region', async () => {
		const { error } = await api.run({ ...maine, regionCode: '' });
		expect(error?.message).toBe('Required Field Missing');
		expect(error?.description).toContain('parameter: Region');
		expect(api.sandbox.requests[0].query).toEqual({ country_iso: 'US' });
	});

	test.each([
		[{ areaCode: '908' }, []],
		[{ areaCode: '207' }, [39145, 39146, 39147]],
		[{ nameContains: 'PORTLAND' }, [39146]],
		[{ browsableOnly: true }, [39145, 39146]],
		[{ browsableOnly: false, inStockOnly: false }, [39145, 39146, 39147]],
		[{ maxMonthlyFee: '4.25' }, [39145, 39146]],
		[{ maxMonthlyFee: 4.249 }, [39146]],
		[{ maxMonthlyFee: '3.98' }, []],
	])('applies the filters %j', async (filters, ids) => {
		const groups = jsonOf(await api.run({ ...maine, filters }));
		expect(groups.map((group) => group.id)).toEqual(ids);
	});

	test('applies the filters before the limit', async () => {
		const groups = jsonOf(await api.run({ ...maine, filters: { maxMonthlyFee: '4' }, limit: 1 }));
		expect(groups.map((group) => group.id)).toEqual([39146]);
	});

	test('leaves out groups without stock where only those in stock are wanted', async () => {
		const uk = { ...operation, countryIso: { __rl: true, mode: 'iso', value: 'GB' } };
		const names = async (filters: object) =>
			jsonOf(await api.run({ ...uk, filters: { ...filters } })).map((group) => group.name);
		expect(await names({})).toContain('Dover');
		expect(await names({ inStockOnly: true })).toEqual(['London', 'Gretna']);
	});

	test.each(['four', '-1', '1e3', '$4'])('refuses the fee %j', async (maxMonthlyFee) => {
		const { error } = await api.run({ ...maine, filters: { maxMonthlyFee } });
		expect(error?.message).toContain('Max Monthly Fee must be an amount');
		expect(api.sandbox.requests).toHaveLength(0);
	});

	test('refuses a region that is no code', async () => {
		const { error } = await api.run({ ...maine, regionCode: 'Maine' });
		expect(error?.message).toBe('Region must be a code such as US-ME, not "Maine"');
		expect(api.sandbox.requests).toHaveLength(0);
	});
});

describe('DID Group → Browse Numbers', () => {
	const operation = { resource: 'didGroup', operation: 'browseNumbers' };
	const group = (value: string | number) => ({ __rl: true, mode: 'id', value });

	test('lists numbers with the SKU to order them by', async () => {
		const numbers = jsonOf(await api.run({ ...operation, didGroupId: group(39145), limit: 3 }));
		expect(numbers).toHaveLength(3);
		expect(numbers[0]).toEqual({ number: '12074063050', sku: 'BW-US-2074063050' });
	});

	test('tells that a group cannot be browsed', async () => {
		const { error } = await api.run({ ...operation, didGroupId: group(39147) });
		expect(error?.description).toContain('DID Group 39147 does not support browsing');
	});

	test.each([
		'={{ $json.missing }}',
		'../countries',
		'1/../2',
		'39145?x=1',
		'1.5',
		'NaN',
		'9007199254740993',
	])('refuses the group %j before a request is sent', async (value) => {
		const { error } = await api.run({ ...operation, didGroupId: group(value) });
		expect(error?.message).toMatch(/^DID Group (is empty|must be a number)/);
		expect(api.sandbox.requests).toHaveLength(0);
	});
});
