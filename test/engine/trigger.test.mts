import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { IDataObject } from 'n8n-workflow';
import { timing } from '../../nodes/IdtExpress/api/timing';
import { SCHEDULES, type Schedule } from '../histories/schedule.mts';
import { startSandbox, type Sandbox } from '../sandbox/server.mts';
import type { ListOrder } from '../sandbox/settings.mts';
import { credentialFor } from './harness.mts';
import { knowsBudgets, n8nLog, TriggerLife, type TriggerOptions } from './pollHarness.mts';

/** Only `npm run test:compat` meets an n8n that grants a poll all the time there is. */
const testBudgets = knowsBudgets ? test : test.skip;

let sandbox: Sandbox;
let warnings: string[];

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
	jest.spyOn(n8nLog, 'warn').mockImplementation((message) => void warnings.push(message));
});
afterEach(() => jest.restoreAllMocks());

function trigger(
	parameters: TriggerOptions['parameters'] = {},
	schedule: Schedule = 'timers',
): TriggerLife {
	return new TriggerLife({ parameters, credential: credentialFor(sandbox), schedule });
}

/** An order that is through, or one that is not. */
function order(id: string, quantity = 1, delivered = 0, createdAt?: number) {
	const { state } = sandbox;
	state.addOrder({ id, quantity, createdAt });
	if (delivered > 0) state.fulfil(id, delivered);
}

const ids = (life: TriggerLife) => life.emitted.map(({ id }) => id);
const numbersOf = (life: TriggerLife) => life.emitted.map(({ number }) => number);

async function requestsOf(action: () => Promise<void>): Promise<number> {
	const before = sandbox.requests.length;
	await action();
	return sandbox.requests.length - before;
}

describe('order events', () => {
	test('activation replays nothing; what was open then fires, however old, and what is new', async () => {
		order('finished', 1, 1);
		sandbox.state.addOrder({ id: 'old', quantity: 2, createdAt: Date.parse('2019-01-01') });
		const life = trigger();
		await life.activate();
		await life.tick();
		expect(life.emitted).toEqual([]);

		sandbox.state.fulfil('old');
		order('placed and finished', 1, 1);
		order('only placed');
		await life.tick();
		await life.tick();
		expect(ids(life)).toEqual(['old', 'placed and finished']);
		expect(life.errors).toEqual([]);
	});

	test('an item holds the numbers bought; without Simplify it is the whole answer of Get Order', async () => {
		const [simple, raw] = [trigger(), trigger({ simplify: false })];
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
		const life = trigger();
		order('a', 2);
		await life.activate();
		sandbox.state.fulfil('a', delivered);
		sandbox.state.setOrder('a', status, itemStatus);
		await life.tick();
		expect(ids(life)).toEqual(['a']);
	});

	test('an order that calls itself complete while all of it is on backorder fires when it comes', async () => {
		const life = trigger();
		await life.activate();
		order('a', 1);
		sandbox.state.setOrder('a', 'Complete', 'Backordered');
		await life.tick();
		expect(life.emitted).toEqual([]);
		sandbox.state.fulfil('a');
		await life.tick();
		await life.tick();
		expect(ids(life)).toEqual(['a']);
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
		const quantities = (life: TriggerLife) => life.emitted.map((item) => item.fulfilled_quantity);
		expect(quantities(finished)).toEqual([5]);
		expect(quantities(increases)).toEqual([1, 3, 4, 5]);
	});

	test('a new order has no previous status; another spelling of a status is no change', async () => {
		const life = trigger({ event: 'orderStatusChanged' });
		await life.activate();
		order('a', 2);
		await life.tick();
		expect(life.emitted).toMatchObject([
			{ id: 'a', previous_status: null, previous_fulfilled_quantity: null },
		]);
		sandbox.settings.statusCase = 'lower';
		sandbox.settings.statusDash = '-';
		await life.tick();
		await life.tick();
		expect(life.emitted).toHaveLength(1);
	});

	test('changing Fire On goes on from where it was', async () => {
		const life = trigger();
		order('a', 2);
		await life.activate();
		life.parameters = { fireOn: 'everyIncrease' };
		await life.activate('update');
		sandbox.state.fulfil('a', 1);
		await life.tick();
		sandbox.state.fulfil('a', 1);
		await life.tick();
		expect(ids(life)).toEqual(['a', 'a']);
	});

	test('hundreds of orders in one poll, all of the same time', async () => {
		const life = trigger();
		order('old', 1, 1);
		await life.activate();
		const createdAt = sandbox.state.now();
		for (let i = 0; i < 350; i++) {
			sandbox.state.addOrder({ id: `o${i}`, quantity: 1, createdAt });
			sandbox.state.fulfil(`o${i}`);
		}
		await life.tick();
		await life.tick();
		sandbox.state.addOrder({ id: 'late', quantity: 1, createdAt });
		sandbox.state.fulfil('late');
		await life.tick();
		expect(life.emitted).toHaveLength(351);
		expect(new Set(ids(life)).size).toBe(351);
	});
});

