import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { CODE_HINTS } from '../../nodes/IdtExpress/api/hints';

/** What a reader of the documents relies on: links lead somewhere, and the README names what there is. */

const read = (file: string) => readFileSync(file, 'utf8');
const listOf = (folder: string, extension: string) =>
	readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith(extension))
		.map((file) => path.posix.join(folder, file.split(path.sep).join('/')));

const pages = [
	...readdirSync('.').filter((file) => file.endsWith('.md')),
	...listOf('docs', '.md'),
];
const sources = [...listOf('nodes', '.ts'), ...listOf('credentials', '.ts')];

/** The anchor that GitHub gives a heading. */
function anchorOf(heading: string): string {
	return heading
		.toLowerCase()
		.replace(/[^\p{L}\p{N}\s_-]/gu, '')
		.trim()
		.replaceAll(' ', '-');
}

function anchorsOf(page: string): string[] {
	return [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading));
}

/** Links and pictures to files of the repository: `[text](docs/api.md#errors)`. */
function linksOf(page: string): Array<{ file: string; anchor: string }> {
	return [...read(page).matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]*))?\)/g)].map(
		([, file, anchor = '']) => ({
			file: file === '' ? page : path.posix.join(path.posix.dirname(page), file),
			anchor,
		}),
	);
}

test.each(pages)('when %s links to a file or a section, it is there', (page) => {
	for (const { file, anchor } of linksOf(page)) {
		expect({ file, exists: existsSync(file) }).toEqual({ file, exists: true });
		if (anchor !== '') expect(anchorsOf(file)).toContain(anchor);
	}
});

test.each(sources)('when %s refers to a document, the section is there', (source) => {
	for (const [, reference] of read(source).matchAll(/@see (.+)/g)) {
		for (const [, page, anchor] of reference.matchAll(/(docs\/\w+\.md)(?:#([\w-]+))?/g)) {
			expect(pages).toContain(page);
			if (anchor !== undefined) expect(anchorsOf(page)).toContain(anchor);
		}
		expect(reference).not.toMatch(/^reference/);
	}
});

test('when a server of the provider is named, it is one that its document names', () => {
	for (const file of [...pages, ...sources]) {
		const hosts = [...read(file).matchAll(/https?:\/\/([\w.-]*idtexpress\.com)/g)].map(
			([, host]) => host,
		);
		for (const host of hosts) {
			expect(['api.idtexpress.com', 'sandbox-api.idtexpress.com']).toContain(host);
		}
	}
});

test('README has the order of the n8n template, and at most 1,300 words', () => {
	const readme = read('README.md');
	expect(readme.split(/\s+/).filter((word) => word !== '').length).toBeLessThanOrEqual(1_300);
	expect(readme).toMatch(/^# n8n-nodes-idt-express\n\nThis is an n8n community node\./);
	expect([...readme.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)).toEqual([
		'Installation',
		'Operations',
		'Credentials',
		'Compatibility',
		'Usage',
		'Resources',
		'Version history',
	]);
});

test('README lists every example', () => {
	const linked = linksOf('README.md').map(({ file }) => file);
	for (const example of listOf('examples', '.json')) expect(linked).toContain(example);
});

test('docs/errors.md gives for each code of docs/api.md the advice of the code', () => {
	const rowsOf = (page: string) => [...read(page).matchAll(/^\| (\d{4}) \| ([^|]+) \| (.+) \|$/gm)];
	const documented = rowsOf('docs/api.md').map(([, code, title]) => ({
		code,
		title,
		advice: CODE_HINTS[Number(code)],
	}));
	expect(documented).toHaveLength(18);
	expect(
		rowsOf('docs/errors.md').map(([, code, title, advice]) => ({ code, title, advice })),
	).toEqual(documented);
});
