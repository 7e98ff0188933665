import fc from 'fast-check';
import type { Order } from '../sandbox/records.mts';
import { DEFAULT_SETTINGS, type ListOrder, type SandboxSettings } from '../sandbox/settings.mts';
import type { SandboxState } from '../sandbox/state.mts';
import { twice, type Twice } from './schedule.mts';

/** What can happen to the orders of an account, and to the trigger that watches them. */
export type OrderAct =
	/** `lag`: how long the order was placed before it shows up · `spread`: time between two, if several */
	| {
			do: 'place';
			count: number;
			quantity: number;
			lag: number;
			spread: number;
			finished: boolean;
	  }
	/** `slow`: the order's own status does not follow at once. */
	| { do: 'deliver'; pick: number; count: number; slow: boolean }
	| { do: 'end'; pick: number; reason: 'complete' | 'backorder' | 'funds' | 'inventory' }
	/** Only the item ends: the list shows nothing of it. */
	| { do: 'endItem'; pick: number }
	/** The own status of an order follows that of its item. */
	| { do: 'settle'; pick: number }
	/** The order calls itself complete, and the rest comes later all the same. */
	| { do: 'completeOnBackorder'; pick: number }
	| { do: 'status'; pick: number; status: string }
	| { do: 'style'; dash: '-' | '–'; letters: 'title' | 'lower' }
	| { do: 'reorder'; sort: ListOrder }
	| { do: 'wait'; ms: number };

export interface Poll {
	do: 'poll';
	/** What happens while the poll reads: before which of its requests. */
	meanwhile: Array<{ at: number; act: OrderAct }>;
	/** The request that fails, and the poll with it. */
	failAt: number | null;
	/** How many orders there is time to look up. */
	looks: number | null;
	twice: Twice;
}

/** `crash`: n8n is killed and started again. */
export type Step = OrderAct | Poll | { do: 'crash' };

export interface OrderHistory {
	/** Of whatever is left to chance, so that the same history goes the same way. */
	seed: number;
	sort: ListOrder;
	pageSize: number;
	/** Before the activation. */
	before: OrderAct[];
	activation: Poll;
	steps: Step[];
}

const pick = fc.nat({ max: 1000 });

const acts: fc.WeightedArbitrary<OrderAct>[] = [
	{
		weight: 6,
		arbitrary: fc.record({
			do: fc.constant('place' as const),
			count: fc.oneof(
				{ weight: 12, arbitrary: fc.integer({ min: 1, max: 4 }) },
				{ weight: 1, arbitrary: fc.integer({ min: 90, max: 300 }) },
			),
			quantity: fc.integer({ min: 1, max: 3 }),
			lag: fc.oneof(
				{ weight: 5, arbitrary: fc.constant(0) },
				{ weight: 1, arbitrary: fc.integer({ min: 1, max: 5000 }) },
			),
			spread: fc.constantFrom(0, 1, 1000),
			finished: fc.boolean(),
		}),
	},
	{
		weight: 6,
		arbitrary: fc.record({
			do: fc.constant('deliver' as const),
			pick,
			count: fc.integer({ min: 1, max: 3 }),
			slow: fc.boolean(),
		}),
	},
	{ weight: 2, arbitrary: fc.record({ do: fc.constant('settle' as const), pick }) },
	{
		weight: 3,
		arbitrary: fc.record({
			do: fc.constant('end' as const),
			pick,
			reason: fc.constantFrom('complete', 'backorder', 'funds', 'inventory'),
		}),
	},
	{ weight: 1, arbitrary: fc.record({ do: fc.constant('completeOnBackorder' as const), pick }) },
	{
		weight: 2,
		arbitrary: fc.record({
			do: fc.constant('status' as const),
			pick,
			status: fc.constantFrom('Processing', 'Awaiting Documents', 'created', 'On Hold – Review'),
		}),
	},
	{
		weight: 1,
		arbitrary: fc.record({
			do: fc.constant('style' as const),
			dash: fc.constantFrom('-', '–'),
			letters: fc.constantFrom('title', 'lower'),
		}),
	},
	{
		weight: 3,
		arbitrary: fc.record({
			do: fc.constant('wait' as const),
			ms: fc.constantFrom(1, 1000, 60_000, 86_400_000),
		}),
	},
];

const rareReorder: fc.Arbitrary<OrderAct> = fc.record({
	do: fc.constant('reorder' as const),
	sort: fc.constantFrom('newest', 'oldest', 'shuffled'),
});

/** An account with a history: more than what is remembered one by one. */
const longHistory: fc.Arbitrary<OrderAct> = fc.record({
	do: fc.constant('place' as const),
	count: fc.integer({ min: 85, max: 180 }),
	quantity: fc.constant(1),
	lag: fc.constant(0),
	spread: fc.constantFrom(0, 1, 1000),
	finished: fc.constant(true),
});

/** The list shows nothing of it, so it may take many polls until it is found. */
const endItem: fc.WeightedArbitrary<OrderAct> = {
	weight: 1,
	arbitrary: fc.record({ do: fc.constant('endItem' as const), pick }),
};

/**
 * @param most how many steps a history has at most
 * @param itemEnds whether items end by themselves
 */
