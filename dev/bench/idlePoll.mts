import { setTimeout as sleep } from 'node:timers/promises';
import { CREDENTIAL, TRIGGER_NODE } from '../lib/n8nRest.mts';
import type { SavedWorkflow } from '../lib/n8nRest.mts';
import type { Measurement, Setup } from './cases.mts';

/** n8n polls once a minute. */
const LONGEST_WAIT_MS = 90_000;
const LATENCY_MS = 20;

let workflow: Promise<SavedWorkflow> | undefined;

/** Waits for the next poll of an active trigger, which finds nothing, and measures it. */
export async function idlePoll(setup: Setup): Promise<Measurement> {
	const { client, sandbox } = setup;
	workflow ??= activate(setup);
	const { id } = await workflow;
	await sandbox.prepare();
	const deadline = Date.now() + LONGEST_WAIT_MS;
	for (let before = 0; ; ) {
		// Longer than a request takes: when no more come, the poll is over.
		await sleep(1_000);
		const requests = await sandbox.requests();
		if (requests.length > 0 && requests.length === before) {
			const times = requests.map(({ at }) => at);
			const refused = requests.filter(({ status }) => status !== 200);
			return {
				ms: Math.max(...times) - Math.min(...times) + LATENCY_MS,
				// An execution would be an event, or an error: there is nothing to tell.
				items: (await client.listExecutions(id)).length,
				failed: refused.length,
			};
		}
		before = requests.length;
		if (Date.now() > deadline) throw new Error('n8n does not poll');
	}
}

/** The first poll remembers what there is. */
async function activate({ client, credential }: Setup): Promise<SavedWorkflow> {
	const saved = await client.createWorkflow({
		name: 'Idle',
		nodes: [
			{
				id: 'trigger',
				name: 'Trigger',
				type: TRIGGER_NODE,
				typeVersion: 1,
				position: [0, 0],
				credentials: { [CREDENTIAL]: credential },
				parameters: {
					pollTimes: { item: [{ mode: 'everyMinute' }] },
					event: 'orderFulfilled',
				},
			},
		],
		connections: {},
	});
	await client.activate(saved);
	return saved;
}
