import { RowNames, type Cells } from './cells.ts';
import type { Reading, TableFinding } from './finding.ts';
import type { AliasKind, AliasRow, IdentityRow, StructureRow } from './table.types.ts';

/** Rows of T-ALI. */
export function readAliases(rows: readonly Cells[]): Reading<readonly AliasRow[]> {
  const names = new RowNames();
  const value = rows.map((cells): AliasRow => {
    const read = cells.text('read');
    return {
      row: names.next(`T-ALI:${cells.text('kind')}/${read}`),
      comment: cells.text('comment'),
      at: cells.at,
      read,
      means: cells.text('means'),
      kind: cells.text('kind') as AliasKind,
      match: cells.text('match') === 'prefix' ? 'prefix' : 'exact',
    };
  });
  return { value, findings: [] };
}

/** Rows of `structure.tsv` and `entity.tsv`. */
export function readStructure(rows: readonly Cells[]): Reading<readonly StructureRow[]> {
  const value = rows.map((cells) => ({
    row: cells.text('row'),
    comment: cells.text('comment'),
    at: cells.at,
    event: cells.text('event'),
    caliperPath: cells.text('caliper_path'),
    xapiPath: cells.text('xapi_path'),
    transform: cells.text('transform'),
    when: cells.text('when'),
    direction: cells.text('direction'),
  }));
  return { value, findings: repeatedNames(rows) };
}

/** Rows of `identity.tsv`. */
export function readIdentities(rows: readonly Cells[]): Reading<readonly IdentityRow[]> {
  const value = rows.map((cells) => ({
    row: cells.text('row'),
    comment: cells.text('comment'),
    at: cells.at,
    caliperIri: cells.text('caliper_iri'),
    ifi: cells.text('ifi'),
    homePage: cells.text('home_page'),
    name: cells.text('name'),
    when: cells.text('when'),
  }));
  return { value, findings: repeatedNames(rows) };
}

/** A row is cited by its name, so no two may share one. */
function repeatedNames(rows: readonly Cells[]): TableFinding[] {
  const names = new RowNames();
  return rows
    .filter((cells) => names.count(cells.text('row')) > 1)
    .map((cells) =>
      cells.finding(
        'row',
        'row-twice',
        `a second row named «${cells.text('row')}»`,
        'give it a name of its own',
      ),
    );
}
