import { Command, Option } from 'commander';
import type { Crosswalk } from '../mappings/index.ts';
import { checkTarget, converterTo, type Converted, type Language } from './conversion.ts';
import { displayName, sourceNames, textOf } from './input.ts';
import { LineWriter } from './lines.ts';
import { progressOver, type Progress } from './progress.ts';
import { RecordReader } from './records.ts';
import { loadTables } from './tables.ts';
import { STATUS, type Terminal } from './terminal.ts';
import { valueTexts } from './values.ts';

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
    .addHelpText('after', HELP)
    .action(async (files: string[], options: Options) => finish(await convert(files, options, terminal)));
}

/** Where a run of the command stands: what is written, and how many records were left out. */
interface Run {
  readonly reader: RecordReader;
  readonly convert: (item: Parameters<ReturnType<typeof converterTo>>[0]) => Converted;
  readonly output: LineWriter;
  readonly failures: LineWriter;
  readonly progress: Progress;
  readonly terminal: Terminal;
  left: number;
}

async function convert(files: readonly string[], options: Options, terminal: Terminal): Promise<number> {
  checkTarget(options.to, options.target);
  const names = sourceNames(files);
  const crosswalk: Crosswalk = await loadTables(options.mappings);
  const run: Run = {
    reader: new RecordReader(),
    convert: converterTo(options.to, crosswalk, {
      receivedAt: terminal.now().toISOString(),
      strict: options.strict === true,
      ...(options.target !== undefined && { target: options.target }),
      ...(options.language !== undefined && { language: options.language }),
    }),
    output: new LineWriter(terminal.output),
    failures: new LineWriter(terminal.errors),
    progress: await progressOver(names, terminal),
    terminal,
    left: 0,
  };
  try {
    for (const name of names) await convertSource(name, run);
  } finally {
    run.progress.end();
    await flush(run);
  }
  if (terminal.interrupted.aborted) return STATUS.interrupted;
  return run.left > 0 ? STATUS.findings : STATUS.done;
}

async function convertSource(name: string, run: Run): Promise<void> {
  const chunks = textOf(name, run.terminal, run.progress.advance);
  for await (const texts of valueTexts(chunks, displayName(name))) {
    // what was being read when the user interrupted is cut off, and no record
    if (run.terminal.interrupted.aborted) return;
    for (const text of texts) await convertValue(text, run);
    // what a piece of input became is out before the next is read, also when the input comes slowly
    await flush(run);
  }
}

async function convertValue(text: string, run: Run): Promise<void> {
  for (const item of run.reader.read(text)) {
    const converted = run.convert(item);
    if (converted.ok) await run.output.write(converted.line);
    else {
      run.left += 1;
      const { index, id, errors } = converted;
      await run.failures.write(JSON.stringify({ index, id, errors }));
    }
  }
}

async function flush({ output, failures, progress }: Run): Promise<void> {
  await output.flush();
  await failures.flush(progress.makeRoom);
}
