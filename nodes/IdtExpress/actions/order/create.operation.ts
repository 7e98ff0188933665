import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { parseDecimal, type Decimal } from '../../shared/decimal';
import { didGroupFields, simplifyField } from '../../shared/fields';
import { checkWhole, inputError, quote, readList, readNumericId } from '../../shared/input';
import { textAt, valueAt } from '../../shared/json';
import type { BatchOperation, Outcome } from '../../shared/operation';
import { simplifyOrder } from '../../shared/simplify';
import type { OrderItem } from './lostOrder';
import { placeOrder, previewOrder } from './purchase';
import { describeCost } from './spending';
import { waitForOrder } from './waitForOrder';

const USUAL_TIMEOUT = 300;
const LONGEST_TIMEOUT = 3600;

/**
 * The orders are placed one after the other; then all are waited for together.
 * @see reference: Create Order
 */
export const create: BatchOperation = {
	option: {
		name: 'Create',
		value: 'create',
		// All that a model reads of the operation, where the node is its tool.
		action: 'Create an order (spends money; Preview Only does not)',
		description:
			'Buy phone numbers. This spends money; with Preview Only it tells the price and spends nothing.',
	},
	fields: [
		{
			displayName: 'Preview Only',
			name: 'preview',
			type: 'boolean',
			default: false,
			description:
				'Whether to only check the order and tell its price. When on, nothing is bought; when off, the order spends money.',
		},
		{
			displayName:
				'This buys numbers and spends money of the account. Turn on Preview Only to see the price first, and set a Spend Limit under Options.',
			name: 'createNotice',
			type: 'notice',
			default: '',
			displayOptions: { show: { preview: [false] } },
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
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			displayOptions: { show: { preview: [false] } },
			options: [
				{
					displayName: 'Spend Limit',
					name: 'spendLimit',
					type: 'number',
					typeOptions: { minValue: 0, numberPrecision: 4 },
					default: 50,
					description:
						"The most that all items of this run may cost together (setup and first month, in the account's currency). An order that would exceed it is not placed. As a tool of an AI agent it holds over all calls in an execution.",
				},
				{
					displayName: 'Wait for Fulfillment',
					name: 'waitForFulfillment',
					type: 'boolean',
					default: true,
					description: 'Whether to wait until the numbers are delivered',
				},
				{
					displayName: 'Wait Timeout (Seconds)',
					name: 'waitTimeout',
					type: 'number',
					typeOptions: { minValue: 1, maxValue: LONGEST_TIMEOUT, numberPrecision: 0 },
					default: USUAL_TIMEOUT,
					description:
						'How long to wait at most. After that the order comes out as it stands, with timed_out: true.',
				},
			],
		},
	],
	async executeAll(context, itemCount) {
		const outcomes: Outcome[] = [];
		const wishes: Wish[] = [];
		for (let itemIndex = 0; itemIndex < itemCount; itemIndex++) {
			try {
				wishes.push(readWish(context, itemIndex));
			} catch (error) {
				outcomes[itemIndex] = { error };
			}
		}
		// Without Continue On Fail the node fails: better before anything was bought.
		if (wishes.length < itemCount && !context.continueOnFail()) return outcomes;

		const placed: Array<[Wish, IDataObject]> = [];
		for (const wish of wishes) {
			try {
				placed.push([wish, await carryOut(context, wish)]);
			} catch (error) {
				outcomes[wish.itemIndex] = { error };
				// Nothing more is bought.
				if (!context.continueOnFail()) return outcomes;
			}
		}
		await Promise.all(
			placed.map(async ([wish, order]) => {
				outcomes[wish.itemIndex] = { records: [await outputOf(context, wish, order)] };
			}),
		);
		return outcomes;
	},
};

/** What one input item asks for. */
interface Wish {
	itemIndex: number;
	item: OrderItem;
	preview: boolean;
	simplify: boolean;
	/** What all items together may cost. */
	limit: Decimal | null;
	/** How long the order is waited for, in milliseconds. */
	timeout: number | null;
}

