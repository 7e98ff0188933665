import { join } from 'node:path';
import base from '../../jest.config.js';

// The engine and its vocabulary come from here instead of from the project's own node_modules.
const modules = join(process.env.IDT_EXPRESS_COMPAT ?? '', 'node_modules');

/** The engine tests against another n8n-core and n8n-workflow: see main.mts. */
export default {
	...base,
	rootDir: '../..',
	testMatch: ['<rootDir>/test/engine/**/*.test.mts'],
	moduleNameMapper: {
		'^n8n-core$': join(modules, 'n8n-core'),
		'^n8n-workflow$': join(modules, 'n8n-workflow'),
	},
	setupFiles: [...base.setupFiles, '<rootDir>/test/compat/setup.mts'],
};
