import type { IDataObject, INodeProperties, IPollFunctions } from 'n8n-workflow';
import { choice, collection, mapField, optionalText, type Field } from '../shared/field';
import { listAt, textAt } from '../shared/json';
import { numberFilters, type NumberFilters } from '../shared/numberFilters';
import { recordOutput } from '../shared/output';
import type { OrderRule } from './orders';

/** The parameters of the trigger. */

export type TriggerEvent =
	| 'orderFulfilled'
	| 'orderStatusChanged'
	| 'numberAdded'
	| 'numberRemoved'
	| 'cnamUpdated';

const EVENTS: Record<TriggerEvent, { name: string; description: string }> = {
	cnamUpdated: {
		name: 'Caller ID Updated',
		description: 'The caller ID (CNAM) settings in force for a number have changed',
	},
	numberAdded: { name: 'Number Added', description: 'A number was added to the account' },
	numberRemoved: {
		name: 'Number Removed',
		description: 'A number was removed from the account',
	},
	orderFulfilled: {
		name: 'Order Fulfilled',
		description: 'Numbers that were ordered have been delivered',
	},
	orderStatusChanged: {
		name: 'Order Status Changed',
		description: 'An order was placed, or its status or the quantity delivered has changed',
	},
};

const ORDER_EVENTS = ['orderFulfilled', 'orderStatusChanged'];
const NUMBER_EVENTS = ['numberAdded', 'numberRemoved', 'cnamUpdated'];

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

/** Whether an order passes the filters. */
const orderFilters: Field<(order: IDataObject) => boolean> = mapField(
	collection(
		{
			name: 'filters',
			label: 'Filters',
			placeholder: 'Add Filter',
			displayOptions: { show: { event: ORDER_EVENTS } },
		},
		{
			countryName: optionalText({
				name: 'countryName',
				label: 'Country',
				placeholder: 'e.g. USA',
				description: 'Only orders for countries with this in their name, or with this code',
			}),
			didGroupName: optionalText({
				name: 'didGroupName',
				label: 'DID Group Name',
				placeholder: 'e.g. Brunswick',
				description: 'Only orders for DID groups with this in their name',
			}),
		},
	),
	({ countryName = '', didGroupName = '' }) => {
		const [country, name] = [countryName.toLowerCase(), didGroupName.toLowerCase()];
		return (order) =>
			listAt(order, 'order_items').some((item) => {
				const at = (...path: string[]) => textAt(item, 'did_group', ...path).toLowerCase();
				const isInCountry =
					at('country', 'name').includes(country) || at('country', 'iso') === country;
				return isInCountry && at('name').includes(name);
			}) ||
			(country === '' && name === '');
	},
);

const filters = numberFilters.with({ displayOptions: { show: { event: NUMBER_EVENTS } } });

const orderOutput = recordOutput('order', { event: ORDER_EVENTS });
const numberOutput = recordOutput('number', { event: NUMBER_EVENTS });

const FIELDS = [event, fireOn, orderFilters, filters, orderOutput, numberOutput];

/** For the form, in order. */
export const properties: INodeProperties[] = FIELDS.flatMap((field) => field.properties);

/** The API's field name → the label that a person sees. */
export const labels: Record<string, string> = filters.labels;

const EVENT_NAMES = JSON.stringify(
	Object.fromEntries(Object.entries(EVENTS).map(([value, { name }]) => [value, name])),
);

/** The event in the words of the menu. */
export const subtitle = `={{ (${EVENT_NAMES})[$parameter["event"]] }}`;

/** What the trigger watches for. */
export type TriggerParameters = { show: (record: IDataObject) => IDataObject } & (
	| {
			event: 'orderFulfilled' | 'orderStatusChanged';
			rule: OrderRule;
			accept: (order: IDataObject) => boolean;
	  }
	| { event: 'numberAdded' | 'numberRemoved' | 'cnamUpdated'; filters: NumberFilters }
);

/** @throws NodeOperationError for a parameter that cannot be used */
export function readParameters(context: IPollFunctions): TriggerParameters {
	const chosen = event.read(context, 0);
	if (chosen === 'orderFulfilled' || chosen === 'orderStatusChanged') {
		return {
			event: chosen,
			rule: chosen === 'orderFulfilled' ? fireOn.read(context, 0) : 'statusChanged',
			accept: orderFilters.read(context, 0),
			show: orderOutput.read(context, 0),
		};
	}
	return {
		event: chosen,
		filters: filters.read(context, 0),
		show: numberOutput.read(context, 0),
	};
}
