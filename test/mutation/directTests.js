const { readFileSync } = require('fs');
const { relative } = require('path');
const Sequencer = require('@jest/test-sequencer').default;

/**
 * A mutant is tried against the tests of its module: those that import the module itself. To load all
 * tests that reach it through others takes four times as long, and finds what the module's own tests miss.
 */
module.exports = class extends Sequencer {
	/** @param {{ globalConfig: { nonFlagArgs: string[] } }} options with the mutated files */
	constructor(options) {
		super(options);
		this.files = options.globalConfig.nonFlagArgs;
	}

	/** @param {Array<{ path: string, context: { config: { rootDir: string } } }>} tests */
	sort(tests) {
		return tests.filter(({ path, context }) => {
			// Types are not there when the test runs.
			const source = readFileSync(path, 'utf8').replace(/import type [^;]+;/g, '');
			return this.files.some((file) => {
				const name = relative(context.config.rootDir, file).replace(/\.ts$/, '');
				return source.includes(`../${name}'`);
			});
		});
	}
};
