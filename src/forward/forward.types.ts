import type { DeadReason, RecordLog, Storage } from '../audit/index.ts';
import type { Crosswalk } from '../mappings/index.ts';
import type { Fetch } from './fetch.ts';
import type { Destination } from './destination.ts';
import type { Comparable } from './lrs/compare.ts';
import type { ContentDigest } from './outbound.ts';
import type { Backoff } from './retry.ts';

/** Something that happened to a delivery, for logs and metrics. Holds no credential and no body. */
export type ForwardEvent =
  | { readonly type: 'delivered'; readonly destination: string; readonly count: number }
  /** A request went out in a trace; `links` are the traces of the records in it. */
  | {
      readonly type: 'traced';
      readonly destination: string;
      readonly count: number;
      readonly traceId: string;
      readonly links: readonly string[];
    }
  | {
      readonly type: 'dead';
      readonly destination: string;
      readonly key: number;
      /** The record's `seq`. */
      readonly record: number;
      readonly reason: DeadReason;
      readonly answer: string;
    }
  | {
      readonly type: 'retry';
      readonly destination: string;
      /** Consecutive failed attempts. */
      readonly failures: number;
      /** Milliseconds since 1970-01-01T00:00:00Z. */
      readonly retryAt: number;
      readonly status: number | null;
      readonly answer: string;
    }
  /** One record fails by itself and waits; what does not belong behind it goes on. */
  | {
      readonly type: 'held';
      readonly destination: string;
      readonly key: number;
      readonly record: number;
      readonly failures: number;
      readonly retryAt: number;
      readonly status: number | null;
    }
  /** What was pending for too long has become dead letters. */
  | { readonly type: 'expired'; readonly destination: string; readonly count: number }
  /** The breaker opened: too many attempts failed in a row. */
  | {
      readonly type: 'opened';
      readonly destination: string;
      readonly failures: number;
      readonly retryAt: number;
    }
  /** The breaker closed again: a probe got through. */
  | { readonly type: 'closed'; readonly destination: string }
  /** A destination needs someone to act: an alert. */
  | {
      readonly type: 'stopped';
      readonly destination: string;
      readonly why: string;
      readonly status: number | null;
    }
  /** The record log could not be read or written, or the program itself failed; what is pending stays pending. */
  | { readonly type: 'unavailable'; readonly destination: string; readonly error: unknown };

/**
 * How a delivery ended.
 *
 * - `drained`: nothing is pending.
 * - `retry`: the destination is held back until `retryAt`.
 * - `held`: nothing is pending but records that failed by themselves, and what waits behind them, until `retryAt`.
 * - `stopped`: the destination is stopped until it is resumed.
 * - `busy`: another sender holds the lease.
 * - `unavailable`: the record log could not be read or written, or the program failed; what is pending stays so.
 * - `interrupted`: the signal ended it.
 */
export type DeliveryEnd = 'drained' | 'retry' | 'held' | 'stopped' | 'busy' | 'unavailable' | 'interrupted';

/** What one delivery did. */
export interface DeliveryReport {
  readonly destination: string;
  readonly delivered: number;
  readonly dead: number;
  readonly end: DeliveryEnd;
  /** Milliseconds since 1970-01-01T00:00:00Z; null unless `end` is `retry` or `held`. */
  readonly retryAt: number | null;
}

/** What a forwarder needs of its host. It reads no clock and draws no lots of its own. */
export interface ForwarderOptions {
  readonly log: RecordLog & Pick<Storage, 'dead' | 'deliveries' | 'attachment'>;
  readonly destinations: readonly Destination[];
  /** The tables of a tenant. */
  readonly crosswalk: (tenant: string) => Crosswalk;
  readonly fetch: Fetch;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly now: () => number;
  /** A number from 0 to 1. */
  readonly random: () => number;
  readonly newId: () => string;
  /** SHA-256 by the host's own means; by web standards where it is left out. */
  readonly digest?: ContentDigest;
  /** True where two statements are the same one: settles a 409 of an LRS. */
  readonly comparable: Comparable;
  /**
   * Name under which leases are taken; a fresh id by default. A host that runs one sender only gives a lasting name,
   * so that after a crash it need not wait for its own lease to end.
   */
  readonly holder?: string;
  /** Resolves after a number of milliseconds, or as soon as the signal is aborted. */
  readonly sleep?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly onEvent?: (event: ForwardEvent) => void;
  readonly backoff?: Backoff;
  /** Lets the host do what else it has to do while many records are mapped; by a timer where it is left out. */
  readonly nextTurn?: () => Promise<void>;
}
