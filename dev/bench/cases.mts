import type { IDataObject, INodeParameters } from 'n8n-workflow';
import type { SandboxSettings } from '../../test/sandbox/settings.mts';
import type { N8n } from '../lib/n8nProcess.mts';
import { ACTION_NODE, CREDENTIAL } from '../lib/n8nRest.mts';
import type { CredentialReference, N8nClient } from '../lib/n8nRest.mts';
import { openFloor } from './floor.mts';
import { idlePoll } from './idlePoll.mts';
import { measureWorkflow, saveWorkflow } from './n8nRun.mts';
import type { BenchSandbox } from './sandboxProcess.mts';

/** The node's own default: what users get who choose nothing. */
export const CONCURRENCY = 5;
const PER_SECOND = 50;

export const OURS = 'IDT Express node';
export const OURS_ONE_BY_ONE = 'IDT Express node, one request at a time';
const TRIGGER = 'IDT Express Trigger';
const PAGINATION = 'HTTP Request node with pagination';
const ALL_AT_ONCE = 'HTTP Request node, all 500 at once (its default)';
export const FLOOR = `axios, connections kept, ${CONCURRENCY} at a time`;
const FLOOR_LARGE = `axios, connections kept, ${CONCURRENCY} at a time, pages of 1,000`;

const LARGE_PAGES = { maxPageSize: 1_000 };

/** What one run of one contender came to. */
export interface Measurement {
	/** The time of the nodes, or of the loop. */
	ms: number;
	/** The whole execution in n8n, with what it stores. */
	executionMs?: number;
	items: number;
	failed: number;
	peakMb?: number;
}

export interface Contender {
	name: string;
	/** For what takes long: how many rounds it takes part in. */
	mostRounds?: number;
	isOutsideN8n?: boolean;
	run(): Promise<Measurement>;
}

/** What is promised of a case. `than` a contender means the ratio of the times. */
export type Target =
	| { kind: 'ratio'; than: string; atMost: number }
	| { kind: 'time'; atMostMs: number; why: string }
	| { kind: 'requests'; atMost: number }
	| { kind: 'memory'; atMostMb: number; why: string }
	| { kind: 'failed'; atMost: number };

/** What case a took on 2026-11-23, when only pages of 100 rows were read. */
const PEAK: Target = { kind: 'memory', atMostMb: 1_308, why: 'as on 2026-11-23' };

export interface Case {
	id: string;
	title: string;
	settings?: Partial<SandboxSettings>;
	/**
	 * Each run in an n8n that has just started, so that memory can be compared, and nothing is remembered
	 * of the page sizes of another case.
	 */
	freshN8n?: boolean;
	/** Ours comes first. */
	contenders: Contender[];
	targets: Target[];
	note?: string;
}

export interface Setup {
	n8n: N8n;
	client: N8nClient;
	sandbox: BenchSandbox;
	credential: CredentialReference;
	/** The key is that of the item. */
	withExpression: CredentialReference;
}

interface NodeSettings {
	type: string;
	typeVersion: number;
	parameters: INodeParameters;
}

