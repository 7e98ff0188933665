import * as workflow from 'n8n-workflow';
import type { createRunExecutionData } from 'n8n-workflow';

// The tests build an execution's data with this function, which n8n before 1.121 has not: there the
// data is a plain object.
const older: { createRunExecutionData?: typeof createRunExecutionData } = workflow;
if (!older.createRunExecutionData) {
	Object.defineProperty(workflow, 'createRunExecutionData', { value: plainData });
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
