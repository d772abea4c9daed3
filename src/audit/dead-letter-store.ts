import type { DeadLetters, DeadPage, Hand, Intervention, InterventionKind } from './dead-letters.ts';
import { tallying } from './delivery-store.ts';
import type { SqlEngine, SqlRow, SqlStatement, SqlValue } from './engine.ts';
import { chunks } from './lists.ts';
import type { Attempt, Outbound } from './log.ts';
import { attemptOf, deadLetterOf, deadLineOf, outboundValues, storable } from './rows.ts';
import {
  DELETE_OUTBOUND,
  DISCARD_DEAD,
  INSERT_EDITED,
  INSERT_INTERVENTIONS,
  INSERT_REPLACEMENTS,
  REPLAY_DEAD,
  SELECT_DEAD,
  SELECT_DEAD_LETTER,
  SELECT_INTERVENTIONS,
  SELECT_LETTER_ATTEMPTS,
  SELECT_WAITING_SINCE,
} from './sql/dead-letters.ts';
import { DELETE_HOLDS } from './sql/deliveries.ts';
import { INSERT_ATTEMPTS, UPDATE_CLOSED } from './sql/outbox.ts';

/** Letters that one batch changes at most. */
const PAGE = 500;

/** Pending rows that the first look for old ones reads: mostly there is none. */
const FIRST_LOOK = 20;

function pageParameters({ after = 0, limit, ...query }: DeadPage): SqlValue[] {
  const tenant = query.tenant === undefined ? null : storable(query.tenant);
  const { source, destination, reason, kind, type, since, until } = query;
  const conditions = [source, destination, reason, kind, type, since, until].map((value) => value ?? null);
  return [after, ...[tenant, ...conditions].flatMap((value) => [value, value]), limit];
}

const text = (row: SqlRow, column: string) => row[column] as string;

const interventionOf = (row: SqlRow): Intervention => ({
  at: Number(row.at),
  kind: text(row, 'kind') as InterventionKind,
  by: text(row, 'actor'),
  former:
    row.form === null
      ? null
      : {
          form: text(row, 'form') as Outbound['form'],
          digest: text(row, 'digest'),
          body: row.body as string | null,
        },
});

const keysOf = (rows: readonly SqlRow[] | undefined) => (rows ?? []).map((row) => Number(row.key));

/** Dead letters over any engine that runs SQLite's SQL. */
export function createDeadLetters(engine: SqlEngine): DeadLetters {
  /** Runs a batch for each part of the keys; the last statement of each gives the keys that it changed. */
  async function changed(
    keys: readonly number[],
    batch: (json: string) => SqlStatement[],
  ): Promise<number[]> {
    const done: number[] = [];
    for (const some of chunks(keys, PAGE)) {
      done.push(...keysOf((await engine.write(batch(JSON.stringify(some)))).at(-1)));
    }
    return done;
  }

  const noted = (sql: string, kind: InterventionKind, { at, by }: Hand, json: string): SqlStatement => ({
    sql,
    parameters: [at, kind, by, json],
  });

  return {
    async list(page) {
      const rows = await engine.read({ sql: SELECT_DEAD, parameters: pageParameters(page) });
      return rows.map(deadLineOf);
    },

    async find(key) {
      const of = (sql: string) => engine.read({ sql, parameters: [key] });
      const [letters, attempts, interventions] = await Promise.all(
        [SELECT_DEAD_LETTER, SELECT_LETTER_ATTEMPTS, SELECT_INTERVENTIONS].map(of),
      );
      const [row] = letters ?? [];
      if (!row) return null;
      const done = (interventions ?? []).map(interventionOf);
      return { ...deadLetterOf(row), attempts: (attempts ?? []).map(attemptOf), interventions: done };
    },

    replay(keys, outbound, hand) {
      return changed(keys, (json) => [
        ...(outbound === 'kept'
          ? [noted(INSERT_INTERVENTIONS, 'replayed', hand, json)]
          : [
              noted(INSERT_REPLACEMENTS, 'remapped', hand, json),
              { sql: DELETE_OUTBOUND, parameters: [json] },
            ]),
        { sql: DELETE_HOLDS, parameters: [json] },
        { sql: REPLAY_DEAD, parameters: [hand.at, json] },
      ]);
    },

    edit(key, outbound, hand) {
      const [, ...values] = outboundValues(key, outbound);
      return changed([key], (json) => [
        noted(INSERT_REPLACEMENTS, 'edited', hand, json),
        { sql: DELETE_OUTBOUND, parameters: [json] },
        { sql: INSERT_EDITED, parameters: [...values, key] },
      ]);
    },

    discard(keys, hand) {
      return changed(keys, (json) => [
        noted(INSERT_INTERVENTIONS, 'discarded', hand, json),
        { sql: DISCARD_DEAD, parameters: [json] },
      ]);
    },

    async expire(destination, before, { at, status, answer }: Attempt) {
      const keys: number[] = [];
      for (let after = 0; ;) {
        const most = after === 0 ? FIRST_LOOK : PAGE;
        const rows = await engine.read({ sql: SELECT_WAITING_SINCE, parameters: [destination, after, most] });
        const some = keysOf(rows.filter(({ since }) => Number(since) < before));
        keys.push(...some);
        const json = JSON.stringify(some);
        if (some.length > 0) {
          await engine.write([
            { sql: INSERT_ATTEMPTS, parameters: [at, status, answer, json] },
            { sql: UPDATE_CLOSED, parameters: ['dead', 'expired', json] },
            ...tallying(
              destination,
              some.map(() => 'expired'),
            ),
          ]);
        }
        const last = rows.at(-1);
        // Rows stand in the order of their receipt: behind one that is young enough only younger ones follow.
        const young = rows.some(({ since, replayed }) => Number(since) >= before && Number(replayed) === 0);
        if (!last || young) return keys;
        after = Number(last.key);
      }
    },
  };
}
