/** Tests in a real n8n: one for the whole suite, started by globalSetup. */
export default {
	rootDir: '../..',
	testEnvironment: 'node',
	testMatch: ['<rootDir>/test/e2e/**/*.test.mts'],
	transform: { '\\.m?ts$': '@swc/jest' },
	globalSetup: '<rootDir>/test/e2e/globalSetup.mjs',
	globalTeardown: '<rootDir>/test/e2e/globalTeardown.mjs',
	// They share the n8n, and each waits for it: more at a time would only make each slower.
	maxWorkers: 1,
	// Ends what would never end; no test depends on a fast clock.
	testTimeout: 300_000,
};
