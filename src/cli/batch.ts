import type { Crosswalk } from '../mappings/index.ts';
import { converterTo, type ConverterOptions, type Failure, type Language } from './conversion.ts';
import { RecordReader } from './records.ts';
import type { InputValue } from './values.ts';

/** What became of some values of the input: their lines, and what was left out, counted from the first of their records. */
export interface Batch {
  /** Lines of output, each with its end. */
  readonly output: string;
  readonly failures: readonly Failure[];
  /** How many records the values held. */
  readonly records: number;
}

/** Converts values of the input, by themselves: what stands before and after them makes no difference. */
export type ConvertBatch = (values: readonly InputValue[]) => Batch;

/** Gives the records of values in one language. */
export function batchConverter(
  language: Language,
  crosswalk: Crosswalk,
  options: ConverterOptions,
): ConvertBatch {
  const convert = converterTo(language, crosswalk, options);
  return (values) => {
    const reader = new RecordReader();
    const failures: Failure[] = [];
    let output = '';
    let records = 0;
    for (const value of values) {
      for (const item of reader.read(value)) {
        records += 1;
        const converted = convert(item);
        if (converted.ok) output += `${converted.line}\n`;
        else failures.push({ index: converted.index, id: converted.id, errors: converted.errors });
      }
    }
    return { output, failures, records };
  };
}
