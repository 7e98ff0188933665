import fc from 'fast-check';
import { DEVIATIONS, type DeviationKind, type Deviations } from './deviations.mts';
import type { Fault } from './faults.mts';

/** Deviations and lost answers for tests that draw them at random. */

/**
 * @param kinds what may deviate
 * @param most how many at once; most drawings have none or one
 */
export function anyDeviations(kinds: readonly DeviationKind[], most = 2): fc.Arbitrary<Deviations> {
	const possible = Object.entries(DEVIATIONS).filter(([, entry]) =>
		entry.kinds.some((kind) => kinds.includes(kind)),
	);
	const one = fc
		.constantFrom(...possible)
		.chain(([name, { values }]) => fc.record({ [name]: fc.constantFrom<unknown>(...values) }));
	return fc
		.array(one, { maxLength: most })
		.map((chosen): Deviations => Object.assign({}, ...chosen));
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
