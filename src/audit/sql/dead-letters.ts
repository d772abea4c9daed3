import { ITEM_COLUMNS, ITEM_TABLES } from './outbox.ts';

/** Where dead letters stand in order, what people did to them, and since when a replayed one is pending again. */
export const CREATE_DEAD_LETTERS = [
  `ALTER TABLE outbox ADD COLUMN replayed_at INTEGER`,
  `CREATE INDEX outbox_dead_in_order ON outbox (key) WHERE state = 'dead'`,
  `CREATE TABLE interventions (
  number INTEGER PRIMARY KEY,
  outbox INTEGER NOT NULL REFERENCES outbox (key),
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  actor TEXT NOT NULL,
  form TEXT,
  digest BLOB,
  body TEXT
) STRICT`,
  `CREATE INDEX interventions_by_outbox ON interventions (outbox)`,
];

const LAST = 'attempts.outbox = outbox.key AND attempts.number = outbox.attempts';

/**
 * A page of dead letters with the attempt that ended each. Parameters: the key that it begins behind, then twice
 * each: tenant, source, destination, reason, kind, type, time from, time before, a null standing for any; how many.
 */
export const SELECT_DEAD = `
SELECT outbox.key, outbox.route, outbox.destination, outbox.reason, outbox.attempts,
  records.seq, records.id, records.source, records.language, records.kind, records.type, records.received_at,
  attempts.at, attempts.status, attempts.answer
FROM outbox INDEXED BY outbox_dead_in_order JOIN records ON records.seq = outbox.record
LEFT JOIN attempts ON ${LAST}
WHERE outbox.state = 'dead' AND outbox.key > ?
  AND (? IS NULL OR records.tenant = ?) AND (? IS NULL OR records.source = ?)
  AND (? IS NULL OR outbox.destination = ?) AND (? IS NULL OR outbox.reason = ?)
  AND (? IS NULL OR records.kind = ?) AND (? IS NULL OR records.type = ?)
  AND (? IS NULL OR attempts.at >= ?) AND (? IS NULL OR attempts.at < ?)
ORDER BY outbox.key LIMIT ?`;

/** One dead letter with its record and its outbound form. Parameter: key. */
export const SELECT_DEAD_LETTER = `
SELECT ${ITEM_COLUMNS}, outbox.reason FROM outbox ${ITEM_TABLES}
WHERE outbox.state = 'dead' AND outbox.key = ?`;

/** Answers that one delivery got. Parameter: key. */
export const SELECT_LETTER_ATTEMPTS = `
SELECT at, status, answer FROM attempts WHERE outbox = ? ORDER BY number`;

/** What people did to one letter. Parameter: key. */
export const SELECT_INTERVENTIONS = `
SELECT at, kind, actor, form, lower(hex(digest)) AS digest, body FROM interventions
WHERE outbox = ? ORDER BY number`;

const DEAD_KEYS = "state = 'dead' AND key IN (SELECT value FROM json_each(?))";

/** Writes down what is done to dead letters; their outbound form stays. Parameters: time, kind, who, keys. */
export const INSERT_INTERVENTIONS = `
INSERT INTO interventions (outbox, at, kind, actor) SELECT key, ?, ?, ? FROM outbox WHERE ${DEAD_KEYS}`;

/** The same with the outbound form that is given up. Parameters: time, kind, who, keys. */
export const INSERT_REPLACEMENTS = `
INSERT INTO interventions (outbox, at, kind, actor, form, digest, body)
SELECT outbox.key, ?, ?, ?, outbound.form, coalesce(outbound.digest, records.digest), outbound.body
FROM outbox JOIN records ON records.seq = outbox.record LEFT JOIN outbound ON outbound.key = outbox.key
WHERE state = 'dead' AND outbox.key IN (SELECT value FROM json_each(?))`;

/** Drops the outbound form of dead letters. Parameter: keys. */
export const DELETE_OUTBOUND = `
DELETE FROM outbound WHERE key IN (SELECT key FROM outbox WHERE ${DEAD_KEYS})`;

/** Puts dead letters back among the pending. Parameters: time, keys. */
export const REPLAY_DEAD = `
UPDATE outbox SET state = 'pending', reason = NULL, replayed_at = ? WHERE ${DEAD_KEYS} RETURNING key`;

/** Gives dead letters up for good. Parameter: keys. */
export const DISCARD_DEAD = `UPDATE outbox SET state = 'discarded' WHERE ${DEAD_KEYS} RETURNING key`;

/**
 * Writes the outbound form of one letter that is still dead. Parameters: form, digest in hex, tables, resource,
 * diagnostics, body, key.
 */
export const INSERT_EDITED = `
INSERT INTO outbound (key, form, digest, tables, resource, diagnostics, body)
SELECT key, ?, unhex(?), ?, ?, ?, ? FROM outbox WHERE state = 'dead' AND key = ? RETURNING key`;

/**
 * Since when the first pending rows of a destination wait, and whether they were replayed. Parameters: destination, key to
 * begin behind, how many.
 */
export const SELECT_WAITING_SINCE = `
SELECT outbox.key, coalesce(outbox.replayed_at, records.received_at) AS since,
  outbox.replayed_at IS NOT NULL AS replayed
FROM outbox INDEXED BY outbox_pending JOIN records ON records.seq = outbox.record
WHERE outbox.state = 'pending' AND outbox.destination = ? AND outbox.key > ?
ORDER BY outbox.key LIMIT ?`;
