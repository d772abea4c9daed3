/**
 * Crosswalk as a library: Caliper and xAPI, each given as the other, by the tables that it ships with.
 *
 * Pure: no clock, no network, no disk. Runs in Node, in browsers and on Workers.
 *
 * @example
 * import { toXapi, toCaliper, validate } from 'crosswalk';
 *
 * const { valid, errors } = validate(event);
 * const conversion = toXapi(event);
 * if (conversion.ok) send(conversion.record);
 * else for (const { path, message } of conversion.diagnostics) console.warn(path, message);
 */
import {
  recognise as recogniseCaliper,
  validateEnvelope,
  validateRecord,
  validateText,
} from './caliper/index.ts';
import {
  isObject,
  isString,
  member,
  pointer,
  type Finding,
  type JsonObject,
  type JsonValue,
} from './json/index.ts';
import {
  createCrosswalk,
  shippedTables,
  type Conversion,
  type ConversionOptions,
  type Crosswalk,
} from './mappings/index.ts';
import { ontology } from './ontology/index.ts';
import { modelOf, recogniseStatement, validateStatement, type XapiVersion } from './xapi/index.ts';

export type { Finding, JsonObject, JsonValue } from './json/index.ts';
export type {
  Conversion,
  ConversionOptions,
  Crosswalk,
  DescribeDocument,
  Diagnostic,
  DiagnosticCode,
  TablesIdentity,
  Trace,
} from './mappings/index.ts';

let shipped: Crosswalk | undefined;

/** The shipped tables, compiled when they are first asked for. */
export function shippedCrosswalk(): Crosswalk {
  shipped ??= createCrosswalk(shippedTables(), ontology);
  return shipped;
}

/**
 * Gives a Caliper event (1.0, 1.1 or 1.2) as an xAPI statement (1.0.3, or 2.0 with `target: '2.0'`).
 *
 * Nothing is lost: what xAPI has no place for stands in one extension, and {@link toCaliper} gives back the very
 * event. An event that was a statement before becomes that statement again. The input is not changed.
 *
 * A refusal is a value, not an exception: `ok` is false, and `diagnostics` say by JSON Pointer what keeps the event from
 * being understood. On success they say what fell back, was approximated or has no counterpart.
 *
 * @example
 * const conversion = toXapi(event, { target: '2.0', language: 'en-US' });
 * if (conversion.ok) conversion.record['verb'];
 */
export function toXapi(event: JsonObject, options?: ConversionOptions): Conversion {
  return shippedCrosswalk().toXapi(event, options);
}

/**
 * Gives an xAPI statement (1.0.x or 2.0) as a Caliper event (1.2, or 1.1 with `target: '1.1'`).
 *
 * The counterpart of {@link toXapi}, with the same promises. A statement that has no time at all needs `receivedAt`, an
 * RFC 3339 string: no clock is read.
 *
 * @example
 * const conversion = toCaliper(statement, { receivedAt: new Date().toISOString() });
 */
export function toCaliper(statement: JsonObject, options?: ConversionOptions): Conversion {
  return shippedCrosswalk().toCaliper(statement, options);
}

/** What one record is: a Caliper event, a Caliper entity that is described on its own, or an xAPI statement. */
export type RecordKind = 'event' | 'describe' | 'statement';

/**
 * Tells what a JSON value is meant as, valid or not; undefined for what is neither language.
 *
 * @example
 * recognise({ actor: {}, verb: {}, object: {} }); // 'statement'
 */
export function recognise(value: JsonValue): RecordKind | 'envelope' | undefined {
  return recogniseStatement(value) ? 'statement' : recogniseCaliper(value);
}

/** How {@link validate} judges. */
export interface ValidateOptions {
  /** True takes whatever can be understood, and gives the rest as `deviations`; false holds every MUST. */
  readonly lenient?: boolean;
  /**
   * The JSON text of the value, where there is one: Caliper has each property stand once, and a value that was read from a
   * text has the last of two.
   */
  readonly text?: string;
  /** Version of xAPI that a statement is held against where it names none. Without it the one that fits better. */
  readonly xapiVersion?: XapiVersion;
}

