import { startN8n } from '../../dev/lib/n8nProcess.mts';
import type { N8n } from '../../dev/lib/n8nProcess.mts';
import { freePort } from '../../dev/lib/freePort.mts';
import type { Service } from './services.mts';

/** n8n in queue mode: a main process that polls and takes calls, and workers that execute. */
export interface Cluster {
	main: N8n;
	workers: N8n[];
	stop(): Promise<void>;
}

export async function startCluster(options: {
	redis: Service;
	postgres: Service;
	tarball: string;
	workers: number;
	/** How many executions a worker runs at the same time. */
	concurrency: number;
}): Promise<Cluster> {
	const { redis, postgres, tarball, concurrency } = options;
	const env = {
		EXECUTIONS_MODE: 'queue',
		QUEUE_BULL_REDIS_HOST: '127.0.0.1',
		QUEUE_BULL_REDIS_PORT: String(redis.port),
		QUEUE_BULL_REDIS_PASSWORD: redis.password,
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: '127.0.0.1',
		DB_POSTGRESDB_PORT: String(postgres.port),
		DB_POSTGRESDB_DATABASE: 'postgres',
		DB_POSTGRESDB_USER: 'n8n',
		DB_POSTGRESDB_PASSWORD: postgres.password,
		N8N_ENCRYPTION_KEY: 'only for this test',
		// n8n's usual 60 s and 30 s until it notices that a worker has gone, shortened.
		QUEUE_WORKER_LOCK_DURATION: '10000',
		QUEUE_WORKER_LOCK_RENEW_TIME: '2000',
		QUEUE_WORKER_STALLED_INTERVAL: '5000',
	};
	const started: N8n[] = [];
	const stop = async () => void (await Promise.all(started.map(async (n8n) => await n8n.stop())));
	try {
		// One after another: the first one makes the database.
		const main = await startN8n({ packages: [tarball], env });
		started.push(main);
		const workers: N8n[] = [];
		for (let i = 0; i < options.workers; i++) {
			const port = await freePort();
			const worker = await startN8n({
				packages: [tarball],
				command: ['worker', `--concurrency=${concurrency}`],
				port,
				env: {
					...env,
					QUEUE_HEALTH_CHECK_ACTIVE: 'true',
					QUEUE_HEALTH_CHECK_PORT: String(port),
					N8N_WORKER_SERVER_ADDRESS: '127.0.0.1',
				},
			});
			started.push(worker);
			workers.push(worker);
		}
		return { main, workers, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}
