import { ExecutionLifecycleHooks, WorkflowExecute } from 'n8n-core';
import * as n8nWorkflow from 'n8n-workflow';
import { createRunExecutionData, Workflow } from 'n8n-workflow';
import type {
	IConnections,
	ICredentialDataDecryptedObject,
	ICredentialsHelper,
	IDataObject,
	IExecuteFunctions,
	IHttpRequestOptions,
	INode,
	INodeExecutionData,
	INodeParameters,
	INodeType,
	INodeTypes,
	IRun,
	IRunExecutionData,
	IWorkflowExecuteAdditionalData,
	NodeParameterValueType,
} from 'n8n-workflow';
import { IdtExpressApi } from '../../credentials/IdtExpressApi.credentials';
import { timing } from '../../nodes/IdtExpress/api/timing';
import { IdtExpress } from '../../nodes/IdtExpress/IdtExpress.node.ts';
import { startSandbox, type Sandbox } from '../sandbox/server.mts';

/** Runs our node in n8n-core's own engine (WorkflowExecute) and request helpers: no mock of n8n. */

// n8n gives the check of a resource locator 250 ms by the clock, which go by while other tests have the
// processor. Older versions have no such limit.
if ('setSafeRegexEngine' in n8nWorkflow) {
	n8nWorkflow.setSafeRegexEngine({
		exec: (pattern, input, flags) => new RegExp(pattern, flags).exec(input),
		test: (pattern, input, flags) => new RegExp(pattern, flags).test(input),
		replace: (pattern, input, flags, replacement) =>
			input.replace(new RegExp(pattern, flags), replacement),
		matchAll: (pattern, input, flags) => [
			...input.matchAll(new RegExp(pattern, `${flags ?? ''}g`)),
		],
		split: (pattern, input, flags) => input.split(new RegExp(pattern, flags)),
	});
}

/** Emits the items that the test gives it. */
class Start implements INodeType {
	description = {
		displayName: 'Start',
		name: 'start',
		group: ['trigger' as const],
		version: 1,
		description: '',
		defaults: { name: 'Start' },
		inputs: [],
		outputs: ['main' as const],
		properties: [],
	};
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [this.getInputData()];
	}
}

/** What the credential holds; the tests use `custom` with the sandbox's address. */
export interface Credential {
	environment?: string;
	baseUrl?: string;
	apiKey: string;
	apiSecret: string;
}

/** The credential for a running sandbox. */
export function credentialFor(sandbox: {
	url: string;
	credentials: { apiKey: string; apiSecret: string };
}): Credential {
	return { environment: 'custom', baseUrl: sandbox.url, ...sandbox.credentials };
}

export interface WorkflowRun {
	nodes: INode[];
	connections: IConnections;
	/** Where the run begins, and with what. */
	start: { node: string; items: IDataObject[] };
	/** A function is asked each time that n8n reads the credential. */
	credential: Credential | (() => Credential);
	/** Node types beside Start and ours. */
	types?: Record<string, INodeType>;
	/** The data of an earlier run, as *Retry execution* hands it on. */
	resume?: IRunExecutionData;
	/** Cancels the execution, as *Stop* does. */
	cancel?: AbortSignal;
}

/** Runs a workflow to its end. */
export async function runWorkflow(run: WorkflowRun): Promise<IRun> {
	const types: Record<string, INodeType> = {
		start: new Start(),
		idtExpress: new IdtExpress(),
		...run.types,
	};
	const nodeTypes: INodeTypes = {
		getByName: (name) => types[name],
		getByNameAndVersion: (name) => types[name],
		getKnownTypes: () => ({}),
	};
	const workflow = new Workflow({
		id: 'workflow',
		name: 'workflow',
		active: false,
		nodeTypes,
		settings: { executionOrder: 'v1' },
		nodes: run.nodes,
		connections: run.connections,
	});
	const startNode = workflow.getNode(run.start.node);
	if (!startNode) throw new Error(`No node ${run.start.node}`);
	const items = run.start.items.map((json) => ({ json }));
	const runData =
		run.resume ??
		createRunExecutionData({
			executionData: {
				nodeExecutionStack: [{ node: startNode, data: { main: [items] }, source: null }],
			},
		});
	const additionalData = makeAdditionalData(workflow, run.credential);
	const execution = new WorkflowExecute(additionalData, 'trigger', runData);
	const result = execution.processRunExecutionData(workflow);
	run.cancel?.addEventListener('abort', () => result.cancel());
	return await result;
}

