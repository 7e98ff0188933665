// Prints "N passed, N failed" for the jest results that it is given as file:exit-code.
const { existsSync, readFileSync } = require('node:fs');

let passed = 0;
let failed = 0;
for (const argument of process.argv.slice(2)) {
	const [, file, exitCode] = /^(.*):(\d+)$/.exec(argument);
	let failedHere = 0;
	if (existsSync(file)) {
		const results = JSON.parse(readFileSync(file, 'utf8'));
		passed += results.numPassedTests;
		// A file that could not be loaded has no test that could fail.
		failedHere = results.numFailedTests + results.numRuntimeErrorTestSuites;
	}
	// Whatever made the step fail beside its tests is one failure.
	if (failedHere === 0 && exitCode !== '0') failedHere = 1;
	failed += failedHere;
}
console.log(`${passed} passed, ${failed} failed`);
