import type {
	INodeProperties,
	INodePropertyCollection,
	INodePropertyMode,
	INodePropertyOptions,
	INodeTypeDescription,
} from 'n8n-workflow';
import { IdtExpressApi } from '../../credentials/IdtExpressApi.credentials';
import { SERVERS } from '../../nodes/IdtExpress/api/credential';
import { DEFAULT_CONCURRENCY } from '../../nodes/IdtExpress/shared/fields';
import { timing } from '../../nodes/IdtExpress/api/timing';
import { IdtExpress } from '../../nodes/IdtExpress/IdtExpress.node';
import { IdtExpressTrigger } from '../../nodes/IdtExpress/IdtExpressTrigger.node';

/**
 * What saved workflows depend on, as one text that a person reviews: names, values, defaults, and which
 * field is shown when. A change of it changes or breaks workflows that people have: review it, put it
 * into CHANGELOG.md, then `npx jest test/unit/savedWorkflows.test.mts -u`.
 */

/** Why a value is as it is. Each must stand in the text, so that none outlives its value. */
const REASONS: Record<string, string> = {
	'credential.environment': 'nobody buys for money before choosing to: not Live',
	'order.preview.quantity': 'as in Create',
	'order.create.quantity': 'a purchase that nobody thought about buys one number',
	'order.create.spendLimit': 'nobody spends more than that by accident',
	'order.create.options.inStockOnly': 'added in order to prevent a backorder, so adding it does',
	'order.create.options.waitForFulfillment': 'added in order to wait, so adding it waits',
	'number.getAll.filters': 'removed numbers fail in most operations; visible, and can be removed',
	'trunkGroup.assignNumbers.useDefault': 'calls go where somebody chose',
	'trunkGroup.create.additionalFields.pop': 'the API writes UK, which is not the ISO code',
	'trigger.event': 'what most people wait for',
	'trigger.fireOn': 'one event for each order',
};

const unused = new Set(Object.keys(REASONS));

test('what saved workflows depend on has not changed', () => {
	const { url, disableFollowRedirect } = new IdtExpressApi().test.request;
	const text = [
		'CREDENTIAL idtExpressApi',
		...new IdtExpressApi().properties.flatMap((property) => lines(property, 'credential', 1)),
		...Object.entries(SERVERS).map(([name, url]) => `  requests of ${name} go to ${url}`),
		`  its test asks for ${url}, redirects are ${disableFollowRedirect ? 'not ' : ''}followed`,
		'',
		...formsOf(new IdtExpress().description),
		'TRIGGER',
		...nodeLines(new IdtExpressTrigger().description),
		...new IdtExpressTrigger().description.properties.flatMap((property) =>
			lines(property, 'trigger', 1),
		),
	];
	text.push(
		'',
		`REQUESTS ${DEFAULT_CONCURRENCY} at the same time by default; milliseconds ${json(timing)}`,
	);
	expect(`\n${text.join('\n')}\n`).toMatchSnapshot();
	expect([...unused]).toEqual([]);
});

/** The forms of the action node: one for each operation, with what it shows. */
function formsOf(description: INodeTypeDescription): string[] {
	const { properties } = description;
	const resources = optionsOf(properties.find(({ name }) => name === 'resource'));
	return [
		'ACTION NODE',
		...nodeLines(description),
		...properties
			.filter(({ name }) => name === 'resource')
			.flatMap((property) => lines(property, '', 1)),
		'',
		...resources.flatMap((resource) => {
			const operations = properties.filter(
				(property) => property.name === 'operation' && isShownFor(property, { resource }),
			);
			return [
				...operations.flatMap((property) => lines(property, `${resource}.`, 0)),
				'',
				...operations.flatMap(optionsOf).flatMap((operation) => [
					`${resource}.${operation}`,
					...properties
						.filter(({ name }) => name !== 'resource' && name !== 'operation')
						.filter((property) => isShownFor(property, { resource, operation }))
						.flatMap((property) => lines(property, `${resource}.${operation}`, 1)),
					'',
				]),
			];
		}),
	];
}

