import { LoadOptionsContext } from 'n8n-core';
import { Workflow } from 'n8n-workflow';
import type {
	INodeListSearchResult,
	INodeParameters,
	INodePropertyOptions,
	INodeTypes,
} from 'n8n-workflow';
import { timing } from '../../nodes/IdtExpress/api/timing';
import { IdtExpress } from '../../nodes/IdtExpress/IdtExpress.node';
import {
	credentialFor,
	makeAdditionalData,
	nodeUnderTest,
	shortenWaits,
	useSandbox,
} from './harness.mts';

/** The lists of the editor, in n8n-core's own context for them. */

const engine = useSandbox();
const { listSearch, loadOptions } = new IdtExpress().methods;

function contextFor(parameters: INodeParameters): LoadOptionsContext {
	const node = nodeUnderTest({});
	const nodeTypes: INodeTypes = {
		getByName: () => new IdtExpress(),
		getByNameAndVersion: () => new IdtExpress(),
		getKnownTypes: () => ({}),
	};
	const workflow = new Workflow({ nodeTypes, nodes: [node], connections: {}, active: false });
	const data = makeAdditionalData(workflow, credentialFor(engine.sandbox));
	data.currentNodeParameters = parameters;
	return new LoadOptionsContext(workflow, node, data, '');
}

type Search = keyof typeof listSearch;

async function search(name: Search, parameters = {}, filter?: string, token?: string) {
	const context = contextFor(parameters);
	const found: INodeListSearchResult = await listSearch[name].call(context, filter, token);
	const { results, paginationToken } = found;
	return { labels: results.map((item) => item.name), results, paginationToken };
}

shortenWaits();

const by = (mode: string, value: string | null) => ({ __rl: true, mode, value });
const US = by('list', 'US');
const MAINE = { countryIso: US, regionCode: by('list', 'US-ME'), tollFree: false };
const paths = () => engine.sandbox.requests.map(({ path }) => path);
const queries = () => engine.sandbox.requests.map(({ query }) => query);

describe('countries and regions', () => {
	it('when countries are searched, they are sorted, and found by name or code', async () => {
		const { labels } = await search('searchCountries');
		expect(labels).toHaveLength(9);
		expect(labels.slice(-2)).toEqual(['United Kingdom (GB)', 'USA (US)']);
		expect((await search('searchCountries', {}, 'gb')).labels).toEqual(['United Kingdom (GB)']);
		expect((await search('searchCountries', {}, 'KINGDOM')).results[0].value).toBe('GB');
	});

	it.each([
		['uk', 'GB'],
		['England', 'GB'],
		['great britain', 'GB'],
		['united states', 'US'],
		['america', 'US'],
		['U.S.A.', 'US'],
		['\u2068usa\u2069', 'US'],
		['USA', 'US'],
		['brasil', undefined],
		['mexico', 'MX'],
	])('when %s is searched, finds %s', async (words, iso) => {
		const { results } = await search('searchCountries', {}, words);
		expect(results.map(({ value }) => value)).toEqual(iso === undefined ? [] : [iso]);
	});

	it('when a country has no code, leaves it out; small letters are no fault', async () => {
		engine.sandbox.reset({ deviations: { countryIso: 'missing' } });
		expect((await search('searchCountries')).labels).toHaveLength(4);
		engine.sandbox.reset({ deviations: { countryIso: 'lower' } });
		expect((await search('searchCountries', {}, 'brazil')).results[0].value).toBe('BR');
	});

	it('when a country has no regions, says so', async () => {
		await expect(search('searchRegions', { countryIso: by('list', 'PE') })).rejects.toThrow(
			'Peru has no regions: leave this empty',
		);
	});

	it("when the API refuses a country, gives the API's reason", async () => {
		await expect(search('searchRegions', { countryIso: by('iso', 'AQ') })).rejects.toThrow(
			'Country AQ is not offered',
		);
	});

	it('when a country is chosen, regions are those of the country', async () => {
		const { results } = await search('searchRegions', { countryIso: US }, 'me');
		expect(results).toEqual([{ name: 'Maine (US-ME)', value: 'US-ME' }]);
		expect(paths()).toEqual(['/coverage/countries/US/regions']);
	});

	it.each([
		['no country', by('list', ''), 'Choose a country first'],
		['a country that was never chosen', undefined, 'Choose a country first'],
		['an expression without a value', by('iso', null), /'Country' is an expression.*no value yet/],
		['an expression as it is', by('iso', '={{ $json.iso }}'), /'Country' is an expression/],
		['something else', by('iso', 'USA'), '\'Country\' must be a code such as US, not "USA"'],
	])('when there is %s, says so, and asks nothing', async (_name, countryIso, message) => {
		await expect(search('searchRegions', { countryIso })).rejects.toThrow(message);
		expect(paths()).toEqual([]);
	});
});

