import type { JsonObject } from '../json/index.ts';
import type { Alert, AlertStore } from './alerts.ts';
import type { SqlEngine, SqlRow } from './engine.ts';
import {
  FORGET_ALERTS,
  INSERT_ALERT,
  SELECT_NEWEST_ALERTS,
  SETTLE_ALERT,
  TAKE_ALERTS,
} from './sql/alerts.ts';

/** Milliseconds for which alerts that were told are remembered: 30 days. */
const REMEMBERED = 30 * 86_400_000;

const alertOf = (row: SqlRow): Alert => ({
  id: row.id as string,
  kind: row.kind as string,
  subject: row.subject as string,
  status: row.status as Alert['status'],
  at: Number(row.at),
  details: JSON.parse(row.details as string) as JsonObject,
  attempts: Number(row.attempts),
});

/** Alerts over any engine that runs SQLite's SQL. */
export function createAlertStore(engine: SqlEngine): AlertStore {
  return {
    async newest() {
      return (await engine.read({ sql: SELECT_NEWEST_ALERTS, parameters: [] })).map(alertOf);
    },

    async add({ kind, subject, status, at, details }, id, after) {
      const own = [id, kind, subject, status, at, JSON.stringify(details), at];
      const [rows] = await engine.write([{ sql: INSERT_ALERT, parameters: [...own, kind, subject, after] }]);
      return rows !== undefined && rows.length > 0;
    },

    async take(now, until, limit) {
      const [rows = []] = await engine.write([{ sql: TAKE_ALERTS, parameters: [until, now, limit] }]);
      return [...rows].sort((one, other) => Number(one.number) - Number(other.number)).map(alertOf);
    },

    async settle({ id, done, retryAt }, now) {
      await engine.write([
        { sql: SETTLE_ALERT, parameters: [done ? null : retryAt, id] },
        { sql: FORGET_ALERTS, parameters: [now - REMEMBERED] },
      ]);
    },
  };
}
