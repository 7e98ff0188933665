import type { Request, Response } from 'express';

/** What can go wrong between a client and the API. */
export interface Fault {
	/**
	 * Which requests. Default: all. A text matches the end of the path; `preview`: whether the body asks for
	 * a preview of an order.
	 */
	match?: { method?: string; path?: string | RegExp; preview?: boolean };
	/** `after`: the request takes effect, and its answer is spoiled. Default: `before`. */
	when?: 'before' | 'after';
	/**
	 * `drop`: the connection is cut · `hang`: never answered · `cutBody`: half of the body, then the
	 * connection is cut · `truncate`: half of the body, and that is said to be all · `html`: a gateway's
	 * page · `status`: a status with a body of choice · `empty`: a success without a body · `redirect` ·
	 * `drip`: the headers, then a blank every now and then, and nothing else for ever
	 */
	kind:
		| 'drop'
		| 'hang'
		| 'drip'
		| 'cutBody'
		| 'truncate'
		| 'html'
		| 'status'
		| 'empty'
		| 'redirect';
	/** For `html` (default 502), `status` (default 500) and `redirect` (default 302). */
	status?: number;
	/** For `status`: the body; for `redirect`: where to. */
	body?: unknown;
	headers?: Record<string, string>;
	/** For `drip`: milliseconds between two blanks. Default: 100. */
	everyMs?: number;
	/** How often it strikes. Default: once. */
	times?: number;
	/** How many matching requests pass before it strikes first. */
	skip?: number;
}

export class Faults {
	private faults: Array<Fault & { left: number; toSkip: number }> = [];

	add(fault: Fault): void {
		this.faults.push({ ...fault, left: fault.times ?? 1, toSkip: fault.skip ?? 0 });
	}

	clear(): void {
		this.faults = [];
	}

	/** @returns the fault that strikes this request, if any; it is used up by that */
	strike(request: Request): Fault | undefined {
		for (const fault of this.faults) {
			if (fault.left <= 0 || !matches(fault, request)) continue;
			if (fault.toSkip-- > 0) continue;
			fault.left--;
			return fault;
		}
		return undefined;
	}
}

function matches({ match }: Fault, request: Request): boolean {
	if (match?.method && match.method.toUpperCase() !== request.method) return false;
	const isPreview = (request.body as { preview?: unknown } | undefined)?.preview === true;
	if (match?.preview !== undefined && match.preview !== isPreview) return false;
	if (match?.path === undefined) return true;
	return typeof match.path === 'string'
		? request.path.endsWith(match.path)
		: match.path.test(request.path);
}

const GATEWAY_PAGE = '<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>';

/**
 * Answers a request with a fault.
 * @param real the answer that it spoils, where the request took effect
 */
export function answerWithFault(fault: Fault, response: Response, real?: unknown): void {
	const text = JSON.stringify(real ?? { orders: [], meta: {} });
	const half = text.slice(0, Math.ceil(text.length / 2));
	if (fault.headers) response.set(fault.headers);
	switch (fault.kind) {
		case 'drop':
			response.socket?.destroy();
			return;
		case 'hang':
			return;
		case 'drip': {
			response.status(200).type('application/json').flushHeaders();
			const drops = setInterval(() => response.write(' '), fault.everyMs ?? 100);
			response.on('close', () => clearInterval(drops));
			return;
		}
		case 'cutBody':
			response.writeHead(200, {
				'content-type': 'application/json',
				'content-length': Buffer.byteLength(text),
			});
			response.write(half, () => response.socket?.destroy());
			return;
		case 'truncate':
			response.status(200).type('application/json').end(half);
			return;
		case 'html':
			response
				.status(fault.status ?? 502)
				.type('text/html')
				.end(GATEWAY_PAGE);
			return;
		case 'status':
			response.status(fault.status ?? 500);
			if (fault.body === undefined) response.end();
			else if (typeof fault.body === 'string') response.end(fault.body);
			else response.json(fault.body);
			return;
		case 'empty':
			response.status(200).end();
			return;
		case 'redirect':
			response.redirect(fault.status ?? 302, String(fault.body));
	}
}
