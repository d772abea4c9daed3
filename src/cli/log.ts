import { setTimeout as pause } from 'node:timers/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import type {
  DeliveryHistory,
  RecordFilter,
  RecordLog,
  RecordPage,
  RecordPosition,
  Storage,
  StoredRecord,
} from '../audit/index.ts';
import { NotLinkedDataError, recordFilter, recordNQuads, Refusal, TENANT } from '../gateway/index.ts';
import type { Crosswalk } from '../mappings/index.ts';
import { configurationOf } from './configuration.ts';
import { LineWriter } from './lines.ts';
import { withLog } from './record-log.ts';
import { loadTables } from './crosswalk.ts';
import { CommandFault, STATUS, type Terminal } from './terminal.ts';

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
  crosswalk log --state dead --destination lrs --format text
  crosswalk log --actor https://lms.example.edu/users/1 --since 2025-09-01T00:00:00Z
  crosswalk log --after 1200 --limit 100 | jq .digest

With conditions the records come by the time of their receipt. They are those of GET /records: an actor is the id of a
Caliper actor, an Agent in JSON, an address with mailto:, or an account as "homePage name"; verb, activity, course and
registration are those of the statement that a record is or maps to.

Exit status: 0 when the log was read; 2 when it could not be.`;

/** What narrows the log, by the names of `GET /records`. */
const CONDITIONS = {
  source: 'sent by a source',
  language: 'received in a language: caliper or xapi',
  kind: 'of a kind: event, describe or statement',
  type: 'with a Caliper type or an xAPI verb IRI, as received',
  verb: 'with an xAPI verb IRI',
  actor: 'of an actor',
  activity: 'about an activity',
  course: 'that mention a course',
  registration: 'of a registration',
  destination: 'that go to a destination',
  state: 'on their way in a state: pending, delivered, dead or discarded',
  since: 'received after a time (RFC 3339)',
  until: 'received at a time (RFC 3339) or before',
} as const;

type Condition = keyof typeof CONDITIONS;

interface Options extends Partial<Record<Condition, string>> {
  readonly tenant: string;
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
  const command = new Command('log');
  for (const [name, what] of Object.entries(CONDITIONS)) {
    command.option(`--${name} <value>`, `only records ${what}`);
  }
  return command
    .description('print the record log with the state of each delivery')
    .option('--config <file>', 'configuration that names the database')
    .option('--database <file>', 'the database itself, in place of a configuration')
    .addOption(
      new Option('--format <format>', 'how to print').choices(['ndjson', 'text', 'nquads']).default('ndjson'),
    )
    .option('--tenant <name>', 'whose records conditions are about', TENANT)
    .option('--after <seq>', 'begin after the record with this number', wholeNumber, 0)
    .option('--limit <n>', 'print at most so many records', wholeNumber)
    .option('--follow', 'go on printing as records come in, until interrupted')
    .option('--bodies', 'print each record as it was received, too (ndjson)')
    .addHelpText('after', HELP)
    .action(async (options: Options) => finish(await print(options, terminal)));
}

async function print(options: Options, terminal: Terminal): Promise<number> {
  const crosswalk = options.format === 'nquads' ? await tablesOf(options) : undefined;
  const asked = Object.keys(CONDITIONS).flatMap((name): [string, string][] => {
    const value = options[name as Condition];
    return value === undefined ? [] : [[name, value]];
  });
  if (asked.length > 0 && (options.follow === true || options.after > 0)) {
    throw new CommandFault('--after and --follow walk along the whole log: give them without conditions');
  }
  await withLog(options, async (log) => {
    const printing = { ...options, crosswalk };
    if (asked.length === 0) return printRecords(log, printing, terminal);
    const filter = await filterOf(asked, options);
    if (filter) await printFound(log, filter, printing, terminal);
  });
  return STATUS.done;
}

async function filterOf(
  asked: readonly [string, string][],
  options: Options,
): Promise<RecordFilter | undefined> {
  try {
    return recordFilter(
      new URLSearchParams(asked.map((one) => [...one])),
      options.tenant,
      await tablesOf(options),
    );
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const lines = error.problem.errors?.map(({ path, message }) => `--${path.slice(1)}: ${message}`) ?? [];
    throw new CommandFault(lines.join('\n'), { cause: error });
  }
}

/** Prints the records that meet conditions, page by page along an index. */
async function printFound(
  log: Storage,
  filter: RecordFilter,
  options: Printing,
  terminal: Terminal,
): Promise<void> {
  const output = new LineWriter(terminal.output);
  let left = options.limit ?? Infinity;
  let behind: RecordPosition | null = null;
  do {
    const limit = Math.min(PAGE, left);
    const page: RecordPage = await log.pages.page({
      ...filter,
      order: 'ascending',
      limit,
      ...(behind && { behind }),
    });
    const histories = await log.pages.histories(page.records.map(({ seq }) => seq));
    for (const record of page.records) {
      await printRecord(record, histories.get(record.seq) ?? [], options, output, terminal);
    }
    await output.flush();
    left -= page.records.length;
    behind = page.next;
  } while (behind && left > 0 && !terminal.interrupted.aborted);
}

async function printRecord(
  record: StoredRecord,
  history: readonly DeliveryHistory[],
  options: Printing,
  output: LineWriter,
  terminal: Terminal,
): Promise<void> {
  if (options.crosswalk) return writeQuads(record, options.crosswalk, output, terminal);
  const lineOf = options.format === 'text' ? textLine : jsonLine;
  await output.write(lineOf(record, history, options));
}

/** The tables that the gateway of this log maps by. */
const tablesOf = ({ config }: Options): Promise<Crosswalk> => loadTables(configurationOf(config).mappings);

interface Printing extends Options {
  /** How statements are read as events, where records are printed as RDF. */
  readonly crosswalk: Crosswalk | undefined;
}

async function printRecords(log: RecordLog, options: Printing, terminal: Terminal): Promise<void> {
  const output = new LineWriter(terminal.output);
  let after = options.after;
  let left = options.limit ?? Infinity;
  while (left > 0 && !terminal.interrupted.aborted) {
    const page = await log.read({ after, limit: Math.min(PAGE, left) });
    for (const record of page) {
      await printRecord(record, await log.history(record.seq), options, output, terminal);
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
