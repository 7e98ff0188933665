import { sleep } from 'n8n-workflow';
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { apiRecord } from '../../api/request';
import { timing } from '../../api/timing';
import { textAt } from '../../shared/json';
import { isFinished } from '../../shared/orderStatus';

/**
 * Waits until an order is finished, asking at growing intervals. A look-up that fails is only one
 * that tells nothing new: the order is placed, and that must not be lost in an error.
 * @param timeout in milliseconds
 * @returns the order as it was seen last, and whether the time was up before it was finished
 */
export async function waitForOrder(
	context: IExecuteFunctions,
	placed: IDataObject,
	timeout: number,
	itemIndex: number,
): Promise<{ order: IDataObject; timedOut: boolean }> {
	const startedAt = Date.now();
	const path = ['orders', textAt(placed, 'id')];
	let order = placed;
	for (let interval = timing.firstWait; ; interval = Math.min(interval * 2, timing.longestWait)) {
		if (isFinished(order)) return { order, timedOut: false };
		const left = timeout - (Date.now() - startedAt);
		if (left <= 0) return { order, timedOut: true };
		await sleep(Math.min(interval, left), context.getExecutionCancelSignal());
		const budget = timeout - (Date.now() - startedAt);
		const request = { method: 'GET' as const, path, budget, itemIndex };
		order = await apiRecord(context, request, 'order').catch(() => order);
	}
}
