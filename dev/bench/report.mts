import type { Case, Measurement, Target } from './cases.mts';
import { ratios, spread } from './statistics.mts';
import type { Spread } from './statistics.mts';

/** All runs of one contender. */
export interface Row {
	name: string;
	runs: (Measurement & { requests: number })[];
}

export interface Verdict {
	target: string;
	measured: string;
	met: boolean;
}

export interface CaseResult {
	id: string;
	title: string;
	note?: string;
	rows: Row[];
	verdicts: Verdict[];
}

export interface Report {
	/** Such as 2026-11-23. */
	date: string;
	n8n: string;
	/** The version that runs the sandbox and the axios loop; n8n brings its own. */
	node: string;
	cpu: string;
	loadAtStart: number;
	rounds: number;
	latencyMs: number;
	cases: CaseResult[];
}

/** Compares what was measured with what is promised. */
export function judge({ id, title, note, targets }: Case, rows: Row[]): CaseResult {
	return { id, title, note, rows, verdicts: targets.map((target) => verdict(target, rows)) };
}

function verdict(target: Target, rows: Row[]): Verdict {
	// Ours comes first.
	const own = rows[0].runs;
	const times = own.map(({ ms }) => ms);
	switch (target.kind) {
		case 'ratio': {
			const others = runsOf(rows, target.than).map(({ ms }) => ms);
			const ratio = ratios(times, others);
			return {
				target: `at most ${target.atMost} of the time of: ${target.than}`,
				measured: showSpread(ratio, (value) => value.toFixed(2)),
				met: ratio.median <= target.atMost,
			};
		}
		case 'time':
			return {
				target: `at most ${showSeconds(target.atMostMs)} s (${target.why})`,
				measured: `${showSpread(spread(times), showSeconds)} s`,
				met: spread(times).median <= target.atMostMs,
			};
		case 'requests':
			return most(
				'requests',
				target.atMost,
				own.map(({ requests }) => requests),
			);
		case 'memory': {
			const peaks = own.map(({ peakMb }) => peakMb).filter((peak) => peak !== undefined);
			const { median } = spread(peaks);
			return {
				target: `at most ${showCount(target.atMostMb)} MB (${target.why})`,
				measured: `${showSpread(spread(peaks), showCount)} MB`,
				met: median <= target.atMostMb,
			};
		}
		case 'failed':
			return most(
				'failed items',
				target.atMost,
				own.map(({ failed }) => failed),
			);
	}
}

function most(what: string, atMost: number, counts: number[]): Verdict {
	const max = Math.max(...counts);
	return { target: `at most ${atMost} ${what}`, measured: `${max}`, met: max <= atMost };
}

function runsOf(rows: Row[], name: string): Row['runs'] {
	const row = rows.find((candidate) => candidate.name === name);
	if (!row) throw new Error(`Nobody is called ${name}`);
	return row.runs;
}

/** The measured part of docs/benchmarks.md. */
export function toMarkdown(report: Report): string {
	const { date, n8n, node, cpu, rounds, latencyMs, loadAtStart } = report;
	return `Measured on ${date} with \`npm run bench\`: n8n ${n8n}, the sandbox with ${latencyMs} ms latency in a process of its own on
Node ${node}, ${cpu}, load ${loadAtStart} at the start. The contenders take turns, at most ${rounds} times each;
*runs* says how often. Times are the median (fastest–slowest) in seconds. *Time* is the time of the nodes, as n8n
reports it; *execution* includes what n8n does around them (it stores all items). *Memory* is the peak of n8n's process.
${report.cases.map(caseToMarkdown).join('')}`;
}

function caseToMarkdown({ id, title, note, rows, verdicts }: CaseResult): string {
	const table = rows.map(({ name, runs }) => [
		name,
		showCount(runs.length),
		showSpread(spread(runs.map(({ ms }) => ms)), showSeconds),
		showMedian(
			runs.map(({ executionMs }) => executionMs),
			showSeconds,
		),
		showMedian(runs.map(({ requests }) => requests)),
		showMedian(runs.map(({ items }) => items)),
		showMedian(runs.map(({ failed }) => failed)),
		showMedian(runs.map(({ peakMb }) => peakMb)),
	]);
	const targets = verdicts.map(({ target, measured, met }) => [
		target,
		measured,
		met ? 'met' : '**missed**',
	]);
	return `
## ${id}. ${title}

${toTable(['', 'runs', 'time', 'execution', 'requests', 'items', 'failed', 'memory (MB)'], table)}

${toTable(['target', 'measured', ''], targets)}
${note === undefined ? '' : `\n${note}\n`}`;
}

function toTable(columns: string[], rows: string[][]): string {
	const lines = [columns, columns.map(() => '---'), ...rows];
	return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function showSpread({ median, min, max }: Spread, show: (value: number) => string): string {
	return min === max ? show(median) : `${show(median)} (${show(min)}–${show(max)})`;
}

function showMedian(
	values: (number | undefined)[],
	show: (value: number) => string = showCount,
): string {
	const known = values.filter((value) => value !== undefined);
	return known.length === 0 ? '–' : show(spread(known).median);
}

function showCount(value: number): string {
	return value.toLocaleString('en');
}

function showSeconds(ms: number): string {
	return (ms / 1000).toFixed(2);
}
