import type { Ontology } from '../../../ontology/index.ts';
import { DEFINITIONS } from '../definitions.ts';
import { finding, type TableFinding } from '../finding.ts';
import type { TableSet } from '../table.types.ts';
import { keyOf } from './row-finding.ts';

/** Terms of Caliper that no row maps or declares: the actions of each event type, entity types, profiles, roles. */
export function checkCoverage(tables: TableSet, ontology: Ontology): TableFinding[] {
  const classes = ontology.terms('class');
  const pairs = classes
    .filter((term) => ontology.isEventType(term))
    .flatMap((event) => ontology.actions(event).map((action) => keyOf(event, action)));
  return [
    ...missing(
      'actions',
      pairs,
      tables.actions.map(({ event, action }) => keyOf(event, action)),
    ),
    ...missing(
      'entityTypes',
      classes.filter((term) => ontology.isEntityType(term)),
      tables.entityTypes.map(({ type }) => type),
    ),
    ...missing(
      'profiles',
      ontology.terms('Profile'),
      tables.profiles.map(({ profile }) => profile),
    ),
    ...missing(
      'roles',
      [...ontology.terms('Role'), ...ontology.terms('Status')],
      tables.roles.map(({ term }) => term),
    ),
  ];
}

function missing(
  name: keyof typeof DEFINITIONS,
  terms: readonly string[],
  covered: readonly string[],
): TableFinding[] {
  const known = new Set(covered);
  const place = { file: DEFINITIONS[name].file, line: 1, column: 'subject_id' };
  return terms
    .filter((term) => !known.has(term))
    .map((term) =>
      finding(
        place,
        'term-unmapped',
        `no row for ${term.replace('\t', ' with ')}`,
        'add one, with sssom:NoTermFound where there is no counterpart',
      ),
    );
}
