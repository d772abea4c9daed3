import { CROSSWALK } from '../../iris.ts';
import { testsOf } from '../conjunction.ts';
import type { TableSet, VocabularyRow } from '../../tables/index.ts';
import { linked, NAMESPACES, said, typed, type Triple } from './triple.ts';

const { skos, rdfs } = NAMESPACES;

/** Where the uses of actions stand that only one event type makes. */
const USES = `${CROSSWALK}mappings/uses/`;

/**
 * The vocabulary tables as SKOS: concepts of both languages, each in the scheme of its table, with the mapping relations
 * between them. An action as one event type uses it is a concept of its own below the action's, for it is that use, and
 * not the action everywhere, that has the verb. Rows without counterpart are noted, and not matched; rows that hold only
 * under a condition make no claim here, and are in the SSSOM export.
 */
export function skosTriples(tables: TableSet): Triple[] {
  const { actions, verbs, entityTypes, activityTypes, roles, profiles, categories, extensions } = tables;
  return unique([
    ...actions.flatMap((row) => useTriples(row, tables.defaults.event)),
    ...verbs.filter(({ event }) => event === '').flatMap((row) => rowTriples(row, 'verbs')),
    ...verbs
      .filter(({ event }) => event !== '')
      .flatMap((row) => conceptTriples(row.subject, row.subjectLabel, 'verbs')),
    ...verbs
      .filter(({ relation }) => relation === 'noTerm')
      .flatMap((row) => said(row.subject, `${skos}note`, row.comment, 'en')),
    ...entityTypes.flatMap((row) => rowTriples(row, 'entities')),
    ...activityTypes.flatMap((row) => rowTriples(row, 'types')),
    ...roles.flatMap((row) => rowTriples(row, 'roles')),
    ...profiles.filter(({ echo }) => !echo).flatMap((row) => rowTriples(row, 'profiles')),
    ...categories.flatMap((row) => rowTriples(row, 'categories')),
    ...extensions
      .filter(({ event, when }) => event === '' && when === '')
      .flatMap((row) => rowTriples(row, 'extensions')),
  ]);
}

interface ActionUse extends VocabularyRow {
  readonly event: string;
  readonly action: string;
  readonly when: string;
}

function useTriples(row: ActionUse, general: string): Triple[] {
  if (testsOf(row.when).length > 0) return [];
  if (row.event === general) return rowTriples(row, 'actions');
  const use = `${USES}${row.event}/${row.action}`;
  return [
    ...conceptTriples(use, `${row.subjectLabel} (${row.event})`, 'actions'),
    linked(use, `${skos}broader`, row.subject),
    ...conceptTriples(row.subject, row.subjectLabel, 'actions'),
    ...matchTriples(use, row),
  ];
}

const rowTriples = (row: VocabularyRow, scheme: string): Triple[] => [
  ...conceptTriples(row.subject, row.subjectLabel, scheme),
  ...matchTriples(row.subject, row),
];

function conceptTriples(concept: string, label: string, scheme: string): Triple[] {
  const iri = `${CROSSWALK}mappings/${scheme}`;
  return [
    typed(iri, `${skos}ConceptScheme`),
    typed(concept, `${skos}Concept`),
    linked(concept, `${skos}inScheme`, iri),
    // other tables and other rows may call it otherwise, and a concept has one preferred label a language
    ...said(concept, `${rdfs}label`, label, 'en'),
  ];
}

function matchTriples(subject: string, row: VocabularyRow): Triple[] {
  if (row.relation === 'noTerm') return said(subject, `${skos}note`, row.comment, 'en');
  return [
    linked(subject, `${skos}${row.relation}`, row.object),
    ...said(row.object, `${rdfs}label`, row.objectLabel, 'en'),
  ];
}

function unique(triples: readonly Triple[]): Triple[] {
  return [...new Map(triples.map((triple) => [JSON.stringify(triple), triple])).values()];
}
