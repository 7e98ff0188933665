import { NodeOperationError } from 'n8n-workflow';
import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { inOneMessage, isTransient } from '../api/errors';
import { Session } from '../api/session';
import { inputError } from '../shared/field';
import { shortHash } from '../shared/shortHash';
import { EVENTS, labels, readParameters, type TriggerParameters } from './parameters';
import { deadlineOf, runPoll, type Poll, type Polled } from './pollSession';
import { numbersSource } from './readNumbers';
import { ordersSource } from './readOrders';
import { IncompleteList, type Source, type TriggerSession } from './source';
import { FRESH_STARTS, openState, sealState } from './state';

/** The trigger: parameters, state and output. What is read and what is an event, the sources say. */

/** How many requests are sent at the same time: n8n may allow a poll less than a minute. */
const CONCURRENCY = 10;

/** A fault that may be gone at the next poll. */
class PassingFault extends NodeOperationError {}

/**
 * One poll, or *Fetch test event*.
 * @returns the items, or `null` where nothing happened
 * @throws NodeApiError, NodeOperationError
 */
export async function pollTrigger(context: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	if (context.getMode() === 'manual') return await fetchTestEvent(context);
	const poll = async (given: Poll) =>
		await pollOnce(context, given).catch((error: unknown) => {
			throw explain(context, error, given.deadline);
		});
	return await runPoll(context, poll, (error) => {
		if (!(error instanceof PassingFault || isTransient(error))) {
			throw error instanceof Error ? inOneMessage(error) : error;
		}
		const message = 'IDT Express cannot be read at the moment; the next poll tries again';
		context.logger.warn(`${context.getNode().name}: ${message}`, { error });
	});
}

/** Takes the state one poll further. */
async function pollOnce(context: IPollFunctions, given: Poll): Promise<Polled> {
	const parameters = readParameters(context);
	const session = sessionOf(context, given);
	const scope = scopeOf(parameters, await session.account());
	const { state, why } = openState(given.stored, scope);
	const polled = await sourceOf(session, parameters).advance(state);
	if (state === null && Date.now() >= given.deadline) throw new IncompleteList('there was no time');
	if (why) {
		const text = `${context.getNode().name}: ${FRESH_STARTS[why]}, so this trigger starts over: events before now are not reported`;
		context.logger[why === 'none' ? 'info' : 'warn'](text);
	}
	// Each new baseline is stored at once.
	const mustBeStored = polled.mustBeStored === true || state === null;
	return { items: polled.items, next: sealState(polled.next, scope), mustBeStored };
}

async function fetchTestEvent(context: IPollFunctions): Promise<INodeExecutionData[][]> {
	const parameters = readParameters(context);
	const given = { deadline: deadlineOf(context), warnOnce: () => undefined };
	const item = await sourceOf(sessionOf(context, given), parameters).sample();
	if (item) return [context.helpers.returnJsonArray([item])];
	throw inputError(
		{ context },
		`There is nothing to show yet for '${EVENTS[parameters.event].name}'`,
		'This account has no such record, or none passes the filters. Activate the workflow, and it ' +
			'will start when this happens. To see an item now, choose another event or other filters.',
	);
}

function sessionOf(
	context: IPollFunctions,
	{ deadline, warnOnce }: Pick<Poll, 'deadline' | 'warnOnce'>,
): TriggerSession {
	const session = new Session(context, { deadline, concurrency: CONCURRENCY, labels });
	return Object.assign(session, { warnOnce });
}

function sourceOf(session: TriggerSession, parameters: TriggerParameters): Source {
	return parameters.rule ? ordersSource(session, parameters) : numbersSource(session, parameters);
}

/** Two polls with the same scope watch the same records. */
function scopeOf({ event, filters }: TriggerParameters, account: string): string {
	// Filters for orders apply to each event, not to the state: they may change at any time.
	return shortHash(JSON.stringify([event, filters ?? null, account]), 22);
}

/** The error to show. A list that is not read in time, or comes without its rows, may be read later. */
function explain(context: IPollFunctions, error: unknown, deadline: number): unknown {
	const isLate = Date.now() >= deadline;
	if (!isLate && !(error instanceof IncompleteList)) return error;
	const message = isLate
		? 'Reading the list took longer than n8n allows for one poll'
		: `IDT Express answered incompletely: ${(error as Error).message}`;
	const description = isLate
		? "No event is lost: the next poll tries again. If this happens often, add 'Filters' so " +
			'that fewer numbers are read, or check whether IDT Express answers slowly.'
		: 'The next poll tries again. Events are reported from then on.';
	return new PassingFault(context.getNode(), message, { description });
}
