import type { AxiosInstance } from 'axios';

/** What the reference leaves open, and how to find out by reading. */
export interface Question {
	question: string;
	ask(api: AxiosInstance): Promise<string>;
}

function direction(values: string[]): string {
	if (values.length < 2) return 'too few to tell';
	const sorted = [...values].sort();
	if (values.join() === sorted.join()) return 'oldest first';
	if (values.join() === sorted.reverse().join()) return 'newest first';
	return 'in no order';
}

async function column(api: AxiosInstance, list: string, name: string): Promise<string[]> {
	const response = await api.get(list);
	const rows: Array<Record<string, unknown>> = response.data?.[list] ?? [];
	return rows.map((row) => String(row[name]));
}

/** Bounded: a limit that is higher than this is not looked for. */
const REQUESTS_AT_MOST = 60;

export const QUESTIONS: Question[] = [
	{
		question: 'In which order are orders listed?',
		ask: async (api) => direction(await column(api, 'orders', 'created_at')),
	},
	{
		question: 'In which order are numbers listed?',
		ask: async (api) => direction(await column(api, 'numbers', 'added_at')),
	},
	{
		question: 'What is the largest page size?',
		async ask(api) {
			for (const page_size of [10_000, 1_000, 500, 200]) {
				const response = await api.get('numbers', { params: { page_size } });
				if (response.status !== 200) continue;
				const told = response.data?.meta?.page_size;
				return told === page_size ? `at least ${page_size}` : `${told} (asked for ${page_size})`;
			}
			return '100';
		},
	},
	{
		question: 'Are requests throttled, and with Retry-After?',
		async ask(api) {
			for (let sent = 1; sent <= REQUESTS_AT_MOST; sent++) {
				const response = await api.get('coverage/countries');
				if (response.status === 429) {
					return `after ${sent} requests in a row, Retry-After: ${response.headers['retry-after'] ?? 'none'}`;
				}
			}
			return `not within ${REQUESTS_AT_MOST} requests in a row`;
		},
	},
	{
		question: 'Are the statuses of orders among those that the samples show?',
		async ask(api) {
			const seen = [...new Set(await column(api, 'orders', 'status'))];
			return seen.join(', ') || 'no orders';
		},
	},
];
