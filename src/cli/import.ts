import { Command } from 'commander';
import {
  hasRoom,
  refusalsOf,
  sourceWithoutCredential,
  takeIn,
  TENANT,
  type IntakeOutcome,
  type IntakeRecord,
} from '../gateway/index.ts';
import type { Source } from '../gateway/index.ts';
import { checkTenant } from './configuration.ts';
import { withFlow, type Flow } from './flow.ts';
import { displayName, sourceNames, textOf } from './input.ts';
import { LineWriter } from './lines.ts';
import { progressOver, type Progress } from './progress.ts';
import { patienceOf } from './patience.ts';
import type { LogPlace } from './record-log.ts';
import { idOf, isRecord, RecordReader, type InputRecord, type Unreadable } from './records.ts';
import { STATUS, type Terminal } from './terminal.ts';
import { inputValues } from './values.ts';

/** Records that are taken in one atomic batch. */
const BATCH = 500;

const HELP = `
Takes records that another system has kept into the record log, as if they had been sent: files or standard input with
records, envelopes, lists, StatementResults ({"statements": […]}), or any number of these one after another (NDJSON),
plain or as gzip. They are validated leniently, routed by the configuration, and delivered by the gateway that runs on
the same log. A time of storage is given here and now; who vouches for a statement stays who did; what the dump says of
both stays in the record's text. A statement without an id gets one by what it says; one without a timestamp was made
when its former LRS stored it, or now where it does not say.

Where the disk, the record log or the outbox is full by the bounds of the configuration ("backpressure"), it waits until
there is room. What is refused is told on standard error, one JSON object a line:
  {"file": "dump.ndjson", "index": 3, "id": "…", "errors": [{"path": "/actor", "message": "…"}]}
where "index" counts the records of the whole input from 0. Records that are in the log already are known by id and
content and not taken twice; they are told as {"file", "index", "id", "duplicate": true}, unless --resume says that they
are expected: an import that broke off is repeated with it, and goes on. Standard output says in the end
  {"stored": 120, "duplicate": 0, "refused": 1}

Examples:
  crosswalk import --source old-lrs statements-*.ndjson.gz
  crosswalk import --config crosswalk.json --resume dump.json
  crosswalk import --dry-run envelopes.ndjson 2> refused.ndjson

Exit status: 0 when every record was taken or known; 1 when some were refused; 2 when the command could not run;
130 when it was interrupted, and what had been read is taken.`;

interface Options extends LogPlace {
  readonly source: string;
  readonly tenant: string;
  readonly strict?: boolean;
  readonly resume?: boolean;
  readonly dryRun?: boolean;
}

/** `crosswalk import`: records that another system has kept, through the gateway's flow. */
export function importCommand(terminal: Terminal, finish: (status: number) => void): Command {
  return new Command('import')
    .description('take records that another system has kept into the record log')
    .argument('[file...]', 'files to read; standard input where none is named, or where one is called -')
    .option('--config <file>', 'configuration that names the record log and the routes')
    .option('--database <file>', 'the record log itself, in place of the one of the configuration')
    .option('--source <name>', 'source that the records are kept under', 'import')
    .option('--tenant <name>', 'tenant that the records belong to', TENANT)
    .option('--strict', 'refuse records that break any rule of their specification')
    .option('--resume', 'go on with an import that broke off: what is here already is expected')
    .option('--dry-run', 'only say what would be refused')
    .addHelpText('after', HELP)
    .action(async (files: string[], options: Options) => finish(await importFiles(files, options, terminal)));
}

/** A run of the command: where it reads and writes, and what it came to. */
interface Run {
  readonly flow: Flow;
  readonly source: Source;
  readonly options: Options;
  readonly reader: RecordReader;
  readonly notes: LineWriter;
  readonly progress: Progress;
  readonly terminal: Terminal;
  /** Waits until there is room for a batch; false where the user has had enough of it. */
  readonly hasRoom: () => Promise<boolean>;
  readonly count: Record<IntakeOutcome['outcome'], number>;
}

async function importFiles(files: readonly string[], options: Options, terminal: Terminal): Promise<number> {
  const names = sourceNames(files);
  const progress = await progressOver(names, terminal);
  return withFlow(options, terminal, async (flow) => {
    checkTenant(options.tenant, flow.configuration);
    const source = sourceWithoutCredential(options.source, options.tenant, options.strict === true);
    const patience = patienceOf(terminal);
    const run: Run = {
      flow,
      source,
      hasRoom: async () => options.dryRun === true || hasRoom(source, flow.services, patience),
      options,
      reader: new RecordReader(),
      notes: new LineWriter(terminal.errors),
      progress,
      terminal,
      count: { stored: 0, duplicate: 0, refused: 0 },
    };
    try {
      for (const name of names) await importSource(name, run);
    } finally {
      progress.end();
      await run.notes.flush();
    }
    terminal.output.write(`${JSON.stringify(run.count)}\n`);
    if (terminal.interrupted.aborted) return STATUS.interrupted;
    return run.count.refused > 0 ? STATUS.findings : STATUS.done;
  });
}

async function importSource(name: string, run: Run): Promise<void> {
  const chunks = textOf(name, run.terminal, run.progress.advance);
  let batch: (InputRecord | Unreadable)[] = [];
  const take = async () => {
    if (batch.length === 0 || !(await run.hasRoom())) return;
    await takeBatch(batch, name, run);
    batch = [];
    await run.notes.flush(run.progress.makeRoom);
  };
  for await (const values of inputValues(chunks, displayName(name))) {
    // what was being read when the user interrupted is cut off, and no record
    if (run.terminal.interrupted.aborted) break;
    for (const value of values) {
      for (const item of run.reader.read(value)) {
        batch.push(item);
        if (batch.length >= BATCH) await take();
      }
    }
  }
  await take();
}

/** What would become of records, or what became of them. */
async function outcomesOf(records: readonly IntakeRecord[], run: Run): Promise<IntakeOutcome[]> {
  const { flow, source, options } = run;
  const { services, configuration } = flow;
  if (options.dryRun === true) {
    const faults = refusalsOf(records, source, services.log.largestBody);
    return faults.map((errors) => ({ outcome: errors.length > 0 ? 'refused' : 'stored', errors }));
  }
  const origin = configuration.publicUrl ?? `urn:crosswalk:${source.name}`;
  const outcomes = await takeIn(records, { source, origin }, services);
  await flow.finish();
  return outcomes;
}

async function takeBatch(
  batch: readonly (InputRecord | Unreadable)[],
  file: string,
  run: Run,
): Promise<void> {
  const outcomes = await outcomesOf(batch.filter(isRecord), run);
  const left = [...outcomes];
  for (const item of batch) {
    const known = isRecord(item) ? left.shift() : undefined;
    const { outcome, errors } = known ?? { outcome: 'refused' as const, errors: faultsOf(item) };
    run.count[outcome] += 1;
    const id = isRecord(item) ? idOf(item.value) : item.id;
    const place = { file: displayName(file), index: item.index, id };
    if (outcome === 'refused') {
      const told = errors.map(({ path, message, rule }) => ({ path, message, rule }));
      await run.notes.write(JSON.stringify({ ...place, errors: told }));
    } else if (outcome === 'duplicate' && run.options.resume !== true) {
      await run.notes.write(JSON.stringify({ ...place, duplicate: true }));
    }
  }
}

const faultsOf = (item: InputRecord | Unreadable) =>
  isRecord(item) ? [] : item.faults.map((fault) => ({ rule: 'not-a-record', ...fault }));
