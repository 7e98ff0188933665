import type { IExecuteFunctions } from 'n8n-workflow';

/** Whether an AI agent or an MCP client calls the node: n8n names the tool that it makes of a node so. */
export function isTool(context: IExecuteFunctions): boolean {
	return context.getNode().type.endsWith('Tool');
}