describe('number events', () => {
	test('numberAdded, numberRemoved and cnamUpdated fire once each, with filters', async () => {
		const { state } = sandbox;
		const add = (number: string) => state.addNumber({ number, groupId: 39145 });
		add('12074060001');
		state.addNumber({ number: '442070000001', groupId: 7001 });
		const filters = { countryName: 'usa', number: '+1 (207)' };
		const lives = ['numberAdded', 'numberRemoved', 'cnamUpdated'].map((event) =>
			trigger({ event, filters }),
		);
		await Promise.all(lives.map((life) => life.activate()));

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
		await Promise.all(lives.map((life) => life.tick()));
		expect(lives.map(numbersOf)).toEqual([['12074060002'], ['12074060001'], []]);

		state.completeCnam('12074060002');
		for (let i = 0; i < 2; i++) await Promise.all(lives.map((life) => life.tick()));
		expect(lives.map(numbersOf)).toEqual([['12074060002'], ['12074060001'], ['12074060002']]);
		expect(lives[1].emitted[0]).toMatchObject({ status: 'removed', e164: '+12074060001' });
		expect(lives[2].emitted[0]).toMatchObject({ cnam_name: 'Jenny', cnam_pending: null });
	});

	test('bought again and removed again is a new removal; a row that leaves the list is none', async () => {
		const { state } = sandbox;
		sandbox.settings.removedRetentionMs = Infinity;
		state.addNumber({ number: '12074060001' });
		const life = trigger({ event: 'numberRemoved', simplify: false });
		await life.activate();
		state.removeNumber('12074060001', Date.parse('2024-01-01T00:00:00Z'));
		await life.tick();
		state.addNumber({ number: '12074060001' });
		await life.tick();
		state.removeNumber('12074060001', Date.parse('2024-02-01T00:00:00Z'));
		await life.tick();
		state.clearNumbers();
		await life.tick();
		expect(life.emitted.map((row) => row.removed_at)).toEqual([
			'2024-01-01T00:00:00.000Z',
			'2024-02-01T00:00:00.000Z',
		]);
		expect(life.emitted[0]).toHaveProperty('did_group.country.iso', 'US');
	});

	test('lists are read with several pages in flight', async () => {
		sandbox.state.seedNumbers(1000);
		// The first page tells how many there are.
		sandbox.gather(5, 1);
		const life = trigger({ event: 'numberRemoved' });
		await life.activate();
		expect(sandbox.mostInFlight()).toBe(5);
	});

	testBudgets('a list that would take too long is read with more pages in flight', async () => {
		sandbox.state.seedNumbers(3000);
		const life = trigger({ event: 'numberRemoved' }, 'durable');
		await life.activate();
		sandbox.reset();
		sandbox.state.seedNumbers(3000);
		Object.assign(sandbox.settings, { latencyMs: 600 });
		life.budget = 5_400;
		await life.tick();
		expect(life.errors).toEqual([]);
		expect(sandbox.mostInFlight()).toBeGreaterThan(5);
		expect(sandbox.mostInFlight()).toBeLessThanOrEqual(16);
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
		['orderFulfilled', 'no order of this account has had numbers delivered'],
		['orderStatusChanged', 'this account has no orders'],
		['numberAdded', 'this account has no numbers'],
		['numberRemoved', 'no removed number is listed'],
		['cnamUpdated', 'no number has CNAM settings'],
	])('%s says so where there is nothing to show', async (event, message) => {
		sandbox.state.clearOrders();
		sandbox.state.clearNumbers();
		const fetching = trigger({ event }).fetchTestEvent();
		await expect(fetching).rejects.toThrow(NodeOperationError);
		await expect(fetching).rejects.toThrow(message);
	});
});

