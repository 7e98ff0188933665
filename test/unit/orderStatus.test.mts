import type { IDataObject } from 'n8n-workflow';
import {
	canStillChange,
	fulfilledQuantity,
	isFinished,
	listsItsNumbers,
	normalise,
	orderedQuantity,
} from '../../nodes/IdtExpress/shared/orderStatus';
import { processorTime } from '../support/processorTime.mts';

const NOTHING = { fulfilled: 0, ordered: 2 };
const PART = { fulfilled: 1, ordered: 2 };
const EVERYTHING = { fulfilled: 2, ordered: 2 };

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
	['Canceled - Insufficient Funds', 'canceledinsufficientfunds'],
	['Canceled – insufficient  funds', 'canceledinsufficientfunds'],
	['Cancelled—Insufficient\tFunds ', 'canceledinsufficientfunds'],
	['PARTIALLY_FULFILLED: Backorder Cancelled', 'partiallyfulfilledbackordercanceled'],
	['処理中', '処理中'],
	[' Complete', 'complete'],
	['x'.repeat(101), 'x'.repeat(100)],
])('the status %j is %j', (written, meant) => expect(normalise(written)).toBe(meant));

// Order Item Status: those after which nothing more happens to the item.
const FINAL = [
	'Fulfilled - Complete',
	'Partially Fulfilled – Complete',
	'Backorder Canceled',
	'Partially Fulfilled - Backorder Canceled',
	'Canceled - Insufficient Funds',
	'Canceled – Insufficient Inventory',
	'Partially Fulfilled - Insufficient Funds',
];
const OPEN = [
	'Received',
	'Processing',
	'Backordered',
	'Partially Fulfilled – Backordered',
	'PARTIALLY_FULFILLED_BACKORDERED',
	'Back-order',
];

describe('when nothing more will come, an order is finished', () => {
	test.each(FINAL)('every item is %s', (status) => {
		for (const own of ['Processing', 'Created', 'Complete', 'Something New', '']) {
			expect(isFinished(order(own, NOTHING, [status]))).toBe(true);
			expect(isFinished(order(own, NOTHING, [status, status]))).toBe(true);
			expect(isFinished(order(own, NOTHING, [status, 'Received']))).toBe(false);
		}
	});

	test.each(['Created', 'Processing', 'Complete', 'Something New', ''])(
		'all of it was delivered, whatever its status (%j) says',
		(own) => {
			expect(isFinished(order(own, EVERYTHING))).toBe(true);
			expect(isFinished(order(own, { fulfilled: 3, ordered: 2 }, ['Backordered']))).toBe(true);
		},
	);

	test.each(OPEN)(
		'but not while an item is %s, even if the order calls itself complete',
		(status) => {
			for (const own of ['Processing', 'Complete', 'complete']) {
				expect(isFinished(order(own, PART, [status]))).toBe(false);
				expect(isFinished(order(own, PART, [FINAL[0], status]))).toBe(false);
			}
		},
	);

	test('a status that nobody documented finishes no order, and keeps none open', () => {
		expect(isFinished(order('Something New', PART))).toBe(false);
		expect(isFinished(order('Processing', PART, ['Something New']))).toBe(false);
		for (const status of ['Something New', 'Not Received', 'Received In Part']) {
			expect(isFinished(order('Complete', PART, [status]))).toBe(true);
		}
	});

	test('where the items say nothing that is documented, its own status decides', () => {
		for (const own of ['Complete', 'Canceled', 'cancelled']) {
			expect(isFinished(order(own, PART, ['Canceled - On Request']))).toBe(true);
			expect(isFinished(order(own, PART, ['On Backorder']))).toBe(false);
		}
		expect(isFinished(order('', PART, ['Canceled - On Request']))).toBe(false);
	});

	test('an item that can be canceled is open', () => {
		const item = { status: 'Awaiting Stock', cancelable: true };
		expect(isFinished({ ...order('Complete', PART), order_items: [item] })).toBe(false);
		const final = { status: 'Backorder Canceled', cancelable: true };
		expect(isFinished({ ...order('Complete', PART), order_items: [final] })).toBe(true);
	});

	test('of a summary its own status is all that is known', () => {
		expect(isFinished(order('Complete', NOTHING))).toBe(true);
		expect(isFinished(order('Processing', PART))).toBe(false);
		expect(isFinished({})).toBe(false);
	});
});

