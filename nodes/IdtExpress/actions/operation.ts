import type { IDataObject } from 'n8n-workflow';
import type { RunSession } from '../api/session';
import type { Fields, Values } from '../shared/field';

/** The contract between the router and the operations. */

/** What the operation dropdown shows. `value` ends up in saved workflows: it never changes. */
export interface OperationOption {
	name: string;
	value: string;
	/**
	 * The name in the node panel, and of the node on the canvas. It is all that a model reads of the
	 * operation where the node is its tool, so what spends money or cannot be undone says so.
	 */
	action: string;
	description: string;
}

interface OperationBase<F extends Fields> {
	option: OperationOption;
	/** Its parameters, in the order of the form. The registry adds when they are shown. */
	fields: F;
	/** For operations that change something. */
	done?: {
		/** Such as `placed` or `removed`. */
		verb: string;
		/**
		 * Names what was done for one item, such as `order 9c2-2e2-4b6f (2 numbers)`: the error of a
		 * later item lists it.
		 * @param record what `execute` or `run` gave for the item
		 */
		describe(record: IDataObject): string;
		/** What a person should know after a run, shown above the node's output. */
		hint?(records: IDataObject[]): string | undefined;
	};
}

/** An operation that is carried out for each item on its own. */
export interface ItemOperation<F extends Fields = Fields> extends OperationBase<F> {
	/**
	 * `read`: changes nothing, so several items are read at the same time. `write`: one item after the
	 * other, and none after the first that fails, unless the node goes on after an error.
	 */
	effect: 'read' | 'write';
	/**
	 * Returns the records for one item: one, several, or none.
	 * @throws NodeApiError, NodeOperationError
	 */
	execute(
		session: RunSession,
		input: Values<F>,
		itemIndex: number,
	): Promise<IDataObject | IDataObject[]>;
	/**
	 * Makes the output of a record, once all items are executed; all of them at the same time.
	 * Default: the record itself.
	 */
	finish?(
		session: RunSession,
		input: Values<F>,
		record: IDataObject,
		itemIndex: number,
	): Promise<IDataObject>;
}

/** What one input item asks for. */
export interface Wish<F extends Fields = Fields> {
	itemIndex: number;
	input: Values<F>;
}

/** An operation that serves all items with as few requests as it can. It changes something. */
export interface BatchOperation<F extends Fields = Fields> extends OperationBase<F> {
	/**
	 * @param keepGoing whether the other wishes are carried out after one has failed
	 * @returns what became of each wish, by its place among the wishes; a place is empty where the wish
	 * was not tried
	 */
	run(session: RunSession, wishes: Array<Wish<F>>, keepGoing: boolean): Promise<Outcome[]>;
}

export type Operation = ItemOperation | BatchOperation;

/** What became of one input item. The router makes an n8n error of whatever was thrown. */
export type Outcome = { records: IDataObject[] } | { error: unknown };

/** Defines an operation; what `execute` gets is what its fields read. */
export function itemOperation<F extends Fields>(operation: ItemOperation<F>): Operation {
	return operation;
}

/** Defines an operation that serves all items together. */
export function batchOperation<F extends Fields>(operation: BatchOperation<F>): Operation {
	return operation;
}

/** A resource with its operations, in the order in which the dropdown lists them. */
export interface Resource {
	option: { name: string; value: string };
	operations: Operation[];
}
