import type { Cells } from './cells.ts';
import { expand, type Prefixes } from './curie.ts';
import type { Reading, TableFinding } from './finding.ts';
import type { Relation, VocabularyRow } from './table.types.ts';

const RELATIONS = new Map<string, Relation>([
  ['skos:exactMatch', 'exactMatch'],
  ['skos:closeMatch', 'closeMatch'],
  ['skos:broadMatch', 'broadMatch'],
  ['skos:narrowMatch', 'narrowMatch'],
  ['sssom:NoTermFound', 'noTerm'],
]);

/** The `predicate_id` of a relation. */
export const predicateOf = (relation: Relation): string =>
  relation === 'noTerm' ? 'sssom:NoTermFound' : `skos:${relation}`;

/** The object of a row that names no stand-in. */
export const NO_TERM = 'https://w3id.org/sssom/NoTermFound';

/** What every row of a vocabulary table has, without its name; undefined where a cell cannot be understood. */
export function vocabularyRow(
  cells: Cells,
  prefixes: Prefixes,
): Reading<Omit<VocabularyRow, 'row'> | undefined> {
  const subject = expand(cells.text('subject_id'), prefixes);
  const object = expand(cells.text('object_id'), prefixes);
  const relation = RELATIONS.get(cells.text('predicate_id'));
  const confidence = confidenceOf(cells.text('confidence'));
  const findings: TableFinding[] = [];
  if (subject === undefined) findings.push(undeclared(cells, 'subject_id'));
  if (object === undefined) findings.push(undeclared(cells, 'object_id'));
  for (const column of ['predicate_id', 'mapping_justification']) {
    if (expand(cells.text(column), prefixes) === undefined) findings.push(undeclared(cells, column));
  }
  if (Number.isNaN(confidence)) {
    const found = `«${cells.text('confidence')}»`;
    findings.push(cells.finding('confidence', 'cell-value', found, 'write a number from 0 to 1'));
  }
  if (subject === undefined || object === undefined || !relation || findings.length > 0) {
    return { value: undefined, findings };
  }
  const value = {
    at: cells.at,
    subject,
    subjectLabel: cells.text('subject_label'),
    relation,
    object,
    objectLabel: cells.text('object_label'),
    confidence,
    source: cells.text('source'),
    comment: cells.text('comment'),
  };
  return { value, findings };
}

/** The number; undefined for an empty cell, NaN for anything else. */
function confidenceOf(text: string): number | undefined {
  if (text === '') return undefined;
  return /^(0(\.\d+)?|1(\.0+)?)$/.test(text) ? Number(text) : NaN;
}

function undeclared(cells: Cells, column: string): TableFinding {
  const text = cells.text(column);
  const [prefix = ''] = text.split(':');
  const found = text.includes(':') ? `the prefix of «${text}» is not declared` : `«${text}» is no CURIE`;
  const mend = text.includes(':')
    ? `declare ${prefix} in curie_map`
    : 'write prefix, colon and the rest of the IRI';
  return cells.finding(column, 'prefix-undeclared', found, mend);
}
