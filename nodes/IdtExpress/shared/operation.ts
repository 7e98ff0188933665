import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

/** What the operation dropdown shows. `value` ends up in saved workflows: it never changes. */
export interface OperationOption {
	name: string;
	value: string;
	/** How the node panel lists it. */
	action: string;
	description: string;
}

interface OperationBase {
	option: OperationOption;
	/** Its parameters. The registry adds when they are shown. */
	fields: INodeProperties[];
}

/** An operation that is carried out for each item on its own. */
export interface ItemOperation extends OperationBase {
	/**
	 * `read`: changes nothing, so several items are read at the same time. `write`: one item after the
	 * other, and none after the first that fails.
	 */
	effect: 'read' | 'write';
	/**
	 * Returns the records for one item: one, several, or none.
	 * @throws NodeApiError, NodeOperationError
	 */
	execute(context: IExecuteFunctions, itemIndex: number): Promise<IDataObject | IDataObject[]>;
}

/** An operation that serves all items with as few calls as it can. */
export interface BatchOperation extends OperationBase {
	/** Returns what became of each item, in the order of the input. */
	executeAll(context: IExecuteFunctions, itemCount: number): Promise<Outcome[]>;
}

export type Operation = ItemOperation | BatchOperation;

/** What became of one input item. The router makes an n8n error of whatever was thrown. */
export type Outcome = { records: IDataObject[] } | { error: unknown };

/** A resource with its operations, in the order in which the dropdown lists them. */
export interface Resource {
	option: { name: string; value: string };
	operations: Operation[];
}
