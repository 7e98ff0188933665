import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { timing } from '../../nodes/IdtExpress/api/timing';
import { startSandbox, type Sandbox } from '../sandbox/server.mts';
import type { ListOrder } from '../sandbox/settings.mts';
import { SCHEDULES, type Schedule } from '../simulation/schedule.mts';
import { credentialFor } from './harness.mts';
import { knowsBudgets, n8nLog, SimulatedTrigger, type TriggerOptions } from './pollHarness.mts';
import { isLong } from '../support/property.mts';

/** Only `npm run test:compat` meets an n8n that grants a poll all the time there is. */
const testBudgets = knowsBudgets ? test : test.skip;

let sandbox: Sandbox;
let warnings: string[];
let infos: string[];

beforeAll(async () => {
	sandbox = await startSandbox({ settings: { funds: null } });
	Object.assign(timing, { firstWait: 5, longestWait: 10 });
});
afterAll(async () => await sandbox.close());
beforeEach(() => {
	sandbox.reset();
	sandbox.state.clearOrders();
	sandbox.state.clearNumbers();
	warnings = [];
	infos = [];
	jest.spyOn(n8nLog, 'warn').mockImplementation((message) => void warnings.push(message));
	jest.spyOn(n8nLog, 'info').mockImplementation((message) => void infos.push(message));
});
afterEach(() => jest.restoreAllMocks());

function trigger(
	parameters: TriggerOptions['parameters'] = {},
	schedule: Schedule = 'timers',
): SimulatedTrigger {
	return new SimulatedTrigger({ parameters, credential: credentialFor(sandbox), schedule });
}

/** An order that is through, or one that is not. */
function order(id: string, quantity = 1, delivered = 0, createdAt?: number) {
	const { state } = sandbox;
	state.addOrder({ id, quantity, createdAt });
	if (delivered > 0) state.fulfil(id, delivered);
}

const ids = (simulated: SimulatedTrigger) => simulated.emitted.map(({ id }) => id);
const numbersOf = (simulated: SimulatedTrigger) => simulated.emitted.map(({ number }) => number);

async function requestsOf(action: () => Promise<void>): Promise<number> {
	const before = sandbox.requests.length;
	await action();
	return sandbox.requests.length - before;
}

/** Sets the caller ID of all numbers. */
function setNames(name: string): void {
	for (const row of sandbox.state.numbers) {
		const current = { name, type: 'business' as const, display: 'allow' as const };
		row.cnam = { current, pending: null, pendingSince: 0 };
	}
}

describe('order events', () => {
	test('activation replays nothing; what was open then fires, however old, and what is new', async () => {
		order('finished', 1, 1);
		sandbox.state.addOrder({ id: 'old', quantity: 2, createdAt: Date.parse('2019-01-01') });
		const simulated = trigger();
		await simulated.activate();
		await simulated.tick();
		expect(simulated.emitted).toEqual([]);

		sandbox.state.fulfil('old');
		order('placed and finished', 1, 1);
		order('only placed');
		await simulated.tick();
		await simulated.tick();
		expect(ids(simulated)).toEqual(['old', 'placed and finished']);
		expect(simulated.errors).toEqual([]);
	});

	test('when an order is fulfilled, the item holds its numbers; raw is the whole answer of Get Order', async () => {
		const [simple, raw] = [trigger(), trigger({ output: 'raw' })];
		await Promise.all([simple.activate(), raw.activate()]);
		order('a', 2, 2);
		await Promise.all([simple.tick(), raw.tick()]);
		expect(simple.emitted[0]).toMatchObject({
			id: 'a',
			fulfilled_quantity: 2,
			numbers: [{ e164: '+12074063050' }, { e164: '+12074063057' }],
		});
		expect(simple.emitted[0]).not.toHaveProperty('previous_status');
		expect(raw.emitted[0]).toMatchObject({
			order_items: [{ numbers: [{ number: '12074063050' }, { number: '12074063057' }] }],
		});
		expect(Object.keys(raw.emitted[0])).toEqual([
			'id',
			'created_at',
			'status',
			'ordered',
			'fulfilled',
			'order_items',
		]);
	});

	test('Complete is not fulfilled: that is an event for orderStatusChanged only', async () => {
		const [fulfilled, changed] = [trigger(), trigger({ event: 'orderStatusChanged' })];
		order('a', 2);
		await Promise.all([fulfilled.activate(), changed.activate()]);
		sandbox.state.end('a', 'inventory');
		await Promise.all([fulfilled.tick(), changed.tick()]);
		expect(fulfilled.emitted).toEqual([]);
		expect(changed.emitted).toMatchObject([
			{ id: 'a', status: 'Complete', previous_status: 'Created', previous_fulfilled_quantity: 0 },
		]);
	});

	test.each([
		['everything was delivered, whatever the status says', 2, 'Awaiting Documents', 'Processing'],
		['the order is complete', 1, 'COMPLETE', 'Something Else'],
		['the item is final', 1, 'Processing', 'partially fulfilled — backorder cancelled'],
	])('finished: %s', async (_why, delivered, status, itemStatus) => {
		const simulated = trigger();
		order('a', 2);
		await simulated.activate();
		sandbox.state.fulfil('a', delivered);
		sandbox.state.setOrder('a', status, itemStatus);
		await simulated.tick();
		expect(ids(simulated)).toEqual(['a']);
	});

	test('an order that calls itself complete while all of it is on backorder fires when it comes', async () => {
		const simulated = trigger();
		await simulated.activate();
		order('a', 1);
		sandbox.state.setOrder('a', 'Complete', 'Backordered');
		await simulated.tick();
		expect(simulated.emitted).toEqual([]);
		sandbox.state.fulfil('a');
		await simulated.tick();
		await simulated.tick();
		expect(ids(simulated)).toEqual(['a']);
	});

	test('a backorder fires once at its end, or at every increase', async () => {
		const [finished, increases] = [trigger(), trigger({ fireOn: 'everyIncrease' })];
		await Promise.all([finished.activate(), increases.activate()]);
		order('a', 5, 1);
		for (const more of [0, 2, 0, 1, 1]) {
			await Promise.all([finished.tick(), increases.tick()]);
			if (more > 0) sandbox.state.fulfil('a', more);
		}
		await Promise.all([finished.tick(), increases.tick()]);
		const quantities = (simulated: SimulatedTrigger) =>
			simulated.emitted.map((item) => item.fulfilled_quantity);
		expect(quantities(finished)).toEqual([5]);
		expect(quantities(increases)).toEqual([1, 3, 4, 5]);
	});

	test('a new order has no previous status; another spelling of a status is no change', async () => {
		const simulated = trigger({ event: 'orderStatusChanged' });
		await simulated.activate();
		order('a', 2);
		await simulated.tick();
		expect(simulated.emitted).toMatchObject([
			{ id: 'a', previous_status: null, previous_fulfilled_quantity: null },
		]);
		sandbox.settings.statusCase = 'lower';
		sandbox.settings.statusDash = '-';
		await simulated.tick();
		await simulated.tick();
		expect(simulated.emitted).toHaveLength(1);
	});

	test('changing Fire On goes on from where it was', async () => {
		const simulated = trigger();
		order('a', 2);
		await simulated.activate();
		simulated.parameters = { fireOn: 'everyIncrease' };
		await simulated.activate('update');
		sandbox.state.fulfil('a', 1);
		await simulated.tick();
		sandbox.state.fulfil('a', 1);
		await simulated.tick();
		expect(ids(simulated)).toEqual(['a', 'a']);
	});

	test('hundreds of orders in one poll, all of the same time', async () => {
		const simulated = trigger();
		order('old', 1, 1);
		await simulated.activate();
		const createdAt = sandbox.state.now();
		for (let i = 0; i < 350; i++) {
			sandbox.state.addOrder({ id: `o${i}`, quantity: 1, createdAt });
			sandbox.state.fulfil(`o${i}`);
		}
		await simulated.tick();
		await simulated.tick();
		sandbox.state.addOrder({ id: 'late', quantity: 1, createdAt });
		sandbox.state.fulfil('late');
		await simulated.tick();
		expect(simulated.emitted).toHaveLength(351);
		expect(new Set(ids(simulated)).size).toBe(351);
	});
});

