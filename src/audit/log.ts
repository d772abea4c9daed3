import type { Finding, JsonObject } from '../json/index.ts';
import type { AlertStore } from './alerts.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { DeliveryStore, HoldChanges } from './deliveries.ts';
import type { DocumentStore } from './documents.ts';
import type { Erasures } from './erasures.ts';
import type { KeyStore } from './keys.ts';
import type { PullMark, PullPosition } from './pulls.ts';
import type { RecordPages } from './record-pages.ts';
import type { Proof } from './proof.ts';
import type { StatementEntry, StatementIndex } from './statements.ts';
import type { TermCounts } from './terms.ts';

/** The language that a record is written in. */
export type Language = 'caliper' | 'xapi';

/** A Caliper event, a Caliper entity describe, or an xAPI statement. */
export type RecordKind = 'event' | 'describe' | 'statement';

/** A destination that a record is to be delivered to, by the route that chose it. */
export interface Delivery {
  readonly route: string;
  readonly destination: string;
}

/** A record as it is handed to the log. */
export interface NewRecord {
  readonly tenant: string;
  /** Name of the source whose credential sent the record. */
  readonly source: string;
  readonly language: Language;
  readonly kind: RecordKind;
  /** The record's own id: statement UUID in lower case, event id, or id of the described entity. */
  readonly id: string;
  /** Version of its language that the record declares, such as `1.2` or `1.0.3`. */
  readonly version: string;
  /** Caliper type or xAPI verb IRI: what `crosswalk log` shows of a record. */
  readonly type: string;
  /** `eventTime` of an event, as it gives it: events are kept in the order of their times, by which repeats are found. */
  readonly eventTime?: string;
  /** Source text of the record, exactly as received. */
  readonly body: string;
  /** SHA-256 of the UTF-8 body, in lower-case hex. */
  readonly digest: string;
  /** Members beside the body that answers need: for statements `stored`, `authority` and `version`. */
  readonly attributes: JsonObject;
  /** Rules that the record breaks and was taken in spite of. */
  readonly deviations: readonly Finding[];
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly receivedAt: number;
  readonly deliveries: readonly Delivery[];
  /**
   * What queries find a statement by, written with it. A statement or an event without it is queued to be indexed.
   */
  readonly entry?: StatementEntry;
}

/** The data of an attachment (xAPI Data 2.4.11). */
export interface AttachmentContent {
  /** SHA-2 of the content, in lower-case hex. */
  readonly sha2: string;
  readonly content: Uint8Array;
}

/** A record as it stands in the log. `seq` grows in the order of acceptance, and is the log's primary key. */
export interface StoredRecord extends Omit<NewRecord, 'deliveries' | 'entry' | 'eventTime'> {
  readonly seq: number;
}

/** What became of each record that was handed to {@link RecordLog.append}. */
export type AppendOutcome =
  | { readonly outcome: 'stored'; readonly seq: number }
  /** The log already has the same record: nothing was written, and nothing is delivered twice. */
  | { readonly outcome: 'duplicate'; readonly seq: number }
  /**
   * A statement under this id, with other content, is in the log (xAPI answers 409). `seq` is null where that
   * statement is an earlier one of the same batch, which was not written either.
   */
  | { readonly outcome: 'conflict'; readonly seq: number | null }
  /** Not written since another record of the batch conflicts (`onConflict: 'refuse'`). */
  | { readonly outcome: 'refused' };

/** State of one record's way to one destination. A `discarded` one was dead, and a person gave it up for good. */
export type OutboxState = 'pending' | 'delivered' | 'dead' | 'discarded';

/** Why a delivery was given up. */
export type DeadReason = 'unmappable' | 'refused' | 'conflict' | 'invalid' | 'expired';

