/** SHA-256 of bytes, by the host's own means. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>;

/**
 * A value that a statement binds. Digests are bound as hex text and stored as bytes by the statements themselves;
 * contents are bound as bytes.
 */
export type SqlValue = string | number | Uint8Array | null;

/** A row as an engine gives it: column names to values. */
export type SqlRow = Readonly<Record<string, unknown>>;

/** One SQL statement with a value for each of its `?`, at most as many as its engine takes. */
export interface SqlStatement {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
}

/** How a batch is to be written. */
export interface WriteOptions {
  /** True where losing it in a power cut means no more than doing its work again. */
  readonly repeatable?: boolean;
}

/**
 * What a host's SQLite must offer for a record log: one query, and one atomic batch.
 *
 * Both reject with a {@link LogUnavailableError} where the storage fails, and `write` with a
 * {@link UniqueViolationError} where another writer was faster.
 */
export interface SqlEngine {
  /** Bytes of the largest text that the storage takes in one row. */
  readonly largestText: number;

  /** Bound parameters that one statement takes. */
  readonly mostParameters: number;

  /** SHA-256 by the host's own means. */
  readonly sha256: Sha256;

  /** Runs one statement that writes nothing, and gives its rows. */
  read(statement: SqlStatement): Promise<readonly SqlRow[]>;

  /**
   * Runs statements in order, all or none, durably; gives the rows of each. With `repeatable` a power cut may undo them,
   * the last batches first and none that came before a durable one; it is for work that is then done again.
   */
  write(statements: readonly SqlStatement[], options?: WriteOptions): Promise<readonly (readonly SqlRow[])[]>;

  /** Bytes that the database takes. */
  size(): Promise<number>;

  /**
   * Leaves nothing of what was deleted in the file: empties the write-ahead log, and writes the file anew where that is
   * asked for. False where a reader kept the write-ahead log from being emptied. Absent where the host gives no hand in that.
   */
  scrub?(rewrite: boolean): Promise<boolean>;

  close(): Promise<void>;
}

/** A row that must be the only one of its kind stands in the table already; the batch wrote nothing. */
export class UniqueViolationError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UniqueViolationError';
  }
}
