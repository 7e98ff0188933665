import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';
import { timing } from '../../nodes/IdtExpress/api/timing';
import { countAt, textAt } from '../../nodes/IdtExpress/shared/json';
import { fulfilledQuantity } from '../../nodes/IdtExpress/shared/orderStatus';
import type { OrderRule } from '../../nodes/IdtExpress/trigger/orders';
import { chance } from '../sandbox/chance.mts';
import { DEVIATIONS, type Deviations } from '../sandbox/deviations.mts';
import { startSandbox, type Sandbox } from '../sandbox/server.mts';
import type { SandboxSettings } from '../sandbox/settings.mts';
import {
	NumberAccount,
	numberHistories,
	numberSettings,
	type NumberAct,
	type NumberHistory,
} from '../simulation/numberHistories.mts';
import { NumberOracle, type NumberEventName } from '../simulation/numberOracle.mts';
import {
	OrderAccount,
	orderHistories,
	settingsFor,
	type OrderAct,
	type OrderHistory,
} from '../simulation/orderHistories.mts';
import { OrderOracle } from '../simulation/orderOracle.mts';
import { SCHEDULES, type Schedule, type Twice } from '../simulation/schedule.mts';
import { credentialFor } from './harness.mts';
import { knowsBudgets, n8nLog, SimulatedTrigger, type TriggerOptions } from './pollHarness.mts';
import { expectProperty } from '../support/property.mts';

/**
 * The histories of the unit tests in n8n-core's own PollContext and request helpers, against the
 * sandbox's server, which deviates from the document in ways drawn at random.
 */

const schedules = fc.constantFrom<Schedule>(...(knowsBudgets ? SCHEDULES : (['timers'] as const)));
/** A history takes 0.1 to 0.7 s. */
const HISTORIES = { quick: 6, long: 20 };
const LIMIT_MS = 600_000;

beforeAll(() => void Object.assign(timing, { firstWait: 1, longestWait: 1 }));
beforeEach(() => {
	jest.spyOn(n8nLog, 'warn').mockImplementation();
	jest.spyOn(n8nLog, 'info').mockImplementation();
});
afterEach(() => jest.restoreAllMocks());

/** Deviations in which every record can still be read sooner or later. */
const PAGING: Deviations[] = [
	...DEVIATIONS.total.values.map((total) => ({ total })),
	...DEVIATIONS.meta.values.map((meta) => ({ meta })),
	...DEVIATIONS.beyondEnd.values.map((beyondEnd) => ({ beyondEnd })),
	...DEVIATIONS.rowTwice.values.map((rowTwice) => ({ rowTwice })),
	{ lastPageRepeated: true },
	...DEVIATIONS.nullLists.values.map((nullLists) => ({ nullLists })),
	...DEVIATIONS.emptyPage.values.map((emptyPage) => ({ emptyPage })),
];
const TIMES: Deviations[] = (
	['noMilliseconds', 'offset', 'epochSeconds', 'epoch', 'flips'] as const
).map((timeForm) => ({ timeForm }));
const ORDERS: Deviations[] = [
	...DEVIATIONS.orderNotFoundFirst.values.map((orderNotFoundFirst) => ({ orderNotFoundFirst })),
	...DEVIATIONS.quantityBeforeNumbers.values.map((quantityBeforeNumbers) => ({
		quantityBeforeNumbers,
	})),
	...DEVIATIONS.wrongRecord.values.map((wrongRecord) => ({ wrongRecord })),
];

function deviations(possible: Deviations[]): fc.Arbitrary<Deviations> {
	return fc.oneof(fc.constant({}), fc.constantFrom(...possible));
}

interface Poll<Act> {
	do: 'poll';
	meanwhile: Array<{ at: number; act: Act }>;
	failAt: number | null;
	twice: Twice;
}

interface History<Act> {
	before: Act[];
	activation: Poll<Act>;
	steps: Array<Act | Poll<Act> | { do: 'crash' }>;
}

interface Account<Act, Truths> {
	happen(act: Act): void;
	truth(): Truths;
	left?: Set<string>;
}

interface Oracle<Truths> {
	begin(during: readonly Truths[]): void;
	take(item: IDataObject): void;
	complaints(now: Truths, left: Set<string>): string[];
}

