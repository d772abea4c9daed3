import type { OutboxItem } from './log.ts';

/** A pending item that failed alone: it is tried again at a time of its own, while others go on. */
export interface Hold {
  /** Key of the outbox row. */
  readonly key: number;
  /** Attempts that failed alone. */
  readonly failures: number;
  /** Not to be tried before, in milliseconds since 1970-01-01T00:00:00Z. */
  readonly until: number;
}

/** A hold with the item that it is about. */
export interface HeldItem extends Hold {
  readonly item: OutboxItem;
}

/** Which holds a settlement makes and ends. */
export interface HoldChanges {
  readonly held: readonly Hold[];
  readonly freed: readonly number[];
}

/** How much waits to be sent. */
export interface Waiting {
  readonly count: number;
  /** Bytes of the records as they were received. */
  readonly bytes: number;
}

/**
 * A count of one destination since the log began: items by what their attempts came to, which is `delivered`, `retried`,
 * or the reason they were given up for. What the mapping noted is counted per term by `TermCounts`.
 */
export interface Tally {
  readonly destination: string;
  readonly label: string;
  readonly value: number;
}

/** Dead letters of a destination by reason. */
export interface DeadCount {
  readonly destination: string;
  readonly reason: string;
  readonly count: number;
}

/** Pending deliveries of one source. */
export interface SourceCount {
  readonly tenant: string;
  readonly source: string;
  readonly count: number;
}

/** What delivery keeps beside the outbox, and what is told of it. */
export interface DeliveryStore {
  /** Pending items of a destination that are held, in order of acceptance. */
  held(destination: string): Promise<HeldItem[]>;

  /** What is pending for a destination, counted up to `most` items. */
  waiting(destination: string, most: number): Promise<Waiting>;

  /**
   * What is pending for all destinations, counted up to `most` items; `withBytes` reads each of their records, and without
   * it the bytes are 0.
   */
  backlog(most: number, withBytes: boolean): Promise<Waiting>;

  /** What is pending, by source, estimated from each row whose key `every` divides; 1 counts all. */
  bySource(every: number): Promise<SourceCount[]>;

  /** Present dead letters by destination and reason. */
  deadByReason(): Promise<DeadCount[]>;

  tallies(): Promise<Tally[]>;
}