describe('activation', () => {
	test('wrong credentials say in the message alone what is wrong, and show no secret', async () => {
		const life = trigger();
		life.credential = { ...life.credential, apiSecret: 'not-the-secret' };
		const error = await life.activate().then(
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
		['an address that is none', { baseUrl: 'nonsense' }, {}, 'base URL'],
		['an event that is none', {}, { event: 'orderCanceled' }, 'There is no event "orderCanceled"'],
		[
			'a filter that is no number',
			{},
			{ event: 'numberAdded', filters: { number: 'abc' } },
			'The filter Number',
		],
	])('%s is said', async (_what, credential, parameters, message) => {
		const life = trigger(parameters);
		life.credential = { ...life.credential, ...credential };
		await expect(life.activate()).rejects.toThrow(message);
	});

	test.each(SCHEDULES)(
		'the API is down: the trigger lives, and begins when it is back (%s)',
		async (schedule) => {
			order('before', 1, 1);
			const life = trigger({}, schedule);
			await sandbox.stopListening();
			await life.activate();
			expect(warnings[0]).toContain('cannot be read at the moment');
			await life.tick();
			expect(life.errors).toHaveLength(1);
			expect(life.state).toEqual({});
			await sandbox.listen();
			await life.tick();
			order('after', 1, 1);
			await life.tick();
			expect(ids(life)).toEqual(['after']);
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
			const life = trigger();
			await life.activate();
			expect(life.state).toEqual({});
			sandbox.clearFaults();
			await life.tick();
			order('a', 1, 1);
			await life.tick();
			expect(ids(life)).toEqual(['a']);
		} finally {
			Object.assign(timing, { totalBudget: 60_000 });
		}
	});

	test.each(SCHEDULES)(
		'n8n is killed right after it, before the first scheduled poll: nothing is lost (%s)',
		async (schedule) => {
			order('before', 1, 1);
			const life = trigger({}, schedule);
			await life.activate();
			order('between', 1, 1);
			await life.restart();
			await life.tick();
			await life.tick();
			expect(ids(life)).toEqual(['between']);
			order('later', 1, 1);
			await life.restart();
			await life.tick();
			expect(ids(life)).toEqual(['between', 'later']);
			// With durable cursors n8n stores what an activation finds in an execution only.
			expect(life.executions).toBe(schedule === 'durable' && knowsBudgets ? 3 : 2);
		},
	);
});

describe('going on, and starting afresh', () => {
	test.each(SCHEDULES)('deactivated and activated again, it goes on (%s)', async (schedule) => {
		const life = trigger({}, schedule);
		order('a');
		await life.activate();
		sandbox.state.fulfil('a');
		order('b', 1, 1);
		await life.activate();
		await life.tick();
		expect(ids(life)).toEqual(['a', 'b']);
	});

	test.each<[string, (life: TriggerLife) => void]>([
		['event', (life) => (life.parameters = { event: 'orderStatusChanged' })],
		[
			'API key',
			(life) => {
				life.credential = { ...life.credential, apiKey: 'another-key' };
				sandbox.credentials.apiKey = 'another-key';
			},
		],
		['address', (life) => (life.credential = { ...life.credential, baseUrl: `${sandbox.url}/./` })],
	])('another %s starts afresh, without a warning', async (_what, change) => {
		const { apiKey } = sandbox.credentials;
		const life = trigger();
		await life.activate();
		order('a', 1, 1);
		change(life);
		try {
			await life.activate('update');
			await life.tick();
			expect(life.emitted).toEqual([]);
			order('b', 1, 1);
			await life.tick();
			expect(ids(life)).toEqual(['b']);
			expect(warnings).toEqual([]);
		} finally {
			sandbox.credentials.apiKey = apiKey;
		}
	});

	test('other filters start afresh; blank ones are none', async () => {
		const { state } = sandbox;
		const life = trigger({ event: 'numberAdded', filters: { countryName: ' ' } });
		await life.activate();
		state.addNumber({ number: '12074060001' });
		life.parameters = { event: 'numberAdded', filters: {} };
		await life.activate('update');
		expect(numbersOf(life)).toEqual(['12074060001']);
		state.addNumber({ number: '12074060002' });
		life.parameters = { event: 'numberAdded', filters: { number: '207' } };
		await life.activate('update');
		await life.tick();
		expect(life.emitted).toHaveLength(1);
	});

	const scopeOf = (life: TriggerLife) => (life.state.trigger as IDataObject).scope;

	test.each<[string, (life: TriggerLife) => IDataObject]>([
		['of an older version of the package', () => ({ lastOrderId: '9c2-2e2-4b6f' })],
		['of a newer version', (life) => ({ trigger: { version: 2, scope: scopeOf(life), data: {} } })],
		['without data', (life) => ({ trigger: { version: 1, scope: scopeOf(life) } })],
		['that is no object', () => ({ trigger: 'x' })],
		[
			'with damaged orders',
			(life) => ({
				trigger: {
					version: 1,
					scope: scopeOf(life),
					data: { seen: '1', total: 1, open: { a: [1] } },
				},
			}),
		],
		[
			'with a damaged memory',
			(life) => ({
				trigger: { version: 1, scope: scopeOf(life), data: { seen: '1 x:yy', total: 1, open: {} } },
			}),
		],
	])('a state %s: a clear warning and a fresh start, once', async (_what, damage) => {
		const life = trigger();
		order('a', 1, 1);
		await life.activate();
		life.state = damage(life);
		await life.restart();
		expect(warnings).toHaveLength(1);
		expect(warnings[0]).toMatch(/damaged, or was written by another version/);
		order('b', 1, 1);
		await life.tick();
		expect(ids(life)).toEqual(['b']);
		expect(warnings).toHaveLength(1);
	});

	test.each(['numberAdded', 'numberRemoved', 'cnamUpdated'])(
		'damaged states of %s start afresh as well',
		async (event) => {
			const life = trigger({ event });
			await life.activate();
			const { trigger: sound } = life.state;
			for (const data of [
				{},
				{ seen: 7, entries: 'x', missed: {} },
				{ sketch: 'AAAA', missed: {} },
			]) {
				life.state = { trigger: { ...(sound as IDataObject), data } };
				await life.restart();
			}
			expect(warnings).toHaveLength(3);
			expect(life.state).toEqual({ trigger: sound });
		},
	);
});

