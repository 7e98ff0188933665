import { NodeConnectionTypes } from 'n8n-workflow';
import type {
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IPollFunctions,
} from 'n8n-workflow';
import { properties, subtitle } from './trigger/parameters';
import { pollTrigger } from './trigger/poll';

export class IdtExpressTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'IDT Express Trigger',
		name: 'idtExpressTrigger',
		icon: { light: 'file:idtExpress.svg', dark: 'file:idtExpress.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle,
		description:
			'Starts the workflow when an order is fulfilled or its status changes, or when a phone number is added, removed or gets a new caller ID',
		defaults: { name: 'IDT Express Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'idtExpressApi', required: true }],
		properties,
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await pollTrigger(this);
	}
}
