import fc from 'fast-check';
import { DEVIATIONS, type DeviationKind, type Deviations } from './deviations.mts';
import type { Fault } from './faults.mts';

/** Deviations and lost answers for tests that try all of them, or draw some at random. */

/** @returns each deviation of these kinds with each of its values, and a name for it */
export function everyDeviation(kinds?: readonly DeviationKind[]): Array<[string, Deviations]> {
	return Object.entries(DEVIATIONS)
		.filter(([, entry]) => !kinds || entry.kinds.some((kind) => kinds.includes(kind)))
		.flatMap(([name, { values }]) =>
			values.map((value: unknown): [string, Deviations] => [
				`${name}: ${JSON.stringify(value)}`,
				{ [name]: value },
			]),
		);
}

/** @returns none in two of three drawings, else one or two of these kinds */
export function anyDeviations(kinds?: readonly DeviationKind[]): fc.Arbitrary<Deviations> {
	const one = fc.constantFrom(...everyDeviation(kinds)).map(([, deviations]) => deviations);
	return fc.oneof(
		{ weight: 2, arbitrary: fc.constant({}) },
		fc
			.array(one, { minLength: 1, maxLength: 2 })
			.map((chosen): Deviations => Object.assign({}, ...chosen)),
	);
}

/** How an answer gets lost, or does not look like one, after the request was carried out. */
export const anyLostAnswer: fc.Arbitrary<Fault> = fc
	.oneof(
		fc.constantFrom<Fault>(
			{ kind: 'drop' },
			{ kind: 'cutBody' },
			{ kind: 'truncate' },
			{ kind: 'empty' },
			{ kind: 'html', status: 200 },
		),
		fc
			.constantFrom(301, 302, 303, 307, 308)
			.map((status): Fault => ({ kind: 'redirect', status, body: 'http://127.0.0.1:9/elsewhere' })),
		fc
			.tuple(
				fc.constantFrom('html' as const, 'status' as const),
				fc.constantFrom(400, 403, 404, 408, 409, 413, 425, 429, 499, 500, 502, 503, 504, 524),
			)
			.map(([kind, status]): Fault => ({ kind, status })),
	)
	.map((fault) => ({ ...fault, when: 'after' }));
