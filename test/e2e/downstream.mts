import express from 'express';
import { listenOnLoopback } from './loopback.mts';

/** Another system of the user: takes every request, and remembers it. */
export interface Downstream {
	url: string;
	requests: { method: string; path: string; body: unknown }[];
	close(): Promise<void>;
}

export async function startDownstream(): Promise<Downstream> {
	const requests: Downstream['requests'] = [];
	const app = express();
	app.use(express.json());
	app.use((request, response) => {
		requests.push({ method: request.method, path: request.path, body: request.body });
		response.json({ ok: true });
	});
	return { ...(await listenOnLoopback(app)), requests };
}
