import { isObject, parsedOrUndefined, type JsonObject } from '../json/index.ts';
import type {
  Conversion,
  ConversionOptions,
  DiagnosticCode,
  RecordOrText,
  WrittenConversion,
} from './crosswalk.types.ts';
import type { PlainConversion } from './plain.ts';
import { writtenConversion, type Plans } from './plans/index.ts';

/** What a text comes to that is no record. */
const refusal = (code: DiagnosticCode): Refused => ({
  ok: false,
  diagnostics: [{ code, path: '', message: 'this is no JSON object' }],
});

type Refused = Extract<Conversion, { readonly ok: false }>;

/** What tells one direction from the other. */
export interface Direction {
  readonly plain: PlainConversion;
  /** Code of what a text comes to that is no record. */
  readonly refused: DiagnosticCode;
  /** A record with what the options add to it; the record itself where they add nothing. */
  readonly complete: (record: JsonObject, options: ConversionOptions) => JsonObject;
}

/** A record that is to be converted, with its text where others that are written like it say all that is converted. */
interface Read {
  readonly record: JsonObject;
  readonly text?: string;
}

/** Both ways to convert in one direction, from records and from texts of records, by plans where they serve. */
export function conversionsOf(plans: Plans | undefined, { plain, refused, complete }: Direction) {
  const read = (source: RecordOrText, options: ConversionOptions): Read | undefined => {
    if (typeof source !== 'string') return { record: complete(source, options) };
    const said = parsedOrUndefined(source);
    if (!isObject(said)) return undefined;
    const record = complete(said, options);
    return record === said ? { record, text: source } : { record };
  };
  const converted = <Result>(
    source: RecordOrText,
    options: ConversionOptions,
    ofText: (text: string) => Result | undefined,
    ofRecord: (own: Read) => Result,
  ): Result | Refused => {
    const known = typeof source === 'string' ? ofText(source) : undefined;
    if (known) return known;
    const own = read(source, options);
    return own ? ofRecord(own) : refusal(refused);
  };
  return {
    convert: (source: RecordOrText, options: ConversionOptions = {}): Conversion =>
      converted(
        source,
        options,
        (text) => plans?.convertText(text, options),
        ({ record, text }) => (plans ? plans.convert(record, options, text) : plain(record, options)),
      ),
    write: (source: RecordOrText, options: ConversionOptions = {}): WrittenConversion =>
      converted(
        source,
        options,
        (text) => plans?.writeText(text, options),
        ({ record, text }) =>
          plans ? plans.write(record, options, text) : writtenConversion(plain(record, options)),
      ),
  };
}
