import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { shippedCrosswalk } from '../index.ts';
import { createCrosswalk, type Crosswalk } from '../mappings/index.ts';
import { findingText, parseTables, SETTINGS_FILE, type TableFinding } from '../mappings/tables/index.ts';
import { ontology } from '../ontology/index.ts';
import { CommandFault } from './terminal.ts';

/** Folder of the tables that the program ships with. */
const SHIPPED = fileURLToPath(new URL('../../mappings', import.meta.url));

const MOST_SHOWN = 5;

/** The tables of a folder, or the shipped ones, ready to convert. Throws {@link CommandFault} for tables with faults. */
export async function loadTables(folder?: string): Promise<Crosswalk> {
  if (folder === undefined) return shippedCrosswalk();
  const { tables, findings } = parseTables(await readTableFiles(folder));
  if (tables !== undefined && findings.length === 0) return createCrosswalk(tables, ontology);
  throw new CommandFault(
    `the tables in ${folder} have faults (crosswalk check ${folder}):\n${listed(findings)}`,
  );
}

function listed(findings: readonly TableFinding[]): string {
  const rest = findings.length - MOST_SHOWN;
  const shown = findings.slice(0, MOST_SHOWN).map((finding) => `  ${findingText(finding)}`);
  return [...shown, ...(rest > 0 ? [`  and ${rest} more`] : [])].join('\n');
}

/** The texts of a folder's tables and settings, by their names. Throws {@link CommandFault} where it has none. */
export async function readTableFiles(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw new CommandFault(`cannot read the folder ${folder}: ${(error as Error).message}`, { cause: error });
  });
  const tables = names.filter((name) => name.endsWith('.tsv') || name === SETTINGS_FILE);
  if (!tables.includes(SETTINGS_FILE))
    throw new CommandFault(`${folder} holds no tables: ${SETTINGS_FILE} is missing`);
  const texts = await Promise.all(tables.map((name) => readFile(join(folder, name), 'utf8')));
  return Object.fromEntries(tables.map((name, i) => [name, texts[i] ?? '']));
}

/** The folder whose tables an author is at work on: `mappings` where one stands there, else the shipped one. */
export function workingFolder(): string {
  return existsSync(join('mappings', SETTINGS_FILE)) ? 'mappings' : SHIPPED;
}
