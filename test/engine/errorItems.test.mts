import type { INodeParameters } from 'n8n-workflow';
import { Session } from '../../nodes/IdtExpress/api/session';
import { shortenWaits, useSandbox } from './harness.mts';

/** Every error names the input item that it is about, whatever the operation. */

const api = useSandbox();
shortenWaits();

const located = (mode: string) => ({ __rl: true, mode, value: '={{ $json.id }}' });

/** Each with what the first item asks for, which is there, and the second one, which is not. */
const CASES: Array<[INodeParameters, string | number, string | number]> = [
	[{ resource: 'region', operation: 'getAll', countryIso: located('iso') }, 'US', 'XX'],
	[{ resource: 'didGroup', operation: 'getAll', countryIso: located('iso') }, 'GB', 'XX'],
	[{ resource: 'didGroup', operation: 'browseNumbers', didGroupId: located('id') }, 39145, 1],
	[{ resource: 'order', operation: 'preview', didGroupId: located('id') }, 39145, 1],
	[{ resource: 'order', operation: 'create', didGroupId: located('id') }, 39145, 1],
	[{ resource: 'order', operation: 'get', orderId: located('id') }, '9c2-2e2-4b6f', 'none'],
	[
		{ resource: 'number', operation: 'get', number: located('number') },
		'12074069000',
		'12075550100',
	],
	[
		{ resource: 'number', operation: 'delete', number: located('number') },
		'12074069000',
		'12075550100',
	],
	[
		{ resource: 'number', operation: 'setCnam', number: located('number'), cnamName: 'Jenny' },
		'12074069000',
		'12075550100',
	],
	[
		{ resource: 'number', operation: 'deleteCnam', number: located('number') },
		'12074069000',
		'12075550100',
	],
	[{ resource: 'trunkGroup', operation: 'get', trunkGroupId: located('id') }, 8375, 1],
	[{ resource: 'trunkGroup', operation: 'delete', trunkGroupId: located('id') }, 8375, 1],
	[
		{
			resource: 'trunkGroup',
			operation: 'update',
			trunkGroupId: located('id'),
			updateFields: { name: 'Office' },
		},
		8375,
		1,
	],
	[
		{
			resource: 'trunkGroup',
			operation: 'assignNumbers',
			trunkGroupId: located('id'),
			numbers: '12074069000',
		},
		8375,
		1,
	],
];

test.each(CASES)(
	'when the second item fails (%j), the error names it',
	async (parameters, good, bad) => {
		const { error } = await api.run(parameters, [{ id: good }, { id: bad }]);
		expect(error?.name).toMatch(/^Node(Api|Operation)Error$/);
		expect(error?.context).toMatchObject({ itemIndex: 1 });
	},
);

test('when something unexpected happens in the second item, the error names it', async () => {
	const { access } = Session.prototype;
	const spy = jest.spyOn(Session.prototype, 'access').mockImplementation(async function (
		this: Session,
		itemIndex,
	) {
		if (itemIndex === 1) throw new TypeError('Nobody thought of this');
		return await access.call(this, itemIndex);
	});
	const trunkGroupId = { __rl: true, mode: 'id', value: '8375' };
	const parameters = { resource: 'trunkGroup', operation: 'get', trunkGroupId };
	const { error } = await api.run(parameters, [{}, {}]);
	spy.mockRestore();
	expect(error?.name).toBe('NodeOperationError');
	expect(error?.message).toBe('Nobody thought of this');
	expect(error?.context).toMatchObject({ itemIndex: 1 });
});
