import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { connectToN8n, ACTION_NODE, CREDENTIAL } from '../../dev/lib/n8nRest.mts';
import type { N8nClient } from '../../dev/lib/n8nRest.mts';
import { PACKAGE_NAME, projectRoot } from '../../dev/lib/paths.mts';
import { suite } from './suite.mts';

let n8n: N8nClient;
beforeAll(async () => {
	n8n = await connectToN8n(suite().n8n);
});

describe('the packed tarball', () => {
	it('when packed, holds only what n8n needs', () => {
		const needed =
			/^(package\.json|README\.md|LICENSE(\.md)?|CHANGELOG\.md|dist\/(nodes|credentials)\/.+\.(js|json|svg))$/;
		const others = suite().packed.files.filter(({ path }) => !needed.test(path));
		expect(others).toEqual([]);
	});

	it('when installed, takes less than 400 KB', () => {
		expect(suite().packed.unpackedSize).toBeLessThan(400_000);
	});
});

describe('a real n8n with the package installed', () => {
	it('has loaded every node that package.json names', async () => {
		const manifest: { n8n: { nodes: string[] } } = JSON.parse(
			await readFile(join(projectRoot(), 'package.json'), 'utf8'),
		);
		const promised = manifest.n8n.nodes.map((file) => basename(file, '.node.js'));
		const names = (await n8n.nodeTypes()).map(({ name }) => name);
		expect(names).toEqual(
			expect.arrayContaining(promised.map((name) => `${PACKAGE_NAME}.${lowerFirst(name)}`)),
		);
		expect(names).toContain(ACTION_NODE);
	});

	it('lists the package in Settings → Community nodes', async () => {
		expect(await n8n.call('GET', '/rest/community-packages')).toEqual([
			expect.objectContaining({ packageName: PACKAGE_NAME, failedLoading: false }),
		]);
	});

	it('has the action node as a tool for AI agents as well', async () => {
		expect((await n8n.nodeTypes()).map(({ name }) => name)).toContain(`${ACTION_NODE}Tool`);
	});

	it('has loaded the credential, with its icon', async () => {
		const credential = (await n8n.credentialTypes()).find(({ name }) => name === CREDENTIAL);
		expect(credential).toMatchObject({ displayName: 'IDT Express API' });
		expect(await n8n.call('GET', `/${iconOf(credential)}`)).toContain('<svg');
	});

	it.each(['phone number', 'DID', 'caller ID', 'SIP trunk'])(
		'finds the node by “%s”',
		async (word) => {
			const node = (await n8n.nodeTypes()).find(({ name }) => name === ACTION_NODE);
			expect(node?.codex).toMatchObject({ alias: expect.arrayContaining([word]) });
		},
	);
});

function iconOf(type: Record<string, unknown> | undefined): string {
	const icon = type?.iconUrl;
	return typeof icon === 'object' && icon !== null && 'light' in icon
		? String(icon.light)
		: String(icon);
}

function lowerFirst(text: string): string {
	return text.charAt(0).toLowerCase() + text.slice(1);
}
