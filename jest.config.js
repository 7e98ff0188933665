/** Unit and engine tests. The tests in a real n8n have their own configuration in test/e2e. */
module.exports = {
	testEnvironment: 'node',
	testMatch: ['<rootDir>/test/{unit,engine}/**/*.test.mts'],
	transform: { '\\.m?ts$': '@swc/jest' },
	setupFiles: ['<rootDir>/test/setup.mts'],
	testSequencer: '<rootDir>/test/longestFirst.cjs',
	testTimeout: 60_000,
	// jest would leave one core idle: half of a small machine.
	maxWorkers: '100%',
	coverageProvider: 'v8',
	// These two hold types alone.
	collectCoverageFrom: ['{nodes,credentials}/**/*.ts', '!**/{shared/operation,api/types}.ts'],
	coverageDirectory: 'reports/coverage',
	// A page per file would be code for the linter.
	coverageReporters: ['text', 'json-summary'],
	coverageThreshold: { global: { lines: 95, branches: 95 } },
};
