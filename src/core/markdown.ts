// Markdown that reports are written in.

/** A table's lines. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
	// A detail may quote the game's own text, so bars and line ends in it must not break the table.
	const row = (cells: readonly string[]): string => `| ${cells.map((c) => c.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')).join(' | ')} |`;
	return [row(head), row(head.map(() => '---')), ...rows.map(row)];
}