/** What {@link validate} found. */
export interface Validation {
  readonly valid: boolean;
  /** The language of all records in the value; null where it is neither, or both. */
  readonly format: 'caliper' | 'xapi' | null;
  /** What makes it invalid, in the order of the document; JSON Pointers start at the value that was given. */
  readonly errors: readonly Omit<Finding, 'fatal'>[];
  /** Rules that a lenient judge forgave; left out where there is nothing to forgive. */
  readonly deviations?: readonly Omit<Finding, 'fatal'>[];
}

/**
 * Holds a value against the rules of its language and of the version that it declares: a Caliper envelope, event or
 * entity, an xAPI statement, or a list of these. Strict, unless it is told to be lenient. Never throws.
 *
 * @example
 * validate(event);
 * // { valid: false, format: 'caliper', errors: [{ path: '/actor', rule: 'caliper-required', message: '…' }] }
 */
export function validate(value: JsonValue, options: ValidateOptions = {}): Validation {
  const { formats, findings } = Array.isArray(value) ? judgeList(value, options) : judge(value, '', options);
  const [format, other] = [...new Set(formats)];
  const isCaliper = format === 'caliper' && other === undefined;
  const repeated = isCaliper && options.text !== undefined ? validateText(options.text) : [];
  const all = [...repeated, ...findings];
  const forgives = ({ fatal }: Finding) => options.lenient === true && fatal !== true;
  const errors = all.filter((finding) => !forgives(finding)).map(shown);
  const deviations = all.filter(forgives).map(shown);
  return {
    valid: errors.length === 0,
    format: other === undefined ? (format ?? null) : null,
    errors,
    ...(deviations.length > 0 && { deviations }),
  };
}

interface Judgement {
  readonly formats: readonly ('caliper' | 'xapi')[];
  readonly findings: readonly Finding[];
}

const shown = ({ path, message, rule }: Finding) => ({ path, message, rule });

function nothing(path: string, message: string): Judgement {
  return { formats: [], findings: [{ path, rule: 'not-a-record', message, fatal: true }] };
}

function judgeList(values: readonly JsonValue[], options: ValidateOptions): Judgement {
  if (values.length === 0) return nothing('', 'an empty list holds no record');
  const judgements = values.map((value, at) => judge(value, pointer('', at), options));
  return {
    formats: judgements.flatMap(({ formats }) => formats),
    findings: judgements.flatMap(({ findings }) => findings),
  };
}

function judge(value: JsonValue, path: string, options: ValidateOptions): Judgement {
  const kind = recognise(value);
  if (kind === undefined || !isObject(value)) {
    return nothing(path, 'neither a Caliper envelope, event or entity, nor an xAPI statement');
  }
  const findings = kind === 'statement' ? judgeStatement(value, options) : judgeCaliper(value, kind);
  return {
    formats: [kind === 'statement' ? 'xapi' : 'caliper'],
    findings: path === '' ? findings : findings.map((finding) => ({ ...finding, path: path + finding.path })),
  };
}

function judgeCaliper(value: JsonObject, kind: 'event' | 'describe' | 'envelope'): readonly Finding[] {
  switch (kind) {
    case 'event':
    case 'describe':
      return validateRecord(value);
    case 'envelope':
      return validateEnvelope(value);
  }
}

/** Without a version to go by, the one whose rules the statement keeps better, and of two alike the older. */
function judgeStatement(statement: JsonObject, { xapiVersion }: ValidateOptions): readonly Finding[] {
  const said = member(statement, 'version');
  const version = (isString(said) ? modelOf(said) : undefined) ?? xapiVersion;
  if (version !== undefined) return validateStatement(statement, { version });
  const former = validateStatement(statement, { version: '1.0' });
  if (former.length === 0) return former;
  const later = validateStatement(statement, { version: '2.0' });
  return later.length < former.length ? later : former;
}
