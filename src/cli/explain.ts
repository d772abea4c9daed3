import { Command } from 'commander';
import { isObject, member, type JsonObject, type JsonValue } from '../json/index.ts';
import type { Redacted } from '../forward/index.ts';
import { IRI, type Conversion, type Crosswalk } from '../mappings/index.ts';
import { inColumns } from './columns.ts';
import { checkTarget, convertRecord } from './conversion.ts';
import { displayName, textOf } from './input.ts';
import { idOf, isRecord, RecordReader, type InputRecord } from './records.ts';
import { loadTables } from './crosswalk.ts';
import { CommandFault, STATUS, type Terminal } from './terminal.ts';
import { inputValues } from './values.ts';

const HELP = `
Converts one record and says how: which row of which table wrote each path of the result and from where, what fell
back or was approximated, and what the other language has no place for. The residual holds that: a member that is kept,
one that is written otherwise than it was, one that was added and is taken off again, languages, the order of a list.

Examples:
  crosswalk explain event.json
  crosswalk explain --record 3 envelope.json
  crosswalk explain --json statement.json | jq .residual
  crosswalk explain --config crosswalk.json --destination analytics event.json

Exit status: 0 when the record was converted; 1 when it was refused; 2 when the command could not run.`;

interface Options {
  readonly record: string;
  readonly target?: string;
  readonly mappings?: string;
  readonly json?: boolean;
  readonly config?: string;
  readonly destination?: string;
}

/** `crosswalk explain`: why a record became what it became. */
export function explainCommand(terminal: Terminal, finish: (status: number) => void): Command {
  return new Command('explain')
    .description('say which table row wrote what, for one record')
    .argument('<file>', 'file with the record; - for standard input')
    .option('--record <n>', 'which record of the file, counted from 0', '0')
    .option('--target <version>', 'version to write: 1.0 or 2.0 of xAPI, 1.1 or 1.2 of Caliper')
    .option('--mappings <folder>', 'own tables, laid over the shipped ones')
    .option('--json', 'print one JSON object')
    .option('--config <file>', 'configuration of the gateway, for --destination')
    .option('--destination <name>', 'take out first what this destination does not get to see, and say where')
    .addHelpText('after', HELP)
    .action(async (file: string, options: Options) => finish(await explain(file, options, terminal)));
}

async function explain(file: string, options: Options, terminal: Terminal): Promise<number> {
  const received = await recordAt(file, options.record, terminal);
  const hidden = await hiddenFrom(received, options, terminal);
  const record = hidden ? { ...received, value: hidden.value as JsonObject } : received;
  checkTarget(record.kind === 'statement' ? 'caliper' : 'xapi', options.target);
  const crosswalk = await loadTables(options.mappings);
  const conversion = convertRecord(record, crosswalk, {
    receivedAt: terminal.now().toISOString(),
    trace: true,
    ...(options.target !== undefined && { target: options.target }),
    ...(record.envelope && { envelope: record.envelope }),
  });
  const explanation = explanationOf(record, conversion, crosswalk, hidden);
  const text = options.json === true ? JSON.stringify(explanation, null, 2) : asText(explanation);
  terminal.output.write(`${text}\n`);
  return conversion.ok ? STATUS.done : STATUS.findings;
}

async function recordAt(file: string, wanted: string, terminal: Terminal): Promise<InputRecord> {
  const reader = new RecordReader();
  for await (const values of inputValues(textOf(file, terminal), displayName(file))) {
    for (const item of values.flatMap((value) => reader.read(value))) {
      if (String(item.index) !== wanted) continue;
      if (isRecord(item)) return item;
      throw new CommandFault(
        `record ${wanted} of ${displayName(file)}: ${item.faults[0]?.message ?? 'unreadable'}`,
      );
    }
  }
  throw new CommandFault(`${displayName(file)} has no record number ${wanted} (they are counted from 0)`);
}

/** The record as a destination may see it; null where none is named, or where it may see all. */
async function hiddenFrom(
  record: InputRecord,
  options: Options,
  terminal: Terminal,
): Promise<Redacted | null> {
  const { config, destination } = options;
  if (destination === undefined) return null;
  // what destinations may see is the gateway's to say, which takes long to load
  const { renderingFor } = await import('./rendering.ts');
  const { redacted } = await import('../forward/index.ts');
  const { name, redaction } = renderingFor(destination, config, terminal);
  return redaction ? redacted(record.value, name, redaction) : { value: record.value, places: [] };
}

type Explanation = ReturnType<typeof explanationOf>;

function explanationOf(
  record: InputRecord,
  conversion: Conversion,
  crosswalk: Crosswalk,
  hidden: Redacted | null,
) {
  return {
    kind: record.kind,
    id: idOf(record.value),
    to: record.kind === 'statement' ? 'caliper' : 'xapi',
    tables: crosswalk.tables,
    converted: conversion.ok,
    redacted: hidden?.places ?? null,
    trace: conversion.ok ? conversion.trace : [],
    diagnostics: conversion.diagnostics,
    residual: conversion.ok ? residualOf(conversion.record) : null,
    record: conversion.ok ? conversion.record : null,
  };
}

/** The residual of a converted record: in the context's extensions of a statement, in the extensions of an event. */
function residualOf(record: JsonObject): JsonValue {
  const context = member(record, 'context');
  const places = [
    isObject(context) ? member(context, 'extensions') : undefined,
    member(record, 'extensions'),
  ];
  for (const place of places) {
    const residual = isObject(place) ? member(place, IRI.residual) : undefined;
    if (residual !== undefined) return residual;
  }
  return null;
}

function asText(explanation: Explanation): string {
  const { kind, id, to, tables, converted, trace, diagnostics, residual } = explanation;
  const hidden = explanation.redacted?.map(({ path, kinds }) => [path || '/', kinds.join(', ')]);
  const becomes = converted
    ? `becomes ${to === 'xapi' ? 'an xAPI statement' : 'a Caliper event'}`
    : 'cannot be converted';
  const rows = trace.map(({ to: written, from, row }) => [written || '/', `← ${from || '/'}`, row]);
  const notes = diagnostics.map(({ code, path, message }) => [code, path || '/', message]);
  return [
    `${kind} ${id ?? '(without id)'} ${becomes}  [tables ${tables.version}, ${tables.digest.slice(0, 12)}]`,
    ...(hidden ? section('Kept from the destination', hidden) : []),
    ...section('Written by table rows', rows),
    ...section(converted ? 'Fell back, approximated, or worth knowing' : 'Refused because', notes),
    ...(converted ? section('In the residual, for lack of a place', residualRows(residual)) : []),
  ].join('\n');
}

function section(title: string, rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return ['', `${title}: nothing`];
  return ['', `${title}:`, ...inColumns(rows).map((line) => `  ${line}`)];
}

/** Parts of a residual that hold something of the record, in words. The others say where it comes from. */
const PARTS: Readonly<Record<string, string>> = {
  set: 'kept',
  was: 'written otherwise',
  not: 'added',
  lang: 'languages',
  lists: 'order',
};

function residualRows(residual: JsonValue): string[][] {
  if (!isObject(residual)) return [];
  return Object.entries(PARTS).flatMap(([part, phrase]) => {
    const entries = member(residual, part);
    return Object.entries(isObject(entries) ? entries : {}).map(([path, value]) => [
      phrase,
      path,
      part === 'was' && Array.isArray(value) ? `${shown(value[0])}, was ${shown(value[1])}` : shown(value),
    ]);
  });
}

function shown(value: JsonValue | undefined): string {
  const text = JSON.stringify(value) ?? '';
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
