import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { SandboxSettings } from '../../test/sandbox/settings.mts';
import { projectRoot } from '../lib/paths.mts';

/** What the sandbox's process tells once it listens. */
export interface Ready {
	url: string;
	credentials: { apiKey: string; apiSecret: string };
	/** How many numbers there are, and how many orders. */
	recordCount: number;
	/** The DID groups in all regions of the USA. */
	groupCount: number;
	/** 500 of the orders. */
	orderIds: string[];
	/** 500 of the numbers. */
	numbers: string[];
	trunkGroupId: number;
}

export interface Question {
	id: number;
	settings?: Partial<SandboxSettings>;
	/** Counts the requests from nothing again. */
	forget?: boolean;
}

export interface Answer {
	id: number;
	/** The requests since they were last forgotten: the answer's status, and when they came (ms). */
	requests: { status: number; at: number }[];
}

/** A sandbox in a process of its own, with many numbers and orders and 20 ms latency. */
export interface BenchSandbox extends Ready {
	/** Changes settings, if any are given, and forgets the requests so far. */
	prepare(settings?: Partial<SandboxSettings>): Promise<void>;
	/** The requests since `prepare`. */
	requests(): Promise<Answer['requests']>;
	stop(): void;
}

export async function startBenchSandbox(recordCount: number): Promise<BenchSandbox> {
	const child = fork(join(projectRoot(), 'dev/bench/sandboxProgram.mts'), [String(recordCount)], {
		execArgv: ['--import', 'tsx'],
	});
	const ended = once(child, 'exit').then(() => {
		throw new Error('The sandbox ended before it was ready');
	});
	const [ready]: Ready[] = await Promise.race([once(child, 'message'), ended]);
	ended.catch(() => undefined);
	let lastId = 0;
	const ask = async (question: Omit<Question, 'id'>): Promise<Answer> => {
		const id = ++lastId;
		child.send({ id, ...question });
		for (;;) {
			const [answer]: Answer[] = await once(child, 'message');
			if (answer.id === id) return answer;
		}
	};
	return {
		...ready,
		prepare: async (settings) => void (await ask({ settings, forget: true })),
		requests: async () => (await ask({})).requests,
		stop: () => void child.kill(),
	};
}
