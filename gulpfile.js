/** What `n8n-node build` leaves to do: `npm run build` runs `gulp assets` after it. */
const { Buffer } = require('node:buffer');
const { existsSync, readFileSync } = require('node:fs');
const { readdir, rm } = require('node:fs/promises');
const path = require('node:path');
const { Transform } = require('node:stream');
const { pipeline } = require('node:stream/promises');
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

exports.assets = assets;
