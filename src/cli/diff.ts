import { Command } from 'commander';
import { diffTables, type RowChange, type TablesDifference } from '../mappings/authoring/index.ts';
import { createCrosswalk, type Conversion, type Crosswalk } from '../mappings/index.ts';
import { equal, isObject, pointer, type JsonValue } from '../json/index.ts';
import { ontology } from '../ontology/index.ts';
import { convertRecord } from './conversion.ts';
import { withoutTables } from './examples.ts';
import { displayName, textOf } from './input.ts';
import { idOf, isRecord, RecordReader, type InputRecord } from './records.ts';
import { soundTables } from './tables.ts';
import { STATUS, type Terminal } from './terminal.ts';
import { inputValues } from './values.ts';

const HELP = `
Compares two sets of tables row by row, and says which changes break something for those who rely on them: a row that
is gone, that says something else, or that serves fewer records. The version in tables.yaml has to say so: a new major
version for a breaking change, a new minor one for rows that are new or serve more.

With --records it also converts records with both sets, and counts by path where the results differ.

Examples:
  crosswalk diff ./tables-v1 ./mappings
  crosswalk diff ./tables-v1 ./mappings --records traffic.ndjson

Exit status: 0 when the version says what changed; 1 when it does not; 2 when the command could not run.`;

interface Options {
  readonly records?: string;
  readonly json?: boolean;
}

/** `crosswalk diff`: what an edit of the tables changes. */
export function diffCommand(terminal: Terminal, finish: (status: number) => void): Command {
  return new Command('diff')
    .description('say what changes between two sets of tables, and what that breaks')
    .argument('<old>', 'folder with the tables before')
    .argument('<new>', 'folder with the tables after')
    .option('--records <file>', 'records to convert with both; - for standard input')
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action(async (before: string, after: string, options: Options) =>
      finish(await diff(before, after, options, terminal)),
    );
}

async function diff(before: string, after: string, options: Options, terminal: Terminal): Promise<number> {
  const [old, now] = await Promise.all([soundTables(before), soundTables(after)]);
  const difference = diffTables(old, now);
  const crosswalks = [old, now].map((tables) => createCrosswalk(tables, ontology)) as [Crosswalk, Crosswalk];
  const effect =
    options.records === undefined ? undefined : await effectOn(options.records, crosswalks, terminal);
  const text =
    options.json === true
      ? JSON.stringify({ ...difference, ...(effect && { records: asJson(effect) }) }, null, 2)
      : [...asLines(difference), ...(effect ? effectLines(effect) : [])].join('\n');
  terminal.output.write(`${text}\n`);
  if (terminal.interrupted.aborted) return STATUS.interrupted;
  return difference.declared ? STATUS.done : STATUS.findings;
}

const BREAKING = 'breaking';

function asLines({ from, to, changes, level, declared, needed }: TablesDifference): string[] {
  if (level === undefined) return [`no row changed (${from}, ${to})`];
  return [
    ...changes.flatMap(changeLines),
    declared
      ? `${from} → ${to} says so: the changes are ${level}`
      : `${from} → ${to} does not say so: the changes are ${level}; write version: ${needed} into tables.yaml`,
  ];
}

function changeLines({ table, row, kind, level, cells }: RowChange): string[] {
  return [
    `${level === 'major' ? BREAKING : level.padEnd(BREAKING.length)}  ${kind.padEnd(7)}  ${table}  ${row}`,
    ...cells.map(({ cell, from, to }) => `            ${cell}: ${shown(from)} → ${shown(to)}`),
  ];
}

const shown = (text: string) => (text === '' ? '(empty)' : text);

/** What a change of tables does to records. */
interface Effect {
  records: number;
  changed: number;
  /** By path of the converted record: how many differ there, and the id of the first. */
  readonly paths: Map<string, { count: number; example: string | null }>;
}

async function effectOn(
  file: string,
  [before, after]: readonly [Crosswalk, Crosswalk],
  terminal: Terminal,
): Promise<Effect> {
  const effect: Effect = { records: 0, changed: 0, paths: new Map() };
  const options = { receivedAt: terminal.now().toISOString() };
  const compare = (record: InputRecord) => {
    const old = resultOf(convertRecord(record, before, options));
    const now = resultOf(convertRecord(record, after, options));
    const paths = [...differingPaths(old, now, '')];
    if (paths.length > 0) effect.changed += 1;
    for (const path of new Set(paths)) {
      const known = effect.paths.get(path) ?? { count: 0, example: idOf(record.value) };
      effect.paths.set(path, { ...known, count: known.count + 1 });
    }
  };
  const reader = new RecordReader();
  for await (const values of inputValues(textOf(file, terminal), displayName(file))) {
    if (terminal.interrupted.aborted) return effect;
    for (const item of values.flatMap((value) => reader.read(value))) {
      effect.records += 1;
      if (isRecord(item)) compare(item);
    }
  }
  return effect;
}

/** The converted record, or the codes of its refusal. */
const resultOf = (conversion: Conversion): JsonValue =>
  conversion.ok
    ? withoutTables(conversion.record)
    : { refused: conversion.diagnostics.map(({ code }) => code) };

/** Where two results differ: the outermost members that differ as a whole, without positions in lists. */
function* differingPaths(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  path: string,
): Generator<string> {
  if (before !== undefined && after !== undefined && equal(before, after)) return;
  if (isObject(before) && isObject(after)) {
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
      yield* differingPaths(before[name], after[name], pointer(path, name));
    }
  } else if (before !== undefined || after !== undefined) yield path;
}

const byCount = ({ paths }: Effect) => [...paths].sort(([, a], [, b]) => b.count - a.count);

function asJson(effect: Effect) {
  const paths = byCount(effect).map(([path, { count, example }]) => ({ path, count, example }));
  return { records: effect.records, changed: effect.changed, paths };
}

function effectLines(effect: Effect): string[] {
  return [
    '',
    `${effect.changed} of ${effect.records} records come out otherwise`,
    ...byCount(effect).map(
      ([path, { count, example }]) => `${String(count).padStart(8)}  ${path || '/'}  (${example ?? 'no id'})`,
    ),
  ];
}
