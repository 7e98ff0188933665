import type { NodeApiError } from 'n8n-workflow';
import { apiError } from '../../api/errors';
import { trySend } from '../../api/request';
import type { ApiRequest, FailedResult } from '../../api/types';
import type { RunSession } from '../../api/session';
import { timing } from '../../api/timing';
import { group, phoneNumbers, shortened, toggle, type Field } from '../../shared/field';
import { trunkGroupId } from '../../shared/fields';
import { batchOperation, type Outcome } from '../operation';
import { isAboutNumbers, isTooLarge, namedNumbers, SURELY_SMALL } from './assignmentFailure';
import { planAssignments, type Assignment } from './assignmentPlan';

const useDefault = toggle({
	name: 'useDefault',
	label: 'Use Default Trunk Group',
	description: 'Whether the numbers use the default trunk group of the account',
});

const chosen = trunkGroupId.with({
	hint: "IDT Express writes the default trunk group as null: for it, turn on 'Use Default Trunk Group'",
	displayOptions: { hide: { useDefault: [true] } },
});

/** `null` is the default trunk group. */
const target: Field<number | null> = group([useDefault, chosen], (...place) =>
	useDefault.read(...place) ? null : chosen.read(...place),
);

const numbers = phoneNumbers({
	name: 'numbers',
	label: 'Numbers',
	apiName: 'numbers',
	placeholder: 'e.g. +1 207 406 3052, +44 20 7946 0958',
	description:
		'Phone numbers of the account, with commas or line breaks between them, or an array from an expression',
	hint: "An order lists its numbers when they are delivered: set 'Wait for Fulfillment' in Order → Create",
});

/** An assignment with the input item that it is for. */
interface ItemAssignment extends Assignment {
	itemIndex: number;
	/** Its place among the outcomes. */
	place: number;
}

/**
 * Items with the same target become one request.
 * @see docs/api.md#set-trunk-group
 */
export const assignNumbers = batchOperation({
	option: {
		name: 'Assign Numbers',
		value: 'assignNumbers',
		action: 'Assign numbers to trunk group (reroutes calls)',
		description: 'Assign phone numbers to a trunk group: it gets the calls to these numbers',
	},
	fields: { target, numbers },
	done: {
		verb: 'assigned',
		describe({ numbers: assigned, trunk_group_id }) {
			const list = Array.isArray(assigned) ? assigned : [];
			const what = list.length > 3 ? `${list.length} numbers` : list.join(', ');
			return `${what} to ${nameOf(trunk_group_id)}`;
		},
	},
	async run(session, wishes, keepGoing) {
		const outcomes: Outcome[] = [];
		const assignments: ItemAssignment[] = [];
		for (const [place, { itemIndex, input }] of wishes.entries()) {
			try {
				const account = await session.account(itemIndex);
				assignments.push({ ...input, account, itemIndex, place });
			} catch (error) {
				outcomes[place] = { error };
				if (!keepGoing) return outcomes;
			}
		}
		/** How many numbers a request may have, as far as is known. */
		const size = { most: Infinity };
		for (const places of planAssignments(assignments)) {
			const together = places.map((place) => assignments[place]);
			const failed = await assign(session, together, { keepGoing, size, outcomes });
			if (failed && !keepGoing) break;
		}
		return outcomes;
	},
});

interface Progress {
	keepGoing: boolean;
	size: { most: number };
	outcomes: Outcome[];
}

/**
 * Makes assignments with the same target, with as few requests as the API allows.
 * @returns whether one of them failed
 */
