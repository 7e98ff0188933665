import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CREDENTIAL } from './n8nRest.mts';
import type { CredentialReference, WorkflowData } from './n8nRest.mts';
import { PACKAGE_NAME, projectRoot } from './paths.mts';

/**
 * Reads an example workflow, and chooses the credential in each of our nodes, as its user does after
 * importing it.
 * @param name the file's name in `examples`, without `.json`
 */
export async function readExample(
	name: string,
	credential: CredentialReference,
): Promise<WorkflowData> {
	const file = join(projectRoot(), 'examples', `${name}.json`);
	const workflow: WorkflowData = JSON.parse(await readFile(file, 'utf8'));
	return {
		...workflow,
		nodes: workflow.nodes.map((node) =>
			node.type.startsWith(`${PACKAGE_NAME}.`)
				? { ...node, credentials: { [CREDENTIAL]: credential } }
				: node,
		),
	};
}
