import { Command } from 'commander';
import {
  carriedShare,
  countLeaves,
  countTerms,
  coverageOf,
  MISSING,
  NO_LEAVES,
  type ActionCoverage,
  type Coverage,
  type LeafCounts,
  type TermCounts,
} from '../mappings/authoring/index.ts';
import { createCrosswalk } from '../mappings/index.ts';
import { ontology } from '../ontology/index.ts';
import { inColumns, type Pad } from './columns.ts';
import { convertRecord } from './conversion.ts';
import { displayName, textOf } from './input.ts';
import { isRecord, RecordReader, type InputRecord } from './records.ts';
import { soundTables } from './tables.ts';
import { STATUS, type Terminal } from './terminal.ts';
import { inputValues } from './values.ts';

const HELP = `
Prints what the tables cover, by Caliper profile and event type: how close the verb of each action is (exact, close,
broad, narrow), where the generic event's row serves (fallback), where a hint goes with the verb because others share
it, and where there is no counterpart and another term stands in.

With --records it converts real records instead, Caliper and xAPI mixed as you like, and counts the terms that are
missing from the tables or have no counterpart, and how much of the records is carried by the other language itself.

Examples:
  crosswalk coverage
  crosswalk coverage --json | jq '.events[] | select(.event == "MediaEvent")'
  crosswalk coverage --records traffic.ndjson --mappings ./our-tables

Exit status: 0 when all went well; 1 when a term has no row at all; 2 when the command could not run.`;

interface Options {
  readonly records?: string;
  readonly mappings?: string;
  readonly json?: boolean;
}

/** `crosswalk coverage`: what the tables cover, of the languages or of real records. */
export function coverageCommand(terminal: Terminal, finish: (status: number) => void): Command {
  return new Command('coverage')
    .description('show what the tables cover, of both languages or of real records')
    .option('--records <file>', 'records to count over; - for standard input')
    .option('--mappings <folder>', 'own tables, laid over the shipped ones')
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action(async (options: Options) => {
      const { records } = options;
      finish(await (records === undefined ? tables(options, terminal) : traffic(records, options, terminal)));
    });
}

async function tables(options: Options, terminal: Terminal): Promise<number> {
  const coverage = coverageOf(await soundTables(options.mappings), ontology);
  const text = options.json === true ? JSON.stringify(coverage, null, 2) : asText(coverage);
  terminal.output.write(`${text}\n`);
  const unmapped = coverage.events.some(({ actions }) =>
    actions.some(({ relation }) => relation === 'unmapped'),
  );
  return unmapped ? STATUS.findings : STATUS.done;
}

const HEADINGS = [
  'event type',
  'actions',
  'exact',
  'close',
  'broad',
  'narrow',
  'stand-in',
  'fallback',
  'hint',
  'own fields',
];

function asText({ events, vocabularies }: Coverage): string {
  const profiles = [...new Set(events.map(({ profile }) => profile))];
  const eventRows = profiles.flatMap((profile) => [
    [profile],
    ...events
      .filter((event) => event.profile === profile)
      .map(({ event, actions, fields }) => [`  ${event}`, ...countsOf(actions), String(fields.length)]),
  ]);
  const vocabularyRows = vocabularies.map(({ table, terms, relations }) => [
    table,
    ...[
      terms,
      relations.exactMatch,
      relations.closeMatch,
      relations.broadMatch,
      relations.narrowMatch,
      relations.noTerm,
    ].map((count) => String(count ?? 0)),
  ]);
  return [
    ...inColumns([HEADINGS, ...eventRows], withNumbers),
    '',
    ...inColumns(
      [['vocabulary', 'terms', 'exact', 'close', 'broad', 'narrow', 'none'], ...vocabularyRows],
      withNumbers,
    ),
  ].join('\n');
}

function countsOf(actions: readonly ActionCoverage[]): string[] {
  const having = (relation: ActionCoverage['relation']) =>
    actions.filter((action) => action.relation === relation && !action.fallback).length;
  return [
    actions.length,
    having('exactMatch'),
    having('closeMatch'),
    having('broadMatch'),
    having('narrowMatch'),
    having('noTerm'),
    actions.filter(({ fallback }) => fallback).length,
    actions.filter(({ hint }) => hint).length,
  ].map(String);
}

/** The first column to the left and the others, numbers, to the right. */
const withNumbers: Pad = (cell, width, column) => (column === 0 ? cell.padEnd(width) : cell.padStart(width));

/** What real records showed. */
interface Traffic {
  records: number;
  /** Records that could not be read, or were refused. */
  refused: number;
  /** Entities that are described on their own: no statement stands for them. */
  describes: number;
  terms: TermCounts;
  leaves: LeafCounts;
}

async function traffic(file: string, options: Options, terminal: Terminal): Promise<number> {
  const crosswalk = createCrosswalk(await soundTables(options.mappings), ontology);
  const receivedAt = terminal.now().toISOString();
  const seen: Traffic = { records: 0, refused: 0, describes: 0, terms: new Map(), leaves: NO_LEAVES };
  const convert = (record: InputRecord) => {
    const conversion = convertRecord(record, crosswalk, { receivedAt });
    if (conversion.ok) seen.leaves = countLeaves(seen.leaves, record.value, conversion.record);
    else seen.refused += 1;
    seen.terms = countTerms(seen.terms, conversion.diagnostics);
  };
  const reader = new RecordReader();
  for await (const values of inputValues(textOf(file, terminal), displayName(file))) {
    if (terminal.interrupted.aborted) return STATUS.interrupted;
    for (const item of values.flatMap((value) => reader.read(value))) {
      seen.records += 1;
      if (!isRecord(item)) seen.refused += 1;
      else if (item.kind === 'describe') seen.describes += 1;
      else convert(item);
    }
  }
  terminal.output.write(
    `${options.json === true ? JSON.stringify(asJson(seen), null, 2) : trafficText(seen)}\n`,
  );
  return STATUS.done;
}

function asJson({ records, refused, describes, terms, leaves }: Traffic) {
  const counts = [...terms].map(([code, ofCode]) => [code, Object.fromEntries(byCount(ofCode))] as const);
  return {
    records,
    refused,
    describes,
    leaves: { ...leaves, carried: carriedShare(leaves) },
    terms: Object.fromEntries(counts),
  };
}

const byCount = (terms: ReadonlyMap<string, number>) => [...terms].sort(([, a], [, b]) => b - a);

function trafficText({ records, refused, describes, terms, leaves }: Traffic): string {
  const percent = (carriedShare(leaves) * 100).toFixed(1);
  const codes = [...terms.keys()].sort((a, b) => Number(MISSING.includes(b)) - Number(MISSING.includes(a)));
  return [
    `${records} records, ${refused} refused, ${describes} described entities`,
    `${percent}% of ${leaves.source} leaves carried by the other language (${leaves.residual} in residuals, ${leaves.kept} kept as they came)`,
    ...codes.flatMap((code) => [
      '',
      `${code}:`,
      ...byCount(terms.get(code) ?? new Map()).map(
        ([term, count]) => `  ${String(count).padStart(8)}  ${term || '(no term)'}`,
      ),
    ]),
  ].join('\n');
}
