import { setTimeout as pause } from 'node:timers/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { DeliveryHistory, RecordLog, StoredRecord } from '../audit/index.ts';
import { NotLinkedDataError, recordNQuads } from '../gateway/index.ts';
import type { Crosswalk } from '../mappings/index.ts';
import { configurationOf } from './configuration.ts';
import { LineWriter } from './lines.ts';
import { withLog } from './record-log.ts';
import { loadTables } from './crosswalk.ts';
import { STATUS, type Terminal } from './terminal.ts';

const PAGE = 500;
const FOLLOW_EVERY_MS = 500;

const HELP = `
Prints the record log: each record in the order of its acceptance, with what became of it at each destination.

  ndjson   one JSON object a line: seq, receivedAt, source, language, kind, id, type, version, digest, deviations,
           and deliveries with route, destination, state, reason, form, tables, diagnostics and attempts. The record
           itself is left out; --bodies adds it as "body", the text as it was received.
  text     one line a record, for reading.
  nquads   what the records say as RDF, each in a named graph urn:sha256:{digest of its text}; a statement as the
           Caliper event that the configuration's tables make of it. Records that cannot be read as linked data are
           named on standard error.

Examples:
  crosswalk log
  crosswalk log --format text --follow
  crosswalk log --format nquads > log.nq
  crosswalk log --after 1200 --limit 100 | jq 'select(.deliveries[].state == "dead")'

Exit status: 0 when the log was read; 2 when it could not be.`;

interface Options {
  readonly config?: string;
  readonly database?: string;
  readonly format: 'ndjson' | 'text' | 'nquads';
  readonly after: number;
  readonly limit?: number;
  readonly follow?: boolean;
  readonly bodies?: boolean;
}

/** `crosswalk log`: what was received, and what became of it. */
export function logCommand(terminal: Terminal, finish: (status: number) => void): Command {
  return new Command('log')
    .description('print the record log with the state of each delivery')
    .option('--config <file>', 'configuration that names the database')
    .option('--database <file>', 'the database itself, in place of a configuration')
    .addOption(
      new Option('--format <format>', 'how to print').choices(['ndjson', 'text', 'nquads']).default('ndjson'),
    )
    .option('--after <seq>', 'begin after the record with this number', wholeNumber, 0)
    .option('--limit <n>', 'print at most so many records', wholeNumber)
    .option('--follow', 'go on printing as records come in, until interrupted')
    .option('--bodies', 'print each record as it was received, too (ndjson)')
    .addHelpText('after', HELP)
    .action(async (options: Options) => finish(await print(options, terminal)));
}

async function print(options: Options, terminal: Terminal): Promise<number> {
  const crosswalk = options.format === 'nquads' ? await tablesOf(options) : undefined;
  await withLog(options, (log) => printRecords(log, { ...options, crosswalk }, terminal));
  return STATUS.done;
}

/** The tables that the gateway of this log maps by. */
const tablesOf = ({ config }: Options): Promise<Crosswalk> => loadTables(configurationOf(config).mappings);

interface Printing extends Options {
  /** How statements are read as events, where records are printed as RDF. */
  readonly crosswalk: Crosswalk | undefined;
}

async function printRecords(log: RecordLog, options: Printing, terminal: Terminal): Promise<void> {
  const { crosswalk } = options;
  const output = new LineWriter(terminal.output);
  const lineOf = options.format === 'text' ? textLine : jsonLine;
  let after = options.after;
  let left = options.limit ?? Infinity;
  while (left > 0 && !terminal.interrupted.aborted) {
    const page = await log.read({ after, limit: Math.min(PAGE, left) });
    for (const record of page) {
      if (crosswalk) await writeQuads(record, crosswalk, output, terminal);
      else await output.write(lineOf(record, await log.history(record.seq), options));
      after = record.seq;
    }
    left -= page.length;
    await output.flush();
    if (page.length > 0) continue;
    if (options.follow !== true) return;
    await pause(FOLLOW_EVERY_MS, undefined, { signal: terminal.interrupted }).catch(() => undefined);
  }
}

/** A graph store can load the rest of the log, so one record without a form in RDF does not end it. */
async function writeQuads(
  record: StoredRecord,
  crosswalk: Crosswalk,
  output: LineWriter,
  { errors }: Terminal,
): Promise<void> {
  try {
    const quads = (await recordNQuads(record, () => crosswalk)).trimEnd();
    if (quads !== '') await output.write(quads);
  } catch (error) {
    if (!(error instanceof NotLinkedDataError)) throw error;
    const { seq, id } = record;
    errors.write(`${JSON.stringify({ seq, id, errors: [{ path: '', message: error.message }] })}\n`);
  }
}

function jsonLine(record: StoredRecord, history: readonly DeliveryHistory[], { bodies }: Options): string {
  const { seq, receivedAt, source, language, kind, id, type, version, digest, deviations, body } = record;
  return JSON.stringify({
    seq,
    receivedAt: new Date(receivedAt).toISOString(),
    source,
    language,
    kind,
    id,
    type,
    version,
    digest,
    deviations,
    deliveries: history.map(delivery),
    ...(bodies === true && { body }),
  });
}

function delivery({ route, destination, state, reason, outbound, attempts }: DeliveryHistory) {
  return {
    route,
    destination,
    state,
    reason,
    form: outbound?.form ?? null,
    digest: outbound?.digest ?? null,
    tables: outbound?.tables ?? null,
    diagnostics: outbound?.diagnostics ?? [],
    attempts: attempts.map(({ at, status, answer }) => ({ at: new Date(at).toISOString(), status, answer })),
  };
}

function textLine(record: StoredRecord, history: readonly DeliveryHistory[]): string {
  const { seq, receivedAt, source, language, kind, id, type, deviations } = record;
  const ways = history.map(({ destination, state, reason, attempts }) => {
    const why = reason === null ? '' : ` (${reason})`;
    const tries = attempts.length > 1 ? ` after ${attempts.length} attempts` : '';
    return `${destination} ${state}${why}${tries}`;
  });
  const noted = deviations.length > 0 ? [`${deviations.length} deviations`] : [];
  const became = [...ways, ...noted].join(', ') || 'no destination';
  return `${seq}  ${new Date(receivedAt).toISOString()}  ${source}  ${language} ${kind}  ${type}  ${id}  ${became}`;
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Give a whole number.');
  return Number(text);
}
