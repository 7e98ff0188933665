import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { errorOutput, inOneMessage } from '../api/errors';
import { Session, type RunSession } from '../api/session';
import { labelsOf, readFields } from '../shared/field';
import { mapConcurrent } from '../shared/mapConcurrent';
import type { ItemOperation, Operation, Outcome, Wish } from './operation';
import { chosenOperation, fieldsOf, isRead } from './registry';
import { isTool } from './tool';

/**
 * Runs the chosen operation for all input items: the only item loop, and the only place that pairs
 * items and knows Continue On Fail. The output is in the order of the input.
 */
export async function runOperation(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const outcomes: Outcome[] = [];
	try {
		await carryOut(context, chosenOperation(context), outcomes);
	} catch (error) {
		const nodeError = asNodeError(context, error, 0);
		// Of an error in a tool, n8n gives the model only the message.
		if (!context.continueOnFail()) throw isTool(context) ? inOneMessage(nodeError) : nodeError;
		// n8n would pass the input on as if it were done.
		for (const itemIndex of context.getInputData().keys()) outcomes[itemIndex] ??= { error };
	}
	return [outcomes.flatMap((outcome, itemIndex) => toItems(context, outcome, itemIndex))];
}

/**
 * @param outcomes gets what became of each item
 * @throws where the node stops at an error, that of the first item in order of the input
 */
async function carryOut(
	context: IExecuteFunctions,
	operation: Operation,
	outcomes: Outcome[],
): Promise<void> {
	const keepGoing = context.continueOnFail();
	const wishes = readWishes(context, operation, outcomes);
	// If the node must fail anyway: better before anything was sent.
	if (!keepGoing) throwFirst(context, outcomes, '');

	// What cannot be read has failed its items already.
	const concurrency = wishes[0]?.input.concurrency;
	const labels = labelsOf(fieldsOf(operation));
	const isGiven = typeof concurrency === 'number';
	const session = new Session(context, labels, isGiven ? concurrency : undefined);

	const carriedOut =
		'run' in operation
			? await operation.run(session, wishes, keepGoing)
			: await executeEach(session, operation, wishes, keepGoing);
	carriedOut.forEach((outcome, place) => (outcomes[wishes[place].itemIndex] = outcome));
	const done = carriedOut.flatMap((outcome) => ('records' in outcome ? outcome.records : []));
	if (!keepGoing) throwFirst(context, outcomes, describeDone(operation, done));

	if ('finish' in operation) await finishAll(session, operation, wishes, outcomes);
	if (!keepGoing) throwFirst(context, outcomes, describeDone(operation, done));
	const message = operation.done?.hint?.(done);
	// A tool's answer has no output pane.
	if (message === undefined || isTool(context)) return;
	context.addExecutionHints({ message, location: 'outputPane' });
}

/** Reads the parameters of all items; what cannot be read has an outcome already. */
function readWishes(context: IExecuteFunctions, operation: Operation, outcomes: Outcome[]): Wish[] {
	const fields = fieldsOf(operation);
	return [...context.getInputData().keys()].flatMap((itemIndex) => {
		try {
			return [{ itemIndex, input: readFields(fields, context, itemIndex) }];
		} catch (error) {
			outcomes[itemIndex] = { error };
			return [];
		}
	});
}

async function executeEach(
	session: RunSession,
	operation: ItemOperation,
	wishes: Wish[],
	keepGoing: boolean,
): Promise<Outcome[]> {
	const outcomes: Outcome[] = [];
	// Twice as many items as requests, so that a request is ready whenever one is answered.
	const atOnce = isRead(operation) ? 2 * session.concurrency : 1;
	let stopped = false;
	await mapConcurrent(wishes, atOnce, async ({ itemIndex, input }, place) => {
		if (stopped) return;
		const outcome = await outcomeOf(async () =>
			[await operation.execute(session, input, itemIndex)].flat(),
		);
		outcomes[place] = outcome;
		stopped ||= 'error' in outcome && !keepGoing;
	});
	return outcomes;
}

async function finishAll(
	session: RunSession,
	operation: ItemOperation,
	wishes: Wish[],
	outcomes: Outcome[],
): Promise<void> {
	await Promise.all(
		wishes.map(async ({ itemIndex, input }) => {
			const outcome = outcomes[itemIndex];
			if (!('records' in outcome)) return;
			const finish = async (record: IDataObject) =>
				(await operation.finish?.(session, input, record, itemIndex)) ?? record;
			outcomes[itemIndex] = await outcomeOf(
				async () => await Promise.all(outcome.records.map(finish)),
			);
		}),
	);
}

async function outcomeOf(work: () => Promise<IDataObject[]>): Promise<Outcome> {
	try {
		return { records: await work() };
	} catch (error) {
		return { error };
	}
}

/** @param done what the error says of the items before it */
function throwFirst(context: IExecuteFunctions, outcomes: Outcome[], done: string): void {
	const itemIndex = outcomes.findIndex((outcome) => outcome && 'error' in outcome);
	const outcome = outcomes[itemIndex];
	if (!outcome || !('error' in outcome)) return;
	const error = asNodeError(context, outcome.error, itemIndex);
	error.description = [error.description, done].filter(Boolean).join(' ');
	throw error;
}

/** An error names at most this many. */
const MOST_NAMED = 50;

/** What a run did before it failed, and how to go on without doing it again. */
function describeDone({ done }: Operation, records: IDataObject[]): string {
	if (!done || records.length === 0) return '';
	const names = records.slice(0, MOST_NAMED).map((record) => done.describe(record));
	if (records.length > MOST_NAMED) names.push(`${records.length - MOST_NAMED} more`);
	return (
		`Before this error, the run ${done.verb}: ${names.join(', ')}. This is not undone. To go ` +
		'on, retry this execution in the list of executions, which does not repeat it; or remove ' +
		'these items from the input before you run the workflow again.'
	);
}

function toItems(
	context: IExecuteFunctions,
	outcome: Outcome,
	itemIndex: number,
): INodeExecutionData[] {
	const pairedItem = { item: itemIndex };
	if ('records' in outcome) return outcome.records.map((json) => ({ json, pairedItem }));
	const error = asNodeError(context, outcome.error, itemIndex);
	const item: INodeExecutionData = { json: { ...errorOutput(error) }, pairedItem };
	if (context.getNode().onError === 'continueErrorOutput') {
		// n8n finds the items of the error output by their `error`, and reduces an item that still has
		// one at the end to its message. Not enumerable, it is left behind where n8n copies the item.
		Object.defineProperty(item, 'error', { value: error, writable: true });
	}
	return [item];
}

function asNodeError(
	context: IExecuteFunctions,
	error: unknown,
	itemIndex: number,
): NodeApiError | NodeOperationError {
	if (error instanceof NodeApiError || error instanceof NodeOperationError) {
		error.context.itemIndex ??= itemIndex;
		return error;
	}
	const cause = error instanceof Error ? error : new Error(String(error));
	return new NodeOperationError(context.getNode(), cause, { itemIndex });
}
