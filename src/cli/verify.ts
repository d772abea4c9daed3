import { existsSync, readFileSync } from 'node:fs';
import { Command } from 'commander';
import type { ChainHead, Fault, Verification, VerifyOptions } from '../audit/index.ts';
import { openSqliteProof } from '../audit/sqlite/index.ts';
import { headForm } from '../gateway/index.ts';
import { databaseOf } from './configuration.ts';
import { LineWriter } from './lines.ts';
import { progressUpTo } from './progress.ts';
import { CommandFault, STATUS, type Terminal } from './terminal.ts';

const HELP = `
Goes through the record log and finds any record that was changed, taken away, put in or moved since it was sealed, and
whether everything that belongs to a record still does: its body, what destinations get, answers, attachments,
documents. The file is only read, and may be a copy. Records that were appended a moment ago and are not sealed yet are
counted, and are no fault.

Nothing inside a file can tell that its end was cut off, or that all of it was made anew. Keep what the command prints
elsewhere, and give it as an anchor the next time:

Examples:
  crosswalk verify
  crosswalk verify --config crosswalk.json --json > /elsewhere/anchor.json
  crosswalk verify --config crosswalk.json --anchor /elsewhere/anchor.json

Exit status: 0 when the log is what was sealed; 1 when it is not; 2 when it could not be read.`;

interface Options {
  readonly config?: string;
  readonly data?: string;
  readonly anchor?: string;
  readonly json?: boolean;
}

/** `crosswalk verify`: whether the record log is what was sealed. */
export function verifyCommand(terminal: Terminal, finish: (status: number) => void): Command {
  return new Command('verify')
    .description('find any change, gap or reordering of the record log')
    .option('--config <file>', 'configuration that names the database')
    .option('--data <file>', 'the database itself, in place of a configuration')
    .option('--anchor <file>', 'what an earlier run printed with --json, or GET /records/proof answered')
    .option('--json', 'print one JSON object a fault, then one with the counts and the end of the chain')
    .addHelpText('after', HELP)
    .action(async (options: Options) => finish(await verify(options, terminal)));
}

async function verify({ config, data, anchor, json }: Options, terminal: Terminal): Promise<number> {
  const path = databaseOf({
    ...(config === undefined ? {} : { config }),
    ...(data === undefined ? {} : { database: data }),
  });
  if (!existsSync(path)) {
    throw new CommandFault(`no record log at ${path}: name the file with --data, or its configuration`);
  }
  const anchors = anchor === undefined ? [] : anchorsOf(anchor);
  const output = new LineWriter(terminal.output);
  const bar = progressUpTo(terminal);
  try {
    const result = await verified(path, {
      anchors,
      onFault: (fault) => output.write(json === true ? JSON.stringify({ fault }) : faultLine(fault)),
      onProgress: bar.reach,
      signal: terminal.interrupted,
    });
    await output.write(json === true ? JSON.stringify(summary(result)) : summaryText(result));
    if (terminal.interrupted.aborted) return STATUS.interrupted;
    return result.faults === 0 ? STATUS.done : STATUS.findings;
  } finally {
    bar.end();
    await output.flush();
  }
}

async function verified(path: string, options: VerifyOptions): Promise<Verification> {
  try {
    const proof = openSqliteProof(path);
    return await proof.verify(options).finally(() => proof.close());
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new CommandFault(`cannot read the record log at ${path}: ${error.message}`, { cause: error });
  }
}

type Anchor = Pick<ChainHead, 'number' | 'value'>;

function isAnchor(value: unknown): value is Anchor {
  if (typeof value !== 'object' || value === null || !('number' in value) || !('value' in value))
    return false;
  return Number.isSafeInteger(value.number) && /^[0-9a-f]{64}$/.test(String(value.value));
}

/** The heads in a file: of one JSON value, or of one a line. */
function anchorsOf(path: string): Anchor[] {
  const anchors = valuesOf(path)
    .map((value) => (typeof value === 'object' && value !== null && 'head' in value ? value.head : value))
    .filter(isAnchor);
  if (anchors.length > 0) return anchors;
  throw new CommandFault(`${path} names no end of a chain: give what crosswalk verify --json printed`);
}

function valuesOf(path: string): unknown[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new CommandFault(`cannot read ${path}: ${(error as Error).message}`, { cause: error });
  }
  const parsed = (json: string): unknown[] => {
    try {
      return [JSON.parse(json)];
    } catch {
      return [];
    }
  };
  const [whole] = parsed(text);
  if (whole !== undefined) return Array.isArray(whole) ? (whole as unknown[]) : [whole];
  return text.split('\n').flatMap(parsed);
}

const summary = ({ head, ...counts }: Verification) => ({ head: headForm(head), ...counts });

function faultLine({ code, seq, seal, row, message }: Fault): string {
  const places = [
    ...(seq === undefined ? [] : [`record ${seq}`]),
    ...(seal === undefined ? [] : [`seal ${seal}`]),
    ...(row === undefined ? [] : [`${row.table} ${row.key}`]),
  ];
  return `${code}  ${places.join(', ')}: ${message}`;
}

function summaryText({ head, records, seals, erased, unsealed, outbound, faults }: Verification): string {
  const found = faults === 0 ? 'The log is what was sealed.' : `${faults} faults.`;
  return [
    `${found} ${records} records under ${seals} seals, ${erased} erased, ${unsealed} not yet sealed, ${outbound} outbound forms.`,
    `End of the chain: seal ${head.number}, record ${head.last}, ${head.value}`,
  ].join('\n');
}
