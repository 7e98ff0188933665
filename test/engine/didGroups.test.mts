import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { credentialFor, jsonOf, runNode, useSandbox } from './harness.mts';

const api = useSandbox();

const by = (mode: string, value: string | number) => ({ __rl: true, mode, value });
const queries = () => api.sandbox.requests.map(({ query }) => query);
const paths = () => api.sandbox.requests.map(({ path }) => path);
const regionsRead = () => queries().flatMap((query) => query.region_code ?? []);

describe('DID Group → Get Many', () => {
	const operation = { resource: 'didGroup', operation: 'getAll' };
	const maine: INodeParameters = {
		...operation,
		countryIso: by('iso', 'US'),
		regionCode: by('code', 'US-ME'),
	};
	const usa: INodeParameters = { ...operation, countryIso: by('iso', 'US') };
	const idsOf = (groups: IDataObject[]) => groups.map((group) => group.id);

	test('when run, gives one flat item per group, fees as numbers', async () => {
		const groups = jsonOf(await api.run(maine));
		expect(idsOf(groups)).toEqual([39145, 39146, 39147]);
		expect(groups[0]).toEqual({
			id: 39145,
			name: 'Brunswick (207) 406',
			quantity: 120,
			monthly_fee: 4.25,
			setup_fee: 0,
			country_iso: 'US',
			region_code: 'US-ME',
			area_code: '207',
			toll_free: false,
			supports_browse: true,
		});
	});

	test("when Output is Raw, gives the API's own object", async () => {
		const [group] = jsonOf(await api.run({ ...maine, output: 'raw' }));
		expect(group).toMatchObject({
			id: 39145,
			fees: { monthly_fee: '4.25' },
			region: { code: 'US-ME' },
		});
		expect(group).not.toHaveProperty('monthly_fee');
	});

	test('when Toll-Free is on, sends no region, whatever the region holds', async () => {
		const groups = jsonOf(await api.run({ ...maine, tollFree: true }));
		expect(groups.map((group) => group.name)).toEqual(['USA Toll-Free (888)']);
		expect(queries()).toEqual([{ country_iso: 'US', toll_free: 'true' }]);
	});

	test('when an expression finds no region, refuses it where the country has some', async () => {
		const given = (country: string) => ({
			...operation,
			countryIso: by('iso', country),
			regionCode: by('code', '={{ $json.state }}'),
		});
		const { error } = await api.run(given('US'), [{ State: 'US-ME' }]);
		expect(error?.message).toBe("'Region' is empty");
		expect(regionsRead()).toEqual([]);
		expect(jsonOf(await api.run(given('PE'), [{ state: null }]))).not.toEqual([]);
		// A column that is there and blank leaves it out.
		expect(jsonOf(await api.run(given('US'), [{ state: '' }]))).not.toEqual([]);
	});

	test('when an expression fails, the error names its field', async () => {
		const { error } = await api.run({ ...maine, regionCode: by('code', "={{ $('Nope').item }}") });
		expect(error?.message).toMatch(/^'Region' cannot be read: /);
		expect(error?.description).toContain("Correct the expression in 'Region'");
	});

	describe('without a region', () => {
		test('when the country has regions, reads all of them in their order', async () => {
			const groups = jsonOf(await api.run({ ...usa, returnAll: true }));
			expect(groups.map((group) => group.region_code)).toEqual([
				'US-AK',
				'US-AK',
				'US-AZ',
				'US-CA',
				'US-ME',
				'US-ME',
				'US-ME',
				'US-NJ',
			]);
			// Countries, regions, and six regions.
			expect(paths()).toHaveLength(8);
		});

		test('when there is a limit, reads no more regions than it needs', async () => {
			expect(idsOf(jsonOf(await api.run({ ...usa, limit: 1 })))).toEqual([2992]);
			expect(regionsRead()).toEqual(['US-AK']);
			api.sandbox.reset();
			expect(idsOf(jsonOf(await api.run({ ...usa, limit: 3 })))).toEqual([2992, 4884, 990994]);
			expect(regionsRead()).toEqual(['US-AK', 'US-AZ']);
		});

		test('when the filters leave little, reads on until the limit is met', async () => {
			const filters = { areaCode: '207' };
			const groups = jsonOf(await api.run({ ...usa, filters, limit: 2 }));
			expect(idsOf(groups)).toEqual([39145, 39146]);
		});

		test('when the regions answer in another order, keeps theirs', async () => {
			api.sandbox.reset({ latencyMs: 5 });
			const groups = jsonOf(await api.run({ ...usa, returnAll: true }));
			expect(groups[0].region_code).toBe('US-AK');
			expect(groups.at(-1)?.region_code).toBe('US-NJ');
		});

		describe('for several items', () => {
			const coverage = () => paths().filter((path) => path.startsWith('/coverage/countries'));
			const of = (countryIso: string) => ({ countryIso });
			const anywhere = { ...operation, countryIso: by('iso', '={{ $json.countryIso }}') };

			test('reads countries and regions once', async () => {
				const items = ['US', 'GB', 'US', 'CA', 'US'].map(of);
				expect(jsonOf(await api.run({ ...anywhere, limit: 1 }, items))).toHaveLength(5);
				expect(coverage().sort()).toEqual([
					'/coverage/countries',
					'/coverage/countries/CA/regions',
					'/coverage/countries/US/regions',
				]);
			});

			test('reads them once for each account', async () => {
				const base = credentialFor(api.sandbox);
				const apiKey = `={{ $json.right ? "${base.apiKey}" : "wrong" }}`;
				const result = await runNode({
					parameters: { ...usa, limit: 1 },
					items: [{ right: true }, {}, { right: true }],
					credential: { ...base, apiKey },
					settings: { onError: 'continueRegularOutput' },
				});
				expect(jsonOf(result).map((json) => json.code ?? json.id)).toEqual([2992, 2000, 2992]);
				expect(coverage()).toHaveLength(3);
			});

			test('when the reading fails for one, reads for the others', async () => {
				const match = { path: '/coverage/countries' };
				api.sandbox.fault({ match, times: 1, kind: 'status', status: 422, body: {} });
				const settings = { onError: 'continueRegularOutput' as const };
				const result = await api.run({ ...anywhere, limit: 1 }, ['US', 'US'].map(of), settings);
				expect(jsonOf(result).map((json) => json.http_status ?? json.id)).toEqual([422, 2992]);
			});
		});

		test.each([by('code', ''), by('code', '={{ $json.missing }}'), ''])(
			'when the country has no regions and the region is %j, sends none',
			async (regionCode) => {
				const groups = jsonOf(
					await api.run({ ...operation, countryIso: by('iso', 'GB'), regionCode }),
				);
				expect(groups.map((group) => group.name)).toContain('London');
				expect(queries().at(-1)).toEqual({ country_iso: 'GB' });
			},
		);

		test('when has_regions comes as text, reads all regions too', async () => {
			const { state } = api.sandbox;
			const { countries } = state;
			const written = countries.map((country) => ({ ...country, has_regions: 'true' }));
			try {
				state.countries = written as unknown as typeof countries;
				expect(jsonOf(await api.run({ ...usa, returnAll: true }))).toHaveLength(8);
			} finally {
				state.countries = countries;
			}
		});
	});

	test.each([
		[{ areaCode: '908' }, []],
		[{ areaCode: '207' }, [39145, 39146, 39147]],
		[{ areaCode: 207 }, [39145, 39146, 39147]],
		[{ areaCode: '(207)' }, [39145, 39146, 39147]],
		[{ areaCode: '1207' }, [39145, 39146, 39147]],
		[{ areaCode: '+1 207' }, [39145, 39146, 39147]],
		[{ areaCode: '1 207' }, [39145, 39146, 39147]],
		[{ areaCode: '001 207' }, [39145, 39146, 39147]],
		[{ areaCode: '908, 207' }, [39145, 39146, 39147]],
		[{ areaCode: '={{ ["908", 207] }}' }, [39145, 39146, 39147]],
		[{ areaCode: '+207' }, []],
		[{ areaCode: '' }, [39145, 39146, 39147]],
		[{ nameContains: 'PORTLAND' }, [39146]],
		[{ browsableOnly: true }, [39145, 39146]],
		[{ browsableOnly: '={{ "true" }}' }, [39145, 39146]],
		[{ browsableOnly: false, inStockOnly: false }, [39145, 39146, 39147]],
		[{ minQuantity: 12 }, [39145, 39146]],
		[{ minQuantity: 13 }, [39145]],
		[{ maxMonthlyFee: 4.25 }, [39145, 39146]],
		[{ maxMonthlyFee: '4.25' }, [39145, 39146]],
		[{ maxMonthlyFee: 4.249 }, [39146]],
		[{ maxMonthlyFee: '3.98' }, []],
	])('when the filters are %j, gives the groups that fit', async (filters, ids) => {
		expect(idsOf(jsonOf(await api.run({ ...maine, filters })))).toEqual(ids);
	});

	test.each(['Piotrków', 'piotrkow', 'St. Louis', 'Łódź'])(
		'when a name is written %s, finds the group whose name has no accents and dots',
		async (nameContains) => {
			const { state } = api.sandbox;
			const group = state.didGroups.find(({ name }) => name.startsWith('PIOTRKOW'));
			if (!group) throw new Error('no such group');
			group.name = 'PIOTRKOW, ST LOUIS, LODZ';
			const poland = { ...operation, countryIso: by('iso', 'PL'), filters: { nameContains } };
			expect(idsOf(jsonOf(await api.run(poland)))).toEqual([group.id]);
		},
	);

	test.each(['020', '0044 20', '0044 (0)20', '0044 020', '+44 (0)20', '011 44 20'])(
		'when the area code of London is %s, finds it',
		async (areaCode) => {
			const london = { ...operation, countryIso: by('iso', 'GB'), filters: { areaCode } };
			expect(idsOf(jsonOf(await api.run(london)))).toEqual([7001]);
		},
	);

	test('when there are filters and a limit, filters first', async () => {
		const groups = jsonOf(await api.run({ ...maine, filters: { maxMonthlyFee: '4' }, limit: 1 }));
		expect(idsOf(groups)).toEqual([39146]);
	});

	test('when only groups in stock are wanted, leaves out the others', async () => {
		const uk = { ...operation, countryIso: by('iso', 'GB') };
		const names = async (filters: object) =>
			jsonOf(await api.run({ ...uk, filters: { ...filters } })).map((group) => group.name);
		expect(await names({})).toContain('Dover');
		expect(await names({ inStockOnly: true })).toEqual(['London', 'Gretna']);
	});

	test.each([
		[{ filters: { maxMonthlyFee: 'four' } }, /^'Max Monthly Fee' must be an amount/],
		[{ filters: { maxMonthlyFee: '-1' } }, /^'Max Monthly Fee' must be an amount/],
		[{ filters: { maxMonthlyFee: 0 } }, /^'Max Monthly Fee' must be more than 0/],
		[{ filters: { maxMonthlyFee: '$4' } }, /^'Max Monthly Fee' must be an amount/],
		[{ filters: { minQuantity: 0 } }, /^'Min Quantity' must be a whole number/],
		[{ filters: { areaCode: 'Maine' } }, /^'Area Code' must be digits/],
		[{ filters: { areaCode: '212 646' } }, /^'Area Code' must be digits/],
		[{ filters: { areaCode: '(207) 406' } }, /^'Area Code' must be digits/],
		[{ filters: { areaCode: '2074063052' } }, /^'Area Code' must be digits/],
		[{ filters: { areaCode: '+1 (207) 406-3052' } }, /^'Area Code' must be digits/],
		[{ filters: { areaCode: '207-406-3052' } }, /^'Area Code' must be digits/],
		[{ filters: { areaCode: '+1 (207) 406-3052 123' } }, /^'Area Code' must be digits/],
		[{ filters: { areaCode: '={{ true }}' } }, /^'Area Code' has an entry that is not text/],
		[{ filters: { areaCode: '={{ $json.missing }}' } }, /^'Area Code' is empty/],
		[{ filters: { nameContains: '={{ $json.missing }}' } }, /^'Name Contains' is empty/],
		[{ filters: { browsableOnly: 'perhaps' } }, /^'Browsable Only' must be true or false/],
		[{ regionCode: '={{ "Maine" }}' }, /^'Region' must be a code such as US-ME, not "Maine"/],
		[{ tollFree: 'maybe' }, /^'Toll-Free' must be true or false/],
	])('when given %j, refuses it before a request is sent', async (parameters, message) => {
		const { error } = await api.run({ ...maine, ...parameters });
		expect(error?.message).toMatch(message);
		expect(api.sandbox.requests).toHaveLength(0);
	});

	test('when one of all regions is not offered, the DID groups of the others come out', async () => {
		const errors = [{ code: 4002, title: 'Region Not Offered', detail: 'Region is not offered' }];
		const body = { status: 422, api_request_id: 'a', errors };
		const match = { path: '/did_groups' };
		api.sandbox.fault({ match, skip: 1, kind: 'status', status: 422, body });
		const countryIso = { __rl: true, mode: 'iso', value: 'US' };
		const operation = { resource: 'didGroup', operation: 'getAll', countryIso, returnAll: true };
		expect(jsonOf(await api.run(operation)).length).toBeGreaterThan(0);
	});
});

