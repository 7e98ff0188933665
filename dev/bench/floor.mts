import { Agent } from 'node:http';
import axios from 'axios';
import type { BenchSandbox } from './sandboxProcess.mts';

/** What a script does at best: axios with connections that are kept, and nothing around it. */
export interface Floor {
	/** Reads all numbers. @returns how many there are */
	allNumbers(concurrency: number, pageSize?: number): Promise<number>;
	/** Reads the DID groups of all regions of the USA. @returns how many there are */
	allGroups(concurrency: number): Promise<number>;
	/** Reads the orders. @returns how many came */
	orders(ids: string[], concurrency: number): Promise<number>;
	close(): void;
}

export function openFloor({ url, credentials }: BenchSandbox): Floor {
	const httpAgent = new Agent({ keepAlive: true });
	const http = axios.create({
		baseURL: `${url}/v1/dids`,
		headers: { 'x-api-key': credentials.apiKey, 'x-api-secret': credentials.apiSecret },
		httpAgent,
		proxy: false,
	});
	const readPage = async (page: number, pageSize: number) => {
		const { data } = await http.get<{ numbers: unknown[]; meta: { total: number } }>('/numbers', {
			params: { page, page_size: pageSize },
		});
		return data;
	};
	return {
		async allNumbers(concurrency, pageSize = 100) {
			const { numbers, meta } = await readPage(1, pageSize);
			const pages = Array.from({ length: Math.ceil(meta.total / pageSize) - 1 }, (_, i) => i + 2);
			const rest = await pool(pages, concurrency, async (page) => await readPage(page, pageSize));
			return [numbers, ...rest.map((page) => page.numbers)].flat().length;
		},
		async allGroups(concurrency) {
			const { data } = await http.get<{ regions: { code: string }[] }>(
				'/coverage/countries/US/regions',
			);
			const lists = await pool(data.regions, concurrency, async ({ code }) => {
				const answer = await http.get<{ did_groups: unknown[] }>('/coverage/did_groups', {
					params: { country_iso: 'US', region_code: code },
				});
				return answer.data.did_groups;
			});
			return lists.flat().length;
		},
		async orders(ids, concurrency) {
			const orders = await pool(ids, concurrency, async (id) => {
				return (await http.get<{ order: unknown }>(`/orders/${id}`)).data.order;
			});
			return orders.length;
		},
		close: () => httpAgent.destroy(),
	};
}

async function pool<T, R>(
	list: T[],
	concurrency: number,
	work: (entry: T) => Promise<R>,
): Promise<R[]> {
	const results: R[] = [];
	let next = 0;
	const worker = async () => {
		while (next < list.length) {
			const index = next++;
			results[index] = await work(list[index]);
		}
	};
	await Promise.all(Array.from({ length: concurrency }, worker));
	return results;
}
