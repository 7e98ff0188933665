import fc from 'fast-check';
import {
	planAssignments,
	type Assignment,
} from '../../nodes/IdtExpress/actions/trunkGroup/assignmentPlan';

const to = (target: number | null, numbers: string, account = 'a'): Assignment => ({
	account,
	target,
	numbers: numbers.split(''),
});

it.each([
	['the same target', [to(2, 'A'), to(2, 'B')], [[0, 1]]],
	['two targets', [to(2, 'A'), to(1, 'B'), to(2, 'C')], [[0, 2], [1]]],
	['a number with two targets', [to(2, 'A'), to(1, 'B'), to(2, 'B')], [[1], [0, 2]]],
	['a number there and back', [to(1, 'A'), to(2, 'A'), to(1, 'A')], [[0], [1], [2]]],
	[
		'numbers that change places',
		[to(1, 'A'), to(2, 'B'), to(2, 'A'), to(1, 'B')],
		[[0], [1], [2], [3]],
	],
	['a number twice with one target', [to(1, 'A'), to(1, 'A')], [[0, 1]]],
	['the default trunk group', [to(null, 'A'), to(1, 'B'), to(null, 'C')], [[0, 2], [1]]],
	['two accounts', [to(1, 'A', 'a'), to(1, 'A', 'b'), to(1, 'B', 'a')], [[0, 2], [1]]],
	['nothing', [], []],
])('when there is %s, sends %j as %j', (_name, assignments, expected) => {
	expect(planAssignments(assignments)).toEqual(expected);
});

/** Where every number ends when the assignments are sent in this order. */
function outcome(assignments: Assignment[]): Record<string, number | null> {
	const ends: Record<string, number | null> = {};
	for (const { account, target, numbers } of assignments) {
		for (const number of numbers) ends[account + number] = target;
	}
	return ends;
}

it('when assignments are drawn at random, ends as one by one, with no more requests', () => {
	const assignment = fc.record({
		account: fc.constantFrom('a', 'b'),
		target: fc.constantFrom(1, 2, 3, null),
		numbers: fc.array(fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F'), {
			minLength: 1,
			maxLength: 3,
		}),
	});
	fc.assert(
		fc.property(fc.array(assignment, { maxLength: 12 }), (assignments) => {
			const groups = planAssignments(assignments);
			expect(groups.flat().sort((a, b) => a - b)).toEqual(assignments.map((_, place) => place));
			for (const group of groups) {
				const targets = new Set(
					group.map((place) => `${assignments[place].account} ${assignments[place].target}`),
				);
				expect(targets.size).toBe(1);
			}
			expect(outcome(groups.flat().map((place) => assignments[place]))).toEqual(
				outcome(assignments),
			);
		}),
	);
});