describe('number events', () => {
	test('numberAdded, numberRemoved and cnamUpdated fire once each, with filters', async () => {
		const { state } = sandbox;
		const add = (number: string) => state.addNumber({ number, groupId: 39145 });
		add('12074060001');
		state.addNumber({ number: '442070000001', groupId: 7001 });
		const filters = { countryName: 'usa', number: '+1 (207)' };
		const all = ['numberAdded', 'numberRemoved', 'cnamUpdated'].map((event) =>
			trigger({ event, filters }),
		);
		await Promise.all(all.map((simulated) => simulated.activate()));

		add('12074060002');
		state.addNumber({ number: '442070000002', groupId: 7001 });
		state.removeNumber('442070000001');
		state.removeNumber('12074060001');
		state.requestCnam('12074060002', {
			action: 'enable',
			name: 'Jenny',
			type: 'business',
			display: 'allow',
		});
		await Promise.all(all.map((simulated) => simulated.tick()));
		expect(all.map(numbersOf)).toEqual([['12074060002'], ['12074060001'], []]);

		state.completeCnam('12074060002');
		for (let i = 0; i < 2; i++) await Promise.all(all.map((simulated) => simulated.tick()));
		expect(all.map(numbersOf)).toEqual([['12074060002'], ['12074060001'], ['12074060002']]);
		expect(all[1].emitted[0]).toMatchObject({ status: 'removed', e164: '+12074060001' });
		expect(all[2].emitted[0]).toMatchObject({ cnam_name: 'Jenny', cnam_pending: null });
	});

	test('when numbers of other countries fill the newest page, those that pass the filter are emitted', async () => {
		const { state } = sandbox;
		const SECOND = 1_700_000_000;
		const add = (count: number, first: number, groupId: number, second: number) => {
			for (let i = 0; i < count; i++) {
				state.addNumber({ number: `${first + i}`, groupId, addedAt: (second + i) * 1000 });
			}
		};
		add(200, 12074060000, 39145, SECOND);
		add(150, 442071000000, 7001, SECOND + 1000);
		const simulated = trigger({ event: 'numberAdded', filters: { countryName: 'US' } });
		await simulated.activate();
		add(1, 12074070000, 39145, SECOND + 2000);
		add(150, 442072000000, 7001, SECOND + 3000);
		await simulated.tick();
		await simulated.tick();
		expect(numbersOf(simulated)).toEqual(['12074070000']);
		expect(await requestsOf(async () => await simulated.tick())).toBe(1);
	});

	test.each([
		['numberAdded', { regionName: 'CA-ON' }],
		['numberRemoved', { countryName: 'CA' }],
		['cnamUpdated', { regionName: 'Ontário' }],
	])('%s, when no number passes %j yet, the first that does is emitted', async (event, filters) => {
		const { state } = sandbox;
		state.seedNumbers(3);
		const simulated = trigger({ event, filters });
		await simulated.activate();
		await simulated.tick();
		expect([...simulated.errors, ...warnings]).toEqual([]);
		const current = { name: 'Jenny', type: 'business', display: 'allow' } as const;
		const cnam = { current, pending: null, pendingSince: 0 };
		state.addNumber({ number: '16472559777', groupId: 5101, cnam });
		await simulated.tick();
		state.removeNumber('16472559777');
		await simulated.tick();
		await simulated.tick();
		expect(numbersOf(simulated)).toEqual(['16472559777']);
	});

	test('bought again and removed again is a new removal; a row that leaves the list is none', async () => {
		const { state } = sandbox;
		sandbox.settings.removedRetentionMs = Infinity;
		state.addNumber({ number: '12074060001' });
		const simulated = trigger({ event: 'numberRemoved', output: 'raw' });
		await simulated.activate();
		state.removeNumber('12074060001', Date.parse('2024-01-01T00:00:00Z'));
		await simulated.tick();
		state.addNumber({ number: '12074060001' });
		await simulated.tick();
		state.removeNumber('12074060001', Date.parse('2024-02-01T00:00:00Z'));
		await simulated.tick();
		state.clearNumbers();
		await simulated.tick();
		expect(simulated.emitted.map((row) => row.removed_at)).toEqual([
			'2024-01-01T00:00:00.000Z',
			'2024-02-01T00:00:00.000Z',
		]);
		expect(simulated.emitted[0]).toHaveProperty('did_group.country.iso', 'US');
	});

	test('lists are read with several pages in flight', async () => {
		sandbox.state.seedNumbers(1000);
		// The first page tells how many there are.
		sandbox.gather(9, 1);
		const simulated = trigger({ event: 'numberRemoved' });
		await simulated.activate();
		expect(sandbox.mostInFlight()).toBe(9);
	});

	testBudgets('when n8n allows little time, a long list is read in it', async () => {
		sandbox.state.seedNumbers(3000);
		const simulated = trigger({ event: 'numberRemoved' }, 'durable');
		await simulated.activate();
		sandbox.reset();
		sandbox.state.seedNumbers(3000);
		Object.assign(sandbox.settings, { latencyMs: 600 });
		simulated.budget = 5_400;
		await simulated.tick();
		expect(simulated.errors).toEqual([]);
		expect(sandbox.mostInFlight()).toBe(10);
	});
});

