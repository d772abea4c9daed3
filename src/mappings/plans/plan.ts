import type { JsonObject, JsonValue } from '../../json/index.ts';
import type {
  Conversion,
  ConversionOptions,
  Diagnostic,
  RecordOrText,
  WrittenConversion,
} from '../crosswalk.types.ts';
import type { PlainConversion } from '../plain.ts';
import type { Accounts } from './accounts.ts';
import { atomsOf } from './atoms.ts';
import { takenBy, TextForm, type Form } from './form.ts';
import type { Generalised } from './generalise.ts';
import { Inference, type AccountStep } from './infer.ts';
import type { RecordPattern } from './record-pattern.ts';
import type { Registers } from './registers.ts';
import type { TextPattern } from './text-pattern.ts';

/** In how many ways the texts of a plan's records are written at most, and how often one is looked for. */
const MOST_TEXTS = 4;
const MOST_LOOKS = 16;

/** How records of one pattern are converted. */
export class Plan {
  readonly #pattern: RecordPattern;
  readonly #steps: readonly AccountStep[];
  readonly #record: Form;
  readonly #text: TextForm;
  readonly #diagnostics: Form;
  readonly #options: ConversionOptions;
  readonly #taken: ReadonlySet<number>;
  /** How the texts of its records are written: where it is like this they need not be parsed. */
  readonly #texts: TextPattern[] = [];
  #looks = 0;

  constructor(
    pattern: RecordPattern,
    steps: readonly AccountStep[],
    forms: { readonly record: Form; readonly diagnostics: Form },
    options: ConversionOptions,
  ) {
    this.#pattern = pattern;
    this.#steps = steps;
    this.#record = forms.record;
    this.#text = new TextForm(forms.record);
    this.#diagnostics = forms.diagnostics;
    this.#options = options;
    this.#taken = new Set([...takenBy(forms.record), ...takenBy(forms.diagnostics)]);
  }

  /**
   * What the plain conversion would give; undefined for a record that the plan is not for, and for a text that is written like none
   * that the plan knows.
   */
  convert(
    source: RecordOrText,
    options: ConversionOptions,
    registers: Registers,
    accounts: Accounts,
  ): Conversion | undefined {
    if (!this.#fill(registers, source, options, accounts)) return undefined;
    return {
      ok: true,
      record: this.#record.make(registers) as JsonObject,
      diagnostics: this.#noted(registers),
      trace: [],
    };
  }

  /** The same as JSON text. */
  write(
    source: RecordOrText,
    options: ConversionOptions,
    registers: Registers,
    accounts: Accounts,
  ): WrittenConversion | undefined {
    if (!this.#fill(registers, source, options, accounts)) return undefined;
    const text = this.#text.write(registers);
    return text === undefined ? undefined : { ok: true, text, diagnostics: this.#noted(registers) };
  }

  /** Takes note of how the text of a record is written that the plan converted. */
  learn(text: string): void {
    if (this.#texts.length >= MOST_TEXTS || this.#looks >= MOST_LOOKS) return;
    this.#looks += 1;
    const pattern = this.#pattern.textPattern(text, this.#taken);
    if (pattern) this.#texts.push(pattern);
  }

  /** Takes what the record says into the registers; false for a record that the plan is not for. */
  #fill(registers: Registers, source: RecordOrText, options: ConversionOptions, accounts: Accounts): boolean {
    const { target, language } = this.#options;
    if (target !== options.target || language !== options.language) return false;
    if (!this.#matches(source, options.envelope, registers)) return false;
    for (const { iri, type, homePage, name } of this.#steps) {
      const account = accounts.accountOf(registers[iri] as string, type);
      if (!account) return false;
      registers[homePage] = account.homePage;
      registers[name] = account.name;
    }
    return true;
  }

  #matches(source: RecordOrText, envelope: JsonObject | undefined, registers: Registers): boolean {
    if (typeof source !== 'string') return this.#pattern.match(source, envelope, registers);
    for (const text of this.#texts) {
      if (this.#pattern.matchText(text, source, envelope, registers)) return true;
    }
    return false;
  }

  #noted(registers: Registers): readonly Diagnostic[] {
    return this.#diagnostics.make(registers) as unknown as readonly Diagnostic[];
  }
}

/** A conversion with its record as JSON text. */
export const writtenConversion = (conversion: Conversion): WrittenConversion =>
  conversion.ok
    ? { ok: true, text: JSON.stringify(conversion.record), diagnostics: conversion.diagnostics }
    : conversion;

/**
 * Makes a plan for the records of a pattern: converts two samples of it without a plan, and reads off what became of
 * each text. Undefined where that cannot be told, or where the plan would convert a third sample, or the record that the
 * pattern was made of, otherwise than the plain conversion does.
 */
export function planFor(
  found: Generalised,
  record: JsonObject,
  conversion: Conversion,
  options: ConversionOptions,
  means: {
    readonly plain: PlainConversion;
    readonly accounts: Accounts;
    readonly implied: readonly string[];
  },
): Plan | undefined {
  const { pattern } = found;
  const convertedSample = (round: number) => {
    const sample = pattern.sample(round);
    const registers: Registers = [];
    if (!pattern.match(sample.record, sample.envelope, registers)) return undefined;
    const around = sample.envelope && { envelope: sample.envelope };
    const converted = means.plain(sample.record, { ...options, ...around });
    return converted.ok ? { ...sample, registers, conversion: converted } : undefined;
  };
  const [first, second] = [convertedSample(0), convertedSample(1)];
  if (!first || !second) return undefined;
  const samples = { first: first.registers, second: second.registers };
  const inference = new Inference(found, samples, means.accounts, atomsOf(found, means.implied));
  const formOf = (part: 'record' | 'diagnostics') =>
    inference.formOf(first.conversion[part] as JsonValue, second.conversion[part] as JsonValue);
  const forms = { record: formOf('record'), diagnostics: formOf('diagnostics') };
  if (!forms.record || !forms.diagnostics) return undefined;
  const plan = new Plan(
    pattern,
    inference.steps,
    { record: forms.record, diagnostics: forms.diagnostics },
    options,
  );
  const gives = (one: JsonObject, chosen: ConversionOptions, expected: Conversion) => {
    const written = plan.write(one, chosen, [], means.accounts);
    return (
      JSON.stringify(plan.convert(one, chosen, [], means.accounts)) === JSON.stringify(expected) &&
      JSON.stringify(written) === JSON.stringify(writtenConversion(expected))
    );
  };
  const third = convertedSample(2);
  const around = third?.envelope && { envelope: third.envelope };
  return third &&
    gives(third.record, { ...options, ...around }, third.conversion) &&
    gives(record, options, conversion)
    ? plan
    : undefined;
}
