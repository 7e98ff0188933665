import fc from 'fast-check';

// n8n-core reads these when it is loaded.
process.env.N8N_DIAGNOSTICS_ENABLED = 'false';
process.env.N8N_LOG_LEVEL = 'silent';

// Set by `npm test` (dev/check.mts). Without it, fast-check draws a seed of its own for each property.
if (process.env.SEED) fc.configureGlobal({ seed: Number(process.env.SEED) });
