import { randomUUID } from 'node:crypto';

/** The documented errors (HTTP Status Codes, Error Responses and Codes). */

export const TITLES: Record<number, string> = {
	1000: 'Invalid Request',
	1001: 'Required Field Missing',
	1002: 'Invalid Field',
	1003: 'Resource Not Found',
	2000: 'Access Denied',
	2001: 'Quota Exceeded',
	2002: 'Throttled',
	3000: 'DIDs Feature Not Enabled',
	3001: 'Insufficient Funds',
	4000: 'Toll-Free Number Not Offered',
	4001: 'Number Not Found',
	4002: 'Region Not Offered',
	4003: 'Country Not Offered',
	4004: 'Invalid DID Group',
	4005: 'Trunk Group Not Found',
	4006: 'Cannot Delete Trunk Group',
	4007: 'Cannot Update CNAM setting',
	4008: 'Cannot Delete CNAM setting',
};

const STATUS: Record<number, number> = { 1003: 404, 2000: 403, 2001: 429, 2002: 429, 3000: 403 };

export interface Problem {
	code: number;
	detail: string;
	field?: string;
	/** JSON Pointer; only for requests with a body. */
	source?: string;
}

/** Thrown by a route; becomes the documented error body. */
export class ApiProblem extends Error {
	readonly problems: Problem[];
	/** Of the answer. */
	status: number;

	constructor(...problems: Problem[]) {
		super(problems.map((problem) => problem.detail).join('; '));
		this.problems = problems;
		this.status = STATUS[problems[0].code] ?? 422;
	}

	/** @returns the same with another HTTP status */
	as(status: number): this {
		this.status = status;
		return this;
	}
}

export interface ErrorBody {
	status: number;
	api_request_id: string;
	errors: object[];
}

export function errorBody(problem: ApiProblem, requestId: string = randomUUID()): ErrorBody {
	return {
		status: problem.status,
		api_request_id: requestId,
		errors: problem.problems.map(({ code, detail, field, source }) => ({
			code,
			title: TITLES[code],
			detail,
			...(field !== undefined && { field }),
			...(source !== undefined && { source }),
		})),
	};
}
