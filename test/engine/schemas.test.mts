import type { IDataObject } from 'n8n-workflow';
import { properties } from '../../nodes/IdtExpress/actions/registry';
import { recordAt } from '../../nodes/IdtExpress/shared/json';
import { jsonOf, useSandbox } from './harness.mts';
import {
	OUTPUT_RUNS,
	prepareAccount,
	readSchemas,
	schemaOf,
	writeSchemas,
	type JsonSchema,
} from './outputSchemas.mts';

const engine = useSandbox();

/** Every resource and operation that the node's dropdowns offer. */
const offered = properties
	.filter(({ name }) => name === 'operation')
	.flatMap(({ displayOptions, options }) =>
		(options ?? []).flatMap((option) =>
			'value' in option ? [`${displayOptions?.show?.resource}/${option.value}`] : [],
		),
	);

async function freshSchemas(): Promise<Record<string, JsonSchema>> {
	const schemas: Record<string, JsonSchema> = {};
	for (const [name, runs] of Object.entries(OUTPUT_RUNS)) {
		const [resource, operation] = name.split('/');
		prepareAccount(engine.sandbox);
		const items: IDataObject[] = [];
		for (const { parameters, items: given, further = [] } of runs) {
			const result = await engine.run({ resource, operation, ...parameters }, given);
			items.push(...jsonOf(result));
			const fields = Object.keys(items[0]);
			items.push(...further.map((values) => pick(values, fields)));
		}
		schemas[name] = schemaOf(items);
	}
	return schemas;
}

/** Only what the operation gives. */
function pick(values: IDataObject, fields: string[]): IDataObject {
	return Object.fromEntries(Object.entries(values).filter(([name]) => fields.includes(name)));
}

it('when the node offers an operation, it has an output schema', () => {
	expect(Object.keys(OUTPUT_RUNS).sort()).toEqual([...offered].sort());
});

it('when answers are fresh, they have the output schemas (otherwise run `npm run schemas`)', async () => {
	const fresh = await freshSchemas();
	if (process.env.WRITE_SCHEMAS) await writeSchemas(fresh);
	expect(await readSchemas()).toEqual(fresh);
});

it('when a schema has a field, its type is known', async () => {
	const schemas = await readSchemas();
	const unknown = Object.entries(schemas).filter(([, schema]) =>
		JSON.stringify(schema).includes('"type":"null"'),
	);
	expect(unknown).toEqual([]);
});

it('when output is simplified, it has ten fields at most', async () => {
	const schemas = Object.entries(await readSchemas());
	// Whether the wait for an order timed out is no field of the order.
	const fieldsOf = (schema: unknown) =>
		Object.keys(recordAt(schema, 'properties')).filter((name) => name !== 'timed_out');
	const large = schemas.filter(([, schema]) => fieldsOf(schema).length > 10);
	expect(large.map(([name]) => name)).toEqual([]);
});
