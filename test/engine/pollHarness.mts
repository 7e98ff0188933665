import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Logger as LoggerType } from '@n8n/backend-common';
import type { Container as ContainerType } from '@n8n/di';
import { PollContext, PollTriggerExecutor } from 'n8n-core';
import { Workflow } from 'n8n-workflow';
import type {
	IDataObject,
	INode,
	INodeExecutionData,
	INodeParameters,
	INodeTypes,
	WorkflowActivateMode,
} from 'n8n-workflow';
import { IdtExpressTrigger } from '../../nodes/IdtExpress/IdtExpressTrigger.node.ts';
import type { Schedule, Twice } from '../simulation/schedule.mts';
import { makeAdditionalData, type Credential } from './harness.mts';

/**
 * Lives the trigger's simulated in n8n-core's own engine: PollContext, PollTriggerExecutor, the workflow and
 * its static data are n8n's. What n8n's server adds is done here as it does it: when the static data is
 * stored (after the poll at activation, and when a poll emits; a poll that returns null is not), a
 * context for each poll of the scheduler, and with durable cursors the staging of the state.
 */
export interface TriggerOptions {
	parameters?: INodeParameters;
	credential: Credential;
	/** Default: `timers`. An n8n that has nothing else is left with that. */
	schedule?: Schedule;
	/** Several triggers in one process: each is another workflow, unless this says otherwise. */
	workflowId?: string;
	/** n8n keeps the state under it. */
	name?: string;
	/** Of the node. */
	id?: string;
}

/** n8n's scheduler grants a poll this long (45 s without a margin). */
const SCHEDULED_BUDGET = 36_000;
const USUAL_BUDGET = 300_000;

/** n8n-core's own container of services: another copy of the package would know none of them. */
const requireOfCore = createRequire(
	path.resolve(process.env.IDT_EXPRESS_COMPAT ?? '.', 'node_modules/n8n-core/package.json'),
);
const { Container } = requireOfCore('@n8n/di') as { Container: typeof ContainerType };
const { Logger } = requireOfCore('@n8n/backend-common') as { Logger: typeof LoggerType };

/** What nodes write to n8n's log with. */
export const n8nLog = Container.get(Logger);

let workflows = 0;

/** Older versions of n8n have neither durable cursors nor a limit to the time of a poll. */
export const knowsBudgets = findBudgets();

type Tick = (testingTrigger?: boolean) => Promise<void>;

export class SimulatedTrigger {
	/** What the trigger emitted, in order. */
	readonly emitted: IDataObject[] = [];
	/** How many executions n8n started for it. */
	executions = 0;
	/** Errors of polls after the first, which n8n shows as failed executions. */
	readonly errors: Error[] = [];
	parameters: INodeParameters;
	credential: Credential;
	name: string;
	/** The static data in n8n's database. */
	stored: IDataObject = {};
	/** The poll's cursor in n8n's database, where it is durable. */
	cursor: IDataObject | null = null;
	/** What n8n lets a poll take. */
	budget: number;

	private tickOnce: Tick | null = null;
	private readonly schedule: Schedule;
	private readonly workflowId: string;
	private readonly id: string;

	constructor(options: TriggerOptions) {
		this.parameters = options.parameters ?? {};
		this.credential = options.credential;
		this.schedule = knowsBudgets ? (options.schedule ?? 'timers') : 'timers';
		this.workflowId = options.workflowId ?? `workflow ${++workflows}`;
		this.name = options.name ?? 'IDT Express Trigger';
		this.id = options.id ?? 'trigger';
		this.budget = this.schedule === 'timers' ? USUAL_BUDGET : SCHEDULED_BUDGET;
	}

	/** Publishes the workflow, or starts n8n again: the first poll runs at once. @throws what it throws */
	async activate(mode: WorkflowActivateMode = 'activate'): Promise<void> {
		// The scheduler's jobs outlive n8n: there is no poll when it starts.
		if (this.schedule !== 'timers' && mode === 'init') return;
		const { workflow, tick } = this.open(mode, false);
		await tick(true);
		this.save(workflow);
		this.tickOnce = tick;
	}

	/** n8n ends, in good order or not, and starts again with what it had stored. */
	async restart(): Promise<void> {
		this.tickOnce = null;
		await this.activate('init');
	}

	/** One poll of the schedule. */
	async tick(): Promise<void> {
		await this.due()();
	}