function nodeLines(description: INodeTypeDescription): string[] {
	const { name, version, displayName, credentials, usableAsTool } = description;
	const isTool = usableAsTool ? ', a tool too' : '';
	return [
		`  ${name} version ${json(version)} ${quoted(displayName)}, credentials ${json(credentials)}${isTool}`,
	];
}

function optionsOf(property: INodeProperties | undefined): string[] {
	return (property?.options ?? []).flatMap((option) =>
		'value' in option ? [String(option.value)] : [],
	);
}

/** Whether the form of this operation has the field at all; what else must hold is in its line. */
function isShownFor({ displayOptions }: INodeProperties, form: Record<string, string>): boolean {
	const { show = {}, hide = {} } = displayOptions ?? {};
	return Object.entries(form).every(
		([name, value]) =>
			(show[name] === undefined || show[name].includes(value)) && !hide[name]?.includes(value),
	);
}

/** A property in a line, with its options or fields below it. */
function lines(property: INodeProperties, parent: string, depth: number): string[] {
	const indent = '  '.repeat(depth);
	const path = `${parent}.${property.name}`;
	const reason = REASONS[path];
	unused.delete(path);
	const line = [
		`${indent}${property.name} ${quoted(property.displayName)}`,
		property.type,
		...(property.type === 'notice' ? [] : [`= ${json(property.default)}`]),
		...(property.required ? ['required'] : []),
		...limitsOf(property),
		...conditionsOf(property),
		...(reason ? [`← ${reason}`] : []),
	].join(' ');
	const modes = (property.modes ?? []).map(
		({ name, displayName, type, validation, typeOptions }) =>
			`${indent}  - ${name} ${quoted(displayName)} ${type} ${json(typeOptions?.searchListMethod ?? patternsOf(validation))}`,
	);
	const options = property.options ?? [];
	const values = options.flatMap((option) => ('value' in option ? [option] : []));
	// Names of fields need no label.
	const isPlain = values.length > 0 && values.every(({ name, value }) => name === value);
	return isPlain
		? [`${line}: ${values.map(({ value }) => value).join(', ')}`]
		: [line, ...modes, ...options.flatMap((option) => optionLines(option, path, depth + 1))];
}

function patternsOf(validation: INodePropertyMode['validation'] = []): unknown[] {
	return validation.flatMap((rule) =>
		'properties' in rule ? Object.values(rule.properties).slice(0, 1) : [],
	);
}

function optionLines(
	option: INodeProperties | INodePropertyCollection | INodePropertyOptions,
	path: string,
	depth: number,
): string[] {
	const indent = '  '.repeat(depth);
	if ('value' in option) {
		const action = option.action === undefined ? '' : ` action ${quoted(option.action)}`;
		return [`${indent}- ${json(option.value)} ${quoted(option.name)}${action}`];
	}
	if ('values' in option) {
		return [
			`${indent}${option.name} ${quoted(option.displayName)}`,
			...option.values.flatMap((value) => lines(value, `${path}.${option.name}`, depth + 1)),
		];
	}
	return lines(option, path, depth);
}

function limitsOf({ typeOptions = {} }: INodeProperties): string[] {
	return Object.entries(typeOptions).map(([name, value]) => `${name}: ${json(value)}`);
}

/** When a form shows the field, beside the resource and the operation. */
function conditionsOf({ displayOptions }: INodeProperties): string[] {
	return (['show', 'hide'] as const).flatMap((kind) => {
		const others = Object.entries(displayOptions?.[kind] ?? {}).filter(
			([name]) => name !== 'resource' && name !== 'operation',
		);
		return others.length === 0 ? [] : [`${kind} when ${json(Object.fromEntries(others))}`];
	});
}

function quoted(text: string): string {
	return `“${text}”`;
}

/** As in JSON, with a blank after each comma; `-` for nothing. */
function json(value: unknown): string {
	return value === undefined ? '-' : JSON.stringify(value).replaceAll(',"', ', "');
}
