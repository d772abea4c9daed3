import type { AppendOutcome, AttachmentContent, NewRecord, PullMark } from '../audit/index.ts';
import { traceAttribute } from '../forward/index.ts';
import { infiniteNumbers, isWithinBounds, type JsonValue } from '../json/index.ts';
import { withoutEchoes } from './echo.ts';
import { Refusal, type ProblemError } from './problem.ts';
import type { Services } from './services.ts';

/** What a receiver knows of a record; the rest is the same for all records. */
export type Received = Omit<NewRecord, 'digest' | 'deliveries' | 'eventTime'> & {
  readonly eventTime?: string | undefined;
};

/**
 * Errors for numbers that are too big for JSON's usual reader (RFC 8259 section 6): they would be lost on the way.
 */
export function numberErrors(value: JsonValue, path: string): ProblemError[] {
  // nearly always nothing is found: only then are pointers worth their making
  if (isWithinBounds(value)) return [];
  const message = 'this number is beyond what a double holds: send it as a string, or smaller';
  return infiniteNumbers(value, path).map((place) => ({ path: place, rule: 'json-number', message }));
}

/** A record while it is put together. */
type Draft = { -readonly [Name in keyof NewRecord]: NewRecord[Name] };

/** A record as the log takes it, with its digest and its destinations. */
export function newRecord(received: Received, services: Services): NewRecord {
  const { tenant, source, language, kind, id, version, type, body, eventTime, entry } = received;
  const { attributes, deviations, receivedAt } = received;
  const digest = services.digest(body);
  // Member by member: what is copied as a rest or a spread outlives what it was copied from by several collections.
  const record: Draft = {
    tenant,
    source,
    language,
    kind,
    id,
    version,
    type,
    body,
    digest,
    attributes,
    deviations,
    receivedAt,
    deliveries: [],
  };
  if (entry) record.entry = entry;
  if (eventTime !== undefined) record.eventTime = eventTime;
  record.deliveries = services.deliveries(record);
  return record;
}

const ENCODER = new TextEncoder();

/**
 * Refuses records that the storage cannot hold (413): no later try would succeed. `pathOf` gives the pointer of the
 * record at a place.
 */
function refuseOversized(
  records: readonly NewRecord[],
  largest: number,
  pathOf: (place: number) => string,
): void {
  const errors = records.flatMap(({ body }, place) => {
    // A character takes at most three bytes a code unit: most records need no count.
    if (body.length * 3 <= largest || ENCODER.encode(body).byteLength <= largest) return [];
    const message = `this record has more than the ${largest} bytes that the record log holds`;
    return [{ path: pathOf(place), rule: 'record-too-large', message }];
  });
  if (errors.length > 0) {
    throw new Refusal({ status: 413, code: 'record-too-large', detail: 'A record is too large.', errors });
  }
}

/** Refuses data of attachments that the storage cannot hold (413). */
function refuseOversizedData(attachments: readonly AttachmentContent[], largest: number): void {
  if (attachments.every(({ content }) => content.length <= largest)) return;
  const detail = `An attachment has more than the ${largest} bytes that are kept.`;
  throw new Refusal({ status: 413, code: 'attachment-too-large', detail });
}

/**
 * Appends records and wakes the senders. Resolves once they are durable: only then may a success be answered.
 * Records that the log has already are not written again, and what came back from the other side goes nowhere.
 */
export async function append(
  records: readonly NewRecord[],
  options: {
    onConflict: 'refuse' | 'skip';
    attachments?: readonly AttachmentContent[];
    pull?: PullMark;
    pathOf: (place: number) => string;
  },
  { log, notify, indexer, sealer, origin, inFlight, admission, meter, trace }: Services,
): Promise<AppendOutcome[]> {
  if (records.length === 0) {
    if (options.pull) await log.append([], options);
    return [];
  }
  const { onConflict, attachments = [], pathOf, pull } = options;
  refuseOversized(records, log.largestBody, pathOf);
  refuseOversizedData(attachments, log.documents.largestContent);
  const received = Math.min(...records.map(({ receivedAt }) => receivedAt));
  const { outgoing, outcomes } = await inFlight.during(received, async () => {
    const outgoing = (await withoutEchoes(records, origin, log)).map((record) =>
      trace ? { ...record, attributes: { ...record.attributes, trace: traceAttribute(trace) } } : record,
    );
    const options = { onConflict, attachments, ...(pull && { pull }) };
    return { outgoing, outcomes: await log.append(outgoing, options) };
  });
  admission.appended(outgoing, outcomes);
  meter?.received(outgoing, outcomes);
  const stored = outgoing.filter((_, at) => outcomes[at]?.outcome === 'stored');
  if (stored.some(({ deliveries }) => deliveries.length > 0)) notify();
  if (stored.some(({ kind, entry }) => kind !== 'describe' && !entry)) indexer.wake();
  if (stored.length > 0) sealer.wake();
  return outcomes;
}

/** Refuses a batch that is longer than the limit (413). */
export function refuseLongBatch(length: number, most: number): void {
  if (length <= most) return;
  const detail = `The request holds ${length} records; at most ${most} are taken at once. Send them in parts.`;
  throw new Refusal({ status: 413, code: 'batch-too-long', detail });
}
