import { setTimeout as sleep } from 'node:timers/promises';
import axios from 'axios';
import type { AxiosInstance } from 'axios';
import type {
	IConnections,
	IDataObject,
	INode,
	INodeExecutionData,
	IWorkflowSettings,
} from 'n8n-workflow';
import { readExecution } from './execution.mts';
import type { Execution } from './execution.mts';
import { PACKAGE_NAME } from './paths.mts';

/** The node types of our package, as workflows name them. */
export const ACTION_NODE = `${PACKAGE_NAME}.idtExpress`;
export const TRIGGER_NODE = `${PACKAGE_NAME}.idtExpressTrigger`;
export const CREDENTIAL = 'idtExpressApi';

const CHECK_EVERY_MS = 50;
/** No test depends on a fast clock: this only ends what would never end. */
const EXECUTION_TIMEOUT_MS = 180_000;

/** A workflow as n8n exports it. */
export interface WorkflowData {
	name: string;
	nodes: INode[];
	connections: IConnections;
	settings?: IWorkflowSettings;
	/** Output that nodes give instead of running, by node. */
	pinData?: Record<string, INodeExecutionData[]>;
}

export interface SavedWorkflow extends WorkflowData {
	id: string;
	versionId: string;
}

/** Names a saved credential, as a node refers to it. */
export interface CredentialReference {
	id: string;
	name: string;
}

export interface NodeRunOptions {
	/** Input items. Default: one empty item. */
	items?: IDataObject[];
	/** The node's credential, if it needs one. */
	credential?: CredentialReference;
	/** Settings of the node: `retryOnFail`, `onError`, another `type`, … */
	node?: Partial<INode>;
}

export interface NodeRunResult {
	/** What came out of the first output. */
	items: INodeExecutionData[];
	/** What came out of the error output. */
	errorItems: INodeExecutionData[];
	/** The error that stopped the node, as n8n stores it. */
	error: Execution['error'];
	executionId: string;
	execution: Execution;
}

/** Logs in to n8n, after setting its owner up if nobody has. */
export async function connectToN8n(n8n: {
	url: string;
	login: { email: string; password: string };
}): Promise<N8nClient> {
	const http = axios.create({
		baseURL: n8n.url,
		// A proxy of the machine has no business between us and loopback.
		proxy: false,
		validateStatus: () => true,
		maxContentLength: Infinity,
		maxBodyLength: Infinity,
	});
	const client = new N8nClient(http);
	await client.logIn(n8n.login);
	return client;
}

/** n8n's REST interface, the one that its editor uses; independent of the nodes under test. */
export class N8nClient {
	private readonly http: AxiosInstance;

	constructor(http: AxiosInstance) {
		this.http = http;
	}

	/** Sets the owner up, or logs in if that was done before. The session's cookie is kept. */
	async logIn({ email, password }: { email: string; password: string }): Promise<void> {
		const settings = record(await this.call('GET', '/rest/settings'));
		const isNew = record(settings.userManagement).showSetupOnFirstLoad === true;
		const [path, body] = isNew
			? ['/rest/owner/setup', { email, password, firstName: 'Olivia', lastName: 'Owner' }]
			: ['/rest/login', { emailOrLdapLoginId: email, password }];
		const { headers } = await this.send('POST', path, body);
		const cookies: unknown = headers['set-cookie'];
		if (!Array.isArray(cookies)) throw new Error(`${path} set no cookie`);
		this.http.defaults.headers.common.cookie = cookies
			.map((cookie) => String(cookie).split(';')[0])
			.join('; ');
	}

	/**
	 * Calls n8n and unwraps its answer.
	 * @throws Error with n8n's message for any status but 2xx
	 */
	async call(method: string, path: string, body?: unknown): Promise<unknown> {
		const { data } = await this.send(method, path, body);
		return typeof data === 'object' && data !== null && 'data' in data ? data.data : data;
	}

	private async send(method: string, path: string, body?: unknown) {
		const response = await this.http.request<unknown>({ method, url: path, data: body });
		if (response.status >= 200 && response.status < 300) return response;
		const answer = JSON.stringify(response.data).slice(0, 1_000);
		throw new Error(`n8n answers ${response.status} to ${method} ${path}: ${answer}`);
	}

	async createCredential(
		name: string,
		data: IDataObject,
		type = CREDENTIAL,
	): Promise<CredentialReference> {
		const saved = record(await this.call('POST', '/rest/credentials', { name, type, data }));
		return { id: String(saved.id), name };
	}

	/** What the *Test* of the credential's window shows. */
	async testCredential(
		{ id, name }: CredentialReference,
		data: IDataObject,
		type = CREDENTIAL,
	): Promise<{ status: string; message: string }> {
		const result = record(
			await this.call('POST', '/rest/credentials/test', { credentials: { id, name, type, data } }),
		);
		return { status: String(result.status), message: String(result.message) };
	}

