// The tests, the sandbox and the tools run on plain Node, so n8n's rules for published code (no
// `process`, no `node:` imports) do not fit them. They are .mts files, which n8n's own
// configuration leaves alone; this one checks them.
import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig(
	{
		files: ['**/*.mts'],
		extends: [js.configs.recommended, tseslint.configs.recommended],
		rules: {
			'no-restricted-syntax': [
				'error',
				{
					selector:
						"MemberExpression[property.name=/^toBeLess/] > CallExpression[callee.name='expect'] > BinaryExpression[operator='-'] > CallExpression.left[callee.property.name='now']",
					message: 'A busy machine is slow: expect what was done, or use processorTime().',
				},
			],
		},
	},
	{
		files: ['gulpfile.js'],
		extends: [js.configs.recommended],
		languageOptions: {
			globals: {
				require: 'readonly',
				exports: 'readonly',
				process: 'readonly',
				__dirname: 'readonly',
				__filename: 'readonly',
				console: 'readonly',
			},
		},
	},
	{ linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
);
