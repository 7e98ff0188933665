/**
 * A table for the terminal, with as much room per column as its widest cell.
 * @param rows what to show; a missing cell stays empty
 */
export function formatTable(columns: string[], rows: unknown[][]): string {
	const cells = [columns, ...rows.map((row) => columns.map((_, index) => text(row[index])))];
	const widths = columns.map((_, index) =>
		Math.max(...cells.map((row) => (row[index] ?? '').length)),
	);
	const lines = cells.map((row) =>
		row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  '),
	);
	const rule = widths.map((width) => '─'.repeat(width)).join('  ');
	return [lines[0], rule, ...lines.slice(1)].map((line) => `  ${line ?? ''}`.trimEnd()).join('\n');
}

function text(value: unknown): string {
	return value === undefined || value === null ? '' : String(value);
}
