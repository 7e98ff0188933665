const unit = require('../../jest.config.js');

// Every mutant meets the same random cases.
process.env.SEED ??= '20261123';
// Nobody reads the smallest failing case, and to search it takes longer than a mutant is given.
process.env.END_ON_FAILURE = '1';
process.env.FEW_CASES = '1';

/** Without the tests of the project's files, and the histories: they take seconds for each mutant. */
module.exports = {
	...unit,
	rootDir: '../..',
	testMatch: ['<rootDir>/test/unit/**/*.test.mts'],
	testPathIgnorePatterns: [
		'/(architecture|docs|folderLock|freePort|project|trigger(Numbers|Orders))\\.test',
	],
	testSequencer: '<rootDir>/test/mutation/directTests.js',
	maxWorkers: 1,
};
