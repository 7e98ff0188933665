import { jsonOf, useSandbox } from './harness.mts';

const api = useSandbox();

const locator = (value: string | number) => ({ __rl: true, mode: 'id', value });

test('Trunk Group → Get gives the trunk group', async () => {
	const items = jsonOf(
		await api.run({ resource: 'trunkGroup', operation: 'get', trunkGroupId: locator(8375) }),
	);
	expect(items).toEqual([api.sandbox.state.trunkGroup(8375)]);
});

test('Trunk Group → Get Many gives one item per trunk group', async () => {
	const items = jsonOf(await api.run({ resource: 'trunkGroup', operation: 'getAll' }));
	expect(items.map((group) => group.name)).toEqual(['Main office', 'Trunk Group #2']);
});

describe('Trunk Group → Create', () => {
	const create = (name: string, additionalFields = {}) =>
		api.run({ resource: 'trunkGroup', operation: 'create', name, additionalFields });

	test('sends only what is given', async () => {
		const [group] = jsonOf(await create('Office'));
		const sent = api.sandbox.requests.find(({ method }) => method === 'POST');
		expect(sent?.body).toEqual({ name: 'Office' });
		expect(group).toMatchObject({ name: 'Office', ring_type: 'simultaneous', pop: 'US' });
	});

	test('sends all settings, the switches in their order', async () => {
		const switches = { switch: [{ ip: '203.0.113.2', port: 5070 }, { ip: ' 203.0.113.1 ' }] };
		const more = { ringType: 'sequential', pop: 'HK', isDefault: true, switches };
		const [group] = jsonOf(await create('Office', more));
		expect(group).toMatchObject({
			ring_type: 'sequential',
			pop: 'HK',
			is_default: true,
			switches: [
				{ ip: '203.0.113.2', port: 5070 },
				{ ip: '203.0.113.1', port: 5060 },
			],
		});
	});

	test.each([
		['={{ "" }}', {}, 'Name is empty'],
		['n'.repeat(51), {}, 'Name has 51 characters; 50 are allowed'],
		['A', { switches: { switch: [{ ip: '10.0.0.0/24' }] } }, /IP Address of switch 1 must be/],
		['A', { switches: { switch: [{ ip: '10.0.0.1' }, { ip: '10.0.0.256' }] } }, /switch 2/],
		['A', { switches: { switch: [{ ip: '10.0.0.1.' }] } }, /must be an IPv4 address/],
		['A', { switches: { switch: [{ ip: 'fe80::1' }] } }, /must be an IPv4 address/],
		['A', { switches: { switch: [{ ip: '10.0.0.1', port: 1023 }] } }, /Port of switch 1/],
		['A', { switches: { switch: [{ ip: '10.0.0.1', port: 65536 }] } }, /1024 to 65535/],
	])('refuses %j with %j before a request is sent', async (name, fields, message) => {
		const { error } = await create(name, fields);
		expect(error?.message).toMatch(message);
		expect(api.sandbox.requests).toHaveLength(0);
	});

	test('accepts the ports and the lengths at the limits', async () => {
		const switches = {
			switch: [
				{ ip: '0.0.0.0', port: 1024 },
				{ ip: '255.255.255.255', port: 65535 },
			],
		};
		expect(jsonOf(await create('n'.repeat(50), { switches }))).toHaveLength(1);
	});

	test('tells that the name is taken', async () => {
		const { error } = await create('Main office');
		expect(error?.message).toBe('Invalid Field');
		expect(error?.description).toContain('Name Main office is already taken (parameter: Name).');
	});
});

