/**
 * The project's tasks. `npx gulp --tasks` lists them; `npm run` calls them.
 *
 * Tasks in TypeScript are programs of their own in test/tools; they are run by tsx.
 */
const { Buffer } = require('node:buffer');
const { spawn } = require('node:child_process');
const { existsSync, readFileSync } = require('node:fs');
const { readdir, rm } = require('node:fs/promises');
const path = require('node:path');
const { Transform } = require('node:stream');
const { pipeline } = require('node:stream/promises');
const { clearInterval, setInterval } = require('node:timers');
const gulp = require('gulp');

const root = __dirname;

/** `n8n-node build` copies every picture and every schema that lies about. */
async function removeForeignFiles() {
	const folders = await readdir(path.join(root, 'dist'));
	const foreign = folders.filter((folder) => !['nodes', 'credentials'].includes(folder));
	await Promise.all(
		foreign.map((folder) => rm(path.join(root, 'dist', folder), { recursive: true })),
	);
}

/** `n8n-node build` leaves the codex files (search words of the node panel) out. */
async function copyMetadata() {
	const minify = new Transform({
		objectMode: true,
		transform(file, _encoding, done) {
			try {
				file.contents = Buffer.from(JSON.stringify(JSON.parse(file.contents.toString())));
				done(null, file);
			} catch (error) {
				done(new Error(`${file.relative}: ${error.message}`));
			}
		},
	});
	await pipeline(
		gulp.src(['nodes/**/*.node.json', 'nodes/**/__schema__/**/*.json'], { base: root, cwd: root }),
		minify,
		gulp.dest('dist', { cwd: root }),
	);
}

/** What package.json promises to n8n must be in dist: n8n drops a package of which a part is missing. */
async function checkBuild() {
	const { n8n } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
	const problems = [
		...n8n.nodes.flatMap((file) => [
			...problemsOf(file, (node) => node.description.icon),
			...missing([file.replace(/\.js$/, '.json')]),
		]),
		...n8n.credentials.flatMap((file) => problemsOf(file, (credential) => credential.icon)),
	];
	if (problems.length > 0)
		throw new Error(`The build is not complete:\n  ${problems.join('\n  ')}`);
}

/** Loads a class as n8n does, by the name of its file, and looks for its icons. */
function problemsOf(file, iconOf) {
	const absolute = path.join(root, file);
	if (!existsSync(absolute)) return missing([file]);
	const className = path.basename(file).split('.')[0];
	const Class = require(absolute)[className];
	if (!Class) return [`${file} exports no class ${className}`];
	const icon = iconOf(new Class());
	const icons = typeof icon === 'object' ? [icon.light, icon.dark] : [icon];
	if (icons.some((name) => !name?.startsWith('file:'))) return [`${file} has no icon of its own`];
	return missing(icons.map((name) => path.join(path.dirname(file), name.slice('file:'.length))));
}

function missing(files) {
	return files
		.filter((file) => !existsSync(path.join(root, file)))
		.map((file) => `${file} is missing`);
}

const assets = gulp.series(removeForeignFiles, copyMetadata, checkBuild);
assets.displayName = 'assets';
assets.description =
	'Completes dist after `n8n-node build`, and checks that n8n will find everything';

/**
 * Runs a TypeScript program with what was given after the task's name: `gulp demo --once`.
 * Ctrl-C reaches the program by itself; it ends in good order, and we with it.
 */
async function runTool(file) {
	const args = process.argv.slice(3);
	const child = spawn(process.execPath, ['--import', 'tsx', file, ...args], {
		cwd: root,
		stdio: 'inherit',
	});
	const ignore = () => {};
	const forward = (signal) => child.kill(signal);
	process.on('SIGINT', ignore).on('SIGTERM', forward);
	// Ending npm does not end what it runs, which then gets another parent.
	const parent = process.ppid;
	const watch = setInterval(() => process.ppid !== parent && child.kill(), 1_000);
	try {
		const code = await new Promise((resolve, reject) => {
			child.on('error', reject);
			child.on('exit', (exitCode, signal) => resolve(exitCode ?? signal));
		});
		if (code !== 0) {
			const error = new Error(`${file} ended with ${code}`);
			error.showStack = false;
			throw error;
		}
	} finally {
		clearInterval(watch);
		process.off('SIGINT', ignore).off('SIGTERM', forward);
	}
}

function tool(name, file, description, flags) {
	const task = async () => await runTool(file);
	return Object.assign(task, { displayName: name, description, flags });
}

exports.assets = assets;
exports.sandbox = tool(
	'sandbox',
	'test/sandbox/main.mts',
	'Serves the local IDT Express API on loopback until Ctrl-C',
);
exports.demo = tool(
	'demo',
	'test/tools/demo.mts',
	'Runs the example workflow in a real n8n against the sandbox, and stays up until Ctrl-C',
	{ '--once': 'stop by itself; exit code 0 only if the workflow succeeded' },
);
exports.bench = tool(
	'bench',
	'test/bench/main.mts',
	'Measures the node in a real n8n against the HTTP Request node and a plain axios loop',
	{ '--only=ac': 'only these cases', '--rounds=5': 'how often each is measured' },
);
exports.queue = tool(
	'queue',
	'test/queue/main.mts',
	'Runs both nodes in n8n’s queue mode, with a worker killed in the middle',
	{ '--executions=100': 'fewer than 1,000' },
);
exports.compat = tool(
	'compat',
	'test/compat/main.mts',
	'Runs the engine tests with the engine of another n8n, and the tests in a real n8n with that one',
	{ '--n8n=2.35.7': 'which', '--only=engine': 'one of the two: engine, e2e' },
);
exports.trigger = tool(
	'trigger',
	'test/bench/triggerCost.mts',
	'Measures what an idle poll of the trigger costs, with up to 100,000 orders and numbers',
);
exports.schemas = tool(
	'schemas',
	'test/tools/schemas.mts',
	'Writes the output schemas anew, from the sandbox’s answers',
);
exports.screenshots = tool(
	'screenshots',
	'test/tools/screenshots.mts',
	'Makes the pictures of the README in the editor of a real n8n',
);
