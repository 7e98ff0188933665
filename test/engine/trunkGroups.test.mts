import { jsonOf, runNode, shortenWaits, useSandbox } from './harness.mts';

shortenWaits();

const api = useSandbox();

const locator = (value: string | number) => ({ __rl: true, mode: 'id', value });

test('when an ID is given, Trunk Group → Get gives the trunk group', async () => {
	const items = jsonOf(
		await api.run({ resource: 'trunkGroup', operation: 'get', trunkGroupId: locator(8375) }),
	);
	expect(items).toEqual([api.sandbox.state.trunkGroup(8375)]);
});

test('when run, Trunk Group → Get Many gives one item per trunk group', async () => {
	const items = jsonOf(await api.run({ resource: 'trunkGroup', operation: 'getAll' }));
	expect(items.map((group) => group.name)).toEqual(['Main office', 'Trunk Group #2']);
});

describe('Trunk Group → Create', () => {
	const create = (name: string, additionalFields = {}) =>
		api.run({ resource: 'trunkGroup', operation: 'create', name, additionalFields });
	const posts = () => api.sandbox.requests.filter(({ method }) => method === 'POST');

	test('when only a name is given, sends no more', async () => {
		const [group] = jsonOf(await create('Office'));
		expect(posts().map(({ body }) => body)).toEqual([{ name: 'Office' }]);
		expect(group).toMatchObject({ name: 'Office', ring_type: 'simultaneous', pop: 'US' });
	});

	test.each([{}, { id: null }, { message: 'queued' }])(
		'when the answer is the trunk group %j, finds the new one in the list',
		async (answer) => {
			const body = { trunk_group: answer };
			api.sandbox.fault({
				match: { method: 'POST' },
				when: 'after',
				kind: 'status',
				status: 201,
				body,
			});
			const [group] = jsonOf(await create('Office'));
			expect(group).toMatchObject({ id: expect.any(Number), name: 'Office' });
			expect(posts()).toHaveLength(1);
		},
	);

	test('when all settings are given, sends them, the switches in their order', async () => {
		const switches = { switch: [{ ip: '203.0.113.2', port: 5070 }, { ip: ' 203.0.113.1 ' }] };
		const more = { ringType: 'sequential', pop: 'HK', isDefault: '={{ "true" }}', switches };
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

	test('when there are no switches, a hint of the run says so', async () => {
		const hints = async (result: ReturnType<typeof create>) =>
			(await result).run.data.resultData.runData['IDT Express'][0].hints ?? [];
		expect(await hints(create('Office', { switches: {} }))).toMatchObject([
			{ message: expect.stringContaining('No switches: Office.') },
		]);
		const switches = { switch: [{ ip: '203.0.113.2', port: 5070 }] };
		expect(await hints(create('Other', { switches }))).toEqual([]);
	});

	const oneSwitch = (ip: string, port?: number | string) => ({
		switches: { switch: [{ ip, port }] },
	});

	test.each([
		['={{ "" }}', {}, "'Name' is empty"],
		['n'.repeat(51), {}, "'Name' has 51 characters; 50 are allowed"],
		['A', oneSwitch('10.0.0.0/24'), /^'IP Address' of switch 1 .* a block of addresses/],
		['A', oneSwitch('sip.example.com'), /^'IP Address' of switch 1 .* a host name/],
		['A', oneSwitch('10.0.0.1.'), /^'IP Address' of switch 1 must be an IPv4 address/],
		['A', oneSwitch('10.0.0.256'), /^'IP Address' of switch 1 must be an IPv4 address/],
		['A', oneSwitch('010.0.0.1'), /^'IP Address' of switch 1 must be an IPv4 address/],
		['A', oneSwitch('fe80::1'), /^'IP Address' of switch 1 .* an IPv6 address/],
		['A', oneSwitch('sip:10.0.0.1'), /^'IP Address' of switch 1 .* a URI/],
		['A', oneSwitch('http://10.0.0.1/'), /^'IP Address' of switch 1 .* a URI/],
		['A', oneSwitch('10.0.0.1', '={{ $json.port }}'), /^'Port' of switch 1 is empty/],
		['A', oneSwitch('10.0.0.1:5060'), /^'IP Address' of switch 1 .* an address with a port/],
		['A', oneSwitch('={{ "" }}'), /^'IP Address' of switch 1 is empty/],
		['A', oneSwitch('10.0.0.1', 1023), /^'Port' of switch 1 must be a whole number/],
		['A', oneSwitch('10.0.0.1', 65536), /from 1024 to 65535/],
		['A', { switches: { switch: [{ ip: '10.0.0.1' }, { ip: 'x' }] } }, /^'IP Address' of switch 2/],
		['A', { ringType: '={{ "" }}' }, /^'Ring Type' /],
		['A', { pop: '={{ "EU" }}' }, /^'Point of Presence' /],
		['A', { isDefault: '={{ "perhaps" }}' }, /^'Set as Default' must be true or false/],
	])(
		'when given %j with %j, refuses it before a request is sent',
		async (name, fields, message) => {
			const { error } = await create(name, fields);
			expect(error?.message).toMatch(message);
			expect(api.sandbox.requests).toHaveLength(0);
		},
	);

	test('when ports and lengths are at the limits, accepts them', async () => {
		const switches = {
			switch: [
				{ ip: '0.0.0.0', port: 1024 },
				{ ip: '255.255.255.255', port: 65535 },
			],
		};
		expect(jsonOf(await create('n'.repeat(50), { switches }))).toHaveLength(1);
	});

	test('when the name is taken, says so', async () => {
		const { error } = await create('Main office');
		expect(`${error?.message} ${error?.description}`).toContain(
			'Name Main office is already taken',
		);
		expect(`${error?.message} ${error?.description}`).toMatch(/parameter: '?Name/i);
	});

	test.each(['Office', 'OFFICE', ' office '])(
		'when the answer is lost and the list writes the name as %j, finds it again',
		async (written) => {
			api.sandbox.fault({ match: { method: 'POST' }, when: 'after', kind: 'drop' });
			api.sandbox.onRequest = ({ method }) => {
				const group = api.sandbox.state.trunkGroups.at(-1);
				if (method === 'GET' && group?.name === 'Office') group.name = written;
			};
			expect(jsonOf(await create('Office'))).toMatchObject([{ name: written }]);
			expect(posts()).toHaveLength(1);
		},
	);

	test('when the request is lost before it was carried out, says that nothing was created', async () => {
		api.sandbox.fault({ match: { method: 'POST' }, when: 'before', kind: 'drop' });
		expect((await create('Office')).error?.message).toBe('The trunk group was not created');
		expect(posts()).toHaveLength(1);
	});

	test('when the answer is lost and the new trunk group has another name, is not sure', async () => {
		api.sandbox.fault({ match: { method: 'POST' }, when: 'after', kind: 'drop' });
		api.sandbox.onRequest = ({ method }) => {
			const group = api.sandbox.state.trunkGroups.at(-1);
			if (method === 'GET' && group?.name === 'A & B') group.name = 'A &amp; B';
		};
		const { error } = await create('A & B');
		expect(error?.message).toBe('The trunk group may have been created');
		expect(posts()).toHaveLength(1);
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
	const current = () => api.sandbox.state.trunkGroup(8375);
	const oneSwitch = [{ ip: '203.0.113.9', port: 5080 }];

	test.each([
		[{ name: 'Renamed' }, { name: 'Renamed' }],
		[{ ringType: 'simultaneous' }, { ring_type: 'simultaneous' }],
		[{ pop: 'HK' }, { pop: 'HK' }],
		[{ isDefault: true }, { is_default: true }],
		[{ switches: { switch: oneSwitch } }, { switches: oneSwitch }],
	])('when given %j, changes nothing else', async (fields, changed) => {
		const before = structuredClone(current());
		const [group] = jsonOf(await update(fields));
		expect(group).toEqual({ ...before, ...changed });
		expect(current()).toEqual({ ...before, ...changed });
	});

	test.each([
		[{}],
		[{ switch: [] }],
		// What n8n makes an empty list of: the API's own array, JSON text, an expression.
		[[{ ip: '203.0.113.9', port: 5080 }]],
		['[{"ip":"203.0.113.9","port":5080}]'],
		['={{ [{ ip: "203.0.113.9", port: 5080 }] }}'],
	])('when the switches are %j, changes nothing', async (switches) => {
		const before = structuredClone(current());
		const { error } = await update({ switches });
		expect(error?.message).toBe("'Switches' is empty");
		expect(api.sandbox.requests).toHaveLength(0);
		expect(current()).toEqual(before);
	});

	test('when the default trunk group is renamed, it stays the default', async () => {
		jsonOf(await update({ name: 'Main' }, 10897));
		expect(api.sandbox.state.trunkGroup(10897)).toMatchObject({ name: 'Main', is_default: true });
	});

	test('when the read is behind and calls it the default still, the default stays where it is', async () => {
		const stale = { ...current(), is_default: true };
		const body = { trunk_group: stale };
		api.sandbox.fault({ match: { method: 'GET' }, kind: 'status', status: 200, body });
		jsonOf(await update({ name: 'Renamed' }));
		expect(api.sandbox.state.trunkGroup(10897)?.is_default).toBe(true);
		expect(current()).toMatchObject({ name: 'Renamed', is_default: false });
	});

	test.each([
		[202, undefined],
		[204, undefined],
		[200, {}],
		[202, { message: 'Accepted' }],
	])('when the answer is HTTP %s with the body %j, it is updated', async (status, body) => {
		const before = structuredClone(current());
		const match = { method: 'PUT' };
		api.sandbox.fault({ match, when: 'after', kind: 'status', status, body, times: 9 });
		const items = jsonOf(await update({ name: 'Renamed' }));
		expect(items).toEqual([{ ...before, name: 'Renamed' }]);
		expect(current()).toEqual(items[0]);
		const puts = api.sandbox.requests.filter(({ method }) => method === 'PUT');
		expect(puts).toHaveLength(1);
	});

	test('when there is nothing to update, or a bad name, sends nothing', async () => {
		expect((await update({})).error?.message).toBe('There is nothing to update');
		expect((await update({ name: ' ' })).error?.message).toBe("'Name' is empty");
		expect(api.sandbox.requests).toHaveLength(0);
	});

	test('when the trunk group cannot be read first, changes nothing', async () => {
		const { error } = await update({ name: 'X' }, 1);
		expect(error?.message).toBe('Trunk Group 1 was not found');
		expect(api.sandbox.requests.map(({ method }) => method)).toEqual(['GET']);
	});

	test.each(['switches', 'pop', 'ring_type', 'name'])(
		'when the answer lacks %s, changes nothing rather than reset it',
		async (missing) => {
			const trunk_group = { ...current(), [missing]: undefined };
			const answer = { kind: 'status', status: 200, body: { trunk_group } } as const;
			const before = structuredClone(current());
			api.sandbox.fault({ match: { method: 'GET' }, ...answer });
			const { error } = await update({ isDefault: true });
			expect(error?.message).toMatch(
				/^IDT Express does not say what '.*' of this trunk group is now/,
			);
			expect(current()).toEqual(before);
		},
	);

	test('when the answer lacks the switches and they are given, updates', async () => {
		const trunk_group = { ...current(), switches: undefined };
		api.sandbox.fault({
			match: { method: 'GET' },
			kind: 'status',
			status: 200,
			body: { trunk_group },
		});
		jsonOf(await update({ switches: { switch: oneSwitch } }));
		expect(current()).toMatchObject({ ring_type: 'sequential', switches: oneSwitch });
	});

	test('when another trunk group is answered, changes nothing', async () => {
		const trunk_group = { ...current(), id: 10897 };
		const answer = { kind: 'status', status: 200, body: { trunk_group }, times: 10 } as const;
		api.sandbox.fault({ match: { method: 'GET' }, ...answer });
		expect((await update({ name: 'X' })).error).toBeDefined();
		expect(api.sandbox.requests.every(({ method }) => method === 'GET')).toBe(true);
	});

	test('when the answer is lost and the repeated request is refused, says that it may have been made', async () => {
		api.sandbox.fault({ match: { method: 'PUT' }, when: 'after', kind: 'drop' });
		const errors = [{ code: 2001, title: 'Quota Exceeded', detail: 'Quota exceeded' }];
		api.sandbox.fault({
			match: { method: 'PUT' },
			kind: 'status',
			status: 429,
			body: { status: 429, api_request_id: 'a', errors },
		});
		const { error } = await api.run({
			resource: 'trunkGroup',
			operation: 'update',
			trunkGroupId: locator(8375),
			updateFields: { pop: 'HK' },
		});
		expect(api.sandbox.state.trunkGroup(8375)?.pop).toBe('HK');
		expect(error?.description).toContain('The change may have been made all the same');
	});

	test('when the answer is lost, repeats the request', async () => {
		api.sandbox.fault({ match: { method: 'PUT' }, when: 'after', kind: 'drop' });
		expect(jsonOf(await update({ name: 'Renamed' }))).toMatchObject([{ name: 'Renamed' }]);
	});
});

describe('Trunk Group → Delete', () => {
	const remove = (id: number) =>
		api.run({ resource: 'trunkGroup', operation: 'delete', trunkGroupId: locator(id) });

	test('when it is deleted, its numbers go to the default', async () => {
		const { state } = api.sandbox;
		const number = state.addNumber({ number: '12025550123', trunkGroupId: 8375 });
		expect(jsonOf(await remove(8375))).toEqual([{ deleted: true, id: 8375 }]);
		expect(number.trunkGroupId).toBeNull();
	});

	test('when it is the default, says why it cannot be deleted, and what to do', async () => {
		const { error } = await remove(10897);
		expect(`${error?.message} ${error?.description}`).toContain('code 4006');
		expect(error?.description).toMatch(/another (one|trunk group) the default/);
	});

	test.each(['before', 'after'] as const)(
		'when the answer is lost %s it was carried out, it is deleted',
		async (when) => {
			api.sandbox.fault({ match: { method: 'DELETE' }, when, kind: 'drop' });
			expect(jsonOf(await remove(8375))).toEqual([{ deleted: true, id: 8375 }]);
			expect(api.sandbox.state.trunkGroup(8375)).toBeUndefined();
		},
	);

	test('when there is no such trunk group from the start, says so', async () => {
		expect((await remove(1)).error?.message).toBe('Trunk Group 1 was not found');
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

	const bodies = () =>
		api.sandbox.requests.map(({ body }) => body as { trunk_group_id: number; numbers: string[] });
	const refusal = (error: object, status = 422) =>
		({
			kind: 'status',
			status,
			body: {
				status,
				api_request_id: 'r',
				errors: [
					{ code: 4001, title: 'Number Not Found', detail: 'A number was not found', ...error },
				],
			},
		}) as const;

	test('when numbers are written in any way, assigns them', async () => {
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

	test('when the numbers are those of an order, takes them as they come', async () => {
		const given = [{ number: '12074069000', e164: '+12074069000' }, '12074069001'];
		const result = await api.run(
			{ ...operation, trunkGroupId: locator(8375), numbers: '={{ $json.numbers }}' },
			[{ numbers: given }],
		);
		expect(jsonOf(result)[0]).toMatchObject({ numbers: ['12074069000', '12074069001'] });
	});

	test('when an entry holds no number, refuses it instead of leaving it out', async () => {
		const parameters = {
			...operation,
			trunkGroupId: locator(8375),
			numbers: '={{ $json.numbers }}',
		};
		const { error } = await api.run(parameters, [{ numbers: ['12074069000', { id: 1 }] }]);
		expect(error?.message).toMatch(/^'Numbers' has an entry that is not text/);
		const { error: missing } = await api.run(parameters, [{ numbers: ['12074069000', null] }]);
		expect(missing?.message).toMatch(/^'Numbers' has an entry that is empty/);
		const { error: early } = await api.run({
			...operation,
			useDefault: true,
			numbers: '={{ [] }}',
		});
		expect(early?.message).toBe("'Numbers' is empty");
		expect(early?.description).toContain("set 'Wait for Fulfillment'");
		const asGiven = { ...operation, trunkGroupId: locator('={{ null }}'), numbers: '12074069000' };
		const { error: ofDefault } = await api.run(asGiven);
		expect(ofDefault?.description).toContain("turn on 'Use Default Trunk Group'");
		expect(api.sandbox.requests).toHaveLength(0);
	});

	test.each([true, '={{ "true" }}', '={{ 1 }}'])(
		'when Use Default Trunk Group is %j, sends null, whatever the trunk group holds',
		async (useDefault) => {
			const parameters = { ...operation, useDefault, trunkGroupId: locator(8375) };
			const items = jsonOf(await api.run({ ...parameters, numbers: '0115117304800' }));
			expect(items[0]).toMatchObject({ trunk_group_id: null });
			expect(bodies()).toEqual([{ trunk_group_id: null, numbers: ['0115117304800'] }]);
		},
	);

	test('when 5,000 items have the same target, sends one request', async () => {
		const numbers = addNumbers(5000);
		const items = numbers.map((number) => ({ group: 8375, numbers: [number] }));
		const result = await api.run(each, items);
		expect(jsonOf(result)).toHaveLength(5000);
		expect(result.items[4999].pairedItem).toEqual({ item: 4999 });
		expect(api.sandbox.requests).toHaveLength(1);
	});

	test('when there are several targets, sends one request for each', async () => {
		const [a, b, c] = addNumbers(3);
		const items = [
			{ group: 8375, numbers: a },
			{ group: 10897, numbers: b },
			{ group: 8375, numbers: c },
		];
		const result = jsonOf(await api.run(each, items));
		expect(result.map((item) => item.trunk_group_id)).toEqual([8375, 10897, 8375]);
		expect(bodies()).toEqual([
			{ trunk_group_id: 8375, numbers: [a, c] },
			{ trunk_group_id: 10897, numbers: [b] },
		]);
	});

	test('when a number has two targets, it ends at the last one', async () => {
		const [a, b] = addNumbers(2);
		const items = [
			{ group: 8375, numbers: a },
			{ group: 10897, numbers: b },
			{ group: 8375, numbers: b },
		];
		expect(jsonOf(await api.run(each, items))).toHaveLength(3);
		expect([groupOf(a), groupOf(b)]).toEqual([8375, 8375]);
		expect(api.sandbox.requests).toHaveLength(2);
	});

	test('when the last of two targets does not exist, the number stays at the first', async () => {
		const [a] = addNumbers(1);
		const items = [
			{ group: 8375, numbers: a },
			{ group: 1, numbers: a },
		];
		const result = await api.run(each, items, { onError: 'continueRegularOutput' });
		expect(result.items.map((item) => item.json.code ?? item.json.success)).toEqual([true, 4005]);
		expect(groupOf(a)).toBe(8375);
	});

	test('when items belong to several accounts, sends each to its own', async () => {
		const [a, b] = addNumbers(2);
		const { apiKey, apiSecret } = api.sandbox.credentials;
		const { items, error } = await runNode({
			parameters: each,
			items: [
				{ group: 8375, numbers: a, key: apiKey },
				{ group: 8375, numbers: b, key: 'another-key' },
			],
			credential: {
				environment: 'custom',
				baseUrl: api.sandbox.url,
				apiKey: '={{ $json.key }}',
				apiSecret,
			},
			settings: { onError: 'continueRegularOutput' },
		});
		expect(error).toBeUndefined();
		expect(items.map((item) => item.json.success ?? item.json.code)).toEqual([true, 2000]);
		expect([groupOf(a), groupOf(b)]).toEqual([8375, null]);
	});

	describe('a refused number, where the node goes on after an error', () => {
		test('when the API names it, fails its item alone', async () => {
			const [a, b, c] = addNumbers(3);
			const items = [
				{ group: 8375, numbers: a },
				{ group: 8375, numbers: ['12025559999', b] },
				{ group: 8375, numbers: c },
			];
			const result = await api.run(each, items, { onError: 'continueRegularOutput' });
			expect(result.items.map((item) => item.json.success ?? item.json.error)).toEqual([
				true,
				"'Numbers': Number 12025559999 was not found",
				true,
			]);
			expect(result.items[1].json).toMatchObject({ code: 4001, http_status: 422 });
			expect([groupOf(a), groupOf(b), groupOf(c)]).toEqual([8375, null, 8375]);
			expect(api.sandbox.requests).toHaveLength(2);
		});

		test('when the API does not name it, finds it by halving', async () => {
			const numbers = addNumbers(16);
			const bad = numbers[5];
			api.sandbox.onRequest = ({ body }) => {
				if ((body as { numbers: string[] }).numbers.includes(bad)) api.sandbox.fault(refusal({}));
			};
			const items = numbers.map((number) => ({ group: 8375, numbers: number }));
			const result = await api.run(each, items, { onError: 'continueRegularOutput' });
			const failed = result.items.filter((item) => item.json.error);
			expect(failed.map((item) => item.pairedItem)).toEqual([{ item: 5 }]);
			expect(numbers.filter((number) => groupOf(number) === 8375)).toHaveLength(15);
			expect(api.sandbox.requests.length).toBeLessThanOrEqual(1 + 2 * Math.log2(16));
		});

		test('when the trunk group is the fault, fails its items with one request', async () => {
			const numbers = addNumbers(8);
			const items = numbers.map((number) => ({ group: 1, numbers: number }));
			const result = await api.run(each, items, { onError: 'continueRegularOutput' });
			expect(result.items.every((item) => item.json.code === 4005)).toBe(true);
			expect(api.sandbox.requests).toHaveLength(1);
		});
	});

	describe('a refused number, where the node stops at an error', () => {
		test('when one item has it, changes nothing more, and names all refused numbers', async () => {
			const [a, b, c] = addNumbers(3);
			const items = [
				{ group: 10897, numbers: a },
				{ group: 8375, numbers: b },
				{ group: 8375, numbers: '12025559999' },
				{ group: 8375, numbers: '12025559998' },
				{ group: 10896, numbers: c },
			];
			const { error } = await api.run(each, items);
			expect(error?.message).toContain('Number 12025559999 was not found');
			expect(error?.description).toContain('Refused: 12025559999, 12025559998.');
			expect(error?.description).toContain(`the run assigned: ${a} to trunk group 10897`);
			expect(error?.context).toMatchObject({ itemIndex: 2 });
			expect([groupOf(a), groupOf(b), groupOf(c)]).toEqual([10897, null, null]);
			expect(api.sandbox.requests).toHaveLength(2);
		});

		test.each([true, false])(
			'when the API does not name it, names those that it may be (one item for each: %s)',
			async (isEach) => {
				const numbers = addNumbers(3);
				api.sandbox.fault(refusal({}));
				const items = isEach
					? numbers.map((number) => ({ group: 8375, numbers: number }))
					: [{ group: 8375, numbers }];
				const { error } = await api.run(each, items);
				expect(error?.description).toContain(
					`does not say which of these it refuses: ${numbers.join(', ')}.`,
				);
				expect(numbers.map(groupOf)).toEqual([null, null, null]);
			},
		);

		test('when the request was split before, says which numbers were assigned', async () => {
			const numbers = addNumbers(4);
			api.sandbox.onRequest = ({ body }) => {
				if ((body as { numbers: string[] }).numbers.length > 2) {
					api.sandbox.fault(refusal({}, 413));
				}
			};
			const { error } = await api.run(each, [
				{ group: 8375, numbers: [...numbers, '12025559999'] },
			]);
			expect(error?.message).toContain('Number 12025559999 was not found');
			expect(error?.description).toContain(
				`Assigned before this: ${numbers.slice(0, 3).join(', ')}.`,
			);
		});
	});

	describe('a request that is too large', () => {
		const limited = (limit: number, fault: () => Parameters<typeof api.sandbox.fault>[0]) => {
			api.sandbox.onRequest = ({ body }) => {
				if ((body as { numbers: string[] }).numbers.length > limit) api.sandbox.fault(fault());
			};
		};
		const html = { kind: 'html', status: 413 } as const;

		test.each([
			['413 from a gateway', 1000, () => html, 12],
			[
				'a refusal',
				1000,
				() =>
					refusal({
						code: 1002,
						detail: 'Numbers must have at most 1000 entries',
						source: '/numbers',
					}),
				12,
			],
			['a lost connection', 1000, () => ({ kind: 'drop' }) as const, 30],
		])(
			'when the answer is %s, sends 5,000 numbers in few requests',
			async (_name, limit, fault, most) => {
				const numbers = addNumbers(5000);
				limited(limit, fault);
				const items = Array.from({ length: 50 }, (_, index) => ({
					group: 8375,
					numbers: numbers.slice(100 * index, 100 * (index + 1)),
				}));
				expect(jsonOf(await api.run(each, items))).toHaveLength(50);
				expect(numbers.every((number) => groupOf(number) === 8375)).toBe(true);
				expect(api.sandbox.requests.length).toBeLessThanOrEqual(most);
			},
		);

		test('when one item has all the numbers, splits it too', async () => {
			const numbers = addNumbers(250);
			limited(100, () => html);
			expect(jsonOf(await api.run(each, [{ group: 8375, numbers }]))).toMatchObject([{ numbers }]);
			expect(numbers.every((number) => groupOf(number) === 8375)).toBe(true);
		});

		test('when nothing is small enough, fails', async () => {
			const numbers = addNumbers(8);
			limited(0, () => html);
			const items = numbers.map((number) => ({ group: 8375, numbers: number }));
			const result = await api.run(each, items, { onError: 'continueRegularOutput' });
			expect(result.items.every((item) => item.json.http_status === 413)).toBe(true);
		});

		test('when the server is down, gives up', async () => {
			const numbers = addNumbers(500);
			limited(0, () => ({ kind: 'status', status: 503 }));
			const items = numbers.map((number) => ({ group: 8375, numbers: number }));
			const result = await api.run(each, items, { onError: 'continueRegularOutput' });
			expect(result.items.every((item) => item.json.http_status === 503)).toBe(true);
			// 500, 250, 125 and 63 numbers, each tried several times.
			expect(api.sandbox.requests.length).toBeLessThan(30);
		});
	});

	test('when an entry is bad, fails its item before anything is sent', async () => {
		const [a] = addNumbers(1);
		const items = [
			{ group: 8375, numbers: a },
			{ group: 8375, numbers: 'not a number' },
			{ group: 8375, numbers: [] },
		];
		const { error } = await api.run(each, items);
		expect(error?.message).toMatch(/^'Numbers' .*"not a number".* not a complete phone number/);
		expect(api.sandbox.requests).toHaveLength(0);
		const result = await api.run(each, items, { onError: 'continueRegularOutput' });
		expect(result.items.map((item) => item.json.error)).toEqual([
			undefined,
			expect.stringContaining('not a complete phone number'),
			"'Numbers' is empty",
		]);
		expect(groupOf(a)).toBe(8375);
	});

	test('when more than 20 numbers of an item are refused, the error names them all', async () => {
		const numbers = Array.from({ length: 30 }, (_, index) => `1207999${1000 + index}`);
		const operation = { resource: 'trunkGroup', operation: 'assignNumbers', useDefault: true };
		const { error } = await api.run({ ...operation, numbers: numbers.join(',') });
		for (const number of numbers)
			expect(`${error?.message} ${error?.description}`).toContain(number);
	});
});
