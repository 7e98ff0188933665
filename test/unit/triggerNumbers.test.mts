import type { Request } from 'express';
import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';
import { LISTS } from '../../nodes/IdtExpress/api/lists';
import { collectPages, type FetchPage } from '../../nodes/IdtExpress/api/pages';
import { pollNumbers, type NumbersReader } from '../../nodes/IdtExpress/trigger/readNumbers';
import { IncompleteList } from '../../nodes/IdtExpress/trigger/source';
import { filterAndSort, pageOf } from '../sandbox/lists.mts';
import { SandboxState } from '../sandbox/state.mts';
import { showNumber } from '../sandbox/views.mts';
import {
	NumberAccount,
	numberHistories,
	numberSettings,
	type NumberHistory,
	type Poll,
} from '../simulation/numberHistories.mts';
import { NumberOracle, type NumberEventName } from '../simulation/numberOracle.mts';
import { SCHEDULES, type Schedule } from '../simulation/schedule.mts';
import { expectProperty } from '../support/property.mts';

/** The pure part of the number events, in random histories of an account: no server, no n8n. */

const EVENTS: NumberEventName[] = ['numberAdded', 'numberRemoved', 'cnamUpdated'];
const schedules = fc.constantFrom(...SCHEDULES);
const IDLE: Poll = { do: 'poll', meanwhile: [], failAt: null, twice: null };

/** A history takes 2 to 4 ms. */
const HISTORIES = { quick: 15, long: 300 };

class Fault extends Error {}

/** Spoils the state that a poll leaves: a defect, planted to see that the histories find it. */
type Spoil = (next: IDataObject) => IDataObject;

/** @returns what is lost or doubled in the end */
async function simulate(
	history: NumberHistory,
	event: NumberEventName,
	schedule: Schedule,
	spoil: Spoil = (next) => next,
): Promise<string[]> {
	const sandbox = new SandboxState(numberSettings(history));
	const account = new NumberAccount(sandbox);
	const oracle = new NumberOracle(event);
	history.before.forEach((act) => account.happen(act));
	let memory: string | null = null;
	let stored: string | null = null;

	const poll = async (how: Poll) => {
		let requests = 0;
		const during = [account.truth()];
		const fetchSorted =
			(direction: 'asc' | 'desc'): FetchPage<IDataObject> =>
			async (page) => {
				requests++;
				for (const { at, act } of how.meanwhile) {
					if (at !== requests) continue;
					account.happen(act);
					if (memory === null) during.push(account.truth());
				}
				if (requests === how.failAt) throw new Fault();
				const query = {
					order_by_added_at: direction,
					order_by_number: 'asc',
					page: String(page),
					page_size: '100',
				};
				const request = { query } as unknown as Request;
				const sorted = filterAndSort(sandbox, request, sandbox.numbers);
				const { rows, meta } = pageOf(sandbox, request, sorted);
				const records = rows.map((row) => ({ ...showNumber(sandbox, row) }));
				return { records, total: Number(meta.total), pageSize: Number(meta.page_size) };
			};
		const options = {
			identify: LISTS.numbers.identify,
			concurrency: 1,
			isTotalOfList: true,
			passes: 1,
		};
		const reader: NumbersReader = {
			passes: () => true,
			newest: async (isLast) => await collectPages(fetchSorted('desc'), { ...options, isLast }),
			all: async () => await collectPages(fetchSorted('asc'), options),
		};
		if (schedule === 'scheduler') memory = stored;
		const isFirst = memory === null;
		try {
			const state = memory === null ? null : JSON.parse(memory);
			const { events, next } = await pollNumbers(event, state, reader);
			if (isFirst) oracle.begin(during);
			memory = JSON.stringify(spoil(JSON.parse(JSON.stringify(next))));
			if (events.length > 0 || isFirst || schedule === 'durable') stored = memory;
			events.forEach((record) => oracle.take(record));
		} catch (error) {
			if (!(error instanceof Fault || error instanceof IncompleteList)) throw error;
		}
	};

	await poll(history.activation);
	for (const step of history.steps) {
		if (step.do === 'poll') await poll(step);
		else if (step.do === 'crash') memory = stored;
		else account.happen(step);
	}
	for (let i = 0; i < 4; i++) await poll(IDLE);
	return oracle.complaints(account.truth(), account.left);
}

describe.each(EVENTS)('%s', (event) => {
	test('whatever happens, no event is lost and none comes twice', async () => {
		await expectProperty(
			`unit ${event}`,
			fc.asyncProperty(numberHistories(25), schedules, async (history, schedule) => {
				expect(await simulate(history, event, schedule)).toEqual([]);
			}),
			HISTORIES,
		);
	}, 600_000);
});

describe('a planted defect is found as a lost or doubled event', () => {
	const forgetMarks: Spoil = (next) => ({ ...next, marks: {} });
	const skipSecond: Spoil = (next) => {
		const times = Object.keys(next.marks as IDataObject).map(Number);
		return { ...next, since: Math.max(Number(next.since), ...times.map((time) => time + 1)) };
	};
	const dropOne: Spoil = (next) => Object.fromEntries(Object.entries(next).slice(1));
	const otherHash: Spoil = (next) =>
		Object.fromEntries(Object.entries(next).map(([number]) => [number, 'x']));

	test.each<[string, NumberEventName, RegExp, Spoil]>([
		['processed numbers are forgotten', 'numberAdded', / doubled/, forgetMarks],
		['the youngest second counts as processed', 'numberAdded', / lost/, skipSecond],
		['processed removals are forgotten', 'numberRemoved', / doubled/, forgetMarks],
		['the youngest second counts as processed', 'numberRemoved', / lost/, skipSecond],
		['a number with a caller ID is forgotten', 'cnamUpdated', / doubled/, dropOne],
		['settings are remembered wrongly', 'cnamUpdated', / doubled/, otherHash],
	])(
		'when %s (%s)',
		async (_what, event, expected, spoil) => {
			const run = await fc.check(
				fc.asyncProperty(numberHistories(25), schedules, async (history, schedule) => {
					const wrong = await simulate(history, event, schedule, spoil);
					return !wrong.some((complaint) => expected.test(complaint));
				}),
				{ numRuns: 5_000, endOnFailure: true },
			);
			expect(run.failed).toBe(true);
		},
		600_000,
	);
});
