import { CALIPER } from '../../iris.ts';
import type { TableFinding } from '../finding.ts';
import type { TableSet, VocabularyRow } from '../table.types.ts';
import { rowFinding } from './row-finding.ts';

/** Published profiles by their IRI, each with the IRIs of the terms that it defines or uses. */
export type PublishedTerms = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Every xAPI term stands in a published profile, or its row cites where it comes from. Without `published` every row has
 * to cite a source; with it, a row may leave the source out where some profile has the term, and a profile that it cites
 * must have it.
 */
export function checkSources(tables: TableSet, published?: PublishedTerms): TableFinding[] {
  const known = new Set([...(published?.values() ?? [])].flatMap((terms) => [...terms]));
  return xapiTerms(tables).flatMap(({ row, iri, column }) => {
    const cited = published?.get(row.source);
    if (cited && !cited.has(iri)) {
      return [
        rowFinding(
          row,
          'source',
          'source-wrong',
          `${row.source} has no «${iri}»`,
          'cite the profile that has it',
        ),
      ];
    }
    if (row.source !== '' || known.has(iri)) return [];
    return [
      rowFinding(
        row,
        column,
        'source-missing',
        `no source for «${iri}»`,
        'cite the IRI of the profile, or the page, that defines it',
      ),
    ];
  });
}

interface XapiTerm {
  readonly row: VocabularyRow;
  readonly iri: string;
  readonly column: string;
}

function xapiTerms(tables: TableSet): XapiTerm[] {
  const subject = (row: VocabularyRow): XapiTerm => ({ row, iri: row.subject, column: 'subject_id' });
  const object = (row: VocabularyRow): XapiTerm => ({ row, iri: row.object, column: 'object_id' });
  return [
    ...tables.actions.map(object),
    ...tables.entityTypes.map(object),
    ...tables.profiles.filter(({ echo }) => echo).map(object),
    ...tables.verbs.map(subject),
    ...tables.activityTypes.map(subject),
    ...tables.categories.map(subject),
    ...tables.extensions.map(subject),
  ].filter(({ iri }) => !iri.startsWith(CALIPER));
}
