import { RowNames, type Cells } from './cells.ts';
import type { Reading, TableFinding } from './finding.ts';
import type {
  AliasKind,
  AliasRow,
  IdentityRow,
  ResponseForm,
  ResponseRow,
  StructureRow,
} from './table.types.ts';

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

const VALUE_TESTS: readonly ResponseRow['valueTest'][] = ['', 'boolean', 'pairs', 'one', 'single', 'list'];

/** Rows of T-RSP. */
export function readResponses(rows: readonly Cells[]): Reading<readonly ResponseRow[]> {
  const read = rows.map((cells) => ({ ...responseRow(cells), findings: checkResponse(cells) }));
  return {
    value: read.filter(({ findings }) => findings.length === 0).map(({ findings: _, ...row }) => row),
    findings: read.flatMap(({ findings }) => findings),
  };
}

function responseRow(cells: Cells): ResponseRow {
  const test = cells.text('value_when');
  return {
    row: cells.text('row'),
    comment: cells.text('comment'),
    at: cells.at,
    direction: cells.text('direction') === 'x2c' ? 'x2c' : 'c2x',
    responseType: cells.text('response_type'),
    valueTest: VALUE_TESTS.find((known) => known === test) ?? '',
    question: questionOf(test) ?? '',
    member: cells.text('member'),
    interactionTypes: cells.text('interaction_type').split(' '),
    form: cells.text('form') as ResponseForm,
  };
}

/** Interaction types of the specification (Data 2.4.4.1), and none for an activity without one. */
const INTERACTION_TYPES: readonly string[] = [
  'true-false',
  'choice',
  'fill-in',
  'long-fill-in',
  'matching',
  'performance',
  'sequencing',
  'likert',
  'numeric',
  'other',
  'none',
];

const questionOf = (test: string): string | undefined => /^question is (\w+)$/.exec(test)?.[1];

function checkResponse(cells: Cells): TableFinding[] {
  const findings: TableFinding[] = [];
  const test = cells.text('value_when');
  if (!VALUE_TESTS.some((known) => known === test) && questionOf(test) === undefined) {
    const tests = VALUE_TESTS.filter((known) => known !== '').join(', ');
    findings.push(
      cells.finding('value_when', 'cell-value', `«${test}»`, `write ${tests} or question is …, or nothing`),
    );
  }
  if ((cells.text('member') === '') !== (cells.text('form') === 'none')) {
    findings.push(
      cells.finding(
        'member',
        'cell-value',
        'a value without a form, or the reverse',
        'name the member, or write none into form',
      ),
    );
  }
  for (const type of cells.text('interaction_type').split(' ')) {
    if (INTERACTION_TYPES.includes(type)) continue;
    findings.push(
      cells.finding(
        'interaction_type',
        'cell-value',
        `«${type}»`,
        `write one of ${INTERACTION_TYPES.join(', ')}`,
      ),
    );
  }
  if (cells.text('direction') === 'c2x' && cells.text('interaction_type').includes(' ')) {
    findings.push(
      cells.finding(
        'interaction_type',
        'cell-value',
        'several interaction types to choose from',
        'leave the one to be written',
      ),
    );
  }
  return findings;
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