describe('Fetch test event', () => {
	beforeEach(() => {
		order('older', 1, 1, 1_700_000_000_000);
		order('newest', 2, 2, 1_700_000_001_000);
		order('open', 3, 0, 1_700_000_002_000);
		const { state } = sandbox;
		sandbox.settings.removedRetentionMs = Infinity;
		state.clearNumbers();
		state.addNumber({ number: '12074060001', addedAt: 1_700_000_000_000 });
		state.addNumber({ number: '12074060002', addedAt: 1_700_000_001_000 });
		state.addNumber({ number: '12074060003', addedAt: 1_600_000_001_000 });
		state.requestCnam('12074060001', {
			action: 'enable',
			name: 'Jenny',
			type: 'business',
			display: 'allow',
		});
		state.completeCnam('12074060001');
		state.removeNumber('12074060003', 1_700_000_002_000);
	});

	test.each<[IDataObject, IDataObject]>([
		[{}, { id: 'newest', fulfilled_quantity: 2 }],
		[{ fireOn: 'everyIncrease' }, { id: 'newest' }],
		[{ event: 'orderStatusChanged' }, { id: 'open', previous_status: null }],
		[{ event: 'numberAdded' }, { number: '12074060002' }],
		[{ event: 'numberRemoved' }, { number: '12074060003', status: 'removed' }],
		[{ event: 'cnamUpdated' }, { number: '12074060001', cnam_name: 'Jenny' }],
	])('%j shows the latest record, however the list is sorted', async (parameters, expected) => {
		for (const sort of ['newest', 'oldest', 'shuffled', 'random'] satisfies ListOrder[]) {
			Object.assign(sandbox.settings, { ordersSort: sort, numbersSort: sort });
			const items = await trigger(JSON.parse(JSON.stringify(parameters))).fetchTestEvent();
			expect(items?.[0]).toHaveLength(1);
			expect(items?.[0][0].json).toMatchObject(expected);
		}
	});

	test.each([
		['orderFulfilled', 'Order Fulfilled'],
		['orderStatusChanged', 'Order Status Changed'],
		['numberAdded', 'Number Added'],
		['numberRemoved', 'Number Removed'],
		['cnamUpdated', 'Caller ID Updated'],
	])('%s says so where there is nothing to show', async (event, name) => {
		sandbox.state.clearOrders();
		sandbox.state.clearNumbers();
		const fetching = trigger({ event }).fetchTestEvent();
		await expect(fetching).rejects.toThrow(NodeOperationError);
		await expect(fetching).rejects.toThrow(`There is nothing to show yet for '${name}'`);
	});
});

describe('activation', () => {
	test('wrong credentials say in the message alone what is wrong, and show no secret', async () => {
		const simulated = trigger();
		simulated.credential = { ...simulated.credential, apiSecret: 'not-the-secret' };
		const error = await simulated.activate().then(
			() => null,
			(reason: unknown) => reason,
		);
		expect(error).toBeInstanceOf(NodeApiError);
		const { message } = error as NodeApiError;
		expect(message).toMatch(/^Access Denied: /);
		expect(message).toContain('Check the API key and the API secret in the credential');
		expect(message).toContain('code 2000, HTTP 403');
		expect(JSON.stringify(error)).not.toContain('not-the-secret');
		expect(message).not.toContain('sandbox-key');
	});

	test.each([
		['an address that is none', { baseUrl: 'no address' }, {}, 'Base URL'],
		['an event that is none', {}, { event: 'orderCanceled' }, "'Trigger On'"],
		[
			'a filter that is no number',
			{},
			{ event: 'numberAdded', filters: { number: 'abc' } },
			"'Number' must be a phone number",
		],
	])('%s is said', async (_what, credential, parameters, message) => {
		const simulated = trigger(parameters);
		simulated.credential = { ...simulated.credential, ...credential };
		await expect(simulated.activate()).rejects.toThrow(message);
	});

	test.each(SCHEDULES)(
		'the API is down: the trigger simulated, and begins when it is back (%s)',
		async (schedule) => {
			order('before', 1, 1);
			const simulated = trigger({}, schedule);
			await sandbox.stopListening();
			await simulated.activate();
			expect(warnings[0]).toContain('cannot be read at the moment');
			await simulated.tick();
			expect(simulated.errors).toHaveLength(1);
			expect(simulated.state).toEqual({});
			await sandbox.listen();
			await simulated.tick();
			order('after', 1, 1);
			await simulated.tick();
			expect(ids(simulated)).toEqual(['after']);
		},
	);

	test.each([
		['status', { status: 503 }],
		['html', {}],
		['truncate', {}],
		['drop', {}],
		['status', { status: 429, body: { errors: [{ code: 2002, title: 'Throttled' }] } }],
	] as const)('a passing fault (%s) does not end the trigger', async (kind, more) => {
		Object.assign(timing, { totalBudget: 200 });
		try {
			sandbox.fault({ kind, ...more, times: 1000 });
			const simulated = trigger();
			await simulated.activate();
			expect(simulated.state).toEqual({});
			sandbox.clearFaults();
			await simulated.tick();
			order('a', 1, 1);
			await simulated.tick();
			expect(ids(simulated)).toEqual(['a']);
		} finally {
			Object.assign(timing, { totalBudget: 60_000 });
		}
	});

	test.each(SCHEDULES)(
		'n8n is killed right after it, before the first scheduled poll: nothing is lost (%s)',
		async (schedule) => {
			order('before', 1, 1);
			const simulated = trigger({}, schedule);
			await simulated.activate();
			order('between', 1, 1);
			await simulated.restart();
			await simulated.tick();
			await simulated.tick();
			expect(ids(simulated)).toEqual(['between']);
			order('later', 1, 1);
			await simulated.restart();
			await simulated.tick();
			expect(ids(simulated)).toEqual(['between', 'later']);
			// The new baseline is stored with an execution too.
			expect(simulated.executions).toBe(3);
		},
	);
});