describe('DID groups', () => {
	it('when a region is chosen, lists its groups; the names hold nothing that changes', async () => {
		const { labels, results } = await search('searchDidGroups', MAINE);
		expect(labels).toEqual([
			'Bangor (207) 307, Maine',
			'Brunswick (207) 406, Maine',
			'Portland (207) 536, Maine',
		]);
		expect(results[0].description).toBe('3 in stock, 5.10 a month');
		expect(queries()).toEqual([{ country_iso: 'US', region_code: 'US-ME' }]);
	});

	it('when toll-free numbers are wanted, sends no region', async () => {
		const { labels } = await search('searchDidGroups', { ...MAINE, tollFree: true });
		expect(labels).toEqual(['USA Toll-Free (888)']);
		expect(queries()).toEqual([{ country_iso: 'US', toll_free: 'true' }]);
	});

	describe('without a region', () => {
		it.each([
			['portland', ['Portland (207) 536, Maine']],
			['207 bangor', ['Bangor (207) 307, Maine']],
			['1928', ['Bouse (928) 851, Arizona']],
			['+1 928', ['Bouse (928) 851, Arizona']],
			['US-CA', ['Santa Rosa (707) 867, California']],
			['nowhere', []],
		])('when %s is searched, finds it in any region', async (words, expected) => {
			const { labels } = await search('searchDidGroups', { countryIso: US }, words);
			expect(labels).toEqual(expected);
		});

		it('when the country has none, sends none', async () => {
			const { labels } = await search('searchDidGroups', { countryIso: by('list', 'GB') });
			expect(labels).toContain('London');
			expect(queries().at(-1)).toEqual({ country_iso: 'GB' });
		});

		it('when there are many groups, lists some at a time, each once', async () => {
			const { state } = engine.sandbox;
			const [first] = state.didGroups;
			const more = Array.from({ length: 250 }, (_, index) => ({
				...first,
				id: 100_000 + index,
				name: `Group ${index}`,
				regionCode: index < 150 ? 'US-AK' : 'US-NY',
			}));
			state.didGroups.push(...more);
			const values: unknown[] = [];
			for (let token: string | undefined = '0'; token !== undefined; ) {
				engine.sandbox.requests.splice(0);
				const page = await search('searchDidGroups', { countryIso: US }, undefined, token);
				if (token === '0') {
					// Countries, regions, and the first region.
					expect(paths()).toHaveLength(3);
					expect(page.results).toHaveLength(100);
				}
				values.push(...page.results.map(({ value }) => value));
				token = page.paginationToken;
			}
			expect(new Set(values).size).toBe(258);
			expect(values).toHaveLength(258);
		});

		it('when the regions do not answer in time, asks for a region', async () => {
			timing.editorList = 300;
			engine.sandbox.fault({ match: { path: /did_groups/ }, kind: 'hang', times: 100 });
			const asked = search('searchDidGroups', { countryIso: US });
			await expect(asked).rejects.toThrow('Choose a region first');
		});
	});

	it.each([{ operation: 'browseNumbers' }, { operation: 'create', orderBy: 'skus' }])(
		'when numbers are chosen one by one, lists the groups that allow it: %j',
		async (parameters) => {
			const { labels } = await search('searchDidGroups', { ...MAINE, ...parameters });
			expect(labels).toHaveLength(2);
			expect(labels.join()).not.toContain('Bangor');
		},
	);

	it.each(['text', 'number'] as const)(
		'when supports_browse comes as %s, understands it',
		async (form) => {
			engine.sandbox.reset({ deviations: { supportsBrowse: form } });
			const { labels } = await search('searchDidGroups', { ...MAINE, operation: 'browseNumbers' });
			expect(labels).toHaveLength(2);
		},
	);

	it('when none is of use, says what to do', async () => {
		const calgary = { countryIso: by('list', 'CA'), regionCode: by('list', 'CA-AB') };
		const asked = search('searchDidGroups', { ...calgary, operation: 'browseNumbers' });
		await expect(asked).rejects.toThrow(
			"The numbers of these DID groups cannot be chosen: set 'Select Numbers By' to Quantity",
		);
	});

	it("when they cannot be listed, gives the API's reason", async () => {
		const parameters = { countryIso: US, regionCode: by('code', 'US-ZZ') };
		await expect(search('searchDidGroups', parameters)).rejects.toThrow(/US-ZZ/);
	});
});

