import { amount, collection, notice, toggle, wholeNumber } from '../../shared/field';
import { textAt } from '../../shared/json';
import { formatDecimal } from '../../shared/money';
import { orderedQuantity } from '../../shared/orderStatus';
import { orderOutput } from '../../shared/output';
import { itemOperation } from '../operation';
import { countNumbers, orderItem } from './orderItem';
import { placeOrder } from './placeOrder';
import { totalCost } from './spending';
import { waitForOrder } from './waitForOrder';

const USUAL_TIMEOUT = 300;
const LONGEST_TIMEOUT = 3600;

/**
 * The orders are placed one after the other; then all are waited for together.
 * @see docs/api.md#create-order
 */
export const create = itemOperation({
	option: {
		name: 'Create',
		value: 'create',
		action: 'Create order (spends money)',
		description:
			'Order phone numbers (DIDs): one order for each input item. This spends money; Order → Preview shows the price first.',
	},
	effect: 'write',
	fields: {
		notice: notice(
			'createNotice',
			'This spends money, once for each input item. While you build the workflow, pin the ' +
				'output of this node: running a later node runs this one again.',
		),
		item: orderItem,
		limit: amount({
			name: 'spendLimit',
			label: 'Spend Limit',
			default: 50,
			required: true,
			description:
				"The most that all orders of this node may cost together in an execution, in the account's " +
				'currency: all items, rounds of a loop, and calls of an AI agent (with MCP, each call is an ' +
				'execution of its own). The cost is an estimate: setup and first month by the listed fees. ' +
				'An order beyond the limit is not placed; 0 places none.',
		}),
		output: orderOutput,
		options: collection(
			{ name: 'options', label: 'Options', placeholder: 'Add Option' },
			{
				inStockOnly: toggle({
					name: 'inStockOnly',
					label: 'In Stock Only',
					default: true,
					description:
						'Whether to place the order only if all its numbers are in stock, so that nothing is backordered',
				}),
				waitForFulfillment: toggle({
					name: 'waitForFulfillment',
					label: 'Wait for Fulfillment',
					default: true,
					description:
						'Whether to wait until the numbers are delivered, or nothing more will come. A backorder ' +
						'can take weeks: the wait ends with the timeout.',
				}),
				waitTimeout: wholeNumber({
					name: 'waitTimeout',
					label: 'Wait Timeout (Seconds)',
					least: 1,
					most: LONGEST_TIMEOUT,
					default: USUAL_TIMEOUT,
					description:
						'How long to wait at most. After that, the order is returned as it is, with timed_out: true ' +
						'(not in raw output).',
					displayOptions: { show: { waitForFulfillment: [true] } },
				}),
			},
		),
	},
	done: {
		verb: 'placed',
		describe: (order) => `order ${textAt(order, 'id')} (${countNumbers(orderedQuantity(order))})`,
		hint(orders) {
			if (orders.length === 0) return undefined;
			const cost = totalCost(orders);
			const [what, each] =
				orders.length === 1
					? ['1 order placed', '']
					: [`${orders.length} orders placed`, ', each for an input item of its own'];
			const total = cost ? `, ${formatDecimal(cost)} in all by the listed fees` : '';
			return `${what}${each}${total}. 'Execute step' on a later node runs this one again and orders again: pin this output to prevent it.`;
		},
	},
	execute: async (session, { item, limit, options }, itemIndex) =>
		await placeOrder(
			{ session, item, itemIndex },
			{ limit, inStockOnly: options.inStockOnly ?? false },
		),
	async finish(session, { output, options }, order, itemIndex) {
		if (options.waitForFulfillment !== true) return output(order);
		const timeout = (options.waitTimeout ?? USUAL_TIMEOUT) * 1000;
		const last = await waitForOrder(session, order, timeout, itemIndex);
		const shaped = output(last.order);
		// Raw is what the API gave, and nothing else.
		return shaped === last.order ? shaped : { ...shaped, timed_out: last.timedOut };
	},
});
