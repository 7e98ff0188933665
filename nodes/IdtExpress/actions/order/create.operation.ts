import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { apiRecord } from '../../api/request';
import { didGroupFields, simplifyField } from '../../shared/fields';
import { checkWhole, inputError, readList, readNumericId } from '../../shared/input';
import type { ItemOperation } from '../../shared/operation';
import { simplifyOrder } from '../../shared/simplify';

/** @see reference: Create Order */
export const create: ItemOperation = {
	option: {
		name: 'Create',
		value: 'create',
		action: 'Create an order',
		description:
			'Buy phone numbers (spends money), or preview what they would cost (spends nothing)',
	},
	effect: 'write',
	fields: [
		{
			displayName: 'Preview Only',
			name: 'preview',
			type: 'boolean',
			default: false,
			description: 'Whether to only check the order and its price. Nothing is bought.',
		},
		{
			displayName: 'Order By',
			name: 'orderBy',
			type: 'options',
			default: 'quantity',
			options: [
				{
					name: 'Quantity',
					value: 'quantity',
					description: 'Any numbers of the DID group, as many as you say',
				},
				{
					name: 'SKUs',
					value: 'skus',
					description: 'Exactly these numbers, chosen with DID Group → Browse Numbers',
				},
			],
		},
		...didGroupFields(),
		{
			displayName: 'Quantity',
			name: 'quantity',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 100, numberPrecision: 0 },
			default: 1,
			required: true,
			description: 'How many numbers to order, 1 to 100',
			displayOptions: { show: { orderBy: ['quantity'] } },
		},
		{
			displayName: 'SKU Names or IDs',
			name: 'didSkus',
			type: 'multiOptions',
			typeOptions: { loadOptionsMethod: 'getSkus', loadOptionsDependsOn: ['didGroupId.value'] },
			default: [],
			required: true,
			description:
				'The numbers to buy. In an expression: an array of SKUs, or text with commas between them. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
			displayOptions: { show: { orderBy: ['skus'] } },
		},
		simplifyField,
	],
	async execute(context, itemIndex) {
		const order = await apiRecord(
			context,
			{
				method: 'POST',
				path: ['orders'],
				body: {
					preview: context.getNodeParameter('preview', itemIndex, false) === true || undefined,
					order_items: [readOrderItem(context, itemIndex)],
				},
				itemIndex,
			},
			'order',
		);
		return context.getNodeParameter('simplify', itemIndex, true) ? simplifyOrder(order) : order;
	},
};

/** The API allows exactly one item in an order, with either a quantity or SKUs. */
function readOrderItem(context: IExecuteFunctions, itemIndex: number): IDataObject {
	const did_group_id = readNumericId(context, 'didGroupId', 'DID Group', itemIndex);
	if (context.getNodeParameter('orderBy', itemIndex, 'quantity') === 'quantity') {
		const quantity = context.getNodeParameter('quantity', itemIndex, 1);
		return {
			did_group_id,
			quantity: checkWhole(context, quantity, 'Quantity', [1, 100], itemIndex),
		};
	}
	const did_skus = readList(
		context,
		context.getNodeParameter('didSkus', itemIndex, []),
		'SKU Names or IDs',
		'sku',
		itemIndex,
	);
	if (did_skus.length >= 1 && did_skus.length <= 100) return { did_group_id, did_skus };
	throw inputError(
		context,
		itemIndex,
		did_skus.length === 0
			? 'SKU Names or IDs is empty'
			: `SKU Names or IDs has ${did_skus.length} entries; an order may have 100`,
		'Choose numbers from the list, or enter SKUs that DID Group → Browse Numbers shows.',
	);
}
