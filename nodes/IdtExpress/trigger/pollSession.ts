import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { LastUsed } from '../shared/lastUsed';
import { shortHash } from '../shared/shortHash';

/**
 * What n8n does to polls, and all that this process remembers of them.
 *
 * - The first poll of an activation decides about it: if it throws, n8n gives the trigger up for good.
 * - n8n's timers use one context for all polls of an activation, and keep the state in memory. They can
 *   go on after another activation of the workflow: then only the youngest context counts.
 * - n8n's scheduler makes a context for each poll, allows it less than a minute, loads the state some
 *   time before it, and stores it some time after. So two polls can begin with the same state.
 */

export interface Poll {
	/** The node's static data, as plain JSON. */
	stored: IDataObject;
	/** When it must be over (milliseconds since 1970). */
	deadline: number;
}

export interface Polled {
	items: IDataObject[];
	/** The static data from now on. */
	next: IDataObject;
	/** Whether n8n must store it although there are no items: it does so with an execution only. */
	mustBeStored: boolean;
}

/** What is remembered of a trigger. */
interface Place {
	/** The poll that is under way. */
	running: { until: number } | null;
	/** Of its youngest activation by n8n's timers. */
	youngest: IPollFunctions | null;
	/** The state with which the last poll that n8n stores began. */
	emitted: { state: string; until: number } | null;
}

/** Milliseconds that n8n allows for a poll where nothing limits it. Older versions do not say. */
const USUAL_BUDGET = 300_000;
/** Only the polls of n8n's scheduler are allowed less than this. */
const TIMER_BUDGET = 120_000;
/** A poll's requests end at this part of its budget. */
const PART_OF_BUDGET = 0.85;
/** How long n8n's scheduler may take to load the state before a poll, and to store it afterwards. */
const STORING_TAKES = 30_000;

const places = new LastUsed<Place>(1000, () => ({ running: null, youngest: null, emitted: null }));
const warnings = new LastUsed(1000, () => ({ isWritten: false }));
/** The contexts whose first poll is over. */
const activated = new WeakSet<IPollFunctions>();

/**
 * Runs a poll, unless another one stands in its way, and moves the state and the items in one step.
 * @param poll reads and decides; where it throws, everything stays as it was
 * @param onFirstFailure of an activation: returns what to throw, or `null` if it may pass by the next poll
 */
export async function runPoll(
	context: IPollFunctions,
	poll: (context: IPollFunctions, given: Poll) => Promise<Polled>,
	onFirstFailure: (error: unknown) => unknown,
): Promise<INodeExecutionData[][] | null> {
	const now = Date.now();
	const place = places.get(keyOf(context));
	const isTimed = budgetOf(context) >= TIMER_BUDGET;
	const isFirst = isTimed && !activated.has(context);
	if (isFirst || !place.youngest) place.youngest = context;
	if (isTimed && place.youngest !== context) return null;
	if (place.running && now < place.running.until) return null;
	const running = { until: now + budgetOf(context) };
	place.running = running;
	try {
		const staticData = context.getWorkflowStaticData('node');
		// n8n's object is a proxy.
		const before = JSON.stringify(staticData);
		const state = shortHash(before, 22);
		const isStale = place.emitted?.state === state && now < place.emitted.until;
		// Another poller of the workflow has a state of its own, which its first poll must set.
		if (isStale && !isFirst) return null;
		const stored = JSON.parse(before) as IDataObject;
		const given = { stored, deadline: deadlineOf(context) };
		const { items, next, mustBeStored } = await poll(context, given);
		activated.add(context);
		// It took so long that another poll began.
		if (place.running !== running) return null;
		if (JSON.stringify(next) !== before) {
			for (const key of Object.keys(staticData)) delete staticData[key];
			Object.assign(staticData, next);
		}
		if (items.length === 0 && !mustBeStored) return null;
		place.emitted = { state, until: Date.now() + STORING_TAKES };
		return [context.helpers.returnJsonArray(items)];
	} catch (error) {
		const reason = isFirst ? onFirstFailure(error) : error;
		// After that, n8n may try the activation again with the same context.
		if (reason !== null) throw reason;
		activated.add(context);
		return null;
	} finally {
		if (place.running === running) place.running = null;
	}
}

/** When a poll that begins now must be over (milliseconds since 1970). */
export function deadlineOf(context: IPollFunctions): number {
	return Date.now() + budgetOf(context) * PART_OF_BUDGET;
}

function budgetOf(context: IPollFunctions): number {
	return typeof context.getPollBudgetMs === 'function' ? context.getPollBudgetMs() : USUAL_BUDGET;
}

/** Writes to n8n's log, once for each trigger and text. */
export function warnOnce(context: IPollFunctions, text: string): void {
	const warning = warnings.get(keyOf(context, text));
	if (!warning.isWritten) context.logger.warn(`${context.getNode().name}: ${text}`);
	warning.isWritten = true;
}

/** n8n keeps a trigger's state under the workflow's id and the node's name. */
function keyOf(context: IPollFunctions, text = ''): string {
	return JSON.stringify([context.getWorkflow().id, context.getNode().name, text]);
}
