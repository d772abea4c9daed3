import type { TableFinding } from '../finding.ts';
import type { TableRow, TableSet, VocabularyRow } from '../table.types.ts';
import { groupRows, keyOf, rowFinding } from './row-finding.ts';

/** Rows that say the same twice, rows that none can reach, and an exactMatch with two sides. */
export function checkMatches(tables: TableSet): TableFinding[] {
  return [...repeatedRows(tables), ...unreachableRows(tables), ...exactMatches(tables)];
}

function repeatedRows(tables: TableSet): TableFinding[] {
  return [
    ...repeated(tables.actions, ({ event, action, when }) => keyOf(event, action, when), 'subject_id'),
    ...repeated(tables.entityTypes, ({ type }) => type, 'subject_id'),
    ...repeated(tables.verbs, ({ verb, when }) => keyOf(verb, when), 'subject_id'),
    ...repeated(tables.activityTypes, ({ activityType }) => activityType, 'subject_id'),
    ...repeated(tables.roles, ({ term }) => term, 'subject_id'),
    ...repeated(tables.profiles, ({ profile, category }) => keyOf(profile, category), 'subject_id'),
    ...repeated(tables.categories, ({ category }) => category, 'subject_id'),
    ...repeated(tables.extensions, ({ extension, part }) => keyOf(extension, part), 'subject_id'),
    ...repeated(tables.aliases, ({ kind, read, match }) => keyOf(kind, read, match), 'read'),
  ];
}

function repeated<Row extends TableRow>(
  rows: readonly Row[],
  key: (row: Row) => string,
  column: string,
): TableFinding[] {
  return [...groupRows(rows, key).values()].flatMap(([first, ...others]) =>
    others.map((row) =>
      rowFinding(row, column, 'row-twice', `the same as line ${first?.at.line}`, 'take one of them away'),
    ),
  );
}

/** Of rows that are tried in their order, those behind one without a condition. */
function unreachableRows({ actions, verbs }: TableSet): TableFinding[] {
  return [
    ...behindUnconditional(actions, ({ event, action }) => keyOf(event, action)),
    ...behindUnconditional(verbs, ({ verb }) => verb),
  ];
}

function behindUnconditional<Row extends TableRow & { readonly when: string }>(
  rows: readonly Row[],
  key: (row: Row) => string,
): TableFinding[] {
  return [...groupRows(rows, key).values()].flatMap((group) => {
    const last = group.findIndex(({ when }) => when === '');
    return last < 0
      ? []
      : group
          .slice(last + 1)
          .filter(({ when }) => when !== '')
          .map((row) =>
            rowFinding(
              row,
              'when',
              'row-unreachable',
              `line ${group[last]?.at.line} always comes first`,
              'put this row above it',
            ),
          );
  });
}

/** One term means exactly one term: within an event type, and where several IRIs mean one, only that way round. */
function exactMatches(tables: TableSet): TableFinding[] {
  const echo = ({ echo }: { readonly echo: boolean }) => echo;
  return [
    ...oneObject(tables.actions, ({ event, action, when }) => keyOf(event, action, when)),
    ...oneSubject(tables.actions, ({ event, when, verb }) => keyOf(event, when, verb)),
    ...oneObject(tables.entityTypes, ({ type }) => type),
    ...oneSubject(tables.entityTypes, ({ activityType }) => activityType),
    ...oneObject(tables.verbs, ({ verb, event }) => keyOf(verb, event)),
    ...oneObject(tables.activityTypes, ({ activityType }) => activityType),
    ...oneObject(tables.roles, ({ term }) => term),
    ...oneSubject(tables.roles, ({ iri }) => iri),
    ...oneSubject(
      tables.profiles.filter((row) => !echo(row)),
      ({ category }) => category,
    ),
    ...oneObject(tables.categories, ({ category }) => category),
    ...oneSubject(tables.extensions, ({ object, part, path }) => keyOf(object, part, path)),
  ];
}

/** No two exact objects for what `key` says. */
const oneObject = <Row extends VocabularyRow>(rows: readonly Row[], key: (row: Row) => string) =>
  oneEach(rows, key, ({ object }) => object, 'object_id');

/** No two exact subjects for what `key` says. */
const oneSubject = <Row extends VocabularyRow>(rows: readonly Row[], key: (row: Row) => string) =>
  oneEach(rows, key, ({ subject }) => subject, 'subject_id');

function oneEach<Row extends VocabularyRow>(
  rows: readonly Row[],
  key: (row: Row) => string,
  side: (row: Row) => string,
  column: string,
): TableFinding[] {
  const exact = rows.filter(({ relation }) => relation === 'exactMatch');
  return [...groupRows(exact, key).values()].flatMap(([first, ...others]) =>
    others
      .filter((row) => first !== undefined && side(row) !== side(first))
      .map((row) =>
        rowFinding(
          row,
          column,
          'exact-not-one-to-one',
          `line ${first?.at.line} has another exactMatch for the same term`,
          'write closeMatch, broadMatch or narrowMatch in one of them',
        ),
      ),
  );
}
