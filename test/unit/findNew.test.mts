import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';
import { findNewOrders } from '../../nodes/IdtExpress/api/findNew';

type Total = 'right' | 'null' | 'zero' | 'page' | 'oneMore' | 'tenfold' | 'huge' | 'capped';

interface Server {
	/** In the order of the list. */
	ids: string[];
	pageSize?: number;
	/** Whether it says how many rows a page has. */
	saysPageSize?: boolean;
	total?: Total;
	/** Rows that are counted, but never given. */
	withheld?: string[];
	/** What happens before which request. */
	before?: Record<number, () => void>;
	/** Whether the search checks the end of the list. */
	checksEnd?: boolean;
}

/** @returns what is found, and the pages that were read */
async function find(server: Server, accounted: number | null, known: Iterable<string>) {
	const { pageSize = 10, saysPageSize = true, total = 'right', before = {} } = server;
	const { withheld = [], checksEnd } = server;
	const pages: number[] = [];
	const knownIds = new Set(known);
	const readPage = async (page: number) => {
		pages.push(page);
		before[pages.length]?.();
		if (pages.length > 1000) throw new Error('It never ends');
		const ids = server.ids.slice((page - 1) * pageSize, page * pageSize);
		const all = server.ids.length;
		const totals: Record<Total, number | null> = {
			right: all,
			null: null,
			zero: 0,
			page: ids.length,
			oneMore: all + 1,
			tenfold: all * 10,
			huge: 2147483647,
			capped: Math.min(all, 20),
		};
		const records = ids.filter((id) => !withheld.includes(id)).map((id) => ({ id }));
		return { records, total: totals[total], pageSize: saysPageSize ? pageSize : null };
	};
	const isKnown = (row: IDataObject) => knownIds.has(String(row.id));
	const found = await findNewOrders(readPage, { accounted, isKnown, checksEnd });
	return { ...found, pages, ids: found.fresh.map(({ id }) => String(id)).sort() };
}

const range = (from: number, to: number) =>
	Array.from({ length: to - from }, (_, index) => String(from + index));

function arrange(ids: string[], order: string): string[] {
	if (order === 'newest first') return [...ids].reverse();
	if (order === 'oldest first') return ids;
	return [...ids].sort((a, b) => ((+a * 7919) % 1009) - ((+b * 7919) % 1009));
}

describe.each(['newest first', 'oldest first', 'in no order'])('in a list %s', (order) => {
	test.each([1, 10, 11, 1000])(
		'when none of %i orders is new, one request tells it',
		async (count) => {
			const ids = range(0, count);
			const found = await find({ ids: arrange(ids, order) }, count, ids);
			expect(found).toMatchObject({ ids: [], explained: true, total: count });
			// A full page that is said to be all may have another one behind it.
			expect(found.pages).toEqual(count === 10 ? [1, 2] : [1]);
		},
	);

	test('when three of 1,000 orders are new, they are found', async () => {
		const found = await find({ ids: arrange(range(0, 1003), order) }, 1000, range(0, 1000));
		expect(found).toMatchObject({ ids: ['1000', '1001', '1002'], explained: true });
		if (order !== 'in no order') expect(found.pages.length).toBeLessThanOrEqual(2);
	});

	test('when an order is placed meanwhile, the search begins again', async () => {
		const ids = arrange(range(0, 150), order);
		const server: Server = { ids };
		server.before = { 2: () => void (server.ids = arrange(range(0, 151), order)) };
		const found = await find(server, 120, range(0, 120));
		expect(found).toMatchObject({ ids: range(120, 151), explained: true });
	});

	test.each<Total>(['null', 'zero', 'page', 'oneMore', 'tenfold', 'huge'])(
		'when the total is wrong (%s), the list is read once, and no new order is missed',
		async (total) => {
			const ids = range(0, 95);
			let accounted: number | null = null;
			for (const added of [0, 1, 0, 25, 0]) {
				const known = [...ids];
				ids.push(...range(ids.length, ids.length + added));
				const found = await find({ ids: arrange(ids, order), total }, accounted, known);
				expect(found.ids).toEqual(ids.slice(known.length).sort());
				expect(new Set(found.pages).size).toBe(found.pages.length);
				expect(found.pages.length).toBeLessThanOrEqual(Math.ceil(ids.length / 10) + 5);
				accounted = found.explained ? found.total : null;
			}
		},
	);
});

