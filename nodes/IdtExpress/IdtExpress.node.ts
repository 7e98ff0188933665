import { NodeConnectionTypes } from 'n8n-workflow';
import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { properties } from './actions/registry';
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
		// `get all: DID group`, rather than `getAll: didGroup`.
		subtitle:
			'={{ ($parameter["operation"] + ": " + $parameter["resource"]).replace(/[A-Z]/g, " $&").toLowerCase().replace(/did|cnam/g, (word) => word.toUpperCase()) }}',
		description:
			'Find, price, order and manage phone numbers (DIDs), caller ID and SIP trunk groups',
		defaults: { name: 'IDT Express' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'idtExpressApi', required: true }],
		properties,
	};

	methods = { listSearch, loadOptions };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runOperation(this);
	}
}
