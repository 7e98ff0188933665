/** Tests in a real n8n: one for the whole suite, started by globalSetup. */
export default {
	rootDir: '../..',
	testEnvironment: 'node',
	testMatch: ['<rootDir>/test/e2e/**/*.test.mts'],
	transform: { '\\.m?ts$': '@swc/jest' },
	globalSetup: '<rootDir>/test/e2e/globalSetup.mjs',
	globalTeardown: '<rootDir>/test/e2e/globalTeardown.mjs',
	// One for the trigger, which has n8ns of its own and mostly waits, and one for all the others: these share
	// an n8n, and more of them at a time would only make each slower.
	maxWorkers: 2,
	// Ends what would never end; no test depends on a fast clock.
	testTimeout: 300_000,
};
