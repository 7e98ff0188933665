import axios, { type AxiosInstance } from 'axios';
import type { Sandbox } from '../sandbox/server.mts';
import { CHECKS, type Facts } from './checks.mts';
import { QUESTIONS, type Answer } from './questions.mts';

/** A server that is held against the document. */
export interface Target {
	api: AxiosInstance;
	/** Whether checks and questions may write. */
	writes: boolean;
	/** The local sandbox: what no client can bring about is switched on there. */
	sandbox?: Sandbox;
}

export interface Report {
	/** What differs from the document; nothing is good. `null`: the account has nothing to check it with. */
	checks: Array<{ section: string; name: string; found: string[] | null }>;
	answers: Array<{ question: string; setting?: string; answer: Answer }>;
}

/** @throws Error for the Live environment: what is written there costs money */
export function clientFor(baseUrl: string, apiKey: string, apiSecret: string): AxiosInstance {
	const { hostname } = new URL(baseUrl);
	if (hostname === 'api.idtexpress.com') {
		throw new Error('The contract suite never calls the Live environment');
	}
	return axios.create({
		baseURL: `${baseUrl}/v1/dids/`,
		headers: { 'x-api-key': apiKey, 'x-api-secret': apiSecret },
		timeout: 30_000,
		maxRedirects: 0,
		validateStatus: () => true,
	});
}

export function clientForSandbox({ url, credentials }: Sandbox): AxiosInstance {
	return clientFor(url, credentials.apiKey, credentials.apiSecret);
}

export async function check({ api, writes, sandbox }: Target): Promise<Report['checks']> {
	const facts: Facts = {};
	const checks: Report['checks'] = [];
	for (const { section, name, run, ...needs } of CHECKS) {
		if (needs.writes && !writes) continue;
		const found = needs.sandbox && !sandbox ? null : await run(api, facts, sandbox);
		checks.push({ section, name, found });
	}
	return checks;
}

export async function ask({ api, writes }: Target): Promise<Report['answers']> {
	const answers: Report['answers'] = [];
	for (const { question, setting, writes: needsWrites, ask: find } of QUESTIONS) {
		if (needsWrites && !writes) continue;
		answers.push({ question, setting, answer: await find(api) });
	}
	return answers;
}
