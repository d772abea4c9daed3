import { validate, type RecordKind } from '../index.ts';
import { onOneLine, type JsonObject } from '../json/index.ts';
import type { Conversion, ConversionOptions, Crosswalk, WrittenConversion } from '../mappings/index.ts';
import { idOf, isRecord, type Fault, type InputRecord, type Unreadable } from './records.ts';
import { CommandFault } from './terminal.ts';

/** A language that records can be given in. */
export type Language = 'xapi' | 'caliper';

/** Versions that can be written of each language. */
const VERSIONS: Readonly<Record<Language, readonly string[]>> = {
  xapi: ['1.0', '2.0'],
  caliper: ['1.1', '1.2'],
};

/** Throws a {@link CommandFault} for a version that cannot be written in a language; undefined stands for the default. */
export function checkTarget(language: Language, version: string | undefined): void {
  const known = VERSIONS[language];
  if (version === undefined || known.includes(version)) return;
  throw new CommandFault(`--target ${version}: ${language} can be written as ${known.join(' or ')}`);
}

/** Why a record was left out, and which one. */
export interface Failure {
  readonly index: number;
  readonly id: string | null;
  readonly errors: readonly Fault[];
}

/** What became of one record: a line of output, or a report of why there is none. */
export type Converted = { readonly ok: true; readonly line: string } | ({ readonly ok: false } & Failure);

/** How records are converted: the engine's own options, and whether deviations are let through. */
export interface ConverterOptions extends Omit<ConversionOptions, 'envelope' | 'trace'> {
  /** True to refuse what breaks any rule of its specification; else whatever the tables can read is converted. */
  readonly strict: boolean;
}

const LANGUAGE_OF: Readonly<Record<RecordKind, Language>> = {
  event: 'caliper',
  describe: 'caliper',
  statement: 'xapi',
};

/** Gives each record in one language. A record that has it already comes out as it was read, on one line. */
export function converterTo(language: Language, crosswalk: Crosswalk, options: ConverterOptions) {
  const { strict, ...engine } = options;
  return (item: InputRecord | Unreadable): Converted => {
    if (!isRecord(item)) return { ok: false, index: item.index, id: item.id, errors: item.faults };
    if (LANGUAGE_OF[item.kind] === language) return { ok: true, line: onOneLine(item.text) };
    const refused = (errors: readonly Fault[]): Converted => ({
      ok: false,
      index: item.index,
      id: idOf(item.value),
      errors,
    });
    const broken = strict ? validate(item.value).errors : [];
    if (broken.length > 0) return refused(broken);
    const envelope = item.envelope && { envelope: item.envelope };
    const described = item.described && { described: item.described };
    const conversion = writeRecord(item, crosswalk, { ...engine, ...envelope, ...described });
    return conversion.ok
      ? { ok: true, line: conversion.text }
      : refused(conversion.diagnostics.map(({ path, message, code }) => ({ path, message, rule: code })));
  };
}

/** Runs the tables over one record, towards the language that it is not written in. */
export function convertRecord(
  record: InputRecord,
  crosswalk: Crosswalk,
  options: ConversionOptions,
): Conversion {
  switch (record.kind) {
    case 'event':
      return crosswalk.toXapi(record.value, options);
    case 'statement':
      return crosswalk.toCaliper(record.value, options);
    case 'describe':
      return { ok: false, diagnostics: [noStatement(record.value, crosswalk)] };
  }
}

/** The same with the record as JSON text. */
function writeRecord(
  record: InputRecord,
  crosswalk: Crosswalk,
  options: ConversionOptions,
): WrittenConversion {
  switch (record.kind) {
    case 'event':
      return crosswalk.writeXapi(record.value, options);
    case 'statement':
      return crosswalk.writeCaliper(record.value, options);
    case 'describe':
      return { ok: false, diagnostics: [noStatement(record.value, crosswalk)] };
  }
}

function noStatement(entity: JsonObject, crosswalk: Crosswalk) {
  const document = crosswalk.toDocument(entity);
  const place = document
    ? `an LRS keeps it as a document, at ${document.resource} under the profileId ${document.profileId}`
    : 'and without an id an LRS has no place for it';
  return {
    code: 'not-an-event',
    path: '',
    message: `an entity describe tells of no action, so it is no statement; ${place}`,
  } as const;
}
