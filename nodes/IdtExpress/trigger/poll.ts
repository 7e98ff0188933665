import { NodeOperationError } from 'n8n-workflow';
import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { inOneMessage, isTransient } from '../api/errors';
import { Session } from '../api/session';
import { inputError } from '../shared/field';
import { decideCallerIds, MOST_CALLER_IDS, type CallerIdsState } from './callerIds';
import { decideNumbers, readAdded, readAllNumbers, readRemoved } from './numbers';
import type { OrderEvent, OrdersState } from './orders';
import { labels, readParameters, type TriggerEvent, type TriggerParameters } from './parameters';
import { deadlineOf, runPoll, type Poll, type Polled } from './pollSession';
import { shortHash, type Processed } from './processed';
import { numbersReader, ordersReader } from './readers';
import { IncompleteList, pollOrders } from './readOrders';
import { sampleNumber, sampleOrder } from './sample';
import { FRESH_STARTS, openState, sealState } from './state';

/** The trigger: parameters, state and output. What is an event is decided by pure functions. */

/** How many requests are sent at the same time where n8n allows little time. */
const HURRIED_CONCURRENCY = 16;

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

async function pollOnce(context: IPollFunctions, given: Poll): Promise<Polled> {
	const parameters = readParameters(context);
	const { event, show } = parameters;
	const concurrency = given.isHurried ? HURRIED_CONCURRENCY : undefined;
	const session = new Session(context, { deadline: given.deadline, concurrency, labels });
	const scope = await scopeOf(session, parameters);
	switch (event) {
		case 'orderFulfilled':
		case 'orderStatusChanged':
			return await advance<OrdersState>(context, given, scope, async (state) => {
				const { rule, accept } = parameters;
				const outcome = await pollOrders(state, rule, ordersReader(session, given));
				const accepted = outcome.events.filter(({ order }) => accept(order));
				return { ...outcome, items: accepted.map((found) => showOrder(found, parameters)) };
			});
		case 'numberAdded':
		case 'numberRemoved':
			return await advance<Processed>(context, given, scope, async (state) => {
				const reader = numbersReader(session, parameters.filters, given);
				const read = event === 'numberAdded' ? readAdded : readRemoved;
				const { events, next } = decideNumbers(state, await read(state, reader));
				return { next, items: events.map(show) };
			});
		case 'cnamUpdated':
			return await advance<CallerIdsState>(context, given, scope, async (state) => {
				const reader = numbersReader(session, parameters.filters, given);
				const { records } = await readAllNumbers(reader, state === null);
				const { events, next } = decideCallerIds(state, records);
				if (state === null) checkCount(context, Object.keys(next).length);
				return { next, items: events.map(show) };
			});
	}
}

/** Takes the state one poll further. Each new baseline is stored at once. */
async function advance<S extends object>(
	context: IPollFunctions,
	given: Poll,
	scope: string,
	decide: (state: S | null) => Promise<{ items: IDataObject[]; next: S; mustBeStored?: boolean }>,
): Promise<Polled> {
	const opened = openState<S>(given.stored, scope);
	const { items, next, mustBeStored = false } = await decide(opened.state);
	if (!('why' in opened)) return { items, next: sealState(next, scope), mustBeStored };

	const { why } = opened;
	const effect = 'so this trigger starts over: events before now are not reported';
	const renamed = `n8n keeps a trigger's state under the node's name, which was "${given.formerName}" before`;
	const { logger } = context;
	const { name } = context.getNode();
	// A first activation cannot be distinguished from that of a copy.
	if (why === 'none' && !given.formerName)
		logger.info(`${name}: there is no saved state, ${effect}`);
	else logger.warn(`${name}: ${why === 'none' ? renamed : FRESH_STARTS[why]}, ${effect}`);
	return { items, next: sealState(next, scope), mustBeStored: true };
}

/** Two polls with the same scope watch the same records. */
async function scopeOf(
	session: Session<IPollFunctions>,
	parameters: TriggerParameters,
): Promise<string> {
	// Filters for orders apply to each event, not to the state: they may change at any time.
	const { query, accept } =
		'filters' in parameters ? parameters.filters : { query: {}, accept: () => true };
	const filters = [Object.entries(query).sort(), accept({})];
	return shortHash(JSON.stringify([parameters.event, filters, await session.account()]), 22);
}

function showOrder(
	{ order, previous }: OrderEvent,
	{ event, show }: TriggerParameters,
): IDataObject {
	if (event !== 'orderStatusChanged') return show(order);
	const { status = null, fulfilled = null } = previous ?? {};
	return { ...show(order), previous_status: status, previous_fulfilled_quantity: fulfilled };
}

/** @throws NodeOperationError where the state would be too large */
function checkCount(context: IPollFunctions, count: number): void {
	if (count <= MOST_CALLER_IDS) return;
	throw inputError(
		{ context },
		`${count} numbers have a caller ID; 'Caller ID Updated' can watch ${MOST_CALLER_IDS}`,
		"Add 'Filters' so that fewer numbers are watched, for example one trigger for each country or region.",
	);
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

async function fetchTestEvent(context: IPollFunctions): Promise<INodeExecutionData[][]> {
	const parameters = readParameters(context);
	const given = { deadline: deadlineOf(context), warnOnce: () => undefined };
	const session = new Session(context, { deadline: given.deadline, labels });
	let item: IDataObject | null;
	if ('rule' in parameters) {
		const { rule, accept } = parameters;
		const order = await sampleOrder(rule, accept, ordersReader(session, given));
		item = order && showOrder({ order, previous: null }, parameters);
	} else {
		const reader = numbersReader(session, parameters.filters, given);
		const number = await sampleNumber(parameters.event, reader);
		item = number && parameters.show(number);
	}
	if (item) return [context.helpers.returnJsonArray([item])];
	throw inputError(
		{ context },
		`There is nothing to show: ${NOTHING[parameters.event]}`,
		'Nothing is wrong. Activate the workflow, and it will start when this happens. To see an ' +
			'item now, choose another event or other filters.',
	);
}

const NOTHING: Record<TriggerEvent, string> = {
	orderFulfilled: 'no order of this account has had numbers delivered, or none passes the filters',
	orderStatusChanged: 'this account has no orders, or none passes the filters',
	numberAdded: 'this account has no numbers, or none passes the filters',
	numberRemoved: 'no removed number is listed, or none passes the filters',
	cnamUpdated: 'no number has a caller ID, or none passes the filters',
};
