import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import type { Sandbox } from '../sandbox/server.mts';

/**
 * The output schemas that n8n's editor shows before a node has run. n8n finds them by resource and
 * operation alone, so they are of the form that a new node gives: Output is Simplified.
 */

const FOLDER = join('nodes', 'IdtExpress', '__schema__', 'v1.0.0');

export interface JsonSchema {
	type: string | string[];
	properties?: Record<string, JsonSchema>;
	items?: JsonSchema;
	version?: number;
}

const by = (mode: string, value: string) => ({ __rl: true, mode, value });
const MAINE = { countryIso: by('iso', 'US'), regionCode: by('code', 'US-ME') };
const LONDON = by('id', '7001');
const BRUNSWICK = by('id', '39145');
const NUMBER = by('number', '12074069000');
const TRUNK_GROUP = by('id', '8375');

interface OutputRun {
	parameters?: INodeParameters;
	items?: IDataObject[];
	/** Further values of some fields, which the document allows and the sandbox does not show. */
	further?: IDataObject[];
}

/** What flat output has where fees are missing. */
const NO_FEES = {
	monthly_fee: null,
	setup_fee: null,
	total_monthly_fee: null,
	total_due_now: null,
};
const ODD_ORDER = { total_due_now: null, did_group_name: null, numbers: [{ e164: null }] };

/**
 * What each operation is run with, one after the other: every field must have a value in some item, and
 * be missing where it can be.
 */
export const OUTPUT_RUNS: Record<string, OutputRun[]> = {
	'country/getAll': [{}],
	'region/getAll': [{ parameters: MAINE }],
	'didGroup/getAll': [
		{ parameters: MAINE },
		{ parameters: { countryIso: by('iso', 'GB') }, further: [NO_FEES] },
	],
	'didGroup/browseNumbers': [
		{ parameters: { didGroupId: BRUNSWICK }, items: [{ id: 39145, name: 'Brunswick' }] },
		{
			parameters: { didGroupId: BRUNSWICK },
			items: [{ id: 39145, country_iso: 'US', region_code: 'US-ME', monthly_fee: 4.25 }],
			further: [{ e164: null, sku: null }],
		},
	],
	'order/preview': [
		{ parameters: { didGroupId: BRUNSWICK } },
		// A preview need not tell the stock.
		{ parameters: { didGroupId: LONDON }, further: [{ ...NO_FEES, in_stock_quantity: null }] },
	],
	'order/create': [
		{ parameters: { didGroupId: BRUNSWICK, options: { waitForFulfillment: true } } },
		{ parameters: { didGroupId: LONDON }, further: [ODD_ORDER] },
	],
	'order/get': [
		{ parameters: { orderId: by('id', '9c2-2e2-4b6f') } },
		{ parameters: { orderId: by('id', 'in-maine') }, further: [ODD_ORDER] },
	],
	'order/getAll': [
		// What the summaries of Get Orders do not tell is there all the same, as null.
		{ further: [{ did_group_id: 39145, did_group_name: 'Brunswick', total_due_now: 4.25 }] },
		{ further: [{ numbers: [{ number: '12074063050', e164: '+12074063050' }] }] },
	],
	'number/getAll': [
		{ parameters: { filters: {} }, further: [{ ...NO_FEES, cnam_name: null, cnam_pending: null }] },
	],
	'number/get': [
		{ parameters: { number: by('number', '12074069001') } },
		{ parameters: { number: by('number', '19288516549') } },
		{
			parameters: { number: by('number', '0115117304800') },
			further: [{ ...NO_FEES, e164: null }],
		},
	],
	'number/delete': [{ parameters: { number: NUMBER }, further: [{ e164: null }] }],
	'number/setCnam': [
		{ parameters: { number: NUMBER, cnamName: 'Jenny' }, further: [{ e164: null }] },
	],
	'number/deleteCnam': [{ parameters: { number: NUMBER }, further: [{ e164: null }] }],
	'trunkGroup/create': [
		{
			parameters: {
				name: 'Office',
				additionalFields: { switches: { switch: [{ ip: '203.0.113.77', port: 5060 }] } },
			},
		},
	],
	'trunkGroup/get': [{ parameters: { trunkGroupId: TRUNK_GROUP } }],
	'trunkGroup/getAll': [{}],
	'trunkGroup/update': [
		{ parameters: { trunkGroupId: TRUNK_GROUP, updateFields: { name: 'Office' } } },
	],
	'trunkGroup/delete': [{ parameters: { trunkGroupId: TRUNK_GROUP } }],
	'trunkGroup/assignNumbers': [
		{ parameters: { trunkGroupId: TRUNK_GROUP, numbers: '12074069000' } },
		{ parameters: { useDefault: true, numbers: '12074069000' } },
	],
};

/** Gives the account what its beginning lacks. */
export function prepareAccount(sandbox: Sandbox): void {
	sandbox.reset({ fulfilment: { mode: 'auto', processingMs: 0, completeMs: 0 } });
	sandbox.state.removeNumber('12074069001');
	sandbox.state.addOrder({ id: 'in-maine', numbers: ['12074063050'] });
}

/** Describes the items of one operation together; a field that is `null` in some may be that. */
export function schemaOf(items: IDataObject[]): JsonSchema {
	return { ...describe(items), version: 1 };
}

function describe(values: unknown[]): JsonSchema {
	const present = values.filter((value) => value !== null && value !== undefined);
	if (present.length === 0) return { type: 'null' };
	if (present.every(Array.isArray)) {
		return { type: 'array', items: describe(present.flat()) };
	}
	if (present.every(isObject)) {
		const names = [...new Set(present.flatMap((value) => Object.keys(value)))];
		return {
			type: 'object',
			properties: Object.fromEntries(
				names.map((name) => [name, describe(present.map((value) => value[name]))]),
			),
		};
	}
	const types: string[] = [...new Set(present.map((value) => typeof value))];
	// The editor shows the first type.
	if (values.includes(null)) types.push('null');
	return { type: types.length === 1 ? types[0] : types };
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The schemas in the repository, by `<resource>/<operation>`. */
export async function readSchemas(): Promise<Record<string, unknown>> {
	const files = await readdir(FOLDER, { recursive: true }).catch(() => []);
	const names = files.filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -5));
	const texts = await Promise.all(
		names.map(async (name) => await readFile(join(FOLDER, `${name}.json`), 'utf8')),
	);
	return Object.fromEntries(
		names.map((name, index) => [name.replaceAll('\\', '/'), JSON.parse(texts[index])]),
	);
}

/** Replaces the schemas in the repository. */
export async function writeSchemas(schemas: Record<string, JsonSchema>): Promise<void> {
	await rm(FOLDER, { recursive: true, force: true });
	for (const [name, schema] of Object.entries(schemas)) {
		const file = join(FOLDER, `${name}.json`);
		await mkdir(dirname(file), { recursive: true });
		await writeFile(file, `${JSON.stringify(schema, null, '\t')}\n`);
	}
}
