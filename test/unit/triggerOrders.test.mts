import type { Request } from 'express';
import fc from 'fast-check';
import {
	parseOrders,
	storeOrders,
	type OrderRule,
	type OrdersState,
} from '../../nodes/IdtExpress/trigger/orders';
import { pollOrders, type OrdersReader } from '../../nodes/IdtExpress/trigger/readOrders';
import { fulfilledQuantity } from '../../nodes/IdtExpress/shared/orderStatus';
import { textAt } from '../../nodes/IdtExpress/shared/json';
import {
	orderHistories,
	OrderWorld,
	settingsFor,
	type OrderHistory,
	type Poll,
} from '../histories/orders.mts';
import { OrderWitness } from '../histories/orderWitness.mts';
import { SCHEDULES, type Schedule } from '../histories/schedule.mts';
import { chance } from '../sandbox/chance.mts';
import { pageOf, SortedViews } from '../sandbox/lists.mts';
import { SandboxState } from '../sandbox/state.mts';
import { showOrder, showOrderSummary } from '../sandbox/views.mts';

const RULES: OrderRule[] = ['finished', 'everyIncrease', 'statusChanged'];
const schedules = fc.constantFrom(...SCHEDULES);
const CALM: Poll = { do: 'poll', meanwhile: [], failAt: null, looks: null, twice: null };

/** A history takes 5 to 10 ms. */
const HISTORIES = Number(process.env.HISTORIES ?? 1200);

class Fault extends Error {}

/** A defect, planted to see that the histories find it. */
interface Defect {
	/** Spoils the state that a poll leaves. */
	spoil?: (next: OrdersState) => OrdersState;
	/** The state moves on although the poll failed. */
	movesOnFailure?: boolean;
}

/** Lives through a history with the pure part of the trigger: the sandbox's state without its server. */
async function live(
	history: OrderHistory,
	rule: OrderRule,
	schedule: Schedule,
	defect: Defect = {},
): Promise<string[]> {
	const settings = settingsFor(history);
	const account = new SandboxState(settings);
	const views = new SortedViews(account);
	const world = new OrderWorld(account);
	const witness = new OrderWitness(rule);
	history.before.forEach((act) => world.happen(act));

	// What n8n has in memory, and what it has stored: as a rule only a poll with events writes.
	let memory: string | null = null;
	let stored: string | null = null;
	const random = chance(history.luck);
	const turn = () => Math.floor(random() * 0x7fffffff);

	/** @returns the number of requests */
	const poll = async (how: Poll): Promise<number> => {
		let requests = 0;
		let looks = 0;
		const begin = () => {
			requests++;
			for (const { at, act } of how.meanwhile) {
				if (at !== requests) continue;
				world.happen(act);
				if (memory === null) during.push(world.truth());
			}
			if (requests === how.failAt) throw new Fault();
		};
		const reader: OrdersReader = {
			async page(page) {
				begin();
				const request = { query: { page: String(page), page_size: '100' } } as unknown as Request;
				const { rows, meta } = pageOf(account, request, views.allOrders());
				const records = rows.map((row) => ({ ...showOrderSummary(settings, row) }));
				return { records, total: meta.total };
			},
			async order(id) {
				begin();
				looks++;
				const order = account.order(id);
				return order ? { ...showOrder(account, order) } : null;
			},
			hasTime: () => how.looks === null || looks < how.looks,
		};
		if (schedule === 'scheduler') memory = stored;
		const during = [world.truth()];
		const state: OrdersState | null = memory === null ? null : parseOrders(JSON.parse(memory));
		if (memory !== null && state === null) throw new Error(`The state cannot be read: ${memory}`);
		try {
			const { events, next, mustBeStored } = await pollOrders(state, rule, reader, turn());
			if (state === null) witness.begin(during, how.looks !== null);
			memory = JSON.stringify(storeOrders(defect.spoil?.(next) ?? next));
			if (events.length > 0 || mustBeStored || schedule === 'durable') stored = memory;
			for (const { order, previous } of events) {
				const [id, status] = [textAt(order, 'id'), textAt(order, 'status')];
				witness.take({ id, status, fulfilled: fulfilledQuantity(order), previous });
			}
		} catch (error) {
			if (!(error instanceof Fault)) throw error;
			if (defect.movesOnFailure && state !== null) {
				const { next } = await pollOrders(state, rule, reader, turn());
				memory = JSON.stringify(storeOrders(next));
			}
		}
		return requests;
	};

	await poll(history.activation);
	for (const step of history.steps) {
		if (step.do === 'poll') await poll(step);
		else if (step.do === 'crash') memory = stored;
		else world.happen(step);
	}
	const complaints = () => witness.complaints(world.truth(), world.left);
	// What the list does not show is found in turns, and so is what hides behind an order that left it.
	const isHidden = world.endedQuietly.size + world.left.size > 0;
	const patience = isHidden ? Math.min(100 + 60 * account.orders.length, 5000) : 60;
	await poll(CALM);
	for (let i = 0; i < patience && complaints().length > 0; i++) await poll(CALM);
	const found = complaints();
	for (let i = 0; i < 6; i++) {
		const known: string | null = schedule === 'scheduler' ? stored : memory;
		const open = Object.keys(JSON.parse(known ?? '{}').open).length;
		const pages = Math.ceil(account.orders.length / history.pageSize);
		const most = Math.min(2 + open, Math.max(2, pages));
		const requests: number = await poll(CALM);
		if (memory === known && requests > most)
			found.push(`An idle poll took ${requests} requests, not ${most}`);
	}
	return [...found, ...complaints()];
}

describe.each(RULES)('the rule %s', (rule) => {
	test('loses no event and doubles none, whatever happens', async () => {
		await fc.assert(
			fc.asyncProperty(orderHistories(25), schedules, async (history, schedule) => {
				expect(await live(history, rule, schedule)).toEqual([]);
			}),
			{ numRuns: HISTORIES, interruptAfterTimeLimit: 300_000, markInterruptAsFailure: true },
		);
	}, 600_000);
});

describe('the histories find a planted defect', () => {
	test.each<[string, OrderRule, Defect]>([
		[
			'finished orders are forgotten',
			'finished',
			{ spoil: (next) => ({ ...next, seen: { ...next.seen, recent: new Map() } }) },
		],
		[
			'orders of the youngest time are taken for known',
			'finished',
			{
				spoil: (next) => {
					const youngest = Math.max(next.seen.since, ...next.seen.recent.values());
					return { ...next, seen: { ...next.seen, since: youngest + 1 } };
				},
			},
		],
		[
			'the number of orders is not kept',
			'statusChanged',
			{ spoil: (next) => ({ ...next, total: (next.total ?? 0) + 1 }) },
		],
		[
			'open orders are forgotten',
			'statusChanged',
			{ spoil: (next) => ({ ...next, open: new Map() }) },
		],
		['the state moves although the poll failed', 'finished', { movesOnFailure: true }],
	])(
		'%s',
		async (_what, rule, defect) => {
			const run = await fc.check(
				fc.asyncProperty(orderHistories(25), schedules, async (history, schedule) => {
					expect(await live(history, rule, schedule, defect)).toEqual([]);
				}),
				// As many as it takes: some show only in a rare history.
				{ numRuns: 5_000, endOnFailure: true },
			);
			expect(run.failed).toBe(true);
		},
		600_000,
	);
});
