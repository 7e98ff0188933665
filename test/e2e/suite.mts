import { startN8n } from '../../dev/lib/n8nProcess.mts';
import type { N8n } from '../../dev/lib/n8nProcess.mts';
import { connectToN8n } from '../../dev/lib/n8nRest.mts';
import { packPackage } from '../../dev/lib/pack.mts';
import type { PackedPackage } from '../../dev/lib/pack.mts';

/** What each test file needs to know of the one n8n of the suite. */
export interface Suite {
	n8n: Pick<N8n, 'url' | 'login' | 'userFolder'>;
	packed: Pick<PackedPackage, 'tarball' | 'files' | 'unpackedSize'>;
}

/** jest hands the environment variables that globalSetup sets to every test file. */
const VARIABLE = 'IDT_EXPRESS_E2E';

/**
 * Packs the package, and starts a real n8n that has it installed.
 * @returns what ends all that
 */
export async function startSuite(): Promise<() => Promise<void>> {
	const packed = await packPackage(console.log);
	try {
		const n8n = await startN8n({ packages: [packed.tarball] });
		// The owner is set up once; each test file only logs in.
		await connectToN8n(n8n);
		const suite: Suite = {
			n8n: { url: n8n.url, login: n8n.login, userFolder: n8n.userFolder },
			packed: { tarball: packed.tarball, files: packed.files, unpackedSize: packed.unpackedSize },
		};
		process.env[VARIABLE] = JSON.stringify(suite);
		return async () => {
			await n8n.stop();
			await packed.remove();
		};
	} catch (error) {
		await packed.remove();
		throw error;
	}
}

/** What `startSuite` started. @throws Error outside `npm run test:e2e` */
export function suite(): Suite {
	const text = process.env[VARIABLE];
	if (text === undefined) throw new Error('Run the tests in a real n8n with npm run test:e2e');
	return JSON.parse(text);
}
