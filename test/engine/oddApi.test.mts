import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { everyDeviation } from '../sandbox/anyDeviations.mts';
import type { Fault } from '../sandbox/faults.mts';
import { shortenWaits, useSandbox, type NodeResult } from './harness.mts';
import { BRUNSWICK, buy, LONDON, placedIn } from './purchases.mts';

/**
 * An API, or something in front of it, that answers otherwise than its document says: every answer, for
 * every operation, whether the request was carried out or not. Nothing is done twice, nothing is said to be
 * done that is not, and what cannot be known is called so.
 */

const api = useSandbox();
shortenWaits();

const NUMBER = '12074069000';
const GROUP = 8375;
const byId = (value: string | number) => ({ __rl: true, mode: 'id', value });
const ownNumber = { __rl: true, mode: 'number', value: NUMBER };
const united = { __rl: true, mode: 'iso', value: 'US' };
const ALL = { returnAll: true, output: 'raw' };

const READS: Record<string, INodeParameters> = {
	countries: { resource: 'country', operation: 'getAll', ...ALL },
	regions: { resource: 'region', operation: 'getAll', countryIso: united, ...ALL },
	'DID groups': {
		resource: 'didGroup',
		operation: 'getAll',
		countryIso: united,
		regionCode: { __rl: true, mode: 'code', value: 'US-ME' },
		...ALL,
	},
	'numbers to buy': {
		resource: 'didGroup',
		operation: 'browseNumbers',
		didGroupId: byId(BRUNSWICK),
		...ALL,
	},
	preview: { resource: 'order', operation: 'preview', didGroupId: byId(LONDON), quantity: 1 },
	order: { resource: 'order', operation: 'get', orderId: byId('9c2-2e2-4b6f'), output: 'raw' },
	orders: { resource: 'order', operation: 'getAll', ...ALL },
	number: { resource: 'number', operation: 'get', number: ownNumber, output: 'raw' },
	numbers: { resource: 'number', operation: 'getAll', ...ALL },
	'trunk group': { resource: 'trunkGroup', operation: 'get', trunkGroupId: byId(GROUP) },
	'trunk groups': { resource: 'trunkGroup', operation: 'getAll', ...ALL },
};

interface Write {
	parameters: INodeParameters;
	/** Which request the answer belongs to. */
	match: Fault['match'];
	/** How often it was done. */
	done(): number;
}

const cnam = () => api.sandbox.state.activeNumber(NUMBER)?.cnam;
const groups = (name: string) =>
	api.sandbox.state.trunkGroups.filter((group) => group.name === name).length;

const WRITES: Record<string, Write> = {
	order: {
		parameters: buy({ spendLimit: 50 }),
		match: { method: 'POST', path: '/orders', preview: false },
		done: () => placedIn(api.sandbox).length,
	},
	'delete number': {
		parameters: { resource: 'number', operation: 'delete', number: ownNumber },
		match: { method: 'DELETE' },
		done: () => Number(!api.sandbox.state.activeNumber(NUMBER)),
	},
	'set caller ID': {
		parameters: { resource: 'number', operation: 'setCnam', number: ownNumber, cnamName: 'Jo' },
		match: { method: 'POST' },
		done: () => Number(JSON.stringify(cnam()?.pending).includes('Jo')),
	},
	'delete caller ID': {
		parameters: { resource: 'number', operation: 'deleteCnam', number: ownNumber },
		match: { method: 'DELETE' },
		done: () => Number(cnam()?.pending?.action === 'disable'),
	},
	'create trunk group': {
		parameters: { resource: 'trunkGroup', operation: 'create', name: 'Office' },
		match: { method: 'POST' },
		done: () => groups('Office'),
	},
	'update trunk group': {
		parameters: {
			resource: 'trunkGroup',
			operation: 'update',
			trunkGroupId: byId(GROUP),
			updateFields: { name: 'Renamed' },
		},
		match: { method: 'PUT' },
		done: () => groups('Renamed'),
	},
	'delete trunk group': {
		parameters: { resource: 'trunkGroup', operation: 'delete', trunkGroupId: byId(GROUP) },
		match: { method: 'DELETE' },
		done: () => Number(!api.sandbox.state.trunkGroup(GROUP)),
	},
	'assign numbers': {
		parameters: {
			resource: 'trunkGroup',
			operation: 'assignNumbers',
			trunkGroupId: byId(GROUP),
			numbers: NUMBER,
		},
		match: { method: 'PUT' },
		done: () => Number(api.sandbox.state.activeNumber(NUMBER)?.trunkGroupId === GROUP),
	},
};

