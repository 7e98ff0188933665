import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { errorOutput, inOneMessage } from '../api/errors';
import { workedOn } from '../api/lane';
import { mapConcurrent } from '../shared/mapConcurrent';
import type { ItemOperation, Outcome } from '../shared/operation';
import { chosenOperation } from './registry';

/**
 * Runs the chosen operation over all input items: the only item loop, and the only place that pairs
 * items and applies Continue On Fail. Output is in the order of the input.
 */
export async function runOperation(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const operation = chosenOperation(context);
	const itemCount = context.getInputData().length;
	const outcomes =
		'executeAll' in operation
			? await operation.executeAll(context, itemCount)
			: await runEach(context, operation, itemCount);
	return [outcomes.flatMap((outcome, itemIndex) => toItems(context, outcome, itemIndex))];
}

async function runEach(
	context: IExecuteFunctions,
	operation: ItemOperation,
	itemCount: number,
): Promise<Outcome[]> {
	const atOnce = operation.effect === 'read' ? workedOn(context) : 1;
	const itemIndexes = Array.from({ length: itemCount }, (_, index) => index);
	return await mapConcurrent(itemIndexes, atOnce, async (itemIndex) => {
		try {
			const records = await operation.execute(context, itemIndex);
			return { records: [records].flat() };
		} catch (error) {
			const failed = { error: asNodeError(context, error, itemIndex) };
			if (context.continueOnFail()) return failed;
			throw asRead(context, failed.error);
		}
	});
}

function toItems(
	context: IExecuteFunctions,
	outcome: Outcome,
	itemIndex: number,
): INodeExecutionData[] {
	const pairedItem = { item: itemIndex };
	if ('records' in outcome) return outcome.records.map((json) => ({ json, pairedItem }));
	const error = asNodeError(context, outcome.error, itemIndex);
	if (!context.continueOnFail()) throw asRead(context, error);
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
	if (error instanceof NodeApiError || error instanceof NodeOperationError) return error;
	const cause = error instanceof Error ? error : new Error(String(error));
	return new NodeOperationError(context.getNode(), cause, { itemIndex });
}

/** Of an error in a tool, n8n tells the model the message alone. */
function asRead(context: IExecuteFunctions, error: Error): Error {
	return context.getNode().type.endsWith('Tool') ? inOneMessage(error) : error;
}
