import type { DeliveryHistory, OutboxState, RecordKind, StoredRecord } from './log.ts';

/** Which records of a tenant: all given conditions hold. Times are milliseconds since 1970-01-01T00:00:00Z. */
export interface RecordFilter {
  readonly tenant: string;
  readonly source?: string;
  /** Kinds of records; without it every kind. */
  readonly kinds?: readonly RecordKind[];
  /** Caliper type or xAPI verb IRI, as received. */
  readonly type?: string;
  /** Terms of the index of statements: what the record says as a statement, or as the one that it maps to. */
  readonly terms?: readonly string[];
  /** Records on their way to a destination, or to any, in a state, or in any. */
  readonly delivery?: { readonly destination?: string; readonly state?: OutboxState };
  /** Received later than this. */
  readonly receivedAfter?: number;
  /** Received no later than this. */
  readonly receivedUntil?: number;
}

/** Where a page ended, on which index. To be handed back as it is, with the same conditions. */
export interface RecordPosition {
  readonly walk: string;
  readonly at: number;
  readonly seq: number;
}

/** A page of records: by the time of receipt, where that says the same by `seq`; by acceptance for what waits. */
export interface RecordPageQuery extends RecordFilter {
  readonly order: 'ascending' | 'descending';
  readonly limit: number;
  readonly behind?: RecordPosition;
}

/**
 * Records of a page. `next` is null where there are no more. A page can be shorter than its limit, even empty, and
 * have a next one: conditions that seldom meet are looked for a bounded way at a time.
 */
export interface RecordPage {
  readonly records: readonly StoredRecord[];
  readonly next: RecordPosition | null;
}

/** The log by what is known of its records. Each page walks along one index, the one with the fewest entries. */
export interface RecordPages {
  page(query: RecordPageQuery): Promise<RecordPage>;

  /** What became of records, by their `seq`; those that were to go nowhere are left out. */
  histories(seqs: readonly number[]): Promise<ReadonlyMap<number, readonly DeliveryHistory[]>>;
}
