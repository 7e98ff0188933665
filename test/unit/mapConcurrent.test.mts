import { mapConcurrent } from '../../nodes/IdtExpress/shared/mapConcurrent';

test.each([1, 2, 3, 7])(
	'when %i calls are allowed, makes one call for each entry',
	async (limit) => {
		const calls: Array<[string | undefined, number]> = [];
		await mapConcurrent(['a', 'b', 'c'], limit, async (entry, index) => {
			calls.push([entry, index]);
			if (calls.length > 3) throw new Error('more calls than entries');
		});
		expect(calls).toEqual([
			['a', 0],
			['b', 1],
			['c', 2],
		]);
	},
);

test('keeps the order of the list, and no more calls under way than allowed', async () => {
	let underWay = 0;
	let most = 0;
	const results = await mapConcurrent([5, 1, 4, 2, 3], 2, async (entry, index) => {
		most = Math.max(most, ++underWay);
		for (let turn = 0; turn < entry; turn++) await Promise.resolve();
		underWay--;
		return `${index}:${entry}`;
	});
	expect(results).toEqual(['0:5', '1:1', '2:4', '3:2', '4:3']);
	expect(most).toBe(2);
});

test('begins nothing after a failure and throws the first one in order of the list', async () => {
	const begun: number[] = [];
	const release: Array<() => void> = [];
	const work = mapConcurrent([0, 1, 2, 3], 2, async (entry) => {
		begun.push(entry);
		if (entry === 0) await new Promise<void>((resolve) => release.push(resolve));
		throw new Error(`entry ${entry}`);
	});
	await Promise.resolve();
	release[0]();
	await expect(work).rejects.toThrow('entry 0');
	expect(begun).toEqual([0, 1]);
});

test('an empty list needs no call', async () => {
	expect(await mapConcurrent([], 3, async () => 1)).toEqual([]);
});