describe('exactly once', () => {
	test('a poll that fails at any request moves nothing', async () => {
		const life = trigger();
		order('a', 2);
		order('b', 2);
		await life.activate();
		const before = JSON.stringify(life.state);
		sandbox.state.fulfil('a');
		sandbox.state.fulfil('b');
		order('c', 1, 1);
		for (const skip of [0, 1, 2, 3]) {
			sandbox.fault({ kind: 'status', status: 500, skip, times: 100 });
			await life.tick();
			sandbox.clearFaults();
			expect(life.emitted).toEqual([]);
		}
		expect(life.errors).toHaveLength(4);
		expect(life.errors[0].message).toBe('IDT Express could not answer');
		expect(JSON.stringify(life.state)).toBe(before);
		await life.tick();
		expect(ids(life)).toEqual(['a', 'b', 'c']);
	});

	test.each(SCHEDULES)('two polls at once, or with the same state (%s)', async (schedule) => {
		const life = trigger({}, schedule);
		await life.activate();
		for (const [id, how] of [
			['a', 'atOnce'],
			['b', 'inTurn'],
			['c', 'atOnce'],
			['d', 'inTurn'],
		] as const) {
			order(id, 1, 1);
			await life.tickTwice(how);
		}
		await life.tick();
		expect(ids(life)).toEqual(['a', 'b', 'c', 'd']);
		expect(life.errors).toEqual([]);
	});

	testBudgets.each(['scheduler', 'durable'] as const)(
		'what n8n could not store comes again (%s)',
		async (schedule) => {
			const life = trigger({}, schedule);
			await life.activate();
			const { state } = life;
			order('a', 1, 1);
			await life.tick();
			life.state = state;
			await life.tick();
			expect(ids(life)).toEqual(['a']);
			jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 30_000);
			await life.tick();
			expect(ids(life)).toEqual(['a', 'a']);
		},
	);

	testBudgets.each(['scheduler', 'durable'] as const)(
		'activated again while a poll is under way (%s)',
		async (schedule) => {
			const life = trigger({}, schedule);
			await life.activate();
			order('a', 1, 1);
			let again: Promise<void> | undefined;
			sandbox.onRequest = () => void (again ??= life.activate());
			await life.tick();
			await again;
			await life.tick();
			expect(ids(life)).toEqual(['a']);
		},
	);

	test.each(SCHEDULES)(
		'n8n starts with an older state, also while the API is down (%s)',
		async (schedule) => {
			const life = trigger({}, schedule);
			order('open', 2);
			await life.activate();
			order('a', 1, 1);
			await life.tick();
			order('nothing came', 1);
			sandbox.state.end('nothing came', 'inventory');
			order('b', 2);
			await life.tick();
			await sandbox.stopListening();
			await life.restart();
			await life.tick();
			sandbox.state.fulfil('b');
			sandbox.state.fulfil('open');
			await sandbox.listen();
			await life.tick();
			await life.restart();
			await life.tick();
			expect(ids(life).sort()).toEqual(['a', 'b', 'open']);
			expect(life.errors).toHaveLength(1);
		},
	);

	test.each(SCHEDULES)(
		'n8n stores what a later poll begins with: in an execution without items (%s)',
		async (schedule) => {
			const life = trigger({}, schedule);
			await sandbox.stopListening();
			await life.activate();
			await life.tick();
			await sandbox.listen();
			order('before', 1, 1);
			await life.tick();
			await life.tick();
			expect([life.executions, life.emitted]).toEqual([1, []]);
			order('meanwhile', 1, 1);
			await life.restart();
			await life.tick();
			expect(ids(life)).toEqual(['meanwhile']);

			// The credential leads to another account while the trigger is active.
			life.credential.baseUrl = `${sandbox.url}/./`;
			await life.tick();
			await life.tick();
			expect(life.executions).toBe(3);
			order('then', 1, 1);
			await life.restart();
			await life.tick();
			expect(ids(life)).toEqual(['meanwhile', 'then']);
			expect(life.executions).toBe(4);
		},
	);

	test('clocks play no part: the server is a year behind, or ahead', async () => {
		for (const clockOffsetMs of [-365, 365].map((days) => days * 86_400_000)) {
			sandbox.reset({ clockOffsetMs, dateHeader: false });
			const life = trigger();
			await life.activate();
			order('a', 1, 1);
			sandbox.state.advance(-3_600_000);
			order('an hour back', 1, 1);
			await life.tick();
			await life.tick();
			expect(ids(life)).toEqual(['an hour back', 'a']);
		}
	});

	testBudgets(
		'too little time to look at all new orders: the rest comes with the next polls',
		async () => {
			const life = trigger({}, 'durable');
			await life.activate();
			await life.tick();
			for (let i = 0; i < 40; i++) order(`o${i}`, 1, 1);
			Object.assign(sandbox.settings, { latencyMs: 120 });
			life.budget = 600;
			let polls = 0;
			while (life.emitted.length < 40 && polls++ < 40) await life.tick();
			await life.tick();
			expect(polls).toBeGreaterThan(1);
			expect(new Set(ids(life)).size).toBe(40);
			expect(life.emitted).toHaveLength(40);
			expect(life.errors).toEqual([]);
		},
	);

	testBudgets(
		'a list that is too long for the time granted says so, and moves nothing',
		async () => {
			sandbox.state.seedNumbers(2000);
			const life = trigger({ event: 'numberRemoved' }, 'durable');
			await life.activate();
			const before = JSON.stringify(life.state);
			sandbox.settings.latencyMs = 50;
			life.budget = 100;
			await life.tick();
			expect(life.errors).toHaveLength(1);
			expect(life.errors[0].message).toContain('in the time that n8n grants a poll');
			expect(JSON.stringify(life.state)).toBe(before);
		},
	);

	test('an order that the API says does not exist holds up no other, and may come back', async () => {
		const life = trigger();
		order('gone');
		order('kept');
		await life.activate();
		sandbox.fault({
			kind: 'status',
			status: 404,
			body: { errors: [{ code: 1003, title: 'Not Found' }] },
			match: { path: '/orders/gone' },
			times: 2,
		});
		sandbox.state.fulfil('gone');
		sandbox.state.fulfil('kept');
		await life.tick();
		expect(ids(life)).toEqual(['kept']);
		await life.tick();
		await life.tick();
		expect(ids(life)).toEqual(['kept', 'gone']);
	});
});

