import type { INode, INodeParameters } from 'n8n-workflow';
import type { Fault } from '../sandbox/faults.mts';
import type { Sandbox } from '../sandbox/server.mts';

/** What the tests of purchases have in common. */

export const RETRY: Partial<INode> = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
export const LONDON = 7001;
export const BRUNSWICK = 39145;

/** An order of two numbers in London. */
export function buy(more: INodeParameters = {}): INodeParameters {
	return {
		resource: 'order',
		operation: 'create',
		didGroupId: { __rl: true, mode: 'id', value: LONDON },
		quantity: 2,
		...more,
	};
}

/** The orders that were placed since the sandbox was started. */
export function placedIn({ state }: Sandbox) {
	return state.orders.slice(3);
}

/** The API refuses a purchase, or another write that is a POST. */
export function refusal(code: number): Fault {
	return {
		match: { method: 'POST' },
		kind: 'status',
		status: 422,
		body: { status: 422, api_request_id: 'r', errors: [{ code, title: 'Refused', detail: 'No' }] },
	};
}

/**
 * The answer to the order is lost after the write, and the look-up of this try fails.
 * @param skip how many reads go well before
 */
export function loseAnswer(sandbox: Sandbox, skip = 1): void {
	sandbox.fault({ kind: 'drop', when: 'after', match: { method: 'POST' } });
	sandbox.fault({ match: { method: 'GET' }, kind: 'status', status: 503, times: 4, skip });
}