/** The engine's surroundings: credentials, hooks, nothing more. */
export function makeAdditionalData(
	workflow: Workflow,
	credential: WorkflowRun['credential'],
): IWorkflowExecuteAdditionalData {
	const surroundings: Partial<IWorkflowExecuteAdditionalData> = {
		credentialsHelper: makeCredentialsHelper(credential),
		executionId: 'execution',
		webhookWaitingBaseUrl: 'http://127.0.0.1/webhook-waiting',
		formWaitingBaseUrl: 'http://127.0.0.1/form-waiting',
		variables: {},
		hooks: new ExecutionLifecycleHooks('trigger', 'execution', {
			id: workflow.id,
			name: 'workflow',
			active: false,
			isArchived: false,
			activeVersionId: null,
			createdAt: new Date(0),
			updatedAt: new Date(0),
			nodes: Object.values(workflow.nodes),
			connections: workflow.connectionsBySourceNode,
		}),
		setExecutionStatus: () => undefined,
		sendDataToUI: () => undefined,
		logAiEvent: () => undefined,
	};
	return surroundings as IWorkflowExecuteAdditionalData;
}

/**
 * Applies the credential type's own `authenticate`, and resolves expressions in the credential for the
 * item that it is read for, as n8n's helper does.
 */
function makeCredentialsHelper(credential: WorkflowRun['credential']): ICredentialsHelper {
	const type = new IdtExpressApi();
	const read = (): ICredentialDataDecryptedObject => ({
		environment: 'sandbox',
		...(typeof credential === 'function' ? credential() : credential),
	});
	const helper: Partial<ICredentialsHelper> = {
		isCredentialUsableByNode: () => true,
		getParentTypes: () => [],
		getDecrypted: async (_data, _credentials, _type, mode, executeData, _raw, item) => {
			if (!item) return read();
			return item.workflow.expression.getParameterValue(
				read() as NodeParameterValueType,
				item.runExecutionData,
				item.runIndex,
				item.itemIndex,
				item.node.name,
				item.connectionInputData,
				mode,
				{},
				executeData,
			) as ICredentialDataDecryptedObject;
		},
		preAuthentication: async () => undefined,
		runPreAuthentication: async () => undefined,
		authenticate: async (credentials, _type, options) =>
			await type.authenticate(credentials, options as IHttpRequestOptions),
	};
	return helper as ICredentialsHelper;
}

export interface NodeRun {
	parameters: INodeParameters;
	/** The input items. Default: one empty item. */
	items?: IDataObject[];
	credential: WorkflowRun['credential'];
	/** Settings of the node: `retryOnFail`, `onError`, … */
	settings?: Partial<INode>;
}

export interface NodeResult {
	/** What came out of the first output. */
	items: INodeExecutionData[];
	/** What came out of the error output. */
	errorItems: INodeExecutionData[];
	/** The error that stopped the node, as n8n stores it. */
	error:
		| (Error & { description?: string | null; context?: IDataObject; httpCode?: string })
		| undefined;
	run: IRun;
}

/** Our node, after a Start node. */
export function nodeUnderTest(parameters: INodeParameters, settings: Partial<INode> = {}): INode {
	return {
		id: 'node',
		name: 'IDT Express',
		type: 'idtExpress',
		typeVersion: 1,
		position: [0, 0],
		parameters,
		credentials: { idtExpressApi: { id: '1', name: 'IDT Express API' } },
		...settings,
	};
}

export const START: INode = {
	id: 'start',
	name: 'Start',
	type: 'start',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

/** Runs our node once with the given items. */
export async function runNode({
	parameters,
	items,
	credential,
	settings,
}: NodeRun): Promise<NodeResult> {
	const run = await runWorkflow({
		nodes: [START, nodeUnderTest(parameters, settings)],
		connections: { Start: { main: [[{ node: 'IDT Express', type: 'main', index: 0 }]] } },
		start: { node: 'Start', items: items ?? [{}] },
		credential,
	});
	const [task] = run.data.resultData.runData['IDT Express'] ?? [];
	return {
		items: task?.data?.main[0] ?? [],
		errorItems: task?.data?.main[1] ?? [],
		error: task?.error as NodeResult['error'],
		run,
	};
}

/**
 * Starts a sandbox for the tests of a file; it is back at its beginning before each of them.
 * @returns what runs our node against it
 */
export function useSandbox(): {
	readonly sandbox: Sandbox;
	run(
		parameters: INodeParameters,
		items?: IDataObject[],
		settings?: Partial<INode>,
	): Promise<NodeResult>;
} {
	let sandbox: Sandbox;
	beforeAll(async () => {
		sandbox = await startSandbox();
	});
	beforeEach(() => sandbox.reset());
	afterAll(async () => await sandbox.close());
	return {
		get sandbox() {
			return sandbox;
		},
		run: async (parameters, items, settings) =>
			await runNode({ parameters, items, settings, credential: credentialFor(sandbox) }),
	};
}

/** The JSON of the items that came out; fails where the node failed. */
export function jsonOf(result: NodeResult): IDataObject[] {
	if (result.error) throw result.error;
	return result.items.map((item) => item.json);
}

/**
 * Lets waits last next to nothing, so that retries do not slow the tests. A test may set other times: the next
 * one has these again.
 */
export function shortenWaits(): void {
	const usual = { ...timing };
	beforeEach(() => Object.assign(timing, usual, { firstWait: 2, longestWait: 8 }));
	afterAll(() => Object.assign(timing, usual));
}
