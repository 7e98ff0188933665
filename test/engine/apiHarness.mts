import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ExecuteContext, LoadOptionsContext, PollContext } from 'n8n-core';
import { createRunExecutionData, Workflow } from 'n8n-workflow';
import type {
	IDataObject,
	INodeExecutionData,
	INodeTypes,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import { Session } from '../../nodes/IdtExpress/api/session';
import type { AnyContext } from '../../nodes/IdtExpress/shared/field';
import { IdtExpress } from '../../nodes/IdtExpress/IdtExpress.node.ts';
import { makeAdditionalData, nodeUnderTest, type Credential } from './harness.mts';

/** Our request layer in n8n-core's own contexts and request helpers, against a server of the test. */

export const CONTEXTS = ['run', 'poll', 'editor'] as const;
export type ContextKind = (typeof CONTEXTS)[number];

export interface ContextOptions {
	kind?: ContextKind;
	credential: Credential | (() => Credential);
	/** The input items of a run. */
	items?: IDataObject[];
	/** Cancels the execution. */
	cancel?: AbortSignal;
	/** What n8n gives an execution beside the usual. */
	surroundings?: Partial<IWorkflowExecuteAdditionalData>;
}

/** A context of n8n: of a run, a poll, or a list of the editor. */
export function contextFor({
	kind = 'run',
	credential,
	items,
	cancel,
	surroundings,
}: ContextOptions): AnyContext {
	const node = nodeUnderTest({ resource: 'country', operation: 'getAll' });
	const nodeTypes: INodeTypes = {
		getByName: () => new IdtExpress(),
		getByNameAndVersion: () => new IdtExpress(),
		getKnownTypes: () => ({}),
	};
	const workflow = new Workflow({
		id: 'workflow',
		active: false,
		nodeTypes,
		nodes: [node],
		connections: {},
	});
	const additionalData = { ...makeAdditionalData(workflow, credential), ...surroundings };
	if (kind === 'poll') return new PollContext(workflow, node, additionalData, 'trigger', 'update');
	if (kind === 'editor') return new LoadOptionsContext(workflow, node, additionalData, '');
	const input: INodeExecutionData[] = (items ?? [{}]).map((json) => ({ json }));
	return new ExecuteContext(
		workflow,
		node,
		additionalData,
		'trigger',
		createRunExecutionData({}),
		0,
		input,
		{ main: [input] },
		{ node, data: { main: [input] }, source: null },
		[],
		cancel ?? new AbortController().signal,
	);
}

export function sessionFor(
	options: ContextOptions,
	{ concurrency, deadline }: Partial<Pick<Session, 'concurrency' | 'deadline'>> = {},
): Session {
	return new Session(contextFor(options), {}, concurrency, deadline);
}

/** A request as a stub received it. */
export interface Received {
	method: string;
	/** Path and query. */
	url: string;
	headers: IncomingMessage['headers'];
}

export interface Stub {
	url: string;
	received: Received[];
	credential: Credential;
	/** Connections that are open. */
	readonly connections: Promise<number>;
	close(): Promise<void>;
}

export type Answer = (response: ServerResponse, request: Received, number: number) => void;

/** Starts a server that answers every request as the test says. */
export async function startStub(answer: Answer): Promise<Stub> {
	const received: Received[] = [];
	const server = createServer((request, response) => {
		const { method = '', url = '', headers } = request;
		const entry = { method, url, headers };
		received.push(entry);
		request.resume();
		request.on('end', () => answer(response, entry, received.length));
	});
	return await listen(server, received, 'http');
}

/** Listens on a port that the system gives. */
export async function listen(server: Server, received: Received[], scheme: string): Promise<Stub> {
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	const url = `${scheme}://127.0.0.1:${port}`;
	return {
		url,
		received,
		credential: {
			environment: 'custom',
			baseUrl: url,
			apiKey: 'key-of-test',
			apiSecret: 'secret-of-test',
		},
		get connections() {
			return new Promise<number>((resolve, reject) => {
				server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
			});
		},
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

/** Answers with JSON. */
export function json(response: ServerResponse, body: unknown, status = 200): void {
	response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
