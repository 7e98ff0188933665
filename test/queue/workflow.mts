import type { CredentialReference, WorkflowData } from '../../dev/lib/n8nRest.mts';
import { ACTION_NODE, CREDENTIAL, TRIGGER_NODE } from '../../dev/lib/n8nRest.mts';

export const WEBHOOK = 'buy';
export const BUY = 'Buy';
export const TRIGGER = 'Fulfilled';

/** A call buys a number and looks at the order; an order that was fulfilled is looked at again. */
export function bothNodes(credential: CredentialReference): WorkflowData {
	const credentials = { [CREDENTIAL]: credential };
	const look = {
		type: ACTION_NODE,
		typeVersion: 1,
		credentials,
		parameters: {
			resource: 'order',
			operation: 'get',
			orderId: { __rl: true, mode: 'id', value: '={{ $json.id }}' },
		},
	};
	return {
		name: 'Both nodes',
		nodes: [
			{
				id: 'call',
				name: 'Call',
				type: 'n8n-nodes-base.webhook',
				typeVersion: 2,
				position: [0, 0],
				webhookId: 'b5b1a3b0-6c3c-4a5e-9d53-000000000001',
				parameters: { path: WEBHOOK, httpMethod: 'POST', responseMode: 'onReceived', options: {} },
			},
			{
				id: 'buy',
				name: BUY,
				type: ACTION_NODE,
				typeVersion: 1,
				position: [220, 0],
				credentials,
				parameters: {
					resource: 'order',
					operation: 'create',
					orderBy: 'quantity',
					didGroupId: { __rl: true, mode: 'id', value: '={{ $json.body.group }}' },
					quantity: 1,
				},
			},
			{ id: 'look', name: 'Look', position: [440, 0], ...look },
			{
				id: 'trigger',
				name: TRIGGER,
				type: TRIGGER_NODE,
				typeVersion: 1,
				position: [0, 220],
				credentials,
				parameters: {
					pollTimes: { item: [{ mode: 'everyMinute' }] },
					event: 'orderFulfilled',
				},
			},
			{ id: 'again', name: 'Look again', position: [220, 220], ...look },
		],
		connections: {
			Call: { main: [[{ node: BUY, type: 'main', index: 0 }]] },
			[BUY]: { main: [[{ node: 'Look', type: 'main', index: 0 }]] },
			[TRIGGER]: { main: [[{ node: 'Look again', type: 'main', index: 0 }]] },
		},
	};
}
