import type { INodeParameters } from 'n8n-workflow';
import type { Fault } from '../sandbox/faults.mts';
import { jsonOf, shortenWaits, useSandbox } from './harness.mts';
import { RETRY } from './purchases.mts';

/** Writes other than orders: what becomes of them when an answer is lost, or n8n tries again. */

const api = useSandbox();
shortenWaits();

const id = (value: string | number) => ({ __rl: true, mode: 'id', value });
const number = (value: string) => ({ __rl: true, mode: 'number', value });

interface Write {
	name: string;
	parameters: INodeParameters;
	method: string;
	output: object;
	/** Whether the account is as it was asked for. */
	isDone(): boolean;
}

const cnam = () => api.sandbox.state.activeNumber('12074069000')?.cnam;

const WRITES: Write[] = [
	{
		name: 'Number → Delete',
		parameters: { resource: 'number', operation: 'delete', number: number('12074069000') },
		method: 'DELETE',
		output: { deleted: true, number: '12074069000', status: 'removed' },
		isDone: () => api.sandbox.state.activeNumber('12074069000') === undefined,
	},
	{
		name: 'Number → Set Caller ID',
		parameters: {
			resource: 'number',
			operation: 'setCnam',
			number: number('12074069000'),
			cnamName: 'Jenny',
		},
		method: 'POST',
		output: { success: true, number: '12074069000' },
		isDone: () => JSON.stringify(cnam()?.pending).includes('Jenny'),
	},
	{
		name: 'Number → Delete Caller ID',
		parameters: { resource: 'number', operation: 'deleteCnam', number: number('12074069000') },
		method: 'DELETE',
		output: { deleted: true, number: '12074069000' },
		isDone: () => cnam()?.pending?.action === 'disable',
	},
	{
		name: 'Trunk Group → Create',
		parameters: {
			resource: 'trunkGroup',
			operation: 'create',
			name: 'Office',
			additionalFields: { pop: 'HK', switches: { switch: [{ ip: '203.0.113.1', port: 5061 }] } },
		},
		method: 'POST',
		output: { name: 'Office', pop: 'HK' },
		isDone: () =>
			api.sandbox.state.trunkGroups.filter(({ name }) => name === 'Office').length === 1,
	},
	{
		name: 'Trunk Group → Update',
		parameters: {
			resource: 'trunkGroup',
			operation: 'update',
			trunkGroupId: id(8375),
			updateFields: { name: 'Renamed' },
		},
		method: 'PUT',
		output: { id: 8375, name: 'Renamed', pop: 'UK' },
		isDone: () => api.sandbox.state.trunkGroup(8375)?.name === 'Renamed',
	},
	{
		name: 'Trunk Group → Delete',
		parameters: { resource: 'trunkGroup', operation: 'delete', trunkGroupId: id(8375) },
		method: 'DELETE',
		output: { deleted: true, id: 8375 },
		isDone: () => api.sandbox.state.trunkGroup(8375) === undefined,
	},
];

const LOST: Array<Pick<Fault, 'kind' | 'when'>> = [
	{ kind: 'drop', when: 'before' },
	{ kind: 'drop', when: 'after' },
	{ kind: 'html', when: 'before' },
	{ kind: 'html', when: 'after' },
];

function refused(match: Fault['match'], times = 1): Fault {
	const errors = [{ code: 1000, title: 'Invalid Request', detail: 'Busy' }];
	return {
		match,
		kind: 'status',
		status: 422,
		body: { status: 422, api_request_id: 'r', errors },
		times,
	};
}

describe.each(WRITES.map((write) => [write.name, write] as const))('%s', (_name, write) => {
	const sent = () =>
		api.sandbox.requests
			.filter(({ method }) => method === write.method)
			.map(({ status }) => status);
	const done = [expect.objectContaining(write.output)];
	/** A POST creates something, or costs something: it is sent once, and looked up. */
	const isOnce = write.method === 'POST';

	test.each(LOST)('when its answer is lost (%j), it is done with Retry On Fail', async (fault) => {
		api.sandbox.fault({ ...fault, match: { method: write.method } });
		expect(jsonOf(await api.run(write.parameters, [{}], RETRY))).toEqual(done);
		expect(write.isDone()).toBe(true);
		expect(sent()).toHaveLength(isOnce && fault.when === 'after' ? 1 : 2);
	});

	test(
		isOnce
			? 'when the server is down, the error says that it was not done; it is sent once'
			: 'when the server is down, it is sent a few times, and the error says that it may be done',
		async () => {
			const match = { method: write.method };
			api.sandbox.fault({ match, kind: 'status', status: 503, times: 99 });
			const { error } = await api.run(write.parameters);
			if (isOnce) expect(error?.message).toMatch(/was not (requested|created)$/);
			else expect(error?.description).toContain('may have been made all the same');
			expect(sent()).toHaveLength(isOnce ? 1 : 4);
			expect(write.isDone()).toBe(false);
		},
	);

	test('when it is refused, the error says so, and it is not sent again', async () => {
		api.sandbox.fault(refused({ method: write.method }, 99));
		const { error } = await api.run(write.parameters);
		expect(`${error?.message} ${error?.description}`).toContain('Busy');
		expect(sent()).toHaveLength(1);
	});

	if (!isOnce) return;
	test('when it cannot be looked up, it may be done; the next try looks first', async () => {
		const lose = () => {
			api.sandbox.fault({ match: { method: 'POST' }, kind: 'drop', when: 'after' });
			// The lookup is the first read after it.
			api.sandbox.onRequest = ({ method }) => {
				if (method !== 'POST') return;
				api.sandbox.fault({ match: { method: 'GET' }, kind: 'status', status: 503, times: 4 });
			};
		};
		lose();
		const { error } = await api.run(write.parameters);
		expect(error?.message).toMatch(/ may have been /);
		expect(error?.description).toMatch(/could not be looked up.*The request was: /);

		api.sandbox.reset();
		lose();
		expect(jsonOf(await api.run(write.parameters, [{}], RETRY))).toEqual(done);
		expect(sent()).toHaveLength(1);
		expect(write.isDone()).toBe(true);
	});
});

test('when n8n tries again, what an earlier try has done is not done again', async () => {
	// The second number is refused at first: n8n runs all items again.
	api.sandbox.fault(refused({ method: 'DELETE', path: '/numbers/12074069001' }));
	const items = [{ n: '12074069000' }, { n: '12074069001' }];
	const remove = { resource: 'number', operation: 'delete', number: number('={{ $json.n }}') };
	const result = jsonOf(await api.run(remove, items, RETRY));
	expect(result).toHaveLength(2);
	expect(api.sandbox.requests.map(({ path }) => path)).toEqual([
		'/numbers/12074069000',
		'/numbers/12074069001',
		'/numbers/12074069001',
	]);
});

test('when a deletion is of something that was never there, the error says so', async () => {
	const remove = { resource: 'number', operation: 'delete', number: number('12079999999') };
	const { error } = await api.run(remove, [{}], RETRY);
	expect(error?.description).toContain('code 4001');
	expect(api.sandbox.requests.filter(({ method }) => method === 'DELETE')).toHaveLength(3);
});
