import { NodeOperationError } from 'n8n-workflow';
import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { inOneMessage, isTransient } from '../api/errors';
import { Session } from '../api/session';
import { inputError } from '../shared/field';
import { shortHash } from '../shared/shortHash';
import { EVENTS, labels, readParameters, type TriggerParameters } from './parameters';
import { deadlineOf, runPoll, type Poll, type Polled } from './pollSession';
import { numbersSource } from './readNumbers';
import { ordersSource } from './readOrders';
import { IncompleteList } from './source';
import { FRESH_STARTS, openState, sealState } from './state';

/** How many requests are sent at the same time: n8n may allow a poll less than a minute. */
const CONCURRENCY = 10;
/** A fault that may be gone at the next poll. */
class PassingFault extends NodeOperationError {}

/**
 * One poll, or *Fetch test event*. What is read and what is an event, the sources say.
 * @returns the items, or `null` where nothing happened
 * @throws NodeApiError, NodeOperationError
 */
export async function pollTrigger(context: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	if (context.getMode() === 'manual')
		return [context.helpers.returnJsonArray(await sample(context))];
	return await runPoll(context, pollOnce, (error) => {
		// Nobody watches a restart of n8n; what goes on failing is shown by the next polls.
		const isRestart = ['init', 'leadershipChange'].includes(context.getActivationMode());
		const mayPass = isRestart || error instanceof PassingFault || isTransient(error);
		if (!mayPass) return error instanceof Error ? inOneMessage(error) : error;
		const message = 'IDT Express cannot be read at the moment; the next poll tries again';
		context.logger.warn(`${context.getNode().name}: ${message}`, { error });
		return null;
	});
}

/** Takes the state one poll further. */
async function pollOnce(context: IPollFunctions, { stored, deadline }: Poll): Promise<Polled> {
	try {
		const { parameters, session, source } = prepare(context, deadline);
		const scope = scopeOf(parameters, await session.account());
		const { state, why } = openState(stored, scope);
		const { next, ...polled } = await source.advance(state);
		if (state) return { ...polled, next: sealState(next, scope) };
		if (Date.now() >= deadline) throw new IncompleteList('there was no time');
		const text = `${FRESH_STARTS[why]}, so this trigger starts over: events before now are not reported`;
		context.logger[why === 'none' ? 'info' : 'warn'](`${context.getNode().name}: ${text}`);
		// Each new baseline is stored at once.
		return { ...polled, next: sealState(next, scope), mustBeStored: true };
	} catch (error) {
		throw explain(context, error, deadline);
	}
}

/** What *Fetch test event* shows. */
async function sample(context: IPollFunctions): Promise<IDataObject> {
	const { parameters, source } = prepare(context, deadlineOf(context));
	const item = await source.sample();
	if (item) return item;
	throw inputError(
		{ context },
		`There is nothing to show yet for '${EVENTS[parameters.event].name}'`,
		'There is no such record, or none of the newest passes the filters. Activate the workflow, and it ' +
			'will start when this happens. To see an item now, choose another event or other filters.',
	);
}

function prepare(context: IPollFunctions, deadline: number) {
	const parameters = readParameters(context);
	const session = new Session(context, labels, CONCURRENCY, deadline);
	const source = parameters.rule
		? ordersSource(session, parameters)
		: numbersSource(session, parameters);
	return { parameters, session, source };
}

/** Two polls with the same scope watch the same records. */
function scopeOf({ event, filters }: TriggerParameters, account: string): string {
	// Filters for orders apply to each event, not to the state: they may change at any time.
	return shortHash(JSON.stringify([event, filters ?? null, account]), 22);
}

/** The error to show. A list that is not read in time, or comes without its rows, may be read later. */
function explain(context: IPollFunctions, error: unknown, deadline: number): unknown {
	if (Date.now() >= deadline) {
		const message = 'Reading the list took longer than n8n allows for one poll';
		const description =
			"No event is lost: the next poll tries again. If this happens often, add 'Filters' so " +
			'that fewer numbers are read, or check whether IDT Express answers slowly.';
		return new PassingFault(context.getNode(), message, { description });
	}
	if (!(error instanceof IncompleteList)) return error;
	const message = `IDT Express answered incompletely: ${error.message}`;
	const description = 'The next poll tries again. Events are reported from then on.';
	return new PassingFault(context.getNode(), message, { description });
}
