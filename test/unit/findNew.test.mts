import type { IDataObject } from 'n8n-workflow';
import type { OrdersState } from '../../nodes/IdtExpress/trigger/orders';
import { pollOrders, type OrdersReader } from '../../nodes/IdtExpress/trigger/readOrders';

const PAGE_SIZE = 10;

/** A finished order, placed so many seconds after the first one. */
function order(id: string, second: number): IDataObject {
	return {
		id,
		status: 'Complete',
		created_at: new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString(),
		ordered: { quantity: 1 },
		fulfilled: { quantity: 1 },
	};
}

/** Reads a list in the order given. */
function readerOf(list: IDataObject[], requests: string[] = []): OrdersReader {
	return {
		async page(page) {
			requests.push(`page ${page}`);
			const records = list.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE);
			return { records, total: list.length };
		},
		async order(id) {
			requests.push(id);
			return list.find((row) => row.id === id) ?? null;
		},
		hasTime: () => true,
	};
}

async function poll(state: OrdersState | null, list: IDataObject[]) {
	const { events, next } = await pollOrders(state, 'finished', readerOf(list), 0);
	return { told: events.map((event) => String(event.order.id)), next };
}

describe.each(['newest first', 'oldest first'])('in a list %s', (direction) => {
	const inOrder = (list: IDataObject[]) => (direction === 'newest first' ? list.reverse() : list);
	const old = Array.from({ length: 150 }, (_, i) => order(`old ${i}`, i));

	test('a new order is found behind one that was known, although another one has left the list', async () => {
		const leaving = { ...order('leaving', 148.5), status: 'Received', fulfilled: { quantity: 0 } };
		const before = [...old.slice(0, 149), leaving, old[149]];
		const { next } = await poll(null, inOrder(before));
		const late = order('late', 140.5);
		// More than are remembered one by one: what is overlooked now is never found.
		const younger = Array.from({ length: 115 }, (_, i) => order(`new ${i}`, 200 + i));
		const now = [...old.slice(0, 141), late, ...old.slice(141), ...younger];
		const { told } = await poll(next, inOrder(now));
		expect(told).toEqual(['late', ...younger.map(({ id }) => id)]);
	});

	test('an open order is looked at though new ones come with every poll', async () => {
		const open = { ...order('open', 20.5), status: 'Received', fulfilled: { quantity: 0 } };
		const before = [...old.slice(0, 21), open, ...old.slice(21)];
		const { next } = await poll(null, inOrder(before));
		const now = [...old.slice(0, 21), order('open', 20.5), ...old.slice(21), order('new', 200)];
		const { told } = await poll(next, inOrder(now));
		expect(told).toEqual(['open', 'new']);
	});
});
