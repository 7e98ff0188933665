import type { INodeProperties } from 'n8n-workflow';
import { IdtExpress } from '../../nodes/IdtExpress/IdtExpress.node';
import { IdtExpressTrigger } from '../../nodes/IdtExpress/IdtExpressTrigger.node';

/** The fields of a form, and those within its collections: each list is a level of its own. */
function levelsOf(properties: INodeProperties[]): INodeProperties[][] {
	const inner = properties.flatMap(({ options = [] }) => {
		const fields = options.filter((option): option is INodeProperties => 'type' in option);
		const groups = options.flatMap((option) => ('values' in option ? [option.values] : []));
		return [fields, ...groups].filter((level) => level.length > 0);
	});
	return [properties, ...inner.flatMap(levelsOf)];
}

// n8n before 2.35 cannot load a node whose fields depend on something that is neither a field of the
// same level nor written as a path from the root ("Could not resolve parameter dependencies").
test.each([new IdtExpress(), new IdtExpressTrigger()])(
	'every field depends on fields that all n8n know',
	({ description: { properties } }) => {
		const levels = levelsOf(properties);
		const unknown = levels.flatMap((level) => {
			const names = level.map(({ name }) => name);
			return level
				.flatMap(({ displayOptions = {} }) => Object.values(displayOptions))
				.flatMap((rule) => Object.keys(rule))
				.filter((name) => !names.includes(name) && !name.startsWith('/') && !name.startsWith('@'));
		});
		expect(unknown).toEqual([]);
		expect(levels.length).toBeGreaterThan(1);
	},
);
