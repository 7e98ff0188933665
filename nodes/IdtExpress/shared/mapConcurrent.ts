/** @returns what makes at most `free` calls at a time; the others wait in the order in which they came */
export function limiter(free: number) {
	const waiting: Array<() => void> = [];
	return async <T>(call: () => Promise<T>): Promise<T> => {
		if (free > 0) free--;
		else await new Promise<void>((resolve) => waiting.push(resolve));
		try {
			return await call();
		} finally {
			const next = waiting.shift();
			if (next) next();
			else free++;
		}
	};
}

/**
 * Maps a list with at most `limit` calls under way; results come in the order of the list. After a
 * failure no further call is begun, and the first failure (in order of the list) is thrown once
 * those under way are done.
 */
export async function mapConcurrent<T, R>(
	list: readonly T[],
	limit: number,
	map: (entry: T, index: number) => Promise<R>,
): Promise<R[]> {
	const results: R[] = [];
	const failures: unknown[] = [];
	const limited = limiter(limit);
	const mapEntry = async (entry: T, index: number) => {
		if (failures.length > 0) return;
		try {
			results[index] = await map(entry, index);
		} catch (error) {
			failures[index] = error;
		}
	};
	await Promise.all(list.map(async (entry, index) => await limited(() => mapEntry(entry, index))));
	if (failures.length > 0) throw Object.values(failures)[0];
	return results;
}
