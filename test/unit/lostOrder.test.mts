import type { IDataObject } from 'n8n-workflow';
import {
	isGroup,
	isOrderOf,
	isSurelyAnother,
	judge,
	sortOf,
} from '../../nodes/IdtExpress/actions/order/lostOrder';
import { quantityOf, type OrderItem } from '../../nodes/IdtExpress/actions/order/orderItem';
import { quantityOfItems } from '../../nodes/IdtExpress/shared/orderStatus';

interface OrderShape {
	id?: string;
	group?: number | string;
	quantity?: number;
	skus?: string[];
	minute?: number;
}

function order({ id = 'x', group = 7, quantity = 2, skus, minute = 0 }: OrderShape = {}) {
	return {
		id,
		created_at: new Date(minute * 60_000).toISOString(),
		ordered: { quantity },
		order_items: [
			{
				ordered: { quantity, ...(skus && { numbers: skus.map((sku) => ({ sku })) }) },
				did_group: { id: group },
			},
		],
	};
}

const byQuantity: OrderItem = { did_group_id: 7, quantity: 2 };
const oneSku: OrderItem = { did_group_id: 7, did_skus: ['BW-US-2074063052'] };
const bySkus: OrderItem = { did_group_id: 7, did_skus: ['a', 'b'] };

describe('an order is what a request asked for', () => {
	test.each<[OrderItem, IDataObject, boolean]>([
		[byQuantity, order(), true],
		[byQuantity, order({ group: '7' }), true],
		[byQuantity, order({ group: '007' }), true],
		[byQuantity, order({ group: 8 }), false],
		[byQuantity, order({ quantity: 3 }), false],
		[byQuantity, order({ skus: ['a', 'b'] }), false],
		[byQuantity, order({ skus: [''] }), true],
		[byQuantity, {}, false],
		[bySkus, order({ skus: ['b', 'a'] }), true],
		[bySkus, order({ skus: ['B', 'A'] }), true],
		[oneSku, order({ skus: ['bw us 2074063052 '] }), true],
		[bySkus, order({ skus: ['a', 'b'], quantity: 0 }), true],
		[bySkus, order({ skus: ['a', 'b'], group: 8 }), false],
		[bySkus, order({ skus: ['a', 'c'] }), false],
		[bySkus, order({ skus: ['a', 'b', 'c'] }), false],
		[bySkus, order({ skus: ['a'] }), false],
		[bySkus, order(), false],
	])('when %j is asked, %j is: %s', (item, found, expected) => {
		expect(isOrderOf(found, item)).toBe(expected);
	});
});

describe('an order is surely another one', () => {
	test.each<[string, OrderItem, IDataObject, boolean]>([
		['of another group', byQuantity, order({ group: 8 }), true],
		['of another quantity', byQuantity, order({ quantity: 3 }), false],
		['whose quantity is not known yet', byQuantity, order({ quantity: 0 }), false],
		['that lists numbers', byQuantity, order({ skus: ['a'] }), false],
		['that cannot be read', byQuantity, {}, false],
		['whose group cannot be read', byQuantity, order({ group: 'seven' }), false],
		['whose group begins with letters', byQuantity, order({ group: 'x8' }), false],
		['whose group ends with letters', byQuantity, order({ group: '8x' }), false],
		['of another group, of several digits', byQuantity, order({ group: 39145 }), true],
		[
			'with two groups, one of them this one',
			byQuantity,
			{ order_items: [...order({ group: 8 }).order_items, ...order().order_items] },
			false,
		],
		['with other SKUs', bySkus, order({ skus: ['c', 'd'] }), true],
		['with a SKU in another case', oneSku, order({ skus: ['bw us 2074063052 '] }), false],
		['with a SKU without its prefix', oneSku, order({ skus: ['2074063052'] }), false],
		['with a SKU and more before it', oneSku, order({ skus: ['X-BW-US-2074063052'] }), false],
		['with another SKU of the same form', oneSku, order({ skus: ['BW-US-2074063053'] }), true],
		['whose group has blanks', byQuantity, order({ group: ' 7 ' }), false],
		['with some of the SKUs', bySkus, order({ skus: ['A'] }), false],
		['with the SKUs in another group', bySkus, order({ skus: ['a', 'b'], group: 8 }), false],
		['without SKUs', bySkus, order(), false],
		['without SKUs, of another group', bySkus, order({ group: 8 }), true],
		['with a SKU that is missing', bySkus, order({ skus: ['c', ''] }), false],
	])('when it is one %s', (_what, item, found, expected) => {
		expect(isSurelyAnother(found, item)).toBe(expected);
	});
});

