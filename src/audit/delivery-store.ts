import type { DeliveryStore, HoldChanges, Tally, Waiting } from './deliveries.ts';
import type { SqlEngine, SqlRow, SqlStatement, SqlValue } from './engine.ts';
import { groupedBy } from './lists.ts';
import type { DestinationState, Settlement } from './log.ts';
import { itemOf } from './rows.ts';
import {
  addTallies,
  COUNT_BACKLOG,
  COUNT_BACKLOG_BYTES,
  COUNT_BY_SOURCE,
  COUNT_DEAD,
  COUNT_WAITING,
  DELETE_HOLDS,
  SELECT_HELD,
  SELECT_TALLIES,
  UPSERT_HOLD,
} from './sql/deliveries.ts';

/** Statements that make and end holds of a destination. */
export function holding({ destination }: DestinationState, { held, freed }: HoldChanges): SqlStatement[] {
  const made = held.map(({ key, failures, until }) => ({
    sql: UPSERT_HOLD,
    parameters: [destination, key, failures, until],
  }));
  const ended = freed.length === 0 ? [] : [{ sql: DELETE_HOLDS, parameters: [JSON.stringify(freed)] }];
  return [...made, ...ended];
}

/** Adds items of a destination to its counts, each under the label of what became of it. */
export function tallying(destination: string, labels: readonly string[]): SqlStatement[] {
  if (labels.length === 0) return [];
  const counts = groupedBy(labels, (label) => label);
  const parameters = [...counts].flatMap(([label, { length }]): SqlValue[] => [destination, label, length]);
  return [{ sql: addTallies(counts.size), parameters }];
}

/** What an attempt came to, as it is counted. */
export function outcomeOf(settlement: Settlement): string {
  if (settlement.state === 'dead') return settlement.reason;
  return settlement.state === 'delivered' ? 'delivered' : 'retried';
}

const tallyOf = (row: SqlRow): Tally => ({
  destination: row.destination as string,
  label: row.label as string,
  value: Number(row.value),
});

/** What delivery keeps beside the outbox, over any engine that runs SQLite's SQL. */
export function createDeliveryStore(engine: SqlEngine): DeliveryStore {
  const read = (sql: string, ...parameters: SqlValue[]) => engine.read({ sql, parameters });
  const waitingOf = ([row]: readonly SqlRow[]): Waiting => ({
    count: Number(row?.count ?? 0),
    bytes: Number(row?.bytes ?? 0),
  });
  return {
    async held(destination) {
      const rows = await read(SELECT_HELD, destination);
      return rows.map((row) => {
        const item = itemOf(row);
        return { key: item.key, failures: Number(row.hold_failures), until: Number(row.hold_until), item };
      });
    },
    waiting: async (destination, most) => waitingOf(await read(COUNT_WAITING, destination, most)),
    backlog: async (most, withBytes) =>
      waitingOf(await read(withBytes ? COUNT_BACKLOG_BYTES : COUNT_BACKLOG, most)),
    async bySource(every) {
      const rows = await read(COUNT_BY_SOURCE, every);
      return rows.map((row) => ({
        tenant: row.tenant as string,
        source: row.source as string,
        count: Number(row.count) * every,
      }));
    },
    async deadByReason() {
      const rows = await read(COUNT_DEAD);
      return rows.map((row) => ({
        destination: row.destination as string,
        reason: row.reason as string,
        count: Number(row.count),
      }));
    },
    tallies: async () => (await read(SELECT_TALLIES)).map(tallyOf),
  };
}
