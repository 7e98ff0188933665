import { NodeConnectionTypes } from 'n8n-workflow';
import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { properties, subtitle } from './actions/registry';
import { runOperation } from './actions/router';
import { listSearch } from './methods/listSearch';
import { loadOptions } from './methods/loadOptions';

export class IdtExpress implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'IDT Express',
		name: 'idtExpress',
		icon: { light: 'file:idtExpress.svg', dark: 'file:idtExpress.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle,
		description:
			'Find, price, order and manage phone numbers (DIDs), caller ID and SIP trunk groups',
		defaults: { name: 'IDT Express' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'idtExpressApi', required: true }],
		hints: [
			{
				message:
					"This places an order for each input item. To order only once, turn on 'Execute Once' in the settings of this node.",
				displayCondition:
					'={{ $parameter["resource"] === "order" && $parameter["operation"] === "create" && $input.all().length > 1 }}',
				whenToDisplay: 'beforeExecution',
				location: 'outputPane',
				type: 'warning',
			},
		],
		properties,
	};

	methods = { listSearch, loadOptions };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runOperation(this);
	}
}
