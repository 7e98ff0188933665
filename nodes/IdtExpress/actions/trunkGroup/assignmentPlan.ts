/** Numbers that are to be moved to one trunk group, for one input item. */
export interface Assignment {
	/** The account that the numbers belong to. */
	account: string;
	/** `null` is the default trunk group. */
	target: number | null;
	/** In the API's form. */
	numbers: string[];
}

/**
 * Decides which assignments are sent together, and in which order, so that every number ends where
 * it would if they were sent one by one. Assignments with the same target go together; only where a
 * number gets several targets, one group is sent after the other:
 *
 * (to 2: A), (to 1: B), (to 2: B) becomes (to 1: B), (to 2: A and B).
 *
 * @returns groups of places in the list, in the order in which to send them
 */
export function planAssignments(assignments: Assignment[]): number[][] {
	// From the last to the first: a number's earlier target must be sent before its later ones.
	const groups = new Map<string, { before: number; places: number[] }>();
	const later = new Map<string, { target: number | null; before: number }>();
	for (const [place, { account, target, numbers }] of [...assignments.entries()].reverse()) {
		const before = numbers.reduce((most, number) => {
			const next = later.get(`${account} ${number}`);
			if (!next) return most;
			return Math.max(most, next.target === target ? next.before : next.before + 1);
		}, 0);
		for (const number of numbers) later.set(`${account} ${number}`, { target, before });
		const key = `${account} ${target} ${before}`;
		const group = groups.get(key) ?? { before, places: [] };
		group.places.unshift(place);
		groups.set(key, group);
	}
	return [...groups.values()]
		.sort((a, b) => b.before - a.before || a.places[0] - b.places[0])
		.map(({ places }) => places);
}