function readWish(context: IExecuteFunctions, itemIndex: number): Wish {
	const item = readOrderItem(context, itemIndex);
	const preview = context.getNodeParameter('preview', itemIndex, false) === true;
	const simplify = context.getNodeParameter('simplify', itemIndex, true) === true;
	const options = preview ? {} : context.getNodeParameter('options', itemIndex, {});
	const limit = readSpendLimit(context, options, itemIndex);
	const timeout = readTimeout(context, options, itemIndex);
	return { itemIndex, item, preview, simplify, limit, timeout };
}

async function carryOut(context: IExecuteFunctions, wish: Wish): Promise<IDataObject> {
	const { item, limit, itemIndex } = wish;
	if (wish.preview) return await previewOrder(context, item, itemIndex);
	return await placeOrder(context, item, limit, itemIndex);
}

async function outputOf(
	context: IExecuteFunctions,
	{ preview, simplify, timeout, itemIndex }: Wish,
	order: IDataObject,
): Promise<IDataObject> {
	if (preview) return simplify ? { ...simplifyOrder(order), ...describeCost(order) } : order;
	if (timeout === null) return simplify ? simplifyOrder(order) : order;
	const last = await waitForOrder(context, order, timeout, itemIndex);
	return simplify ? { ...simplifyOrder(last.order), timed_out: last.timedOut } : last.order;
}

/** The API allows exactly one item in an order, with either a quantity or SKUs. */
function readOrderItem(context: IExecuteFunctions, itemIndex: number): OrderItem {
	const did_group_id = readNumericId(context, 'didGroupId', 'DID Group', itemIndex);
	const orderBy = context.getNodeParameter('orderBy', itemIndex, 'quantity');
	if (orderBy === 'quantity') {
		const quantity = context.getNodeParameter('quantity', itemIndex, 1);
		return {
			did_group_id,
			quantity: checkWhole(context, quantity, 'Quantity', [1, 100], itemIndex),
		};
	}
	if (orderBy !== 'skus') {
		throw inputError(
			context,
			itemIndex,
			`Order By must be quantity or skus, not ${quote(orderBy)}`,
			'Choose one of the two.',
		);
	}
	const label = 'SKU Names or IDs';
	const given = context.getNodeParameter('didSkus', itemIndex, []);
	const did_skus = readList(context, given, label, 'sku', itemIndex);
	if (did_skus.length >= 1 && did_skus.length <= 100) return { did_group_id, did_skus };
	throw inputError(
		context,
		itemIndex,
		did_skus.length === 0
			? `${label} is empty`
			: `${label} has ${did_skus.length} entries; an order may have 100`,
		'Choose numbers from the list, or enter SKUs that DID Group → Browse Numbers shows.',
	);
}

/** @returns `null` where no limit is set */
function readSpendLimit(
	context: IExecuteFunctions,
	options: IDataObject,
	itemIndex: number,
): Decimal | null {
	if (!('spendLimit' in options)) return null;
	const limit = parseDecimal(textAt(options, 'spendLimit'));
	if (limit) return limit;
	// A limit that is given but cannot be read must not be taken for none.
	throw inputError(
		context,
		itemIndex,
		`Spend Limit must be an amount such as 25.00, not ${quote(options.spendLimit ?? null)}`,
		'Enter digits with a point before the cents, or remove the option. Nothing was bought.',
	);
}

/** @returns milliseconds, or `null` where the order is not waited for */
function readTimeout(
	context: IExecuteFunctions,
	options: IDataObject,
	itemIndex: number,
): number | null {
	if (options.waitForFulfillment !== true) return null;
	const seconds = valueAt(options, 'waitTimeout') ?? USUAL_TIMEOUT;
	const limits: [number, number] = [1, LONGEST_TIMEOUT];
	return checkWhole(context, seconds, 'Wait Timeout', limits, itemIndex) * 1000;
}
