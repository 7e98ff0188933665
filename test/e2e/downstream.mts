import express from 'express';
import { listenOnLoopback } from './loopback.mts';

/** Another system of the user: takes every request, and remembers it. */
export interface Downstream {
	url: string;
	requests: { method: string; path: string; body: unknown }[];
	/** The HTTP status of an answer. Default: 200. */
	statusOf?: (request: Downstream['requests'][number]) => number;
	close(): Promise<void>;
}

export async function startDownstream(): Promise<Downstream> {
	const downstream: Pick<Downstream, 'requests' | 'statusOf'> = { requests: [] };
	const app = express();
	app.use(express.json());
	app.use((request, response) => {
		const { method, path, body } = request;
		const status = downstream.statusOf?.({ method, path, body }) ?? 200;
		downstream.requests.push({ method, path, body });
		response.status(status).json({ ok: status === 200 });
	});
	return Object.assign(downstream, await listenOnLoopback(app));
}
