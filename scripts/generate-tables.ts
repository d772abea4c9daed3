import { readdir, readFile } from 'node:fs/promises';
import { findingText, parseTables, SETTINGS_FILE, type TableSet } from '../src/mappings/tables/index.ts';
import { compactTable, type CompactTables } from '../src/mappings/tables/compact.ts';

const FOLDER = new URL('../mappings/', import.meta.url);

/** Reads the tables of a folder: its `*.tsv` files and `tables.yaml`, by name. */
export async function readTableFiles(folder: URL = FOLDER): Promise<Record<string, string>> {
  const names = (await readdir(folder))
    .filter((name) => name.endsWith('.tsv') || name === SETTINGS_FILE)
    .sort();
  const texts = await Promise.all(names.map((name) => readFile(new URL(name, folder), 'utf8')));
  return Object.fromEntries(names.map((name, index) => [name, texts[index] ?? '']));
}

function moduleText({ release, defaults, raw }: TableSet): string {
  const tables: CompactTables = { ...release, defaults, tables: raw.map(compactTable) };
  return [
    '// Generated from mappings/ by scripts/generate-tables.ts; edit the tables, not this file.',
    "import type { CompactTables } from './tables/compact.ts';",
    '',
    '/** The tables that the program ships with. */',
    `export const generatedTables: CompactTables = ${JSON.stringify(tables, null, 1)};`,
    '',
  ].join('\n');
}

/** The compiled tables. Rejects with all findings where the tables have any. */
export const tablesModule = {
  file: 'src/mappings/tables.generated.ts',
  async content(): Promise<string> {
    const { tables, findings } = parseTables(await readTableFiles());
    if (!tables || findings.length > 0) throw new Error(findings.map(findingText).join('\n'));
    return moduleText(tables);
  },
};
