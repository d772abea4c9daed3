/** The chain over the records: one row a batch that was sealed, in order, and one for each erasure. */

/**
 * `links` holds the link of each record of the batch, 32 bytes each, so that a record can go while the chain stays.
 * A number is never given twice, also where the last rows were taken away.
 */
const CREATE_SEALS = `
CREATE TABLE seals (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  last INTEGER NOT NULL,
  count INTEGER NOT NULL,
  sealed_at INTEGER NOT NULL,
  facts TEXT,
  links BLOB NOT NULL,
  value BLOB NOT NULL
) STRICT`;

/** Where records stood that were erased: ranges of `seq`, by the seal that says when and why. */
const CREATE_TOMBSTONES = `
CREATE TABLE tombstones (
  first INTEGER PRIMARY KEY,
  last INTEGER NOT NULL,
  seal INTEGER NOT NULL REFERENCES seals (number)
) STRICT`;

const CREATE_TOMBSTONES_BY_SEAL = `
CREATE INDEX tombstones_by_seal ON tombstones (seal, first)`;

/** The steps of the schema for the chain. */
export const CREATE_CHAIN: readonly string[] = [CREATE_SEALS, CREATE_TOMBSTONES, CREATE_TOMBSTONES_BY_SEAL];

/** Columns of a seal, digests as lower-case hex. */
const SEAL_COLUMNS = `
  number, kind, last, count, sealed_at, facts, links, lower(hex(value)) AS value`;

/** The newest seal, of either kind. */
export const SELECT_LAST_SEAL = `SELECT ${SEAL_COLUMNS} FROM seals ORDER BY number DESC LIMIT 1`;

/** A seal by its number. Parameter: number. */
export const SELECT_SEAL = `SELECT ${SEAL_COLUMNS} FROM seals WHERE number = ?`;

/** The next seals in order. Parameters: the number that they come behind, how many. */
export const SELECT_SEALS = `SELECT ${SEAL_COLUMNS} FROM seals WHERE number > ? ORDER BY number LIMIT ?`;

/** The link of the last record that is sealed. */
export const SELECT_LAST_LINK = `
SELECT substr(links, -32) AS link FROM seals WHERE kind = 'records' ORDER BY number DESC LIMIT 1`;

/**
 * Adds a seal; fails where another sealer took the number. Parameters: number, kind, last, count, time, facts, links, value
 * in hex.
 */
export const INSERT_SEAL = `
INSERT INTO seals (number, kind, last, count, sealed_at, facts, links, value)
VALUES (?, ?, ?, ?, ?, ?, ?, unhex(?))`;

/** What the chain holds of a record: every column but the body, which stands in it by its digest. */
const SEALED_COLUMNS = `
  seq, tenant, source, language, kind, id, version, type, received_at, lower(hex(digest)) AS digest,
  lower(hex(content)) AS content, lower(hex(salt)) AS salt, attributes, deviations`;

/** Records in order, without their bodies. Parameters: `seq` that they come behind, `seq` of the last, how many. */
export const SELECT_SEALED = `
SELECT ${SEALED_COLUMNS} FROM records WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?`;

/**
 * The same with the bytes of the bodies that are not large. Parameters: largest size in bytes, then as for
 * {@link SELECT_SEALED}.
 */
export const SELECT_SEALED_WITH_BODIES = `
SELECT ${SEALED_COLUMNS}, CASE WHEN length(body) <= ? THEN CAST(body AS BLOB) END AS body
FROM records WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?`;

/** The bytes of one body. Parameter: `seq`. */
export const SELECT_BODY = 'SELECT CAST(body AS BLOB) AS body FROM records WHERE seq = ?';

/** Tombstones that reach into a range. Parameters: `seq` of the range's end, `seq` of its begin. */
export const SELECT_TOMBSTONES = `
SELECT first, last, seal FROM tombstones WHERE first <= ? AND last >= ? ORDER BY first`;

/** The tombstones of one erasure. Parameter: number of its seal. */
export const SELECT_ERASED = 'SELECT first, last FROM tombstones WHERE seal = ? ORDER BY first';

/** How many records are not sealed yet. Parameter: `seq` of the last that is. */
export const COUNT_UNSEALED = 'SELECT count(*) AS count FROM records WHERE seq > ?';

/** How many records were erased. */
export const COUNT_ERASED = "SELECT coalesce(sum(count), 0) AS count FROM seals WHERE kind = 'erasure'";

/** The first record that is not sealed yet. Parameter: `seq` of the last that is. */
export const SELECT_NEXT = 'SELECT seq FROM records WHERE seq > ? ORDER BY seq LIMIT 1';
