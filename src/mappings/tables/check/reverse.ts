import type { Ontology } from '../../../ontology/index.ts';
import { CALIPER } from '../../iris.ts';
import type { TableFinding } from '../finding.ts';
import type { ActionRow, EntityTypeRow, TableSet, VerbRow } from '../table.types.ts';
import { groupRows, keyOf, rowFinding } from './row-finding.ts';

/** What one direction writes and the other cannot read back, or reads as something else. */
export function checkReverse(tables: TableSet, ontology: Ontology): TableFinding[] {
  return [...verbPairs(tables), ...writtenVerbs(tables), ...writtenTypes(tables, ontology)];
}

/** Every pair that a verb gives must be one that T-ACT has; a verb that stands for another must find it. */
function verbPairs({ actions, verbs }: TableSet): TableFinding[] {
  const pairs = new Set(actions.map(({ event, action }) => keyOf(event, action)));
  const byVerb = groupRows(verbs, ({ verb }) => verb);
  return verbs.flatMap((row) => {
    if (row.sameAs !== undefined) return sameAs(row, byVerb);
    if (pairs.has(keyOf(row.event, row.action))) return [];
    const found = `${row.event} with ${row.action} has no row in the table of actions`;
    return [
      rowFinding(
        row,
        'event',
        'pair-not-allowed',
        found,
        'write Event, or another event type that has the action',
      ),
    ];
  });
}

function sameAs(row: VerbRow, byVerb: ReadonlyMap<string, readonly VerbRow[]>): TableFinding[] {
  const rows = byVerb.get(row.sameAs ?? '') ?? [];
  if (rows.length > 0 && rows.every((other) => other.sameAs === undefined)) return [];
  const found = rows.length === 0 ? 'the verb has no rows' : 'the verb has no rows of its own';
  return [
    rowFinding(
      row,
      'object_id',
      'same-as-unknown',
      found,
      'name a verb with rows, or fill in event and action',
    ),
  ];
}

function writtenVerbs({ actions, verbs }: TableSet): TableFinding[] {
  const byVerb = groupRows(verbs, ({ verb }) => verb);
  const rowsOf = (verb: string): readonly VerbRow[] => {
    const rows = byVerb.get(verb) ?? [];
    const [first] = rows;
    return first?.sameAs === undefined ? rows : (byVerb.get(first.sameAs) ?? []);
  };
  const unread = actions
    .filter(({ verb }) => !verb.startsWith(CALIPER) && rowsOf(verb).length === 0)
    .map((row) =>
      rowFinding(
        row,
        'object_id',
        'reverse-missing',
        'the verb is written but not read',
        'add a row for it to the table of verbs',
      ),
    );
  const shared = groupRows(actions, ({ event, verb }) => keyOf(event, verb));
  return [...unread, ...[...shared.values()].flatMap((rows) => ambiguousActions(rows, rowsOf))];
}

/** Of actions that share a verb within an event type, those that claim to be close must be read back. */
function ambiguousActions(
  rows: readonly ActionRow[],
  rowsOf: (verb: string) => readonly VerbRow[],
): TableFinding[] {
  if (new Set(rows.map(({ action }) => action)).size < 2) return [];
  return rows
    .filter(({ relation }) => relation === 'exactMatch' || relation === 'closeMatch')
    .filter(
      ({ verb, event, action }) =>
        !rowsOf(verb).some((back) => back.event === event && back.action === action),
    )
    .map((row) =>
      rowFinding(
        row,
        'predicate_id',
        'reverse-ambiguous',
        `another action of ${row.event} has the same verb, and no row reads this one back`,
        'write skos:broadMatch, or add a row with a condition to the table of verbs',
      ),
    );
}

/** A written type must be read as its class, as a superclass of it, or as another class that writes it. */
function writtenTypes({ entityTypes, activityTypes }: TableSet, ontology: Ontology): TableFinding[] {
  const back = new Map(activityTypes.map(({ activityType, type }) => [activityType, type]));
  const writers = groupRows(entityTypes, ({ activityType }) => activityType);
  return entityTypes.flatMap((row) => {
    if (row.activityType.startsWith(CALIPER)) return [];
    const type = back.get(row.activityType);
    if (type === undefined) {
      return [
        rowFinding(
          row,
          'object_id',
          'reverse-missing',
          'the activity type is written but not read',
          'add a row for it to the table of types',
        ),
      ];
    }
    return fits(row, type, writers.get(row.activityType) ?? [], ontology)
      ? []
      : [
          rowFinding(
            row,
            'object_id',
            'reverse-ambiguous',
            `the activity type is read as ${type}`,
            'choose another activity type, or change the row that reads it',
          ),
        ];
  });
}

const fits = (
  row: EntityTypeRow,
  type: string,
  writers: readonly EntityTypeRow[],
  ontology: Ontology,
): boolean =>
  type === row.type || ontology.isSubclass(row.type, type) || writers.some((writer) => writer.type === type);
