/** Generated keys of sources and readers, by digests only. */
export const CREATE_KEYS: readonly string[] = [
  `CREATE TABLE keys (
  id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  source TEXT NOT NULL,
  scopes TEXT NOT NULL,
  digest BLOB NOT NULL,
  former_digest BLOB,
  former_until INTEGER,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  expires_at INTEGER,
  revoked_at INTEGER,
  last_used_at INTEGER
) STRICT, WITHOUT ROWID`,
];

const COLUMNS = `
id, tenant, source, scopes, lower(hex(digest)) AS digest, lower(hex(former_digest)) AS former_digest, former_until,
created_at, created_by, expires_at, revoked_at, last_used_at`;

/** Keeps a key. Parameters: id, tenant, source, scopes as a JSON list, digest in hex, time, who made it, end or null. */
export const INSERT_KEY = `
INSERT INTO keys (id, tenant, source, scopes, digest, created_at, created_by, expires_at)
VALUES (?, ?, ?, ?, unhex(?), ?, ?, ?)`;

/** A key. Parameter: id. */
export const SELECT_KEY = `SELECT ${COLUMNS} FROM keys WHERE id = ?`;

/** Keys in the order of their making. Parameters: tenant and source, twice each, a null standing for any. */
export const SELECT_KEYS = `
SELECT ${COLUMNS} FROM keys WHERE (? IS NULL OR tenant = ?) AND (? IS NULL OR source = ?) ORDER BY created_at, id`;

/** Puts another digest in the place of a key's own. Parameters: time that the former is taken until, digest in hex, id. */
export const ROTATE_KEY = `
UPDATE keys SET former_digest = digest, former_until = ?, digest = unhex(?)
WHERE id = ? AND revoked_at IS NULL RETURNING id`;

/** Parameters: time, id. */
export const REVOKE_KEY = `UPDATE keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL RETURNING id`;

/** Parameters: time, id. */
export const USE_KEY = `UPDATE keys SET last_used_at = ? WHERE id = ?`;
