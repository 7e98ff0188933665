import {
	analyzePackage,
	SOURCE_FILE_PATTERNS,
} from '@n8n/scan-community-package/scanner/scanner.mjs';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packPackage } from './lib/pack.mts';
import { projectRoot } from './lib/paths.mts';

/**
 * Runs n8n's own scanner, which decides over verification, on the sources and on what is published.
 * Its command line can only scan a package that is already on the registry; its functions can do
 * more.
 */
async function scan(name: string, folder: string, patterns?: string[]): Promise<boolean> {
	const { passed, details, message } = await analyzePackage(folder, patterns);
	console.log(
		`${passed ? '✓' : '✗'} n8n's scanner, ${name}${passed ? '' : `: ${message}\n${details}`}`,
	);
	return passed;
}

const packed = await packPackage();
const folder = await mkdtemp(join(tmpdir(), 'idt-express-scan-'));
try {
	execFileSync('tar', ['-xzf', packed.tarball, '-C', folder, '--strip-components=1']);
	const results = [
		await scan('sources', projectRoot(), SOURCE_FILE_PATTERNS),
		await scan('published package', folder),
	];
	process.exitCode = results.every(Boolean) ? 0 : 1;
} finally {
	await packed.remove();
	await rm(folder, { recursive: true, force: true });
}
