import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkRows, overlayTables } from '../mappings/authoring/index.ts';
import { shippedTables, type TableSet } from '../mappings/index.ts';
import {
  DEFINITIONS,
  findingText,
  parseTables,
  SETTINGS_FILE,
  type ParsedTables,
  type TableFinding,
} from '../mappings/tables/index.ts';
import { ontology } from '../ontology/index.ts';
import { CommandFault } from './terminal.ts';

/** Folder of the tables that the program ships with. */
const SHIPPED = fileURLToPath(new URL('../../mappings', import.meta.url));

const MOST_SHOWN = 5;

/**
 * The tables of a folder, laid over the shipped ones where the folder holds only some, or the shipped ones themselves.
 * Throws {@link CommandFault} for tables that cannot convert.
 */
export async function soundTables(folder?: string): Promise<TableSet> {
  if (folder === undefined) return shippedTables();
  const { tables, findings } = await readTables(folder);
  const faults = findings.length > 0 || !tables ? findings : checkRows(tables, ontology);
  if (tables !== undefined && faults.length === 0) return tables;
  throw new CommandFault(
    `the tables in ${folder} have faults (crosswalk check ${folder}):\n${listed(faults)}`,
  );
}

/**
 * Reads the tables of a folder. One that holds every table stands alone; any other holds an author's own rows, which
 * are laid over the shipped tables. Findings name files of the folder, and shipped ones by their path.
 */
export async function readTables(folder: string): Promise<ParsedTables> {
  const files = await readTableFiles(folder);
  if (isWhole(files)) return parseTables(files);
  const beneath = await readTableFiles(SHIPPED);
  const { [SETTINGS_FILE]: settings = beneath[SETTINGS_FILE] ?? '', ...tables } = files;
  const own = parseTables({ ...tables, [SETTINGS_FILE]: settings });
  if (!own.tables) return own;
  return { tables: overlayTables(shippedAt(SHIPPED), own.tables, files), findings: own.findings };
}

const isWhole = (files: Readonly<Record<string, string>>) =>
  [SETTINGS_FILE, ...Object.values(DEFINITIONS).map(({ file }) => file)].every((name) => name in files);

/** The shipped tables, their rows placed in the shipped folder, so that they are told apart from an author's own. */
function shippedAt(folder: string): TableSet {
  const placed = <Row extends { readonly at: { readonly file: string; readonly line: number } }>(
    rows: readonly Row[],
  ) => rows.map((row) => ({ ...row, at: { ...row.at, file: join(folder, row.at.file) } }));
  const tables = shippedTables();
  return {
    ...tables,
    actions: placed(tables.actions),
    entityTypes: placed(tables.entityTypes),
    verbs: placed(tables.verbs),
    activityTypes: placed(tables.activityTypes),
    roles: placed(tables.roles),
    profiles: placed(tables.profiles),
    categories: placed(tables.categories),
    extensions: placed(tables.extensions),
    aliases: placed(tables.aliases),
    eventFields: placed(tables.eventFields),
    entityFields: placed(tables.entityFields),
    identities: placed(tables.identities),
  };
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
  if (tables.length === 0) throw new CommandFault(`${folder} holds no tables`);
  const texts = await Promise.all(tables.map((name) => readFile(join(folder, name), 'utf8')));
  return Object.fromEntries(tables.map((name, i) => [name, texts[i] ?? '']));
}

/** The folder whose tables an author is at work on: `mappings` where one stands there, else the shipped one. */
export function workingFolder(): string {
  return existsSync(join('mappings', SETTINGS_FILE)) ? 'mappings' : SHIPPED;
}
