import type { Ontology } from '../../../ontology/index.ts';
import { checkTables, type TableFinding, type TableSet } from '../../tables/index.ts';
import type { PublishedProfiles } from '../published.ts';
import { checkConditions } from './conditions.ts';
import { checkEntities } from './entities.ts';
import { checkFields } from './fields.ts';
import { checkIdentities } from './identities.ts';
import { checkOverlaps } from './overlaps.ts';
import { checkConcepts, checkFieldSources } from './sources.ts';

/**
 * Everything that can be wrong with tables that were read: what {@link checkTables} finds in the vocabulary, and rows of
 * the structure, entity and identity tables that cannot be understood, never get a turn, or name what nobody has.
 * Findings come in the order of files and lines.
 *
 * `published` are profiles, where they are at hand: each of their terms must be mapped or declared, and a row that cites
 * one of them must name an IRI that stands in it.
 */
export function checkMappings(
  tables: TableSet,
  ontology: Ontology,
  published?: PublishedProfiles,
): TableFinding[] {
  const findings = [
    ...checkTables(tables, ontology, published?.terms),
    ...checkRows(tables, ontology),
    ...checkOverlaps(tables),
    ...checkFieldSources(tables),
    ...(published ? checkConcepts(tables, published.concepts) : []),
  ];
  return inOrder(findings);
}

/** Rows of any table that cannot be understood: what has to be mended before the tables convert anything. */
export function checkRows(tables: TableSet, ontology: Ontology): TableFinding[] {
  const conditions = checkConditions(tables, ontology);
  return inOrder([
    ...conditions,
    ...checkFields(withoutRows(tables, conditions), ontology),
    ...checkEntities(tables),
    ...checkIdentities(tables, ontology),
  ]);
}

const inOrder = (findings: readonly TableFinding[]): TableFinding[] =>
  findings.toSorted((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));

/** The tables without the rows that no engine could compile, so that the others are still judged. */
function withoutRows(tables: TableSet, findings: readonly TableFinding[]): TableSet {
  const broken = new Set(findings.map(({ file, line }) => `${file}:${line}`));
  const sound = ({ at }: { readonly at: { readonly file: string; readonly line: number } }) =>
    !broken.has(`${at.file}:${at.line}`);
  return {
    ...tables,
    actions: tables.actions.filter(sound),
    profiles: tables.profiles.filter(sound),
    verbs: tables.verbs.filter(sound),
  };
}
