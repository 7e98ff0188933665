import type { IDataObject } from 'n8n-workflow';
import type { WriteRecord } from '../../nodes/IdtExpress/actions/ledger';
import type { OrderItem, OrderRequest } from '../../nodes/IdtExpress/actions/order/orderItem';
import { checkSpending, costOf, totalCost } from '../../nodes/IdtExpress/actions/order/spending';
import { formatDecimal, parseDecimal, ZERO } from '../../nodes/IdtExpress/shared/money';

/** An item of an order; a number of it costs 4.20, unless other fees are given. */
function orderItem(quantity: unknown, fees: IDataObject = {}, id: unknown = 7): IDataObject {
	return {
		ordered: { quantity },
		did_group: { id, fees: { setup_fee: '1.25', monthly_fee: '2.95', ...fees } },
	} as IDataObject;
}

const order = (...items: IDataObject[]): IDataObject => ({ order_items: items });

describe('the cost by the listed fees', () => {
	test.each([
		[order(orderItem(1)), '4.20'],
		[order(orderItem(3)), '12.60'],
		[order(orderItem(1), orderItem(2)), '12.60'],
		[order(orderItem(3, { setup_fee: '0.1', monthly_fee: '0.2' })), '0.90'],
		[order(orderItem(1, { setup_fee: '0', monthly_fee: '0.0018' })), '0.0018'],
	])('of %j is %s', (given, expected) => {
		const cost = costOf(given);
		expect(cost && formatDecimal(cost)).toBe(expected);
	});

	test.each<[IDataObject]>([
		[{}],
		[order()],
		[order({ ordered: { quantity: 1 } })],
		[order(orderItem(0))],
		[order(orderItem(-1))],
		[order(orderItem(1.5))],
		[order(orderItem(1, { monthly_fee: 'x' }))],
		[order(orderItem(1, { setup_fee: '' }))],
		[order(orderItem(1, { setup_fee: '1e3' }))],
		[order(orderItem(1, { setup_fee: '-1' }))],
		[order(orderItem(1, { setup_fee: null }))],
		[order(orderItem(1), orderItem(0))],
	])('of %j is not known', (unreadable) => {
		expect(costOf(unreadable)).toBeNull();
		expect(totalCost([order(orderItem(1)), unreadable])).toBeNull();
	});

	test('of several orders is their sum', () => {
		const total = totalCost([order(orderItem(2)), order(orderItem(1))]);
		expect(total && formatDecimal(total)).toBe('12.60');
		expect(totalCost([])).toEqual({ units: 0n, scale: 0 });
	});
});

/** Checks an order of two numbers, which costs 8.40, unless something else is given. */
function check(
	limit: string,
	{
		preview = order(orderItem(2)),
		together = [],
		item = { did_group_id: 7, quantity: 2 },
	}: { preview?: IDataObject; together?: Array<Partial<WriteRecord>>; item?: OrderItem } = {},
): string {
	const context = { getNode: () => ({ name: 'IDT', type: 'idtExpress' }) };
	const asked = { session: { context }, item, itemIndex: 3 } as unknown as OrderRequest;
	return checkSpending(asked, preview, parseDecimal(limit) ?? ZERO, together as WriteRecord[]);
}

/** What a user sees of an order that is refused. */
function refusalOf(...given: Parameters<typeof check>) {
	try {
		return `placed for ${check(...given)}`;
	} catch (error) {
		const { message, description, context } = error as Error & IDataObject;
		expect(context).toMatchObject({ itemIndex: 3 });
		return { message, description };
	}
}

