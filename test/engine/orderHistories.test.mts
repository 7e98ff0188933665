import fc from 'fast-check';
import { createRunExecutionData } from 'n8n-workflow';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { anyDeviations } from '../sandbox/anyDeviations.mts';
import { DEVIATIONS, type DeviationName } from '../sandbox/deviations.mts';
import type { Order } from '../sandbox/records.mts';
import {
	credentialFor,
	nodeUnderTest,
	runWorkflow,
	shortenWaits,
	START,
	useSandbox,
	type Credential,
} from './harness.mts';
import { BRUNSWICK, isPreview, LONDON } from './purchases.mts';
import { expectProperty, numberOfRuns } from '../support/property.mts';

/**
 * Random purchases: answers get lost, orders show up late, somebody else orders the same, servers deviate
 * from the document, n8n retries, and a failed execution is retried when the account has moved on.
 * There are never more orders than wanted, nor more spent than allowed, and what was ordered is said.
 */

const api = useSandbox();
shortenWaits();

const RUNS = { quick: 100, long: 500 };
const CASES = numberOfRuns(RUNS);

const SKUS = ['BW-US-2074063050', 'BW-US-2074063057', 'BW-US-2074063064', 'BW-US-2074063071'];

type Drawn<A> = A extends fc.Arbitrary<infer T> ? T : never;

/** What one item asks for; `skus` only of Brunswick. */
interface Item extends IDataObject {
	group: number;
	quantity: number;
	skus: string;
}

const item: fc.Arbitrary<Item> = fc.oneof(
	{
		weight: 4,
		arbitrary: fc.record({
			group: fc.constantFrom(LONDON, BRUNSWICK),
			quantity: fc.integer({ min: 1, max: 2 }),
			skus: fc.constant(''),
		}),
	},
	fc.record({
		group: fc.constant(BRUNSWICK),
		quantity: fc.constant(1),
		skus: fc.constantFrom(...SKUS),
	}),
);

/** What becomes of an order that is sent. `late`: it is placed when the list was read so many times. */
const fate = fc.oneof(
	{ weight: 4, arbitrary: fc.constant({ kind: 'well' as const }) },
	fc.record({ kind: fc.constantFrom('drop' as const, 'html' as const), when: when() }),
	fc.record({ kind: fc.constantFrom('cutBody' as const, 'truncate' as const, 'empty' as const) }),
	fc.record({
		kind: fc.constant('refused' as const),
		code: fc.constantFrom(1000, 2001, 2002, 3001),
	}),
	fc.record({ kind: fc.constant('late' as const), lookups: fc.integer({ min: 1, max: 4 }) }),
);
type Fate = Drawn<typeof fate>;

function when() {
	return fc.constantFrom('before' as const, 'after' as const);
}

const isHiding = (name: string) =>
	DEVIATIONS[name as DeviationName].kinds.some((kind) => kind === 'hiding' || kind === 'lag');

/** Most accounts are as documented; the others deviate in one or two ways. */
const deviations = anyDeviations(['paging', 'hiding', 'lag', 'orders', 'money']).filter(
	// A list that hides a row, and a total that hides that it does: nobody could notice.
	(chosen) => !('total' in chosen && Object.keys(chosen).some(isHiding)),
);

const history = fc.record({
	items: fc.array(item, { minLength: 1, maxLength: 4 }),
	sort: fc.constantFrom(
		'newest' as const,
		'oldest' as const,
		'shuffled' as const,
		'random' as const,
	),
	/** Orders that were there before. */
	past: fc.constantFrom(0, 3, 30, 150),
	pageSize: fc.constantFrom(100, 20),
	/** Orders like that of the first item, so old in milliseconds. */
	lookAlikes: fc.array(fc.constantFrom(0, 10, 5_000, 90_000), { maxLength: 2 }),
	/** By the number of the order that is sent. */
	fates: fc.array(fate, { maxLength: 8 }),
	/** Somebody else orders what an item wants, while the n-th request is under way. */
	rivals: fc.array(fc.tuple(fc.nat({ max: 20 }), fc.nat({ max: 3 })), { maxLength: 2 }),
	/** So many reads fail, after so many. */
	failingReads: fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.nat({ max: 15 })), {
		maxLength: 2,
	}),
	deviations,
	onError: fc.constantFrom(
		'stopWorkflow' as const,
		'continueRegularOutput' as const,
		'continueErrorOutput' as const,
	),
	retry: fc.boolean(),
	spendLimit: fc.constantFrom(6, 12, 30, 1_000, 1_000),
	/** Other orders before *Retry execution*. */
	meanwhile: fc.constantFrom(0, 3, 120),
});
type History = Drawn<typeof history>;

const MAYBE = 'The order may have been placed';
const UNASKED = /although only a preview was asked for$/;

