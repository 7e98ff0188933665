import type { INodeExecutionData } from 'n8n-workflow';
import { startSandbox } from '../sandbox/server.mts';
import type { Sandbox } from '../sandbox/server.mts';
import { connectToN8n } from '../../dev/lib/n8nRest.mts';
import type { CredentialReference, N8nClient } from '../../dev/lib/n8nRest.mts';
import { suite } from './suite.mts';

/** What a test file works with: the suite's n8n, and an IDT Express of its own. */
export interface Fixture {
	n8n: N8nClient;
	sandbox: Sandbox;
	/** Saved in n8n, for this sandbox. */
	credential: CredentialReference;
	/** The same, as its window shows it. */
	credentialData: { environment: string; baseUrl: string; apiKey: string; apiSecret: string };
}

export async function openFixture(): Promise<Fixture> {
	const n8n = await connectToN8n(suite().n8n);
	const sandbox = await startSandbox();
	const credentialData = {
		environment: 'custom',
		baseUrl: sandbox.url,
		...sandbox.credentials,
	};
	const credential = await n8n.createCredential(`Sandbox ${sandbox.port}`, credentialData);
	return { n8n, sandbox, credential, credentialData };
}

/** The records that came out. */
export function records(items: INodeExecutionData[]) {
	return items.map(({ json }) => json);
}

/** A resource locator's value. */
export function by(mode: string, value: string | number) {
	return { __rl: true, mode, value };
}

/** Where the key or the secret occurs in a text, with what stands around it; nothing is right. */
export function secretsIn(text: string, { sandbox }: Fixture): string[] {
	const { apiKey, apiSecret } = sandbox.credentials;
	return [apiKey, apiSecret].flatMap((secret) =>
		[...text.matchAll(new RegExp(`.{0,60}${secret}.{0,20}`, 'g'))].map(([found]) => found),
	);
}
