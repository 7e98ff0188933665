import fc from 'fast-check';
import { anyDeviations, anyLostAnswer, everyDeviation } from './anyDeviations.mts';
import { DEVIATIONS, type ApiAnswer, type ApiRequest, type Deviations } from './deviations.mts';
import { SandboxApi } from './endpoints.mts';
import { DEFAULT_SETTINGS } from './settings.mts';
import { SandboxState } from './state.mts';

beforeEach(() => void jest.spyOn(Date, 'now').mockReturnValue(Date.parse('2026-03-01T00:00:00Z')));
afterEach(() => jest.restoreAllMocks());

const get = (path: string, query: ApiRequest['query'] = {}): ApiRequest => ({
	method: 'GET',
	path,
	query,
});
const send = (method: string, path: string, body?: unknown): ApiRequest => ({
	method,
	path,
	query: {},
	body,
});
const pages = (path: string) =>
	['1', '2', '3', '4', '5'].map((page) => get(path, { page, page_size: '30' }));
const order = (item: object, preview = false) =>
	send('POST', '/orders', { ...(preview && { preview }), order_items: [item] });

/** Something of everything, so that each deviation has something to deviate from. */
const REQUESTS: ApiRequest[] = [
	get('/coverage/countries'),
	get('/coverage/did_groups', { country_iso: 'US', region_code: 'US-ME' }),
	get('/coverage/did_groups/39145/browse_numbers'),
	get('/coverage/did_groups/7004/browse_numbers'),
	...pages('/orders'),
	...pages('/numbers'),
	get('/orders', { filter_by_status: 'Processing' }),
	get('/numbers', { filter_by_number: '1207406', order_by_number: 'desc' }),
	get('/trunk_groups', { page: '1' }),
	get('/trunk_groups/8375'),
	order({ did_group_id: 7001, quantity: 2 }, true),
	order({ did_group_id: 7001, quantity: 2 }),
	order({ did_group_id: 39145, did_skus: ['BW-US-2074063052', 'BW-US-2074063062'] }),
	order({ did_group_id: 7001, quantity: 0 }),
	get('/orders/ba1-18f-0c9b'),
	get('/orders/ba1-18f-0c9b'),
	get('/orders/9c2-2e2-4b6f'),
	...['/orders', '/orders', '/orders'].map((path) => get(path)),
	send('POST', '/numbers/12074069001/cnam', { name: 'Jenny' }),
	get('/numbers', { filter_by_number: '12074069001' }),
	send('POST', '/trunk_groups', { name: 'Café "#1"  & more' }),
	send('DELETE', '/trunk_groups/10897'),
	send('DELETE', '/numbers/0115117304800'),
];

/** @returns the answers to all of these requests, on a fresh account */
function answers(deviations: Deviations): string[] {
	const state = new SandboxState({ ...DEFAULT_SETTINGS, deviations, maxPageSize: 20 });
	state.seedOrders(60);
	state.seedNumbers(60);
	const api = new SandboxApi(state);
	return REQUESTS.map((request) => readable(api.answer(request)));
}

function readable({ body, ...answer }: ApiAnswer): string {
	return JSON.stringify({ ...answer, body }).replace(/"api_request_id":"[^"]*"/, '');
}

let plain: string[] | null = null;

test.each(everyDeviation())(
	'the deviation %s changes some answers, and not all',
	(_name, deviations) => {
		plain ??= answers({});
		const changed = answers(deviations).filter((answer, index) => answer !== plain?.[index]);
		expect(changed.length).toBeGreaterThan(0);
		expect(changed.length).toBeLessThan(plain.length);
	},
);

test('without deviations the same requests get the same answers', () => {
	expect(answers({})).toEqual(answers({}));
});

test('a deviation that the sandbox does not know is an error', () => {
	const state = new SandboxState({
		...DEFAULT_SETTINGS,
		deviations: { misspelt: true } as Deviations,
	});
	expect(() => new SandboxApi(state).answer(get('/orders'))).toThrow('misspelt');
});

test('random deviations are of the kinds that are asked for, and of each of them', () => {
	const drawn = fc.sample(anyDeviations(['lag', 'money']), { numRuns: 2_000, seed: 1 });
	const names = new Set(drawn.flatMap((deviations) => Object.keys(deviations)));
	const expected = Object.entries(DEVIATIONS)
		.filter(([, { kinds }]) => kinds.some((kind) => kind === 'lag' || kind === 'money'))
		.map(([name]) => name);
	expect([...names].sort()).toEqual(expected.sort());
	expect(drawn.some((deviations) => Object.keys(deviations).length === 0)).toBe(true);
	expect(Math.max(...drawn.map((deviations) => Object.keys(deviations).length))).toBe(2);
});

test('random lost answers are lost after the request was carried out', () => {
	const faults = fc.sample(anyLostAnswer, { numRuns: 500, seed: 1 });
	expect(new Set(faults.map(({ kind }) => kind))).toEqual(
		new Set(['drop', 'cutBody', 'truncate', 'empty', 'html', 'redirect', 'status']),
	);
	expect(faults.every((fault) => fault.when === 'after')).toBe(true);
});
