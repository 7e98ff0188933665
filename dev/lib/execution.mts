import { parse } from 'flatted';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

/** An error as n8n stores it with an execution, and as its editor shows it. */
export interface StoredError {
	name?: string;
	message: string;
	description?: string | null;
	httpCode?: string | null;
	messages?: string[];
	context?: IDataObject & { itemIndex?: number };
}

/** One run of one node. A node that a loop comes back to has several. */
export interface StoredNodeRun {
	/** The items of each output. */
	outputs: INodeExecutionData[][];
	error?: StoredError;
	executionTimeMs: number;
}

/** An execution, as n8n stored it. */
export interface Execution {
	id: string;
	/** `success`, `error`, `crashed`, `canceled`, `running`, `waiting` or `new`. */
	status: string;
	/** The error that ended the execution. */
	error?: StoredError;
	/** The runs of each node that ran, by node, in the order in which they started. */
	nodes: Record<string, StoredNodeRun[]>;
	/** The items that came out of an output of a node, in all its runs. */
	items(node: string, output?: number): INodeExecutionData[];
	/** The whole answer as text, the workflow included: nothing secret may be in it. */
	raw: string;
}

/** The parts of n8n's own format that are read here. */
interface RunData {
	resultData?: {
		error?: StoredError;
		runData?: Record<
			string,
			{
				startTime: number;
				executionTime: number;
				error?: StoredError;
				data?: Record<string, (INodeExecutionData[] | null)[]>;
			}[]
		>;
	};
}

/**
 * Reads an execution from n8n's answer, whose `data` is a text in the format of `flatted`.
 * @throws Error if the answer is of another kind
 */
export function readExecution(answer: Record<string, unknown>): Execution {
	const { id, status, data } = answer;
	if (typeof data !== 'string' || typeof status !== 'string') {
		throw new Error(`n8n's answer is no execution: ${JSON.stringify(answer).slice(0, 300)}`);
	}
	// Nothing is stored before the first node has run.
	const stored: RunData | undefined = parse(data);
	const resultData = stored?.resultData;
	const byStart = Object.entries(resultData?.runData ?? {}).sort(
		([, [a]], [, [b]]) => (a?.startTime ?? 0) - (b?.startTime ?? 0),
	);
	const nodes: Execution['nodes'] = Object.fromEntries(
		byStart.map(([node, runs]) => [
			node,
			runs.map((run) => ({
				// Sub-nodes of an AI agent give their data under another kind of connection than `main`.
				outputs: Object.values(run.data ?? {})
					.flat()
					.map((items) => items ?? []),
				error: run.error,
				executionTimeMs: run.executionTime,
			})),
		]),
	);
	return {
		id: String(id),
		status,
		error: resultData?.error,
		nodes,
		items: (node, output = 0) =>
			(nodes[node] ?? []).flatMap(({ outputs }) => outputs[output] ?? []),
		raw: JSON.stringify(answer),
	};
}
