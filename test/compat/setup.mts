import { createRequire } from 'node:module';
import path from 'node:path';
import type { Container as ContainerType } from '@n8n/di';
import * as core from 'n8n-core';
import type { PollContext, PollTriggerExecutor } from 'n8n-core';
import * as workflow from 'n8n-workflow';
import type { createRunExecutionData, INode, Workflow } from 'n8n-workflow';

/** What the tests use of n8n's engine, and older versions of it have in another form. */

// The tests build an execution's data with this function, which n8n before 1.121 has not: there the
// data is a plain object.
const olderWorkflow: { createRunExecutionData?: typeof createRunExecutionData } = workflow;
if (!olderWorkflow.createRunExecutionData) {
	Object.defineProperty(workflow, 'createRunExecutionData', { value: plainData });
}

// In older versions this is a part of ActiveWorkflows that nobody else can call.
const olderCore: { PollTriggerExecutor?: typeof PollTriggerExecutor } = core;
if (!olderCore.PollTriggerExecutor) {
	const requireOfCore = createRequire(
		path.resolve(process.env.IDT_EXPRESS_COMPAT ?? '.', 'node_modules/n8n-core/package.json'),
	);
	const { Container } = requireOfCore('@n8n/di') as { Container: typeof ContainerType };
	class OlderPollExecutor {
		create = pollOnce;
	}
	Container.set(OlderPollExecutor, new OlderPollExecutor());
	Object.defineProperty(core, 'PollTriggerExecutor', { value: OlderPollExecutor });
}

function pollOnce({ nodeTypes }: Workflow, { type, typeVersion }: INode, context: PollContext) {
	return async (isFirst = false): Promise<void> => {
		try {
			const items = await nodeTypes.getByNameAndVersion(type, typeVersion).poll?.call(context);
			if (items) context.__emit(items);
		} catch (error) {
			if (isFirst || !(error instanceof Error)) throw error;
			context.__emitError(error);
		}
	};
}

function plainData(given: { executionData?: object } = {}) {
	return {
		startData: {},
		resultData: { runData: {} },
		...given,
		executionData: {
			contextData: {},
			metadata: {},
			waitingExecution: {},
			waitingExecutionSource: {},
			...given.executionData,
		},
	};
}
