/**
 * A source of chance that gives the same numbers for the same seed (xorshift).
 * @returns what stands for Math.random
 */
export function chance(seed: number): () => number {
	let x = (seed ^ 0x9e3779b9) | 0 || 1;
	return () => {
		x ^= x << 13;
		x ^= x >>> 17;
		x ^= x << 5;
		return (x >>> 0) / 2 ** 32;
	};
}