describe('among the new orders', () => {
	const ours = order({ id: 'ours', minute: 2 });
	const alike = order({ id: 'alike', minute: 1 });
	const other = order({ id: 'other', group: 8 });
	const vague = order({ id: 'vague', quantity: 0 });

	test('when one matches, it is found; of several alike requests, the older one', () => {
		expect(judge([other, vague, ours], byQuantity, 1)).toEqual({ kind: 'found', order: ours });
		expect(judge([ours, alike], byQuantity, 2)).toEqual({ kind: 'found', order: alike });
		expect(judge([ours], byQuantity, 2)).toEqual({ kind: 'found', order: ours });
	});

	test('when more match than are wanted, none is chosen', () => {
		expect(judge([ours, alike], byQuantity, 1)).toEqual({
			kind: 'unknown',
			reason: 'several orders with the same content were placed at the same time',
		});
	});

	test('when all are surely others, there is none', () => {
		expect(judge([], byQuantity, 1)).toEqual({ kind: 'absent' });
		expect(judge([other], byQuantity, 1)).toEqual({ kind: 'absent' });
	});

	test('when one may be it, nothing is proved', () => {
		const reason = 'a new order may be this one, but its data does not prove it';
		expect(judge([other, vague], byQuantity, 1)).toEqual({ kind: 'unknown', reason });
		expect(judge([other, {}], byQuantity, 1)).toEqual({ kind: 'unknown', reason });
	});
});

test('the order of a list shows in enough rows that are not all of one moment', () => {
	const rows = (...minutes: number[]) => minutes.map((minute) => order({ minute }));
	const inSeconds = [9, 8, 7, 6, 5, 4, 3, 2].map((second) => ({ created_at: 1767225600 + second }));
	expect(sortOf(inSeconds)).toBe('newest');
	expect(sortOf(rows(9, 8, 7, 6, 6, 5, 4, 3))).toBe('newest');
	expect(sortOf(rows(1, 2, 3, 3, 4, 5, 6, 7))).toBe('oldest');
	expect(sortOf(rows(9, 8, 7, 6, 5, 4, 3))).toBeNull();
	expect(sortOf(rows(1, 2, 3, 2, 4, 5, 6, 7))).toBeNull();
	expect(sortOf(rows(9, 8, 7, 8, 5, 4, 3, 2))).toBeNull();
	expect(sortOf(rows(5, 5, 5, 5, 5, 5, 5, 5))).toBeNull();
	expect(sortOf([...rows(9, 8, 7, 6, 5, 4, 3), { created_at: 'soon' }])).toBeNull();
	expect(sortOf([{ created_at: 'soon' }, ...rows(1, 2, 3, 4, 5, 6, 7)])).toBeNull();
	expect(sortOf(Array.from({ length: 8 }, () => ({ created_at: 'soon' })))).toBeNull();
});

test('ids and quantities are read as the API writes them', () => {
	const same = ['7', '007', '8', '+7', '7.0'].map((id) => isGroup(id, 7));
	expect(same).toEqual([true, true, false, false, false]);
	expect(isGroup('', 0)).toBe(false);
	expect([quantityOf(byQuantity), quantityOf(bySkus)]).toEqual([2, 2]);
	expect([order({ quantity: 3 }), {}].map((given) => quantityOfItems(given, 'ordered'))).toEqual([
		3, 0,
	]);
});
