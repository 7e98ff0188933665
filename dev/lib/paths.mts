import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** The package's name, as n8n prefixes it to the node types. */
export const PACKAGE_NAME = 'n8n-nodes-idt-express';

/**
 * The project's folder. Looked for from the working folder upwards, because these files run both as
 * ES modules (tsx) and as CommonJS (jest), which have no common way to ask where a file is.
 * @throws Error outside the project
 */
export function projectRoot(): string {
	for (let folder = process.cwd(); ; folder = dirname(folder)) {
		const manifest = join(folder, 'package.json');
		if (existsSync(manifest) && readFileSync(manifest, 'utf8').includes(`"${PACKAGE_NAME}"`)) {
			return folder;
		}
		if (folder === dirname(folder)) {
			throw new Error(`${process.cwd()} is not inside the project ${PACKAGE_NAME}`);
		}
	}
}

/** The user's cache folder of this project: outside the clone, so that all clones share it. */
export function cacheFolder(): string {
	return join(systemCacheFolder(), PACKAGE_NAME);
}

function systemCacheFolder(): string {
	if (process.env.XDG_CACHE_HOME) return process.env.XDG_CACHE_HOME;
	if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches');
	if (process.platform === 'win32') {
		return process.env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local');
	}
	return join(homedir(), '.cache');
}
