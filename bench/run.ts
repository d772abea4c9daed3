/**
 * Measures Crosswalk against floors in the same run, on the same machine and input: absolute times mean little on shared
 * machines. Prints a table and writes a JSON file. `npm run bench -- --help` says how it is asked.
 */
import { fileURLToPath } from 'node:url';
import { Argument, Command, InvalidArgumentError } from 'commander';
import type { Benchmark, Settings } from './benchmark.ts';
import { compared } from './baseline.ts';
import { conversion, inProcessConversion } from './conversion.ts';
import { endToEnd } from './end-to-end.ts';
import { answerTime, ingest } from './ingest.ts';
import { memory } from './memory.ts';
import { queries } from './queries.ts';
import { table, writeResults, type Row } from './report.ts';
import { sustained } from './sustained.ts';
import { worker } from './worker.ts';

const BENCHMARKS: readonly Benchmark[] = [
  conversion,
  inProcessConversion,
  ingest,
  answerTime,
  endToEnd,
  sustained,
  queries,
  memory,
  worker,
];

const HELP = `
Benchmarks:
${BENCHMARKS.map(({ name, about }) => `  ${name.padEnd(12)} ${about}`).join('\n')}

Examples:
  npm run bench                                     all of them
  npm run bench -- convert                          some of them
  npm run bench -- convert --records 2000 --rounds 3

Every figure stands beside a floor from the same run; its ratio to that is what counts. Rounds of both are run in turn,
and the median of the ratios is told. Other work on the machine makes ratios worse before it makes them better.`;

function count(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('Give a whole number from 1.');
  return number;
}

const counts = (text: string) => text.split(',').map(count);

/** Says on a terminal how far a benchmark is, on a line that the next one replaces. */
function progress(): (step: string) => void {
  const { stderr } = process;
  return (step) => void (stderr.isTTY ? stderr.write(`\r\u001b[K${step}`) : stderr.write(`${step}\n`));
}

/** Where a run's results go, and what they are compared with. */
interface Files {
  readonly json: string;
  readonly baseline?: string;
}

async function measure(
  names: readonly string[],
  settings: Settings,
  { json, baseline }: Files,
): Promise<void> {
  const tell = progress();
  const rows: Row[] = [];
  for (const { name, run } of BENCHMARKS) {
    if (names.length > 0 && !names.includes(name)) continue;
    rows.push(...(await run(settings, tell)).map((figure) => ({ benchmark: name, ...figure })));
    // After each one: what is broken off has told what it measured.
    writeResults(json, settings, rows);
  }
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  console.log(table(rows));
  if (baseline !== undefined) console.log(`\n${compared(rows, baseline)}`);
}

await new Command('bench')
  .description('measure Crosswalk against floors in the same run')
  .addArgument(
    new Argument('[benchmark...]', 'which to run; all where none is named').choices(
      BENCHMARKS.map(({ name }) => name),
    ),
  )
  .option('--seed <n>', 'seed of the records', count, 1)
  .option('--records <n>', 'records in one round', count, 20_000)
  .option('--delivered-records <n>', 'records in one round that delivers them', count, 30_000)
  .option('--sustained-records <n>', 'records that are sent at the rate of a consortium', count, 200_000)
  .option('--rounds <n>', 'rounds whose medians count', count, 5)
  .option('--sizes <n,…>', 'stored records at which queries are measured', counts, [10_000, 100_000])
  .option('--memory-records <n>', 'records that the long conversion reads', count, 300_000)
  .option('--json <file>', 'where the results go', fileURLToPath(new URL('results.json', import.meta.url)))
  .option(
    '--baseline <file>',
    'ratios that the results are compared with; a regression is told, and is no error',
  )
  .addHelpText('after', HELP)
  .action((names: string[], { json, baseline, ...settings }: Settings & Files) =>
    measure(names, settings, baseline === undefined ? { json } : { json, baseline }),
  )
  .parseAsync();
