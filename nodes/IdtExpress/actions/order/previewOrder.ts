import type { IDataObject } from 'n8n-workflow';
import { apiError } from '../../api/errors';
import { trySend } from '../../api/request';
import type { ApiRequest } from '../../api/types';
import type { RunSession } from '../../api/session';
import { inputError } from '../../shared/field';
import { isRecord, listAt, recordAt, textAt } from '../../shared/json';
import { normalise } from '../../shared/orderStatus';
import { executionMemory } from '../tool';
import type { OrderRequest } from './orderItem';

/**
 * Asks what an order would cost. Nothing is ordered. It is a POST like an order, so it is never repeated
 * after a lost answer: a server, or a proxy, may overlook that it is a preview.
 * @returns the API's preview
 * @throws NodeApiError; NodeOperationError where an order came back
 * @see docs/api.md#create-order
 */
export async function previewOrder(asked: OrderRequest): Promise<IDataObject> {
	const { session } = asked;
	const ask = async () => await askForPreview(asked);
	// The first one of a run is sent alone: if a server places an order instead, no more are sent.
	if (session.firstPreview) return await session.firstPreview.then(ask, ask);
	const preview = ask();
	session.firstPreview = preview;
	return await preview;
}

async function askForPreview({ session, item, itemIndex }: OrderRequest): Promise<IDataObject> {
	const memory = executionMemory(session.context);
	if (textAt(memory, PREVIEW_ORDER) !== '') throw orderedError(session, itemIndex);
	const request: ApiRequest = {
		method: 'POST',
		path: ['orders'],
		body: { preview: true, order_items: [item] },
		isValid: (body) => isRecord(body.order),
		itemIndex,
	};
	const result = await trySend(session, request);
	if (!result.ok) {
		// Nothing is in doubt: for a preview nothing is ordered.
		const failure = { ...result.failure, outcome: 'refused' as const };
		const advice = 'For a preview nothing is ordered. Run it again.';
		const isLost = failure.isTransient && result.failure.outcome === 'unknown';
		throw apiError(session, { ...result, failure }, isLost ? { advice } : {});
	}
	const order = recordAt(result.body, 'order');
	if (!isOrder(order)) return order;
	memory[PREVIEW_ORDER] = textAt(order, 'id');
	throw orderedError(session, itemIndex);
}

/** In the data of the execution: the order that may have been placed in place of a preview. */
const PREVIEW_ORDER = 'idtExpressPreviewOrder';

/** Whether the answer to a preview is an order, as far as it says; there is no sample of one. */
function isOrder(answer: IDataObject): boolean {
	const statuses = listAt(answer, 'order_items').map((entry) => normalise(textAt(entry, 'status')));
	const isPreview = statuses.length > 0 && statuses.every((status) => status === 'preview');
	return textAt(answer, 'id') !== '' && !isPreview;
}

function orderedError({ context }: RunSession, itemIndex: number): Error {
	const id = textAt(executionMemory(context), PREVIEW_ORDER);
	return inputError(
		{ context, itemIndex },
		`IDT Express may have placed order ${id} although only a preview was asked for`,
		`Check order ${id} with Order → Get. This execution asks for no other preview and places ` +
			'no other order. Do not run it again before IDT Express, or whoever runs the proxy in ' +
			"the credential's base URL, has found out why the preview was ignored.",
	);
}