const WORDS = 'Far too odd';
const ERROR = { code: 1000, title: 'Invalid Request', detail: WORDS };

/** What is not said by the API itself. */
const FOREIGN: Record<string, unknown> = {
	'a page': '<html><body>Blocked</body></html>',
	nothing: '',
	'a text': WORDS,
	'half of JSON': '{"status": 4',
	'a number': 7,
	'an empty object': {},
};

/** What is said in words, by the API (with its code) or by others on the way. */
const WORDED: Record<string, unknown> = {
	'as documented': { status: 400, api_request_id: 'r', errors: [ERROR] },
	'an object': { errors: ERROR },
	'a map': { errors: { quantity: [WORDS] } },
	texts: { errors: [null, WORDS] },
	'a message': { message: WORDS },
	problem: { title: WORDS, status: 400 },
	'an error': { error: WORDS },
};

const REFUSALS = [400, 403, 404, 409, 422];
const LOST = [303, 408, 429, 500, 524];
const SUCCESSES = [200, 207];

interface Answer {
	name: string;
	status: number;
	body: unknown;
	/** Whether the API itself says that nothing was done. */
	isOwnRefusal: boolean;
}

function answers(statuses: number[], bodies: Record<string, unknown>): Answer[] {
	return statuses.flatMap((status) =>
		Object.entries(bodies).map(([name, body]) => ({
			name: `HTTP ${status} with ${name}`,
			status,
			body,
			isOwnRefusal:
				/1000/.test(JSON.stringify(body)) && status >= 400 && status < 500 && status !== 408,
		})),
	);
}

const FORMS = { ...FOREIGN, ...WORDED };
const { 'a page': page, nothing, 'as documented': documented, 'a message': message } = FORMS;

/** Every status with the likeliest bodies, and every body with the likeliest statuses. */
const ANSWERS = [
	...answers([...REFUSALS, ...LOST], { 'a page': page, nothing }),
	...answers([...REFUSALS, ...LOST], { 'as documented': documented, 'a message': message }),
	...answers([418, 502], FOREIGN),
	...answers([418, 502], WORDED),
	...answers(SUCCESSES, FOREIGN),
	// A success that reports errors; a bare message is none.
	...answers(SUCCESSES, {
		'as documented': documented,
		texts: FORMS.texts,
		'a map': FORMS['a map'],
		'an error': FORMS['an error'],
		'an error message': { errorMessage: WORDS, errorType: 'Odd' },
		'no success': { success: false, message: WORDS },
		'a status': { status: 422, message: WORDS },
	}),
];

