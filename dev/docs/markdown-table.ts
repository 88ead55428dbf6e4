/** The lines of a Markdown table, its columns padded as the formatter wants them: `rightFrom` and those after it to the right. */
export function table(head: string[], rows: string[][], rightFrom = head.length): string[] {
  const widths = head.map((name, column) => Math.max(3, name.length, ...rows.map((row) => row[column]!.length)));
  const padded = (cell: string, column: number) =>
    column < rightFrom ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!);
  const line = (cells: string[]) => `| ${cells.map(padded).join(' | ')} |`;
  const rule = widths.map((width, column) => (column < rightFrom ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(head), line(rule), ...rows.map(line)];
}
