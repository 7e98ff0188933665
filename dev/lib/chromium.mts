import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { BrowserContext } from 'playwright-core';

/** Where browsers of the Chromium family usually are. */
const COMMON_PATHS = [
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
	'/usr/bin/google-chrome-stable',
	'/usr/bin/microsoft-edge',
	'/snap/bin/chromium',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
	'/Applications/Chromium.app/Contents/MacOS/Chromium',
	'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
	'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** Nothing leaves this machine, and nothing needs what a container lacks. */
const FLAGS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	'--disable-dev-shm-usage',
];

/** A headless browser with an empty profile. */
export interface Browser {
	context: BrowserContext;
	close(): Promise<void>;
}

/**
 * Starts a Chromium that this machine has: `CHROME_PATH`, or one in a usual place. As root on Debian
 * it is installed if it is missing.
 * @throws Error that says how to install one
 */
export async function startBrowser(
	options: {
		width?: number;
		height?: number;
		scale?: number;
		colorScheme?: 'light' | 'dark';
	} = {},
): Promise<Browser> {
	const executablePath = findChromium() ?? installChromium();
	const profile = await mkdtemp(join(tmpdir(), 'idt-express-chromium-'));
	const remove = async () => await rm(profile, { recursive: true, force: true, maxRetries: 5 });
	try {
		const context = await chromium.launchPersistentContext(profile, {
			executablePath,
			headless: true,
			args: FLAGS,
			viewport: { width: options.width ?? 1400, height: options.height ?? 900 },
			deviceScaleFactor: options.scale ?? 1,
			colorScheme: options.colorScheme ?? 'light',
			locale: 'en-US',
		});
		return {
			context,
			close: async () => {
				await context.close();
				await remove();
			},
		};
	} catch (error) {
		await remove();
		throw error;
	}
}

function findChromium(): string | undefined {
	const { CHROME_PATH } = process.env;
	if (CHROME_PATH) {
		if (existsSync(CHROME_PATH)) return CHROME_PATH;
		throw new Error(`CHROME_PATH leads nowhere: ${CHROME_PATH}`);
	}
	return COMMON_PATHS.find((path) => existsSync(path));
}

function installChromium(): string {
	const isRootOnDebian = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
	if (isRootOnDebian) {
		for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
			spawnSync('apt-get', args, {
				env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
				stdio: ['ignore', 'ignore', 'inherit'],
			});
		}
	}
	const installed = findChromium();
	if (installed) return installed;
	throw new Error(
		'No Chromium was found. Install one (Debian: apt-get install chromium), or set CHROME_PATH to the program of a Chrome, Chromium or Edge.',
	);
}