describe('paged lists', () => {
	it('when the editor asks for more, go on with the next page', async () => {
		engine.sandbox.state.seedOrders(150);
		const first = await search('searchOrders');
		expect(first.results).toHaveLength(100);
		const second = await search('searchOrders', {}, undefined, first.paginationToken);
		expect(second.results).toHaveLength(54);
		expect(second.paginationToken).toBeUndefined();
		expect(new Set([...first.results, ...second.results].map(({ value }) => value)).size).toBe(154);
	});

	it('when the server gives smaller pages than asked for, are whole', async () => {
		engine.sandbox.reset({ maxPageSize: 20 });
		engine.sandbox.state.seedOrders(50);
		const values = new Set();
		for (let token: string | undefined = '1 0'; token; ) {
			const page = await search('searchOrders', {}, undefined, token);
			for (const { value } of page.results) values.add(value);
			token = page.paginationToken;
		}
		expect(values.size).toBe(54);
	});

	it('when the server does not say that its pages are smaller, are whole with a search, too', async () => {
		engine.sandbox.reset({ maxPageSize: 20, deviations: { metaPageSize: 'missing' } });
		engine.sandbox.state.seedNumbers(50);
		const values = new Set();
		for (let token: string | undefined = '1 0'; token; ) {
			const page = await search('searchNumbers', {}, '1', token);
			for (const { value } of page.results) values.add(value);
			token = page.paginationToken;
		}
		const all = engine.sandbox.state.numbers.filter(({ number }) => number.includes('1'));
		expect(values.size).toBe(all.length);
	});

	it('when it is on a later page, find it at once', async () => {
		engine.sandbox.state.seedOrders(450);
		const { labels } = await search('searchOrders', {}, '018-7cb');
		expect(labels).toEqual([
			expect.stringMatching(/^2020-07-05 \d\d:\d\d – Complete, 0 of 2 delivered \(018-7cb-5832\)$/),
		]);
		expect(queries().map(({ page }) => page)).toEqual(['1', '2', '3', '4', '5']);
	});

	it('when there is one page, send one request', async () => {
		await search('searchOrders', {}, 'nothing like it');
		await search('searchNumbers', {}, '99999');
		await search('searchTrunkGroups');
		expect(paths()).toEqual(['/orders', '/numbers', '/trunk_groups']);
	});

	it('when nothing is found on many pages, give up', async () => {
		engine.sandbox.state.seedOrders(2500);
		await expect(search('searchOrders', {}, 'nothing like it')).rejects.toThrow(
			/^Nothing found among 2000 entries/,
		);
		expect(paths()).toHaveLength(20);
	});

	it('when the API does not answer in time, end with an error', async () => {
		expect(timing.editorList).toBe(10_000);
		Object.assign(timing, { editorList: 300, requestTimeout: 600_000 });
		engine.sandbox.fault({ kind: 'hang', times: 10 });
		await expect(search('searchOrders')).rejects.toThrow(/in time/);
	});

	it('when nothing is found, end', async () => {
		engine.sandbox.state.seedOrders(150);
		const { results, paginationToken } = await search('searchOrders', {}, 'nothing like it');
		expect(results).toEqual([]);
		expect(paginationToken).toBeUndefined();
	});
});

