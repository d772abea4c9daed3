import { forRows, repeated } from '../lists.ts';
import { RECORD_COLUMNS } from './records.ts';

/** Columns of an outbound form; the digest is the record’s own where that is meant. */
export const OUTBOUND_COLUMNS = `
  outbound.form, lower(hex(coalesce(outbound.digest, records.digest))) AS outbound_digest, outbound.tables,
  outbound.resource, outbound.diagnostics`;

/**
 * Inserts outbox rows of one route and destination for records of the same batch, in order. Parameters: route, destination, a JSON
 * list of how many records of the batch come after each row's record.
 */
export const INSERT_OUTBOX = `
INSERT INTO outbox (record, route, destination)
SELECT (SELECT max(seq) FROM records) - value, ?, ? FROM json_each(?) ORDER BY json_each.key`;

/** What an outbox item is read from, and the tables beside `outbox` that hold it. */
export const ITEM_COLUMNS = `
  outbox.key, outbox.route, outbox.destination, outbox.attempts,
  ${RECORD_COLUMNS}, ${OUTBOUND_COLUMNS}, outbound.body AS outbound_body`;
export const ITEM_TABLES = `
  JOIN records ON records.seq = outbox.record LEFT JOIN outbound ON outbound.key = outbox.key`;

/** Pending rows of a destination with their records. Parameters: destination, key to begin behind, how many. */
export const SELECT_PENDING = `
SELECT ${ITEM_COLUMNS} FROM outbox ${ITEM_TABLES}
WHERE outbox.state = 'pending' AND outbox.destination = ? AND outbox.key > ?
ORDER BY outbox.key LIMIT ?`;

/**
 * Fixes the outbound form of a number of rows; one that has a form keeps it, one that was erased gets none. Parameters of each: key, form, digest
 * in hex or null, tables, resource, diagnostics, body.
 */
export const insertOutbound = forRows(
  (count) => `
INSERT INTO outbound (key, form, digest, tables, resource, diagnostics, body)
SELECT * FROM (VALUES ${repeated('(?, ?, unhex(?), ?, ?, ?, ?)', count)})
WHERE column1 IN (SELECT key FROM outbox) ON CONFLICT (key) DO NOTHING`,
);

/** Records an answer for several rows: time and status are parameters before it, and keys as a JSON list behind. */
const insertAttempts = (answer: string) => `
INSERT INTO attempts (outbox, number, at, status, answer)
SELECT key, attempts + 1, ?, ?, ${answer} FROM outbox WHERE key IN (SELECT value FROM json_each(?))`;

/** Records one answer for several rows. Parameters: time, status, answer, keys as a JSON list. */
export const INSERT_ATTEMPTS = insertAttempts('?');

/** True where one of a number of rows has been erased. Parameter: keys as a JSON list. */
export const ONE_ERASED = `EXISTS (SELECT 1 FROM json_each(?) WHERE value NOT IN (SELECT key FROM outbox))`;

/**
 * Adds attempts that got an answer, as {@link INSERT_ATTEMPTS}; without it where one of the rows that it answers has been
 * erased since. Parameters: time, status, keys of all that it answers, answer, keys.
 */
export const INSERT_ANSWERED = insertAttempts(`CASE WHEN ${ONE_ERASED} THEN '' ELSE ? END`);

/** Counts rows that are about to be delivered. Parameters: destination, keys as a JSON list. */
export const COUNT_DELIVERED = `
UPDATE destinations SET delivered = delivered + (
  SELECT count(*) FROM outbox
  WHERE outbox.destination = destinations.destination AND state = 'pending'
    AND key IN (SELECT value FROM json_each(?)))
WHERE destination = ?`;

/** Counts an attempt on several rows. Parameter: keys as a JSON list. */
export const UPDATE_ATTEMPTED = `
UPDATE outbox SET attempts = attempts + 1 WHERE key IN (SELECT value FROM json_each(?))`;

/**
 * Closes several rows and counts the attempt; a row that is closed already stays as it is, and only counts.
 * Parameters: state, reason, keys as a JSON list.
 */
export const UPDATE_CLOSED = `
UPDATE outbox SET attempts = attempts + 1,
  state = CASE state WHEN 'pending' THEN ? ELSE state END,
  reason = CASE state WHEN 'pending' THEN ? ELSE reason END
WHERE key IN (SELECT value FROM json_each(?))`;
