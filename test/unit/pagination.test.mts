import fc from 'fast-check';
import { collectPages, type Page } from '../../nodes/IdtExpress/api/pagination';

/** A paged list of the numbers 1…total, with pages no larger than `cap`. */
function list(total: number, cap: number, tellTotal = true) {
	const asked: Array<[page: number, size: number]> = [];
	const fetchPage = async (page: number, pageSize: number): Promise<Page<number>> => {
		asked.push([page, pageSize]);
		const size = Math.min(pageSize, cap);
		const begin = (page - 1) * size;
		const records = Array.from(
			{ length: Math.max(0, Math.min(size, total - begin)) },
			(_, index) => begin + index + 1,
		);
		return { records, total: tellTotal ? total : null };
	};
	return { fetchPage, asked };
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const identify = String;

test('reads every page whatever page size the server gives, in order, each record once', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.nat({ max: 500 }),
			fc.integer({ min: 1, max: 150 }),
			fc.boolean(),
			fc.integer({ min: 1, max: 8 }),
			async (total, cap, tellTotal, concurrency) => {
				const { fetchPage } = list(total, cap, tellTotal);
				expect(await collectPages(fetchPage, { identify, concurrency })).toEqual(upTo(total));
			},
		),
	);
});

test('a limit asks for no more pages than it needs', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.nat({ max: 500 }),
			fc.integer({ min: 1, max: 150 }),
			fc.integer({ min: 1, max: 400 }),
			fc.integer({ min: 1, max: 8 }),
			async (total, cap, limit, concurrency) => {
				const { fetchPage, asked } = list(total, cap);
				const records = await collectPages(fetchPage, { limit, identify, concurrency });
				expect(records).toEqual(upTo(Math.min(total, limit)));
				const size = Math.min(100, limit, cap);
				expect(asked).toHaveLength(Math.max(1, Math.ceil(Math.min(total, limit) / size)));
				expect(asked.every(([, pageSize]) => pageSize === Math.min(100, limit))).toBe(true);
			},
		),
	);
});

test('a limit on chosen records reads on only until it has them', async () => {
	const { fetchPage, asked } = list(1000, 100);
	const accept = (record: number) => record % 50 === 0;
	const options = { limit: 3, accept, identify, concurrency: 5 };
	expect(await collectPages(fetchPage, options)).toEqual([50, 100, 150]);
	expect(asked).toEqual([
		[1, 100],
		[2, 100],
	]);
});

test('pages are read several at a time, but no more than allowed', async () => {
	const { fetchPage } = list(1000, 100);
	let underWay = 0;
	let most = 0;
	await collectPages(
		async (page, size) => {
			most = Math.max(most, ++underWay);
			await new Promise((resolve) => setImmediate(resolve));
			underWay--;
			return await fetchPage(page, size);
		},
		{ identify, concurrency: 4 },
	);
	expect(most).toBe(4);
});

test('rows that slip between pages while the list is read are found all the same', async () => {
	// A row of page 1 goes away after page 1 was read: 101 slips onto page 1 and is never seen.
	let rows = upTo(250);
	const fetchPage = async (page: number): Promise<Page<number>> => {
		const records = rows.slice((page - 1) * 100, page * 100);
		const total = rows.length;
		if (page === 1) rows = rows.filter((row) => row !== 7);
		return { records, total };
	};
	const records = await collectPages(fetchPage, { identify, concurrency: 1 });
	expect(records).toContain(101);
	expect(new Set(records).size).toBe(records.length);
});

test('a list that never stands still is given up on after a few readings', async () => {
	let total = 300;
	let requests = 0;
	const fetchPage = async (page: number): Promise<Page<number>> => {
		requests++;
		total++;
		return { records: upTo(100).map((row) => row + (page - 1) * 100), total };
	};
	await collectPages(fetchPage, { identify, concurrency: 1 });
	// Three readings of the four pages that the total then promises.
	expect(requests).toBe(3 * 4);
});