export function makeCases(setup: Setup): Case[] {
	const { n8n, client, sandbox, credential, withExpression } = setup;
	const count = sandbox.recordCount.toLocaleString('en');
	const floor = openFloor(sandbox);

	/** A workflow is saved once, and run in every round. */
	const workflow = (
		name: string,
		items: IDataObject[],
		nodes: NodeSettings[],
		options: Pick<Contender, 'mostRounds'> & { credential?: CredentialReference } = {},
	): Contender => {
		const withCredential = nodes.map((node, index) => ({
			...node,
			credentials: { [CREDENTIAL]: options.credential ?? credential },
			...(index === nodes.length - 1 && { onError: 'continueErrorOutput' as const }),
		}));
		let saved: ReturnType<typeof saveWorkflow> | undefined;
		return {
			name,
			mostRounds: options.mostRounds,
			async run() {
				saved ??= saveWorkflow(client, name, items, withCredential);
				const { nodesMs, ...rest } = await measureWorkflow(n8n, client, await saved);
				return { ms: nodesMs, ...rest };
			},
		};
	};
	const loop = (name: string, run: () => Promise<number>): Contender => ({
		name,
		isOutsideN8n: true,
		async run() {
			const began = performance.now();
			const items = await run();
			return { ms: performance.now() - began, items, failed: 0 };
		},
	});

	const orderItems = sandbox.orderIds.map((id) => ({ id }));
	const getOrder = (options: INodeParameters = {}) =>
		ours({
			resource: 'order',
			operation: 'get',
			orderId: { __rl: true, mode: 'id', value: '={{ $json.id }}' },
			output: 'raw',
			options,
		});
	const requestOrder = (options: INodeParameters = {}) =>
		httpRequest({ url: `=${sandbox.url}/v1/dids/orders/{{ $json.id }}`, options });
	const assign = (numbers: string) =>
		httpRequest({
			method: 'PUT',
			url: `${sandbox.url}/v1/dids/set_trunk_group`,
			sendBody: true,
			contentType: 'json',
			specifyBody: 'json',
			jsonBody: `={{ JSON.stringify({ trunk_group_id: ${sandbox.trunkGroupId}, numbers: ${numbers} }) }}`,
			options: {},
		});
	const allNumbers = () =>
		ours({ resource: 'number', operation: 'getAll', returnAll: true, output: 'raw', options: {} });
	const requestAllNumbers = () =>
		httpRequest({
			url: `${sandbox.url}/v1/dids/numbers`,
			sendQuery: true,
			queryParameters: { parameters: [{ name: 'page_size', value: '100' }] },
			options: {
				pagination: {
					pagination: {
						paginationMode: 'updateAParameterInEachRequest',
						parameters: {
							parameters: [{ type: 'qs', name: 'page', value: '={{ $pageCount + 1 }}' }],
						},
						paginationCompleteWhen: 'other',
						completeExpression:
							'={{ $response.body.meta.page * 100 >= $response.body.meta.total }}',
						limitPagesFetched: false,
						requestInterval: 0,
					},
				},
			},
		});
	const splitOut = (field: string): NodeSettings => ({
		type: 'n8n-nodes-base.splitOut',
		typeVersion: 1,
		parameters: { fieldToSplitOut: field, options: {} },
	});
	const keyItems = orderItems.map((item) => ({ ...item, key: sandbox.credentials.apiKey }));
	const idle = (event: string): Contender => ({
		name: TRIGGER,
		mostRounds: 2,
		run: async () => await idlePoll(setup, event),
	});
	const numberItems = sandbox.numbers.map((number) => ({ number }));

	return [
		{
			id: 'a',
			title: `Number → Get Many, Return All, ${count} numbers`,
			freshN8n: true,
			contenders: [
				workflow(OURS, [{}], [allNumbers()]),
				workflow(PAGINATION, [{}], [requestAllNumbers()], { mostRounds: 1 }),
				loop(FLOOR, async () => await floor.allNumbers(CONCURRENCY)),
			],
			targets: [
				{ kind: 'ratio', than: PAGINATION, atMost: 0.25 },
				{ kind: 'ratio', than: FLOOR, atMost: 1.35 },
				{ kind: 'failed', atMost: 0 },
				PEAK,
			],
			note: 'The server gives pages of 100 rows. The items of the HTTP Request node are pages; ours are numbers, each once.',
		},
		{
			id: 'b',
			title: 'Order → Get for 500 items',
			contenders: [
				workflow(OURS, orderItems, [getOrder()]),
				workflow(OURS_ONE_BY_ONE, orderItems, [getOrder({ concurrency: 1 })], { mostRounds: 1 }),
				workflow(ALL_AT_ONCE, orderItems, [requestOrder()]),
				loop(FLOOR, async () => await floor.orders(sandbox.orderIds, CONCURRENCY)),
			],
			targets: [
				{ kind: 'ratio', than: OURS_ONE_BY_ONE, atMost: 0.25 },
				{ kind: 'ratio', than: FLOOR, atMost: 1.4 },
				{ kind: 'failed', atMost: 0 },
			],
		},
		{
			id: 'c',
			title: 'Trunk Group → Assign Numbers for 500 items',
			contenders: [
				workflow(OURS, numberItems, [
					ours({
						resource: 'trunkGroup',
						operation: 'assignNumbers',
						useDefault: false,
						trunkGroupId: { __rl: true, mode: 'id', value: String(sandbox.trunkGroupId) },
						numbers: '={{ $json.number }}',
					}),
				]),
				workflow('HTTP Request node, an item each', numberItems, [assign('[$json.number]')]),
				workflow('Aggregate node, then HTTP Request node', numberItems, [
					{
						type: 'n8n-nodes-base.aggregate',
						typeVersion: 1,
						parameters: {
							fieldsToAggregate: { fieldToAggregate: [{ fieldToAggregate: 'number' }] },
							options: {},
						},
					},
					assign('$json.number'),
				]),
			],
			targets: [
				{ kind: 'requests', atMost: 2 },
				{ kind: 'failed', atMost: 0 },
			],
			note: 'Aggregated by hand, one wrong number fails all 500; our node fails only the items with wrong numbers.',
		},
		{
			id: 'd',
			title: `Order → Get for 500 items, with a limit of ${PER_SECOND} requests a second (429)`,
			settings: { rateLimit: { perSecond: PER_SECOND, retryAfter: 'seconds' } },
			contenders: [
				workflow(OURS, orderItems, [getOrder()], { mostRounds: 2 }),
				workflow(ALL_AT_ONCE, orderItems, [requestOrder()], { mostRounds: 2 }),
				workflow(
					`HTTP Request node, batches of ${PER_SECOND} a second`,
					orderItems,
					[
						requestOrder({
							batching: { batch: { batchSize: PER_SECOND, batchInterval: 1_000 } },
						}),
					],
					{ mostRounds: 1 },
				),
			],
			targets: [
				{ kind: 'failed', atMost: 0 },
				{
					kind: 'time',
					// The first requests are let through at once, as many as a second allows.
					atMostMs: 1.3 * 1_000 * ((sandbox.orderIds.length - PER_SECOND) / PER_SECOND),
					why: 'the least time that the limit allows is 9 s',
				},
			],
			note: 'The batches are set by someone who knows the limit and has it for this node alone.',
		},
		{
			id: 'e',
			title: `Order Fulfilled: a poll that finds nothing new, with ${count} orders`,
			contenders: [idle('orderFulfilled')],
			targets: [
				{ kind: 'requests', atMost: 2 },
				{ kind: 'failed', atMost: 0 },
			],
			note: 'A schedule with the HTTP Request node would read all pages to know the same.',
		},
		{
			id: 'f',
			title: `DID Group → Get Many, all regions of the USA, ${sandbox.groupCount.toLocaleString('en')} DID groups`,
			contenders: [
				workflow(
					OURS,
					[{}],
					[
						ours({
							resource: 'didGroup',
							operation: 'getAll',
							countryIso: { __rl: true, mode: 'iso', value: 'US' },
							regionCode: { __rl: true, mode: 'code', value: '' },
							returnAll: true,
							output: 'raw',
							options: {},
						}),
					],
				),
				workflow(
					'HTTP Request and Split Out nodes, for the regions, then for their DID groups',
					[{}],
					[
						httpRequest({
							url: `${sandbox.url}/v1/dids/coverage/countries/US/regions`,
							options: {},
						}),
						splitOut('regions'),
						httpRequest({
							url: `=${sandbox.url}/v1/dids/coverage/did_groups?country_iso=US&region_code={{ $json.code }}`,
							options: {},
						}),
						splitOut('did_groups'),
					],
				),
				loop(FLOOR, async () => await floor.allGroups(CONCURRENCY)),
			],
			targets: [
				// The countries, the regions, and the DID groups of 50 regions.
				{ kind: 'requests', atMost: 52 },
				{ kind: 'failed', atMost: 0 },
			],
			note: 'The HTTP Request node sends the requests for all regions at once; it has to be given a country that has some.',
		},
		{
			id: 'g',
			title: `Number → Get Many, Return All, ${count} numbers, where the server gives pages of 1,000`,
			settings: LARGE_PAGES,
			freshN8n: true,
			contenders: [
				workflow(OURS, [{}], [allNumbers()]),
				workflow(PAGINATION, [{}], [requestAllNumbers()], { mostRounds: 1 }),
				loop(FLOOR_LARGE, async () => await floor.allNumbers(CONCURRENCY, 1_000)),
			],
			targets: [
				{ kind: 'ratio', than: PAGINATION, atMost: 0.08 },
				{ kind: 'failed', atMost: 0 },
				PEAK,
			],
			note: 'The HTTP Request node asks for the documented pages of 100 rows, our node finds out that it can have more.',
		},
		{
			id: 'h',
			title: `Number Removed: a poll that finds nothing new, with ${count} numbers, where the server gives pages of 1,000`,
			settings: LARGE_PAGES,
			freshN8n: true,
			contenders: [idle('numberRemoved')],
			targets: [
				{ kind: 'requests', atMost: 110 },
				{ kind: 'failed', atMost: 0 },
			],
		},
		{
			id: 'i',
			title: 'Order → Get for 500 items, with an expression in the credential',
			contenders: [
				workflow(OURS, keyItems, [getOrder()], { credential: withExpression }),
				workflow(ALL_AT_ONCE, keyItems, [requestOrder()], { credential: withExpression }),
				loop(FLOOR, async () => await floor.orders(sandbox.orderIds, CONCURRENCY)),
			],
			targets: [
				{ kind: 'ratio', than: FLOOR, atMost: 1.6 },
				{ kind: 'failed', atMost: 0 },
			],
			note: 'The API key is an expression: the key in the item.',
		},
	];
}

function ours(parameters: INodeParameters): NodeSettings {
	return { type: ACTION_NODE, typeVersion: 1, parameters };
}

function httpRequest(parameters: INodeParameters): NodeSettings {
	return {
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.2,
		parameters: {
			authentication: 'predefinedCredentialType',
			nodeCredentialType: CREDENTIAL,
			...parameters,
		},
	};
}