describe('cost', () => {
	test.each<[ListOrder, number]>([
		['newest', 10],
		['oldest', 10],
		['random', 10],
		['newest', 1000],
		['oldest', 1000],
		['shuffled', 1000],
		['random', 300],
		['newest', 100_000],
	])(
		'an idle poll of %s %i orders takes two requests at most, the state 4 KB',
		async (sort, count) => {
			sandbox.settings.ordersSort = sort;
			sandbox.state.seedOrders(count);
			const life = trigger();
			await life.activate();
			for (let i = 0; i < 5; i++) {
				expect(await requestsOf(() => life.tick())).toBeLessThanOrEqual(2);
			}
			expect(JSON.stringify(life.state).length).toBeLessThan(4096);
			order('a', 1, 1);
			await life.tick();
			await life.tick();
			expect(ids(life)).toEqual(['a']);
			expect(JSON.stringify(life.state).length).toBeLessThan(4096);
		},
	);

	test.each([
		[1000, 3, 5],
		[1000, 40, 10],
		[10, 5, 2],
		[300, 280, 3],
	])('of %i orders %i are open: %i requests at most', async (count, open, most) => {
		sandbox.state.seedOrders(count - open);
		for (let i = 0; i < open; i++) order(`open ${i}`);
		const life = trigger();
		await life.activate();
		for (let i = 0; i < 8; i++) {
			expect(await requestsOf(() => life.tick())).toBeLessThanOrEqual(most);
		}
		sandbox.state.fulfil('open 0');
		for (let i = 0; i < 3; i++) await life.tick();
		expect(ids(life)).toEqual(['open 0']);
	});
});
