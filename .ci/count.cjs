// Prints "N passed, N failed" for the steps of `npm run test:all`, which it lists in reports/steps.json.
const { existsSync, readFileSync } = require('node:fs');

const STEPS = 'reports/steps.json';
const read = (file) => JSON.parse(readFileSync(file, 'utf8'));

// Without the list, the run ended before its steps did.
const steps = existsSync(STEPS) ? read(STEPS) : [{ passed: false }];
let passed = 0;
let failed = 0;
for (const step of steps) {
	let failedTests = 0;
	if (step.results && existsSync(step.results)) {
		const results = read(step.results);
		passed += results.numPassedTests;
		// A file that could not be loaded has no test that could fail.
		failedTests = results.numFailedTests + results.numRuntimeErrorTestSuites;
	}
	// Whatever made the step fail beside its tests is one failure.
	failed += failedTests === 0 && !step.passed ? 1 : failedTests;
}
console.log(`${passed} passed, ${failed} failed`);
