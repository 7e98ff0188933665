import { startSandbox } from '../sandbox/server.mts';
import { ask, check, clientFor, clientForSandbox, type Target } from './suite.mts';

/**
 * Holds a server against the API's document, with axios alone: none of the node's code is used.
 *
 * Without credentials it checks our own sandbox, writes included. With IDT_API_KEY and IDT_API_SECRET it
 * checks the carrier's Sandbox environment: reads only, unless --write is given. IDT_API_URL names another
 * server. The Live environment is never called.
 */

const { IDT_API_KEY: key, IDT_API_SECRET: secret, IDT_API_URL: url } = process.env;

async function run(target: Target): Promise<number> {
	const checks = await check(target);
	for (const { section, name, found } of checks) {
		console.log(`${found === null ? '?' : found.length === 0 ? '✓' : '✗'} ${section}: ${name}`);
		if (found === null) console.log('    the account has nothing to check it with');
		for (const line of found ?? []) console.log(`    ${line}`);
	}
	console.log('\nWhat the document leaves open (in brackets the switch of the local sandbox):');
	for (const { question, setting, answer } of await ask(target)) {
		console.log(`  ${question} ${String(answer)}${setting ? ` (${setting})` : ''}`);
	}
	const differing = checks.filter(({ found }) => found !== null && found.length > 0).length;
	const passed = checks.filter(({ found }) => found?.length === 0).length;
	console.log(`\n${passed} as documented, ${differing} differ`);
	return differing;
}

async function runOnCarrier(apiKey: string, apiSecret: string): Promise<number> {
	const writes = process.argv.includes('--write');
	const baseUrl = url ?? 'https://sandbox-api.idtexpress.com';
	console.log(`Checking ${baseUrl}${writes ? '' : ', reads only (--write for all)'}\n`);
	return await run({ api: clientFor(baseUrl, apiKey, apiSecret), writes });
}

async function runOnLocalSandbox(): Promise<number> {
	console.log('Checking the local sandbox (IDT_API_KEY and IDT_API_SECRET for the carrier’s)\n');
	const sandbox = await startSandbox();
	try {
		return await run({ api: clientForSandbox(sandbox), writes: true, sandbox });
	} finally {
		await sandbox.close();
	}
}

const differing = key && secret ? await runOnCarrier(key, secret) : await runOnLocalSandbox();
process.exitCode = differing === 0 ? 0 : 1;
