import type { TableFinding } from '../finding.ts';
import type { TableRow, TableSet } from '../table.types.ts';
import { rowFinding } from './row-finding.ts';

/** Rows and extensions that a vocabulary row names, and response rows that nothing carries out. */
export function checkReferences(tables: TableSet): TableFinding[] {
  const fields = new Set(tables.eventFields.map(({ row }) => row));
  const extensions = new Set(tables.extensions.map(({ extension }) => extension));
  return [
    ...tables.extensions.flatMap((row) =>
      row.carriers
        .filter((name) => !fields.has(name))
        .map((name) =>
          rowFinding(
            row,
            'carrier',
            'row-unknown',
            `no row «${name}» in structure.tsv`,
            'name the rows that carry it',
          ),
        ),
    ),
    ...tables.verbs.flatMap((row) => conditionExtensions(row, row.when, extensions)),
  ];
}

/** The extensions that a condition names in brackets. */
function conditionExtensions(row: TableRow, when: string, known: ReadonlySet<string>): TableFinding[] {
  return [...when.matchAll(/ext\[([^[\]]*)\]/g)]
    .map(([, iri = '']) => iri)
    .filter((iri) => !known.has(iri))
    .map((iri) =>
      rowFinding(
        row,
        'when',
        'term-unknown',
        `no row for the extension «${iri}»`,
        'add one to the table of extensions',
      ),
    );
}
