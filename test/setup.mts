import fc from 'fast-check';

// n8n-core reads these when it is loaded.
process.env.N8N_DIAGNOSTICS_ENABLED = 'false';
process.env.N8N_LOG_LEVEL = 'silent';

// Set by `npm test` (dev/check.mts). Without it, fast-check draws a seed of its own for each property.
const { SEED, END_ON_FAILURE } = process.env;
if (SEED) fc.configureGlobal({ seed: Number(SEED), endOnFailure: END_ON_FAILURE === '1' });