export function orderHistories(most: number, itemEnds = true): fc.Arbitrary<OrderHistory> {
	const act = fc.oneof(...acts, ...(itemEnds ? [endItem] : []));
	const poll: fc.Arbitrary<Poll> = fc.record({
		do: fc.constant('poll' as const),
		meanwhile: fc.array(fc.record({ at: fc.integer({ min: 1, max: 12 }), act }), { maxLength: 3 }),
		failAt: fc.option(fc.integer({ min: 1, max: 6 }), { freq: 3 }),
		looks: fc.option(fc.integer({ min: 0, max: 5 }), { freq: 3 }),
		twice,
	});
	return fc.record({
		seed: fc.nat(),
		sort: fc.constantFrom<ListOrder>('newest', 'newest', 'oldest', 'shuffled'),
		pageSize: fc.oneof(fc.integer({ min: 2, max: 12 }), fc.constant(100)),
		before: fc
			.tuple(
				fc.oneof(
					{ weight: 3, arbitrary: fc.constant([]) },
					{ weight: 1, arbitrary: fc.tuple(longHistory) },
				),
				fc.array(act, { maxLength: 12 }),
			)
			.map((parts) => parts.flat()),
		activation: poll,
		steps: fc.array(
			fc.oneof(
				{ weight: 10, arbitrary: act },
				{ weight: 8, arbitrary: poll },
				{ weight: 1, arbitrary: fc.constant({ do: 'crash' as const }) },
				{ weight: 1, arbitrary: rareReorder },
			),
			{ maxLength: most },
		),
	});
}

export function settingsFor(history: OrderHistory): SandboxSettings {
	return {
		...DEFAULT_SETTINGS,
		ordersSort: history.sort,
		randomSeed: history.seed,
		maxPageSize: history.pageSize,
		funds: null,
		record: false,
	};
}

/** An account to which things happen, and what is true of it. */
export class OrderAccount {
	/** The orders of which more can be delivered. */
	private readonly moving = new Set<string>();
	/** The orders whose item has ended, but whose own status has not followed. */
	private readonly settling = new Set<string>();
	/** Orders whose item ended without the list showing it. */
	readonly endedQuietly = new Set<string>();
	private clock = Date.parse('2024-03-01T00:00:00.000Z');

	constructor(readonly state: SandboxState) {
		state.clearOrders();
		state.clearNumbers();
	}

	happen(given: OrderAct): void {
		const { state } = this;
		switch (given.do) {
			case 'wait':
				this.clock += given.ms;
				return;
			case 'place':
				for (let i = 0; i < given.count; i++) {
					this.place(given);
					this.clock += given.spread;
				}
				return;
			case 'style':
				state.settings.statusDash = given.dash;
				state.settings.statusCase = given.letters;
				return;
			case 'reorder':
				state.settings.ordersSort = given.sort;
				return;
			case 'settle': {
				const order = this.pick(this.settling, given.pick);
				if (!order) return;
				order.status = 'Complete';
				this.settling.delete(order.id);
				return;
			}
		}
		const order = this.pick(this.moving, given.pick);
		if (!order) return;
		const some = order.item.numbers.length > 0;
		switch (given.do) {
			case 'deliver':
				return this.deliver(order, given.count, given.slow);
			case 'end':
				state.end(order.id, given.reason);
				this.moving.delete(order.id);
				return;
			case 'endItem':
				if (order.status === 'Complete') return;
				order.item.status = some
					? 'Partially Fulfilled - Backorder Canceled'
					: 'Canceled - Insufficient Inventory';
				this.endedQuietly.add(order.id);
				this.moving.delete(order.id);
				this.settling.add(order.id);
				return;
			case 'completeOnBackorder':
				order.status = 'Complete';
				order.item.status = some ? 'Partially Fulfilled - Backordered' : 'Backordered';
				return;
			case 'status':
				if (order.status !== 'Complete') order.status = given.status;
		}
	}

	private place(given: OrderAct & { do: 'place' }): void {
		const { quantity, lag, finished } = given;
		const { orders } = this.state;
		// What the trigger promises ends here: it remembers the 90 youngest orders, and those of one second.
		const younger = orders.filter(({ createdAt }) => createdAt >= this.clock - lag).length;
		const createdAt = younger < 80 ? this.clock - lag : this.clock;
		const order = this.state.addOrder({ quantity, createdAt });
		this.moving.add(order.id);
		if (finished) this.deliver(order, quantity, false);
	}

	private deliver(order: Order, count: number, isSlow: boolean): void {
		const numbers = order.item.numbers;
		const missing = order.quantity - numbers.length;
		for (let i = 0; i < Math.min(count, missing); i++) numbers.push(`1207555${numbers.length}000`);
		const isAll = numbers.length === order.quantity;
		if (isAll) this.moving.delete(order.id);
		if (isAll && isSlow && order.status !== 'Complete') this.settling.add(order.id);
		else if (isAll) order.status = 'Complete';
		order.item.status = isAll ? 'Fulfilled - Complete' : 'Partially Fulfilled - Backordered';
	}

	private pick(ids: Set<string>, index: number): Order | undefined {
		return ids.size > 0 ? this.state.order([...ids][index % ids.size]) : undefined;
	}

	/** What is true of every order now. */
	truth(): Map<string, Truth> {
		return new Map(
			this.state.orders.map((order) => {
				const fulfilled = order.item.numbers.length;
				const status = order.status.toLowerCase().replace('–', '-');
				const finished =
					fulfilled === order.quantity || !/processing|backordered$/i.test(order.item.status);
				return [order.id, { status, fulfilled, finished }];
			}),
		);
	}
}

export interface Truth {
	status: string;
	fulfilled: number;
	/** Whether nothing more will come; the own status may still follow. */
	finished: boolean;
}
