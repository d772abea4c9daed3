import { cellsOf, type Cells } from './cells.ts';
import type { Prefixes } from './curie.ts';
import { DEFINITIONS, type TableName } from './definitions.ts';
import type { Reading, TableFinding } from './finding.ts';
import { readAliases, readIdentities, readStructure } from './plain-tables.ts';
import type { RawTable } from './raw.types.ts';
import type { TableSettings } from './settings.ts';
import type { TableSet } from './table.types.ts';
import {
  readActions,
  readActivityTypes,
  readCategories,
  readEntityTypes,
  readExtensions,
  readProfiles,
  readRoles,
  readVerbs,
  type RowsReader,
} from './vocabulary-tables.ts';

/** Tables as they stand in their files, with what they have in common and the digest of all of it. */
export interface TableSources extends TableSettings {
  readonly digest: string;
  readonly raw: readonly RawTable[];
}

/** Makes a table set of tables that were read. A table that is absent has no rows; rows with findings are left out. */
export function assembleTables({ version, digest, defaults, raw }: TableSources): Reading<TableSet> {
  const byFile = new Map(raw.map((table) => [table.file, table]));
  const findings: TableFinding[] = [];
  const rows = <Row>(name: TableName, read: RowsReader<Row>): readonly Row[] => {
    const table = byFile.get(DEFINITIONS[name].file);
    if (!table) return Object.freeze([]);
    const reading = read(cellsOf(table), prefixesOf(table));
    findings.push(...reading.findings);
    return frozen(reading.value);
  };
  const value: TableSet = Object.freeze({
    release: Object.freeze({ version, digest }),
    defaults: Object.freeze(defaults),
    actions: rows('actions', readActions),
    entityTypes: rows('entityTypes', readEntityTypes),
    verbs: rows('verbs', readVerbs),
    activityTypes: rows('activityTypes', readActivityTypes),
    roles: rows('roles', readRoles),
    profiles: rows('profiles', readProfiles),
    categories: rows('categories', readCategories),
    extensions: rows('extensions', readExtensions),
    aliases: rows('aliases', plain(readAliases)),
    eventFields: rows('eventFields', plain(readStructure)),
    entityFields: rows('entityFields', plain(readStructure)),
    identities: rows('identities', plain(readIdentities)),
    raw: Object.freeze([...raw]),
  });
  return { value, findings };
}

const prefixesOf = ({ metadata }: RawTable): Prefixes => metadata?.curie_map ?? {};

const plain =
  <Row>(read: (rows: readonly Cells[]) => Reading<readonly Row[]>): RowsReader<Row> =>
  (rows) =>
    read(rows);

/** Freezes rows with the lists and places in them. */
function frozen<Row>(rows: readonly Row[]): readonly Row[] {
  for (const row of rows) {
    for (const value of Object.values(row as object)) Object.freeze(value);
    Object.freeze(row);
  }
  return Object.freeze([...rows]);
}
