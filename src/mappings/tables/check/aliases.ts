import type { TableFinding } from '../finding.ts';
import type { AliasRow, TableSet } from '../table.types.ts';
import { rowFinding } from './row-finding.ts';

/** Aliases of xAPI terms that mean nothing the tables have, or that stand for a term with rows of its own. */
export function checkAliases(tables: TableSet): TableFinding[] {
  const terms: Partial<Record<AliasRow['kind'], ReadonlySet<string>>> = {
    verb: new Set(tables.verbs.map(({ verb }) => verb)),
    type: new Set(tables.activityTypes.map(({ activityType }) => activityType)),
  };
  return tables.aliases.flatMap((row) => {
    const known = terms[row.kind];
    if (!known) return [];
    if (known.has(row.read)) {
      return [
        rowFinding(
          row,
          'read',
          'alias-unused',
          `the ${row.kind} has rows of its own`,
          'take the alias or those rows away',
        ),
      ];
    }
    if (row.match === 'prefix' || known.has(row.means)) return [];
    return [
      rowFinding(
        row,
        'means',
        'alias-unknown',
        `no row has the ${row.kind} «${row.means}»`,
        'name one that has',
      ),
    ];
  });
}
