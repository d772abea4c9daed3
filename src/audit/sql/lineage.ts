/** What stands beside the records, with the digests that it must have. */

/**
 * Outbound forms with the deliveries and records that they belong to. Parameters: key that they come behind, how many.
 */
export const SELECT_LINEAGE = `
SELECT outbound.key, outbound.form, lower(hex(outbound.digest)) AS digest, CAST(outbound.body AS BLOB) AS body,
  outbox.record
FROM outbound LEFT JOIN outbox ON outbox.key = outbound.key
WHERE outbound.key > ? ORDER BY outbound.key LIMIT ?`;

/** Outbound forms that people put an end to. Parameters: number that they come behind, how many. */
export const SELECT_FORMER = `
SELECT interventions.number AS key, interventions.form, lower(hex(interventions.digest)) AS digest,
  CAST(interventions.body AS BLOB) AS body, outbox.record
FROM interventions LEFT JOIN outbox ON outbox.key = interventions.outbox
WHERE interventions.number > ? ORDER BY interventions.number LIMIT ?`;

/** Deliveries without a record. Parameters: key that they come behind, how many. */
export const SELECT_UNRECORDED = `
SELECT outbox.key, outbox.record FROM outbox LEFT JOIN records ON records.seq = outbox.record
WHERE outbox.key > ? AND records.seq IS NULL ORDER BY outbox.key LIMIT ?`;

/** Answers without a delivery. Parameters: key that they come behind, how many. */
export const SELECT_UNSENT = `
SELECT attempts.outbox AS key, attempts.number FROM attempts LEFT JOIN outbox ON outbox.key = attempts.outbox
WHERE attempts.outbox > ? AND outbox.key IS NULL ORDER BY attempts.outbox LIMIT ?`;

/** Data of attachments. Parameters: key that they come behind, how many. */
export const SELECT_ATTACHMENTS = `
SELECT key, lower(hex(sha2)) AS digest, content FROM attachments WHERE key > ? ORDER BY key LIMIT ?`;

/** Documents. Parameters: key that they come behind, how many. */
export const SELECT_DOCUMENTS = `
SELECT key, etag AS digest, content FROM documents WHERE key > ? ORDER BY key LIMIT ?`;

/** Tombstones that no erasure speaks of. Parameters: first that they come behind, how many. */
export const SELECT_UNSTATED = `
SELECT tombstones.first AS key, tombstones.seal FROM tombstones LEFT JOIN seals ON seals.number = tombstones.seal
WHERE tombstones.first > ? AND seals.kind IS NOT 'erasure' ORDER BY tombstones.first LIMIT ?`;

/** The last numbers that were given to records and to seals, whether or not their rows are still there. */
export const SELECT_GIVEN = `SELECT name, seq FROM sqlite_sequence WHERE name IN ('records', 'seals')`;

/** Where the records and the outbound forms end. */
export const SELECT_ENDS = `
SELECT (SELECT max(seq) FROM records) AS records, (SELECT max(key) FROM outbound) AS outbound`;