	async createWorkflow(workflow: WorkflowData): Promise<SavedWorkflow> {
		const saved = record(
			await this.call('POST', '/rest/workflows', {
				settings: { executionOrder: 'v1' },
				...workflow,
			}),
		);
		return { ...workflow, id: String(saved.id), versionId: String(saved.versionId) };
	}

	/** Saves changes of a workflow, and returns it with its new version. */
	async updateWorkflow(
		workflow: SavedWorkflow,
		changes: Partial<WorkflowData>,
	): Promise<SavedWorkflow> {
		const { id, ...content } = { ...workflow, ...changes };
		const saved = record(await this.call('PATCH', `/rest/workflows/${id}?forceSave=true`, content));
		return { ...content, id, versionId: String(saved.versionId) };
	}

	/** A workflow as n8n stores it, its `staticData` included. */
	async getWorkflow(id: string): Promise<Record<string, unknown>> {
		return record(await this.call('GET', `/rest/workflows/${id}`));
	}

	/** Runs a workflow as *Execute workflow* in the editor does, and waits for its end. */
	async runWorkflow(
		workflow: SavedWorkflow,
		options: { timeoutMs?: number } = {},
	): Promise<Execution> {
		return await this.waitForExecution(await this.startWorkflow(workflow), options);
	}

	/**
	 * Starts a workflow as *Execute workflow* does.
	 * @param triggered what its trigger gives, instead of running it: a message of the chat
	 * @returns the execution's id
	 */
	async startWorkflow(workflow: SavedWorkflow, triggered?: IDataObject): Promise<string> {
		const trigger = workflow.nodes.find(({ type }) => /trigger$/i.test(type));
		if (!trigger) throw new Error(`The workflow ${workflow.name} has no trigger`);
		const { executionId } = record(
			await this.call('POST', `/rest/workflows/${workflow.id}/run`, {
				workflowData: workflow,
				triggerToStartFrom: {
					name: trigger.name,
					...(triggered && { data: taskData(triggered) }),
				},
			}),
		);
		if (typeof executionId !== 'string') throw new Error(`${workflow.name} did not start`);
		return executionId;
	}

	/** Waits until an execution has ended, well or badly. */
	async waitForExecution(id: string, options: { timeoutMs?: number } = {}): Promise<Execution> {
		const timeoutMs = options.timeoutMs ?? EXECUTION_TIMEOUT_MS;
		const deadline = Date.now() + timeoutMs;
		for (;;) {
			const execution = await this.getExecution(id);
			if (!['new', 'running', 'unknown', 'waiting'].includes(execution.status)) return execution;
			if (Date.now() > deadline) {
				throw new Error(`Execution ${id} is still ${execution.status} after ${timeoutMs / 1000} s`);
			}
			await sleep(CHECK_EVERY_MS);
		}
	}

	/** Waits until a node has run, though the execution may go on. @throws Error if it ends without */
	async waitForNode(id: string, node: string): Promise<Execution> {
		const deadline = Date.now() + EXECUTION_TIMEOUT_MS;
		for (;;) {
			const execution = await this.getExecution(id);
			const isOver = ['success', 'error', 'crashed', 'canceled'].includes(execution.status);
			if (execution.nodes[node] && execution.status !== 'running') return execution;
			if (isOver || Date.now() > deadline) {
				const reason = execution.error?.message ?? '';
				throw new Error(`Execution ${id} is ${execution.status} without “${node}”: ${reason}`);
			}
			await sleep(CHECK_EVERY_MS);
		}
	}

	async getExecution(id: string): Promise<Execution> {
		return readExecution(record(await this.call('GET', `/rest/executions/${id}`)));
	}

	/** *Retry execution* of the executions list, with the workflow as it was. @returns the new execution */
	async retryExecution(id: string, options: { timeoutMs?: number } = {}): Promise<Execution> {
		const retried = record(
			await this.call('POST', `/rest/executions/${id}/retry`, { loadWorkflow: false }),
		);
		return await this.waitForExecution(String(retried.id), options);
	}

	/** The workflow's executions, newest first. */
	async listExecutions(
		workflowId: string,
	): Promise<{ id: string; status: string; mode: string }[]> {
		const filter = encodeURIComponent(JSON.stringify({ workflowId }));
		const { results } = record(
			await this.call('GET', `/rest/executions?limit=100&filter=${filter}`),
		);
		return list(results).map((entry) => {
			const { id, status, mode } = record(entry);
			return { id: String(id), status: String(status), mode: String(mode) };
		});
	}