describe('DID Group → Browse Numbers', () => {
	const operation = { resource: 'didGroup', operation: 'browseNumbers' };
	const brunswick = { ...operation, didGroupId: by('id', 39145) };

	test('when run, gives each number with its SKU and its group', async () => {
		const numbers = jsonOf(await api.run({ ...brunswick, limit: 3 }));
		expect(numbers).toHaveLength(3);
		expect(numbers[0]).toEqual({
			number: '12074063050',
			e164: '+12074063050',
			sku: 'BW-US-2074063050',
			did_group_id: 39145,
			did_group_name: null,
			country_iso: null,
			region_code: null,
			monthly_fee: null,
		});
	});

	test.each(['simplified', 'raw'])(
		'when the input is what Get Many gives (%s), the numbers carry place and fee',
		async (output) => {
			const groups = jsonOf(
				await api.run({
					resource: 'didGroup',
					operation: 'getAll',
					countryIso: by('iso', 'US'),
					regionCode: by('code', 'US-ME'),
					filters: { browsableOnly: true },
					output,
				}),
			);
			api.sandbox.requests.splice(0);
			const result = await api.run(
				{ ...operation, didGroupId: by('id', '={{ $json.id }}'), limit: 1 },
				groups,
			);
			expect(jsonOf(result)).toMatchObject([
				{ did_group_id: 39145, did_group_name: 'Brunswick (207) 406', monthly_fee: 4.25 },
				{ did_group_id: 39146, region_code: 'US-ME', country_iso: 'US', monthly_fee: 3.99 },
			]);
			expect(api.sandbox.requests).toHaveLength(2);
		},
	);

	test('when the input is something else with the same ID, the numbers carry nothing of it', async () => {
		const items = [{ order: { id: 39145 }, name: 'Jenny' }];
		const [number] = jsonOf(await api.run({ ...brunswick, limit: 1 }, items));
		expect(number.did_group_name).toBeNull();
	});

	test.each([
		['*3052', ['12074063052']],
		['(207) 406-305?', ['12074063050', '12074063057', '12074063052']],
		['*3050, *3057', ['12074063050', '12074063057']],
		['={{ ["*3050", "1207*57"] }}', ['12074063050', '12074063057', '12074063757']],
		['+1 207 406 3052', ['12074063052']],
		// On the keys of a phone: 3052.
		['*D0J2', ['12074063052']],
		['*99999', []],
	])('when the pattern is %j, gives the numbers that fit', async (pattern, expected) => {
		const numbers = jsonOf(await api.run({ ...brunswick, filters: { pattern }, limit: 3 }));
		expect(numbers.map(({ number }) => number)).toEqual(expected);
	});

	test('when the pattern is empty, gives all numbers', async () => {
		const numbers = jsonOf(
			await api.run({ ...brunswick, filters: { pattern: '' }, returnAll: true }),
		);
		expect(numbers).toHaveLength(120);
	});

	test('when many items come in, reads several at the same time', async () => {
		// None is answered before all have come.
		api.sandbox.gather(5);
		const items = Array.from({ length: 5 }, () => ({}));
		expect(jsonOf(await api.run({ ...brunswick, limit: 1 }, items))).toHaveLength(5);
	});

	test('when a group cannot be browsed, gives the reason of the API', async () => {
		const { error } = await api.run({ ...operation, didGroupId: by('id', 39147) });
		expect(`${error?.message} ${error?.description}`).toContain(
			'DID Group 39147 does not support browsing',
		);
		expect(error?.description).toContain('Order from the others by quantity.');
	});

	test.each(['', '../countries', '1/../2', '39145?x=1', '1.5', 'NaN', '9007199254740993'])(
		'when the group is %j, refuses it before a request is sent',
		async (value) => {
			const { error } = await api.run({ ...operation, didGroupId: by('id', '={{ $json.id }}') }, [
				{ id: value },
			]);
			expect(error?.message).toMatch(/^'DID Group' (is empty|is not an ID|must be a number)/);
			expect(api.sandbox.requests).toHaveLength(0);
		},
	);

	test.each(['12#', '={{ $json.missing }}', '={{ true }}', '1'.repeat(19)])(
		'when the pattern is %j, refuses it before a request is sent',
		async (pattern) => {
			const { error } = await api.run({ ...brunswick, filters: { pattern } });
			expect(error?.message).toMatch(/^'Pattern' /);
			expect(api.sandbox.requests).toHaveLength(0);
		},
	);
});
