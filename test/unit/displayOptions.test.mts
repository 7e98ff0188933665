import { IdtExpress } from '../../nodes/IdtExpress/IdtExpress.node';
import { IdtExpressTrigger } from '../../nodes/IdtExpress/IdtExpressTrigger.node';

// n8n before 2.35 cannot load a node whose fields depend on something that is neither a field of the
// same level nor written as a path from the root ("Could not resolve parameter dependencies").
test.each([new IdtExpress(), new IdtExpressTrigger()])(
	'every field depends on fields that all n8n know',
	({ description: { properties } }) => {
		const names = properties.map(({ name }) => name);
		const dependencies = properties.flatMap(({ displayOptions = {} }) =>
			Object.values(displayOptions).flatMap((rule) => Object.keys(rule)),
		);
		const unknown = dependencies.filter(
			(name) => !names.includes(name) && !name.startsWith('/') && !name.startsWith('@'),
		);
		expect(dependencies.length).toBeGreaterThan(0);
		expect(unknown).toEqual([]);
	},
);