describe('the Spend Limit', () => {
	test.each([
		['100', {}, '8.40'],
		['8.40', {}, '8.40'],
		['0.01', { preview: order(orderItem(2, { setup_fee: '0', monthly_fee: '0' })) }, '0.00'],
		['12.60', { preview: order(orderItem(3)) }, '12.60'],
		['100', { preview: order(orderItem(1), orderItem(1, {}, '007')) }, '8.40'],
		[
			'100',
			{
				item: { did_group_id: 7, did_skus: ['a', 'b', 'c'] },
				preview: order(orderItem(3)),
			},
			'12.60',
		],
	])('when it is %s, and %j is ordered, lets it cost %s', (limit, given, cost) => {
		expect(check(limit, given)).toBe(cost);
	});

	test('when the order would exceed it, says what it costs and what is left', () => {
		expect(refusalOf('8.39')).toEqual({
			message:
				"The order would exceed 'Spend Limit': it costs 8.40, the limit is 8.39, and 0.00 is counted already",
			description:
				'This is the estimate for 2 numbers of DID group 7: setup and first month by the listed ' +
				"fees, in the account's currency. Orders that may have been placed are counted too. " +
				'Nothing was ordered for this item. Raise the limit, or order fewer numbers.',
		});
	});

	test('when it is 0, refuses even an order that costs nothing', () => {
		const free = { preview: order(orderItem(2, { setup_fee: '0', monthly_fee: '0' })) };
		expect(refusalOf('0', free)).toMatchObject({
			message: expect.stringContaining('it costs 0.00, the limit is 0.00'),
		});
	});

	test.each<[string, string, Array<Partial<WriteRecord>>]>([
		['an order that was placed', '5.00', [{ state: 'done', cost: '5.00' }]],
		['an order that may have been placed', '5.00', [{ state: 'unknown', cost: '5.00' }]],
		['none of an order that was not placed', '0.00', [{ state: 'absent', cost: '5.00' }]],
		[
			'what an order lists, where that is more',
			'12.60',
			[{ state: 'done', cost: '5.00', body: { order: order(orderItem(3)) } }],
		],
		[
			'what was asked, where an order lists less',
			'5.00',
			[{ state: 'done', cost: '5.00', body: { order: order(orderItem(1)) } }],
		],
		[
			'what an order lists, where nothing else is known',
			'4.20',
			[{ state: 'done', body: { order: order(orderItem(1)) } }],
		],
		['nothing where nothing is known', '0.00', [{ state: 'done', body: {} }]],
		[
			'all orders together',
			'7.50',
			[
				{ state: 'done', cost: '5.00' },
				{ state: 'absent', cost: '70.00' },
				{ state: 'unknown', cost: '2.50' },
			],
		],
	])('when other orders share it, counts %s: %s', (_what, counted, together) => {
		expect(refusalOf('8.39', { together })).toMatchObject({
			message: expect.stringContaining(`and ${counted} is counted already`),
		});
	});

	test('when other orders have used a part of it, lets the rest be spent', () => {
		const together: Array<Partial<WriteRecord>> = [{ state: 'unknown', cost: '5.00' }];
		expect(check('13.40', { together })).toBe('8.40');
		expect(refusalOf('13.39', { together })).toMatchObject({
			message: expect.stringContaining('it costs 8.40, the limit is 13.39, and 5.00 is counted'),
		});
	});

	test.each([
		['without an item', order()],
		['with a fee that cannot be read', order(orderItem(2, { setup_fee: 'free' }))],
		['for another DID group', order(orderItem(2, {}, 8))],
		['for two DID groups', order(orderItem(2), orderItem(1, {}, 8))],
		['for no DID group', order(orderItem(2, {}, null))],
	])('when the preview is one %s, refuses the order', (_what, preview) => {
		expect(refusalOf('100', { preview })).toEqual({
			message: "The cost of the order could not be checked against 'Spend Limit'",
			description:
				"IDT Express's preview of 2 numbers of DID group 7 has no fees that can be read, or is for " +
				'another DID group. Nothing was ordered. Check it with Order → Preview, Output: Raw.',
		});
	});

	test('when the preview is for fewer numbers than were asked, refuses the order', () => {
		expect(refusalOf('100', { preview: order(orderItem(1)) })).toEqual({
			message: "IDT Express's preview is for 1 number, not for 2 numbers of DID group 7",
			description:
				"So the cost could not be checked against 'Spend Limit'. Nothing was ordered. Check it with Order → Preview, Output: Raw.",
		});
	});
});
