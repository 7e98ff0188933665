/** Unit and engine tests. The tests in a real n8n have their own configuration in test/e2e. */
module.exports = {
	testEnvironment: 'node',
	testMatch: ['<rootDir>/test/{unit,engine}/**/*.test.mts'],
	transform: { '\\.m?ts$': '@swc/jest' },
	setupFiles: ['<rootDir>/test/setup.mts'],
	testTimeout: 60_000,
};
