import fc from 'fast-check';
import failingSeeds from '../seeds.json';

/**
 * LONG_SEED is set by `npm run test:all`: the seed of many more random cases, another one at each run.
 * FEW_CASES is set for mutants: there are too many of them to meet all cases.
 */
const { LONG_SEED, FEW_CASES } = process.env;

export const isLong = LONG_SEED !== undefined;

/** How many random cases a property is tried with. */
export interface Runs {
	quick: number;
	/** As many more in `npm run test:all`. */
	long: number;
}

export function numberOfRuns({ quick, long }: Runs): number {
	if (isLong) return quick + long;
	return FEW_CASES ? Math.ceil(quick / 10) : quick;
}

/** A case that once failed: what fast-check prints, under the property's name. */
interface FailingSeed {
	property: string;
	seed: number;
	path: string;
}

/**
 * Tries a property with random cases, after those that failed before (test/seeds.json).
 * @param name names the property in test/seeds.json
 * @throws Error with the smallest failing case, its seed and path: add these to test/seeds.json
 */
export async function expectProperty<T>(
	name: string,
	property: fc.IRawProperty<T>,
	{ quick, long, ...parameters }: Runs & fc.Parameters<T>,
): Promise<void> {
	const kept: FailingSeed[] = failingSeeds;
	for (const { seed, path } of kept.filter((failing) => failing.property === name)) {
		await fc.assert(property, { ...parameters, seed, path, endOnFailure: true });
	}
	await fc.assert(property, { ...parameters, numRuns: numberOfRuns({ quick, long: 0 }) });
	if (!isLong) return;
	await fc.assert(property, { ...parameters, numRuns: long, seed: Number(LONG_SEED) });
}