test(`${CASES} histories: never more orders than wanted, never more spent than allowed`, async () => {
	const ends = { success: 0, error: 0, resumed: 0, limited: 0, deviating: 0 };
	await expectProperty(
		'purchases',
		fc.asyncProperty(history, async (given) => {
			const { state } = api.sandbox;
			const strangers = prepare(given);
			const first = state.orders.length;
			for (const { group: groupId, quantity } of given.items.slice(0, 1)) {
				for (const age of given.lookAlikes) {
					strangers.add(state.addOrder({ groupId, quantity, createdAt: state.now() - age }).id);
				}
			}
			const ours = () => state.orders.slice(first).filter(({ id }) => !strangers.has(id));
			const rivals = [...given.rivals];
			simulate(given, rivals, strangers);

			const workflow = workflowOf(given);
			let run = await runWorkflow(workflow);
			check(given, run, ours(), first);
			const { error } = run.data.resultData;
			ends[error ? 'error' : 'success']++;
			if (Object.keys(given.deviations).length > 0) ends.deviating++;
			if (JSON.stringify(run.data.resultData).includes("would exceed 'Spend Limit'")) {
				ends.limited++;
			}

			if (!error) return;
			api.sandbox.clearFaults();
			rivals.length = 0;
			state.advance(3_600_000);
			const count = state.orders.length;
			state.seedOrders(given.meanwhile, { endAt: state.now() });
			for (const order of state.orders.slice(count)) strangers.add(order.id);
			const resume = createRunExecutionData(
				JSON.parse(JSON.stringify(run.data)) as Parameters<typeof createRunExecutionData>[0],
			);
			delete resume.resultData.error;
			delete resume.resultData.runData['IDT Express'];
			run = await runWorkflow({ ...workflow, resume });
			check(given, run, ours(), first);
			if (!run.data.resultData.error) ends.resumed++;
		}),
		RUNS,
	);
	// All of it happens, or the histories would prove little. The rarest end is that of a fifth of them.
	expect(Math.min(ends.success, ends.error, ends.deviating)).toBeGreaterThan(CASES / 25);
	if (CASES >= 500) {
		expect(Math.min(ends.resumed, ends.limited)).toBeGreaterThan(CASES / 200);
	}
}, 1_800_000);

/** @returns the ids of the orders of others */
function prepare(given: History): Set<string> {
	api.sandbox.reset({
		ordersSort: given.sort,
		maxPageSize: given.pageSize,
		record: false,
		funds: null,
		deviations: given.deviations,
	});
	const { state } = api.sandbox;
	state.seedOrders(given.past, { endAt: state.now() - 600_000 });
	for (const [times, skip] of given.failingReads) {
		api.sandbox.fault({ match: { method: 'GET' }, kind: 'status', status: 503, times, skip });
	}
	return new Set(state.orders.map(({ id }) => id));
}

/** Lets orders go as their fates are, and others order meanwhile. */
function simulate(given: History, rivals: History['rivals'], strangers: Set<string>): void {
	const { sandbox } = api;
	let requests = 0;
	let sent = 0;
	const late: Array<{ lookups: number; groupId: number; quantity: number; skus?: Sku[] }> = [];
	sandbox.onRequest = ({ method, path, body }) => {
		for (const [at, index] of rivals) {
			if (at !== requests) continue;
			const { group: groupId, quantity } = given.items[index % given.items.length];
			strangers.add(sandbox.state.addOrder({ groupId, quantity }).id);
		}
		requests++;
		if (method === 'GET' && path === '/orders') {
			for (const entry of late) if (--entry.lookups === 0) sandbox.state.addOrder(entry);
		}
		if (method !== 'POST' || isPreview(body)) return;
		const fate: Fate = given.fates[sent++] ?? { kind: 'well' };
		if (fate.kind === 'well') return;
		if (fate.kind === 'late') {
			sandbox.fault({ kind: 'html', when: 'before' });
			// Later than the last lookup no order shows up.
			const lookups = Math.min(fate.lookups, 4 - (given.deviations.listLag ?? 0));
			late.push({ lookups, ...orderOf(body) });
		} else if (fate.kind === 'refused') {
			const errors = [{ code: fate.code, title: 'Refused', detail: 'No' }];
			const status = [2001, 2002].includes(fate.code) ? 429 : 422;
			const answer = { status, api_request_id: 'r', errors };
			sandbox.fault({ kind: 'status', status, headers: { 'retry-after': '0' }, body: answer });
		} else {
			sandbox.fault({ kind: fate.kind, when: 'when' in fate ? fate.when : 'after' });
		}
	};
}

type Sku = { number: string; sku: string };

/** The order that a request asks for. */
function orderOf(body: unknown): { groupId: number; quantity: number; skus?: Sku[] } {
	const [sent] = (body as { order_items: IDataObject[] }).order_items;
	const groupId = Number(sent.did_group_id);
	if (!Array.isArray(sent.did_skus)) return { groupId, quantity: Number(sent.quantity) };
	const skus = sent.did_skus.map((sku) => ({ number: String(sku).slice(-10), sku: String(sku) }));
	return { groupId, quantity: skus.length, skus };
}

