import { NodeOperationError } from 'n8n-workflow';
import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { classifyUnreadable, inOneMessage, mayPass } from '../api/errors';
import { newLane } from '../api/lane';
import { readPage } from '../api/lists';
import { PAGE_SIZE } from '../api/pagination';
import { apiError, trySend, type ApiRequest } from '../api/request';
import { inputError } from '../shared/input';
import { isRecord } from '../shared/json';
import { simplifyNumber, simplifyOrder } from '../shared/simplify';
import { decideCnam, parseCnam, storeCnam } from './cnam';
import { decideNumbers } from './numbers';
import { parseOrders, storeOrders } from './orders';
import {
	MOST_AT_ONCE,
	readAdded,
	readNumbers,
	readRemoved,
	type NumbersReader,
} from './readNumbers';
import { pollOrders, type OrdersReader } from './readOrders';
import { sampleAdded, sampleCnam, sampleOrder, sampleRemoved } from './sample';
import { parseSeen, storeSeen, type Seen } from './seen';
import { openState, sealState } from './state';
import { readWatch, type Watch } from './watch';

/**
 * The trigger's only I/O: parameters, state, requests. Everything is read first; then the state moves
 * and the events go out in one step, or neither does.
 */

/** What n8n grants a poll where nothing ends it, to the millisecond. */
const USUAL_BUDGET = 300_000;

/** Reading ends at this part of the budget, and begins nothing new. */
const PART_OF_BUDGET = 0.85;

/** A poll of one event, with its state as plain JSON. */
interface Source {
	/** @returns `unreadable` where the state is not what `poll` makes */
	poll(state: IDataObject | null): Promise<Polled | 'unreadable'>;
	/** The latest record that the event could be of. */
	sample(): Promise<IDataObject | null>;
}

interface Polled {
	items: IDataObject[];
	state: IDataObject;
	/** Whether n8n must have the state at its next start: an older one, or none, is not as good. */
	mustBeStored: boolean;
}

/** The contexts that have polled before: n8n's timers use one for all polls of an activation. */
const begun = new WeakSet<IPollFunctions>();

/** By node: the poll under way. */
const underWay = new Map<string, IPollFunctions>();

/** By node: what the last poll began with that started an execution, and until when another may get the same. */
const leftBehind = new Map<string, { state: string; until: number }>();

/** n8n's scheduler loads the state some time before a poll, and stores it some time after. Generous. */
const STORING_TAKES = 30_000;

/**
 * One poll.
 * @returns the items, or `null` where nothing happened
 * @throws NodeApiError, NodeOperationError
 */
export async function runPoll(context: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	const budget = budgetOf(context);
	newLane(context, MOST_AT_ONCE);
	if (context.getMode() === 'manual') return await showSample(context, budget);

	// The poll at activation decides about it. n8n's scheduler makes a context for each of its polls.
	const isFirst = !begun.has(context) && !isScheduled(budget);
	begun.add(context);
	return await pollAlone(context, budget, isFirst).catch((error: unknown) => {
		if (!isFirst) throw error;
		// n8n would give the trigger up for good, though the API may be back in a minute.
		if (mayPass(error) || error instanceof OutOfTime) {
			context.logger.warn(
				`${context.getNode().name}: IDT Express cannot be read at the moment, the next poll tries again`,
				{ error },
			);
			return null;
		}
		throw error instanceof Error ? inOneMessage(error) : error;
	});
}

async function showSample(
	context: IPollFunctions,
	budget: number,
): Promise<INodeExecutionData[][]> {
	const watch = await readWatch(context);
	const record = await makeSource(context, watch, deadlineOf(budget)).sample();
	if (record) return [context.helpers.returnJsonArray([record])];
	throw inputError(
		context,
		undefined,
		`There is nothing to show: ${NOTHING[watch.event]}`,
		'The trigger is all right: activate the workflow, and it fires when it happens. To see an item now, choose another event or other filters.',
	);
}

const NOTHING: Record<Watch['event'], string> = {
	orderFulfilled: 'no order of this account has had numbers delivered',
	orderStatusChanged: 'this account has no orders',
	numberAdded: 'this account has no numbers, or the filters let none through',
	numberRemoved: 'no removed number is listed, or the filters let none through',
	cnamUpdated: 'no number has CNAM settings, or the filters let none through',
};

