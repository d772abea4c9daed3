import { CALIPER } from '../iris.ts';
import { RowNames, type Cells } from './cells.ts';
import type { Prefixes } from './curie.ts';
import type { Reading } from './finding.ts';
import { NO_TERM, vocabularyRow } from './vocabulary-row.ts';
import type {
  ActionRow,
  ActivityTypeRow,
  CategoryRow,
  EntityTypeRow,
  ExtensionRow,
  ProfileRow,
  RoleRow,
  VerbRow,
  VocabularyRow,
} from './table.types.ts';

/** Where Caliper's actions and profiles stand: a row's object or subject names a term below them. */
const ACTIONS = `${CALIPER}actions/`;
const PROFILES = `${CALIPER}profiles/`;

type Common = Omit<VocabularyRow, 'row'>;

/** Makes the typed rows of one table from its cells. */
export type RowsReader<Row> = (rows: readonly Cells[], prefixes: Prefixes) => Reading<readonly Row[]>;

/** A reader from a function that makes one row; a row whose terms are elsewhere than they should be is a finding. */
function reader<Row>(
  make: (common: Common, cells: Cells, names: RowNames) => Row | Misplaced,
): RowsReader<Row> {
  return (rows, prefixes) => {
    const names = new RowNames();
    const read = rows.map((cells) => {
      const { value: common, findings } = vocabularyRow(cells, prefixes);
      if (!common) return { findings };
      const row = make(common, cells, names);
      if (!(row instanceof Misplaced)) return { row, findings };
      const found = `«${cells.text(row.column)}» does not stand below ${row.start}`;
      return { findings: [cells.finding(row.column, 'cell-value', found, 'write a CURIE of a term there')] };
    });
    return {
      value: read.flatMap(({ row }) => (row === undefined ? [] : [row])),
      findings: read.flatMap(({ findings }) => findings),
    };
  };
}

/** Says that a row's term does not stand where the terms of its kind stand. */
class Misplaced {
  readonly column: string;
  readonly start: string;

  constructor(column: string, start: string) {
    this.column = column;
    this.start = start;
  }
}

/** The term that an IRI names below `start`. */
function termBelow(iri: string, start: string, column: string): string | Misplaced {
  return iri.startsWith(start) && iri.length > start.length
    ? iri.slice(start.length)
    : new Misplaced(column, start);
}

/** Rows of T-ACT. */
export const readActions = reader<ActionRow>((common, cells, names) => {
  const action = termBelow(common.subject, ACTIONS, 'subject_id');
  if (action instanceof Misplaced) return action;
  const event = cells.text('event');
  return {
    row: names.next(`T-ACT:${event}/${action}`),
    ...common,
    event,
    action,
    when: cells.text('when'),
    verb: common.object,
    display: common.objectLabel,
    since: cells.text('since'),
    until: cells.text('until'),
  };
});

/** Rows of T-ENT. */
export const readEntityTypes = reader<EntityTypeRow>((common, cells, names) => {
  const type = termBelow(common.subject, CALIPER, 'subject_id');
  if (type instanceof Misplaced) return type;
  const agent = cells.text('agent');
  const asObject = cells.text('as_object');
  return {
    row: names.next(`T-ENT:${type}`),
    ...common,
    type,
    activityType: common.object,
    agent: agent === 'Agent' || agent === 'Group' ? agent : undefined,
    asObject: asObject === 'Agent' || asObject === 'Group' ? asObject : 'Activity',
    since: cells.text('since'),
    until: cells.text('until'),
  };
});

/** Rows of T-VRB. */
export const readVerbs = reader<VerbRow>((common, cells, names) => {
  const event = cells.text('event');
  const action = event === '' ? '' : termBelow(common.object, ACTIONS, 'object_id');
  if (action instanceof Misplaced) return action;
  const order = names.count(common.subject);
  return {
    row: order === 1 ? `T-VRB:${common.subject}` : `T-VRB:${common.subject} row ${order}`,
    ...common,
    verb: common.subject,
    order,
    sameAs: event === '' ? common.object : undefined,
    event,
    action,
    when: cells.text('when'),
  };
});

/** Rows of T-TYP. */
export const readActivityTypes = reader<ActivityTypeRow>((common, _cells, names) => {
  const type = termBelow(common.object, CALIPER, 'object_id');
  if (type instanceof Misplaced) return type;
  return { row: names.next(`T-TYP:${common.subject}`), ...common, activityType: common.subject, type };
});

/** Rows of T-ROL. */
export const readRoles = reader<RoleRow>((common, cells, names) => ({
  row: names.next(`T-ROL:${common.subjectLabel}`),
  ...common,
  term: common.subjectLabel,
  iri: common.object,
  kind: cells.text('kind') === 'status' ? 'status' : 'role',
  coreRole: cells.text('core_role'),
}));

/** Rows of T-PRO, from Caliper. */
export const readProfiles = reader<ProfileRow>((common, cells, names) => {
  const profile = termBelow(common.subject, PROFILES, 'subject_id');
  if (profile instanceof Misplaced) return profile;
  return {
    row: names.next(`T-PRO:${profile}`),
    ...common,
    profile,
    category: common.object,
    echo: cells.text('direction') === 'echo',
    event: cells.text('event'),
    when: cells.text('when'),
    since: cells.text('since'),
  };
});

/** Rows of T-PRO, to Caliper. */
export const readCategories = reader<CategoryRow>((common, _cells, names) => {
  const profile = common.object === NO_TERM ? undefined : termBelow(common.object, PROFILES, 'object_id');
  if (profile instanceof Misplaced) return profile;
  return { row: names.next(`T-PRO:${common.subject}`), ...common, category: common.subject, profile };
});

/** Rows of T-EXT. */
export const readExtensions = reader<ExtensionRow>((common, cells, names) => {
  const property = common.object === NO_TERM ? undefined : termBelow(common.object, CALIPER, 'object_id');
  if (property instanceof Misplaced) return property;
  const part = cells.text('part');
  return {
    row: names.next(`T-EXT:${common.subject}`),
    ...common,
    extension: common.subject,
    property,
    path: property === undefined ? '' : common.objectLabel,
    part: part === 'result' || part === 'definition' ? part : 'context',
    carriers: cells
      .text('carrier')
      .split(' ')
      .filter((name) => name !== ''),
    event: cells.text('event'),
    when: cells.text('when'),
  };
});
