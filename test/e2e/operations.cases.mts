import type { IDataObject } from 'n8n-workflow';
import type { Sandbox } from '../sandbox/server.mts';
import { by } from './fixture.mts';

/** One operation, with input that works and input that does not. */
export interface OperationCase {
	resource: string;
	operation: string;
	good: {
		parameters?: IDataObject;
		/** Changes the account before the run. */
		given?: (sandbox: Sandbox) => void;
		/** What must come out, at least: one entry per item. */
		output: object[];
		/** What the account must look like afterwards. */
		account?: (sandbox: Sandbox) => object;
		accountIs?: object;
	};
	bad: {
		parameters?: IDataObject;
		given?: (sandbox: Sandbox) => void;
		/** The error as the user sees it. */
		message: string | RegExp;
		description: RegExp;
	};
}

const NUMBER = '12074069000';
const TRUNK_GROUP = 8375;
const DEFAULT_TRUNK_GROUP = 10897;
const BRUNSWICK = 39145;
const LIMIT_0 = { limit: 0 };
const LIMIT_ERROR = { message: /^'Limit' must be a whole number/, description: /./ };
const API_REQUEST_ID = /api_request_id [0-9a-f-]{36}/;

const lastOrder = ({ state }: Sandbox) => ({ ...state.orders.at(-1) });
const ownNumber = (number: string) => (sandbox: Sandbox) => ({
	...sandbox.state.numbers.find((row) => row.number === number),
});
const trunkGroup = (id: number) => (sandbox: Sandbox) => ({ ...sandbox.state.trunkGroup(id) });

