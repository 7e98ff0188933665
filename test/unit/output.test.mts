import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import {
	didGroupOutput,
	flatDidGroup,
	flatNumber,
	flatOrder,
	numberOutput,
	orderOutput,
	previewOutput,
	recordOutput,
} from '../../nodes/IdtExpress/shared/output';
import type { Field } from '../../nodes/IdtExpress/shared/field';

type Output = Field<(record: IDataObject) => IDataObject>;

/** The output of a record with the parameters given. */
function outputOf(output: Output, parameters: IDataObject, record: IDataObject): IDataObject {
	const context = {
		getInputData: () => [{ json: {} }],
		getNode: () => ({ name: 'IDT', type: 'idtExpress', parameters }),
		getNodeParameter: (name: string, _itemIndex: number, fallback: unknown) =>
			parameters[name] ?? fallback,
	};
	return output.read(context as unknown as IExecuteFunctions, 0)(record);
}

const GROUP = {
	id: 2992,
	name: 'FANWOOD (908) 312',
	country_calling_code: '1',
	area_code: '908',
	nxx: '312',
	toll_free: false,
	supports_browse: true,
	quantity: 141,
	country: { name: 'USA', iso: 'US', has_regions: true, supports_toll_free: true },
	region: { name: 'Alaska', code: 'US-AK' },
	fees: { setup_fee: '1.50', monthly_fee: '5.00', per_minute_rate: '4.7354' },
};

const ORDER = {
	id: '9c2-2e2-4b6f',
	created_at: '2020-06-25T13:47:00.000Z',
	status: 'complete',
	ordered: { quantity: 3 },
	fulfilled: { quantity: 1 },
	order_items: [
		{
			id: 162336,
			status: 'Partially Fulfilled – Complete',
			order_item_type: 'number_skus',
			ordered: {
				quantity: 3,
				numbers: [{ number: '12074063052', sku: 'BW-US-2074063052' }],
			},
			cancelable: false,
			did_group: GROUP,
			numbers: [{ number: '01148448881015' }],
		},
	],
};

const NUMBER = {
	number: '12074063052',
	status: 'removed',
	added_at: '2025-12-09T14:17:58.649Z',
	removed_at: '2026-01-09T14:17:58.649Z',
	trunk_group_id: 7,
	did_group: GROUP,
	supports_cnam: true,
	cnam: {
		current: { name: 'A', type: 'business', display: 'block' },
		pending: { action: 'enable', name: 'B', type: 'residential', display: 'allow' },
		per_dip_fee: '0.0018',
		update_fee: '0.1',
	},
};

const KINDS: Array<[string, Output, IDataObject]> = [
	['a DID group', didGroupOutput, GROUP],
	['an order', orderOutput, ORDER],
	['a preview', previewOutput, ORDER],
	['a number', numberOutput, NUMBER],
];

describe('simplified', () => {
	test('a DID group, the most used fields first', () => {
		const simplified = outputOf(didGroupOutput, {}, GROUP);
		expect(Object.entries(simplified)).toEqual([
			['id', 2992],
			['name', 'FANWOOD (908) 312'],
			['quantity', 141],
			['monthly_fee', 5],
			['setup_fee', 1.5],
			['country_iso', 'US'],
			['region_code', 'US-AK'],
			['area_code', '908'],
			['toll_free', false],
			['supports_browse', true],
		]);
	});

	test('an order', () => {
		expect(Object.entries(outputOf(orderOutput, {}, ORDER))).toEqual([
			['id', '9c2-2e2-4b6f'],
			['status', 'complete'],
			['finished', true],
			['ordered_quantity', 3],
			['fulfilled_quantity', 1],
			['did_group_id', 2992],
			['did_group_name', 'FANWOOD (908) 312'],
			['total_due_now', 19.5],
			['created_at', '2020-06-25T13:47:00.000Z'],
			['numbers', [{ number: '01148448881015', e164: '+48448881015' }]],
		]);
	});

	test('a preview', () => {
		expect(Object.entries(outputOf(previewOutput, {}, ORDER))).toEqual([
			['did_group_id', 2992],
			['did_group_name', 'FANWOOD (908) 312'],
			['country_iso', 'US'],
			['region_code', 'US-AK'],
			['ordered_quantity', 3],
			['in_stock_quantity', 141],
			['monthly_fee', 5],
			['setup_fee', 1.5],
			['total_monthly_fee', 15],
			['total_due_now', 19.5],
		]);
	});

	test('a number', () => {
		expect(Object.entries(outputOf(numberOutput, {}, NUMBER))).toEqual([
			['number', '12074063052'],
			['e164', '+12074063052'],
			['status', 'removed'],
			['added_at', '2025-12-09T14:17:58.649Z'],
			['removed_at', '2026-01-09T14:17:58.649Z'],
			['trunk_group_id', 7],
			['did_group_name', 'FANWOOD (908) 312'],
			['monthly_fee', 5],
			['cnam_name', 'A'],
			['cnam_pending', 'enable'],
		]);
	});

	test.each(KINDS)(
		'%s has at most ten fields, all of them with an empty record too',
		(_, output, record) => {
			const fields = Object.keys(outputOf(output, {}, record));
			expect(fields.length).toBeLessThanOrEqual(10);
			expect(Object.keys(outputOf(output, {}, {}))).toEqual(fields);
		},
	);
});

