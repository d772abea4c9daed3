import { Command, Option } from 'commander';
import type { TermCount } from '../audit/index.ts';
import { wholeNumber, withPlace } from './dead-query.ts';
import { LineWriter } from './lines.ts';
import { withLog, type LogPlace } from './record-log.ts';
import { STATUS, type Terminal } from './terminal.ts';

const HELP = `
Prints the terms of the records that the gateway converted at which mapping did not find a counterpart of the same
meaning, the most frequent first:

  fallback      the term has no row of its own; a more general one served, or a stand-in
  no-term       the tables say that the other language has no counterpart; a stand-in served
  approximate   the counterpart means more, or less
  range         the event type or the object's class was changed to what Caliper allows

One JSON object a line: source, language, code, term, count, and record, the number of the last record that showed it. A
record that goes to two destinations is counted for each. An empty term stands for all those that came when too many were
counted already.

Examples:
  crosswalk terms --format text
  crosswalk terms --source campus-lms | jq 'select(.code == "fallback")'
  crosswalk log --bodies --after 41 --limit 1      (the record 42, which showed a term)

Exit status: 0 when the terms were read; 2 when they could not be.`;

interface Options extends LogPlace {
  readonly source?: string;
  readonly format: 'ndjson' | 'text';
  readonly limit: number;
}

/** `crosswalk terms`: which terms of the records in the log are missing from the tables, or only approximated. */
export function termsCommand(terminal: Terminal, finish: (status: number) => void): Command {
  return withPlace(new Command('terms'))
    .description('which terms of the logged records fell back, were approximated or have no counterpart')
    .option('--source <name>', 'only terms that one source sends')
    .addOption(new Option('--format <format>', 'how to print').choices(['ndjson', 'text']).default('ndjson'))
    .option('--limit <n>', 'print at most so many', wholeNumber, 2000)
    .addHelpText('after', HELP)
    .action(async (options: Options) => {
      await withLog(options, async (log) => print(await log.terms.list(queryOf(options)), options, terminal));
      finish(STATUS.done);
    });
}

const queryOf = ({ source, limit }: Options) => ({ limit, ...(source === undefined ? {} : { source }) });

async function print(terms: readonly TermCount[], { format }: Options, terminal: Terminal): Promise<void> {
  const output = new LineWriter(terminal.output);
  for (const term of terms) await output.write(format === 'text' ? textLine(term) : JSON.stringify(term));
  await output.flush();
}

function textLine({ count, code, language, source, term, record }: TermCount): string {
  const named = term === '' ? '(further terms)' : term;
  return `${String(count).padStart(8)}  ${code.padEnd(11)}  ${language.padEnd(7)}  ${named}  (${source}, record ${record})`;
}
