import { startSandbox } from '../test/sandbox/server.mts';

/** `npm run sandbox`: the local IDT Express API, until Ctrl-C. */
const sandbox = await startSandbox({
	port: Number(process.env.PORT ?? 4010),
	settings: {
		fulfilment: { mode: 'auto', processingMs: 2_000, completeMs: 5_000 },
		cnamMs: 5_000,
		record: false,
	},
});
const { apiKey, apiSecret } = sandbox.credentials;

console.log(`The local IDT Express API answers at ${sandbox.url}

  n8n credential   Environment: Custom   Base URL: ${sandbox.url}
                   API Key: ${apiKey}   API Secret: ${apiSecret}

  curl -H 'x-api-key: ${apiKey}' -H 'x-api-secret: ${apiSecret}' \\
       ${sandbox.url}/v1/dids/coverage/countries

Orders are fulfilled after 5 seconds. Ctrl-C stops it. Its switches (test/sandbox/settings.mts) and faults:

  curl -H 'x-sandbox-control: 1' -H 'content-type: application/json' -X PATCH \\
       -d '{ "latencyMs": 500, "deviations": { "total": "missing" } }' ${sandbox.url}/_sandbox/settings`);

const stop = () => void sandbox.close().then(() => process.exit(0));
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
