import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The rules of docs/architecture.md that a compiler does not know. */

const ROOT = path.resolve('nodes/IdtExpress');

const document = readFileSync('docs/architecture.md', 'utf8');

/** What each part may import from, beside itself. */
const ALLOWED = new Map(
	[...document.matchAll(/^\| `(\S+)` \| (.+) \|$/gm)].map(([, part, allowed]) => [
		part === '*.node.ts' ? 'node' : part,
		[...allowed.matchAll(/`(\w+)`/g)].map(([, name]) => name),
	]),
);

/** Files that decide: they take no context of n8n and send nothing. */
const [, listed = ''] = /^These files are pure:(.*?)\n\n#/ms.exec(document) ?? [];
const PURE = [...listed.matchAll(/`(\S+\.ts)`/g)].map(([, file]) => file);

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
	expect(PURE.length).toBeGreaterThan(8);
	expect(files).toEqual(expect.arrayContaining(PURE));
	expect([...ALLOWED.keys()].sort()).toEqual([...new Set(files.map(partOf))].sort());
});

test.each(files)('%s imports only what its part may', (file) => {
	const part = partOf(file);
	for (const { from } of importsOf(file)) {
		if (!from.startsWith('.')) {
			expect(['n8n-workflow', 'crypto']).toContain(from);
			continue;
		}
		const target = partOf(path.posix.join(path.posix.dirname(file), from));
		expect([part, ...(ALLOWED.get(part) ?? [])]).toContain(target);
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

test('no file imports itself through others, not even its types', () => {
	const targetsOf = (file: string) =>
		importsOf(file)
			.filter(({ from }) => from.startsWith('.'))
			.map(({ from }) => `${path.posix.join(path.posix.dirname(file), from)}.ts`);
	const left = new Map(files.map((file) => [file, targetsOf(file)]));
	for (let size = 0; size !== left.size; ) {
		size = left.size;
		// A file that imports nothing of those that are left is in no circle.
		for (const [file, targets] of left) {
			if (!targets.some((target) => left.has(target))) left.delete(file);
		}
	}
	// Those in a circle, and what imports them.
	expect([...left.keys()]).toEqual([]);
});

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

test('no comment switches a rule of n8n off', () => {
	const all = [...files, '../../credentials/IdtExpressApi.credentials.ts'];
	const withComment = all.filter((file) =>
		/eslint-disable|@ts-(ignore|expect-error|nocheck)/.test(
			readFileSync(path.join(ROOT, file), 'utf8'),
		),
	);
	expect(withComment).toEqual([]);
});
