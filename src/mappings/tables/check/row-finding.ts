import { finding, type TableCode, type TableFinding } from '../finding.ts';
import type { TableRow } from '../table.types.ts';

/** A finding about a cell of a typed row. */
export function rowFinding(
  row: TableRow,
  column: string,
  code: TableCode,
  found: string,
  mend: string,
): TableFinding {
  return finding({ ...row.at, column }, code, found, mend);
}

/** Rows by a key, in the order of the rows. */
export function groupRows<Row>(rows: readonly Row[], key: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const name = key(row);
    const group = groups.get(name);
    if (group) group.push(row);
    else groups.set(name, [row]);
  }
  return groups;
}

/** A key of several texts that no other texts give. */
export const keyOf = (...parts: readonly string[]): string => parts.join('\t');
