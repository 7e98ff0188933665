import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The house rules that a compiler does not know: dependencies point one way. */

const ROOT = path.resolve('nodes/IdtExpress');

/** What each part may import from, beside itself. Everything may import n8n-workflow. */
const ALLOWED: Record<string, string[]> = {
	node: ['actions', 'trigger', 'methods', 'shared'],
	actions: ['api', 'shared'],
	trigger: ['api', 'shared'],
	methods: ['api', 'shared'],
	api: ['shared'],
	shared: [],
};

/** Files that decide: they take no context of n8n and send nothing. */
const PURE = [
	'api/retry.ts',
	'api/hints.ts',
	'api/pagination.ts',
	'shared/decimal.ts',
	'shared/json.ts',
	'shared/phoneNumber.ts',
	'shared/simplify.ts',
];

const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
	.filter((file) => file.endsWith('.ts'))
	.map((file) => file.split(path.sep).join('/'));

function importsOf(file: string): Array<{ from: string; typeOnly: boolean; line: string }> {
	const source = readFileSync(path.join(ROOT, file), 'utf8');
	return [...source.matchAll(/^import (type )?([^;]*?)from '([^']+)';/gms)].map(
		([line, type, , from]) => ({ from, typeOnly: type !== undefined, line }),
	);
}

function partOf(file: string): string {
	return file.includes('/') ? file.split('/')[0] : 'node';
}

test('the sources are found', () => {
	expect(files.length).toBeGreaterThan(30);
	expect(files).toEqual(expect.arrayContaining(PURE));
});

test.each(files)('%s imports only what its part may', (file) => {
	const part = partOf(file);
	for (const { from } of importsOf(file)) {
		if (!from.startsWith('.')) {
			expect(['n8n-workflow', 'crypto']).toContain(from);
			continue;
		}
		const target = partOf(path.posix.join(path.posix.dirname(file), from));
		expect([part, ...ALLOWED[part]]).toContain(target);
	}
});

test.each(files.filter((file) => /^actions\/\w+\//.test(file)))(
	'%s imports nothing of another resource',
	(file) => {
		const resource = file.split('/')[1];
		for (const { from } of importsOf(file)) {
			if (!from.startsWith('.')) continue;
			const target = path.posix.join(path.posix.dirname(file), from).split('/');
			if (target[0] === 'actions' && target.length > 2) expect(target[1]).toBe(resource);
		}
	},
);

test.each(PURE)('%s is pure: no n8n at run time, no clock, no chance', (file) => {
	for (const { from, typeOnly } of importsOf(file)) {
		if (from === 'n8n-workflow') expect(typeOnly).toBe(true);
	}
	const source = readFileSync(path.join(ROOT, file), 'utf8');
	expect(source).not.toMatch(/Date\.now|Math\.random|IExecuteFunctions|IPollFunctions/);
});

test('only errors.ts constructs NodeApiError, and only request.ts sends', () => {
	const withText = (text: string) =>
		files.filter((file) => readFileSync(path.join(ROOT, file), 'utf8').includes(text));
	expect(withText('new NodeApiError(')).toEqual(['api/errors.ts']);
	expect(withText('httpRequestWithAuthentication')).toEqual(['api/request.ts']);
});
