import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startN8n } from '../../dev/lib/n8nProcess.mts';
import { connectToN8n } from '../../dev/lib/n8nRest.mts';
import { projectRoot } from '../../dev/lib/paths.mts';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'idt-express-process-'))));
afterEach(async () => await rm(folder, { recursive: true, force: true }));

describe('an n8n of the tests', () => {
	it('when it crashes and is started again, has its data and address', async () => {
		const n8n = await startN8n({ userFolder: folder });
		try {
			const before = await connectToN8n(n8n);
			const nodes: [] = [];
			const { id } = await before.createWorkflow({ name: 'Survivor', nodes, connections: {} });
			const { pid, url } = n8n;
			await n8n.kill();
			expect(isRunning(pid)).toBe(false);
			await n8n.restart();
			expect(n8n.url).toBe(url);
			expect(n8n.pid).not.toBe(pid);
			const after = await connectToN8n(n8n);
			expect(await after.getWorkflow(id)).toMatchObject({ name: 'Survivor' });
		} finally {
			await n8n.stop();
		}
		expect(isRunning(n8n.pid)).toBe(false);
	});

	it('when the process that started it is killed, ends', async () => {
		const parent = spawn(
			process.execPath,
			['--import', 'tsx', join('test', 'e2e', 'crashingParent.mts'), folder],
			{ cwd: projectRoot(), stdio: ['ignore', 'pipe', 'inherit'] },
		);
		const said = await new Promise<string>((resolve) => {
			parent.stdout.on('data', (data: Buffer) => resolve(String(data)));
		});
		const { pid }: { pid: number } = JSON.parse(said);
		expect(isRunning(pid)).toBe(true);
		parent.kill('SIGKILL');
		while (isRunning(pid)) await sleep(50);
	});
});

function isRunning(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
}
