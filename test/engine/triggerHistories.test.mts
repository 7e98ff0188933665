import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';
import { timing } from '../../nodes/IdtExpress/api/timing';
import { countAt, textAt } from '../../nodes/IdtExpress/shared/json';
import { fulfilledQuantity } from '../../nodes/IdtExpress/shared/orderStatus';
import type { OrderRule } from '../../nodes/IdtExpress/trigger/orders';
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
import { startSandbox, type Sandbox } from '../sandbox/server.mts';
import { credentialFor } from './harness.mts';
import { n8nLog, knowsBudgets, TriggerLife, type TriggerOptions } from './pollHarness.mts';

/**
 * The same histories as the pure parts live through, here through n8n-core's own PollContext and request
 * helpers, against the sandbox's server.
 */

/** A history takes 0.1 to 0.3 s. */
const durables = knowsBudgets ? fc.boolean() : fc.constant(false);
const HISTORIES = Number(process.env.HISTORIES ?? 30);

let sandbox: Sandbox;
let warnings: number;

beforeAll(async () => {
	sandbox = await startSandbox();
	Object.assign(timing, { firstWait: 1, longestWait: 1 });
});
afterAll(async () => await sandbox.close());
beforeEach(() => {
	warnings = 0;
	jest.spyOn(n8nLog, 'warn').mockImplementation(() => void warnings++);
});
afterEach(() => jest.restoreAllMocks());

interface Poll<Act> {
	do: 'poll';
	meanwhile: Array<{ at: number; act: Act }>;
	failAt: number | null;
	twice: boolean;
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
	begin(before: Truths, after: Truths, hurried: boolean): void;
	take(item: IDataObject): void;
	complaints(now: Truths, left: Set<string>): string[];
}

/** Lives through a history. @returns what is wrong in the end */
async function live<Act extends { do: string }, Truths>(
	history: History<Act>,
	world: World<Act, Truths>,
	witness: Witness<Truths>,
	options: Pick<TriggerOptions, 'parameters' | 'durable'>,
): Promise<string[]> {
	history.before.forEach((act) => world.happen(act));
	const life = new TriggerLife({ ...options, credential: credentialFor(sandbox) });
	let hasBegun = false;

	const during = async (poll: Poll<Act>, run: () => Promise<void>) => {
		let requests = 0;
		sandbox.onRequest = () => {
			requests++;
			for (const { at, act } of poll.meanwhile) if (at === requests) world.happen(act);
		};
		if (poll.failAt !== null) {
			sandbox.fault({ kind: 'status', status: 503, skip: poll.failAt - 1, times: 1000 });
		}
		const [before, failures, taken] = [world.truth(), trouble(), life.emitted.length];
		await run();
		if (!hasBegun && trouble() === failures) {
			hasBegun = true;
			witness.begin(before, world.truth(), false);
		}
		life.emitted.slice(taken).forEach((item) => witness.take(item));
		sandbox.onRequest = null;
		sandbox.clearFaults();
	};
	const trouble = () => warnings + life.errors.length;
	const tick = async (poll: Poll<Act>) =>
		await during(poll, async () => {
			await Promise.all(poll.twice ? [life.tick(), life.tick()] : [life.tick()]);
		});
	const calm: Poll<Act> = { do: 'poll', meanwhile: [], failAt: null, twice: false };

	await during(history.activation, async () => await life.activate());
	for (const step of history.steps) {
		if (isPoll(step)) await tick(step);
		// Durable jobs outlive n8n: there is no poll when it starts.
		else if (isCrash(step) && options.durable) await life.restart();
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

async function liveOrders(history: OrderHistory, rule: OrderRule, durable: boolean) {
	sandbox.reset(settingsFor(history));
	const witness = new Orders(rule);
	const parameters = {
		event: rule === 'statusChanged' ? 'orderStatusChanged' : 'orderFulfilled',
		fireOn: rule === 'everyIncrease' ? rule : 'finished',
		simplify: false,
	};
	return await live<OrderAct, ReturnType<OrderWorld['truth']>>(
		history,
		new OrderWorld(sandbox.state),
		{
			begin: (...truths) => witness.begin(...truths),
			take: (item) => witness.takeItem(item),
			complaints: (...now) => witness.complaints(...now),
		},
		{ parameters, durable },
	);
}

async function liveNumbers(history: NumberHistory, event: NumberEventName, durable: boolean) {
	sandbox.reset(numberSettings(history));
	return await live<NumberAct, ReturnType<NumberWorld['truth']>>(
		history,
		new NumberWorld(sandbox.state),
		new NumberWitness(event),
		{ parameters: { event, simplify: false }, durable },
	);
}

test.each<OrderRule>(['finished', 'everyIncrease', 'statusChanged'])(
	'orders, %s: no event is lost or doubled',
	async (rule) => {
		await fc.assert(
			fc.asyncProperty(orderHistories(12, false), durables, async (history, durable) => {
				expect(await liveOrders(history, rule, durable)).toEqual([]);
			}),
			{ numRuns: HISTORIES, interruptAfterTimeLimit: 300_000, markInterruptAsFailure: true },
		);
	},
	600_000,
);

test.each<NumberEventName>(['numberAdded', 'numberRemoved', 'cnamUpdated'])(
	'%s: no event is lost or doubled',
	async (event) => {
		await fc.assert(
			fc.asyncProperty(numberHistories(12), durables, async (history, durable) => {
				expect(await liveNumbers(history, event, durable)).toEqual([]);
			}),
			{ numRuns: HISTORIES, interruptAfterTimeLimit: 300_000, markInterruptAsFailure: true },
		);
	},
	600_000,
);
