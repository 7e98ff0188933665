import {
	chooseOrder,
	directionOf,
	isOlder,
	isOrderOf,
	isReadable,
	mayBeOrderOf,
	quantityOf,
	youngestOf,
} from '../../nodes/IdtExpress/actions/order/lostOrder';
import { costOf, describeCost, sum } from '../../nodes/IdtExpress/actions/order/spending';
import { formatDecimal } from '../../nodes/IdtExpress/shared/decimal';

function order(more: { group?: number | string; quantity?: number; skus?: string[] } = {}) {
	const { group = 7, quantity = 2, skus } = more;
	return {
		ordered: { quantity },
		order_items: [
			{
				ordered: { quantity, ...(skus && { numbers: skus.map((sku) => ({ sku })) }) },
				did_group: { id: group, fees: { setup_fee: '1.25', monthly_fee: '2.95' } },
			},
		],
	};
}

test('an order is what a request asked for: group, quantity and SKUs', () => {
	const byQuantity = { did_group_id: 7, quantity: 2 };
	expect(isOrderOf(order(), byQuantity)).toBe(true);
	expect(isOrderOf(order({ group: '7' }), byQuantity)).toBe(true);
	expect(isOrderOf(order({ group: 8 }), byQuantity)).toBe(false);
	expect(isOrderOf(order({ quantity: 3 }), byQuantity)).toBe(false);
	expect(isOrderOf(order({ skus: ['a', 'b'] }), byQuantity)).toBe(false);
	expect(isOrderOf({}, byQuantity)).toBe(false);

	const bySkus = { did_group_id: 7, did_skus: ['a', 'b'] };
	expect(isOrderOf(order({ skus: ['b', 'a'] }), bySkus)).toBe(true);
	expect(isOrderOf(order({ skus: ['a', 'c'] }), bySkus)).toBe(false);
	expect(isOrderOf(order({ skus: ['a'] }), bySkus)).toBe(false);
	expect(isOrderOf(order(), bySkus)).toBe(false);
	expect([quantityOf(byQuantity), quantityOf(bySkus)]).toEqual([2, 2]);
});

test('the direction of a list shows in enough rows that are not all of one moment', () => {
	const rows = (...minutes: number[]) =>
		minutes.map((minute) => ({ created_at: new Date(minute * 60_000).toISOString() }));
	expect(directionOf(rows(9, 8, 7, 6, 6, 5, 4, 3))).toBe('newest');
	expect(directionOf(rows(1, 2, 3, 3, 4, 5, 6, 7))).toBe('oldest');
	expect(directionOf(rows(9, 8, 7, 6, 5, 4, 3))).toBeNull();
	expect(directionOf(rows(1, 2, 3, 2, 4, 5, 6, 7))).toBeNull();
	expect(directionOf(rows(9, 8, 7, 8, 5, 4, 3, 2))).toBeNull();
	expect(directionOf(rows(5, 5, 5, 5, 5, 5, 5, 5))).toBeNull();
	expect(directionOf([...rows(9, 8, 7, 6, 5, 4, 3), { created_at: 'soon' }])).toBeNull();
});

test('alike orders are shared out among alike requests, but never guessed', () => {
	const [a, b] = [{ id: 'a' }, { id: 'b' }];
	expect(chooseOrder([a], 1)).toBe(a);
	expect(chooseOrder([a, b], 2)).toBe(a);
	expect(chooseOrder([a], 2)).toBe(a);
	expect(chooseOrder([a, b], 1)).toBeNull();
	expect(chooseOrder([], 1)).toBeNull();
});

describe('the cost', () => {
	test.each([
		[1, ['1.25', '2.95', '4.20']],
		[3, ['3.75', '8.85', '12.60']],
	])('is setup and first month of all numbers: %d', (quantity, fees) => {
		const cost = costOf(order({ quantity }));
		expect(cost && [cost.setup, cost.monthly, cost.dueNow].map(formatDecimal)).toEqual(fees);
	});

	test.each([
		[{}],
		[{ order_items: [] }],
		[{ order_items: [{ ordered: { quantity: 1 } }] }],
		[{ order_items: [{ ...order().order_items[0], ordered: { quantity: 0 } }] }],
		[{ order_items: [{ ...order().order_items[0], ordered: { quantity: 1.5 } }] }],
		[
			{
				order_items: [
					{ ordered: { quantity: 1 }, did_group: { fees: { setup_fee: '1', monthly_fee: 'x' } } },
				],
			},
		],
		[
			{
				order_items: [
					{ ordered: { quantity: 1 }, did_group: { fees: { setup_fee: '', monthly_fee: '1' } } },
				],
			},
		],
	])('of %j cannot be told', (unreadable) => {
		expect(costOf(unreadable)).toBeNull();
		expect(describeCost(unreadable)).toEqual({
			total_setup_fee: null,
			total_monthly_fee: null,
			total_due_now: null,
			in_stock_quantity: null,
		});
	});

	test('is described with what is in stock, where the API tells it', () => {
		const [item] = order().order_items;
		const preview = { order_items: [{ ...item, did_group: { ...item.did_group, quantity: 0 } }] };
		expect(describeCost(preview)).toEqual({
			total_setup_fee: '2.50',
			total_monthly_fee: '5.90',
			total_due_now: '8.40',
			in_stock_quantity: 0,
		});
	});

	test('of several orders is added exactly', () => {
		expect(formatDecimal(sum(['0.1', '0.2', 'x', '1']))).toBe('1.30');
		expect(formatDecimal(sum([]))).toBe('0.00');
	});
});

test('a row that does not tell its quantity may be any order', () => {
	const item = { did_group_id: 7, quantity: 2 };
	expect(mayBeOrderOf({ ordered: { quantity: 2 } }, item)).toBe(true);
	expect(mayBeOrderOf({ ordered: { quantity: 3 } }, item)).toBe(false);
	expect(mayBeOrderOf({}, item)).toBe(true);
	expect(mayBeOrderOf({ ordered: { quantity: null } }, item)).toBe(true);
});

test('an order that does not tell its group cannot be read', () => {
	expect(isReadable(order())).toBe(true);
	expect(isReadable({})).toBe(false);
	expect(isReadable({ order_items: [{ did_group: {} }] })).toBe(false);
});

test('an order whose time cannot be read is never older, and never the youngest', () => {
	const at = (created_at: string) => ({ created_at });
	expect(isOlder(at('2026-01-01T00:00:00.000Z'), Date.UTC(2026, 0, 1) + 1)).toBe(true);
	expect(isOlder(at('2026-01-01T00:00:00.000Z'), Date.UTC(2026, 0, 1))).toBe(false);
	expect(isOlder(at('soon'), Date.UTC(2026, 0, 1))).toBe(false);
	expect(isOlder({}, Date.UTC(2026, 0, 1))).toBe(false);
	expect(youngestOf([at('soon'), at('2026-01-01T00:00:00.000Z'), {}])).toBe(Date.UTC(2026, 0, 1));
	expect(youngestOf([])).toBe(0);
});
