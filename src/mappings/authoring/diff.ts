import { DEFINITIONS, type TableName, type TableRow, type TableSet } from '../tables/index.ts';
import { testsOf } from './conjunction.ts';

/** What a change means for those who rely on the tables, as a semantic version says it. */
export type Level = 'major' | 'minor' | 'patch';

/** One cell of a row that says something else. */
export interface CellChange {
  readonly cell: string;
  readonly from: string;
  readonly to: string;
  readonly level: Level;
}

/** One row that came, went, moved or says something else. */
export interface RowChange {
  readonly table: string;
  readonly row: string;
  readonly kind: 'removed' | 'added' | 'changed' | 'moved';
  readonly level: Level;
  readonly cells: readonly CellChange[];
}

/** What stands between two sets of tables. */
export interface TablesDifference {
  readonly from: string;
  readonly to: string;
  readonly changes: readonly RowChange[];
  /** The highest level of all changes; undefined where nothing changed. */
  readonly level: Level | undefined;
  /** False where the version of the new tables does not say that they changed so much. */
  readonly declared: boolean;
  /** The least version that does. */
  readonly needed: string;
}

/** Compares two sets of tables row by row. Rows are the same where their names are. */
export function diffTables(before: TableSet, after: TableSet): TablesDifference {
  const changes = [
    ...settingChanges(before, after),
    ...NAMES.flatMap((name) => tableChanges(name, before[name], after[name])),
  ];
  const level = LEVELS.find((one) => changes.some((change) => change.level === one));
  const from = before.release.version;
  const to = after.release.version;
  const needed = level === undefined ? from : raised(from, level);
  return { from, to, changes, level, declared: compareVersions(to, needed) >= 0, needed };
}

const LEVELS: readonly Level[] = ['major', 'minor', 'patch'];
const NAMES = Object.keys(DEFINITIONS) as readonly TableName[];
/** Tables in which the order of the rows decides which one serves. */
const ORDERED = new Set<TableName>(['eventFields', 'entityFields', 'identities']);
/** Cells that say why, or how sure somebody is, and change no record. */
const REMARKS = new Set([
  'comment',
  'subjectLabel',
  'confidence',
  'source',
  'since',
  'coreRole',
  'row',
  'at',
  'order',
]);

function settingChanges(before: TableSet, after: TableSet): RowChange[] {
  const cells = cellChanges({ ...before.defaults }, { ...after.defaults });
  return cells.length === 0
    ? []
    : [{ table: 'tables.yaml', row: 'defaults', kind: 'changed', level: 'major', cells }];
}

function tableChanges(name: TableName, before: readonly TableRow[], after: readonly TableRow[]): RowChange[] {
  const table = DEFINITIONS[name].file;
  const [old, now] = [byName(before), byName(after)];
  const whole = (row: TableRow, kind: 'removed' | 'added', level: Level): RowChange => ({
    table,
    row: row.row,
    kind,
    level,
    cells: [],
  });
  const changed = after.flatMap((row): RowChange[] => {
    const former = old.get(row.row);
    const cells = former ? cellChanges({ ...former }, { ...row }) : [];
    return cells.length === 0 ? [] : [{ table, row: row.row, kind: 'changed', level: highest(cells), cells }];
  });
  return [
    ...before.filter(({ row }) => !now.has(row)).map((row) => whole(row, 'removed', 'major')),
    ...changed,
    ...after.filter(({ row }) => !old.has(row)).map((row) => whole(row, 'added', 'minor')),
    ...(ORDERED.has(name) ? moved(table, before, after) : []),
  ];
}

const byName = (rows: readonly TableRow[]) => new Map(rows.map((row) => [row.row, row]));

/** Rows that stand before one that they stood behind: what they take, the others do not get any more. */
function moved(table: string, before: readonly TableRow[], after: readonly TableRow[]): RowChange[] {
  const place = new Map(before.map(({ row }, at) => [row, at]));
  const kept = after.filter(({ row }) => place.has(row));
  return kept.flatMap(({ row }, at): RowChange[] => {
    const overtaken = kept.slice(at + 1).some((other) => (place.get(other.row) ?? 0) < (place.get(row) ?? 0));
    const follower = kept[at + 1];
    const isOvertaking =
      overtaken && follower !== undefined && (place.get(follower.row) ?? 0) < (place.get(row) ?? 0);
    return isOvertaking ? [{ table, row, kind: 'moved', level: 'major', cells: [] }] : [];
  });
}

function cellChanges(before: Record<string, unknown>, after: Record<string, unknown>): CellChange[] {
  return Object.keys({ ...before, ...after }).flatMap((cell) => {
    const [from, to] = [textOf(before[cell]), textOf(after[cell])];
    if (cell === 'at' || from === to) return [];
    return [{ cell, from, to, level: levelOf(cell, from, to) }];
  });
}

const textOf = (value: unknown): string => {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
};

function levelOf(cell: string, from: string, to: string): Level {
  if (REMARKS.has(cell)) return 'patch';
  if (cell === 'relation' || cell === 'until' || cell === 'carriers') return 'minor';
  if (cell === 'when') return isWithin(testsOf(to), testsOf(from)) ? 'minor' : 'major';
  if (cell === 'direction') return to === '' ? 'minor' : 'major';
  if (cell === 'event')
    return to === '' || (from !== '' && isWithin(from.split(' '), to.split(' '))) ? 'minor' : 'major';
  return 'major';
}

/** A condition with some of its tests taken away holds wherever it did. */
const isWithin = (part: readonly string[], whole: readonly string[]) =>
  part.every((one) => whole.includes(one));

const highest = (cells: readonly CellChange[]): Level =>
  LEVELS.find((level) => cells.some((cell) => cell.level === level)) ?? 'patch';

const numbersOf = (version: string) => (version.split(/[-+]/)[0] ?? '').split('.').map(Number);

function raised(version: string, level: Level): string {
  const [major = 0, minor = 0, patch = 0] = numbersOf(version);
  if (level === 'major') return `${major + 1}.0.0`;
  return level === 'minor' ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`;
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  for (const [at, number] of left.entries()) {
    const difference = number - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