describe('going on, and starting anew', () => {
	test.each([
		['another page', { kind: 'html', status: 404 }],
		['a redirect', { kind: 'redirect', status: 302, body: 'http://127.0.0.1:9' }],
		['a refusal', { kind: 'status', status: 403, body: { errors: [{ code: 2000 }] } }],
		['a used-up quota', { kind: 'status', status: 429, body: { errors: [{ code: 2001 }] } }],
	] as const)('after a restart of n8n, %s does not end the trigger', async (_what, fault) => {
		const simulated = trigger();
		await simulated.activate();
		await simulated.tick();
		sandbox.fault({ ...fault, times: 9 });
		await simulated.restart();
		expect(warnings).toHaveLength(1);
		await simulated.tick();
		expect(simulated.errors).toHaveLength(1);
		sandbox.clearFaults();
		order('a', 1, 1);
		await simulated.tick();
		expect(ids(simulated)).toEqual(['a']);
	});

	test.each(SCHEDULES)('deactivated and activated again, it goes on (%s)', async (schedule) => {
		const simulated = trigger({}, schedule);
		order('a');
		await simulated.activate();
		sandbox.state.fulfil('a');
		order('b', 1, 1);
		await simulated.activate();
		await simulated.tick();
		expect(ids(simulated)).toEqual(['a', 'b']);
	});

	test.each<[string, (simulated: SimulatedTrigger) => void]>([
		['event', (simulated) => (simulated.parameters = { event: 'orderStatusChanged' })],
		[
			'API key',
			(simulated) => {
				simulated.credential = { ...simulated.credential, apiKey: 'another-key' };
				sandbox.credentials.apiKey = 'another-key';
			},
		],
		[
			'address',
			(simulated) =>
				(simulated.credential = {
					...simulated.credential,
					baseUrl: sandbox.url.replace('127.0.0.1', 'localhost'),
				}),
		],
	])('when the %s is another one, it starts over and says so', async (_what, change) => {
		const { apiKey } = sandbox.credentials;
		const simulated = trigger();
		await simulated.activate();
		order('a', 1, 1);
		change(simulated);
		try {
			await simulated.activate('update');
			await simulated.tick();
			expect(simulated.emitted).toEqual([]);
			order('b', 1, 1);
			await simulated.tick();
			expect(ids(simulated)).toEqual(['b']);
			expect(warnings).toHaveLength(1);
			expect(warnings[0]).toContain('its event, filters or account were changed');
		} finally {
			sandbox.credentials.apiKey = apiKey;
		}
	});

	test('other filters start afresh; blank ones are none', async () => {
		const { state } = sandbox;
		const simulated = trigger({ event: 'numberAdded', filters: { countryName: ' ' } });
		await simulated.activate();
		state.addNumber({ number: '12074060001' });
		simulated.parameters = { event: 'numberAdded', filters: {} };
		await simulated.activate('update');
		expect(numbersOf(simulated)).toEqual(['12074060001']);
		state.addNumber({ number: '12074060002' });
		simulated.parameters = { event: 'numberAdded', filters: { number: '207' } };
		await simulated.activate('update');
		await simulated.tick();
		expect(simulated.emitted).toHaveLength(1);
	});

	const scopeOf = (simulated: SimulatedTrigger) => (simulated.state.trigger as IDataObject).scope;

	test.each<[string, (simulated: SimulatedTrigger) => IDataObject]>([
		['of an older version of the package', () => ({ lastOrderId: '9c2-2e2-4b6f' })],
		[
			'of a newer version',
			(simulated) => ({ trigger: { version: 99, scope: scopeOf(simulated), data: {} } }),
		],
		['without data', (simulated) => ({ trigger: { version: 2, scope: scopeOf(simulated) } })],
		['that is no object', () => ({ trigger: 'x' })],
		[
			'with damaged orders',
			(simulated) => ({
				trigger: {
					version: 2,
					scope: scopeOf(simulated),
					data: { seen: '1', total: 1, open: { a: [1] } },
				},
			}),
		],
		[
			'with a damaged memory',
			(simulated) => ({
				trigger: {
					version: 2,
					scope: scopeOf(simulated),
					data: { seen: '1 x:yy', total: 1, open: {} },
				},
			}),
		],
	])('a state %s: a clear warning and a fresh start, once', async (_what, damage) => {
		const simulated = trigger();
		order('a', 1, 1);
		await simulated.activate();
		simulated.state = damage(simulated);
		await simulated.restart();
		expect(warnings).toHaveLength(1);
		expect(warnings[0]).toContain(
			'its saved state is damaged, or another version of this package wrote it',
		);
		order('b', 1, 1);
		await simulated.tick();
		expect(ids(simulated)).toEqual(['b']);
		expect(warnings).toHaveLength(1);
	});

	test.each(['numberAdded', 'numberRemoved', 'cnamUpdated'])(
		'damaged states of %s start afresh as well',
		async (event) => {
			const simulated = trigger({ event });
			await simulated.activate();
			const { trigger: sound } = simulated.state;
			for (const data of [{ since: 7 }, { since: 7, marks: {} }, { '12074060001': 'x' }]) {
				simulated.state = { trigger: { ...(sound as IDataObject), data } };
				await simulated.restart();
			}
			expect(warnings).toHaveLength(3);
			expect(simulated.state).toEqual({ trigger: sound });
		},
	);
});