/** Outbound form of a record, fixed when it is first mapped for a destination, so that a retry sends the same bytes. */
export interface Outbound {
  /**
   * `received`: the record's own body passes unchanged. `mapped`: `body` holds the converted record. `edited`: `body`
   * holds what a person put in its place.
   */
  readonly form: 'received' | 'mapped' | 'edited';
  /** The text that is sent; null where `form` is `received`. */
  readonly body: string | null;
  /** SHA-256 of the UTF-8 text that is sent, in lower-case hex. */
  readonly digest: string;
  /** Version and digest of the tables that wrote it; null where nothing was mapped. */
  readonly tables: string | null;
  /** Where it goes below the destination's address, for records that are no statements: a document resource. */
  readonly resource: JsonObject | null;
  /** What the mapping noted: fallbacks, terms without counterpart, stale residuals. */
  readonly diagnostics: readonly JsonObject[];
}

/** One record on its way to one destination. */
export interface OutboxItem {
  /** Integer key of the outbox row; grows in the order of acceptance. */
  readonly key: number;
  readonly record: StoredRecord;
  readonly route: string;
  readonly destination: string;
  readonly outbound: Outbound | null;
  readonly attempts: number;
}

/** An answer from a destination, or the fault that stood in its place. */
export interface Attempt {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly at: number;
  /** HTTP status; null where no answer came. */
  readonly status: number | null;
  /** The answer's first characters, or the fault in words. Holds no credential. */
  readonly answer: string;
}

/** What one attempt means for the items that it carried. */
export type Settlement =
  | { readonly key: number; readonly state: 'delivered'; readonly attempt: Attempt }
  | { readonly key: number; readonly state: 'dead'; readonly reason: DeadReason; readonly attempt: Attempt }
  | { readonly key: number; readonly state: 'pending'; readonly attempt: Attempt };

/** How a destination stands: one sender at a time holds its lease, and `retryAt` holds it back after a failure. */
export interface DestinationState {
  readonly destination: string;
  /** Consecutive failed attempts. */
  readonly failures: number;
  /** Not to be tried before, in milliseconds since 1970-01-01T00:00:00Z. */
  readonly retryAt: number;
  /** Why the destination is stopped until someone acts (401, 403); null while it runs. */
  readonly stopped: string | null;
  /** Since when its breaker is open: too many attempts failed in a row. Null while it is closed. */
  readonly openedAt: number | null;
}

/** Counts per destination and state, and the age of the oldest pending item. */
export interface OutboxCount {
  readonly destination: string;
  readonly pending: number;
  readonly delivered: number;
  readonly dead: number;
  /** Milliseconds since 1970-01-01T00:00:00Z of the oldest pending record's receipt; null where none is pending. */
  readonly oldestPending: number | null;
}

/** One line of a record's history: which destination, what state, which attempts. */
export interface DeliveryHistory {
  readonly key: number;
  readonly route: string;
  readonly destination: string;
  readonly state: OutboxState;
  readonly reason: DeadReason | null;
  readonly outbound: Omit<Outbound, 'body'> | null;
  readonly attempts: readonly Attempt[];
}

/** Which records to read: all given conditions hold. Times are milliseconds since 1970-01-01T00:00:00Z. */
export interface RecordQuery {
  readonly tenant?: string;
  /** Only records behind this `seq`. */
  readonly after?: number;
  /** Only records before this `seq`. */
  readonly before?: number;
  readonly limit: number;
  readonly language?: Language;
  readonly kind?: RecordKind;
  readonly source?: string;
  /** Only records that were received later than this. */
  readonly receivedAfter?: number;
  /** Only records that were received no later than this. */
  readonly receivedUntil?: number;
  /** By `seq`, ascending where it is left out. */
  readonly order?: 'ascending' | 'descending';
  /** Only statements whose attribute `voids` is one of these ids (xAPI Data 2.3.2). */
  readonly voids?: readonly string[];
}

/**
 * The record log: what was received, and what became of it. Everything after the answer is driven from here.
 *
 * One interface, a driver a host. A driver offers one atomic batch and no interactive transaction, since D1 has none.
 * Every method rejects with a {@link LogUnavailableError} where the storage cannot answer.
 */
export interface RecordLog {
  /**
   * UTF-8 bytes of the largest body, received or outbound, that the storage takes. What is larger must be refused
   * before it comes here: no later try would succeed.
   */
  readonly largestBody: number;

