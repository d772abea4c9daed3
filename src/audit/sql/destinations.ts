import { forRows, repeated } from '../lists.ts';
import { ONE_ERASED } from './outbox.ts';

/** Makes a number of destinations known; those that are known stay as they are. */
export const insertDestinations = forRows(
  (count) => `INSERT INTO destinations (destination) VALUES ${repeated('(?)', count)} ON CONFLICT DO NOTHING`,
);

/**
 * Takes or renews a lease; gives a row only where that succeeded. Parameters: destination, holder, until, now, now.
 */
export const LEASE_DESTINATION = `
INSERT INTO destinations (destination, holder, leased_until) VALUES (?, ?, ?)
ON CONFLICT (destination) DO UPDATE SET holder = excluded.holder, leased_until = excluded.leased_until
WHERE (holder IS NULL OR holder = excluded.holder OR leased_until <= ?) AND retry_at <= ? AND stopped IS NULL
RETURNING destination`;

/** Gives a lease back. Parameters: destination, holder. */
export const RELEASE_DESTINATION = `
UPDATE destinations SET holder = NULL, leased_until = 0 WHERE destination = ? AND holder = ?`;

/** Writes how a destination stands, by a row of its name, failures, retry time, reason it is stopped, and when its breaker opened. */
const updateDestination = (row: string) => `
INSERT INTO destinations (destination, failures, retry_at, stopped, opened_at) ${row}
ON CONFLICT (destination) DO UPDATE SET
  failures = excluded.failures, retry_at = excluded.retry_at, stopped = excluded.stopped,
  opened_at = excluded.opened_at`;

/**
 * Writes how a destination stands. Parameters: destination, failures, retry time, reason it is stopped, time since
 * which its breaker is open.
 */
export const UPDATE_DESTINATION = updateDestination('VALUES (?, ?, ?, ?, ?)');

/** Of the reason that a destination is stopped the status alone: what it said may name people. */
export const statusOf = (reason: string) => `substr(${reason}, 1, ${'status 000'.length})`;

/**
 * Writes that a destination is stopped, as {@link UPDATE_DESTINATION}; without what it said where a record that it was sent
 * has been erased since. Parameters: destination, failures, retry time, keys of the outbox, reason, reason, time since
 * which its breaker is open.
 */
export const STOP_DESTINATION = updateDestination(
  `SELECT ?, ?, ?, CASE WHEN ${ONE_ERASED} THEN ${statusOf('?')} ELSE ? END, ? WHERE true`,
);

/** How a destination stands. Parameter: destination. */
export const SELECT_DESTINATION = `
SELECT failures, retry_at, stopped, opened_at FROM destinations WHERE destination = ?`;

/** How all destinations stand. */
export const SELECT_DESTINATIONS = `
SELECT destination, failures, retry_at, stopped, opened_at FROM destinations ORDER BY destination`;

/**
 * Counts per destination. Pending and dead rows are counted in indexes that hold nothing else, delivered ones as
 * they are settled: their number grows without end.
 */
export const COUNT_OUTBOX = `
SELECT destination, delivered,
  (SELECT count(*) FROM outbox
   WHERE state = 'pending' AND outbox.destination = destinations.destination) AS pending,
  (SELECT count(*) FROM outbox
   WHERE state = 'dead' AND outbox.destination = destinations.destination) AS dead,
  (SELECT received_at FROM records WHERE seq =
    (SELECT record FROM outbox WHERE state = 'pending' AND outbox.destination = destinations.destination
     ORDER BY key LIMIT 1)) AS oldest_pending
FROM destinations ORDER BY destination`;