describe('exactly once', () => {
	test('when the list cannot be read, nothing moves', async () => {
		const simulated = trigger();
		order('a', 2);
		await simulated.activate();
		const before = JSON.stringify(simulated.state);
		sandbox.state.fulfil('a');
		for (let i = 0; i < 3; i++) {
			sandbox.fault({ kind: 'status', status: 500, times: 100 });
			await simulated.tick();
			sandbox.clearFaults();
			expect(simulated.emitted).toEqual([]);
		}
		expect(simulated.errors).toHaveLength(3);
		expect(simulated.errors[0].message).toBe('IDT Express could not answer');
		expect(JSON.stringify(simulated.state)).toBe(before);
		await simulated.tick();
		expect(ids(simulated)).toEqual(['a']);
	});

	test.each([500, 422, 404, 403])(
		'when one order cannot be read (%i), the others are emitted, and the log says it once',
		async (status) => {
			const simulated = trigger();
			order('odd', 2);
			await simulated.activate();
			const body = { errors: [{ code: 1000, title: 'Odd' }] };
			sandbox.fault({ kind: 'status', status, body, match: { path: '/orders/odd' }, times: 1e6 });
			sandbox.state.fulfil('odd');
			order('a', 1, 1);
			for (let i = 0; i < 4; i++) await simulated.tick();
			expect(ids(simulated)).toEqual(['a']);
			expect(simulated.errors).toEqual([]);
			expect(warnings).toHaveLength(1);
			expect(warnings[0]).toContain('order odd cannot be read');
			sandbox.clearFaults();
			await simulated.tick();
			expect(ids(simulated)).toEqual(['a', 'odd']);
		},
	);

	test.each(SCHEDULES)('two polls at once, or with the same state (%s)', async (schedule) => {
		const simulated = trigger({}, schedule);
		await simulated.activate();
		for (const [id, how] of [
			['a', 'atOnce'],
			['b', 'inTurn'],
			['c', 'atOnce'],
			['d', 'inTurn'],
		] as const) {
			order(id, 1, 1);
			await simulated.tickTwice(how);
		}
		await simulated.tick();
		expect(ids(simulated)).toEqual(['a', 'b', 'c', 'd']);
		expect(simulated.errors).toEqual([]);
	});

	testBudgets.each(['scheduler', 'durable'] as const)(
		'what n8n could not store comes again (%s)',
		async (schedule) => {
			const simulated = trigger({}, schedule);
			await simulated.activate();
			const { state } = simulated;
			order('a', 1, 1);
			await simulated.tick();
			simulated.state = state;
			await simulated.tick();
			expect(ids(simulated)).toEqual(['a']);
			jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 30_000);
			await simulated.tick();
			expect(ids(simulated)).toEqual(['a', 'a']);
		},
	);

	testBudgets.each(['scheduler', 'durable'] as const)(
		'activated again while a poll is under way (%s)',
		async (schedule) => {
			const simulated = trigger({}, schedule);
			await simulated.activate();
			order('a', 1, 1);
			let again: Promise<void> | undefined;
			sandbox.onRequest = () => void (again ??= simulated.activate());
			await simulated.tick();
			await again;
			await simulated.tick();
			expect(ids(simulated)).toEqual(['a']);
		},
	);

	test.each(SCHEDULES)(
		'n8n starts with an older state, also while the API is down (%s)',
		async (schedule) => {
			const simulated = trigger({}, schedule);
			order('open', 2);
			await simulated.activate();
			order('a', 1, 1);
			await simulated.tick();
			order('nothing came', 1);
			sandbox.state.end('nothing came', 'inventory');
			order('b', 2);
			await simulated.tick();
			await sandbox.stopListening();
			await simulated.restart();
			await simulated.tick();
			sandbox.state.fulfil('b');
			sandbox.state.fulfil('open');
			await sandbox.listen();
			await simulated.tick();
			await simulated.restart();
			await simulated.tick();
			expect(ids(simulated).sort()).toEqual(['a', 'b', 'open']);
			expect(simulated.errors).toHaveLength(1);
		},
	);

	test.each(SCHEDULES)(
		'n8n stores what a later poll begins with: in an execution without items (%s)',
		async (schedule) => {
			const simulated = trigger({}, schedule);
			await sandbox.stopListening();
			await simulated.activate();
			await simulated.tick();
			await sandbox.listen();
			order('before', 1, 1);
			await simulated.tick();
			await simulated.tick();
			expect([simulated.executions, simulated.emitted]).toEqual([1, []]);
			order('meanwhile', 1, 1);
			await simulated.restart();
			await simulated.tick();
			expect(ids(simulated)).toEqual(['meanwhile']);

			// The credential leads to another account while the trigger is active.
			simulated.credential.baseUrl = sandbox.url.replace('127.0.0.1', 'localhost');
			await simulated.tick();
			await simulated.tick();
			expect(simulated.executions).toBe(3);
			order('then', 1, 1);
			await simulated.restart();
			await simulated.tick();
			expect(ids(simulated)).toEqual(['meanwhile', 'then']);
			expect(simulated.executions).toBe(4);
		},
	);

	test('clocks play no part: the server is a year behind, or ahead', async () => {
		for (const clockOffsetMs of [-365, 365].map((days) => days * 86_400_000)) {
			sandbox.reset({ clockOffsetMs, dateHeader: false });
			const simulated = trigger();
			await simulated.activate();
			order('a', 1, 1);
			sandbox.state.advance(-3_600_000);
			order('an hour back', 1, 1);
			await simulated.tick();
			await simulated.tick();
			expect(ids(simulated)).toEqual(['an hour back', 'a']);
		}
	});

	testBudgets(
		'too little time to look at all new orders: the rest comes with the next polls',
		async () => {
			const simulated = trigger({}, 'durable');
			await simulated.activate();
			await simulated.tick();
			for (let i = 0; i < 40; i++) order(`o${i}`, 1, 1);
			Object.assign(sandbox.settings, { latencyMs: 300 });
			simulated.budget = 600;
			let polls = 0;
			while (simulated.emitted.length < 40 && polls++ < 40) await simulated.tick();
			await simulated.tick();
			expect(polls).toBeGreaterThan(1);
			expect(new Set(ids(simulated)).size).toBe(40);
			expect(simulated.emitted).toHaveLength(40);
			expect(simulated.errors).toEqual([]);
		},
	);

	testBudgets(
		'a list that is too long for the time granted says so, and moves nothing',
		async () => {
			sandbox.state.seedNumbers(2000);
			const simulated = trigger({ event: 'numberRemoved' }, 'durable');
			await simulated.activate();
			const before = JSON.stringify(simulated.state);
			sandbox.settings.latencyMs = 1500;
			simulated.budget = 1500;
			await simulated.tick();
			expect(simulated.errors).toHaveLength(1);
			expect(simulated.errors[0].message).toContain('took longer than n8n allows for one poll');
			expect(JSON.stringify(simulated.state)).toBe(before);
		},
	);

	test('when the API says that an order does not exist, no other waits, and it may come back', async () => {
		const simulated = trigger();
		order('gone');
		order('kept');
		await simulated.activate();
		sandbox.fault({
			kind: 'status',
			status: 404,
			body: { errors: [{ code: 1003, title: 'Not Found' }] },
			match: { path: '/orders/gone' },
			times: 2,
		});
		sandbox.state.fulfil('gone');
		sandbox.state.fulfil('kept');
		await simulated.tick();
		expect(ids(simulated)).toEqual(['kept']);
		await simulated.tick();
		await simulated.tick();
		expect(ids(simulated)).toEqual(['kept', 'gone']);
	});
});

test.each(['numberAdded', 'numberRemoved', 'cnamUpdated'])(
	'when numbers are read (%s), those of the same time come in a fixed order',
	async (event) => {
		const simulated = trigger({ event });
		await simulated.activate();
		await simulated.tick();
		const reads = sandbox.requests.filter(({ path }) => path === '/numbers');
		expect(reads.length).toBeGreaterThan(0);
		for (const { query } of reads) expect(query).toMatchObject({ order_by_number: 'asc' });
	},
);