	/**
	 * Two polls that are due at once, as when n8n starts again: the scheduler loads what a poll begins with
	 * some time before the poll, so the second one gets the same as the first.
	 */
	async tickTwice(how: NonNullable<Twice>): Promise<void> {
		const [first, second] = [this.due(), this.due()];
		const isOver = first();
		if (how === 'inTurn') await isOver;
		await Promise.all([isOver, second()]);
	}

	/** *Fetch test event*. @throws what the node throws */
	async fetchTestEvent(): Promise<INodeExecutionData[][] | null> {
		const workflow = this.makeWorkflow();
		const node = this.makeNode();
		const surroundings = makeAdditionalData(workflow, this.credential);
		const context = new PollContext(workflow, node, surroundings, 'manual', 'manual');
		const before = JSON.stringify(workflow.staticData);
		const items = await new IdtExpressTrigger().poll.call(context);
		if (JSON.stringify(workflow.staticData) !== before) throw new Error('The state has changed');
		return items;
	}

	/** The node's state, as it is stored. */
	get state(): IDataObject {
		if (this.schedule === 'durable') return this.cursor ?? {};
		return (this.stored[`node:${this.name}`] ?? {}) as IDataObject;
	}

	set state(state: IDataObject) {
		if (this.schedule === 'durable') this.cursor = state;
		else this.stored = { [`node:${this.name}`]: state };
	}

	private due(): () => Promise<void> {
		const tick = this.schedule === 'timers' ? this.tickOnce : this.open('update', true).tick;
		return async () => await tick?.(false);
	}

	private open(
		mode: WorkflowActivateMode,
		isScheduled: boolean,
	): { workflow: Workflow; tick: Tick } {
		const workflow = this.makeWorkflow();
		const node = this.makeNode();
		const cursor = plain(this.cursor ?? {});
		const staged = new AsyncLocalStorage<{ snapshot: IDataObject; seed: IDataObject }>();
		const takeStaged = () => {
			const store = staged.getStore();
			if (!store || isDeepStrictEqual(plain(store.snapshot), store.seed)) return;
			this.cursor = store.seed = plain(store.snapshot);
		};
		const emit = (data: INodeExecutionData[][]) => {
			this.executions++;
			this.emitted.push(...data[0].map(({ json }) => json));
			takeStaged();
			this.save(workflow);
		};
		const context = new PollContext(
			workflow,
			node,
			makeAdditionalData(workflow, this.credential),
			'trigger',
			mode,
			emit,
			(error) => this.errors.push(error),
			async () => takeStaged(),
			async (poll) => {
				if (this.schedule !== 'durable') return await poll();
				return await staged.run({ snapshot: plain(cursor), seed: cursor }, poll);
			},
			() => staged.getStore()?.snapshot ?? workflow.getStaticData('node', node),
			() => (isScheduled || this.schedule === 'timers' ? this.budget : USUAL_BUDGET),
		);
		const tick = Container.get(PollTriggerExecutor).create(workflow, node, context, () => true);
		return { workflow, tick };
	}

	private save(workflow: Workflow): void {
		this.stored = plain(workflow.staticData);
	}

	private makeWorkflow(): Workflow {
		const nodeTypes: INodeTypes = {
			getByName: () => new IdtExpressTrigger(),
			getByNameAndVersion: () => new IdtExpressTrigger(),
			getKnownTypes: () => ({}),
		};
		return new Workflow({
			id: this.workflowId,
			name: 'workflow',
			active: true,
			nodeTypes,
			nodes: [this.makeNode()],
			connections: {},
			staticData: plain(this.stored),
		});
	}

	private makeNode(): INode {
		return {
			id: this.id,
			name: this.name,
			type: 'idtExpressTrigger',
			typeVersion: 1,
			position: [0, 0],
			parameters: { pollTimes: { item: [{ mode: 'everyMinute' }] }, ...this.parameters },
			credentials: { idtExpressApi: { id: '1', name: 'IDT Express API' } },
		};
	}
}

function plain<T>(value: T): T {
	return JSON.parse(JSON.stringify(value));
}

/** @throws Error for the n8n that the package is built with: nothing may be skipped there */
function findBudgets(): boolean {
	const workflow = new Workflow({
		active: false,
		nodeTypes: {} as INodeTypes,
		nodes: [],
		connections: {},
	});
	const surroundings = makeAdditionalData(workflow, {} as Credential);
	const context = new PollContext(workflow, {} as INode, surroundings, 'manual', 'manual');
	const isKnown = 'getPollBudgetMs' in context;
	if (!isKnown && !process.env.IDT_EXPRESS_COMPAT) throw new Error('n8n grants polls no time');
	return isKnown;
}