describe('Trunk Group → Update', () => {
	const update = (updateFields: object, id = 8375) =>
		api.run({
			resource: 'trunkGroup',
			operation: 'update',
			trunkGroupId: locator(id),
			updateFields: { ...updateFields },
		});

	test.each([
		[{ name: 'Renamed' }, { name: 'Renamed' }],
		[{ ringType: 'simultaneous' }, { ring_type: 'simultaneous' }],
		[{ pop: 'HK' }, { pop: 'HK' }],
		[{ isDefault: true }, { is_default: true }],
		[
			{ switches: { switch: [{ ip: '203.0.113.9', port: 5080 }] } },
			{ switches: [{ ip: '203.0.113.9', port: 5080 }] },
		],
		[{ switches: {} }, { switches: [] }],
	])('%j changes nothing else', async (fields, changed) => {
		const before = structuredClone(api.sandbox.state.trunkGroup(8375));
		const [group] = jsonOf(await update(fields));
		expect(group).toEqual({ ...before, ...changed });
		expect(api.sandbox.state.trunkGroup(8375)).toEqual({ ...before, ...changed });
	});

	test('keeps the default trunk group the default', async () => {
		jsonOf(await update({ name: 'Main' }, 10897));
		expect(api.sandbox.state.trunkGroup(10897)).toMatchObject({ name: 'Main', is_default: true });
	});

	test('refuses to update nothing, and a bad name, before a request is sent', async () => {
		expect((await update({})).error?.message).toBe('There is nothing to update');
		expect((await update({ name: ' ' })).error?.message).toBe('Name is empty');
		expect(api.sandbox.requests).toHaveLength(0);
	});

	test('changes nothing where the trunk group cannot be read first', async () => {
		const { error } = await update({ name: 'X' }, 1);
		expect(error?.message).toBe('Trunk Group Not Found');
		expect(api.sandbox.requests.map(({ method }) => method)).toEqual(['GET']);
	});
});

describe('Trunk Group → Delete', () => {
	const remove = (id: number) =>
		api.run({ resource: 'trunkGroup', operation: 'delete', trunkGroupId: locator(id) });

	test('deletes it; its numbers follow the default', async () => {
		const { state } = api.sandbox;
		const number = state.addNumber({ number: '12025550123', trunkGroupId: 8375 });
		expect(jsonOf(await remove(8375))).toEqual([{ deleted: true, id: 8375 }]);
		expect(number.trunkGroupId).toBeNull();
	});

	test('tells that the default cannot be deleted, and what to do', async () => {
		const { error } = await remove(10897);
		expect(error?.message).toBe('Cannot Delete Trunk Group');
		expect(error?.description).toContain('Make another one the default first');
	});
});