describe('cost', () => {
	const MANY = isLong ? 100_000 : 10_000;

	test.each<[ListOrder, number]>([
		['newest', 10],
		['oldest', 10],
		['newest', 1000],
		['oldest', 1000],
		['shuffled', 1000],
		['shuffled', MANY],
		['oldest', MANY],
		['newest', MANY],
	])(
		'when %s first, an idle poll of %i orders is one request, and the state below 4 KB',
		async (sort, count) => {
			sandbox.settings.ordersSort = sort;
			sandbox.state.seedOrders(count);
			const simulated = trigger();
			await simulated.activate();
			for (let i = 0; i < 5; i++) {
				expect(await requestsOf(() => simulated.tick())).toBe(1);
			}
			expect(JSON.stringify(simulated.state).length).toBeLessThan(4096);
			order('a', 1, 1);
			await simulated.tick();
			await simulated.tick();
			expect(ids(simulated)).toEqual(['a']);
			expect(JSON.stringify(simulated.state).length).toBeLessThan(4096);
		},
		// So many orders take a while on a busy machine.
		300_000,
	);

	test.each([
		[1000, 3, 4],
		[1000, 40, 12],
		[10, 5, 3],
		[300, 280, 5],
	])('of %i orders %i are open: %i requests at most', async (count, open, most) => {
		sandbox.state.seedOrders(count - open);
		for (let i = 0; i < open; i++) order(`open ${i}`);
		const simulated = trigger();
		await simulated.activate();
		for (let i = 0; i < 8; i++) {
			expect(await requestsOf(() => simulated.tick())).toBeLessThanOrEqual(most);
		}
		sandbox.state.fulfil('open 0');
		// Which orders a poll looks up is random.
		for (let i = 0; i < 40 && simulated.emitted.length === 0; i++) await simulated.tick();
		expect(ids(simulated)).toEqual(['open 0']);
	});
});

