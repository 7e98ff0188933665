import type { IPollFunctions } from 'n8n-workflow';
import type { ApiRequest } from '../api/request';
import { inputError, quote } from '../shared/input';
import { readNumberFilters } from '../shared/numberFilters';
import type { OrderRule } from './orders';
import { scopeOf } from './state';

/** What the trigger is to watch: its parameters, checked. */
export interface Watch {
	event: Event;
	/** For the order events. */
	rule: OrderRule;
	/** For the number events. */
	filters: NonNullable<ApiRequest['query']>;
	simplify: boolean;
	/** Two polls with the same scope see the same things. */
	scope: string;
}

export type Event =
	| 'orderFulfilled'
	| 'orderStatusChanged'
	| 'numberAdded'
	| 'numberRemoved'
	| 'cnamUpdated';

const EVENTS: readonly Event[] = [
	'orderFulfilled',
	'orderStatusChanged',
	'numberAdded',
	'numberRemoved',
	'cnamUpdated',
];

/** @throws NodeOperationError for a parameter that cannot be used */
export async function readWatch(context: IPollFunctions): Promise<Watch> {
	const event = readEvent(context);
	const filters = event.startsWith('order')
		? {}
		: readNumberFilters(context, context.getNodeParameter('filters', {}));
	const { environment, baseUrl, apiKey } = await context.getCredentials('idtExpressApi');
	const address = environment === 'custom' ? String(baseUrl).trim().replace(/\/+$/, '') : '';
	return {
		event,
		rule: event === 'orderStatusChanged' ? 'statusChanged' : readFireOn(context),
		filters,
		simplify: context.getNodeParameter('simplify', true) !== false,
		scope: scopeOf({
			event,
			...filters,
			environment: String(environment),
			address,
			apiKey: String(apiKey),
		}),
	};
}

function readEvent(context: IPollFunctions): Event {
	const given: unknown = context.getNodeParameter('event', 'orderFulfilled');
	const event = EVENTS.find((known) => known === given);
	if (event) return event;
	throw inputError(
		context,
		undefined,
		`There is no event ${quote(given)}`,
		`Choose one from the list, or give one of ${EVENTS.join(', ')}.`,
	);
}

function readFireOn(context: IPollFunctions): 'finished' | 'everyIncrease' {
	const given: unknown = context.getNodeParameter('fireOn', 'finished');
	return given === 'everyIncrease' ? 'everyIncrease' : 'finished';
}