/** Does nothing while another poll of the node is under way: both would find the same events. */
async function pollAlone(
	context: IPollFunctions,
	budget: number,
	isFirst: boolean,
): Promise<INodeExecutionData[][] | null> {
	const place = `${context.getWorkflow().id} ${context.getNode().id}`;
	const other = underWay.get(place);
	// What a timer's poll finds that is still under way at the next activation, n8n throws away.
	if (other && (!isFirst || isScheduled(budgetOf(other)))) return null;
	underWay.set(place, context);
	try {
		return await pollOnce(context, budget, isFirst, place);
	} finally {
		if (underWay.get(place) === context) underWay.delete(place);
	}
}

async function pollOnce(
	context: IPollFunctions,
	budget: number,
	isFirst: boolean,
	place: string,
): Promise<INodeExecutionData[][] | null> {
	const watch = await readWatch(context);
	const source = makeSource(context, watch, deadlineOf(budget));
	const staticData = context.getWorkflowStaticData('node');
	// n8n's object is a proxy.
	const before = JSON.stringify(staticData);
	const last = leftBehind.get(place);
	// The next poll begins with what n8n has stored by then, so that nothing is lost if that is the same again.
	if (last && before === last.state && Date.now() < last.until) return null;
	const stored = openState(JSON.parse(before), watch.scope);
	const { items, state, mustBeStored } = await pollFrom(context, source, watch, stored);

	const next = sealState(state, watch.scope);
	if (JSON.stringify(next) !== before) {
		for (const key of Object.keys(staticData)) delete staticData[key];
		Object.assign(staticData, next);
	}
	// The other way to have it stored is an execution, if only one without items.
	const isStored = isFirst && !isCopy(staticData);
	const starts = items.length > 0 || (mustBeStored && !isStored);
	if (!starts) return null;
	leftBehind.set(place, { state: before, until: Date.now() + STORING_TAKES });
	return [context.helpers.returnJsonArray(items)];
}

/**
 * n8n stores its own data after the poll at activation, which it watches for changes. With durable
 * cursors it hands out a copy, and forgets what becomes of it at activation.
 */
function isCopy(staticData: IDataObject): boolean {
	return !('__dataChanged' in staticData);
}

async function pollFrom(
	context: IPollFunctions,
	source: Source,
	watch: Watch,
	stored: ReturnType<typeof openState>,
): Promise<Polled> {
	if (stored.kind === 'state') {
		const polled = await source.poll(stored.data);
		if (polled !== 'unreadable') return polled;
	}
	if (stored.kind === 'state' || stored.kind === 'unreadable') {
		context.logger.warn(
			`${context.getNode().name}: what this trigger remembered is damaged, or was written by another version of it. It starts afresh from now on; what happened since its last poll is not reported (event ${watch.event})`,
		);
	}
	const polled = await source.poll(null);
	if (polled === 'unreadable') throw new Error('A first reading has no state');
	return polled;
}

function budgetOf(context: IPollFunctions): number {
	// Older versions of n8n do not have it.
	return typeof context.getPollBudgetMs === 'function' ? context.getPollBudgetMs() : USUAL_BUDGET;
}

/** Whether n8n's scheduler calls, and not a timer: it alone limits the time of a poll. */
function isScheduled(budget: number): boolean {
	return budget !== USUAL_BUDGET;
}

function deadlineOf(budget: number): number {
	return Date.now() + budget * PART_OF_BUDGET;
}

function makeSource(context: IPollFunctions, watch: Watch, deadline: number): Source {
	switch (watch.event) {
		case 'orderFulfilled':
		case 'orderStatusChanged':
			return ordersSource(watch, ordersReader(context, deadline));
		case 'numberAdded':
		case 'numberRemoved':
			return numbersSource(watch, numbersReader(context, watch, deadline));
		case 'cnamUpdated':
			return cnamSource(context, watch, numbersReader(context, watch, deadline));
	}
}

