import { NodeOperationError } from 'n8n-workflow';
import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { inOneMessage, isTransient } from '../api/errors';
import { collectList, LISTS, readPage } from '../api/lists';
import { iteratePages, PAGE_SIZE } from '../api/pages';
import { apiRecord } from '../api/request';
import { Session } from '../api/session';
import { inputError } from '../shared/field';
import type { NumberFilters } from '../shared/numberFilters';
import { decideCallerIds, MOST_CALLER_IDS, type CallerIdsState } from './callerIds';
import { IncompleteList } from './incompleteList';
import {
	decideNumbers,
	readAdded,
	readAllNumbers,
	readRemoved,
	type NumbersReader,
} from './numbers';
import type { OrderEvent, OrdersState } from './orders';
import { labels, readParameters, type TriggerEvent, type TriggerParameters } from './parameters';
import { deadlineOf, runPoll, type Poll, type Polled } from './pollSession';
import { shortHash, type Processed } from './processed';
import { pollOrders, type OrdersReader } from './readOrders';
import { sampleNumber, sampleOrder } from './sample';
import { openState, sealState, type Opened } from './state';

/** The trigger: parameters, state and requests. What is an event is decided by pure functions. */

/** How many requests are sent at the same time where n8n grants little time. */
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
	const session = new Session(context, {
		deadline: given.deadline,
		concurrency: given.isHurried ? HURRIED_CONCURRENCY : undefined,
		labels,
	});
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
				const reader = numbersReader(session, parameters.filters);
				const read = event === 'numberAdded' ? readAdded : readRemoved;
				const outcome = decideNumbers(state, await read(state, reader));
				return { ...outcome, items: outcome.events.map(show) };
			});
		case 'cnamUpdated':
			return await advance<CallerIdsState>(context, given, scope, async (state) => {
				const reader = numbersReader(session, parameters.filters);
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
	decide: (
		state: S | null,
	) => Promise<{ items: IDataObject[]; next: S; mustBeStored?: boolean; hasUndated?: boolean }>,
): Promise<Polled> {
	const opened = openState<S>(given.stored, scope);
	const state = opened.kind === 'state' ? opened.data : null;
	const { items, next, mustBeStored = false, hasUndated } = await decide(state);
	if (opened.kind !== 'state') logFreshStart(context, opened.kind, given.formerName());
	if (hasUndated) {
		given.warnOnce(
			'time',
			'IDT Express lists a record whose time cannot be read. Records like it start no execution.',
		);
	}
	return { items, next: sealState(next, scope), mustBeStored: mustBeStored || state === null };
}

/** Two polls with the same scope see the same things. */
async function scopeOf(
	session: Session<IPollFunctions>,
	parameters: TriggerParameters,
): Promise<string> {
	// What passes the filters for orders is decided for each event, so they may change at any time.
	const { query = {}, accept = () => true } = 'filters' in parameters ? parameters.filters : {};
	const filters = [Object.entries(query).sort(), accept({})];
	return shortHash(JSON.stringify([parameters.event, filters, await session.account()]), 22);
}

function showOrder(
	{ order, previous }: OrderEvent,
	{ event, show }: TriggerParameters,
): IDataObject {
	if (event !== 'orderStatusChanged') return show(order);
	return {
		...show(order),
		previous_status: previous?.status ?? null,
		previous_fulfilled_quantity: previous?.fulfilled ?? null,
	};
}

function ordersReader(session: Session, given: Pick<Poll, 'deadline' | 'warnOnce'>): OrdersReader {
	const hasTime = () => Date.now() < given.deadline;
	return {
		page: async (page) => await readPage(session, 'orders', {}, page, PAGE_SIZE),
		async order(id) {
			const request = { method: 'GET' as const, path: ['orders', id], maxAttempts: 2 };
			try {
				return await apiRecord(session, request, 'order', id);
			} catch (error) {
				const { message } = error instanceof Error ? error : { message: '' };
				const text = `order ${id} cannot be read; each poll tries again, and other orders do not wait for it. ${message}`;
				if (hasTime()) given.warnOnce(`order ${id}`, text);
				return null;
			}
		},
		hasTime,
		random: Math.random,
	};
}

function numbersReader(session: Session, { query, accept }: NumberFilters): NumbersReader {
	// Rows of the same time would come in any order, and in another one at every request.
	const sorted = (direction: 'asc' | 'desc') => ({
		query: { ...query, order_by_added_at: direction, order_by_number: 'asc' },
	});
	const { identify } = LISTS.numbers;
	return {
		async *newest() {
			const pages = iteratePages(
				async (page, pageSize) =>
					await readPage(session, 'numbers', sorted('desc'), page, pageSize),
				{ identify, concurrency: 1, isTotalOfList: Object.keys(query).length === 0 },
			);
			for await (const page of pages) yield { ...page, records: page.records.filter(accept) };
		},
		all: async () => await collectList(session, 'numbers', sorted('asc'), { filter: accept }),
	};
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

/** The error to show: a list that could not be read in time, or came without its rows, may be read later. */
function explain(context: IPollFunctions, error: unknown, deadline: number): unknown {
	if (error instanceof IncompleteList) {
		return new PassingFault(
			context.getNode(),
			`IDT Express answered incompletely: ${error.message}`,
			{
				description: 'The next poll tries again. Events are reported from then on.',
			},
		);
	}
	if (Date.now() < deadline) return error;
	return new PassingFault(
		context.getNode(),
		'Reading the list took longer than the time that n8n grants a poll',
		{
			description:
				"No event is lost: the next poll tries again. If this happens often, add 'Filters' so that fewer numbers are read, or check whether IDT Express answers slowly.",
		},
	);
}

const FRESH_STARTS: Record<Exclude<Opened<unknown>['kind'], 'state' | 'none'>, string> = {
	otherScope: 'its event, filters or account were changed',
	otherVersion: 'its saved state is of another version of this package',
	damaged: 'its saved state could not be read',
};

/** A first activation needs no warning. */
function logFreshStart(
	context: IPollFunctions,
	kind: Exclude<Opened<unknown>['kind'], 'state'>,
	formerName: string | null,
): void {
	const { logger } = context;
	const { name } = context.getNode();
	const effect = 'so this trigger starts anew: what happened before now is not reported';
	if (kind !== 'none') return logger.warn(`${name}: ${FRESH_STARTS[kind]}, ${effect}`);
	if (formerName !== null) {
		return logger.warn(
			`${name}: n8n keeps a trigger's state under the node's name, which was "${formerName}" before, ${effect}`,
		);
	}
	logger.info(`${name}: this trigger has no saved state (it, or its name, is new), ${effect}`);
}

async function fetchTestEvent(context: IPollFunctions): Promise<INodeExecutionData[][]> {
	const parameters = readParameters(context);
	const { event, show } = parameters;
	const deadline = deadlineOf(context);
	const session = new Session(context, { deadline, labels });
	let record: IDataObject | null;
	if ('rule' in parameters) {
		const reader = ordersReader(session, { deadline, warnOnce: () => undefined });
		const order = await sampleOrder(parameters.rule, parameters.accept, reader);
		record = order && showOrder({ order, previous: null }, parameters);
	} else {
		const reader = numbersReader(session, parameters.filters);
		const number = await sampleNumber(parameters.event, reader);
		record = number && show(number);
	}
	if (record) return [context.helpers.returnJsonArray([record])];
	throw inputError(
		{ context },
		`There is nothing to show: ${NOTHING[event]}`,
		'Nothing is wrong. Activate the workflow, and it will start when this happens. To see an item now, choose another event or other filters.',
	);
}

const NOTHING: Record<TriggerEvent, string> = {
	orderFulfilled: 'no order of this account has had numbers delivered',
	orderStatusChanged: 'this account has no orders',
	numberAdded: 'this account has no numbers, or none that pass the filters',
	numberRemoved: 'no removed number is listed, or none that passes the filters',
	cnamUpdated: 'no number has a caller ID, or none that passes the filters',
};
