import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { withFolderLock } from '../../dev/lib/folderLock.mts';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'idt-express-lock-'))));
afterEach(async () => await rm(folder, { recursive: true }));

const ignore = () => undefined;

describe('withFolderLock', () => {
	it('lets one work at a time', async () => {
		let working = 0;
		let most = 0;
		const work = async () => {
			most = Math.max(most, ++working);
			for (let i = 0; i < 20; i++) await turn();
			working--;
		};
		const lock = join(folder, 'lock');
		await Promise.all([1, 2, 3].map(async () => await withFolderLock(lock, ignore, work)));
		expect(most).toBe(1);
		expect(existsSync(lock)).toBe(false);
	});

	it('says once that it waits', async () => {
		const lock = join(folder, 'lock');
		const onWait = jest.fn();
		await withFolderLock(lock, ignore, async () => {
			const second = withFolderLock(lock, onWait, async () => undefined);
			// Long enough to look several times.
			await sleep(500);
			return { second };
		}).then(async ({ second }) => await second);
		expect(onWait).toHaveBeenCalledTimes(1);
	});

	it('takes over what a crash has left behind', async () => {
		const lock = join(folder, 'lock');
		await mkdir(lock);
		const longAgo = new Date(Date.now() - 3_600_000);
		await utimes(lock, longAgo, longAgo);
		expect(await withFolderLock(lock, ignore, async () => 'done')).toBe('done');
	});

	it('is free again after work that failed', async () => {
		const lock = join(folder, 'lock');
		const fail = async () => await Promise.reject(new Error('no network'));
		await expect(withFolderLock(lock, ignore, fail)).rejects.toThrow('no network');
		expect(await withFolderLock(lock, ignore, async () => 'done')).toBe('done');
	});
});
