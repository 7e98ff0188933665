import fc from 'fast-check';
import {
	collectPages,
	iteratePages,
	PAGE_SIZE,
	type CollectOptions,
	type FetchPage,
	type Page,
} from '../../nodes/IdtExpress/api/pages';

/** How a server may give a list of the numbers 1…count. */
interface Server {
	count: number;
	/** The largest page that it gives. */
	most?: number;
	/** The rows of every page, whatever is asked for. */
	fixedSize?: number;
	/** What it says of the page size. */
	says?: 'real' | 'asked' | 'nothing';
	total?: (rowsOfPage: number) => number | null;
	/** What it gives beyond the last page. */
	beyond?: 'nothing' | 'last page' | 'refused';
	ignoresPage?: boolean;
	/** What a page larger than documented does. */
	large?: 'served' | 'fails';
}

function serve(server: Server) {
	const asked: Array<[page: number, size: number]> = [];
	const { count, most = 1000, fixedSize, says = 'real', total = () => count } = server;
	const fetchPage: FetchPage<number> = async (page, pageSize) => {
		asked.push([page, pageSize]);
		if (asked.length > 3_000) throw new Error('It never ends');
		const isTrial = page === 1 && pageSize > PAGE_SIZE;
		if (isTrial && server.large === 'fails') return { records: [], total: null, pageSize: null };
		const size = fixedSize ?? Math.min(pageSize, most);
		const last = Math.max(1, Math.ceil(count / size));
		const given = server.ignoresPage
			? 1
			: server.beyond === 'last page'
				? Math.min(page, last)
				: page;
		const begin = (given - 1) * size;
		if (server.beyond === 'refused' && given > last) throw new Error('HTTP 400');
		const length = Math.max(0, Math.min(size, count - begin));
		const records = Array.from({ length }, (_, index) => begin + index + 1);
		const told = { real: size, asked: pageSize, nothing: null };
		return { records, total: total(length), pageSize: told[says] };
	};
	return { fetchPage, asked };
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

async function collect(
	fetchPage: FetchPage<number>,
	options: Partial<CollectOptions<number>> = {},
) {
	return await collectPages(fetchPage, {
		identify: String,
		concurrency: 5,
		isTotalOfList: true,
		...options,
	});
}

const anyServer = fc.record({
	count: fc.nat({ max: 700 }),
	most: fc.integer({ min: 1, max: 150 }),
	says: fc.constantFrom('real', 'nothing'),
	beyond: fc.constantFrom('nothing', 'last page'),
} as const);

test('when totals are right, wrong or absent, all rows are read, in order, each once', async () => {
	await fc.assert(
		fc.asyncProperty(
			anyServer,
			fc.constantFrom<(count: number) => Server['total']>(
				(count) => () => count,
				() => () => null,
				() => () => 0,
				() => (rows) => rows,
				(count) => () => Math.floor(count / 2),
			),
			fc.integer({ min: 1, max: 8 }),
			fc.boolean(),
			async (server, total, concurrency, isTotalOfList) => {
				const { fetchPage } = serve({ ...server, total: total(server.count) });
				const { records, completeness } = await collect(fetchPage, { concurrency, isTotalOfList });
				expect(records).toEqual(upTo(server.count));
				expect(completeness).toBe('complete');
			},
		),
	);
});

test('when a limit is set, no more rows come than that, and no page more is read than needed', async () => {
	await fc.assert(
		fc.asyncProperty(
			anyServer,
			fc.integer({ min: 1, max: 400 }),
			fc.integer({ min: 1, max: 8 }),
			async (server, limit, concurrency) => {
				const { fetchPage, asked } = serve(server);
				const { records } = await collect(fetchPage, { limit, concurrency });
				expect(records).toEqual(upTo(Math.min(server.count, limit)));
				const size = Math.min(100, limit, server.most);
				const needed = Math.ceil(Math.min(server.count, limit) / size);
				// Where the list is shorter than the limit, one more request may show its end.
				expect(asked.length).toBeLessThanOrEqual(needed + (server.count < limit ? 1 : 0));
			},
		),
	);
});

describe('how many requests a list takes', () => {
	test.each<[string, Server, boolean, number]>([
		['an empty list', { count: 0 }, true, 1],
		['an empty list, its page size not given', { count: 0, says: 'nothing' }, true, 1],
		// Twice, and a page more than the first each time.
		['an empty list that is said to have rows', { count: 0, total: () => 250 }, true, 4],
		['a page that is not full', { count: 99 }, true, 1],
		['a page that is not full, its size not told', { count: 99, says: 'nothing' }, true, 2],
		['a full page, for a total is no proof', { count: 100 }, true, 2],
		["one hit of a filter, the total is the account's", { count: 1, total: () => 3000 }, false, 1],
		[
			'one hit of a filter, the size is not told',
			{ count: 1, total: () => 3000, says: 'nothing' },
			false,
			2,
		],
		["100 hits, the total is the account's", { count: 100, total: () => 3000 }, false, 2],
		["250 hits, the total is the account's", { count: 250, total: () => 3000 }, false, 3],
		["850 hits, the total is the account's", { count: 850, total: () => 3000 }, false, 10],
		['850 hits, the total is theirs', { count: 850 }, false, 10],
		['850 hits, no total', { count: 850, total: () => null }, false, 9],
		['500 hits, the total is theirs', { count: 500 }, false, 6],
		['850 rows', { count: 850 }, true, 9],
		[
			'a server that ignores the page',
			{ count: 250, ignoresPage: true, total: () => null },
			true,
			2,
		],
	])('%s', async (_name, server, isTotalOfList, requests) => {
		const { fetchPage, asked } = serve(server);
		await collect(fetchPage, { isTotalOfList });
		expect(asked).toHaveLength(requests);
	});

	test.each<Partial<CollectOptions<number>>>([
		{},
		{ limit: 500 },
		{ limit: 5 },
		{ limit: 5, filter: () => true },
	])('when the options are %j, a page of the documented size is asked for', async (options) => {
		const { fetchPage, asked } = serve({ count: 50 });
		await collect(fetchPage, options);
		expect(asked).toEqual([[1, 100]]);
	});

	test('when rows of one page come again on the next in place of others, the list is read again', async () => {
		// As databases do where rows are equal in what they are sorted by.
		const readings = [[50, ...upTo(200).slice(101)], upTo(200).slice(100)];
		const fetchPage: FetchPage<number> = async (page) => {
			const records = page === 1 ? upTo(100) : page === 2 ? (readings.shift() ?? []) : [];
			return { records, total: 200, pageSize: 100 };
		};
		const { records, completeness } = await collect(fetchPage);
		expect(completeness).toBe('complete');
		expect([...records].sort((a, b) => a - b)).toEqual(upTo(200));
	});

	test('when the total counts a row twice that is listed twice, the list ends all the same', async () => {
		const rows = upTo(150);
		rows.splice(130, 0, 131);
		const fetchPage: FetchPage<number> = async (page) => {
			if (page > 2) throw new Error('Offset out of range');
			return { records: rows.slice((page - 1) * 100, page * 100), total: 151, pageSize: 100 };
		};
		const { records } = await collect(fetchPage);
		expect(records).toHaveLength(150);
	});

	test('when the total is absurd, no more than a few pages beyond the end', async () => {
		const { fetchPage, asked } = serve({ count: 250, total: () => 2147483647 });
		const { records, completeness } = await collect(fetchPage, { concurrency: 10 });
		expect(records).toEqual(upTo(250));
		expect(completeness).toBe('unknown');
		expect(asked.length).toBeLessThan(30);
	});
});

describe('when a page beyond the end is refused', () => {
	test.each([100, 250, 300])(
		'and %i rows are all that the total says, it is empty',
		async (count) => {
			const { fetchPage } = serve({ count, beyond: 'refused' });
			const result = await collect(fetchPage);
			expect(result).toEqual({ records: upTo(count), completeness: 'complete', total: count });
		},
	);

	test.each<[Server, boolean]>([
		[{ count: 300, total: () => null }, true],
		[{ count: 300, total: () => 301 }, true],
		[{ count: 300, total: () => 200 }, true],
		[{ count: 300 }, false],
	])('and no total of the list says so (%j, %j), the list fails', async (server, isTotalOfList) => {
		const { fetchPage } = serve({ ...server, beyond: 'refused' });
		await expect(collect(fetchPage, { isTotalOfList })).rejects.toThrow('HTTP 400');
	});
});

describe('what is missing', () => {
	test.each([undefined, 120])(
		'when the total is right and the limit is %p, the total is given',
		async (limit) => {
			const { fetchPage } = serve({ count: 250 });
			const result = await collect(fetchPage, { limit });
			expect(result).toEqual({ records: upTo(limit ?? 250), completeness: 'complete', total: 250 });
		},
	);

	test('when the first page has no total, those after it are no change', async () => {
		const { fetchPage, asked } = serve({ count: 250 });
		const result = await collect(async (page, size) => {
			const got = await fetchPage(page, size);
			return page === 1 ? { ...got, total: null } : got;
		});
		expect(result).toEqual({ records: upTo(250), completeness: 'complete', total: 250 });
		expect(asked).toHaveLength(3);
	});

	test('when the first page alone is empty, those after it are read', async () => {
		const { fetchPage } = serve({ count: 250 });
		const { records, completeness } = await collect(async (page, size) => {
			const got = await fetchPage(page, size);
			return page === 1 ? { ...got, records: [] } : got;
		});
		expect(records).toEqual(upTo(250).slice(100));
		expect(completeness).toBe('unknown');
	});

	test('when the total says more than the list has, it is read twice, and that is said', async () => {
		const { fetchPage, asked } = serve({ count: 250, total: () => 251 });
		const result = await collect(fetchPage);
		expect(result).toEqual({ records: upTo(250), completeness: 'unknown', total: 251 });
		expect(asked).toHaveLength(2 * 4);
	});

	test('when a page is empty once, the second reading brings its rows', async () => {
		const { fetchPage } = serve({ count: 250 });
		let isFirst = true;
		const { records, completeness } = await collect(async (page, size) => {
			const got = await fetchPage(page, size);
			if (page !== 2 || !isFirst) return got;
			isFirst = false;
			return { ...got, records: [] };
		});
		expect(records).toEqual(upTo(250));
		expect(completeness).toBe('complete');
	});

	test('when a page in the middle is short, the pages after it are read', async () => {
		const { fetchPage } = serve({ count: 250 });
		const { records, completeness } = await collect(async (page, size) => {
			const got = await fetchPage(page, size);
			return page === 2 ? { ...got, records: got.records.slice(0, 40) } : got;
		});
		expect(records).toHaveLength(190);
		expect(completeness).toBe('unknown');
	});

	test('when a server gives less than it says of its pages, the total leads on', async () => {
		const { fetchPage } = serve({ count: 250, most: 10, says: 'asked' });
		expect(await collect(fetchPage)).toMatchObject({
			records: upTo(250),
			completeness: 'complete',
		});
	});

	test('when the total counts more than the list, as of the account, nothing is missing', async () => {
		const { fetchPage } = serve({ count: 250, total: () => 3000 });
		expect(await collect(fetchPage, { isTotalOfList: false })).toEqual({
			records: upTo(250),
			completeness: 'complete',
			total: null,
		});
	});
});

describe('a list that changes while it is read', () => {
	test('when a row slips onto a page that was read, it is found all the same', async () => {
		let rows = upTo(250);
		const { records } = await collect(
			async (page) => {
				const records = rows.slice((page - 1) * 100, page * 100);
				const total = rows.length;
				if (page === 1) rows = rows.filter((row) => row !== 7);
				return { records, total, pageSize: 100 };
			},
			{ concurrency: 1 },
		);
		expect(records).toContain(101);
		expect(new Set(records).size).toBe(records.length);
	});

	test('when a row comes in front of it, the last one is found', async () => {
		let rows = upTo(100);
		const { records } = await collect(
			async (page) => {
				if (rows.length > 150) throw new Error('It never ends');
				const records = rows.slice((page - 1) * 50, page * 50);
				const total = rows.length;
				if (page === 1) rows = [...rows.slice(0, 1), 1000 + rows.length, ...rows.slice(1)];
				return { records, total, pageSize: 50 };
			},
			{ concurrency: 1 },
		);
		expect(records).toContain(100);
	});

	test('when new rows shift a whole page, at each reading, the list is read again', async () => {
		let rows = upTo(6);
		let requests = 0;
		const fetchPage: FetchPage<number> = async (page) => {
			requests++;
			if (requests === 2 || requests === 4) rows = [rows.length + 1, rows.length + 2, ...rows];
			return { records: rows.slice(2 * page - 2, 2 * page), total: rows.length, pageSize: 2 };
		};
		const { records, completeness } = await collect(fetchPage, { concurrency: 1 });
		expect([records, completeness]).toEqual([[9, 10, 7, 8, ...upTo(6)], 'complete']);
	});

	test('when it never stands still, it is read three times, and that is said', async () => {
		let total = 300;
		let requests = 0;
		const result = await collect(
			async (page) => {
				if (++requests > 99) throw new Error('It never ends');
				const records = page > 3 ? [] : upTo(100).map((row) => row + (page - 1) * 100);
				return { records, total: total++, pageSize: 100 };
			},
			{ concurrency: 1 },
		);
		expect(result.completeness).toBe('changed');
		expect(result.records).toHaveLength(300);
		expect(requests).toBe(3 * 4);
	});
});

describe('rows', () => {
	test('when two have no identity, both are kept, from one reading', async () => {
		const page: Page<number> = { records: [1, 1, 2], total: 4, pageSize: 100 };
		const empty = { ...page, records: [] };
		const { records } = await collect(async (number) => (number === 1 ? page : empty), {
			identify: (row) => (row === 1 ? null : String(row)),
		});
		expect(records.sort()).toEqual([1, 1, 2]);
	});

	test('when none has an identity, all are read', async () => {
		const { fetchPage, asked } = serve({ count: 250 });
		const { records } = await collect(fetchPage, { identify: () => null });
		expect(records).toEqual(upTo(250));
		expect(asked).toHaveLength(3);
	});

	test('when the same come again, with other contents, that is the end', async () => {
		let requests = 0;
		const fetchPage = async () => {
			if (++requests > 9) throw new Error('It never ends');
			return { records: [{ id: 'A', request: requests }], total: null, pageSize: 1 };
		};
		const { records } = await collectPages(fetchPage, {
			identify: ({ id }) => id,
			concurrency: 5,
			isTotalOfList: true,
		});
		expect(records).toEqual([{ id: 'A', request: 1 }]);
		expect(requests).toBe(2);
	});

	test('when rows come twice, they do not count for the limit', async () => {
		const fetchPage = async (page: number): Promise<Page<number>> => ({
			records: [[1, 1, 2], [2, 3, 4], []][page - 1],
			total: 6,
			pageSize: 3,
		});
		expect((await collect(fetchPage, { limit: 4 })).records).toEqual([1, 2, 3, 4]);
	});

	test('when a page is the last one wanted, no other is read, and nothing is missing', async () => {
		const { fetchPage, asked } = serve({ count: 700 });
		const isLast = (records: number[]) => records.includes(150);
		expect(await collect(fetchPage, { isLast })).toEqual({
			records: upTo(200),
			completeness: 'complete',
			total: 700,
		});
		expect(asked.map(([page]) => page)).toEqual([1, 2]);
	});

	test('when a filter is set, pages are read one by one until the limit is met', async () => {
		const { fetchPage, asked } = serve({ count: 1000 });
		const filter = (record: number) => record % 50 === 0;
		expect((await collect(fetchPage, { limit: 3, filter })).records).toEqual([50, 100, 150]);
		expect(asked).toEqual([
			[1, 100],
			[2, 100],
		]);
	});
});

describe('larger pages', () => {
	const largePages = () => ({ mayBeServed: true });

	test('when they are served, a long list is read with them', async () => {
		const { fetchPage, asked } = serve({ count: 5050 });
		const known = largePages();
		const { records } = await collect(fetchPage, { largePages: known });
		expect(records).toEqual(upTo(5050));
		expect(asked).toHaveLength(1 + 6);
		expect(known.mayBeServed).toBe(true);
	});

	test('when the total is of the account, a full page lets them be tried', async () => {
		const { fetchPage, asked } = serve({ count: 2050 });
		const options = { largePages: largePages(), isTotalOfList: false };
		expect((await collect(fetchPage, options)).records).toEqual(upTo(2050));
		expect(asked).toEqual([
			[1, 100],
			[1, 1000],
			[2, 1000],
			[3, 1000],
		]);
	});

	test('when a row comes while they are read, the next reading tries them again', async () => {
		let requests = 0;
		const { fetchPage, asked } = serve({
			count: 2050,
			total: () => (++requests < 3 ? 2049 : 2050),
		});
		const known = largePages();
		const { records, completeness } = await collect(fetchPage, { largePages: known });
		expect(records).toEqual(upTo(2050));
		expect(completeness).toBe('complete');
		expect(asked).toHaveLength(2 * (1 + 3));
		expect(known.mayBeServed).toBe(true);
	});

	test.each<[string, Server]>([
		['as many rows as before come', { count: 1250, most: 100 }],
		['they fail', { count: 1250, large: 'fails' }],
	])('when %s, it goes on as before, and does not ask again', async (_name, server) => {
		const known = largePages();
		const counts = [];
		for (let run = 0; run < 2; run++) {
			const { fetchPage, asked } = serve(server);
			const { records } = await collect(fetchPage, { largePages: known });
			expect(records).toEqual(upTo(1250));
			counts.push(asked.length);
		}
		expect(counts[0] - counts[1]).toBe(1);
		expect(known.mayBeServed).toBe(false);
	});

	test('when 500 rows are the most, it goes on with 500', async () => {
		const { fetchPage, asked } = serve({ count: 2250, most: 500 });
		const { records } = await collect(fetchPage, { largePages: largePages() });
		expect(records).toEqual(upTo(2250));
		expect(asked).toHaveLength(1 + 5);
	});

	test('when 250 rows are the most, though all that were asked for are said, none is missing', async () => {
		const { fetchPage, asked } = serve({ count: 1500, most: 250 });
		const repeats: typeof fetchPage = async (page, size) => ({
			...(await fetchPage(page, size)),
			pageSize: size,
		});
		const options = { largePages: largePages(), isTotalOfList: false };
		expect((await collect(repeats, options)).records).toEqual(upTo(1500));
		expect(asked.length).toBeLessThanOrEqual(1 + 6 + 2);
	});

	test('when rows are missing with them, the next reading does without', async () => {
		const { fetchPage } = serve({ count: 2250 });
		const { records, completeness } = await collect(
			async (page, size) => {
				const got = await fetchPage(page, size);
				// The server counts pages of 1000, and gives 500 of each.
				return size === 1000 ? { ...got, records: got.records.slice(0, 500), pageSize: 500 } : got;
			},
			{ largePages: largePages() },
		);
		expect(records).toHaveLength(2250);
		expect(completeness).toBe('complete');
	});

	test.each<[Server, Partial<CollectOptions<number>>]>([
		[{ count: 1000 }, {}],
		[{ count: 5000 }, { limit: 1000 }],
		[{ count: 5000 }, { limit: 10, filter: () => true }],
		[{ count: 1, total: () => 3000, says: 'nothing' }, { isTotalOfList: false }],
		// A page has fewer rows than were asked for.
		[{ count: 1250, fixedSize: 37 }, {}],
		// The first page is not full.
		[{ count: 99, total: () => 3000 }, {}],
	])(
		'when %j with %j needs ten pages or fewer, or no larger ones will come, they are not asked for',
		async (server, options) => {
			const { fetchPage, asked } = serve(server);
			await collect(fetchPage, { ...options, largePages: largePages() });
			expect(asked.every(([, size]) => size <= PAGE_SIZE)).toBe(true);
		},
	);
});

describe('several pages at a time', () => {
	/** Counts how many pages are read at the same time. */
	function counting(fetchPage: FetchPage<number>) {
		const counter = { underWay: 0, most: 0 };
		const counted: FetchPage<number> = async (page, size) => {
			counter.most = Math.max(counter.most, ++counter.underWay);
			await new Promise((resolve) => setImmediate(resolve));
			counter.underWay--;
			return await fetchPage(page, size);
		};
		return { counter, counted };
	}

	test.each<[Partial<CollectOptions<number>>, number]>([
		[{}, 4],
		[{ filter: () => true }, 4],
		[{ limit: 900 }, 4],
		[{ limit: 900, filter: () => true }, 1],
		[{ isTotalOfList: false }, 4],
		[{ isTotalOfList: false, limit: 500 }, 1],
	])('when the options are %j, %d', async (options, expected) => {
		const { counter, counted } = counting(serve({ count: 1000 }).fetchPage);
		await collect(counted, { concurrency: 4, ...options });
		expect(counter.most).toBe(expected);
	});

	test('when one is slow, those after it are begun all the same', async () => {
		const { fetchPage } = serve({ count: 1000 });
		let sixIsAsked: () => void;
		const six = new Promise<void>((resolve) => (sixIsAsked = resolve));
		const { records } = await collect(
			async (page, size) => {
				if (page === 6) sixIsAsked();
				if (page === 3) await six;
				return await fetchPage(page, size);
			},
			{ concurrency: 4 },
		);
		expect(records).toEqual(upTo(1000));
	});

	test('when one fails, the whole fails, once nothing is under way', async () => {
		const { fetchPage, asked } = serve({ count: 1000 });
		const { counter, counted } = counting(fetchPage);
		const failing = Promise.reject(new Error('page 4'));
		const listening = jest.spyOn(failing, 'then');
		const reading = collect((page, size) => (page === 4 ? failing : counted(page, size)), {
			concurrency: 4,
		});
		await expect(reading).rejects.toThrow('page 4');
		expect(listening.mock.calls.length).toBeGreaterThan(0);
		expect(counter.underWay).toBe(0);
		expect(asked.length).toBeLessThan(9);
	});

	test('when nobody takes the next page, nothing is read beyond those under way', async () => {
		const { fetchPage, asked } = serve({ count: 100_000 });
		for await (const page of iteratePages(fetchPage, {
			identify: String,
			concurrency: 3,
			isTotalOfList: true,
		})) {
			if (page.records.includes(250)) break;
		}
		expect(asked.length).toBeLessThanOrEqual(3 + 3);
	});
});
