import { isAbsolute, join } from 'node:path';
import { Command } from 'commander';
import { checkMappings, checkRows, unusedRows } from '../mappings/authoring/index.ts';
import { createCrosswalk } from '../mappings/index.ts';
import type { TableFinding, TableSet } from '../mappings/tables/index.ts';
import { ontology } from '../ontology/index.ts';
import { runExamples, type ExamplesRun } from './examples.ts';
import { readProfiles } from './profiles.ts';
import { readTables, workingFolder } from './tables.ts';
import { STATUS, type Terminal } from './terminal.ts';

const HELP = `
Reads every table of the folder, says what is wrong with them, and converts the examples in its folder "examples"
both ways. One line a finding, with the mend behind the semicolon:
  mappings/verbs.sssom.tsv:34:object_id term-unknown …; …

Without a folder, ./mappings is checked where it stands there, and else the tables that Crosswalk ships with. A folder
with only some tables holds your own rows: they are checked together with the shipped ones that they are laid over.

A folder with examples has one for each row of its structure.tsv: a row that none exercises is a finding, too.

Examples:
  crosswalk check
  crosswalk check ./our-tables
  crosswalk check --profiles ./xapi-profiles

Exit status: 0 when nothing was found; 1 when something was; 2 when the folder could not be read.`;

interface Options {
  readonly mappings?: string;
  readonly profiles?: string;
}

/** `crosswalk check`: are the tables sound, and do the examples come out as they say. */
export function checkCommand(terminal: Terminal, finish: (status: number) => void): Command {
  return new Command('check')
    .description('check the mapping tables and run their examples')
    .argument('[folder]', 'folder with the tables')
    .option('--mappings <folder>', 'the folder, as other commands call it')
    .option('--profiles <folder>', 'published xAPI profiles (JSON-LD), each term of which must have a row')
    .addHelpText('after', HELP)
    .action(async (folder: string | undefined, options: Options) =>
      finish(await check(folder ?? options.mappings ?? workingFolder(), options, terminal)),
    );
}

async function check(folder: string, options: Options, terminal: Terminal): Promise<number> {
  const published = options.profiles === undefined ? undefined : await readProfiles(options.profiles);
  const { tables, findings: unreadable } = await readTables(folder);
  const examples = await examplesOf(folder, tables, unreadable);
  const unused = tables && examples.count > 0 ? unusedRows(tables, examples.traces) : [];
  const findings = [
    ...unreadable,
    ...(tables ? checkMappings(tables, ontology, published) : []),
    // rows beneath an author's own are proven by the examples that stand with them
    ...unused.filter(({ file }) => !isAbsolute(file)),
  ];
  for (const finding of findings) terminal.output.write(`${lineOf(folder, finding)}\n`);
  for (const { file, code, message } of examples.faults) {
    terminal.output.write(`${file}:1:1 ${code} ${message}\n`);
  }
  const found = findings.length + examples.faults.length;
  const rows = tables?.raw.reduce((sum, table) => sum + table.rows.length, 0) ?? 0;
  terminal.errors.write(`${folder}: ${rows} rows, ${examples.count} examples, ${found} findings\n`);
  return found > 0 ? STATUS.findings : STATUS.done;
}

/** Tables with holes, or that cannot run, would only make every example fail as well. */
async function examplesOf(
  folder: string,
  tables: TableSet | undefined,
  unreadable: readonly TableFinding[],
): Promise<ExamplesRun> {
  const runs = tables !== undefined && unreadable.length === 0 && checkRows(tables, ontology).length === 0;
  if (!runs) return { count: 0, faults: [], traces: [] };
  return runExamples(join(folder, 'examples'), createCrosswalk(tables, ontology));
}

/** Rows that come from the tables beneath have the whole path of their file already. */
function lineOf(folder: string, { file, line, column, code, found, mend }: TableFinding): string {
  return `${isAbsolute(file) ? file : join(folder, file)}:${line}:${column} ${code} ${found}; ${mend}`;
}
