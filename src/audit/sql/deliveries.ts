import { repeated } from '../lists.ts';
import { ITEM_COLUMNS, ITEM_TABLES } from './outbox.ts';

/** Since when a breaker is open, items that wait alone, and counts that outlive their rows. */
export const CREATE_DELIVERIES = [
  `ALTER TABLE destinations ADD COLUMN opened_at INTEGER`,
  `CREATE TABLE holds (
  key INTEGER PRIMARY KEY,
  destination TEXT NOT NULL,
  failures INTEGER NOT NULL,
  until INTEGER NOT NULL
) STRICT`,
  `CREATE INDEX holds_by_destination ON holds (destination)`,
  `CREATE TABLE tallies (
  destination TEXT NOT NULL,
  label TEXT NOT NULL,
  value INTEGER NOT NULL,
  PRIMARY KEY (destination, label)
) STRICT, WITHOUT ROWID`,
];

/** Held items that are still pending. Parameter: destination. */
export const SELECT_HELD = `
SELECT ${ITEM_COLUMNS}, holds.failures AS hold_failures, holds.until AS hold_until
FROM holds JOIN outbox ON outbox.key = holds.key ${ITEM_TABLES}
WHERE holds.destination = ? AND outbox.state = 'pending' ORDER BY outbox.key`;

/** Holds an item, or once more. Parameters: destination, key, failures, until. */
export const UPSERT_HOLD = `
INSERT INTO holds (destination, key, failures, until) VALUES (?, ?, ?, ?)
ON CONFLICT (key) DO UPDATE SET failures = excluded.failures, until = excluded.until`;

/** Ends holds. Parameter: keys as a JSON list. */
export const DELETE_HOLDS = 'DELETE FROM holds WHERE key IN (SELECT value FROM json_each(?))';

/** Lets the held items of a destination be tried at once. Parameter: destination. */
export const FREE_HOLDS = 'UPDATE holds SET until = 0 WHERE destination = ?';

/** Adds to counts. Parameters of each: destination, label, value. */
export const addTallies = (count: number) => `
INSERT INTO tallies (destination, label, value) VALUES ${repeated('(?, ?, ?)', count)}
ON CONFLICT (destination, label) DO UPDATE SET value = value + excluded.value`;

export const SELECT_TALLIES = 'SELECT destination, label, value FROM tallies';

/** What is pending for a destination. Parameters: destination, how many to count at most. */
export const COUNT_WAITING = `
SELECT count(*) AS count, coalesce(sum(octet_length(records.body)), 0) AS bytes
FROM (SELECT record FROM outbox INDEXED BY outbox_pending
  WHERE state = 'pending' AND destination = ? ORDER BY key LIMIT ?) AS first
JOIN records ON records.seq = first.record`;

/** What is pending for all. Parameter: how many to count at most. */
export const COUNT_BACKLOG = `
SELECT count(*) AS count, 0 AS bytes
FROM (SELECT 1 FROM outbox INDEXED BY outbox_pending WHERE state = 'pending' LIMIT ?)`;

/** The same with the bytes of the records. Parameter: how many to count at most. */
export const COUNT_BACKLOG_BYTES = `
SELECT count(*) AS count, coalesce(sum(octet_length(records.body)), 0) AS bytes
FROM (SELECT record FROM outbox INDEXED BY outbox_pending WHERE state = 'pending' LIMIT ?) AS waiting
JOIN records ON records.seq = waiting.record`;

/** What of the pending each source has sent. Parameter: the divisor of the keys that are looked at. */
export const COUNT_BY_SOURCE = `
SELECT records.tenant, records.source, count(*) AS count FROM outbox INDEXED BY outbox_pending
JOIN records ON records.seq = outbox.record WHERE outbox.state = 'pending' AND outbox.key % ? = 0 GROUP BY records.tenant, records.source`;

export const COUNT_DEAD = `
SELECT destination, reason, count(*) AS count FROM outbox INDEXED BY outbox_dead
WHERE state = 'dead' GROUP BY destination, reason`;
