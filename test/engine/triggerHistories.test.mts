import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';
import { timing } from '../../nodes/IdtExpress/api/timing';
import { countAt, textAt } from '../../nodes/IdtExpress/shared/json';
import { fulfilledQuantity } from '../../nodes/IdtExpress/shared/orderStatus';
import type { OrderRule } from '../../nodes/IdtExpress/trigger/orders';
import { chance } from '../sandbox/chance.mts';
import {
	numberHistories,
	numberSettings,
	NumberWorld,
	type NumberAct,
	type NumberHistory,
} from '../histories/numbers.mts';
import { NumberWitness, type NumberEventName } from '../histories/numberWitness.mts';
import {
	orderHistories,
	OrderWorld,
	settingsFor,
	type OrderAct,
	type OrderHistory,
} from '../histories/orders.mts';
import { OrderWitness } from '../histories/orderWitness.mts';
import { SCHEDULES, type Schedule, type Twice } from '../histories/schedule.mts';
import { startSandbox, type Sandbox } from '../sandbox/server.mts';
import type { SandboxSettings } from '../sandbox/settings.mts';
import { credentialFor } from './harness.mts';
import { knowsBudgets, n8nLog, TriggerLife, type TriggerOptions } from './pollHarness.mts';

/**
 * The same histories as the pure parts live through, here through n8n-core's own PollContext and request
 * helpers, against the sandbox's server.
 */

const schedules = fc.constantFrom<Schedule>(...(knowsBudgets ? SCHEDULES : (['timers'] as const)));
/** A history takes 0.1 to 0.7 s. */
const HISTORIES = Number(process.env.HISTORIES ?? 30);
const LIMIT_MS = Math.max(300_000, HISTORIES * 5_000);

beforeAll(() => void Object.assign(timing, { firstWait: 1, longestWait: 1 }));
beforeEach(() => void jest.spyOn(n8nLog, 'warn').mockImplementation());
afterEach(() => jest.restoreAllMocks());

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

interface World<Act, Truths> {
	happen(act: Act): void;
	truth(): Truths;
	left: Set<string>;
}

interface Witness<Truths> {
	begin(during: readonly Truths[], hurried: boolean): void;
	take(item: IDataObject): void;
	complaints(now: Truths, left: Set<string>): string[];
}

/** Lives through a history. @returns what is wrong in the end */
async function live<Act extends { do: string }, Truths>(
	history: History<Act>,
	sandbox: Sandbox,
	world: World<Act, Truths>,
	witness: Witness<Truths>,
	options: Pick<TriggerOptions, 'parameters' | 'schedule'>,
): Promise<string[]> {
	history.before.forEach((act) => world.happen(act));
	const life = new TriggerLife({ ...options, credential: credentialFor(sandbox) });
	let hasBegun = false;

	const during = async (poll: Poll<Act>, run: () => Promise<void>) => {
		let requests = 0;
		const truths = [world.truth()];
		sandbox.onRequest = () => {
			requests++;
			for (const { at, act } of poll.meanwhile) {
				if (at !== requests) continue;
				world.happen(act);
				if (!hasBegun) truths.push(world.truth());
			}
		};
		if (poll.failAt !== null) {
			sandbox.fault({ kind: 'status', status: 503, skip: poll.failAt - 1, times: 1000 });
		}
		const taken = life.emitted.length;
		await run();
		if (!hasBegun && Object.keys(life.state).length > 0) {
			hasBegun = true;
			witness.begin(truths, false);
		}
		life.emitted.slice(taken).forEach((item) => witness.take(item));
		sandbox.onRequest = null;
		sandbox.clearFaults();
	};
	const tick = async (poll: Poll<Act>) =>
		await during(poll, async () => {
			if (poll.twice) await life.tickTwice(poll.twice);
			else await life.tick();
		});
	const calm: Poll<Act> = { do: 'poll', meanwhile: [], failAt: null, twice: null };

	await during(history.activation, async () => await life.activate());
	for (const step of history.steps) {
		if (isPoll(step)) await tick(step);
		// Only n8n's timers poll when it starts.
		else if (isCrash(step)) await during(calm, async () => await life.restart());
		else world.happen(step);
	}
	const complaints = () => witness.complaints(world.truth(), world.left);
	await tick(calm);
	for (let i = 0; i < 60 && complaints().length > 0; i++) await tick(calm);
	for (let i = 0; i < 3; i++) await tick(calm);
	return complaints();

	function isPoll(step: History<Act>['steps'][number]): step is Poll<Act> {
		return step.do === 'poll';
	}
	function isCrash(step: History<Act>['steps'][number]): step is { do: 'crash' } {
		return step.do === 'crash';
	}
}

class Orders extends OrderWitness {
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

async function liveOrders(history: OrderHistory, rule: OrderRule, schedule: Schedule) {
	jest.spyOn(Math, 'random').mockImplementation(chance(history.luck));
	const witness = new Orders(rule);
	const parameters = {
		event: rule === 'statusChanged' ? 'orderStatusChanged' : 'orderFulfilled',
		fireOn: rule === 'everyIncrease' ? rule : 'finished',
		simplify: false,
	};
	return await inSandbox(
		settingsFor(history),
		async (sandbox) =>
			await live<OrderAct, ReturnType<OrderWorld['truth']>>(
				history,
				sandbox,
				new OrderWorld(sandbox.state),
				{
					begin: (...first) => witness.begin(...first),
					take: (item) => witness.takeItem(item),
					complaints: (...now) => witness.complaints(...now),
				},
				{ parameters, schedule },
			),
	);
}

async function liveNumbers(history: NumberHistory, event: NumberEventName, schedule: Schedule) {
	return await inSandbox(
		numberSettings(history),
		async (sandbox) =>
			await live<NumberAct, ReturnType<NumberWorld['truth']>>(
				history,
				sandbox,
				new NumberWorld(sandbox.state),
				new NumberWitness(event),
				{ parameters: { event, simplify: false }, schedule },
			),
	);
}

test.each<OrderRule>(['finished', 'everyIncrease', 'statusChanged'])(
	'orders, %s: no event is lost or doubled',
	async (rule) => {
		await fc.assert(
			fc.asyncProperty(orderHistories(12, false), schedules, async (history, schedule) => {
				expect(await liveOrders(history, rule, schedule)).toEqual([]);
			}),
			{ numRuns: HISTORIES, interruptAfterTimeLimit: LIMIT_MS, markInterruptAsFailure: true },
		);
	},
	2 * LIMIT_MS,
);

test.each<NumberEventName>(['numberAdded', 'numberRemoved', 'cnamUpdated'])(
	'%s: no event is lost or doubled',
	async (event) => {
		await fc.assert(
			fc.asyncProperty(numberHistories(12), schedules, async (history, schedule) => {
				expect(await liveNumbers(history, event, schedule)).toEqual([]);
			}),
			{ numRuns: HISTORIES, interruptAfterTimeLimit: LIMIT_MS, markInterruptAsFailure: true },
		);
	},
	2 * LIMIT_MS,
);
