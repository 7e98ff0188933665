import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { shortHash } from './processed';

/**
 * What n8n does to polls, and all that this process remembers of them.
 *
 * - The first poll of an activation decides about it: if it throws, n8n gives the trigger up for good.
 * - n8n's timers use one context for all polls of an activation, and keep the state in memory. They can
 *   be left running after another activation of the workflow: then only the youngest context counts.
 * - n8n's scheduler makes a context for each poll, grants it less than a minute, loads the state some
 *   time before it, and stores it some time after. So two polls can begin with the same state.
 * - A state is stored only with an execution. So each new baseline starts one, without items.
 */
export interface Polled {
	items: IDataObject[];
	/** The static data from now on. */
	next: IDataObject;
	/** Whether n8n must store it although there are no items. */
	mustBeStored: boolean;
}

/** What one poll is given. */
export interface Poll {
	/** The node's static data, as plain JSON. */
	stored: IDataObject;
	/** When it must be over (milliseconds since 1970). */
	deadline: number;
	/** Whether n8n grants it little time. */
	isHurried: boolean;
	/** Another name that a node with this one's id had in this process; else `null`. */
	formerName(): string | null;
	/** Writes to n8n's log, once for each key. */
	warnOnce(key: string, message: string): void;
}

/** What is remembered of a trigger node. n8n keeps its state under the workflow's id and the node's name. */
interface Place {
	nodeId: string;
	/** The poll that is under way, and when it no longer counts as alive. */
	running: { until: number } | null;
	/** The number of its youngest activation. */
	activation: number;
	/** With which state the last execution's poll began, and until when another poll may get the same. */
	emitted: { state: string; until: number } | null;
	warned: Set<string>;
}

/** What n8n grants a poll where nothing limits it. Older versions do not say. */
const USUAL_BUDGET = 300_000;

/** Only polls of n8n's scheduler are granted less than this. */
const HURRIED_BUDGET = 120_000;

/** A poll's requests end at this part of its budget. */
const PART_OF_BUDGET = 0.85;

/** How long n8n's scheduler may take to load the state before a poll, and to store it afterwards. */
const STORING_TAKES = 30_000;

const MOST_PLACES = 1000;
const MOST_WARNINGS = 1000;

const places = new Map<string, Place>();
const activations = new WeakMap<IPollFunctions, number>();
let lastActivation = 0;

/**
 * Runs a poll, unless another one stands in its way, and moves the state and the items in one step.
 * @param poll reads and decides; where it throws, everything stays as it was
 * @param onFirstFailure for the first poll of an activation: returns for a fault that may pass, so that
 *   the next poll tries again, or throws
 */
export async function runPoll(
	context: IPollFunctions,
	poll: (given: Poll) => Promise<Polled>,
	onFirstFailure: (error: unknown) => void,
): Promise<INodeExecutionData[][] | null> {
	const place = placeOf(context);
	const isHurried = budgetOf(context) < HURRIED_BUDGET;
	const known = activations.get(context);
	if (known === undefined && !isHurried) {
		place.activation = ++lastActivation;
		activations.set(context, place.activation);
		return await pollAlone(context, place, poll).catch((error: unknown) => {
			// n8n may try the activation again with the same context.
			activations.delete(context);
			onFirstFailure(error);
			activations.set(context, place.activation);
			return null;
		});
	}
	if (known !== undefined && known < place.activation) return null;
	return await pollAlone(context, place, poll);
}

async function pollAlone(
	context: IPollFunctions,
	place: Place,
	poll: (given: Poll) => Promise<Polled>,
): Promise<INodeExecutionData[][] | null> {
	const now = Date.now();
	const budget = budgetOf(context);
	if (place.running && now < place.running.until) return null;
	const running = { until: now + budget };
	place.running = running;
	try {
		const staticData = context.getWorkflowStaticData('node');
		// n8n's object is a proxy.
		const before = JSON.stringify(staticData);
		const mark = shortHash(before, 22);
		if (place.emitted && place.emitted.until <= now) place.emitted = null;
		if (place.emitted?.state === mark) return null;
		const { items, next, mustBeStored } = await poll({
			stored: JSON.parse(before) as IDataObject,
			deadline: deadlineOf(context),
			isHurried: budget < HURRIED_BUDGET,
			formerName: () => formerNameOf(context),
			warnOnce: (key, message) => warnOnce(context, place, key, message),
		});
		// It took so long that another poll began.
		if (place.running !== running) return null;
		if (JSON.stringify(next) !== before) {
			for (const key of Object.keys(staticData)) delete staticData[key];
			Object.assign(staticData, next);
		}
		if (items.length === 0 && !mustBeStored) return null;
		place.emitted = { state: mark, until: Date.now() + STORING_TAKES };
		return [context.helpers.returnJsonArray(items)];
	} finally {
		if (place.running === running) place.running = null;
	}
}

/** When a poll that begins now must be over (milliseconds since 1970). */
export function deadlineOf(context: IPollFunctions): number {
	return Date.now() + budgetOf(context) * PART_OF_BUDGET;
}

/** What n8n lets a poll take, in milliseconds. */
function budgetOf(context: IPollFunctions): number {
	return typeof context.getPollBudgetMs === 'function' ? context.getPollBudgetMs() : USUAL_BUDGET;
}

/** The node's place. Those used last are kept. */
function placeOf(context: IPollFunctions): Place {
	const { id, name } = context.getNode();
	const key = placeKey(context, name);
	const place = places.get(key) ?? {
		nodeId: id,
		running: null,
		activation: 0,
		emitted: null,
		warned: new Set(),
	};
	places.delete(key);
	places.set(key, place);
	const [oldest] = places.keys();
	if (places.size > MOST_PLACES) places.delete(oldest);
	return place;
}

function placeKey(context: IPollFunctions, nodeName: string): string {
	return JSON.stringify([context.getWorkflow().id, nodeName]);
}

function formerNameOf(context: IPollFunctions): string | null {
	const node = context.getNode();
	for (const [key, { nodeId }] of places) {
		const [workflowId, name] = JSON.parse(key) as [string, string];
		const isOther = workflowId === context.getWorkflow().id && name !== node.name;
		if (isOther && nodeId === node.id) return name;
	}
	return null;
}

function warnOnce(context: IPollFunctions, { warned }: Place, key: string, message: string): void {
	if (warned.has(key)) return;
	if (warned.size >= MOST_WARNINGS) warned.clear();
	warned.add(key);
	context.logger.warn(`${context.getNode().name}: ${message}`);
}