describe('Trunk Group → Assign Numbers', () => {
	const operation = { resource: 'trunkGroup', operation: 'assignNumbers' };
	const each = {
		...operation,
		trunkGroupId: locator('={{ $json.group }}'),
		numbers: '={{ $json.numbers }}',
	};

	function addNumbers(count: number): string[] {
		return Array.from({ length: count }, (_, index) => {
			const number = `1202555${String(index).padStart(4, '0')}`;
			api.sandbox.state.addNumber({ number });
			return number;
		});
	}

	const groupOf = (number: string) => api.sandbox.state.activeNumber(number)?.trunkGroupId;

	test('assigns numbers written in any way', async () => {
		const numbers = '+1 207 406 9000, 12074069001\n0115117304800';
		const items = jsonOf(await api.run({ ...operation, trunkGroupId: locator(8375), numbers }));
		expect(items).toEqual([
			{
				success: true,
				trunk_group_id: 8375,
				numbers: ['12074069000', '12074069001', '0115117304800'],
			},
		]);
		expect(groupOf('12074069001')).toBe(8375);
	});

	test('takes the numbers of an order as they come', async () => {
		const given = [{ number: '12074069000', e164: '+12074069000' }, '12074069001', null];
		const result = await api.run(
			{ ...operation, trunkGroupId: locator(8375), numbers: '={{ $json.numbers }}' },
			[{ numbers: given }],
		);
		expect(jsonOf(result)[0]).toMatchObject({ numbers: ['12074069000', '12074069001'] });
	});

	test('refuses an entry that holds no number, instead of leaving it out', async () => {
		const parameters = {
			...operation,
			trunkGroupId: locator(8375),
			numbers: '={{ $json.numbers }}',
		};
		const { error } = await api.run(parameters, [{ numbers: ['12074069000', { id: 1 }] }]);
		expect(error?.message).toBe('Numbers has an entry that is no text: "{"id":1}"');
		expect(api.sandbox.requests).toHaveLength(0);
	});

	test('useDefault sends null, whatever the trunk group holds', async () => {
		const parameters = { ...operation, useDefault: true, trunkGroupId: locator(8375) };
		const items = jsonOf(await api.run({ ...parameters, numbers: '0115117304800' }));
		expect(items[0]).toMatchObject({ trunk_group_id: null });
		expect(api.sandbox.requests[0].body).toEqual({
			trunk_group_id: null,
			numbers: ['0115117304800'],
		});
	});

	test('makes one call of any number of items with the same target', async () => {
		const numbers = addNumbers(500);
		const items = numbers.map((number) => ({ group: 8375, numbers: [number] }));
		const result = await api.run(each, items);
		expect(jsonOf(result)).toHaveLength(500);
		expect(result.items[499].pairedItem).toEqual({ item: 499 });
		expect(api.sandbox.requests).toHaveLength(1);
	});

	test('makes one call for each target', async () => {
		const [a, b, c] = addNumbers(3);
		const items = [
			{ group: 8375, numbers: a },
			{ group: 10897, numbers: b },
			{ group: 8375, numbers: c },
		];
		const result = jsonOf(await api.run(each, items));
		expect(result.map((item) => item.trunk_group_id)).toEqual([8375, 10897, 8375]);
		expect(api.sandbox.requests.map(({ body }) => body)).toEqual([
			{ trunk_group_id: 8375, numbers: [a, c] },
			{ trunk_group_id: 10897, numbers: [b] },
		]);
	});

	test('fails only the bad items where the API names them, and assigns the rest', async () => {
		const [a, b, c] = addNumbers(3);
		const items = [
			{ group: 8375, numbers: a },
			{ group: 8375, numbers: ['12025559999', b] },
			{ group: 8375, numbers: c },
		];
		const result = await api.run(each, items, { onError: 'continueRegularOutput' });
		expect(result.items.map((item) => item.json.success ?? item.json.error)).toEqual([
			true,
			'Number Not Found',
			true,
		]);
		expect(result.items[1].json).toMatchObject({ code: 4001, http_status: 422 });
		expect([groupOf(a), groupOf(b), groupOf(c)]).toEqual([8375, null, 8375]);
		expect(api.sandbox.requests).toHaveLength(2);
	});

	test('finds the bad items by halving where the API does not name them', async () => {
		const numbers = addNumbers(16);
		const bad = numbers[5];
		api.sandbox.onRequest = (request) => {
			const sent = (request.body as { numbers: string[] }).numbers;
			if (!sent.includes(bad)) return;
			api.sandbox.fault({
				kind: 'status',
				status: 422,
				body: {
					status: 422,
					api_request_id: 'r',
					errors: [{ code: 4001, title: 'Number Not Found', detail: 'A number was not found' }],
				},
			});
		};
		const items = numbers.map((number) => ({ group: 8375, numbers: number }));
		const result = await api.run(each, items, { onError: 'continueRegularOutput' });
		const failed = result.items.filter((item) => item.json.error);
		expect(failed.map((item) => item.pairedItem)).toEqual([{ item: 5 }]);
		expect(numbers.filter((number) => groupOf(number) === 8375)).toHaveLength(15);
		expect(api.sandbox.requests.length).toBeLessThanOrEqual(1 + 2 * Math.log2(16));
	});

	test('without Continue On Fail the rest is assigned too, then the bad item is told', async () => {
		const [a] = addNumbers(1);
		const items = [
			{ group: 8375, numbers: a },
			{ group: 8375, numbers: '12025559999' },
		];
		const { error } = await api.run(each, items);
		expect(error?.message).toBe('Number Not Found');
		expect(error?.description).toContain('Number 12025559999 was not found');
		expect(error?.context).toMatchObject({ itemIndex: 1 });
		expect(groupOf(a)).toBe(8375);
	});

	test('a trunk group that is not there fails its items with one call', async () => {
		const numbers = addNumbers(8);
		const items = numbers.map((number) => ({ group: 1, numbers: number }));
		const result = await api.run(each, items, { onError: 'continueRegularOutput' });
		expect(result.items.every((item) => item.json.code === 4005)).toBe(true);
		expect(api.sandbox.requests).toHaveLength(1);
	});

	test('one bad entry fails its item before anything is sent', async () => {
		const [a] = addNumbers(1);
		const items = [
			{ group: 8375, numbers: a },
			{ group: 8375, numbers: 'not a number' },
			{ group: 8375, numbers: [] },
		];
		const { error } = await api.run(each, items);
		expect(error?.message).toBe('"not a number" is not a complete phone number');
		expect(api.sandbox.requests).toHaveLength(0);
		const result = await api.run(each, items, { onError: 'continueRegularOutput' });
		expect(result.items.map((item) => item.json.error)).toEqual([
			undefined,
			'"not a number" is not a complete phone number',
			'Numbers is empty',
		]);
		expect(groupOf(a)).toBe(8375);
	});
});
