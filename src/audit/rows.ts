import type { Finding, JsonObject } from '../json/index.ts';
import type { DeadLetter, DeadLetterLine } from './dead-letters.ts';
import type { SqlRow, SqlValue } from './engine.ts';
import type {
  Attempt,
  DeadReason,
  DeliveryHistory,
  DestinationState,
  Language,
  NewRecord,
  Outbound,
  OutboxCount,
  OutboxItem,
  OutboxState,
  RecordKind,
  StoredRecord,
} from './log.ts';

const text = (row: SqlRow, column: string) => row[column] as string;
const optional = (row: SqlRow, column: string) => (row[column] ?? null) as string | null;
const count = (row: SqlRow, column: string) => Number(row[column]);

/** The bytes of a column: hosts give them as a view, a buffer or a list of numbers. */
export function bytesOf(row: SqlRow, column: string): Uint8Array {
  const value = row[column] as ArrayBuffer | ArrayLike<number>;
  return new Uint8Array(value);
}

function parsed<Value>(row: SqlRow, column: string, empty: Value): Value {
  const json = row[column];
  return typeof json === 'string' ? (JSON.parse(json) as Value) : empty;
}

/**
 * A name as SQLite keeps it: half of a surrogate pair has no UTF-8 form, and would come back as U+FFFD. Replaced
 * before it is compared, so that two names that are one in the database are one here as well.
 */
export function storable(name: string): string {
  return name.toWellFormed();
}

/** What stands for the time of what older versions stored. */
export const UNTIMED = null;

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;

/** The beginning of an ISO 8601 time, to the second; empty where it is none. */
export const secondOf = (eventTime: string | undefined): string => TIME.exec(eventTime ?? '')?.[0] ?? '';

/** When a record happened, as the log keeps it: events have a time, to the second. */
export const timeOf = ({ kind, eventTime }: NewRecord): string =>
  kind === 'event' ? secondOf(eventTime) : '';

/** Values of a record's columns, in the order of its insertion; its variant in hex. */
export function recordValues(record: NewRecord, variant: string): SqlValue[] {
  return [
    storable(record.tenant),
    record.source,
    record.language,
    record.kind,
    storable(record.id),
    record.version,
    record.type,
    record.receivedAt,
    record.digest,
    Object.keys(record.attributes).length === 0 ? null : JSON.stringify(record.attributes),
    record.deviations.length === 0 ? null : JSON.stringify(record.deviations),
    record.body,
    timeOf(record),
    variant,
  ];
}

/** Values of an outbound form's columns. */
export function outboundValues(key: number, outbound: Outbound): SqlValue[] {
  return [
    key,
    outbound.form,
    outbound.form === 'received' ? null : outbound.digest,
    outbound.tables,
    outbound.resource === null ? null : JSON.stringify(outbound.resource),
    outbound.diagnostics.length === 0 ? null : JSON.stringify(outbound.diagnostics),
    outbound.body,
  ];
}

/** A record from its row. */
export function recordOf(row: SqlRow): StoredRecord {
  return {
    seq: count(row, 'seq'),
    tenant: text(row, 'tenant'),
    source: text(row, 'source'),
    language: text(row, 'language') as Language,
    kind: text(row, 'kind') as RecordKind,
    id: text(row, 'id'),
    version: text(row, 'version'),
    type: text(row, 'type'),
    body: text(row, 'body'),
    digest: text(row, 'digest'),
    attributes: parsed<JsonObject>(row, 'attributes', {}),
    deviations: parsed<Finding[]>(row, 'deviations', []),
    receivedAt: count(row, 'received_at'),
  };
}

function outboundOf(row: SqlRow): Omit<Outbound, 'body'> | null {
  if (row.form === null) return null;
  return {
    form: text(row, 'form') as Outbound['form'],
    digest: text(row, 'outbound_digest'),
    tables: optional(row, 'tables'),
    resource: parsed<JsonObject | null>(row, 'resource', null),
    diagnostics: parsed<JsonObject[]>(row, 'diagnostics', []),
  };
}

/** An outbox item from the row of its record, its own columns and those of its outbound form. */
export function itemOf(row: SqlRow): OutboxItem {
  const outbound = outboundOf(row);
  return {
    key: count(row, 'key'),
    record: recordOf(row),
    route: text(row, 'route'),
    destination: text(row, 'destination'),
    outbound: outbound && { ...outbound, body: optional(row, 'outbound_body') },
    attempts: count(row, 'attempts'),
  };
}

/** An answer from its row. */
export function attemptOf(row: SqlRow): Attempt {
  return {
    at: count(row, 'at'),
    status: row.status === null ? null : count(row, 'status'),
    answer: text(row, 'answer'),
  };
}

/** One line of a record's history. */
export function historyOf(row: SqlRow, attempts: readonly Attempt[]): DeliveryHistory {
  return {
    key: count(row, 'key'),
    route: text(row, 'route'),
    destination: text(row, 'destination'),
    state: text(row, 'state') as OutboxState,
    reason: optional(row, 'reason') as DeadReason | null,
    outbound: outboundOf(row),
    attempts,
  };
}

/** A dead letter as a list shows it, from its row. */
export function deadLineOf(row: SqlRow): DeadLetterLine {
  return {
    key: count(row, 'key'),
    record: {
      seq: count(row, 'seq'),
      id: text(row, 'id'),
      source: text(row, 'source'),
      language: text(row, 'language') as Language,
      kind: text(row, 'kind') as RecordKind,
      type: text(row, 'type'),
      receivedAt: count(row, 'received_at'),
    },
    route: text(row, 'route'),
    destination: text(row, 'destination'),
    reason: text(row, 'reason') as DeadReason,
    attempts: count(row, 'attempts'),
    last: row.at === null ? null : attemptOf(row),
  };
}

/** A dead letter from its row, without what is kept in other tables. */
export function deadLetterOf(row: SqlRow): Omit<DeadLetter, 'attempts' | 'interventions'> {
  const { key, record, route, destination, outbound } = itemOf(row);
  return { key, record, route, destination, outbound, reason: text(row, 'reason') as DeadReason };
}

/** How a destination stands that has had no failures. */
export const untroubled = (destination: string): DestinationState => ({
  destination,
  failures: 0,
  retryAt: 0,
  stopped: null,
  openedAt: null,
});

/** How a destination stands; without a row it has no failures. */
export function stateOf(destination: string, row: SqlRow | undefined): DestinationState {
  if (!row) return untroubled(destination);
  return {
    destination,
    failures: count(row, 'failures'),
    retryAt: count(row, 'retry_at'),
    stopped: optional(row, 'stopped'),
    openedAt: row.opened_at === null ? null : count(row, 'opened_at'),
  };
}

/** Counts of one destination. */
export function countOf(row: SqlRow): OutboxCount {
  return {
    destination: text(row, 'destination'),
    pending: count(row, 'pending'),
    delivered: count(row, 'delivered'),
    dead: count(row, 'dead'),
    oldestPending: row.oldest_pending === null ? null : count(row, 'oldest_pending'),
  };
}
