/** Alerts in the order of their coming. `due_at` is null once an alert was told or given up. */
export const CREATE_ALERTS = [
  `CREATE TABLE alerts (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  status TEXT NOT NULL,
  at INTEGER NOT NULL,
  details TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  due_at INTEGER
) STRICT`,
  `CREATE INDEX alerts_by_subject ON alerts (kind, subject, number)`,
  `CREATE INDEX alerts_due ON alerts (due_at) WHERE due_at IS NOT NULL`,
];

const COLUMNS = 'id, kind, subject, status, at, details, attempts';

/** The newest alert of each kind and subject. */
export const SELECT_NEWEST_ALERTS = `
SELECT ${COLUMNS} FROM alerts WHERE number IN (SELECT max(number) FROM alerts GROUP BY kind, subject)`;

/**
 * Adds an alert where the newest one of its kind and subject is the one that was known. Parameters: id, kind, subject,
 * status, at, details, due time, then kind, subject, known id.
 */
export const INSERT_ALERT = `
INSERT INTO alerts (id, kind, subject, status, at, details, due_at)
SELECT ?, ?, ?, ?, ?, ?, ?
WHERE (SELECT id FROM alerts WHERE kind = ? AND subject = ? ORDER BY number DESC LIMIT 1) IS ?
RETURNING id`;

/** Takes due alerts. Parameters: time until which they are taken, now, how many. */
export const TAKE_ALERTS = `
UPDATE alerts SET due_at = ?, attempts = attempts + 1
WHERE number IN (SELECT number FROM alerts WHERE due_at IS NOT NULL AND due_at <= ? ORDER BY number LIMIT ?)
RETURNING number, ${COLUMNS}`;

/** Parameters: due time or null, id. */
export const SETTLE_ALERT = 'UPDATE alerts SET due_at = ? WHERE id = ?';

/** Forgets alerts that are done, but for the newest of each kind and subject. Parameter: time. */
export const FORGET_ALERTS = `
DELETE FROM alerts WHERE due_at IS NULL AND at < ?
  AND number NOT IN (SELECT max(number) FROM alerts GROUP BY kind, subject)`;
