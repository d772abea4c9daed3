/** Fills a cell up to the width of its column. */
export type Pad = (cell: string, width: number, column: number) => string;

/** Lines of cells that stand below one another, to the left unless `pad` says otherwise. */
export function inColumns(
  rows: readonly (readonly string[])[],
  pad: Pad = (cell, width) => cell.padEnd(width),
): string[] {
  const columns = Math.max(0, ...rows.map(({ length }) => length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => pad(cell, widths[column] ?? 0, column))
      .join('  ')
      .trimEnd(),
  );
}