describe('the other flat fields', () => {
	test('of a DID group', () => {
		expect(flatDidGroup(GROUP)).toMatchObject({
			nxx: '312',
			country_name: 'USA',
			region_name: 'Alaska',
			country_calling_code: '1',
			per_minute_rate: 4.7354,
		});
	});

	test('of an order', () => {
		expect(flatOrder({ ...ORDER, currency: 'USD' })).toMatchObject({
			item_status: 'Partially Fulfilled – Complete',
			cancelable: false,
			missing_quantity: 2,
			total_monthly_fee: 15,
			total_setup_fee: 4.5,
			currency: 'USD',
			in_stock_quantity: 141,
			supports_browse: true,
			order_item_id: 162336,
			order_item_type: 'number_skus',
			ordered_skus: ['BW-US-2074063052'],
			country_name: 'USA',
			per_minute_rate: 4.7354,
		});
	});

	test('of a number', () => {
		expect(flatNumber(NUMBER)).toMatchObject({
			did_group_id: 2992,
			supports_cnam: true,
			cnam_type: 'business',
			cnam_display: 'block',
			cnam_pending_name: 'B',
			cnam_pending_type: 'residential',
			cnam_pending_display: 'allow',
			cnam_update_fee: 0.1,
			cnam_per_dip_fee: 0.0018,
			setup_fee: 1.5,
			per_minute_rate: 4.7354,
			area_code: '908',
			country_name: 'USA',
			region_name: 'Alaska',
		});
	});

	test('totals are exact, and unknown where a fee is no plain number', () => {
		const at = (setup_fee: unknown, monthly_fee: unknown) =>
			flatOrder({
				ordered: { quantity: 3 },
				order_items: [{ did_group: { fees: { setup_fee, monthly_fee } } }],
			} as IDataObject);
		expect(at('0.00', '4.35')).toMatchObject({ total_due_now: 13.05, total_monthly_fee: 13.05 });
		expect(at('0.1', '0.2')).toMatchObject({ total_due_now: 0.9 });
		for (const odd of ['free', '-1', '1e3', '', null, undefined, '4,25']) {
			expect(at(odd, '4.35')).toMatchObject({
				setup_fee: null,
				total_setup_fee: null,
				total_due_now: null,
				total_monthly_fee: 13.05,
			});
		}
	});
});

