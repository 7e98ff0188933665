import express, { type NextFunction, type Request, type Response } from 'express';
import { createServer, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../dev/lib/freePort.mts';
import { controlRoutes } from './control.mts';
import type { ApiAnswer } from './deviations.mts';
import { SandboxApi } from './endpoints.mts';
import { ApiProblem, errorBody } from './errors.mts';
import { answerWithFault, Faults, type Fault } from './faults.mts';
import { DEFAULT_SETTINGS, type SandboxSettings } from './settings.mts';
import { SandboxState } from './state.mts';
import { Throttle } from './throttle.mts';

export interface SandboxOptions {
	/** Default: any free one. */
	port?: number;
	settings?: Partial<SandboxSettings>;
}

export interface RecordedRequest {
	method: string;
	/** Below `/v1/dids`, as it came, without the query; `outside /v2/orders` for what is not below it. */
	path: string;
	query: Record<string, unknown>;
	body: unknown;
	headers: Record<string, unknown>;
	/** The server's clock. */
	at: number;
	/** Of the answer; 0 until there is one. */
	status: number;
}

export interface Sandbox {
	/** Such as `http://127.0.0.1:4010`; the API is below `/v1/dids`. */
	url: string;
	port: number;
	credentials: { apiKey: string; apiSecret: string };
	/** Live: tests read and change it. */
	state: SandboxState;
	/** Live: the switches. */
	settings: SandboxSettings;
	/** The requests since the last reset, in order, without those for the switches. */
	requests: RecordedRequest[];
	/** The most requests that were under way at once since the last reset. */
	mostInFlight(): number;
	/** Called for every API request before it is handled: tests change the state between requests. */
	onRequest: ((request: RecordedRequest) => void) | null;
	/**
	 * Holds requests until so many are under way, then lets these and all later ones go: how many a client
	 * sends at once is seen whoever is faster.
	 * @param skip how many requests pass before
	 */
	gather(count: number, skip?: number): void;
	fault(fault: Fault): void;
	clearFaults(): void;
	/** Back to the beginning, with the given settings. */
	reset(settings?: Partial<SandboxSettings>): void;
	/** Connections are refused from now on; the state stays. */
	stopListening(): Promise<void>;
	/** Answers again, at the same address. */
	listen(): Promise<void>;
	close(): Promise<void>;
}

const CREDENTIALS = { apiKey: 'sandbox-key', apiSecret: 'sandbox-secret' };

/** Where the API is, and where the switches are. */
const ROOT = '/v1/dids';
const CONTROL = '/_sandbox';

/** Starts the local IDT Express API on loopback. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const port = options.port ?? (await freePort());
	const settings = { ...structuredClone(DEFAULT_SETTINGS), ...options.settings };
	const state = new SandboxState(settings);
	const api = new SandboxApi(state);
	const faults = new Faults();
	const throttle = new Throttle(settings);
	const requests: RecordedRequest[] = [];
	let inFlight = 0;
	let most = 0;
	let crowd = gathering(0);

	const app = express();
	app.disable('x-powered-by');
	app.set('etag', false);
	app.set('query parser', 'simple');
	app.use((_request, response, next) => {
		// The date must be the sandbox's, or none at all.
		response.sendDate = false;
		if (settings.dateHeader) response.setHeader('Date', new Date(state.now()).toUTCString());
		next();
	});
	const readBody = express.json({ limit: '5mb', strict: false });

	// Every request is recorded, also one that is outside the API or has a body that cannot be read.
	const record = (request: Request, response: Response, next: NextFunction) => {
		if (request.path.startsWith(CONTROL)) return readBody(request, response, next);
		readBody(request, response, (error?: unknown) => {
			const entry: RecordedRequest = {
				method: request.method,
				path: pathBelow(request.path),
				query: { ...request.query },
				body: request.body,
				headers: { ...request.headers },
				at: state.now(),
				status: 0,
			};
			if (settings.record) requests.push(entry);
			most = Math.max(most, ++inFlight);
			response.on('finish', () => (entry.status = response.statusCode));
			response.on('close', () => inFlight--);
			sandbox.onRequest?.(entry);
			const waits = [crowd.join(), settings.latencyMs > 0 && sleep(settings.latencyMs)];
			if (waits.some(Boolean)) void Promise.all(waits).then(() => next(error));
			else next(error);
		});
	};

	const spoil = (request: Request, response: Response, next: NextFunction) => {
		const fault = faults.strike(request);
		if (!fault) return next();
		if (fault.when !== 'after') return answerWithFault(fault, response);
		// The request takes effect; what would have been its answer is spoiled on the way.
		const { body } = answerTo(request, response);
		response.status(200);
		answerWithFault(fault, response, body);
	};

	const answerTo = (request: Request, response: Response) =>
		api.answer(
			{ method: request.method, path: request.path, query: request.query, body: request.body },
			() => {
				throttle.check(state.now(), response);
				const { apiKey, apiSecret } = CREDENTIALS;
				if (request.get('x-api-key') !== apiKey || request.get('x-api-secret') !== apiSecret) {
					throw new ApiProblem({ code: 2000, detail: 'The API key or the API secret is wrong' });
				}
				state.tick();
			},
		);

	const refuse = (problem: ApiProblem, response: Response) =>
		void response.status(problem.status).json(errorBody(problem));

	app.use(record);
	app.use(CONTROL, (request, response, next) => controlRoutes(sandbox)(request, response, next));
	app.use(ROOT, spoil, (request, response) => send(response, answerTo(request, response)));
	app.use((request: Request, response: Response) => {
		const detail = `No endpoint ${request.method} ${request.path}`;
		refuse(new ApiProblem({ code: 1003, detail }), response);
	});
	app.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
		if (response.headersSent || !isBadBody(error)) return next(error);
		refuse(
			new ApiProblem({ code: 1000, detail: 'The body is not valid JSON', source: '/' }),
			response,
		);
	});

	let server: Server | null = null;
	const sandbox: Sandbox = {
		url: `http://127.0.0.1:${port}`,
		port,
		credentials: CREDENTIALS,
		state,
		settings,
		requests,
		onRequest: null,
		mostInFlight: () => most,
		gather: (count, skip) => (crowd = gathering(count, skip)),
		fault: (fault) => faults.add(fault),
		clearFaults: () => faults.clear(),
		reset(changes = {}) {
			Object.assign(settings, structuredClone(DEFAULT_SETTINGS), options.settings, changes);
			state.seed();
			faults.clear();
			throttle.reset();
			requests.length = 0;
			most = inFlight;
			crowd = gathering(0);
			sandbox.onRequest = null;
		},
		async listen() {
			const next = createServer(app);
			await new Promise<void>((resolve, reject) => {
				next.once('error', reject);
				next.listen(port, '127.0.0.1', resolve);
			});
			server = next;
		},
		async stopListening() {
			const current = server;
			server = null;
			if (!current) return;
			current.closeAllConnections();
			await new Promise<void>((resolve) => current.close(() => resolve()));
		},
		close: async () => await sandbox.stopListening(),
	};
	await sandbox.listen();
	return sandbox;
}

/** A request too many comes within this time, and is counted. */
const GRACE_MS = 20;

/** @returns where requests join: what they wait for, or `null` where they need not */
function gathering(count: number, skip = 0): { join(): Promise<void> | null } {
	let go = () => {};
	const complete = new Promise<void>((resolve) => (go = resolve)).then(() => sleep(GRACE_MS));
	let came = -skip;
	return {
		join() {
			came++;
			if (came === count) go();
			return came > 0 && came <= count ? complete : null;
		},
	};
}

function pathBelow(path: string): string {
	return path === ROOT || path.startsWith(`${ROOT}/`) ? path.slice(ROOT.length) : `outside ${path}`;
}

function send(response: Response, { status, body, text }: ApiAnswer): void {
	response.status(status);
	if (text) response.type(text.type).send(text.content);
	else if (body === null) response.end();
	else response.json(body);
}

function isBadBody(error: unknown): boolean {
	return error instanceof SyntaxError && 'body' in error;
}
