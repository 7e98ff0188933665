import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const KEPT_LINES = 40;

export interface Finished {
	/** The exit code; null if a signal ended it. */
	code: number | null;
	stdout: string;
	/** The last lines of both outputs, without npm's list of downloads. */
	lastLines: string[];
}

/**
 * Runs npm: the one that started us, if it was one.
 * @param onLine receives each line of both outputs
 * @returns what npm wrote to its standard output
 * @throws Error with the last lines of its output if it fails
 */
export async function npm(
	args: string[],
	folder: string,
	onLine?: (line: string) => void,
): Promise<string> {
	const script = process.env.npm_execpath;
	const [command, ...first] = script?.endsWith('.js')
		? [process.execPath, script]
		: [process.platform === 'win32' ? 'npm.cmd' : 'npm'];
	const { code, stdout, lastLines } = await run(command, [...first, ...args], folder, onLine);
	if (code === 0) return stdout;
	throw new Error(`npm ${args.join(' ')} failed (${String(code)}):\n${lastLines.join('\n')}`);
}

/** Runs a program to its end. */
export async function run(
	command: string,
	args: string[],
	cwd: string,
	onLine: (line: string) => void = () => undefined,
): Promise<Finished> {
	const child = spawn(command, args, {
		cwd,
		env: cleanEnvironment(),
		stdio: ['ignore', 'pipe', 'pipe'],
		// npm.cmd cannot be started without a shell.
		shell: command.endsWith('.cmd'),
	});
	const stdout: string[] = [];
	const lastLines: string[] = [];
	const receive = (line: string) => {
		onLine(line);
		if (line.startsWith('npm http ')) return;
		lastLines.push(line);
		if (lastLines.length > KEPT_LINES) lastLines.shift();
	};
	createInterface({ input: child.stdout }).on('line', (line) => {
		stdout.push(line);
		receive(line);
	});
	createInterface({ input: child.stderr }).on('line', receive);
	return await new Promise((resolve, reject) => {
		child.on('error', reject);
		child.on('close', (code) => resolve({ code, stdout: stdout.join('\n'), lastLines }));
	});
}

/** Without what an npm that runs us says about the project: it would apply to other folders as well. */
function cleanEnvironment(): NodeJS.ProcessEnv {
	const foreign =
		/^(npm_(package|lifecycle)_|npm_config_(local_prefix|ignore_scripts)$|INIT_CWD$)/i;
	return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}