/** @returns what is lost or doubled in the end */
async function simulate<Act extends { do: string }, Truths>(
	history: History<Act>,
	sandbox: Sandbox,
	account: Account<Act, Truths>,
	oracle: Oracle<Truths>,
	options: Pick<TriggerOptions, 'parameters' | 'schedule'>,
): Promise<string[]> {
	history.before.forEach((act) => account.happen(act));
	const simulated = new SimulatedTrigger({ ...options, credential: credentialFor(sandbox) });
	let hasBegun = false;

	const during = async (poll: Poll<Act>, run: () => Promise<void>) => {
		let requests = 0;
		const truths = [account.truth()];
		sandbox.onRequest = () => {
			requests++;
			for (const { at, act } of poll.meanwhile) {
				if (at !== requests) continue;
				account.happen(act);
				if (!hasBegun) truths.push(account.truth());
			}
		};
		if (poll.failAt !== null) {
			sandbox.fault({ kind: 'status', status: 503, skip: poll.failAt - 1, times: 1000 });
		}
		const taken = simulated.emitted.length;
		await run();
		if (!hasBegun && Object.keys(simulated.state).length > 0) {
			hasBegun = true;
			oracle.begin(truths);
		}
		simulated.emitted.slice(taken).forEach((item) => oracle.take(item));
		sandbox.onRequest = null;
		sandbox.clearFaults();
	};
	const tick = async (poll: Poll<Act>) =>
		await during(poll, async () => {
			if (poll.twice) await simulated.tickTwice(poll.twice);
			else await simulated.tick();
		});
	const idle: Poll<Act> = { do: 'poll', meanwhile: [], failAt: null, twice: null };

	await during(history.activation, async () => await simulated.activate());
	for (const step of history.steps) {
		if (isPoll(step)) await tick(step);
		// Only n8n's timers poll when it starts.
		else if (isCrash(step)) await during(idle, async () => await simulated.restart());
		else account.happen(step);
	}
	const complaints = () => oracle.complaints(account.truth(), account.left ?? new Set());
	await tick(idle);
	for (let i = 0; i < 60 && complaints().length > 0; i++) await tick(idle);
	for (let i = 0; i < 3; i++) await tick(idle);
	return complaints();

	function isPoll(step: History<Act>['steps'][number]): step is Poll<Act> {
		return step.do === 'poll';
	}
	function isCrash(step: History<Act>['steps'][number]): step is { do: 'crash' } {
		return step.do === 'crash';
	}
}

class Orders extends OrderOracle {
	takeItem(item: IDataObject): void {
		const previous = item.previous_status;
		this.take({
			id: textAt(item, 'id'),
			status: textAt(item, 'status'),
			fulfilled: fulfilledQuantity(item),
			previous:
				typeof previous === 'string'
					? { status: previous, fulfilled: countAt(item, 'previous_fulfilled_quantity') }
					: null,
		});
	}
}

/** An account of its own for each history: one that takes too long disturbs no other. */
async function inSandbox(
	settings: SandboxSettings,
	live: (sandbox: Sandbox) => Promise<string[]>,
): Promise<string[]> {
	const sandbox = await startSandbox({ settings });
	try {
		return await live(sandbox);
	} finally {
		await sandbox.close();
	}
}

async function simulateOrders(
	history: OrderHistory,
	rule: OrderRule,
	schedule: Schedule,
	deviating: Deviations,
) {
	jest.spyOn(Math, 'random').mockImplementation(chance(history.seed));
	const oracle = new Orders(rule);
	// Without its total, nothing shows that a new order put the whole list in another order.
	const isCounted = !('meta' in deviating || 'total' in deviating);
	const sort = history.sort === 'shuffled' && !isCounted ? 'oldest' : history.sort;
	const parameters = {
		event: rule === 'statusChanged' ? 'orderStatusChanged' : 'orderFulfilled',
		fireOn: rule === 'everyIncrease' ? rule : 'finished',
		output: 'raw',
	};
	return await inSandbox(
		{ ...settingsFor({ ...history, sort }), deviations: deviating },
		async (sandbox) =>
			await simulate<OrderAct, ReturnType<OrderAccount['truth']>>(
				history,
				sandbox,
				new OrderAccount(sandbox.state),
				{
					begin: (during) => oracle.begin(during),
					take: (item) => oracle.takeItem(item),
					complaints: (now) => oracle.complaints(now),
				},
				{ parameters, schedule },
			),
	);
}

async function simulateNumbers(
	history: NumberHistory,
	event: NumberEventName,
	schedule: Schedule,
	deviating: Deviations,
) {
	return await inSandbox(
		{ ...numberSettings(history), deviations: deviating },
		async (sandbox) =>
			await simulate<NumberAct, ReturnType<NumberAccount['truth']>>(
				history,
				sandbox,
				new NumberAccount(sandbox.state),
				new NumberOracle(event),
				{ parameters: { event, output: 'raw' }, schedule },
			),
	);
}

const LIMITS = {
	...HISTORIES,
	interruptAfterTimeLimit: LIMIT_MS,
	markInterruptAsFailure: true,
};

test.each<OrderRule>(['finished', 'everyIncrease', 'statusChanged'])(
	'orders, %s: whatever happens, no event is lost and none comes twice',
	async (rule) => {
		const deviating = deviations([...PAGING, ...TIMES, ...ORDERS]);
		await expectProperty(
			`engine orders ${rule}`,
			fc.asyncProperty(
				orderHistories(12, false),
				schedules,
				deviating,
				async (history, schedule, given) => {
					expect(await simulateOrders(history, rule, schedule, given)).toEqual([]);
				},
			),
			LIMITS,
		);
	},
	2 * LIMIT_MS,
);

test.each<NumberEventName>(['numberAdded', 'numberRemoved', 'cnamUpdated'])(
	'%s: whatever happens, no event is lost and none comes twice',
	async (event) => {
		const deviating = deviations([...PAGING, ...TIMES, { sort: 'ignored' }, { sort: 'reversed' }]);
		await expectProperty(
			`engine ${event}`,
			fc.asyncProperty(
				numberHistories(12),
				schedules,
				deviating,
				async (history, schedule, given) => {
					expect(await simulateNumbers(history, event, schedule, given)).toEqual([]);
				},
			),
			LIMITS,
		);
	},
	2 * LIMIT_MS,
);
