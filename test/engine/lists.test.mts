import { LoadOptionsContext } from 'n8n-core';
import { Workflow } from 'n8n-workflow';
import type { INodeParameters, INodeTypes } from 'n8n-workflow';
import { IdtExpress } from '../../nodes/IdtExpress/IdtExpress.node';
import { credentialFor, makeAdditionalData, nodeUnderTest, useSandbox } from './harness.mts';

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
	const { results, paginationToken } = await listSearch[name].call(
		contextFor(parameters),
		filter,
		token,
	);
	return { labels: results.map((item) => item.name), results, paginationToken };
}

const by = (mode: string, value: string | null) => ({ __rl: true, mode, value });
const US = by('list', 'US');
const MAINE = { countryIso: US, regionCode: by('list', 'US-ME'), tollFree: false };
const paths = () => engine.sandbox.requests.map(({ path }) => path);
const queries = () => engine.sandbox.requests.map(({ query }) => query);

describe('countries and regions', () => {
	it('are sorted, and searched by name or code', async () => {
		const { labels } = await search('searchCountries');
		expect(labels).toHaveLength(9);
		expect(labels.slice(-2)).toEqual(['United Kingdom (GB)', 'USA (US)']);
		expect((await search('searchCountries', {}, 'gb')).labels).toEqual(['United Kingdom (GB)']);
		expect((await search('searchCountries', {}, 'KINGDOM')).results[0].value).toBe('GB');
	});

	it('regions are those of the country', async () => {
		const { results } = await search('searchRegions', { countryIso: US }, 'me');
		expect(results).toEqual([{ name: 'Maine (US-ME)', value: 'US-ME' }]);
		expect(paths()).toEqual(['/coverage/countries/US/regions']);
	});

	it.each([
		['no country', by('list', ''), 'Choose a country first'],
		['a country that was never chosen', undefined, 'Choose a country first'],
		['an expression without a value', by('iso', null), /Country is an expression.*no value yet/],
		['an expression as it is', by('iso', '={{ $json.iso }}'), /Country is an expression/],
		['something else', by('iso', 'USA'), 'Country must be a code of two letters, not "USA"'],
	])('with %s: says so, and asks nothing', async (_name, countryIso, message) => {
		await expect(search('searchRegions', { countryIso })).rejects.toThrow(message);
		expect(paths()).toEqual([]);
	});
});

describe('DID groups', () => {
	it('show stock and monthly fee', async () => {
		const { labels } = await search('searchDidGroups', MAINE);
		expect(labels).toEqual([
			'Bangor (207) 307 – 3 in stock, 5.10 a month',
			'Brunswick (207) 406 – 120 in stock, 4.25 a month',
			'Portland (207) 536 – 12 in stock, 3.99 a month',
		]);
		expect(queries()).toEqual([{ country_iso: 'US', region_code: 'US-ME' }]);
	});

	it('for toll-free numbers have no region', async () => {
		const { labels } = await search('searchDidGroups', { ...MAINE, tollFree: true });
		expect(labels).toEqual(['USA Toll-Free (888) – 60 in stock, 3.10 a month']);
		expect(queries()).toEqual([{ country_iso: 'US', toll_free: 'true' }]);
	});

	it.each([{ operation: 'browseNumbers' }, { operation: 'create', orderBy: 'skus' }])(
		'are those whose numbers can be chosen: %j',
		async (parameters) => {
			const { labels } = await search('searchDidGroups', { ...MAINE, ...parameters });
			expect(labels).toHaveLength(2);
			expect(labels.join()).not.toContain('Bangor');
		},
	);

	it('say so where none is of use', async () => {
		const calgary = { countryIso: by('list', 'CA'), regionCode: by('list', 'CA-AB') };
		const asked = search('searchDidGroups', { ...calgary, operation: 'browseNumbers' });
		await expect(asked).rejects.toThrow('No DID group here lets you choose single numbers');
	});

	it("give the API's reason where they cannot be listed", async () => {
		await expect(search('searchDidGroups', { countryIso: US })).rejects.toMatchObject({
			message: 'Required Field Missing',
			description: expect.stringContaining('Region is required (parameter: Region)'),
		});
	});
});

describe('paged lists', () => {
	it('go on with the page that the editor asks for', async () => {
		engine.sandbox.state.seedOrders(150);
		const first = await search('searchOrders');
		expect(first.results).toHaveLength(100);
		const second = await search('searchOrders', {}, undefined, first.paginationToken);
		expect(second.results).toHaveLength(54);
		expect(second.paginationToken).toBeUndefined();
		expect(new Set([...first.results, ...second.results].map(({ value }) => value)).size).toBe(154);
	});

	it('are whole when the server gives smaller pages than asked for', async () => {
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

	it('find what is on a later page at once', async () => {
		engine.sandbox.state.seedOrders(450);
		const { labels } = await search('searchOrders', {}, '018-7cb');
		expect(labels).toEqual(['2020-07-05 – Complete, 0 of 2 delivered (018-7cb-5832)']);
		expect(queries().map(({ page }) => page)).toEqual(['1', '2', '3', '4', '5']);
	});

	it('end where nothing is found', async () => {
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
	])('are searched by the API: %s', async (filter, query) => {
		await search('searchNumbers', {}, filter);
		expect(queries()).toMatchObject([{ ...query, page: '1' }]);
		expect(Object.keys(queries()[0])).toHaveLength(4);
	});

	it('are readable, the newest first, removed ones marked', async () => {
		engine.sandbox.state.removeNumber('12074069001');
		const { labels, results } = await search('searchNumbers');
		expect(labels.slice(0, 2)).toEqual([
			'+1 207 406 9000 – Brunswick (207) 406',
			'+1 207 406 9001 – Brunswick (207) 406 (removed)',
		]);
		expect(results[0].value).toBe('12074069000');
	});
});

it('the default trunk group is marked', async () => {
	const { labels } = await search('searchTrunkGroups');
	expect(labels).toEqual(['Main office (default)', 'Trunk Group #2']);
});

describe('SKUs', () => {
	const skus = async (didGroupId: object) =>
		await loadOptions.getSkus.call(contextFor({ didGroupId: { ...didGroupId } }));

	it('are listed by their numbers', async () => {
		const options = await skus(by('list', '39146'));
		expect(options).toHaveLength(12);
		expect(options[0]).toEqual({ name: '+1 207 536 3050', value: 'BW-US-2075363050' });
	});

	it.each([by('list', ''), by('id', null), by('id', '={{ $json.id }}')])(
		'without a DID group the list says what to do first: %j',
		async (group) => {
			expect(await skus(group)).toEqual([
				{ name: 'Choose a DID group first', value: '', disabled: true },
			]);
			expect(paths()).toEqual([]);
		},
	);

	it("where they cannot be listed, the list shows the API's reason", async () => {
		const [entry, ...others] = await skus(by('id', '39147'));
		expect(others).toEqual([]);
		expect(entry).toMatchObject({ name: 'Invalid Request', value: '', disabled: true });
		expect(entry.description).toContain('39147 does not support browsing');
	});
});
