import type { IDataObject } from 'n8n-workflow';
import {
	fulfilledQuantity,
	isFinished,
	isOver,
	normalise,
} from '../../nodes/IdtExpress/shared/orderStatus';

const NOTHING = { fulfilled: 0, ordered: 0 };

function order(
	status: string,
	{ fulfilled, ordered }: { fulfilled: number; ordered: number },
	items: string[] = [],
): IDataObject {
	return {
		status,
		ordered: { quantity: ordered },
		fulfilled: { quantity: fulfilled },
		order_items: items.map((itemStatus) => ({ status: itemStatus })),
	};
}

test.each([
	['Canceled - Insufficient Funds', 'canceled - insufficient funds'],
	['Canceled – insufficient  funds', 'canceled - insufficient funds'],
	['Cancelled—Insufficient\tFunds ', 'canceled - insufficient funds'],
	['Partially Fulfilled  -  Backorder Cancelled', 'partially fulfilled - backorder canceled'],
	[' Complete', 'complete'],
])('the status %j is %j', (written, meant) => expect(normalise(written)).toBe(meant));

// Order Item Status: those after which nothing more happens to the item.
const FINAL = [
	'Fulfilled - Complete',
	'Partially Fulfilled - Complete',
	'Backorder Canceled',
	'Partially Fulfilled - Backorder Canceled',
	'Canceled - Insufficient Funds',
	'Canceled - Insufficient Inventory',
	'Partially Fulfilled - Insufficient Funds',
];
const NOT_FINAL = [
	'Received',
	'Processing',
	'Backordered',
	'Partially Fulfilled - Backordered',
	'Something New',
];

test.each(FINAL)('an order is finished and over when every item is %s', (status) => {
	expect(isFinished(order('Processing', NOTHING, [status, status]))).toBe(true);
	expect(isOver(order('Processing', NOTHING, [status, status]))).toBe(true);
});

test.each(NOT_FINAL)('an order with an item that is %s is not finished', (status) => {
	expect(isFinished(order('Processing', NOTHING, [status]))).toBe(false);
	expect(isFinished(order('Processing', NOTHING, [FINAL[0], status]))).toBe(false);
	expect(isOver(order('Processing', NOTHING, [status]))).toBe(false);
});

test('an order without items is finished when it says so, or when all of it was delivered', () => {
	expect(isFinished(order('Processing', NOTHING))).toBe(false);
	expect(isFinished(order('Processing', { fulfilled: 0, ordered: 2 }))).toBe(false);
	expect(isFinished(order('Processing', { fulfilled: 1, ordered: 2 }))).toBe(false);
	expect(isFinished(order('Processing', { fulfilled: 2, ordered: 2 }))).toBe(true);
	expect(isFinished(order('Processing', { fulfilled: 3, ordered: 2 }))).toBe(true);
	expect(isFinished(order('Complete', NOTHING))).toBe(true);
	expect(isFinished({})).toBe(false);
});

test('a complete order with an item on backorder is finished, and yet not over', () => {
	const part = { fulfilled: 1, ordered: 2 };
	for (const items of [['Backordered'], [FINAL[0], 'Partially Fulfilled – Backordered']]) {
		expect(isFinished(order('Complete', part, items))).toBe(true);
		expect(isOver(order('Complete', part, items))).toBe(false);
	}
	expect(isOver(order('Complete', part, [FINAL[0]]))).toBe(true);
	expect(isOver(order('Complete', { fulfilled: 2, ordered: 2 }, ['Backordered']))).toBe(true);
	expect(isOver(order('Complete', part))).toBe(true);
});

test('the quantity that was delivered is counted by the order', () => {
	expect(fulfilledQuantity(order('Complete', { fulfilled: 3, ordered: 5 }))).toBe(3);
	expect(fulfilledQuantity({})).toBe(0);
});
