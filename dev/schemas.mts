/** `npm run schemas`: writes the output schemas anew, from the sandbox's answers in n8n-core's engine. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from './lib/paths.mts';

const root = projectRoot();

function run(program: string, ...args: string[]): void {
	const { status } = spawnSync(process.execPath, [join(root, 'node_modules', program), ...args], {
		cwd: root,
		env: { ...process.env, WRITE_SCHEMAS: '1' },
		stdio: 'inherit',
	});
	if (status !== 0) process.exit(status ?? 1);
}

// n8n-core runs in jest here: the node's sources have no file extensions in their imports.
run('jest/bin/jest.js', 'test/engine/schemas.test.mts');
run('prettier/bin/prettier.cjs', '--write', '--log-level=warn', 'nodes/IdtExpress/__schema__');