/** What an error must be, whatever happened. @returns what it says */
function checkError({ error, run }: NodeResult): string {
	const said = `${String(error?.message)} ${String(error?.description)}`;
	expect(error?.message).toMatch(/^[A-Z0-9'"+].{5,}/);
	expect(said).not.toMatch(/<html|undefined|\[object|NaN/);
	expect(said.length).toBeLessThan(2_500);
	expect(JSON.stringify(run)).not.toMatch(/sandbox-key|sandbox-secret/);
	return said;
}

/** Runs each case on a fresh sandbox, and names those that fail. */
async function forEach<T>(
	cases: T[],
	nameOf: (entry: T) => string,
	check: (entry: T) => Promise<void>,
): Promise<void> {
	const failed: string[] = [];
	for (const entry of cases) {
		api.sandbox.reset();
		try {
			await check(entry);
		} catch (error) {
			failed.push(`${nameOf(entry)}: ${error instanceof Error ? error.message : String(error)}`);
		}
	}
	if (failed.length > 0)
		throw new Error(`${failed.length} of ${cases.length}:\n${failed.join('\n')}`);
}

const says = (body: unknown) => JSON.stringify(body).includes(WORDS);

describe("when every answer to a read is odd, the API's words are shown, and it ends soon", () => {
	test.each(Object.keys(READS))('%s', async (name) => {
		// An empty object or null may be what a read documents; nothing else is.
		await forEach(
			// Throttling is waited out for as long as a person waits.
			ANSWERS.filter(({ status }) => status !== 429),
			(answer) => answer.name,
			async ({ status, body }) => {
				api.sandbox.fault({ kind: 'status', status, body, times: 99 });
				const result = await api.run(READS[name]);
				const said = checkError(result);
				if (says(body)) expect(said).toContain(WORDS);
				expect(said).toContain(`HTTP ${status}`);
				// Twice the four attempts, where one call leads to another.
				const isPassing = status >= 500 || status === 408 || status < 300;
				expect(api.sandbox.requests.length).toBeLessThanOrEqual(isPassing ? 8 : 1);
			},
		);
	});
});

describe('when the answer to a write is odd, it is done once, or said not to be, or said to be unknown', () => {
	const moments = ['before', 'after'] as const;

	describe.each(moments)('and the request is carried out: %s', (when) => {
		test.each(Object.keys(WRITES))('%s', async (name) => {
			const { parameters, match, done } = WRITES[name];
			// An API that says itself that it refused, or that it was done, and lies, cannot be found out.
			const isLie = ({ status, body, isOwnRefusal }: Answer) =>
				when === 'after'
					? isOwnRefusal || (status < 300 && says(body))
					: status < 300 && ['""', '{}'].includes(JSON.stringify(body));
			await forEach(
				ANSWERS.filter((answer) => !isLie(answer)),
				(answer) => answer.name,
				async ({ status, body, isOwnRefusal }) => {
					api.sandbox.fault({ match, kind: 'status', status, body, when });
					const result = await api.run(parameters);
					expect(done()).toBeLessThanOrEqual(1);
					if (!result.error) {
						expect(done()).toBe(1);
						return;
					}
					const said = checkError(result);
					if (!/may have|cannot be told|could not be/.test(said)) expect(done()).toBe(0);
					if (isOwnRefusal || (status >= 400 && says(body))) expect(said).toContain(WORDS);
				},
			);
		});
	});
});

const keyOf = (row: IDataObject) => String(row.id ?? row.number);

function hintsOf({ run }: NodeResult): unknown[] {
	return run.data.resultData.runData['IDT Express'][0].hints ?? [];
}

describe('when pages and totals are odd, every row comes that can be had, or a hint says that some are missing', () => {
	const lists: Record<string, INodeParameters> = {
		orders: READS.orders,
		numbers: READS.numbers,
		'trunk groups': READS['trunk groups'],
		'numbers with a filter': { ...READS.numbers, filters: { didGroupName: 'Brunswick' } },
	};
	const fill = () => {
		api.sandbox.state.seedOrders(230);
		api.sandbox.state.seedNumbers(230);
		for (let group = 1; group <= 120; group++) {
			api.sandbox.state.addTrunkGroup({
				...api.sandbox.state.trunkGroups[0],
				name: `Group ${group}`,
				is_default: false,
			});
		}
	};

	test.each(Object.keys(lists))('%s', async (name) => {
		fill();
		const usual = await api.run(lists[name]);
		const rows = usual.items.map(({ json }) => keyOf(json)).sort();
		const requests = api.sandbox.requests.length;
		await forEach(
			everyDeviation(['paging']),
			([deviation]) => deviation,
			async ([, settings]) => {
				fill();
				api.sandbox.settings.deviations = settings;
				const result = await api.run(lists[name]);
				if (result.error) throw new Error(result.error.message);
				// Pages of 10 take ten times as many; a second reading twice that.
				expect(api.sandbox.requests.length).toBeLessThanOrEqual(3 * requests + 20);
				const got = result.items.map(({ json }) => keyOf(json)).sort();
				// Pages that cannot be reached, with a total that says so or not.
				const isUnreachable = 'pageIgnored' in settings || 'pageFromZero' in settings;
				// Nothing tells that there is more behind a page that says to be not full, where the total may
				// be the account's.
				if (name.includes('filter') && 'pageSizeIgnored' in settings) return;
				if (!isUnreachable) expect(got).toEqual(rows);
				else if (got.length < rows.length && !name.includes('filter')) {
					expect(hintsOf(result)).toHaveLength(1);
				}
			},
		);
	});
});

describe('when anything is odd, a read gives the records or an error, and ends soon', () => {
	test.each(Object.keys(READS))('%s', async (name) => {
		await forEach(
			everyDeviation(),
			([deviation]) => deviation,
			async ([, settings]) => {
				api.sandbox.settings.deviations = settings;
				const result = await api.run(READS[name]);
				if (result.error) checkError(result);
				expect(api.sandbox.requests.length).toBeLessThanOrEqual(30);
			},
		);
	});
});
