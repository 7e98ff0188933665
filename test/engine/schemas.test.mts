import type { IDataObject } from 'n8n-workflow';
import { properties } from '../../nodes/IdtExpress/actions/registry';
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
		for (const parameters of runs) {
			items.push(...jsonOf(await engine.run({ resource, operation, ...parameters })));
		}
		schemas[name] = schemaOf(items);
	}
	return schemas;
}

it('every operation has an output schema', () => {
	expect(Object.keys(OUTPUT_RUNS).sort()).toEqual([...offered].sort());
});

it('the output schemas are those of fresh answers (otherwise run `npx gulp schemas`)', async () => {
	const fresh = await freshSchemas();
	if (process.env.WRITE_SCHEMAS) await writeSchemas(fresh);
	expect(await readSchemas()).toEqual(fresh);
});

it('the type of every field is known', async () => {
	const schemas = await readSchemas();
	const unknown = Object.entries(schemas).filter(([, schema]) =>
		JSON.stringify(schema).includes('"type":"null"'),
	);
	expect(unknown).toEqual([]);
});
