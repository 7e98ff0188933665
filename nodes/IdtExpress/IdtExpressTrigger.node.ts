import { NodeConnectionTypes } from 'n8n-workflow';
import type {
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IPollFunctions,
} from 'n8n-workflow';
import { simplifyField } from './shared/fields';
import { numberFilterFields } from './shared/numberFilters';
import { runPoll } from './trigger/runPoll';

export class IdtExpressTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'IDT Express Trigger',
		name: 'idtExpressTrigger',
		icon: { light: 'file:idtExpress.svg', dark: 'file:idtExpress.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter["event"].replace(/[A-Z]/g, " $&").toLowerCase() }}',
		description:
			'Starts the workflow when an order is fulfilled, or a phone number is added, removed or gets a caller ID',
		defaults: { name: 'IDT Express Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'idtExpressApi', required: true }],
		properties: [
			{
				displayName: 'Event',
				name: 'event',
				type: 'options',
				noDataExpression: true,
				default: 'orderFulfilled',
				options: [
					{
						name: 'Caller ID Updated',
						value: 'cnamUpdated',
						description: 'The caller ID (CNAM) settings in force for a number have changed',
					},
					{
						name: 'Number Added',
						value: 'numberAdded',
						description: 'A number was added to the account',
					},
					{
						name: 'Number Removed',
						value: 'numberRemoved',
						description: 'A number was removed from the account',
					},
					{
						name: 'Order Fulfilled',
						value: 'orderFulfilled',
						description: 'Numbers that were ordered have been delivered',
					},
					{
						name: 'Order Status Changed',
						value: 'orderStatusChanged',
						description: 'An order was placed, or its status or the quantity delivered has changed',
					},
				],
			},
			{
				displayName: 'Fire On',
				name: 'fireOn',
				type: 'options',
				default: 'finished',
				displayOptions: { show: { event: ['orderFulfilled'] } },
				options: [
					{
						name: 'Finished',
						value: 'finished',
						description: 'Once for each order: when nothing more will come, and something did',
					},
					{
						name: 'Every Increase',
						value: 'everyIncrease',
						description:
							'Each time that more numbers were delivered. A backorder can come in several parts.',
					},
				],
			},
			{
				displayName: 'Filters',
				name: 'filters',
				type: 'collection',
				placeholder: 'Add Filter',
				default: {},
				displayOptions: { show: { event: ['numberAdded', 'numberRemoved', 'cnamUpdated'] } },
				options: numberFilterFields,
			},
			simplifyField,
		],
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await runPoll(this);
	}
}
