import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

/** What is special where a model calls the node. */

/** For runs without execution data: what is remembered as long as the run lasts. */
const memories = new WeakMap<IExecuteFunctions, IDataObject>();

/**
 * Whether a model calls the node: n8n gives the tool that it makes of a node this type. n8n's agents, and
 * its MCP tool `execute_ephemeral_node`, run the node itself, without an execution.
 */
export function isTool(context: IExecuteFunctions): boolean {
	return context.getNode().type.endsWith('Tool') || !nodeContext(context);
}

/** What this node keeps in the data of the execution; plain JSON. */
export function executionMemory(context: IExecuteFunctions): IDataObject {
	const memory = nodeContext(context) ?? memories.get(context) ?? {};
	memories.set(context, memory);
	return memory;
}

function nodeContext(context: IExecuteFunctions): IDataObject | null {
	try {
		return context.getContext('node');
	} catch {
		return null;
	}
}
