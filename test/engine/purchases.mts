import type { INode, INodeParameters } from 'n8n-workflow';
import type { Fault } from '../sandbox/faults.mts';
import { SEED_ORDERS } from '../sandbox/seed.mts';
import type { Sandbox } from '../sandbox/server.mts';

/** What the tests of purchases have in common. */

export const RETRY: Partial<INode> = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
export const CONTINUE: Partial<INode> = { onError: 'continueRegularOutput' };
export const LONDON = 7001;
export const BRUNSWICK = 39145;

/** What a fault must match to strike an order, and not its preview. */
export const ORDER = { method: 'POST', path: '/orders', preview: false };
export const PREVIEW = { ...ORDER, preview: true };

/** An order of two numbers in London, for 8.40. */
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
	return state.orders.slice(SEED_ORDERS.length);
}

/** The bodies of the orders that were sent, without previews. */
export function sentTo({ requests }: Sandbox): unknown[] {
	return requests
		.filter(({ method, path, body }) => method === 'POST' && path === '/orders' && !isPreview(body))
		.map(({ body }) => body);
}

export function isPreview(body: unknown): boolean {
	return (body as { preview?: unknown } | undefined)?.preview === true;
}

/** The API refuses an order. */
export function refusal(code: number): Fault {
	return {
		match: ORDER,
		kind: 'status',
		status: 422,
		body: { status: 422, api_request_id: 'r', errors: [{ code, title: 'Refused', detail: 'No' }] },
	};
}

/**
 * The answer to the order is lost after it was placed, and the lookup of this try fails.
 * @param skip how many reads succeed before
 */
export function loseAnswer(sandbox: Sandbox, skip = 1): void {
	sandbox.fault({ kind: 'drop', when: 'after', match: ORDER });
	sandbox.fault({ match: { method: 'GET' }, kind: 'status', status: 503, times: 4, skip });
}