describe('numbers', () => {
	it.each([
		['(207) 406', { filter_by_number: '207406' }],
		['+44 20', { filter_by_number: '0114420' }],
		['brunswick', { filter_by_did_group_name: 'brunswick' }],
		['\u2068brunswick\u2069', { filter_by_did_group_name: 'brunswick' }],
	])('when %s is searched, let the API search', async (filter, query) => {
		await search('searchNumbers', {}, filter);
		expect(queries()).toMatchObject([{ ...query, page: '1' }]);
		expect(Object.keys(queries()[0])).toHaveLength(4);
	});

	it('when the DID group is written with accents, are found', async () => {
		engine.sandbox.state.addNumber({ number: '01148448881015', groupId: 19500 });
		for (const filter of ['Piotrków', 'piotrkow', 'Piotrków Tryb.']) {
			const { results } = await search('searchNumbers', {}, filter);
			expect(results).toMatchObject([{ value: '01148448881015' }]);
		}
	});

	it('when listed, are readable, the newest first, removed ones marked', async () => {
		engine.sandbox.state.removeNumber('12074069001');
		const { labels, results } = await search('searchNumbers');
		expect(labels.slice(0, 2)).toEqual([
			'+1 207 406 9000 – Brunswick (207) 406',
			'+1 207 406 9001 – Brunswick (207) 406 (removed)',
		]);
		expect(results[0].value).toBe('12074069000');
	});

	it.each([
		['delete', ['12074069000', '19288516549']],
		['setCnam', ['12074069000', '19288516549']],
		['deleteCnam', ['12074069000', '19288516549']],
	])('when the operation is %s, are those that it can be done for', async (operation, some) => {
		engine.sandbox.state.removeNumber('12074069001');
		const { results } = await search('searchNumbers', { operation });
		const values = results.map(({ value }) => value);
		expect(values).toEqual(expect.arrayContaining(some));
		expect(values).not.toContain('12074069001');
		if (operation !== 'delete') expect(values).not.toContain('0115117304800');
	});

	it('when a number is not North American, it has its country code apart', async () => {
		const { labels } = await search('searchNumbers', {}, '+51');
		expect(labels).toEqual(['+51 17304800 – LIMA']);
	});

	it('when the beginning of numbers is searched, gives no others', async () => {
		engine.sandbox.state.addNumber({ number: '0114412074069' });
		expect((await search('searchNumbers', {}, '1207406')).labels).toHaveLength(3);
		expect((await search('searchNumbers', {}, '+1 207 406')).labels).toHaveLength(2);
	});
});

it('when a trunk group is the default, it is marked', async () => {
	const { labels } = await search('searchTrunkGroups');
	expect(labels).toEqual(['Main office (default)', 'Trunk Group #2']);
});

describe('SKUs', () => {
	const skus = async (didGroupId: object): Promise<INodePropertyOptions[]> =>
		await loadOptions.getSkus.call(contextFor({ didGroupId: { ...didGroupId } }));

	it('when a group is chosen, are listed by their numbers', async () => {
		const options = await skus(by('list', '39146'));
		expect(options).toHaveLength(12);
		expect(options[0]).toEqual({ name: '+1 207 536 3050', value: 'BW-US-2075363050' });
	});

	it.each([by('list', ''), by('id', null), by('id', '={{ $json.id }}')])(
		'when no DID group is chosen (%j), the list says what to do first',
		async (group) => {
			expect(await skus(group)).toEqual([
				{ name: 'Choose a DID group first', value: '', disabled: true },
			]);
			expect(paths()).toEqual([]);
		},
	);

	it('when numbers of the group cannot be chosen, the list says what to do', async () => {
		const [entry, ...others] = await skus(by('id', '39147'));
		expect(others).toEqual([]);
		expect(entry).toMatchObject({
			name: "The numbers of this DID group cannot be chosen: set 'Select Numbers By' to Quantity",
			value: '',
			disabled: true,
		});
	});

	it("when the group does not exist, the list shows the API's reason", async () => {
		const [entry] = await skus(by('id', '1'));
		expect(entry).toMatchObject({ name: expect.stringContaining('1'), value: '', disabled: true });
		expect(entry.description).toContain('code 4004');
	});

	it.each([
		['noSku', 6],
		['noNumber', 12],
	] as const)(
		'when some are incomplete (%s), lists those that can be ordered',
		async (rows, count) => {
			engine.sandbox.reset({ deviations: { browseRows: rows } });
			const options = await skus(by('id', '39146'));
			expect(options).toHaveLength(count);
			expect(options.every(({ name, value }) => name !== '' && value !== '')).toBe(true);
		},
	);
});
