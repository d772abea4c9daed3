import { join } from 'node:path';
import { Command } from 'commander';
import { createCrosswalk } from '../mappings/index.ts';
import { checkTables, parseTables, type TableFinding } from '../mappings/tables/index.ts';
import { ontology } from '../ontology/index.ts';
import { runExamples } from './examples.ts';
import { readTableFiles, workingFolder } from './tables.ts';
import { STATUS, type Terminal } from './terminal.ts';

const HELP = `
Reads every table of the folder, says what is wrong with them, and converts the examples in its folder "examples"
both ways. One line a finding:
  mappings/verbs.sssom.tsv:34:object_id term-unknown …; …

Without a folder, ./mappings is checked where it stands there, and else the tables that Crosswalk ships with.

Examples:
  crosswalk check
  crosswalk check ./our-tables

Exit status: 0 when nothing was found; 1 when something was; 2 when the folder could not be read.`;

/** `crosswalk check`: are the tables sound, and do the examples come out as they say. */
export function checkCommand(terminal: Terminal, finish: (status: number) => void): Command {
  return new Command('check')
    .description('check the mapping tables and run their examples')
    .argument('[folder]', 'folder with the tables')
    .addHelpText('after', HELP)
    .action(async (folder: string | undefined) => finish(await check(folder ?? workingFolder(), terminal)));
}

async function check(folder: string, terminal: Terminal): Promise<number> {
  const { tables, findings: unreadable } = parseTables(await readTableFiles(folder));
  const findings = [...unreadable, ...(tables ? checkTables(tables, ontology) : [])];
  for (const finding of findings) terminal.output.write(`${lineOf(folder, finding)}\n`);
  // tables with holes would only make every example fail as well
  const examples =
    tables && unreadable.length === 0
      ? await runExamples(join(folder, 'examples'), createCrosswalk(tables, ontology))
      : { count: 0, faults: [] };
  for (const { file, code, message } of examples.faults)
    terminal.output.write(`${file}:1:1 ${code} ${message}\n`);
  const found = findings.length + examples.faults.length;
  const rows = tables?.raw.reduce((sum, table) => sum + table.rows.length, 0) ?? 0;
  terminal.errors.write(`${folder}: ${rows} rows, ${examples.count} examples, ${found} findings\n`);
  return found > 0 ? STATUS.findings : STATUS.done;
}

function lineOf(folder: string, { file, line, column, code, found, mend }: TableFinding): string {
  return `${join(folder, file)}:${line}:${column} ${code} ${found}; ${mend}`;
}