	/**
	 * Publishes the workflow's current version, and waits for its first poll.
	 * @throws Error with what n8n says where that fails
	 */
	async activate({ id, versionId }: SavedWorkflow): Promise<void> {
		await this.call('POST', `/rest/workflows/${id}/activate`, { versionId });
		const deadline = Date.now() + EXECUTION_TIMEOUT_MS;
		for (;;) {
			const publication = await this.publicationOf(id);
			if (publication.status === 'published') return;
			if (publication.status === 'failed' || Date.now() > deadline) {
				throw new Error(`Workflow ${id} is not active: ${JSON.stringify(publication)}`);
			}
			await sleep(CHECK_EVERY_MS);
		}
	}

	private async publicationOf(id: string): Promise<Record<string, unknown>> {
		const { status, data } = await this.http.get<unknown>(
			`/rest/workflows/${id}/publication-status`,
		);
		// Older versions of n8n answer only when the workflow is active.
		return status === 404 ? { status: 'published' } : record(record(data).data);
	}

	async deactivate({ id }: { id: string }): Promise<void> {
		await this.call('POST', `/rest/workflows/${id}/deactivate`, {});
	}

	/** The descriptions of all node types, as the editor gets them. */
	async nodeTypes(): Promise<Record<string, unknown>[]> {
		return list(await this.call('GET', '/types/nodes.json')).map(record);
	}

	/** The descriptions of all credential types. */
	async credentialTypes(): Promise<Record<string, unknown>[]> {
		return list(await this.call('GET', '/types/credentials.json')).map(record);
	}

	/** The output schema that the editor shows before the first run. @throws Error if there is none */
	async outputSchema(nodeType: string, resource: string, operation: string): Promise<unknown> {
		return await this.call('GET', `/schemas/${nodeType}/1.0.0/${resource}/${operation}.json`);
	}

	/** Asks one of our node's list searches, as a resource locator of the editor does. */
	async searchList(
		methodName: string,
		options: {
			parameters?: IDataObject;
			filter?: string;
			paginationToken?: string;
			credential: CredentialReference;
			nodeType?: string;
		},
	): Promise<{ results: Record<string, unknown>[]; paginationToken?: string }> {
		const {
			parameters = {},
			filter,
			paginationToken,
			credential,
			nodeType = ACTION_NODE,
		} = options;
		const found = record(
			await this.call('POST', '/rest/dynamic-node-parameters/resource-locator-results', {
				path: 'parameters',
				nodeTypeAndVersion: { name: nodeType, version: 1 },
				currentNodeParameters: parameters,
				credentials: { [CREDENTIAL]: credential },
				methodName,
				filter,
				paginationToken,
			}),
		);
		return {
			results: list(found.results).map(record),
			...(typeof found.paginationToken === 'string' && { paginationToken: found.paginationToken }),
		};
	}

	/** Runs one node of ours with the given input items, in a workflow of its own. */
	async runNode(parameters: IDataObject, options: NodeRunOptions = {}): Promise<NodeRunResult> {
		const workflow = await this.createWorkflow(oneNodeWorkflow(parameters, options));
		const execution = await this.runWorkflow(workflow);
		return {
			items: execution.items(NODE_NAME),
			errorItems: execution.items(NODE_NAME, 1),
			error: execution.error,
			executionId: execution.id,
			execution,
		};
	}
}

/** The output of a node, as n8n keeps it with an execution. */
function taskData(json: IDataObject) {
	return {
		startTime: Date.now(),
		executionTime: 0,
		executionIndex: 0,
		executionStatus: 'success',
		source: [],
		data: { main: [[{ json }]] },
	};
}

const NODE_NAME = 'Node under test';

/** A manual trigger whose pinned output are the items, and the node. */
function oneNodeWorkflow(
	parameters: IDataObject,
	{ items = [{}], credential, node }: NodeRunOptions,
): WorkflowData {
	const start = 'Start';
	return {
		name: `${String(parameters.resource)} ${String(parameters.operation)}`,
		nodes: [
			{
				id: 'start',
				name: start,
				type: 'n8n-nodes-base.manualTrigger',
				typeVersion: 1,
				position: [0, 0],
				parameters: {},
			},
			{
				id: 'node',
				name: NODE_NAME,
				type: ACTION_NODE,
				typeVersion: 1,
				position: [220, 0],
				parameters: JSON.parse(JSON.stringify(parameters)),
				...(credential && { credentials: { [CREDENTIAL]: credential } }),
				...node,
			},
		],
		connections: { [start]: { main: [[{ node: NODE_NAME, type: 'main', index: 0 }]] } },
		pinData: { [start]: items.map((json) => ({ json })) },
	};
}

function record(value: unknown): Record<string, unknown> {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) {
		throw new Error(`n8n answers with something else than an object: ${JSON.stringify(value)}`);
	}
	return { ...value };
}

function list(value: unknown): unknown[] {
	if (!Array.isArray(value)) {
		throw new Error(`n8n answers with something else than a list: ${JSON.stringify(value)}`);
	}
	return value;
}
