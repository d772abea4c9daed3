import type { StoredRecord } from './log.ts';

/** What of a statement is indexed. */
export interface StatementEntry {
  /** Everything that a query may ask for, as texts that are equal where the query and the statement are. */
  readonly terms: readonly string[];
  /** The statement that this one's object refers to, by its id in lower case. */
  readonly refersTo?: string;
  /** True where it voids that statement (xAPI Data 2.3.2). */
  readonly voids?: boolean;
}

/** A place in the order of statements: by the time stored, in milliseconds since 1970, then by `seq`. */
export interface StatementPosition {
  readonly stored: number;
  readonly seq: number;
}

/** Which statements to read. All conditions hold; voided statements are never among them. */
export interface StatementPage {
  readonly tenant: string;
  /** Terms that each statement has; statements that refer to one that has them are among them. */
  readonly terms: readonly string[];
  readonly source?: string;
  /** Only statements that were stored later than this, in milliseconds since 1970-01-01T00:00:00Z. */
  readonly storedAfter?: number;
  /** Only statements that were stored no later than this. */
  readonly storedUntil?: number;
  /** Where the page before ended. */
  readonly behind?: StatementPosition;
  readonly order: 'ascending' | 'descending';
  readonly limit: number;
}

/** A page of statements. It may be short, or empty, though there is more: one read goes a bounded way. */
export interface StatementsFound {
  readonly statements: readonly IndexedStatement[];
  /** Where the next page goes on; null where there are no more. */
  readonly next: StatementPosition | null;
}

/** A record that is a statement, or that maps to one. */
export interface IndexedStatement {
  readonly record: StoredRecord;
  /** The statement's id, in lower case. */
  readonly id: string;
}

/** Through when the log is complete. Times are milliseconds since 1970. */
export interface Consistency {
  /** All records that were or will be received up to this time are in the log. */
  readonly promised: number;
  /** When the oldest record was received that is still to be indexed; null where none is. */
  readonly oldestQueued: number | null;
}

/** What came of indexing a record: what is to be indexed and under which id, or null where it maps to no statement. */
export interface Indexing {
  readonly record: StoredRecord;
  readonly statement: { readonly id: string; readonly entry: StatementEntry } | null;
}

/**
 * Statements by what they say. Each query walks along an index from its first result to its last.
 *
 * Statements are indexed by the append that stores them. Events are queued by theirs, and indexed as the statements
 * that they map to by whoever asks for the queue: mapping costs more than storing, and a sender need not wait for it.
 */
export interface StatementIndex {
  /** The statement under an id in lower case, or null. */
  find(tenant: string, id: string): Promise<(IndexedStatement & { readonly voided: boolean }) | null>;

  /** A page of statements that are not voided, by the time at which they were stored. */
  read(page: StatementPage): Promise<StatementsFound>;

  /** The first records that are still to be indexed. */
  queue(limit: number): Promise<StoredRecord[]>;

  /**
   * Indexes records and takes them off the queue. Can be repeated. Parts of at most so many records are atomic, and others
   * can write between two of them; all are one part where the number is left out.
   */
  index(indexings: readonly Indexing[], part?: number): Promise<void>;

  /**
   * Through when what is read is complete. With `until` it is first promised, to readers in every process, that no
   * record is stored any more whose time of receipt is not later: who appends one gives it a later time.
   */
  consistency(until?: number): Promise<Consistency>;
}
