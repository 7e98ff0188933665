import type { IExecuteFunctions } from 'n8n-workflow';
import { apiError, trySend, type ApiRequest } from '../../api/request';
import type { ApiErrorDetail, ApiFailure } from '../../api/types';
import { trunkGroupField } from '../../shared/fields';
import { checkPhoneNumber, inputError, readList, readNumericId } from '../../shared/input';
import type { BatchOperation, Outcome } from '../../shared/operation';

/** What one input item asks for. `null` is the default trunk group. */
interface Assignment {
	itemIndex: number;
	trunkGroupId: number | null;
	numbers: string[];
}

/**
 * Items with the same target become one call.
 * @see reference: Set Trunk Group
 */
export const assignNumbers: BatchOperation = {
	option: {
		name: 'Assign Numbers',
		value: 'assignNumbers',
		action: 'Assign numbers to a trunk group',
		description: 'Send the calls of phone numbers to a trunk group',
	},
	fields: [
		{
			displayName: 'Calls to these numbers go to the switches of the trunk group at once.',
			name: 'assignNotice',
			type: 'notice',
			default: '',
		},
		{
			displayName: 'Use Default Trunk Group',
			name: 'useDefault',
			type: 'boolean',
			default: false,
			description: 'Whether the numbers follow the default trunk group of the account',
		},
		trunkGroupField({ displayOptions: { show: { useDefault: [false] } } }),
		{
			displayName: 'Numbers',
			name: 'numbers',
			type: 'string',
			typeOptions: { rows: 3 },
			default: '',
			required: true,
			placeholder: 'e.g. +1 207 406 3052, +44 20 7946 0958',
			description:
				'Phone numbers of the account, with commas or line breaks between them, or an array from an expression',
		},
	],
	async executeAll(context, itemCount) {
		const outcomes: Outcome[] = [];
		const assignments: Assignment[] = [];
		for (let itemIndex = 0; itemIndex < itemCount; itemIndex++) {
			try {
				assignments.push(readAssignment(context, itemIndex));
			} catch (error) {
				outcomes[itemIndex] = { error };
			}
		}
		// Without Continue On Fail the whole node fails: better before anything was changed.
		if (assignments.length < itemCount && !context.continueOnFail()) return outcomes;

		for (const group of groupByTarget(assignments)) {
			for (const [assignment, outcome] of await assign(context, group)) {
				outcomes[assignment.itemIndex] = outcome;
			}
		}
		return outcomes;
	},
};

function readAssignment(context: IExecuteFunctions, itemIndex: number): Assignment {
	const useDefault = context.getNodeParameter('useDefault', itemIndex, false) === true;
	const trunkGroupId = useDefault
		? null
		: readNumericId(context, 'trunkGroupId', 'Trunk Group', itemIndex);
	const texts = readList(
		context,
		context.getNodeParameter('numbers', itemIndex, ''),
		'Numbers',
		'number',
		itemIndex,
	);
	if (texts.length === 0) {
		throw inputError(
			context,
			itemIndex,
			'Numbers is empty',
			'Enter phone numbers with commas between them, or an expression that gives an array of them.',
		);
	}
	const numbers = texts.map((text) => checkPhoneNumber(context, text, itemIndex));
	return { itemIndex, trunkGroupId, numbers };
}

function groupByTarget(assignments: Assignment[]): Assignment[][] {
	const groups = new Map<number | null, Assignment[]>();
	for (const assignment of assignments) {
		const group = groups.get(assignment.trunkGroupId);
		if (group) group.push(assignment);
		else groups.set(assignment.trunkGroupId, [assignment]);
	}
	return [...groups.values()];
}

/** Assigns items of one target with one call; where the API refuses them, finds those to blame. */
async function assign(
	context: IExecuteFunctions,
	assignments: Assignment[],
): Promise<Array<[Assignment, Outcome]>> {
	if (assignments.length === 0) return [];
	const [{ itemIndex, trunkGroupId }] = assignments;
	const numbers = [...new Set(assignments.flatMap((assignment) => assignment.numbers))];
	const request: ApiRequest = {
		method: 'PUT',
		path: ['set_trunk_group'],
		body: { trunk_group_id: trunkGroupId, numbers },
		answers: 'nothing',
		itemIndex,
	};
	const result = await trySend(context, request);
	if (result.ok) {
		return assignments.map((assignment) => [
			assignment,
			{
				records: [{ success: true, trunk_group_id: trunkGroupId, numbers: assignment.numbers }],
			},
		]);
	}
	const { failure, attempts } = result;
	const fail = async (assignment: Assignment, own: ApiFailure): Promise<[Assignment, Outcome]> => [
		assignment,
		{
			error: await apiError(
				context,
				{ ...request, itemIndex: assignment.itemIndex },
				{ failure: own, attempts },
			),
		},
	];
	if (assignments.length === 1 || !isAboutNumbers(failure)) {
		return await Promise.all(
			assignments.map(async (assignment) => await fail(assignment, failure)),
		);
	}
	const results: Array<[Assignment, Outcome]> = [];
	const innocent: Assignment[] = [];
	for (const assignment of assignments) {
		const errors = failure.errors.filter((error) => blames(error, numbers, assignment));
		if (errors.length > 0) results.push(await fail(assignment, { ...failure, errors }));
		else innocent.push(assignment);
	}
	// Where the API does not say which numbers it means, halving finds them in few calls.
	const parts = results.length > 0 ? [innocent] : halves(assignments);
	for (const part of parts) results.push(...(await assign(context, part)));
	return results;
}

/** Whether leaving some numbers out may help: not for a wrong trunk group, key, or server fault. */
function isAboutNumbers(failure: ApiFailure): boolean {
	const NUMBER_CODES = [1000, 1001, 1002, 4001];
	return (
		failure.kind === 'refused' &&
		failure.errors.some(
			({ code, source, field }) =>
				NUMBER_CODES.includes(code ?? 0) && !/trunk_group/.test(`${source} ${field}`),
		)
	);
}

/** Whether an error means a number of this item: it points at it (JSON Pointer) or names it. */
function blames(error: ApiErrorDetail, sent: string[], { numbers }: Assignment): boolean {
	const index = /^\/numbers\/(\d+)$/.exec(error.source ?? '')?.[1];
	const pointed = index === undefined ? '' : (sent[Number(index)] ?? '');
	const named: string[] = error.detail.match(/\d{7,}/g) ?? [];
	return numbers.some((number) => number === pointed || named.includes(number));
}

function halves<T>(list: T[]): [T[], T[]] {
	const middle = Math.ceil(list.length / 2);
	return [list.slice(0, middle), list.slice(middle)];
}