async function assign(
	session: RunSession,
	together: ItemAssignment[],
	{ keepGoing, size, outcomes }: Progress,
): Promise<boolean> {
	const [{ target: trunkGroup }] = together;
	const assigned = new Set<string>();
	let open = together;
	const parts = [[...new Set(together.flatMap((item) => item.numbers))]];
	for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
		const needed = new Set(open.flatMap((item) => item.numbers));
		const sent = part.filter((number) => needed.has(number));
		if (sent.length === 0) continue;
		if (sent.length > size.most) {
			parts.unshift(sent.slice(0, size.most), sent.slice(size.most));
			continue;
		}
		const inPart = new Set(sent);
		const concerned = open.filter((item) => item.numbers.some((number) => inPart.has(number)));
		const request: ApiRequest = {
			method: 'PUT',
			path: ['set_trunk_group'],
			body: { trunk_group_id: trunkGroup, numbers: sent },
			// Where a large request gets no answer in time, a smaller one is sent in its place.
			budget: sent.length > SURELY_SMALL ? timing.requestTimeout : undefined,
			itemIndex: concerned[0].itemIndex,
		};
		const result = await trySend(session, request);
		if (result.ok) {
			for (const number of sent) assigned.add(number);
			continue;
		}
		const { failure } = result;
		const named = new Set(namedNumbers(failure, sent));
		const blamed = concerned.filter((item) => item.numbers.some((number) => named.has(number)));
		const isUnclear = blamed.length === 0 && isAboutNumbers(failure);
		const half = Math.ceil(sent.length / 2);
		const isLarge = isTooLarge(failure, sent);
		if (isLarge) size.most = half;
		// Where the API does not say which numbers it means, halving finds them in few requests.
		if (isLarge || (isUnclear && keepGoing && concerned.length > 1)) {
			parts.unshift(sent.slice(0, half), sent.slice(half));
			continue;
		}
		const unfinished = open.filter((item) => !isDone(item, assigned));
		// A wrong trunk group, key, or a server fault would be the same for all.
		const failing = isUnclear ? concerned : blamed.length > 0 ? blamed : unfinished;
		// The router lists the items that were assigned as a whole.
		const partly = unfinished
			.flatMap((item) => item.numbers)
			.filter((number) => assigned.has(number));
		for (const item of failing) {
			const isOwn = (number: string) => !keepGoing || item.numbers.includes(number);
			const failed = { ...result, request: { ...request, itemIndex: item.itemIndex } };
			outcomes[item.place] = {
				error: assignmentError(session, failed, {
					refused: [...named].filter(isOwn),
					assigned: partly.filter(isOwn),
					suspected: isUnclear && sent.length > 1 ? sent : [],
				}),
			};
		}
		open = open.filter((item) => !failing.includes(item));
		if (!keepGoing) break;
		parts.unshift(sent);
	}
	for (const item of open) {
		if (!isDone(item, assigned)) continue;
		outcomes[item.place] = {
			records: [{ success: true, trunk_group_id: trunkGroup, numbers: item.numbers }],
		};
	}
	return open.length < together.length;
}

function isDone({ numbers: wanted }: Assignment, assigned: Set<string>): boolean {
	return wanted.every((number) => assigned.has(number));
}

/** The error of an item. It names all numbers: the API's own words may name some, or their places. */
function assignmentError(
	session: RunSession,
	failed: FailedResult,
	{ refused, assigned, suspected }: Record<'refused' | 'assigned' | 'suspected', string[]>,
): NodeApiError {
	// The places are those in the request, where the numbers of several items are together.
	const errors = failed.failure.errors.map((error) => ({
		...error,
		source: error.source?.replace(/^\/numbers\/\d+/, '/numbers') ?? null,
	}));
	const failure = { ...failed.failure, errors };
	const error = apiError(session, { ...failed, failure });
	const isNamed = refused.length === 1 && errors.some(({ detail }) => detail.includes(refused[0]));
	const more = [
		refused.length > 0 && !isNamed && `Refused: ${refused.join(', ')}.`,
		suspected.length > 0 &&
			`IDT Express does not say which of these it refuses: ${shortened(suspected.join(', '))}. To ` +
				"find out, give each an item of its own, with 'On Error' set to Continue.",
		assigned.length > 0 && `Assigned before this: ${assigned.join(', ')}.`,
	];
	error.description = [error.description, ...more].filter(Boolean).join(' ');
	return error;
}

function nameOf(trunkGroup: unknown): string {
	return trunkGroup === null ? 'the default trunk group' : `trunk group ${String(trunkGroup)}`;
}
