import {
  DEFINITIONS,
  tablesDigest,
  type RawTable,
  type TableName,
  type TableRow,
  type TableSet,
} from '../tables/index.ts';

/**
 * Lays an author's own tables over others, which are not changed.
 *
 * In the vocabulary tables a term that the own tables have rows for has only those rows: an action of an event type, a
 * verb, an activity type. In the other tables a row takes the place of the one with the same name, and a row with a new
 * name stands in front of all others, where it is tried first; new aliases have no order.
 *
 * `files` are the own tables' texts by name: the digest of the result covers them and the tables beneath.
 */
export function overlayTables(
  beneath: TableSet,
  own: TableSet,
  files: Readonly<Record<string, string>>,
): TableSet {
  const digest = tablesDigest({ ...files, beneath: beneath.release.digest });
  const merged: Omit<TableSet, 'raw'> = {
    release: Object.freeze({ version: own.release.version, digest }),
    defaults: own.defaults,
    actions: byTerm(beneath.actions, own.actions, ({ event, action }) => `${event}/${action}`),
    entityTypes: byTerm(beneath.entityTypes, own.entityTypes, ({ type }) => type),
    verbs: byTerm(beneath.verbs, own.verbs, ({ verb }) => verb),
    activityTypes: byTerm(beneath.activityTypes, own.activityTypes, ({ activityType }) => activityType),
    roles: byTerm(beneath.roles, own.roles, ({ term }) => term),
    profiles: byTerm(beneath.profiles, own.profiles, ({ profile, echo, category }) =>
      echo ? `${profile} ${category}` : profile,
    ),
    categories: byTerm(beneath.categories, own.categories, ({ category }) => category),
    extensions: byTerm(beneath.extensions, own.extensions, ({ extension, part }) => `${extension} ${part}`),
    aliases: byTerm(beneath.aliases, own.aliases, ({ kind, read }) => `${kind} ${read}`),
    eventFields: byName(beneath.eventFields, own.eventFields),
    entityFields: byName(beneath.entityFields, own.entityFields),
    identities: byName(beneath.identities, own.identities),
  };
  return Object.freeze({ ...merged, raw: Object.freeze([...remaining(beneath, merged), ...own.raw]) });
}

/** The tables beneath as they stand in their files, without the rows that others replace. */
function remaining(beneath: TableSet, merged: Omit<TableSet, 'raw'>): RawTable[] {
  return beneath.raw.map((table) => {
    const name = NAMES.find((one) => DEFINITIONS[one].file === table.file);
    if (name === undefined) return table;
    const kept = new Set<TableRow>(merged[name]);
    const replaced = new Set(beneath[name].filter((row) => !kept.has(row)).map(({ at }) => at.line));
    return { ...table, rows: table.rows.filter(({ line }) => !replaced.has(line)) };
  });
}

const NAMES = Object.keys(DEFINITIONS) as readonly TableName[];

/** Rows of terms that `own` does not have, and then its own. */
function byTerm<Row>(
  beneath: readonly Row[],
  own: readonly Row[],
  term: (row: Row) => string,
): readonly Row[] {
  const terms = new Set(own.map(term));
  return Object.freeze([...beneath.filter((row) => !terms.has(term(row))), ...own]);
}

/** Rows in their places, replaced where `own` has one of the same name; new ones in front. */
function byName<Row extends TableRow>(beneath: readonly Row[], own: readonly Row[]): readonly Row[] {
  const mine = new Map(own.map((row) => [row.row, row]));
  const names = new Set(beneath.map(({ row }) => row));
  const added = own.filter(({ row }) => !names.has(row));
  return Object.freeze([...added, ...beneath.map((row) => mine.get(row.row) ?? row)]);
}