function workflowOf(given: History) {
	const node = nodeUnderTest(
		{
			resource: 'order',
			operation: 'create',
			orderBy: '={{ $json.skus ? "skus" : "quantity" }}',
			didGroupId: { __rl: true, mode: 'id', value: '={{ $json.group }}' },
			quantity: '={{ $json.quantity }}',
			didSkus: '={{ $json.skus }}',
			spendLimit: given.spendLimit,
		},
		{ retryOnFail: given.retry, maxTries: 3, waitBetweenTries: 1, onError: given.onError },
	);
	return {
		nodes: [START, node],
		connections: {
			Start: { main: [[{ node: 'IDT Express', type: 'main' as const, index: 0 }]] },
		},
		start: { node: 'Start', items: given.items },
		credential: credentialOfItsOwn(),
	};
}

let accounts = 0;

/** The sandbox's ids come again in the next history, which is of another account: it has another address. */
function credentialOfItsOwn(): Credential {
	const credential = credentialFor(api.sandbox);
	return { ...credential, baseUrl: credential.baseUrl?.replace('//', `//account${accounts++}@`) };
}

/** @param ours the orders that were placed for this workflow */
function check(
	given: History,
	{ data }: Awaited<ReturnType<typeof runWorkflow>>,
	ours: Order[],
	first: number,
): void {
	const wanted = given.items.map(({ group, quantity, skus }) => nameOf(group, quantity, skus));
	const bought = ours.map(({ item, quantity }) =>
		nameOf(item.groupId, quantity, (item.skus ?? []).map(({ sku }) => sku).join()),
	);
	const count = (list: string[], name: string) => list.filter((entry) => entry === name).length;
	for (const name of new Set(bought)) {
		expect(count(bought, name)).toBeLessThanOrEqual(count(wanted, name));
	}

	const [task] = data.resultData.runData['IDT Express'] ?? [];
	const output: INodeExecutionData[] = (task?.data?.main ?? []).flatMap((items) => items ?? []);
	const errors = [
		...output.map(({ json }) => ({ message: json.error, description: json.description })),
		{ message: data.resultData.error?.message, description: data.resultData.error?.description },
	].filter(({ message }) => message !== undefined);
	const ids = output.map(({ json }) => json.id).filter((id) => id !== undefined && id !== null);
	expect(new Set(ids).size).toBe(ids.length);

	// What was ordered is in the output, or named by an error, or said to be possible.
	const isSaid = (id: string) =>
		ids.includes(id) || errors.some((error) => JSON.stringify(error).includes(id));
	const unsaid = ours.filter(({ id }) => !isSaid(id));
	const possible = errors.filter(({ message }) => message === MAYBE).length;
	// Nobody can tell apart what somebody else has ordered for the same at the same moment.
	const others = api.sandbox.state.orders.slice(first).filter((order) => !ours.includes(order));
	const taken = others.filter(({ id }) => isSaid(id)).length;
	expect(unsaid.length).toBeLessThanOrEqual(possible + taken);
	const { deviations } = given;
	// Nor an order placed just before, which the list did not show yet.
	const hidden = Object.keys(deviations).some(isHiding) ? given.lookAlikes.length : 0;
	expect(taken).toBeLessThanOrEqual(given.rivals.length + hidden);

	const isMoneyAsDocumented = !Object.keys(deviations).some((name) =>
		DEVIATIONS[name as DeviationName].kinds.includes('money'),
	);
	if (isMoneyAsDocumented) expect(costOf(ours)).toBeLessThanOrEqual(given.spendLimit);
	if (!errors.some(({ message }) => UNASKED.test(String(message))) && deviations.previewIgnored) {
		expect(ours).toEqual([]);
	}
	if (Object.keys(deviations).length > 0) return;
	// Each item got an order of what it asked for, and none that was there before.
	const all = api.sandbox.state.orders;
	for (const { json, pairedItem } of output) {
		if (json.id === undefined) continue;
		const { group, quantity } = given.items[(pairedItem as { item: number }).item];
		expect([json.did_group_id, json.ordered_quantity]).toEqual([group, quantity]);
		expect(all.findIndex(({ id }) => id === json.id)).toBeGreaterThanOrEqual(first);
	}
}

function nameOf(group: number, quantity: number, skus: string): string {
	return skus || `${group}×${quantity}`;
}

/** Setup and first month of all numbers. */
function costOf(orders: Order[]): number {
	const cents = orders.map(
		({ item: { fees }, quantity }) =>
			Math.round((Number(fees.setup_fee) + Number(fees.monthly_fee)) * 100) * quantity,
	);
	return cents.reduce((sum, cost) => sum + cost, 0) / 100;
}
