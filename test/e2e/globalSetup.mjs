// jest cannot load TypeScript here, so this file asks tsx.
import { tsImport } from 'tsx/esm/api';

/** Starts the n8n that all tests use. */
export default async function globalSetup() {
	const { startSuite } = await tsImport('./suite.mts', import.meta.url);
	// globalTeardown is another module, in the same process.
	globalThis.stopSuite = await startSuite();
}
