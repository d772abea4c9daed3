import type { Ontology } from '../../../ontology/index.ts';
import type { TableFinding } from '../finding.ts';
import type { TableSet } from '../table.types.ts';
import { checkAliases } from './aliases.ts';
import { checkCoverage } from './coverage.ts';
import { checkMatches } from './matches.ts';
import { checkReferences } from './references.ts';
import { checkReverse } from './reverse.ts';
import { checkSources, type PublishedTerms } from './sources.ts';
import { checkTerms } from './terms.ts';

export type { PublishedTerms } from './sources.ts';

/**
 * Checks what the vocabulary tables say: unknown terms of Caliper, rows that repeat, contradict or hide each other, what is
 * written but not read back, terms without a source, and terms that no row covers. Findings come in the order of files
 * and lines; none means that the tables hold.
 */
export function checkTables(
  tables: TableSet,
  ontology: Ontology,
  published?: PublishedTerms,
): TableFinding[] {
  const findings = [
    ...checkTerms(tables, ontology),
    ...checkMatches(tables),
    ...checkReverse(tables, ontology),
    ...checkAliases(tables),
    ...checkReferences(tables),
    ...checkSources(tables, published),
    ...checkCoverage(tables, ontology),
  ];
  return findings.toSorted((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
}
