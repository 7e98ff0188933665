import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IDataObject, INode } from 'n8n-workflow';
import { readExecution } from '../lib/execution.mts';
import type { N8n } from '../lib/n8nProcess.mts';
import type { N8nClient, SavedWorkflow } from '../lib/n8nRest.mts';

const START = 'Start';
/** Rarely, since every look costs n8n time; the times themselves come from n8n. */
const LOOK_AGAIN_MS = 1_000;
const TIMEOUT_MS = 300_000;

/** One run of a workflow, as n8n tells it. */
export interface N8nRun {
	/** What n8n calls the execution time of the nodes, the trigger left out. */
	nodesMs: number;
	/** The whole execution, from start to stop. */
	executionMs: number;
	/** Items that left the last node, and its error output. */
	items: number;
	failed: number;
	/** n8n's peak memory during the run; undefined where the system does not tell. */
	peakMb?: number;
}

/** Saves a workflow of a manual trigger, whose pinned output are the items, and the nodes in a row. */
export async function saveWorkflow(
	client: N8nClient,
	name: string,
	items: IDataObject[],
	nodes: Pick<INode, 'type' | 'typeVersion' | 'parameters' | 'credentials' | 'onError'>[],
): Promise<SavedWorkflow> {
	const row = [{ type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} }, ...nodes];
	const names = row.map((_, index) => (index === 0 ? START : `Node ${index}`));
	return await client.createWorkflow({
		name,
		nodes: row.map((node, index) => ({
			id: `${index}`,
			name: names[index],
			position: [index * 220, 0],
			...node,
		})),
		connections: Object.fromEntries(
			names
				.slice(0, -1)
				.map((from, index) => [
					from,
					{ main: [[{ node: names[index + 1], type: 'main' as const, index: 0 }]] },
				]),
		),
		pinData: { [START]: items.map((json) => ({ json })) },
	});
}

/** Runs a saved workflow in n8n and measures it. @throws Error where the execution fails */
export async function measureWorkflow(
	n8n: Pick<N8n, 'pid'>,
	client: N8nClient,
	workflow: SavedWorkflow,
): Promise<N8nRun> {
	await resetPeak(n8n.pid);
	const id = await client.startWorkflow(workflow);
	const { startedAt, stoppedAt } = await untilEnded(client, workflow.id, id);
	const peakMb = await peakOf(n8n.pid);
	const answer = await client.call('GET', `/rest/executions/${id}`);
	if (typeof answer !== 'object' || answer === null) throw new Error(`No execution ${id}`);
	const execution = readExecution({ ...answer });
	if (execution.status !== 'success') {
		throw new Error(`${workflow.name}: ${execution.status}: ${execution.error?.message ?? ''}`);
	}
	const runs = Object.entries(execution.nodes).filter(([node]) => node !== START);
	const last = `Node ${workflow.nodes.length - 1}`;
	return {
		nodesMs: runs.flatMap(([, all]) => all).reduce((sum, run) => sum + run.executionTimeMs, 0),
		executionMs: Date.parse(stoppedAt) - Date.parse(startedAt),
		items: execution.items(last).length,
		failed: execution.items(last, 1).length,
		peakMb,
	};
}

/** Looks at the list of executions, which holds no data, so that looking costs n8n little. */
async function untilEnded(
	client: N8nClient,
	workflowId: string,
	id: string,
): Promise<{ startedAt: string; stoppedAt: string }> {
	const filter = encodeURIComponent(JSON.stringify({ workflowId }));
	const deadline = Date.now() + TIMEOUT_MS;
	while (Date.now() < deadline) {
		await sleep(LOOK_AGAIN_MS);
		const answer = await client.call('GET', `/rest/executions?limit=5&filter=${filter}`);
		const found = resultsOf(answer).find((execution) => execution.id === id);
		if (found?.stoppedAt) return { startedAt: found.startedAt, stoppedAt: found.stoppedAt };
	}
	throw new Error(`Execution ${id} has not ended after ${TIMEOUT_MS / 1000} s`);
}

function resultsOf(answer: unknown): { id: string; startedAt: string; stoppedAt: string | null }[] {
	if (typeof answer === 'object' && answer !== null && 'results' in answer) {
		if (Array.isArray(answer.results)) return answer.results;
	}
	throw new Error('n8n gives no list of executions');
}

/** Linux keeps a process's peak memory; a 5 starts it anew. */
async function resetPeak(pid: number): Promise<void> {
	await writeFile(`/proc/${pid}/clear_refs`, '5').catch(() => undefined);
}

async function peakOf(pid: number): Promise<number | undefined> {
	const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
	const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
	return kilobytes === undefined ? undefined : Math.round(Number(kilobytes) / 1024);
}