test('a total that grows after the last page does not lose the row', async () => {
	let rows = upTo(100);
	const fetchPage = async (page: number): Promise<Page<number>> => {
		const records = rows.slice((page - 1) * 50, page * 50);
		if (page === 1) rows = [0, ...rows];
		return { records, total: rows.length };
	};
	expect(await collectPages(fetchPage, { identify, concurrency: 1 })).toContain(100);
});

test('a failed page fails the whole', async () => {
	const { fetchPage } = list(300, 100);
	const failing = async (page: number, size: number) => {
		if (page === 3) throw new Error('page 3');
		return await fetchPage(page, size);
	};
	await expect(collectPages(failing, { identify, concurrency: 2 })).rejects.toThrow('page 3');
});

test('a list that ends with a full page needs no request more', async () => {
	const { fetchPage, asked } = list(100, 100);
	expect(await collectPages(fetchPage, { identify, concurrency: 1 })).toHaveLength(100);
	expect(asked).toHaveLength(1);
});

test('without a total a short page is the last', async () => {
	const { fetchPage, asked } = list(150, 100, false);
	expect(await collectPages(fetchPage, { identify, concurrency: 5 })).toHaveLength(150);
	expect(asked).toHaveLength(2);
});

test('a limit within a page returns no more than that', async () => {
	const { fetchPage, asked } = list(50, 20);
	const options = { limit: 30, identify, concurrency: 1 };
	expect(await collectPages(fetchPage, options)).toEqual(upTo(30));
	expect(asked).toHaveLength(2);
});

test('a limit is not reached by rows that come twice', async () => {
	const fetchPage = async (page: number): Promise<Page<number>> => ({
		records: page === 1 ? [1, 1, 2] : [2, 3, 4],
		total: 6,
	});
	expect(await collectPages(fetchPage, { limit: 4, identify, concurrency: 1 })).toEqual([
		1, 2, 3, 4,
	]);
});

test.each([
	[{ accept: (): boolean => true }, 4],
	[{ limit: 900 }, 4],
	[{ limit: 900, accept: (): boolean => true }, 1],
])('with %j, %d pages are read at the same time', async (options, expected) => {
	const { fetchPage } = list(1000, 100);
	let underWay = 0;
	let most = 0;
	await collectPages(
		async (page, size) => {
			most = Math.max(most, ++underWay);
			await new Promise((resolve) => setImmediate(resolve));
			underWay--;
			return await fetchPage(page, size);
		},
		{ identify, concurrency: 4, ...options },
	);
	expect(most).toBe(expected);
});

test('a slow page holds up no page that is to come', async () => {
	const { fetchPage } = list(1000, 100);
	let sixIsAsked: () => void;
	const six = new Promise<void>((resolve) => (sixIsAsked = resolve));
	const records = await collectPages(
		async (page, size) => {
			if (page === 6) sixIsAsked();
			if (page === 3) await six;
			return await fetchPage(page, size);
		},
		{ identify, concurrency: 4 },
	);
	expect(records).toEqual(upTo(1000));
});

test('a page that fails before its turn is listened to, and thrown once nothing is under way', async () => {
	const { fetchPage, asked } = list(1000, 100);
	const failing = Promise.reject(new Error('page 4'));
	const listening = jest.spyOn(failing, 'then');
	let heardInTime = false;
	let underWay = 0;
	const read = async (page: number, size: number) => {
		underWay++;
		// A whole turn of the event loop: by then Node ends a process in which nobody listens.
		await new Promise((resolve) => setImmediate(resolve));
		if (page === 2) heardInTime = listening.mock.calls.length > 0;
		underWay--;
		return await fetchPage(page, size);
	};
	const reading = collectPages((page, size) => (page === 4 ? failing : read(page, size)), {
		identify,
		concurrency: 4,
	});
	await expect(reading).rejects.toThrow('page 4');
	expect({ heardInTime, underWay }).toEqual({ heardInTime: true, underWay: 0 });
	expect(asked.map(([page]) => page)).toEqual([1, 2, 3, 5, 6, 7]);
});
