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
	const failures = new Map<number, unknown>();
	let next = 0;
	const worker = async () => {
		while (next < list.length && failures.size === 0) {
			const index = next++;
			try {
				results[index] = await map(list[index], index);
			} catch (error) {
				failures.set(index, error);
			}
		}
	};
	await Promise.all(Array.from({ length: Math.min(limit, list.length) }, worker));
	if (failures.size > 0) throw failures.get(Math.min(...failures.keys()));
	return results;
}
