/** The middle of some values, and how far they lie apart. */
export interface Spread {
	median: number;
	min: number;
	max: number;
}

export function spread(values: number[]): Spread {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = Math.floor(sorted.length / 2);
	const median =
		sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
	return { median, min: sorted[0], max: sorted[sorted.length - 1] };
}

/**
 * The ratios round by round, as far as both took part: what slows a whole round down (another program)
 * cancels out.
 */
export function ratios(values: number[], toValues: number[]): Spread {
	const rounds = Math.min(values.length, toValues.length);
	return spread(values.slice(0, rounds).map((value, round) => value / toValues[round]));
}