  /**
   * Appends records and their outbox rows in one atomic batch; resolves once they are durable. With
   * `onConflict: 'refuse'` (xAPI batches) nothing at all is written where any record conflicts. `attachments` is the
   * data that came with the records, kept once for each hash; it is not written where no record is. `pull` says how far
   * the source was read that brought them: it is written in the same batch, also where there is no new record.
   */
  append(
    records: readonly NewRecord[],
    options: {
      onConflict: 'refuse' | 'skip';
      attachments?: readonly AttachmentContent[];
      pull?: PullMark;
    },
  ): Promise<AppendOutcome[]>;

  /** How far a pulled source was read; null where it never was. */
  pulled(name: string): Promise<PullPosition | null>;

  /**
   * The newest record under an id, or null. Ids of statements are looked up as given: in lower case. With the time that it
   * gives itself an event is found at once, though it is still to be indexed; without, all that is to be indexed is
   * searched for it.
   */
  find(tenant: string, language: Language, id: string, eventTime?: string): Promise<StoredRecord | null>;

  /** A page of records. */
  read(query: RecordQuery): Promise<StoredRecord[]>;

  /** What became of one record, per destination. */
  history(seq: number): Promise<readonly DeliveryHistory[]>;

  /**
   * Takes the destination's lease until `until` for `holder`, or renews it. False where another holder has it, or
   * where the destination is held back (`retryAt` after `now`) or stopped.
   */
  lease(destination: string, holder: string, now: number, until: number): Promise<boolean>;

  /** Gives the lease back. */
  release(destination: string, holder: string): Promise<void>;

  /** The first pending items of a destination in order of acceptance, up to `limit`, behind the key `after`. */
  pending(destination: string, limit: number, after?: number): Promise<OutboxItem[]>;

  /** Fixes the outbound form of items that have none yet; an item that has one keeps it. */
  fix(outbound: readonly { readonly key: number; readonly outbound: Outbound }[]): Promise<void>;

  /** Writes attempts and what they mean, the destination's state and its holds, in one atomic batch. */
  settle(settlements: readonly Settlement[], state: DestinationState, holds?: HoldChanges): Promise<void>;

  /** How a destination stands; a fresh one has no failures. */
  state(destination: string): Promise<DestinationState>;

  /** How every destination stands that the log knows. */
  standings(): Promise<DestinationState[]>;

  /** Lets a stopped or held-back destination run again, and its held items be tried. */
  resume(destination: string): Promise<void>;

  /**
   * Counts per destination. Delivered ones are counted since the log began, whether or not their rows were removed
   * since.
   */
  counts(): Promise<OutboxCount[]>;

  close(): Promise<void>;
}

/** Everything that a gateway keeps: the log, its statements by what they say, attachments and documents. */
export interface Storage extends RecordLog {
  /** Records by what is known of them. */
  readonly pages: RecordPages;
  readonly statements: StatementIndex;
  readonly documents: DocumentStore;
  /** Deliveries that were given up. */
  readonly dead: DeadLetters;
  /** Keys of sources and readers, beside the credentials of the configuration. */
  readonly keys: KeyStore;
  /** What delivery keeps beside the outbox. */
  readonly deliveries: DeliveryStore;
  /** The chain over the records. */
  readonly proof: Proof;
  /** Which terms of the records fell back, were approximated or had no counterpart. */
  readonly terms: TermCounts;
  /** What people are to be told. */
  readonly alerts: AlertStore;

  /** Bytes that the storage takes. */
  size(): Promise<number>;

  /** Taking records out, with the chain intact. */
  readonly erasures: Erasures;

  /** The data of an attachment by its SHA-2 hash in lower-case hex, or null. */
  attachment(tenant: string, sha2: string): Promise<Uint8Array | null>;
}

/**
 * What is wrong with a storage: it has no room, takes no writing, gives back other bytes than it was given, is held by
 * another process, or does not answer.
 */
export type StorageFault = 'full' | 'read-only' | 'damaged' | 'locked' | 'unavailable';

/** The storage cannot take or give records now. */
export class LogUnavailableError extends Error {
  readonly fault: StorageFault;

  constructor(
    message: string,
    { fault = 'unavailable', ...options }: ErrorOptions & { fault?: StorageFault } = {},
  ) {
    super(message, options);
    this.name = 'LogUnavailableError';
    this.fault = fault;
  }
}
