import type { CaliperVersion } from '../ontology/index.ts';
import type { JsonObject, JsonValue } from '../json/index.ts';

/**
 * A Caliper event as a sensor sent it. Only what a validator has said of it is certain: any member may be missing or
 * of another kind (Caliper 1.2, Event; 1.0 writes `@id` and `@type`).
 */
export type CaliperEvent = JsonObject;

/** A Caliper entity: in an event, or described on its own (Caliper 1.2, Entity). */
export type CaliperEntity = JsonObject;

/** The JSON that a sensor POSTs: events and described entities with who sent them and when (Caliper 1.2, Envelope). */
export type Envelope = JsonObject;

/** What a JSON value is, as far as Caliper goes. */
export type CaliperKind = 'envelope' | 'event' | 'describe';

/** One item of an envelope's `data`. */
export interface EnvelopeItem {
  /** Position in `data`, from 0. */
  readonly index: number;
  /** JSON Pointer to the item in the envelope. */
  readonly path: string;
  /** What the item is; null where it is neither an event nor a described entity. */
  readonly kind: 'event' | 'describe' | null;
  readonly value: JsonValue;
  readonly version: CaliperVersion;
}

/** An envelope's parts. Members that are missing or of the wrong kind read as null. */
export interface OpenEnvelope {
  readonly sensor: string | null;
  readonly sendTime: string | null;
  readonly dataVersion: string | null;
  readonly items: readonly EnvelopeItem[];
}
