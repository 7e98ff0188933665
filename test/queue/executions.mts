import { parse } from 'flatted';
import type { INodeExecutionData } from 'n8n-workflow';
import type { N8nClient } from '../../dev/lib/n8nRest.mts';

/** An execution as the list of executions has it. */
export interface Listed {
	id: string;
	status: string;
	/** `webhook`, `trigger`, `retry`, … */
	mode: string;
}

const PAGE = 100;
export const UNFINISHED = ['new', 'running', 'waiting'];

/** All executions; those with one of the statuses, if any are given. */
export async function listExecutions(client: N8nClient, status?: string[]): Promise<Listed[]> {
	const filter = encodeURIComponent(JSON.stringify(status ? { status } : {}));
	// By id: one that ends meanwhile comes on another page as well.
	const all = new Map<string, Listed>();
	for (let cursor: string | undefined = ''; cursor !== undefined; ) {
		const from: string = cursor === '' ? '' : `&cursor=${cursor}`;
		const page = readPage(
			await client.call('GET', `/rest/executions?limit=${PAGE}&filter=${filter}${from}`),
		);
		for (const execution of page.results) all.set(execution.id, execution);
		cursor = page.nextCursor;
	}
	return [...all.values()];
}

/** Why an execution failed, if it did. */
export async function errorOf(client: N8nClient, id: string): Promise<string> {
	return (await client.getExecution(id)).error?.message ?? '';
}

/**
 * The items that an execution began with, whether it ended, failed or never ran.
 * @returns `undefined` where it did not begin with this node
 */
export async function startItems(
	client: N8nClient,
	id: string,
	node: string,
): Promise<INodeExecutionData[] | undefined> {
	const answer = await client.call('GET', `/rest/executions/${id}`);
	if (typeof answer !== 'object' || answer === null || !('data' in answer)) return undefined;
	const stored: {
		resultData?: { runData?: Record<string, { data?: { main?: INodeExecutionData[][] } }[]> };
		executionData?: {
			nodeExecutionStack?: { node: { name: string }; data: { main: INodeExecutionData[][] } }[];
		};
	} = parse(String(answer.data));
	const ran = stored.resultData?.runData?.[node]?.[0]?.data?.main?.[0];
	const waits = stored.executionData?.nodeExecutionStack?.find((entry) => entry.node.name === node);
	return ran ?? waits?.data.main[0];
}

function readPage(answer: unknown): { results: Listed[]; nextCursor?: string } {
	if (typeof answer === 'object' && answer !== null && 'results' in answer) {
		if (Array.isArray(answer.results)) {
			const results = answer.results.map(({ id, status, mode }) => ({
				id: String(id),
				status: String(status),
				mode: String(mode),
			}));
			const next = 'nextCursor' in answer ? answer.nextCursor : undefined;
			return { results, ...(typeof next === 'string' && { nextCursor: next }) };
		}
	}
	throw new Error('n8n gives no list of executions');
}
