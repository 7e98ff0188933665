import axios, { type AxiosInstance } from 'axios';
import { startSandbox } from '../sandbox/server.mts';
import { CHECKS, type Facts } from './checks.mts';
import { QUESTIONS } from './questions.mts';

/**
 * Holds a server against the API's reference, with axios alone: none of the node's code is used.
 *
 * Without credentials it checks our own sandbox, writes included. With IDT_API_KEY and
 * IDT_API_SECRET it checks the carrier's Sandbox environment: reads only, unless --write is given.
 * The Live environment is never called.
 */

const CARRIER_SANDBOX = 'https://sandbox-api.idtexpress.com';

interface Target {
	name: string;
	api: AxiosInstance;
	writes: boolean;
	close(): Promise<void>;
}

function client(baseUrl: string, apiKey: string, apiSecret: string): AxiosInstance {
	return axios.create({
		baseURL: `${baseUrl}/v1/dids/`,
		headers: { 'x-api-key': apiKey, 'x-api-secret': apiSecret },
		timeout: 30_000,
		maxRedirects: 0,
		validateStatus: () => true,
	});
}

async function chooseTarget(write: boolean): Promise<Target> {
	const { IDT_API_KEY: key, IDT_API_SECRET: secret } = process.env;
	if (key && secret) {
		return {
			name: `the carrier's Sandbox environment${write ? '' : ', reads only (--write for all)'}`,
			api: client(CARRIER_SANDBOX, key, secret),
			writes: write,
			close: async () => undefined,
		};
	}
	const sandbox = await startSandbox();
	return {
		name: 'the local sandbox (set IDT_API_KEY and IDT_API_SECRET for the carrier’s)',
		api: client(sandbox.url, sandbox.credentials.apiKey, sandbox.credentials.apiSecret),
		writes: true,
		close: async () => await sandbox.close(),
	};
}

/** Runs all checks and prints the report. @returns how many checks found differences */
export async function runContract(write: boolean): Promise<number> {
	const target = await chooseTarget(write);
	const facts: Facts = {};
	let passed = 0;
	let differing = 0;
	console.log(`Checking ${target.name}\n`);
	try {
		for (const check of CHECKS) {
			if (check.writes && !target.writes) continue;
			const found = await check.run(target.api, facts);
			if (found === null) {
				console.log(`? ${check.section}: ${check.name} – the account has nothing to check it with`);
			} else if (found.length === 0) {
				passed++;
				console.log(`✓ ${check.section}: ${check.name}`);
			} else {
				differing++;
				console.log(`✗ ${check.section}: ${check.name}`);
				for (const line of found) console.log(`    ${line}`);
			}
		}
		console.log('\nWhat the reference leaves open:');
		for (const { question, ask } of QUESTIONS) {
			console.log(`  ${question} ${await ask(target.api)}`);
		}
	} finally {
		await target.close();
	}
	console.log(`\n${passed} as documented, ${differing} differ`);
	return differing;
}

process.exitCode = (await runContract(process.argv.includes('--write'))) === 0 ? 0 : 1;
