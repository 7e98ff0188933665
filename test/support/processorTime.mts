/**
 * How long the processor works on something, in milliseconds, for a test that must not depend on how busy
 * the machine is. Work that grows with the square of 100 KB takes seconds.
 */
export function processorTime(work: () => void): number {
	const began = process.cpuUsage();
	work();
	return process.cpuUsage(began).user / 1_000;
}
