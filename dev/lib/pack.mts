import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { npm } from './npm.mts';
import { projectRoot } from './paths.mts';

/** What the build is made from; a change of one of these calls for a new build. */
const SOURCES = ['nodes', 'credentials', 'package.json', 'tsconfig.json', 'gulpfile.js'];

/** The package as n8n's users get it. */
export interface PackedPackage {
	/** The tarball's path, in a temporary folder. */
	tarball: string;
	/** Paths inside the package, with their sizes in bytes. */
	files: { path: string; size: number }[];
	/** The bytes that the package takes when it is installed. */
	unpackedSize: number;
	/** Removes the temporary folder. */
	remove(): Promise<void>;
}

/**
 * Packs the project as `npm publish` would, after building it if the build is not up to date.
 * @throws Error with npm's output if the build or the packing fails
 */
export async function packPackage(
	log: (line: string) => void = () => undefined,
): Promise<PackedPackage> {
	const root = projectRoot();
	if (!(await isBuilt(root))) {
		log('Building the package');
		await npm(['run', 'build'], root);
	}
	const folder = await mkdtemp(join(tmpdir(), 'idt-express-pack-'));
	const remove = async () => await rm(folder, { recursive: true, force: true });
	try {
		const answer = await npm(['pack', '--json', '--pack-destination', folder], root);
		const { filename, files, unpackedSize } = readPackAnswer(JSON.parse(answer));
		return { tarball: join(folder, filename), files, unpackedSize, remove };
	} catch (error) {
		await remove();
		throw error;
	}
}

/** Whether there is a whole build, of which every file is younger than every source. */
async function isBuilt(root: string): Promise<boolean> {
	const dist = join(root, 'dist');
	if (!existsSync(dist)) return false;
	// The compiler writes its output even if it finds errors; these are copied by the last step.
	const isWhole = (await readdir(dist, { recursive: true })).some((file) =>
		file.endsWith('.node.json'),
	);
	const sources = await Promise.all(SOURCES.map((source) => changeTimes(join(root, source))));
	return isWhole && Math.min(...(await changeTimes(dist))) > Math.max(...sources.flat());
}

/** When a file, or a folder and everything in it, was changed: removing a file changes its folder. */
async function changeTimes(path: string): Promise<number[]> {
	const isFolder = (await stat(path)).isDirectory();
	const entries = isFolder ? await readdir(path, { recursive: true }) : [];
	const all = [path, ...entries.map((entry) => join(path, entry))];
	return await Promise.all(all.map(async (entry) => (await stat(entry)).mtimeMs));
}

/** `npm pack --json` answers with a list of one package; newer versions with an object by name. */
function readPackAnswer(answer: unknown): {
	filename: string;
	files: { path: string; size: number }[];
	unpackedSize: number;
} {
	const packages: unknown[] =
		typeof answer === 'object' && answer !== null ? Object.values(answer) : [];
	const [packed] = packages;
	if (
		typeof packed === 'object' &&
		packed !== null &&
		'filename' in packed &&
		typeof packed.filename === 'string' &&
		'unpackedSize' in packed &&
		typeof packed.unpackedSize === 'number' &&
		'files' in packed &&
		Array.isArray(packed.files)
	) {
		const { filename, unpackedSize, files } = packed;
		return {
			filename,
			unpackedSize,
			files: files.map(({ path, size }) => ({ path: String(path), size: Number(size) })),
		};
	}
	throw new Error(`npm pack answers in an unknown form: ${JSON.stringify(answer).slice(0, 300)}`);
}
