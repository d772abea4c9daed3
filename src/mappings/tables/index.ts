/** Reads and checks the tables of `mappings/`. */
export { assembleTables, type TableSources } from './assemble.ts';
export { checkTables, type PublishedTerms } from './check/index.ts';
export { contract, expand, type Prefixes } from './curie.ts';
export { DEFINITIONS, TABLE_NAMES, type TableDefinition, type TableName } from './definitions.ts';
export { tablesDigest } from './digest.ts';
export {
  finding,
  findingText,
  type Place,
  type Reading,
  type TableCode,
  type TableFinding,
} from './finding.ts';
export { formatTable } from './format.ts';
export { parseTables, readTable, type ParsedTables } from './parse.ts';
export type { ExtensionDefinition, RawRow, RawTable, SssomMetadata } from './raw.types.ts';
export { readSettings, SETTINGS_FILE, type TableSettings } from './settings.ts';
export { shippedTables } from './shipped.ts';
export { readSssom } from './sssom.ts';
export type * from './table.types.ts';
export { readTsv, type Column } from './tsv.ts';
export { predicateOf } from './vocabulary-row.ts';
