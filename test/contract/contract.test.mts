import axios, { type AxiosInstance } from 'axios';
import { QUESTIONS } from './questions.mts';
import { ask, check, clientFor } from './suite.mts';
import { DEVIATIONS, type Deviations } from '../sandbox/deviations.mts';
import { SandboxApi } from '../sandbox/endpoints.mts';
import { ApiProblem } from '../sandbox/errors.mts';
import { DEFAULT_SETTINGS, type SandboxSettings } from '../sandbox/settings.mts';
import { SandboxState } from '../sandbox/state.mts';

/** The contract suite can fail, and recognises what the local sandbox was switched to. */

/** A client of a sandbox without a server. */
function clientOf(changes: Partial<SandboxSettings>): AxiosInstance {
	const settings = { ...DEFAULT_SETTINGS, ...changes };
	const state = new SandboxState(settings);
	const api = new SandboxApi(state);
	return axios.create({
		validateStatus: () => true,
		async adapter(config) {
			const { searchParams, pathname } = new URL(axios.getUri(config), 'http://sandbox/');
			const { status, body, text } = api.answer(
				{
					method: String(config.method).toUpperCase(),
					path: pathname,
					query: Object.fromEntries(searchParams),
					body: config.data === undefined ? undefined : JSON.parse(String(config.data)),
				},
				() => {
					if (config.headers['x-api-secret'] !== undefined) {
						throw new ApiProblem({ code: 2000, detail: 'Wrong' });
					}
				},
			);
			const data: unknown =
				text?.content ?? (body === null ? '' : JSON.parse(JSON.stringify(body)));
			const headers = settings.dateHeader ? { date: new Date(0).toUTCString() } : {};
			return { data, status, statusText: '', headers, config };
		},
	});
}

const differences = async (changes: Partial<SandboxSettings>) =>
	(await check({ api: clientOf(changes), writes: true })).flatMap(({ found }) => found ?? []);

test('the sandbox is as documented, and every check has something to check', async () => {
	const checks = await check({ api: clientOf({}), writes: true });
	expect(checks.filter(({ found }) => found?.length !== 0)).toEqual([
		expect.objectContaining({ section: 'Error codes', found: null }),
	]);
});

/** The answers that a switch can give to its question. */
const SWITCHES: Array<Partial<SandboxSettings>> = [
	{ ordersSort: 'oldest' },
	{ ordersSort: 'newest' },
	{ numbersSort: 'oldest' },
	{ numbersSort: 'newest' },
	{ sortPrecedence: 'query' },
	{ sortPrecedence: 'document' },
	{ sortPrecedence: 'first' },
	{ filterCase: 'any' },
	{ filterCase: 'exact' },
	{ totals: 'filtered' },
	{ totals: 'account' },
	{ maxPageSize: 37 },
	{ maxPageSize: 500 },
	{ maxPageSize: 500, pageSizeOverLimit: 'error' },
	{ pageSizeOverLimit: 'cap' },
	{ pageSizeOverLimit: 'error' },
	{ pageSizeOverLimit: 'break' },
	{ pageSizeOverLimit: 'default', maxPageSize: 200 },
	{ regionWhereNone: 'refused' },
	{ regionWhereNone: 'ignored' },
	{ tollFreeWithRegion: 'refused' },
	{ tollFreeWithRegion: 'ignored' },
	{ unknownNames: 'refused' },
	{ unknownNames: 'ignored' },
	{ usAboveStock: 'refused' },
	{ usAboveStock: 'accepted' },
	{ quantityWithSkus: 'refused' },
	{ quantityWithSkus: 'quantity' },
	{ quantityWithSkus: 'skus' },
	{ previewId: 'null' },
	{ previewId: 'missing' },
	{ previewId: 'text' },
	{ duplicateOrders: 'accepted' },
	{ duplicateOrders: 'refused' },
	{ duplicateOrders: 'same' },
	{ orderCreateStatus: 200 },
	{ orderCreateStatus: 201 },
	{ createdItemStatus: 'Processing' },
	{ createdItemStatus: 'Received' },
	{ updateLeavesOut: 'default' },
	{ updateLeavesOut: 'kept' },
	{ dateHeader: true },
	{ dateHeader: false },
];

test.each(SWITCHES.map((settings) => [JSON.stringify(settings), settings] as const))(
	'a sandbox with %s is recognised by its question',
	async (_name, settings) => {
		const [[setting, value]] = Object.entries(settings);
		const question = QUESTIONS.find((entry) => entry.setting === setting);
		expect(await question?.ask(clientOf(settings))).toBe(value);
	},
);

test('whatever the switches say, the sandbox is as documented', async () => {
	const last: Partial<SandboxSettings> = Object.assign({}, ...SWITCHES);
	const first: Partial<SandboxSettings> = Object.assign({}, ...[...SWITCHES].reverse());
	expect(await differences(last)).toEqual([]);
	expect(await differences(first)).toEqual([]);
	expect(await differences({ totals: 'account', sortPrecedence: 'document' })).toEqual([]);
});

test('every question about a switch is tried', () => {
	const asked = QUESTIONS.flatMap(({ setting }) => setting ?? []);
	expect(new Set(asked)).toEqual(new Set(SWITCHES.map((settings) => Object.keys(settings)[0])));
});

/** What the document does not forbid, or what a small account does not show. */
const UNSEEN = new Set(['beyondEnd', 'errorSize']);

/** Values that show where the first one does not. */
const SHOWN: Record<string, unknown> = {
	timeForm: 'space',
	rowTwice: 5,
	emptyPage: { page: 2 },
	shortPage: { page: 2 },
};

const DEVIATING = Object.entries(DEVIATIONS).map(([name, { values }]): [string, Deviations] => [
	name,
	{ [name]: SHOWN[name] ?? values[0] },
]);

test.each(DEVIATING)('a server that deviates is found out: %s', async (name, deviations) => {
	const found = await differences({ deviations });
	if (UNSEEN.has(name)) expect(found).toEqual([]);
	else expect(found).not.toEqual([]);
});

test('only reads are done where writing is not allowed', async () => {
	const api = clientOf({});
	const methods: unknown[] = [];
	api.interceptors.request.use((config) => {
		const isPreview = JSON.stringify(config.data ?? null).includes('"preview":true');
		if (!isPreview) methods.push(config.method);
		return config;
	});
	await check({ api, writes: false });
	await ask({ api, writes: false });
	expect(new Set(methods)).toEqual(new Set(['get']));
});

test.each(['https://api.idtexpress.com', 'https://API.idtexpress.com:443/'])(
	'%s is never called',
	(url) => {
		expect(() => clientFor(url, 'key', 'secret')).toThrow('never calls the Live environment');
	},
);