function ordersSource({ rule, simplify }: Watch, reader: OrdersReader): Source {
	const show = (order: IDataObject, previous: { status: string; fulfilled: number } | null) => ({
		...(simplify ? simplifyOrder(order) : order),
		...(rule === 'statusChanged' && {
			previous_status: previous?.status ?? null,
			previous_fulfilled_quantity: previous?.fulfilled ?? null,
		}),
	});
	return {
		async poll(stored) {
			const state = stored && parseOrders(stored);
			if (stored && !state) return 'unreadable';
			// Only which page or order is looked at when is left to chance.
			const turn = Math.floor(Math.random() * 0x7fffffff);
			const { events, next, mustBeStored } = await pollOrders(state, rule, reader, turn);
			return {
				items: events.map(({ order, previous }) => show(order, previous)),
				state: storeOrders(next),
				mustBeStored,
			};
		},
		async sample() {
			const order = await sampleOrder(rule, reader);
			return order && show(order, null);
		},
	};
}

function numbersSource({ event, simplify }: Watch, reader: NumbersReader): Source {
	const read = async (seen: Seen | null) =>
		event === 'numberAdded' ? await readAdded(seen, reader) : await readRemoved(seen, reader);
	const show = (record: IDataObject) => (simplify ? simplifyNumber(record) : record);
	return {
		async poll(stored) {
			const seen = stored && parseSeen(stored.seen);
			if (stored && !seen) return 'unreadable';
			const { events, next } = decideNumbers(seen, await read(seen));
			const state = { seen: storeSeen(next) };
			return { items: events.map(show), state, mustBeStored: seen === null };
		},
		async sample() {
			const record = await (event === 'numberAdded' ? sampleAdded(reader) : sampleRemoved(reader));
			return record && show(record);
		},
	};
}

function cnamSource(context: IPollFunctions, { simplify }: Watch, reader: NumbersReader): Source {
	const show = (record: IDataObject) => (simplify ? simplifyNumber(record) : record);
	return {
		async poll(stored) {
			const state = stored && parseCnam(stored);
			if (stored && !state) return 'unreadable';
			const { records, complete } = await readNumbers(reader, state === null);
			const { events, next, complete: isAll } = decideCnam(state, records, complete);
			if (!isAll) {
				context.logger.warn(
					`${context.getNode().name}: the CNAM settings of so many numbers changed at once that not all changes could be told; ${events.length} are reported`,
				);
			}
			return { items: events.map(show), state: storeCnam(next), mustBeStored: state === null };
		},
		async sample() {
			const record = await sampleCnam(reader);
			return record && show(record);
		},
	};
}

/** The list is too long for the time that n8n grants. */
class OutOfTime extends NodeOperationError {}

function checkTime(context: IPollFunctions, deadline: number): void {
	if (Date.now() < deadline) return;
	throw new OutOfTime(
		context.getNode(),
		'The list could not be read in the time that n8n grants a poll',
		{
			description:
				'Nothing is lost: the next poll tries again. If it goes on, set filters so that fewer numbers are read, or look whether the IDT Express API answers slowly.',
		},
	);
}

function ordersReader(context: IPollFunctions, deadline: number): OrdersReader {
	return {
		async page(page) {
			checkTime(context, deadline);
			return await readPage(
				context,
				{ method: 'GET', path: ['orders'], query: { page, page_size: PAGE_SIZE } },
				'orders',
			);
		},
		async order(id) {
			const request: ApiRequest = { method: 'GET', path: ['orders', id] };
			const result = await trySend(context, request);
			if (!result.ok) {
				// Only the API itself can say that there is no such order; a gateway's 404 has no code.
				if (result.failure.httpStatus === 404 && result.failure.errors.length > 0) return null;
				throw await apiError(context, request, result);
			}
			const { order } = result.body;
			if (isRecord(order)) return order;
			const failure = classifyUnreadable({ statusCode: 200, headers: {}, body: result.body });
			throw await apiError(context, request, { failure, attempts: 1 });
		},
		hasTime: () => Date.now() < deadline,
	};
}

function numbersReader(
	context: IPollFunctions,
	{ filters }: Watch,
	deadline: number,
): NumbersReader {
	return {
		async page(page, direction) {
			checkTime(context, deadline);
			const query = {
				...filters,
				order_by_added_at: direction,
				// Rows of the same time would come in any order, and another one at every request.
				order_by_number: 'asc',
				page,
				page_size: PAGE_SIZE,
			};
			return await readPage(context, { method: 'GET', path: ['numbers'], query }, 'numbers');
		},
		timeLeft: () => deadline - Date.now(),
	};
}
