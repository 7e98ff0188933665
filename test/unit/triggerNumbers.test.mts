import type { Request } from 'express';
import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';
import { decideCnam, parseCnam, storeCnam } from '../../nodes/IdtExpress/trigger/cnam';
import { decideNumbers } from '../../nodes/IdtExpress/trigger/numbers';
import {
	readAdded,
	readNumbers,
	readRemoved,
	type NumbersReader,
} from '../../nodes/IdtExpress/trigger/readNumbers';
import { parseSeen, storeSeen } from '../../nodes/IdtExpress/trigger/seen';
import { NumberWitness, type NumberEventName } from '../histories/numberWitness.mts';
import {
	numberHistories,
	numberSettings,
	NumberWorld,
	type NumberHistory,
	type Poll,
} from '../histories/numbers.mts';
import { SCHEDULES, type Schedule } from '../histories/schedule.mts';
import { filterAndSort, pageOf } from '../sandbox/lists.mts';
import { SandboxState } from '../sandbox/state.mts';
import { showNumber } from '../sandbox/views.mts';

const EVENTS: NumberEventName[] = ['numberAdded', 'numberRemoved', 'cnamUpdated'];
const schedules = fc.constantFrom(...SCHEDULES);
const CALM: Poll = { do: 'poll', meanwhile: [], failAt: null, twice: null };

/** A history takes 2 to 4 ms. */
const HISTORIES = Number(process.env.HISTORIES ?? 2150);

class Fault extends Error {}

/** One poll of the pure part, with its state as text. */
async function pollOnce(
	event: NumberEventName,
	memory: string | null,
	reader: NumbersReader,
): Promise<{ events: IDataObject[]; next: string }> {
	if (event === 'cnamUpdated') {
		const state = memory === null ? null : parseCnam(JSON.parse(memory));
		if (memory !== null && state === null) throw new Error(`Not to be read: ${memory}`);
		const { records, complete } = await readNumbers(reader, state === null);
		const { events, next } = decideCnam(state, records, complete);
		return { events, next: JSON.stringify(storeCnam(next)) };
	}
	const seen = memory === null ? null : parseSeen(memory);
	if (memory !== null && seen === null) throw new Error(`Not to be read: ${memory}`);
	const read =
		event === 'numberAdded' ? await readAdded(seen, reader) : await readRemoved(seen, reader);
	const { events, next } = decideNumbers(seen, read);
	return { events, next: storeSeen(next) };
}

/** Lives through a history with the pure part of the trigger: the sandbox's state without its server. */
async function live(history: NumberHistory, event: NumberEventName, schedule: Schedule) {
	const account = new SandboxState(numberSettings(history));
	const world = new NumberWorld(account);
	const witness = new NumberWitness(event);
	history.before.forEach((act) => world.happen(act));
	let memory: string | null = null;
	let stored: string | null = null;

	const poll = async (how: Poll) => {
		let requests = 0;
		const reader: NumbersReader = {
			async page(page, direction) {
				requests++;
				for (const { at, act } of how.meanwhile) {
					if (at !== requests) continue;
					world.happen(act);
					if (memory === null) during.push(world.truth());
				}
				if (requests === how.failAt) throw new Fault();
				const query = {
					order_by_added_at: direction,
					order_by_number: 'asc',
					page: String(page),
					page_size: '100',
				};
				const request = { query } as unknown as Request;
				const { rows, meta } = pageOf(
					account,
					request,
					filterAndSort(account, request, account.numbers),
				);
				const records = rows.map((row) => ({ ...showNumber(account, row) }));
				return { records, total: meta.total };
			},
			timeLeft: () => 1000,
		};
		if (schedule === 'scheduler') memory = stored;
		const during = [world.truth()];
		const isFirst = memory === null;
		try {
			const { events, next } = await pollOnce(event, memory, reader);
			if (isFirst) witness.begin(during);
			memory = next;
			if (events.length > 0 || isFirst || schedule === 'durable') stored = memory;
			events.forEach((record) => witness.take(record));
		} catch (error) {
			if (!(error instanceof Fault)) throw error;
		}
	};

	await poll(history.activation);
	for (const step of history.steps) {
		if (step.do === 'poll') await poll(step);
		else if (step.do === 'crash') memory = stored;
		else world.happen(step);
	}
	for (let i = 0; i < 4; i++) await poll(CALM);
	return witness.complaints(world.truth(), world.left);
}

describe.each(EVENTS)('the event %s', (event) => {
	test('loses no event and doubles none, whatever happens', async () => {
		await fc.assert(
			fc.asyncProperty(numberHistories(25), schedules, async (history, schedule) => {
				expect(await live(history, event, schedule)).toEqual([]);
			}),
			{ numRuns: HISTORIES, interruptAfterTimeLimit: 300_000, markInterruptAsFailure: true },
		);
	}, 600_000);
});
