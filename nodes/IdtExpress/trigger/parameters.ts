import type { INodeProperties, IPollFunctions } from 'n8n-workflow';
import { choice } from '../shared/field';
import { numberFilters } from '../shared/numberFilters';
import { orderFilters } from '../shared/orderFilters';
import { recordOutput } from '../shared/output';
import type { OrderRule } from './orders';

export const EVENTS = {
	cnamUpdated: { name: 'Caller ID Updated', description: 'The caller ID of a number changed' },
	numberAdded: { name: 'Number Added', description: 'A number was added to the account' },
	numberRemoved: { name: 'Number Removed', description: 'A number was removed from the account' },
	orderFulfilled: { name: 'Order Fulfilled', description: 'Ordered numbers were delivered' },
	orderStatusChanged: {
		name: 'Order Status Changed',
		description: 'An order was placed, or its status or the quantity delivered has changed',
	},
};

const FOR_ORDERS = { event: ['orderFulfilled', 'orderStatusChanged'] };
const FOR_NUMBERS = { event: ['numberAdded', 'numberRemoved', 'cnamUpdated'] };

const event = choice({
	name: 'event',
	label: 'Trigger On',
	required: true,
	noDataExpression: true,
	default: 'orderFulfilled',
	options: EVENTS,
});

const fireOn = choice({
	name: 'fireOn',
	label: 'Fulfilled When',
	default: 'finished',
	displayOptions: { show: { event: ['orderFulfilled'] } },
	options: {
		finished: {
			name: 'Finished',
			description: 'Once for each order: when no more numbers will come, and some were delivered',
		},
		everyIncrease: {
			name: 'Every Increase',
			description: 'Each time more numbers were delivered. A backorder can come in several parts.',
		},
	},
});

const filtersForOrders = orderFilters.with({ displayOptions: { show: FOR_ORDERS } });
const filtersForNumbers = numberFilters.with({ displayOptions: { show: FOR_NUMBERS } });
const orderOutput = recordOutput('order', FOR_ORDERS);
const numberOutput = recordOutput('number', FOR_NUMBERS);

/** For the form, in order. */
export const properties: INodeProperties[] = [
	event,
	fireOn,
	filtersForOrders,
	filtersForNumbers,
	orderOutput,
	numberOutput,
].flatMap((field) => field.properties);

/** The API's field name → the label that a person sees. */
export const { labels } = filtersForNumbers;

const names = Object.fromEntries(Object.entries(EVENTS).map(([event, { name }]) => [event, name]));

/** The event in the words of the menu. */
export const subtitle = `={{ (${JSON.stringify(names)})[$parameter["event"]] }}`;

export type TriggerParameters = ReturnType<typeof readParameters>;
export type OrderParameters = Extract<TriggerParameters, { rule: OrderRule }>;
export type NumberParameters = Exclude<TriggerParameters, OrderParameters>;
export type NumberEvent = NumberParameters['event'];

/** @throws NodeOperationError for a parameter that cannot be used */
export function readParameters(context: IPollFunctions) {
	const chosen = event.read(context, 0);
	if (chosen === 'orderFulfilled' || chosen === 'orderStatusChanged') {
		const rule: OrderRule = chosen === 'orderFulfilled' ? fireOn.read(context, 0) : 'statusChanged';
		const accept = filtersForOrders.read(context, 0);
		return { event: chosen, rule, accept, show: orderOutput.read(context, 0) };
	}
	const filters = filtersForNumbers.read(context, 0);
	return { event: chosen, filters, show: numberOutput.read(context, 0) };
}
