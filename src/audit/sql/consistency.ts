/** Through when the log is complete: a promise to readers, which every writer keeps, in whatever process it runs. */

/** One row: no record is inserted any more whose time of receipt is not later than `through`. */
const CREATE_CONSISTENCY = `
CREATE TABLE consistency (
  key INTEGER PRIMARY KEY CHECK (key = 1),
  through INTEGER NOT NULL
) STRICT`;

/** Nothing is promised yet: a record may be as old as 1970. */
const INSERT_CONSISTENCY = 'INSERT INTO consistency (key, through) VALUES (1, -1)';

/** The queue by time: writers in several processes commit in another order than they took the time. */
const CREATE_UNINDEXED_BY_TIME = 'CREATE INDEX unindexed_by_time ON unindexed (received_at)';

/** The steps of the schema. */
export const CREATE_PROMISE: readonly string[] = [
  CREATE_CONSISTENCY,
  INSERT_CONSISTENCY,
  CREATE_UNINDEXED_BY_TIME,
];

/** Fails as a writer that came too late where a condition holds, and so undoes the batch that it stands in. */
export const failingWhere = (condition: string) => `
INSERT INTO consistency (key, through) SELECT key, through FROM consistency WHERE key = 1 AND ${condition}`;

/** Fails where the promise goes that far. Parameter: the earliest time of receipt. */
export const KEEP_PROMISE = failingWhere('through >= ?');

/** Parameter: a time. */
export const EXTEND_PROMISE = 'UPDATE consistency SET through = max(through, ?) WHERE key = 1';

/** The promise, and when the oldest record was received that is still to be indexed. */
export const SELECT_CONSISTENCY = `
SELECT through, (SELECT min(received_at) FROM unindexed) AS queued FROM consistency WHERE key = 1`;