export const OPERATIONS: OperationCase[] = [
	{
		resource: 'country',
		operation: 'getAll',
		good: {
			parameters: { limit: 2 },
			output: [
				{ name: 'Brazil', iso: 'BR', has_regions: false },
				{ name: 'Canada', iso: 'CA', has_regions: true },
			],
		},
		bad: { parameters: LIMIT_0, ...LIMIT_ERROR },
	},
	{
		resource: 'region',
		operation: 'getAll',
		good: {
			parameters: { countryIso: by('iso', 'CA'), limit: 1 },
			output: [{ name: 'Alberta', code: 'CA-AB' }],
		},
		bad: {
			parameters: { countryIso: by('iso', 'XX') },
			message: 'Country XX is not offered',
			description: /Country → Get Many.*code 4003, HTTP 4/s,
		},
	},
	{
		resource: 'didGroup',
		operation: 'getAll',
		good: {
			parameters: {
				countryIso: by('iso', 'US'),
				regionCode: by('code', 'US-ME'),
				filters: { maxMonthlyFee: 4 },
			},
			output: [{ id: 39146, name: 'Portland (207) 536', monthly_fee: 3.99, quantity: 12 }],
		},
		bad: {
			parameters: { countryIso: by('iso', 'US'), regionCode: by('code', 'US-XX') },
			message: 'Region US-XX is not offered',
			description: /Parameter: 'Region'.*code 4002/s,
		},
	},
	{
		resource: 'didGroup',
		operation: 'browseNumbers',
		good: {
			parameters: { didGroupId: by('id', BRUNSWICK), limit: 1 },
			output: [{ number: '12074063050', sku: 'BW-US-2074063050' }],
		},
		bad: {
			parameters: { didGroupId: by('id', 39147) },
			message: 'DID Group 39147 does not support browsing',
			description: /code 1000/,
		},
	},
	{
		resource: 'order',
		operation: 'preview',
		good: {
			parameters: { didGroupId: by('id', BRUNSWICK), quantity: 3 },
			output: [
				{ did_group_name: 'Brunswick (207) 406', ordered_quantity: 3, total_due_now: 12.75 },
			],
			account: ({ state }) => state.orders.map(({ status }) => status),
			accountIs: ['complete', 'Complete', 'Complete', 'Processing'],
		},
		bad: {
			parameters: { didGroupId: by('id', BRUNSWICK), quantity: 118 },
			message: "'Quantity' must be a whole number from 1 to 100",
			description: /Nothing was sent/,
		},
	},
	{
		resource: 'order',
		operation: 'create',
		good: {
			parameters: {
				orderBy: 'skus',
				didGroupId: by('id', BRUNSWICK),
				didSkus: ['BW-US-2074063050', 'BW-US-2074063057'],
			},
			output: [
				{
					status: 'Created',
					ordered_quantity: 2,
					fulfilled_quantity: 0,
					did_group_id: BRUNSWICK,
					did_group_name: 'Brunswick (207) 406',
					total_due_now: 8.5,
				},
			],
			account: lastOrder,
			accountIs: { status: 'Created', quantity: 2 },
		},
		bad: {
			parameters: { orderBy: 'quantity', didGroupId: by('id', BRUNSWICK), quantity: 3 },
			given: ({ settings }) => (settings.funds = '12.74'),
			message: 'Insufficient Funds',
			description: /cost: 12\.75, account balance: 12\.74.*Add funds.*code 3001/s,
		},
	},
	{
		resource: 'order',
		operation: 'get',
		good: {
			parameters: { orderId: by('id', '9c2-2e2-4b6f') },
			output: [
				{
					id: '9c2-2e2-4b6f',
					status: 'complete',
					did_group_name: 'PIOTRKOW TRYBUNALSKI',
					numbers: [{ number: '01148448881015', e164: '+48448881015' }],
				},
			],
		},
		bad: {
			parameters: { orderId: by('id', 'no-such-order') },
			message: /not found/i,
			description: API_REQUEST_ID,
		},
	},
	{
		resource: 'order',
		operation: 'getAll',
		good: {
			parameters: { returnAll: true, filters: { status: 'Created' } },
			given: ({ state }) => void state.addOrder({ id: 'abc-def-0123', quantity: 4 }),
			output: [{ id: 'abc-def-0123', status: 'Created' }],
		},
		bad: { parameters: LIMIT_0, ...LIMIT_ERROR },
	},
	{
		resource: 'number',
		operation: 'getAll',
		good: {
			parameters: {
				limit: 1,
				filters: { didGroupName: 'Brunswick' },
				sort: { rules: [{ field: 'number', direction: 'desc' }] },
			},
			output: [{ number: '12074069001', e164: '+12074069001', status: 'active' }],
		},
		bad: { parameters: LIMIT_0, ...LIMIT_ERROR },
	},
	{
		resource: 'number',
		operation: 'get',
		good: {
			parameters: { number: by('number', '+1 (207) 406-9000') },
			output: [
				{ number: NUMBER, did_group_name: 'Brunswick (207) 406', cnam_name: 'My Caller ID' },
			],
		},
		bad: {
			parameters: { number: by('number', '+44 20 7946 0958') },
			message: 'Number 011442079460958 is not on this account',
			description: /Number → Get Many/,
		},
	},
	{
		resource: 'number',
		operation: 'delete',
		good: {
			parameters: { number: by('number', NUMBER) },
			output: [{ deleted: true, number: NUMBER, e164: '+12074069000', status: 'removed' }],
			account: ownNumber(NUMBER),
			accountIs: { removedAt: expect.any(Number) },
		},
		bad: {
			parameters: { number: by('number', '+12075550100') },
			message: 'Number 12075550100 was not found',
			description: /Number Not Found.*code 4001/s,
		},
	},
	{
		resource: 'number',
		operation: 'setCnam',
		good: {
			parameters: {
				number: by('number', '12074069001'),
				cnamName: 'Jenny',
				cnamType: 'residential',
				cnamDisplay: 'block',
			},
			output: [
				{
					success: true,
					number: '12074069001',
					cnam_pending: 'enable',
					cnam_pending_name: 'Jenny',
				},
			],
			account: ownNumber('12074069001'),
			accountIs: {
				cnam: {
					pending: { action: 'enable', name: 'Jenny', type: 'residential', display: 'block' },
				},
			},
		},
		bad: {
			parameters: { number: by('number', '0115117304800'), cnamName: 'Jenny' },
			message: 'Number 0115117304800 does not support CNAM',
			description: /code 4007/,
		},
	},
	{
		resource: 'number',
		operation: 'deleteCnam',
		good: {
			parameters: { number: by('number', NUMBER) },
			output: [{ deleted: true, number: NUMBER, cnam_pending: 'disable' }],
			account: ownNumber(NUMBER),
			accountIs: { cnam: { pending: { action: 'disable' } } },
		},
		bad: {
			parameters: { number: by('number', '12074069001') },
			message: 'Number 12074069001 has no CNAM setting',
			description: /code 4008/,
		},
	},
	{
		resource: 'trunkGroup',
		operation: 'create',
		good: {
			parameters: {
				name: 'Munich office',
				additionalFields: {
					ringType: 'sequential',
					pop: 'UK',
					switches: { switch: [{ ip: '203.0.113.77', port: 5080 }] },
				},
			},
			output: [
				{
					id: expect.any(Number),
					name: 'Munich office',
					ring_type: 'sequential',
					pop: 'UK',
					is_default: false,
					switches: [{ ip: '203.0.113.77', port: 5080 }],
				},
			],
		},
		bad: {
			parameters: { name: 'Trunk Group #2' },
			message: 'Name Trunk Group #2 is already taken',
			description: /Parameter: 'Name'.*code 1002/s,
		},
	},
	{
		resource: 'trunkGroup',
		operation: 'get',
		good: {
			parameters: { trunkGroupId: by('id', TRUNK_GROUP) },
			output: [{ id: TRUNK_GROUP, name: 'Trunk Group #2', pop: 'UK' }],
		},
		bad: {
			parameters: { trunkGroupId: by('id', 1) },
			message: 'Trunk Group 1 was not found',
			description: API_REQUEST_ID,
		},
	},
	{
		resource: 'trunkGroup',
		operation: 'getAll',
		good: {
			parameters: { returnAll: true },
			output: [{ id: DEFAULT_TRUNK_GROUP, is_default: true }, { id: TRUNK_GROUP }],
		},
		bad: { parameters: LIMIT_0, ...LIMIT_ERROR },
	},
	{
		resource: 'trunkGroup',
		operation: 'update',
		good: {
			parameters: { trunkGroupId: by('id', TRUNK_GROUP), updateFields: { name: 'London' } },
			output: [{ id: TRUNK_GROUP, name: 'London', ring_type: 'sequential', pop: 'UK' }],
			account: trunkGroup(TRUNK_GROUP),
			accountIs: {
				name: 'London',
				ring_type: 'sequential',
				pop: 'UK',
				switches: [
					{ ip: '10.232.12.35', port: 5060 },
					{ ip: '10.242.34.56', port: 5060 },
					{ ip: '10.242.53.63', port: 5060 },
					{ ip: '216.97.147.10', port: 5060 },
				],
			},
		},
		bad: {
			parameters: {
				trunkGroupId: by('id', TRUNK_GROUP),
				updateFields: { switches: { switch: [{ ip: '203.0.113.0/24', port: 5060 }] } },
			},
			message: /'IP Address' of switch 1 must be an IPv4 address/,
			description: /four numbers from 0 to 255/,
		},
	},
	{
		resource: 'trunkGroup',
		operation: 'delete',
		good: {
			parameters: { trunkGroupId: by('id', TRUNK_GROUP) },
			output: [{ deleted: true, id: TRUNK_GROUP }],
			account: ({ state }) => state.trunkGroups.map(({ id }) => id),
			accountIs: [DEFAULT_TRUNK_GROUP],
		},
		bad: {
			parameters: { trunkGroupId: by('id', DEFAULT_TRUNK_GROUP) },
			message: 'The default Trunk Group cannot be deleted',
			description: /Cannot Delete Trunk Group.*code 4006/s,
		},
	},
	{
		resource: 'trunkGroup',
		operation: 'assignNumbers',
		good: {
			parameters: {
				useDefault: false,
				trunkGroupId: by('id', TRUNK_GROUP),
				numbers: '+1 207 406 9000, 12074069001',
			},
			output: [{ success: true, trunk_group_id: TRUNK_GROUP, numbers: [NUMBER, '12074069001'] }],
			account: ownNumber('12074069001'),
			accountIs: { trunkGroupId: TRUNK_GROUP },
		},
		bad: {
			parameters: { useDefault: true, numbers: '12075550100' },
			message: /Number 12075550100 was not found/,
			description: /Number Not Found.*code 4001/s,
		},
	},
];