describe('what the API does otherwise than its document', () => {
	test.each(SCHEDULES)(
		'when numbers are listed later than they are counted, the event waits for them (%s)',
		async (schedule) => {
			for (const times of [1, 4]) {
				sandbox.reset({ deviations: { quantityBeforeNumbers: times } });
				sandbox.state.clearOrders();
				const simulated = trigger({}, schedule);
				await simulated.activate();
				order('a', 2, 2);
				for (let i = 0; i < 6; i++) {
					await simulated.tick();
					jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 60_000);
				}
				jest.spyOn(Date, 'now').mockRestore();
				expect(simulated.emitted).toMatchObject([{ id: 'a', numbers: [{}, {}] }]);
			}
		},
	);

	test.each([
		[{}, 1],
		[{ fulfilledWhen: 'everyIncrease' }, 1],
		[{ event: 'orderStatusChanged' }, 0],
	])('when the status comes before the quantity, with %j', async (parameters, early) => {
		const simulated = trigger(parameters);
		await simulated.activate();
		order('a', 2, 0);
		await simulated.tick();
		const before = simulated.emitted.length;
		sandbox.state.setOrder('a', 'Complete', 'Fulfilled - Complete');
		await simulated.tick();
		await simulated.tick();
		sandbox.state.fulfil('a');
		for (let i = 0; i < 4; i++) await simulated.tick();
		const emitted = simulated.emitted.slice(before);
		expect(emitted).toMatchObject([{ id: 'a', fulfilled_quantity: 2 }]);
		if (early) expect(emitted).toMatchObject([{ numbers: [{}, {}] }]);
	});

	test.each(SCHEDULES)(
		'when Get Order lags behind the list, the event comes with the numbers (%s)',
		async (schedule) => {
			const simulated = trigger({}, schedule);
			await simulated.activate();
			sandbox.settings.deviations = { statusBeforeQuantity: 2 };
			order('a', 2, 2);
			for (let i = 0; i < 4; i++) {
				await simulated.tick();
				jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 60_000);
			}
			jest.spyOn(Date, 'now').mockRestore();
			expect(simulated.emitted).toMatchObject([
				{ id: 'a', fulfilled_quantity: 2, numbers: [{}, {}] },
			]);
		},
	);

	test('when the numbers of an order are texts, the event has them at once', async () => {
		sandbox.settings.deviations = { deliveredNumbers: 'texts' };
		const simulated = trigger();
		await simulated.activate();
		order('a', 2, 2);
		await simulated.tick();
		expect(simulated.emitted).toMatchObject([
			{ id: 'a', numbers: [{ e164: '+12074063050' }, { e164: '+12074063057' }] },
		]);
	});

	test('when numbers are never listed, the order is emitted as it is after some polls', async () => {
		sandbox.settings.deviations = { quantityBeforeNumbers: 1000 };
		const simulated = trigger();
		await simulated.activate();
		order('a', 2, 2);
		for (let i = 0; i < 10; i++) await simulated.tick();
		expect(simulated.emitted).toMatchObject([{ id: 'a', fulfilled_quantity: 2, numbers: [] }]);
	});

	test.each(['missing', 'null', 'empty', 'odd'] as const)(
		'when orders have a status that is %s, each is emitted once',
		async (orderStatus) => {
			sandbox.settings.deviations = { orderStatus };
			const all = [{}, { fireOn: 'everyIncrease' }, { event: 'orderStatusChanged' }].map((given) =>
				trigger(given),
			);
			await Promise.all(all.map((simulated) => simulated.activate()));
			order('a', 1, 1);
			for (let i = 0; i < 4; i++) await Promise.all(all.map((simulated) => simulated.tick()));
			expect(all.map(ids)).toEqual([['a'], ['a'], ['a']]);
		},
	);

	test('when a status follows after the items ended, it is a change; back and forth are two', async () => {
		const simulated = trigger({ event: 'orderStatusChanged' });
		await simulated.activate();
		order('a', 2);
		await simulated.tick();
		for (const [status, item] of [
			['Processing', 'Partially Fulfilled - Complete'],
			['Complete', 'Backordered'],
			['Processing', 'Backordered'],
			['Complete', 'Backorder Canceled'],
		] as const) {
			sandbox.state.setOrder('a', status, item);
			for (let i = 0; i < 3; i++) await simulated.tick();
		}
		expect(simulated.emitted.map((item) => [item.previous_status, item.status])).toEqual([
			[null, 'Created'],
			['Created', 'Processing'],
			['Processing', 'Complete'],
			['Complete', 'Processing'],
			['Processing', 'Complete'],
		]);
	});

	test('when the quantity goes down and up again, that is no event', async () => {
		const all = [{ fireOn: 'everyIncrease' }, { event: 'orderStatusChanged' }].map((given) =>
			trigger(given),
		);
		order('a', 5, 3);
		await Promise.all(all.map((simulated) => simulated.activate()));
		const { numbers } = sandbox.state.orders[0].item;
		const taken = numbers.splice(1);
		for (let i = 0; i < 2; i++) await Promise.all(all.map((simulated) => simulated.tick()));
		numbers.push(...taken);
		for (let i = 0; i < 2; i++) await Promise.all(all.map((simulated) => simulated.tick()));
		expect(all.map(ids)).toEqual([[], []]);
	});

	test.each<[string, TriggerOptions['parameters']]>([
		['orders', {}],
		['orders', { event: 'orderStatusChanged' }],
		['numbers', { event: 'numberAdded' }],
		['numbers', { event: 'numberRemoved' }],
		['numbers', { event: 'cnamUpdated' }],
	])('when the list of %s is empty though it has rows, %j begins later', async (list, given) => {
		const { state } = sandbox;
		sandbox.settings.removedRetentionMs = Infinity;
		state.seedOrders(250);
		state.seedNumbers(250);
		for (const row of state.numbers.slice(0, 50)) state.removeNumber(row.number);
		for (const row of state.numbers.slice(100)) {
			const current = { name: 'Jenny', type: 'business' as const, display: 'allow' as const };
			row.cnam = { current, pending: null, pendingSince: 0 };
		}
		const rows = new RegExp(`/${list}$`);
		const meta = { page: 1, page_size: 100, total: 250 };
		sandbox.fault({
			kind: 'status',
			status: 200,
			body: { [list]: [], meta },
			match: { path: rows },
			times: 100,
		});
		const simulated = trigger(given);
		await simulated.activate();
		expect(simulated.state).toEqual({});
		sandbox.clearFaults();
		for (let i = 0; i < 3; i++) await simulated.tick();
		expect(simulated.emitted).toEqual([]);
		expect(Object.keys(simulated.state)).toEqual(['trigger']);
	});

	test.each(['tenfold', 'huge', 'oneTooLarge', 'oneTooSmall', 'page', 'null', 'zero'] as const)(
		'when the total of orders is %s, no event is lost, and a poll reads the list once',
		async (total) => {
			for (const ordersSort of ['newest', 'oldest', 'shuffled'] as const) {
				sandbox.reset({ ordersSort, deviations: { total } });
				sandbox.state.clearOrders();
				sandbox.state.seedOrders(250);
				const simulated = trigger();
				await simulated.activate();
				for (let i = 0; i < 3; i++) {
					order(`new ${i}`, 1, 1);
					await simulated.tick();
					await simulated.tick();
				}
				expect(ids(simulated)).toEqual(['new 0', 'new 1', 'new 2']);
				expect(await requestsOf(() => simulated.tick())).toBeLessThanOrEqual(3 + 2);
			}
		},
	);

	test.each(['numberRemoved', 'cnamUpdated'])(
		'when the total of numbers is too large, a poll for %s reads the list once',
		async (event) => {
			sandbox.reset({ deviations: { total: 'oneTooLarge' } });
			sandbox.state.clearNumbers();
			sandbox.state.seedNumbers(250);
			const simulated = trigger({ event });
			await simulated.activate();
			// Three pages, and the one that the total promises.
			expect(await requestsOf(() => simulated.tick())).toBeLessThanOrEqual(3 + 1);
			expect(simulated.emitted).toEqual([]);
		},
	);

	test('when the total is too large, a number that is listed late is an event all the same', async () => {
		sandbox.reset({ deviations: { total: 'oneTooLarge' } });
		sandbox.state.clearNumbers();
		sandbox.state.addNumber({ number: '12074060001' });
		const simulated = trigger({ event: 'numberAdded' });
		await simulated.activate();
		sandbox.state.addNumber({
			number: '12074060002',
			addedAt: sandbox.state.now() - 60_000,
		});
		await simulated.tick();
		expect(numbersOf(simulated)).toEqual(['12074060002']);
	});

	test.each(['noMilliseconds', 'offset', 'epochSeconds', 'epoch', 'flips', 'null'] as const)(
		'when times are written as %s from now on, nothing is an event',
		async (timeForm) => {
			sandbox.settings.removedRetentionMs = Infinity;
			sandbox.state.seedOrders(20);
			sandbox.state.seedNumbers(20);
			for (const row of sandbox.state.numbers.slice(0, 5)) sandbox.state.removeNumber(row.number);
			setNames('Jenny');
			const all = [
				{},
				{ event: 'numberAdded' },
				{ event: 'numberRemoved' },
				{ event: 'cnamUpdated' },
			];
			const simulated = all.map((given) => trigger(given));
			await Promise.all(simulated.map((each) => each.activate()));
			sandbox.settings.deviations = { timeForm };
			for (let i = 0; i < 3; i++) await Promise.all(simulated.map((each) => each.tick()));
			sandbox.settings.deviations = {};
			await Promise.all(simulated.map((each) => each.tick()));
			expect(simulated.map(({ emitted }) => emitted)).toEqual([[], [], [], []]);
		},
	);

	test('when a time cannot be read, the log says so once', async () => {
		const simulated = trigger();
		sandbox.state.seedOrders(200);
		await simulated.activate();
		sandbox.settings.deviations = { timeForm: 'missing' };
		order('a', 1, 1);
		for (let i = 0; i < 3; i++) await simulated.tick();
		expect(warnings).toHaveLength(1);
		expect(warnings[0]).toContain('a time that cannot be read');
	});

	test.each(['missing', 'null', 'empty'] as const)(
		'when statuses are %s for one poll, that is no change',
		async (orderStatus) => {
			const simulated = trigger({ event: 'orderStatusChanged' });
			order('a', 2);
			await simulated.activate();
			sandbox.settings.deviations = { orderStatus };
			await simulated.tick();
			sandbox.settings.deviations = {};
			await simulated.tick();
			expect(simulated.emitted).toEqual([]);
			sandbox.state.fulfil('a');
			await simulated.tick();
			expect(simulated.emitted).toMatchObject([{ id: 'a', previous_status: 'Created' }]);
		},
	);

	test.each(['missing', 'null'] as const)(
		'when caller IDs are %s for one poll, that is no change',
		async (cnamForm) => {
			sandbox.state.seedNumbers(20);
			setNames('Jenny');
			const simulated = trigger({ event: 'cnamUpdated' });
			await simulated.activate();
			sandbox.settings.deviations = { cnamForm };
			await simulated.tick();
			sandbox.settings.deviations = {};
			await simulated.tick();
			expect(simulated.emitted).toEqual([]);
			sandbox.state.numbers[3].cnam = { current: null, pending: null, pendingSince: 0 };
			await simulated.tick();
			expect(simulated.emitted).toMatchObject([{ number: sandbox.state.numbers[3].number }]);
		},
	);

	test('when a number is removed and its time cannot be read, the log says so', async () => {
		const row = (index: number, removedAt: string | null) => ({
			...{ number: String(12070000000 + index), status: removedAt === '' ? 'active' : 'removed' },
			...{ added_at: '2025-01-01T00:00:00Z', removed_at: removedAt },
		});
		const removed = Array.from({ length: 99 }, (_, index) =>
			row(index, new Date(1.7e12 + index * 1000).toISOString()),
		);
		const answerWith = (last: IDataObject) => {
			const body = { numbers: [...removed, last], meta: { total: 100, page_size: 100 } };
			sandbox.fault({ kind: 'status', status: 200, body, times: 2 });
		};
		const simulated = trigger({ event: 'numberRemoved' });
		answerWith(row(99, ''));
		answerWith(row(99, ''));
		await simulated.activate();
		expect(warnings).toEqual([]);
		answerWith(row(99, null));
		await simulated.tick();
		expect(simulated.emitted).toEqual([]);
		expect(warnings).toEqual([expect.stringContaining('a time that cannot be read')]);
	});

	test.each([
		['orderFulfilled', 1],
		['orderStatusChanged', 2],
		['numberAdded', 1],
		['numberRemoved', 1],
	])(
		'when %s comes without its time at first, it is no second event later',
		async (event, count) => {
			const simulated = trigger({ event });
			await simulated.activate();
			sandbox.settings.deviations = { timeForm: 'null' };
			order('a');
			sandbox.state.addNumber({ number: '12074060002' });
			sandbox.state.removeNumber('12074060002');
			await simulated.tick();
			sandbox.settings.deviations = {};
			sandbox.state.fulfil('a');
			for (let i = 0; i < 3; i++) await simulated.tick();
			expect(
				simulated.emitted.filter(({ id, number }) => id === 'a' || number === '12074060002'),
			).toHaveLength(count);
		},
	);
});

