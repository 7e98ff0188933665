import { sleep } from 'n8n-workflow';
import type { IExecuteFunctions } from 'n8n-workflow';
import { checkWhole } from '../shared/input';
import { letThrough, startPace, takeTurn, throttled } from './pace';
import type { ApiContext } from './types';

/** How many requests of a run are under way at the same time, where the user does not say. */
export const DEFAULT_CONCURRENCY = 5;
export const MAX_CONCURRENCY = 20;

/**
 * What all requests of one run of a node go through: so many at a time, and all of them slower
 * together once the API has throttled one.
 */
class Lane {
	private pace = startPace(Date.now());

	private readonly waiting: Array<() => void> = [];

	constructor(private free: number) {}

	/** Waits for a free place, and for the turn that the pace gives. */
	async enter(): Promise<void> {
		if (this.free > 0) this.free--;
		else await new Promise<void>((resolve) => this.waiting.push(resolve));
		const turn = takeTurn(this.pace, Date.now());
		this.pace = turn.pace;
		if (turn.wait > 0) await sleep(turn.wait);
	}

	leave(): void {
		const next = this.waiting.shift();
		if (next) next();
		else this.free++;
	}

	letThrough(): void {
		this.pace = letThrough(this.pace);
	}

	/** @param wait how long the throttled request itself waits, in milliseconds */
	throttled(wait: number): void {
		this.pace = throttled(this.pace, Date.now(), wait);
	}
}

/** n8n gives every run of a node a context of its own, so a lane lasts as long as the run. */
const lanes = new WeakMap<ApiContext, Lane>();

export function laneOf(context: ApiContext): Lane {
	const known = lanes.get(context);
	if (known) return known;
	const lane = new Lane(concurrencyOf(context));
	lanes.set(context, lane);
	return lane;
}

/**
 * Begins a new lane. A trigger does so for every poll: n8n gives all of them the same context, and a
 * pace that is measured over days of waiting says nothing.
 */
export function newLane(context: ApiContext, concurrency: number): void {
	lanes.set(context, new Lane(concurrency));
}

/**
 * How many items or pages a run works on at the same time: twice as many as its lane lets through, so
 * that a request is ready whenever one is answered.
 * @throws NodeOperationError like `concurrencyOf`
 */
export function workedOn(context: ApiContext): number {
	return 2 * concurrencyOf(context);
}

/**
 * Reads the option *Requests at the Same Time*.
 * @throws NodeOperationError where it is not a whole number from 1 to 20
 */
export function concurrencyOf(context: ApiContext): number {
	// Lists in the editor and the trigger have no such option.
	if (!isExecution(context)) return DEFAULT_CONCURRENCY;
	const value = context.getNodeParameter('options.concurrency', 0, DEFAULT_CONCURRENCY);
	return checkWhole(context, value, 'Requests at the Same Time', [1, MAX_CONCURRENCY], 0);
}

/** Whether a node runs, in distinction from a list of the editor and from the trigger. */
export function isExecution(context: ApiContext): context is IExecuteFunctions {
	return 'getInputData' in context;
}
