import express, { type Router } from 'express';
import type { Fault } from './faults.mts';
import type { Sandbox } from './server.mts';

export const CONTROL_HEADER = 'x-sandbox-control';

/**
 * What a test or a demo in another process needs: the same as in process, over HTTP. Not part of
 * the API, and without credentials: the sandbox listens on loopback only, and no web page gets in. One
 * cannot send the header without asking the server first, and a name that was made to lead here
 * (DNS rebinding) is another Host.
 *
 * `curl -H 'x-sandbox-control: 1' http://127.0.0.1:4010/_sandbox/`
 */
export function controlRoutes(sandbox: Sandbox): Router {
	const { state } = sandbox;
	const router = express.Router();

	router.use((request, response, next) => {
		const isOurs = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(request.get('host') ?? '');
		if (isOurs && request.get(CONTROL_HEADER)) return next();
		response
			.status(403)
			.type('text/plain')
			.end(`Needs the header ${CONTROL_HEADER}, on loopback\n`);
	});
	router.get('/', (_request, response) => {
		response.json({
			settings: sandbox.settings,
			orders: state.orders.length,
			numbers: state.numbers.length,
			requests: sandbox.requests.map(({ method, path, status }) => ({ method, path, status })),
		});
	});
	router.post('/reset', (request, response) => {
		sandbox.reset(request.body ?? {});
		response.status(204).end();
	});
	router.patch('/settings', (request, response) => {
		Object.assign(sandbox.settings, request.body);
		response.json(sandbox.settings);
	});
	router.post('/faults', (request, response) => {
		const fault: Fault = request.body;
		sandbox.fault(fault);
		response.status(204).end();
	});
	router.delete('/faults', (_request, response) => {
		sandbox.clearFaults();
		response.status(204).end();
	});
	router.post('/clock/advance', (request, response) => {
		state.advance(Number(request.body?.ms ?? 0));
		response.json({ now: new Date(state.now()).toISOString() });
	});
	router.post('/orders/:id/fulfil', (request, response) => {
		response.json(state.fulfil(request.params.id, request.body?.count));
	});
	router.post('/orders/:id/end', (request, response) => {
		response.json(state.end(request.params.id, request.body?.reason));
	});
	router.post('/numbers/:number/remove', (request, response) => {
		response.json(state.removeNumber(request.params.number));
	});
	router.post('/numbers/:number/cnam/complete', (request, response) => {
		state.completeCnam(request.params.number);
		response.status(204).end();
	});
	return router;
}
