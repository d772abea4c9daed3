import type { JsonObject } from '../json/index.ts';
import type { Assigned } from '../xapi/index.ts';

/** Which version of the tables wrote something: their semantic version and a digest of their contents. */
export interface TablesIdentity {
  readonly version: string;
  /** SHA-256 of the tables' contents, in lower-case hex. */
  readonly digest: string;
}

/** Stable codes of what a conversion notes or refuses. */
export type DiagnosticCode =
  | 'not-an-event'
  | 'not-a-statement'
  | 'missing-time'
  | 'no-ifi'
  | 'unsupported-version'
  | 'unknown-term'
  | 'range'
  | 'profile-incomplete'
  | 'nonconformant'
  | 'fallback'
  | 'approximate'
  | 'no-term'
  | 'residual-stale'
  | 'residual-missing'
  | 'map-version'
  | 'number-precision'
  | 'future-time';

/** Something a conversion wants known: nothing falls back, is approximated or is left out in silence. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  /** JSON Pointer into the source record. */
  readonly path: string;
  readonly message: string;
  /** The term in question, for counters per term. */
  readonly term?: string;
}

/** One step of an explanation: which table row wrote which output path from which input path. */
export interface Trace {
  /** The row's name, such as `F:edApp` or `T-ACT:MediaEvent/Paused`. */
  readonly row: string;
  readonly from: string;
  readonly to: string;
}

/** A converted record with what the conversion noted, or a refusal with its reasons. */
export type Conversion =
  | {
      readonly ok: true;
      readonly record: JsonObject;
      readonly diagnostics: readonly Diagnostic[];
      readonly trace: readonly Trace[];
    }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** A conversion whose record is JSON text. */
export type WrittenConversion =
  | { readonly ok: true; readonly text: string; readonly diagnostics: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** What a caller may choose for one conversion. No option reads a clock: time of receipt is handed in. */
export interface ConversionOptions {
  /** Version of the language to be written: `1.0` or `2.0` for xAPI, `1.1` or `1.2` for Caliper. */
  readonly target?: string;
  /** Language tag for Caliper's untagged strings; `und` where it is not known. */
  readonly language?: string;
  /** Time of receipt as an RFC 3339 string, for a statement that has neither `timestamp` nor `stored`. */
  readonly receivedAt?: string;
  /** What its LRS sets in a statement whose sender left it to the LRS; what the statement brings holds. */
  readonly assigned?: Assigned;
  /** Where the event stood in its envelope, kept with the statement so that the envelope can be put together again. */
  readonly envelope?: JsonObject;
  /**
   * Entities that the event's envelope describes and the event names by IRI alone (Caliper 1.2, Thinned Events): the
   * statement says of them what is described, and the event returns with the IRIs.
   */
  readonly described?: readonly JsonObject[];
  /** True to collect a trace for `explain`. */
  readonly trace?: boolean;
}

/** A document resource of an LRS that holds an entity describe: documents are what xAPI has for them. */
export interface DescribeDocument {
  readonly resource: 'activities/profile' | 'agents/profile';
  /** Query parameters, without the profileId. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly profileId: string;
}

/**
 * A record, or its JSON text. Texts that are written alike, as a sender writes those of one kind, are converted without being
 * parsed once some of them were.
 */
export type RecordOrText = JsonObject | string;

/** The compiled tables: both directions, and nothing else. Pure: same input, options and tables, same output. */
export interface Crosswalk {
  readonly tables: TablesIdentity;
  /** Caliper event in, statement out. A statement that was once an event's source returns exactly. */
  toXapi(event: RecordOrText, options?: ConversionOptions): Conversion;
  /** Statement in, Caliper event out. An event that was once a statement's source returns exactly. */
  toCaliper(statement: RecordOrText, options?: ConversionOptions): Conversion;
  /** What `toXapi` gives, with its record as `JSON.stringify` writes it: for those who only pass the text on. */
  writeXapi(event: RecordOrText, options?: ConversionOptions): WrittenConversion;
  /** What `toCaliper` gives, with its record as `JSON.stringify` writes it. */
  writeCaliper(statement: RecordOrText, options?: ConversionOptions): WrittenConversion;
  /** Where an LRS keeps a described entity, or null where it has no place for one (no id). */
  toDocument(entity: JsonObject): DescribeDocument | null;
  /** Agent or Group that the agent under an IRI is; undefined for an empty one. The IRI is read as a person's. */
  toAgent(iri: string): JsonObject | undefined;
  /** IRI of the agent that an Agent or identified Group is; undefined where nothing, or several things, identify it. */
  toAgentIri(agent: JsonObject): string | undefined;
}