describe('an order from Get Orders', () => {
	const summary = {
		id: '1',
		status: 'Complete',
		ordered: { quantity: 2 },
		fulfilled: { quantity: 0 },
	};

	test('tells neither numbers nor SKUs: that is not the same as none', () => {
		expect(flatOrder(summary)).toMatchObject({ numbers: null, ordered_skus: null, finished: true });
		expect(flatOrder({ ...summary, order_items: [{ numbers: [] }] })).toMatchObject({
			numbers: [],
		});
	});

	test('is not finished while its item is on backorder', () => {
		const backordered = { ...summary, order_items: [{ status: 'Backordered' }] };
		expect(flatOrder(backordered)).toMatchObject({ finished: false });
	});

	test.each([{}, { ordered: { quantity: 0 } }])(
		'whose quantity (%j) is only on its item has the price of that, and none without one',
		(said) => {
			const fees = { monthly_fee: '4.25', setup_fee: '1.00' };
			const item = { ordered: { quantity: 3 }, did_group: { fees } };
			const priced = { ordered_quantity: 3, total_due_now: 15.75, total_monthly_fee: 12.75 };
			expect(flatOrder({ ...said, order_items: [item] })).toMatchObject(priced);
			const unsaid = { ...said, order_items: [{ did_group: { fees } }] };
			expect(flatOrder(unsaid)).toMatchObject({ total_due_now: null, total_setup_fee: null });
		},
	);

	test('with more delivered than ordered has nothing missing', () => {
		const order = { ordered: { quantity: 1 }, fulfilled: { quantity: 2 } };
		expect(flatOrder(order)).toMatchObject({ missing_quantity: 0, finished: true });
	});
});

test.each(KINDS)('raw, %s is as it came', (_, output, record) => {
	expect(outputOf(output, { output: 'raw' }, record)).toBe(record);
});

describe('selected', () => {
	const selected = (outputFields: unknown) =>
		outputOf(orderOutput, { output: 'selected', outputFields } as IDataObject, ORDER);

	test.each([
		[['status', 'ordered_skus']],
		['status, ordered_skus'],
		['["status","ordered_skus"]'],
		[['id', 'status', 'ordered_skus', 'status']],
	])('%j gives these fields, and the ID', (outputFields) => {
		expect(Object.entries(selected(outputFields))).toEqual([
			['id', '9c2-2e2-4b6f'],
			['status', 'complete'],
			['ordered_skus', ['BW-US-2074063052']],
		]);
	});

	test('nothing gives the ID', () => {
		expect(selected([])).toEqual({ id: '9c2-2e2-4b6f' });
		expect(outputOf(numberOutput, { output: 'selected' }, NUMBER)).toEqual({
			number: '12074063052',
		});
	});

	test('a field that there is not is refused', () => {
		expect(() => selected('status, colour')).toThrow(`'Output Fields' cannot be "colour"`);
		expect(() => outputOf(orderOutput, { output: 'all' }, ORDER)).toThrow("'Output' cannot be");
	});
});

test('the form offers every flat field, and the list of fields with Selected Fields only', () => {
	for (const [, output, record] of KINDS) {
		const [mode, fields] = output.properties;
		expect(mode).toMatchObject({ name: 'output', default: 'simplified' });
		expect(fields).toMatchObject({
			name: 'outputFields',
			displayOptions: { show: { output: ['selected'] } },
		});
		const offered = fields.options?.map((option) => 'value' in option && option.value);
		const flat =
			record === ORDER
				? flatOrder(record)
				: record === NUMBER
					? flatNumber(record)
					: flatDidGroup(record);
		expect(offered).toEqual(Object.keys(flat).sort((a, b) => a.localeCompare(b)));
	}
});

test.each([
	['a DID group', didGroupOutput, 'id'],
	['an order', orderOutput, 'id'],
	['a preview', previewOutput, 'did_group_id'],
	['a number', numberOutput, 'number'],
])('when %s is read, the form explains each output, and which field comes along', (...row) => {
	const [, output, first] = row;
	const [mode, fields] = output.properties;
	expect(mode).toMatchObject({
		displayName: 'Output',
		description: 'What to return of each record',
		options: [
			{ name: 'Raw', value: 'raw', description: 'The record as IDT Express gives it' },
			{
				name: 'Selected Fields',
				value: 'selected',
				description: 'Flat fields that you choose',
			},
			{
				name: 'Simplified',
				value: 'simplified',
				description: 'The flat fields that are used most',
			},
		],
	});
	expect(fields.displayName).toBe('Output Fields');
	expect(fields.description).toContain(
		`The fields to return, besides ${first}. In an expression: `,
	);
});

test('a node with several kinds of records shows the fields of each where they belong', () => {
	const output = recordOutput('number', { event: ['numberAdded'] });
	expect(output.properties.map(({ displayOptions }) => displayOptions?.show)).toEqual([
		{ event: ['numberAdded'] },
		{ event: ['numberAdded'], output: ['selected'] },
	]);
});
