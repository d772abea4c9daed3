import type { RecordKind } from '../audit/index.ts';
import { idOf, inCaliperTerms, typeOf } from '../caliper/index.ts';
import { canonicalText, isString, member, type Finding, type JsonObject } from '../json/index.ts';
import type { Received } from './accept.ts';
import type { Digest } from './digest.ts';
import type { Source } from './sources.ts';

/** An event or an entity describe on its way into the log. */
export interface ReceivedCaliper {
  readonly kind: RecordKind;
  readonly value: JsonObject;
  /** Its source text. */
  readonly body: string;
  /** Version of Caliper that it is written in. */
  readonly version: string;
  /** What its envelope said of it. */
  readonly attributes: JsonObject;
  readonly deviations: readonly Finding[];
}

/** How and by whom a Caliper record was sent. */
export interface CaliperReceipt {
  readonly source: Source;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly at: number;
  readonly digest: Digest;
}

/** What an event says of its time, under Caliper's own name: the same content says the same. */
function eventTimeOf(event: JsonObject): string {
  const eventTime = member(event, 'eventTime');
  return isString(eventTime) ? eventTime : '';
}

/** An event of Caliper 1.0 has no id: the same content is the same event. */
const idOfContent = (value: JsonObject, body: string, digest: Digest) =>
  `urn:sha256:${digest(canonicalText(value) ?? body)}`;

/** The record of an event or an entity describe. */
export function caliperRecord(
  { kind, value, body, version, attributes, deviations }: ReceivedCaliper,
  { source, at, digest }: CaliperReceipt,
): Received {
  const { record } = inCaliperTerms(value);
  const id = idOf(record) ?? '';
  return {
    tenant: source.tenant,
    source: source.name,
    language: 'caliper',
    kind,
    id: id === '' ? idOfContent(value, body, digest) : id,
    version,
    type: typeOf(record) ?? '',
    body,
    attributes,
    deviations,
    receivedAt: at,
    eventTime: kind === 'event' ? eventTimeOf(value) : undefined,
  };
}
