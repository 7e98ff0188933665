import fc from 'fast-check';

// n8n-core reads these when it is loaded.
process.env.N8N_DIAGNOSTICS_ENABLED = 'false';
process.env.N8N_LOG_LEVEL = 'silent';

// Everywhere else every run tries other histories. In CI the same commit gives the same result: what
// a new history finds there would be blamed on whoever pushed last.
if (process.env.CI) fc.configureGlobal({ seed: 20261123 });
