import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { findingText, formatTable, readTable, SETTINGS_FILE } from '../mappings/tables/index.ts';
import { readTableFiles, workingFolder } from './tables.ts';
import { STATUS, type Terminal } from './terminal.ts';

const HELP = `
Writes each table in its canonical form, so that two versions of it differ only in what they say: columns and metadata
in their order, prefixes by name, quotes only where they are needed, and rows sorted where their order means nothing.
Rows of structure.tsv, entity.tsv and identity.tsv, and rows of one verb, stay in the order that you gave them.

A table that cannot be read whole is left as it is, and what is wrong with it is printed.

Examples:
  crosswalk fmt
  crosswalk fmt ./our-tables --check

Exit status: 0 when all tables stand in their form now; 1 when --check found some that do not, or a table could not be
read; 2 when the folder could not.`;

interface Options {
  readonly check?: boolean;
}

/** `crosswalk fmt`: tables in their canonical form. */
export function fmtCommand(terminal: Terminal, finish: (status: number) => void): Command {
  return new Command('fmt')
    .description('write the mapping tables in their canonical form')
    .argument('[folder]', 'folder with the tables')
    .option('--check', 'only name the tables that do not stand in it')
    .addHelpText('after', HELP)
    .action(async (folder: string | undefined, options: Options) =>
      finish(await format(folder ?? workingFolder(), options.check === true, terminal)),
    );
}

async function format(folder: string, checkOnly: boolean, terminal: Terminal): Promise<number> {
  const files = await readTableFiles(folder);
  let status: number = STATUS.done;
  for (const [name, text] of Object.entries(files)) {
    if (name === SETTINGS_FILE) continue;
    const { value, findings } = readTable(name, text);
    if (!value || findings.length > 0) {
      for (const finding of findings) terminal.errors.write(`${join(folder, findingText(finding))}\n`);
      status = STATUS.findings;
      continue;
    }
    const canonical = formatTable(value);
    if (canonical === text) continue;
    if (checkOnly) status = STATUS.findings;
    else await writeFile(join(folder, name), canonical);
    terminal.output.write(`${join(folder, name)}\n`);
  }
  return status;
}
