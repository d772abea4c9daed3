import type { Trace } from '../../crosswalk.types.ts';
import { rowFinding } from '../../tables/check/row-finding.ts';
import type { StructureRow, TableFinding, TableSet } from '../../tables/index.ts';

/**
 * Rows of `structure.tsv` that no example exercises, by the traces of the examples' conversions. A row that writes
 * nothing and reads nothing (`-` on the way to xAPI) leaves no trace and is not asked for.
 */
export function unusedRows({ eventFields }: TableSet, traces: Iterable<readonly Trace[]>): TableFinding[] {
  const used = new Set<string>();
  for (const trace of traces) for (const { row } of trace) used.add(row);
  return eventFields
    .filter((row) => leavesTrace(row) && !used.has(row.row))
    .map((row) =>
      rowFinding(
        row,
        'row',
        'row-unused',
        `no example exercises ${row.row}`,
        'add an example of what it is for',
      ),
    );
}

const leavesTrace = ({ transform, xapiPath, direction }: StructureRow) =>
  transform !== 'raise' && !(xapiPath === '-' && (direction === 'c2x' || direction === 'echo'));
