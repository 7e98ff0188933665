/**
 * `npm run screenshots`: makes the pictures of the documents, `docs/*.png`, in the editor of a real n8n
 * with our package, against the local sandbox.
 */
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { INode } from 'n8n-workflow';
import { startSandbox } from '../test/sandbox/server.mts';
import { startBrowser } from './lib/chromium.mts';
import { Editor } from './lib/editor.mts';
import { readExample } from './lib/examples.mts';
import { startN8n } from './lib/n8nProcess.mts';
import { ACTION_NODE, connectToN8n } from './lib/n8nRest.mts';
import { packPackage } from './lib/pack.mts';
import { projectRoot } from './lib/paths.mts';

const MAX_BYTES = 150_000;
const NODE_ID = 'b0a0b0a0-0000-4000-8000-000000000001';

/** Messages that come and go. */
const HIDDEN =
	'.el-notification, [role=tooltip], .n8n-tooltip, [data-reka-popper-content-wrapper] { visibility: hidden !important }';

const cleanUps: (() => Promise<void>)[] = [];

async function main(): Promise<void> {
	const folder = join(projectRoot(), 'docs');
	await mkdir(folder, { recursive: true });
	const packed = await packPackage(console.log);
	cleanUps.push(async () => await packed.remove());
	const sandbox = await startSandbox({
		settings: { fulfilment: { mode: 'auto', processingMs: 200, completeMs: 600 } },
	});
	cleanUps.push(async () => await sandbox.close());
	const n8n = await startN8n({ packages: [packed.tarball] });
	cleanUps.push(async () => await n8n.stop());
	const client = await connectToN8n(n8n);
	const credential = await client.createCredential('IDT Express account', {
		environment: 'custom',
		baseUrl: sandbox.url,
		...sandbox.credentials,
	});
	const browser = await startBrowser({ width: 1280, height: 840 });
	cleanUps.push(async () => await browser.close());
	const editor = await Editor.open(browser.context, n8n);

	const shoot = async (name: string) => {
		// Nothing that moves, and no cursor.
		const path = join(folder, `${name}.png`);
		await editor.page.mouse.move(0, 0);
		await editor.settle();
		await editor.page.screenshot({ path, animations: 'disabled', caret: 'hide', style: HIDDEN });
		const { size } = await stat(path);
		console.log(`docs/${name}.png: ${Math.ceil(size / 1024)} KB`);
		if (size > MAX_BYTES) throw new Error(`docs/${name}.png takes more than ${MAX_BYTES} bytes`);
	};
	const openNode = async (parameters: INode['parameters']) => {
		const node: INode = {
			id: NODE_ID,
			name: 'IDT Express',
			type: ACTION_NODE,
			typeVersion: 1,
			position: [0, 0],
			parameters,
			credentials: { idtExpressApi: credential },
		};
		const next: INode = {
			id: 'next',
			name: 'Edit Fields',
			type: 'n8n-nodes-base.set',
			typeVersion: 3.4,
			position: [220, 0],
			parameters: {},
		};
		const { id } = await client.createWorkflow({
			name: 'Numbers',
			nodes: [node, next],
			connections: { 'IDT Express': { main: [[{ node: next.name, type: 'main', index: 0 }]] } },
		});
		await editor.openWorkflow(id, NODE_ID);
		return id;
	};

	for (const example of ['provision-numbers', 'ai-agent']) {
		const workflow = await client.createWorkflow(await readExample(example, credential));
		await editor.openWorkflow(workflow.id);
		await shoot(example);
	}

	await openNode({ resource: 'order', operation: 'preview' });
	await editor.choose('countryIso', 'USA');
	await editor.choose('regionCode', 'Maine');
	await editor.choose('didGroupId', 'Brunswick');
	await editor.execute();
	await editor.output().getByText('Schema', { exact: true }).click();
	await shoot('order-preview');

	sandbox.settings.funds = '2.00';
	const didGroupId = { __rl: true, mode: 'id', value: '39145' };
	await openNode({ resource: 'order', operation: 'create', didGroupId });
	await editor.execute();
	await editor.output().getByText('Insufficient Funds').first().waitFor();
	await shoot('error');
	sandbox.settings.funds = '1000.00';

	await editor.newWorkflow();
	await editor.addNode('phone number', 'IDT Express', /^On order fulfilled/);
	await editor.fetchTestEvent();
	await editor.output().getByText('Schema', { exact: true }).click();
	await shoot('trigger');
}

main()
	.catch((error: unknown) => {
		console.error(error);
		process.exitCode = 1;
	})
	.finally(async () => {
		for (const cleanUp of cleanUps.reverse()) await cleanUp().catch(console.error);
		process.exit();
	});
