import type { Ontology } from '../../../ontology/index.ts';
import { finding, type TableFinding } from '../finding.ts';
import { SETTINGS_FILE } from '../settings.ts';
import type { AliasRow, TableRow, TableSet } from '../table.types.ts';
import { rowFinding } from './row-finding.ts';

/** Terms of Caliper that the ontology does not know, wherever the vocabulary tables name one. */
export function checkTerms(tables: TableSet, ontology: Ontology): TableFinding[] {
  const { actions, verbs, entityTypes, activityTypes, profiles, categories, extensions, roles } = tables;
  return [
    ...actions.flatMap((row) => [
      ...event(row, row.event, ontology),
      ...action(row, row.action, 'subject_id', ontology),
    ]),
    ...verbs
      .filter(({ sameAs }) => sameAs === undefined)
      .flatMap((row) => [
        ...event(row, row.event, ontology),
        ...action(row, row.action, 'object_id', ontology),
      ]),
    ...entityTypes.flatMap((row) => entity(row, row.type, 'subject_id', ontology)),
    ...activityTypes.flatMap((row) => entity(row, row.type, 'object_id', ontology)),
    ...profiles.flatMap((row) => profile(row, row.profile, 'subject_id', ontology)),
    ...categories.flatMap((row) => profile(row, row.profile, 'object_id', ontology)),
    ...roles
      .filter(({ term, iri }) => ontology.roleOf(iri) !== term)
      .map((row) =>
        rowFinding(
          row,
          'object_id',
          'term-unknown',
          `«${row.iri}» is not the IRI of ${row.term}`,
          'take term and IRI from the LIS vocabulary',
        ),
      ),
    ...extensions
      .filter(({ property }) => property !== undefined && !ontology.isProperty(property))
      .map((row) =>
        rowFinding(
          row,
          'object_id',
          'term-unknown',
          `no Caliper property «${row.property}»`,
          'name a property of a Caliper context',
        ),
      ),
    ...[...actions, ...verbs, ...profiles, ...extensions].flatMap((row) =>
      conditionClasses(row, row.when, ontology),
    ),
    ...tables.aliases.flatMap((row) => alias(row, ontology)),
    ...checkDefaults(tables, ontology),
  ];
}

const event = (row: TableRow, term: string, ontology: Ontology): TableFinding[] =>
  ontology.isEventType(term)
    ? []
    : [rowFinding(row, 'event', 'term-unknown', `no Caliper event type «${term}»`, 'name an event type')];

const action = (row: TableRow, term: string, column: string, ontology: Ontology): TableFinding[] =>
  ontology.isAction(term)
    ? []
    : [rowFinding(row, column, 'term-unknown', `no Caliper action «${term}»`, 'name an action')];

const entity = (row: TableRow, term: string, column: string, ontology: Ontology): TableFinding[] =>
  ontology.isEntityType(term)
    ? []
    : [rowFinding(row, column, 'term-unknown', `no Caliper entity type «${term}»`, 'name an entity type')];

const profile = (
  row: TableRow,
  term: string | undefined,
  column: string,
  ontology: Ontology,
): TableFinding[] =>
  term === undefined || ontology.iri(term) !== undefined
    ? []
    : [rowFinding(row, column, 'term-unknown', `no Caliper profile «${term}»`, 'name a profile')];

/** The classes that a condition names behind `is`. */
function conditionClasses(row: TableRow, when: string, ontology: Ontology): TableFinding[] {
  const names = [...when.matchAll(/\bis (?:not )?([A-Z]\w*)/g)].map(([, name = '']) => name);
  return names.flatMap((name) => entity(row, name, 'when', ontology));
}

/** An alias has to mean something that Caliper knows; what xAPI knows is for another check. */
function alias(row: AliasRow, ontology: Ontology): TableFinding[] {
  if (row.match === 'prefix') return [];
  if (row.kind === 'action') return action(row, row.means, 'means', ontology);
  if (row.kind === 'entity') return entity(row, row.means, 'means', ontology);
  if (row.kind === 'metric' && ontology.iri(row.means) === undefined) {
    return [rowFinding(row, 'means', 'term-unknown', `no Caliper metric «${row.means}»`, 'name a metric')];
  }
  return [];
}

function checkDefaults({ defaults }: TableSet, ontology: Ontology): TableFinding[] {
  const wrong = (name: string, kind: string) =>
    finding(
      { file: SETTINGS_FILE, line: 1, column: `defaults.${name}` },
      'term-unknown',
      `no Caliper ${kind} of this name`,
      `name an ${kind}`,
    );
  const classes = ['entity', 'untyped', 'interaction', 'agent', 'group', 'reference'] as const;
  return [
    ...(ontology.isEventType(defaults.event) ? [] : [wrong('event', 'event type')]),
    ...(ontology.isAction(defaults.action) ? [] : [wrong('action', 'action')]),
    ...classes
      .filter((name) => !ontology.isEntityType(defaults[name]))
      .map((name) => wrong(name, 'entity type')),
  ];
}
