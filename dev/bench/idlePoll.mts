import { setTimeout as sleep } from 'node:timers/promises';
import { CREDENTIAL, TRIGGER_NODE } from '../lib/n8nRest.mts';
import type { SavedWorkflow } from '../lib/n8nRest.mts';
import type { Measurement, Setup } from './cases.mts';

const LONGEST_WAIT_MS = 90_000;
/** Longer than a request takes: when no more come for that long, the poll is over. */
const PAUSE_MS = 2_000;
const LATENCY_MS = 20;
/** n8n refuses a schedule with several polls a minute, but takes several schedules. */
const SECONDS = [0, 15, 30, 45];

/** Waits for a poll of an active trigger that finds nothing, and measures it. */
export async function idlePoll(setup: Setup, event: string): Promise<Measurement> {
	const { client, sandbox } = setup;
	const workflow = await activate(setup, event);
	try {
		await untilQuiet(setup);
		// The first poll, which remembers what there is, shows as an execution.
		const before = await client.listExecutions(workflow.id);
		await sandbox.prepare();
		const requests = await untilPolled(setup);
		const times = requests.map(({ at }) => at);
		return {
			ms: Math.max(...times) - Math.min(...times) + LATENCY_MS,
			// An execution would be an event, or an error: there is nothing to report.
			items: (await client.listExecutions(workflow.id)).length - before.length,
			failed: requests.filter(({ status }) => status !== 200).length,
		};
	} finally {
		await client.deactivate(workflow);
	}
}

async function untilPolled(setup: Setup) {
	const deadline = Date.now() + LONGEST_WAIT_MS;
	while ((await setup.sandbox.requests()).length === 0) {
		if (Date.now() > deadline) throw new Error('n8n does not poll');
		await sleep(100);
	}
	return await untilQuiet(setup);
}

/** Waits until no more requests come. */
async function untilQuiet({ sandbox }: Setup) {
	for (let before = -1; ; ) {
		const requests = await sandbox.requests();
		if (requests.length === before) return requests;
		before = requests.length;
		await sleep(PAUSE_MS);
	}
}

async function activate({ client, credential }: Setup, event: string): Promise<SavedWorkflow> {
	const saved = await client.createWorkflow({
		name: `Idle ${event}`,
		nodes: [
			{
				id: 'trigger',
				name: 'Trigger',
				type: TRIGGER_NODE,
				typeVersion: 1,
				position: [0, 0],
				credentials: { [CREDENTIAL]: credential },
				parameters: {
					pollTimes: {
						item: SECONDS.map((second) => ({
							mode: 'custom',
							cronExpression: `${second} * * * * *`,
						})),
					},
					event,
				},
			},
		],
		connections: {},
	});
	await client.activate(saved);
	return saved;
}
