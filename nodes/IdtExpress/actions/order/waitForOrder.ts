import type { IDataObject } from 'n8n-workflow';
import type { RunSession } from '../../api/session';
import { timing } from '../../api/timing';
import { textAt } from '../../shared/json';
import { isFinished, listsItsNumbers } from '../../shared/orderStatus';
import { readOrder } from './findOrder';

/** So many more times a finished order is read that does not list all its numbers yet. */
const MOST_LATE = 5;

/**
 * Waits until nothing more will come of an order and its numbers are listed, asking at growing intervals. A
 * request that fails is ignored: the order is placed, and must not be lost in an error.
 * @param timeout in milliseconds
 * @returns the order as it was read last, and whether the time was up before it was finished
 * @throws when the execution is cancelled
 */
export async function waitForOrder(
	session: RunSession,
	placed: IDataObject,
	timeout: number,
	itemIndex: number,
): Promise<{ order: IDataObject; timedOut: boolean }> {
	const startedAt = Date.now();
	const timeLeft = () => timeout - (Date.now() - startedAt);
	let order = placed;
	let late = 0;
	for (let interval = timing.firstWait; ; interval = Math.min(interval * 2, timing.longestWait)) {
		const isDone = isFinished(order);
		const isWhole = isDone && (listsItsNumbers(order) || late === MOST_LATE);
		if (isWhole || timeLeft() <= 0) return { order, timedOut: !isDone };
		if (isDone) late++;
		await session.sleep(Math.min(interval, timeLeft()));
		const last = order;
		order = await readOrder(session, textAt(placed, 'id'), itemIndex, timeLeft()).catch(() => last);
	}
}
