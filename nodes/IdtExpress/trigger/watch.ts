import type { IDataObject, IPollFunctions } from 'n8n-workflow';
import type { ApiRequest } from '../api/request';
import { inputError, quote } from '../shared/input';
import { textAt } from '../shared/json';
import { toApiNumberPart } from '../shared/phoneNumber';
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
	const filters = event.startsWith('order') ? {} : readFilters(context);
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

function readFilters(context: IPollFunctions): Record<string, string> {
	const filters: unknown = context.getNodeParameter('filters', {});
	const digits = textAt(filters, 'number').trim();
	const number = digits === '' ? '' : toApiNumberPart(digits);
	if (number === null) {
		throw inputError(
			context,
			undefined,
			`The filter Number must be a phone number or a part of one, not ${quote(digits)}`,
			'Enter digits, such as 207, or the beginning of a number with + and the country code.',
		);
	}
	const query: IDataObject = {
		filter_by_country_name: textAt(filters, 'countryName').trim(),
		filter_by_region_name: textAt(filters, 'regionName').trim(),
		filter_by_did_group_name: textAt(filters, 'didGroupName').trim(),
		filter_by_number: number,
	};
	return Object.fromEntries(
		Object.entries(query).flatMap(([name, value]) => (value ? [[name, String(value)]] : [])),
	);
}
