import { Command, Option } from 'commander';
import type { Crosswalk } from '../mappings/index.ts';
import { batchConverter, type Batch, type ConvertBatch } from './batch.ts';
import { checkTarget, type Language } from './conversion.ts';
import { displayName, sourceNames, textOf } from './input.ts';
import { LineWriter } from './lines.ts';
import { progressOver, type Progress } from './progress.ts';
import { loadTables } from './crosswalk.ts';
import { CommandFault, STATUS, type Terminal } from './terminal.ts';
import { Threads, THREADS_START, type ThreadSettings } from './threads.ts';
import { inputValues, type InputValue } from './values.ts';

const HELP = `
Reads files, or standard input: a record, an envelope, a list, or any number of these one after another (NDJSON).
Writes one record a line, in the order of the input. A record that is in the wanted language already passes
unchanged. One that cannot be converted is left out and reported on standard error, one JSON object a line:
  {"index": 3, "id": "urn:uuid:…", "errors": [{"path": "/eventTime", "message": "…"}]}
where "index" counts the records of the whole input from 0, and "path" is a JSON Pointer into the record.

Examples:
  crosswalk convert --to xapi events.json > statements.ndjson
  zcat log-*.ndjson.gz | crosswalk convert --to caliper > events.ndjson 2> refused.ndjson
  crosswalk convert --to caliper --target 1.1 statement.json
  crosswalk convert --to xapi --mappings ./our-tables envelope.json

Exit status: 0 when every record came out; 1 when some were left out; 2 when the command could not run;
130 when it was interrupted, and what had been read is written.`;

interface Options {
  readonly to: Language;
  readonly target?: string;
  readonly language?: string;
  readonly mappings?: string;
  readonly strict?: boolean;
  readonly jobs: string;
}

/** `crosswalk convert`: records of either language in, records of the wanted one out. */
export function convertCommand(terminal: Terminal, finish: (status: number) => void): Command {
  return new Command('convert')
    .description('give records in the other language: Caliper as xAPI, xAPI as Caliper')
    .argument('[file...]', 'files to read; standard input where none is named, or where one is called -')
    .addOption(
      new Option('--to <language>', 'the wanted language').choices(['xapi', 'caliper']).makeOptionMandatory(),
    )
    .option('--target <version>', 'version to write: 1.0 or 2.0 of xAPI, 1.1 or 1.2 of Caliper')
    .option(
      '--language <tag>',
      'language of Caliper’s texts, as a BCP 47 tag (without it: und, undetermined)',
    )
    .option('--mappings <folder>', 'own tables, laid over the shipped ones')
    .option('--strict', 'leave out records that break any rule of their specification')
    .option('--jobs <n>', 'threads that convert side by side: worth their start for long input', '1')
    .addHelpText('after', HELP)
    .action(async (files: string[], options: Options) => finish(await convert(files, options, terminal)));
}

/** Where a run of the command stands. */
interface Run {
  readonly convert: ConvertBatch;
  readonly threads: Threads | undefined;
  readonly output: LineWriter;
  readonly failures: LineWriter;
  readonly progress: Progress;
  readonly terminal: Terminal;
  /** Batches that are with the threads or wait for their turn: each settles when it is written. */
  readonly unwritten: Promise<void>[];
  /** How many records have been written or left out, and how many left out. */
  records: number;
  left: number;
}

async function convert(files: readonly string[], options: Options, terminal: Terminal): Promise<number> {
  checkTarget(options.to, options.target);
  const jobs = jobsOf(options.jobs);
  const names = sourceNames(files);
  const settings = settingsOf(options, terminal);
  const crosswalk: Crosswalk = await loadTables(options.mappings);
  const run: Run = {
    convert: batchConverter(options.to, crosswalk, settings.options),
    threads: jobs > 1 && THREADS_START ? new Threads(jobs, settings) : undefined,
    output: new LineWriter(terminal.output),
    failures: new LineWriter(terminal.errors),
    progress: await progressOver(names, terminal),
    terminal,
    unwritten: [],
    records: 0,
    left: 0,
  };
  try {
    await run.threads?.ready;
    for (const name of names) await convertSource(name, run);
    await Promise.all(run.unwritten);
  } finally {
    run.progress.end();
    await run.threads?.close();
    await flush(run);
  }
  if (terminal.interrupted.aborted) return STATUS.interrupted;
  return run.left > 0 ? STATUS.findings : STATUS.done;
}

function settingsOf({ to, target, language, mappings, strict }: Options, terminal: Terminal): ThreadSettings {
  const chosen = { ...(target !== undefined && { target }), ...(language !== undefined && { language }) };
  const receivedAt = terminal.now().toISOString();
  return { language: to, mappings, options: { receivedAt, strict: strict === true, ...chosen } };
}

function jobsOf(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw new CommandFault(`--jobs ${text}: a number from 1 to 999`);
}

async function convertSource(name: string, run: Run): Promise<void> {
  const chunks = textOf(name, run.terminal, run.progress.advance);
  const parsed = run.threads === undefined;
  for await (const values of inputValues(chunks, displayName(name), { parsed })) {
    // what was being read when the user interrupted is cut off, and no record
    if (run.terminal.interrupted.aborted) return;
    if (values.length > 0) await convertValues(values, run);
  }
}

/**
 * Converts what a piece of input completed: here, and what it became is out before the next piece is read, also when
 * the input comes slowly; or in a thread, and it is out when its turn comes.
 */
async function convertValues(values: readonly InputValue[], run: Run): Promise<void> {
  if (!run.threads) {
    await write(run.convert(values), run);
    return;
  }
  const converted = run.threads.convert(values.map(({ text }) => text));
  const before = run.unwritten.at(-1);
  const written = Promise.all([converted, before]).then(([batch]) => write(batch, run));
  // a fault is told where it is waited for
  written.catch(() => undefined);
  run.unwritten.push(written);
  // who reads slowly is waited for, so that memory stays flat
  if (run.unwritten.length > run.threads.enough) await run.unwritten.shift();
}

async function write({ output, failures, records }: Batch, run: Run): Promise<void> {
  await run.output.writeAll(output);
  for (const { index, id, errors } of failures) {
    run.left += 1;
    await run.failures.write(JSON.stringify({ index: run.records + index, id, errors }));
  }
  run.records += records;
  await flush(run);
}

async function flush({ output, failures, progress }: Run): Promise<void> {
  await output.flush();
  await failures.flush(progress.makeRoom);
}
