/** The sandbox as a program of its own, so that it shares no thread with what is measured. */
import { startSandbox } from '../../test/sandbox/server.mts';
import type { Answer, Question, Ready } from './sandboxProcess.mts';

const ORDERS = 100_000;
const NUMBERS = 100_000;
const ITEMS = 500;

const sandbox = await startSandbox({ settings: { latencyMs: 20 } });
const { state, settings, requests } = sandbox;
state.clearNumbers();
state.clearOrders();
state.seedNumbers(NUMBERS);
state.seedOrders(ORDERS);

process.on('message', ({ id, ...question }: Question) => {
	if (question.settings) Object.assign(settings, question.settings);
	const answer: Answer = { id, requests: requests.map(({ status, at }) => ({ status, at })) };
	if (question.forget) requests.length = 0;
	process.send?.(answer);
});
// The measuring process has gone.
process.on('disconnect', () => process.exit());

const ready: Ready = {
	url: sandbox.url,
	credentials: sandbox.credentials,
	numberCount: state.numbers.length,
	orderCount: state.orders.length,
	// From all over the lists.
	orderIds: everyNth(state.orders, ORDERS / ITEMS).map(({ id }) => id),
	numbers: everyNth(state.numbers, NUMBERS / ITEMS).map(({ number }) => number),
	trunkGroupId: state.trunkGroups[0].id,
};
process.send?.(ready);

function everyNth<T>(list: T[], step: number): T[] {
	return list.filter((_, index) => index % step === 0);
}
