/** The tests in a real n8n have their own configuration in test/e2e. */
module.exports = {
	testEnvironment: 'node',
	testMatch: ['<rootDir>/test/{unit,engine,sandbox,contract}/**/*.test.mts'],
	transform: { '\\.m?ts$': '@swc/jest' },
	setupFiles: ['<rootDir>/test/setup.mts'],
	testTimeout: 60_000,
	// More than there are cores: engine tests wait for answers most of the time.
	maxWorkers: 4,
	coverageProvider: 'v8',
	collectCoverageFrom: ['{nodes,credentials}/**/*.ts'],
	coverageDirectory: 'reports/coverage',
	// A page per file would be code for the linter.
	coverageReporters: ['text', 'json-summary'],
	coverageThreshold: { global: { lines: 95, branches: 95 } },
};
