import { assembleTables } from './assemble.ts';
import { definitionOf } from './definitions.ts';
import { tablesDigest } from './digest.ts';
import { finding, type Reading, type TableFinding } from './finding.ts';
import type { RawTable } from './raw.types.ts';
import { readSettings, SETTINGS_FILE } from './settings.ts';
import { readSssom } from './sssom.ts';
import type { TableSet } from './table.types.ts';
import { readTsv } from './tsv.ts';

/** What reading the files of a folder gave: all tables, or none where `tables.yaml` cannot be understood. */
export interface ParsedTables {
  readonly tables: TableSet | undefined;
  readonly findings: readonly TableFinding[];
}

/**
 * Reads the files of `mappings/`: every `*.tsv` and `tables.yaml`, by their names without a folder.
 *
 * Everything that cannot be understood is a finding with file, line and column; the rest is there all the same, so that
 * an author sees all faults at once. Whoever runs the tables refuses those with findings.
 */
export function parseTables(files: Readonly<Record<string, string>>): ParsedTables {
  const settings = readSettings(files[SETTINGS_FILE] ?? '');
  const readings = Object.keys(files)
    .filter((name) => name !== SETTINGS_FILE)
    .toSorted()
    .map((name) => readTable(name, files[name] ?? ''));
  const findings = [...settings.findings, ...readings.flatMap((reading) => reading.findings)];
  if (!settings.value) return { tables: undefined, findings };
  const raw = readings.flatMap(({ value }) => (value ? [value] : []));
  const assembled = assembleTables({ ...settings.value, digest: tablesDigest(files), raw });
  return { tables: assembled.value, findings: [...findings, ...assembled.findings] };
}

/** Reads one file of `mappings/` by what its name says; undefined, with a finding, where it is no table. */
export function readTable(file: string, text: string): Reading<RawTable | undefined> {
  const definition = definitionOf(file);
  if (!definition) {
    const unknown = finding(
      { file, line: 1, column: '1' },
      'table-unknown',
      'no table of this name',
      'take the file out of the folder',
    );
    return { value: undefined, findings: [unknown] };
  }
  return definition.format === 'sssom'
    ? readSssom(text, file, definition.columns)
    : readTsv(text, file, definition.columns);
}
