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

describe.each(WRITES.map((write) => [write.name, write] as const))('%s', (_name, write) => {
	const sent = () =>
		api.sandbox.requests
			.filter(({ method }) => method === write.method)
			.map(({ status }) => status);

	test.each(LOST)('with its answer lost (%j) is done, once', async (fault) => {
		api.sandbox.fault({ ...fault, match: { method: write.method } });
		expect(jsonOf(await api.run(write.parameters))).toEqual([
			expect.objectContaining(write.output),
		]);
		expect(write.isDone()).toBe(true);
		expect(sent()).toHaveLength(fault.when === 'after' ? 1 : 2);
	});

	test('is sent once more at most, where the account says that it did not happen', async () => {
		api.sandbox.fault({ match: { method: write.method }, kind: 'status', status: 503, times: 99 });
		const { error } = await api.run(write.parameters);
		expect(error?.message).toBe('IDT Express could not answer');
		expect(error?.description).toContain('it was not carried out, twice in a row');
		expect(sent()).toHaveLength(2);
		expect(write.isDone()).toBe(false);
	});

	test('that cannot be looked up says that it may have happened; the next try looks first', async () => {
		api.sandbox.fault({ match: { method: write.method }, kind: 'drop', when: 'after' });
		// These two read before they write.
		const skip = /Group → (Create|Update)/.test(write.name) ? 1 : 0;
		api.sandbox.fault({ match: { method: 'GET' }, kind: 'status', status: 503, times: 4, skip });
		const { error } = await api.run(write.parameters);
		expect(error?.message).toMatch(/ may have been /);
		expect(error?.description).toMatch(/looking it up failed too|it could not be looked up/);
		expect(error?.description).toContain('What was sent: ');
		expect(sent()).toHaveLength(1);

		api.sandbox.reset();
		api.sandbox.fault({ match: { method: write.method }, kind: 'drop', when: 'after' });
		api.sandbox.fault({ match: { method: 'GET' }, kind: 'status', status: 503, times: 4, skip });
		expect(jsonOf(await api.run(write.parameters, [{}], RETRY))).toEqual([
			expect.objectContaining(write.output),
		]);
		expect(sent()).toHaveLength(1);
		expect(write.isDone()).toBe(true);
	});

	test('that is refused says so, and is not sent again', async () => {
		api.sandbox.fault({
			match: { method: write.method },
			kind: 'status',
			status: 422,
			body: {
				status: 422,
				api_request_id: 'r',
				errors: [{ code: 1000, title: 'Invalid Request', detail: 'No' }],
			},
			times: 99,
		});
		const { error } = await api.run(write.parameters);
		expect(error?.message).toBe('Invalid Request');
		expect(sent()).toHaveLength(1);
	});
});

test('what an earlier try has done is not done again', async () => {
	// The second number is refused at first: n8n runs all items again.
	api.sandbox.fault({
		match: { method: 'DELETE', path: '/numbers/12074069001' },
		kind: 'status',
		status: 422,
		body: {
			status: 422,
			api_request_id: 'r',
			errors: [{ code: 1000, title: 'Invalid Request', detail: 'Busy' }],
		},
	});
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

test.each(['US', 'UK'])(
	'a trunk group that was there before (PoP asked for: %s) is not taken for the one that was lost',
	async (pop) => {
		// The PoP of the one that is there is UK.
		api.sandbox.fault({ match: { method: 'POST' }, kind: 'html', when: 'before' });
		const { error } = await api.run({
			resource: 'trunkGroup',
			operation: 'create',
			name: 'Trunk Group #2',
			additionalFields: { pop },
		});
		expect(error?.description).toContain('already taken');
	},
);

test('a trunk group of that name that somebody else makes meanwhile is not taken for it', async () => {
	api.sandbox.fault({ match: { method: 'POST' }, kind: 'html', when: 'before' });
	api.sandbox.onRequest = ({ method }) => {
		if (method !== 'POST') return;
		const other = { ring_type: 'sequential', pop: 'HK', is_default: false, switches: [] } as const;
		api.sandbox.state.addTrunkGroup({ ...other, switches: [], name: 'Office' });
	};
	const { error } = await api.run({
		resource: 'trunkGroup',
		operation: 'create',
		name: 'Office',
		additionalFields: { pop: 'US' },
	});
	expect(error?.message).toBe('The trunk group may have been created');
	expect(error?.description).toContain('there is one of that name with other settings');
});