describe('an order can still change', () => {
	test.each(['Created', 'Processing', 'Something New'])(
		'while its own status is %s, though its items are final',
		(own) => {
			expect(canStillChange(order(own, EVERYTHING, [FINAL[0]]))).toBe(true);
			expect(canStillChange(order(own, NOTHING, [FINAL[4]]))).toBe(true);
		},
	);

	test.each(OPEN)('while an item is %s, though it calls itself complete', (status) => {
		expect(canStillChange(order('Complete', PART, [status]))).toBe(true);
	});

	test.each(FINAL)('not when it is complete and its items are %s', (status) => {
		expect(canStillChange(order('COMPLETE', NOTHING, [status]))).toBe(false);
		expect(canStillChange(order('Cancelled', NOTHING, [status]))).toBe(false);
		expect(canStillChange(order('', NOTHING, [status]))).toBe(false);
	});
});

test('the quantity that was delivered is what the order counts, or as many numbers as it lists', () => {
	const listed = { order_items: [{ numbers: [{ number: '1' }, { number: '2' }] }, {}] };
	expect(fulfilledQuantity(listed)).toBe(2);
	expect(fulfilledQuantity({ ...listed, fulfilled: { quantity: 3 } })).toBe(3);
	expect(fulfilledQuantity(order('Complete', { fulfilled: 3, ordered: 5 }))).toBe(3);
	expect(fulfilledQuantity({})).toBe(0);
	const items = [{ fulfilled: { quantity: 2 } }, { fulfilled: { quantity: '1' } }];
	expect(fulfilledQuantity({ order_items: items })).toBe(3);
	const said = (status: string) => ({ order_items: [{ status, ordered: { quantity: 2 } }] });
	expect(fulfilledQuantity(said('Fulfilled – Complete'))).toBe(2);
	expect(
		fulfilledQuantity({
			ordered: { quantity: 3 },
			order_items: [{ status: 'Fulfilled - Complete' }],
		}),
	).toBe(3);
	expect(fulfilledQuantity(said('Partially Fulfilled – Complete'))).toBe(1);
	expect(fulfilledQuantity(said('Fulfilled – Soon'))).toBe(1);
	expect(fulfilledQuantity(said('Not Fulfilled'))).toBe(0);
	expect(fulfilledQuantity(said('Backordered'))).toBe(0);
});

test.each([
	[2, [{ number: '1' }, { number: '2' }], true],
	[2, ['1', '2'], true],
	[2, [{ number: '1' }, { number: '' }], false],
	[2, [{ number: '1' }], false],
	[1, [{ number: '1' }, { number: '2' }], true],
	[0, [], true],
])(
	'whether an order of which %d are delivered lists its numbers, with %j: %j',
	(fulfilled, numbers, expected) => {
		const listed = { fulfilled: { quantity: fulfilled }, order_items: [{ numbers }, {}] };
		expect(listsItsNumbers(listed)).toBe(expected);
	},
);

test('the quantity that was ordered is what the order says, or what its items say', () => {
	const items = [{ ordered: { quantity: 2 } }, { ordered: { quantity: '1' } }];
	expect(orderedQuantity({ order_items: items })).toBe(3);
	expect(orderedQuantity({ order_items: items, ordered: { quantity: 4 } })).toBe(4);
	expect(orderedQuantity(order('Complete', NOTHING))).toBe(2);
	expect(orderedQuantity({})).toBe(0);
});

test('a status of 100 KB takes no longer than a short one', () => {
	for (const filling of [' ', '-', ' -', '–', 'cancelled', 'x']) {
		const status = `${filling.repeat(100_000 / filling.length)}x`;
		const took = processorTime(() => {
			normalise(status);
			isFinished(order(status, NOTHING, [status]));
		});
		expect(took).toBeLessThan(500);
	}
});