describe('which pages are read', () => {
	const newestFirst = (count: number) => range(0, count).reverse();

	test.each<[string, Server, number, number[]]>([
		['25 new ones come first', { ids: newestFirst(1025) }, 1000, [1, 103, 2, 102, 3]],
		['25 new ones come last', { ids: range(0, 1025) }, 1000, [1, 103, 2, 102, 3, 101]],
		['5 new ones are on the last two pages', { ids: range(0, 1003) }, 998, [1, 101, 2, 100]],
		['the new one is the last of a full page', { ids: range(0, 20) }, 19, [1, 2]],
		[
			'the new one is in the middle',
			{ ids: [...range(0, 495), '1000', ...range(495, 1000)] },
			1000,
			[1, 101, 2, 100, ...range(3, 100).map(Number)],
		],
		[
			'the size of a page is not given',
			{ ids: range(0, 250), pageSize: 100, saysPageSize: false },
			249,
			[1, 3],
		],
		[
			'the size of a page is not given, and all are on one',
			{ ids: range(0, 99), pageSize: 100, saysPageSize: false },
			99,
			[1],
		],
	])('when %s, is as few as it takes', async (_name, server, accounted, pages) => {
		const found = await find(server, accounted, range(0, accounted));
		expect(found).toMatchObject({ explained: true, pages });
		expect(found.ids).toEqual(server.ids.filter((id) => Number(id) >= accounted).sort());
	});

	test.each([
		[[1], [1, 15, 1, 16]],
		[
			[1, 10],
			[1, 15, 1, 16, 1, 17],
		],
		// The third time, the list is read whole.
		[
			[1, 10, 10],
			[1, 15, 1, 16, 1, 17, 2, 3],
		],
	])('when %j orders are placed meanwhile, begins with %j', async (placed, pages) => {
		const server: Server = { ids: range(0, 150), before: {} };
		for (const [index, count] of placed.entries()) {
			server.before![2 * index + 2] = () => {
				server.ids = range(0, server.ids.length + count);
			};
		}
		const found = await find(server, 145, range(0, 145));
		expect(found.pages.slice(0, pages.length)).toEqual(pages);
		expect(found.ids).toEqual(range(145, server.ids.length).sort());
		expect(found.explained).toBe(true);
	});

	test('when the total is absurd, is hardly more than the list has', async () => {
		const found = await find({ ids: range(0, 95), total: 'huge' }, 90, range(0, 90));
		expect(found).toMatchObject({ ids: range(90, 95), explained: false });
		expect(found.pages.length).toBeLessThan(15);
	});

	test('when rows have no id, and pages beyond the end repeat it, is none before the first', async () => {
		const pages: number[] = [];
		const readPage = async (page: number) => {
			pages.push(page);
			return { records: [{ name: 'A' }], total: 21, pageSize: 10 };
		};
		await findNewOrders(readPage, { accounted: 0, isKnown: () => false });
		expect(Math.min(...pages)).toBe(1);
	});
});

describe('when the end of the list is checked', () => {
	test('and a server counts no further than two pages, a new order behind them is found', async () => {
		const server = { ids: range(0, 21), total: 'capped', checksEnd: true } as const;
		const found = await find(server, 20, range(0, 20));
		expect(found).toMatchObject({ ids: ['20'], explained: false });
	});

	test('one request more is sent, and none where the last page is not full', async () => {
		const checked = async (count: number) =>
			await find({ ids: range(0, count), checksEnd: true }, count, range(0, count));
		expect(await checked(20)).toMatchObject({ ids: [], explained: true, pages: [1, 3] });
		expect(await checked(15)).toMatchObject({ ids: [], explained: true, pages: [1] });
	});

	test('an empty list without a total takes what it takes otherwise', async () => {
		const found = await find({ ids: [], total: 'null', checksEnd: true }, 0, []);
		expect(found.ids).toEqual([]);
	});
});

test('when nothing was accounted for, a total of as many orders as there are explains all', async () => {
	const found = await find({ ids: range(0, 95) }, null, range(0, 90));
	expect(found).toMatchObject({ ids: range(90, 95), explained: true, total: 95 });
});

test('when a page in the middle is short, the orders on those after it are found', async () => {
	const withheld = range(23, 27);
	const found = await find({ ids: range(0, 95), withheld }, null, []);
	expect(found.ids).toEqual([...range(0, 23), ...range(27, 95)].sort());
	expect(found.explained).toBe(false);
});

test('when a known order is not shown, the number of new ones explains the total all the same', async () => {
	const ids = [...range(0, 495), '1000', ...range(495, 1000)];
	const found = await find({ ids, withheld: ['700'] }, 1000, range(0, 1000));
	expect(found).toMatchObject({ ids: ['1000'], explained: true, total: 1001 });
});

test('when a row is missing, the search does not say that it explains the total', async () => {
	const ids = range(0, 95);
	const found = await find({ ids, total: 'oneMore' }, 90, range(0, 90));
	expect(found).toMatchObject({ ids: range(90, 95), explained: false });
});

test('when rows have no id, or come twice, each order is found once', async () => {
	const readPage = async (page: number) => ({
		records: page === 1 ? [{}, { id: 7 }, { id: '7' }, { id: '8' }] : [],
		total: 4,
		pageSize: 10,
	});
	const isKnown = () => false;
	const { fresh } = await findNewOrders(readPage, { accounted: 0, isKnown });
	expect(fresh).toEqual([{ id: '7' }, { id: '8' }]);
});

test('whatever is new and however the list comes, all of it is found', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.nat({ max: 300 }),
			fc.nat({ max: 60 }),
			fc.constantFrom('newest first', 'oldest first', 'in no order'),
			fc.integer({ min: 2, max: 40 }),
			async (old, added, order, pageSize) => {
				const ids = arrange(range(0, old + added), order);
				const found = await find({ ids, pageSize }, old, range(0, old));
				expect(found.ids).toEqual(range(old, old + added).sort());
				expect(found.explained).toBe(true);
				expect(new Set(found.pages).size).toBe(found.pages.length);
			},
		),
		{ numRuns: 300 },
	);
});