describe('caller IDs', () => {
	function withCallerIds(count: number): void {
		sandbox.state.seedNumbers(count);
		setNames('Jenny');
	}
	test('when all of 3,000 change at once, each is an event', async () => {
		withCallerIds(3000);
		const simulated = trigger({ event: 'cnamUpdated' });
		await simulated.activate();
		setNames('New');
		await simulated.tick();
		await simulated.tick();
		expect(new Set(numbersOf(simulated)).size).toBe(3000);
		expect(simulated.emitted).toHaveLength(3000);
	});

	test('when more than 10,000 numbers have one, the activation is refused with advice', async () => {
		withCallerIds(10_001);
		const simulated = trigger({ event: 'cnamUpdated' });
		await expect(simulated.activate()).rejects.toThrow(
			/10001 numbers have a caller ID; 'Caller ID Updated' can watch 10000.*Filters/,
		);
		sandbox.state.numbers[0].cnam = null;
		await simulated.activate();
		expect(Object.keys(simulated.state)).toEqual(['trigger']);
	}, 120_000);
});

describe('filters for orders', () => {
	test.each<[INodeParameters, string[]]>([
		[{ countryName: 'usa' }, ['us']],
		[{ countryName: 'GB' }, ['uk']],
		[{ didGroupName: 'brunswick' }, ['us']],
		[{ countryName: 'USA', didGroupName: 'London' }, []],
		[{}, ['uk', 'us']],
	])('with %j, only orders that pass are emitted', async (filters, expected) => {
		const simulated = trigger({ filters });
		await simulated.activate();
		sandbox.state.addOrder({ id: 'uk', quantity: 1, groupId: 7001 });
		sandbox.state.fulfil('uk');
		sandbox.state.addOrder({ id: 'us', quantity: 1, groupId: 39145 });
		sandbox.state.fulfil('us');
		await simulated.tick();
		await simulated.tick();
		expect(ids(simulated).sort()).toEqual(expected);
	});
});

describe("n8n's habits", () => {
	test('when two pollers of one workflow run in one process, each event comes once', async () => {
		let now = Date.now();
		jest.spyOn(Date, 'now').mockImplementation(() => now);
		for (const apart of [9_000, 35_000]) {
			sandbox.state.clearOrders();
			const workflowId = `imported ${apart}`;
			const pollers = [1, 2].map(
				() => new SimulatedTrigger({ credential: credentialFor(sandbox), workflowId }),
			);
			for (const poller of pollers) {
				await poller.activate();
				now += apart;
			}
			for (let i = 0; i < 4; i++) {
				order(`${apart} ${i}`, 1, 1);
				for (const poller of pollers) {
					await poller.tick();
					now += apart;
				}
			}
			const all = pollers.flatMap(ids);
			expect(all.sort()).toEqual([0, 1, 2, 3].map((i) => `${apart} ${i}`));
		}
	});

	test('when two triggers of one workflow have the same id, both get their events', async () => {
		const workflowId = 'same ids';
		const credential = credentialFor(sandbox);
		const all = ['One', 'Two'].map(
			(name) => new SimulatedTrigger({ credential, workflowId, name }),
		);
		await Promise.all(all.map((simulated) => simulated.activate()));
		order('a', 1, 1);
		await Promise.all(all.map((simulated) => simulated.tick()));
		expect(all.map(ids)).toEqual([['a'], ['a']]);
	});

	test('when a node is renamed, the log says that it starts over', async () => {
		const workflowId = 'renamed';
		const simulated = new SimulatedTrigger({ credential: credentialFor(sandbox), workflowId });
		await simulated.activate();
		expect(warnings).toEqual([]);
		expect(infos).toHaveLength(1);
		simulated.name = 'Another Name';
		await simulated.activate('update');
		expect(infos).toHaveLength(2);
		expect(infos[1]).toMatch(/^Another Name: .*renamed.*starts over/);
	});

	testBudgets('when an answer never ends, the next poll does not wait for it', async () => {
		const simulated = trigger({}, 'scheduler');
		await simulated.activate();
		order('a', 1, 1);
		sandbox.fault({ kind: 'hang', times: 1 });
		const arrived = new Promise<unknown>((resolve) => (sandbox.onRequest = resolve));
		simulated.budget = 2_000;
		const hanging = simulated.tick();
		await arrived;
		await simulated.tick();
		expect(ids(simulated)).toEqual([]);
		await new Promise((resolve) => setTimeout(resolve, 2_000));
		simulated.budget = 36_000;
		await simulated.tick();
		expect(ids(simulated)).toEqual(['a']);
		await hanging;
		expect(ids(simulated)).toEqual(['a']);
	});
});
