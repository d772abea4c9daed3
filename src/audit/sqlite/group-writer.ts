import type { Database } from 'better-sqlite3';
import type { SqlRow, SqlStatement, WriteOptions } from '../engine.ts';
import type { Durability } from './durability.ts';
import type { WriteTurns } from './turn.ts';

/** A batch that waits for its turn. */
interface Waiting {
  readonly statements: readonly SqlStatement[];
  readonly repeatable: boolean;
  readonly resolve: (rows: readonly (readonly SqlRow[])[]) => void;
  readonly reject: (error: unknown) => void;
}

/** What a batch came to before the commit: its rows, or the error that undid it alone. */
type Outcome = { readonly rows: readonly (readonly SqlRow[])[] } | { readonly error: unknown };

/** A batch whose transaction is committed. */
interface Committed {
  readonly batch: Waiting;
  readonly outcome: Outcome;
}

/** Batches in one transaction at most: a commit must not keep requests waiting for long. */
const MOST = 32;

/** Milliseconds after which a turn is given up where others wait for theirs. */
const LONG_TURN = 3;

/** How a connection behaves beside others; what is left out is left to SQLite. */
export interface Conduct {
  /** Each transaction waits for its turn; what comes meanwhile goes along. A long one leaves what is repeatable to the next. */
  readonly turns?: WriteTurns | undefined;
  /** Runs after each turn. */
  readonly between?: (() => Promise<void>) | undefined;
  /** Makes commits durable, where SQLite itself does not. */
  readonly durability?: Durability | undefined;
}

/** Writes batches of statements, each of which happens as a whole or not at all. */
export interface GroupWriter {
  /**
   * Resolves with the rows of each statement once the batch is durable, or committed where it is `repeatable`; rejects
   * where it was undone, or stands and is not known to be durable.
   */
  write(statements: readonly SqlStatement[], options?: WriteOptions): Promise<readonly (readonly SqlRow[])[]>;
  /** Writes what waits, without waiting for more to come together, and resolves when all of it is settled. */
  flush(): Promise<void>;
}

/**
 * Group commit: batches that are handed in during one turn of the event loop go into one transaction, in their order, so
 * that one sync of the file makes all of them durable. Where one fails, all are undone, and written once more in savepoints, so that
 * it fails alone: a savepoint copies each page that is written in it, and hardly any batch fails. Where the transaction itself
 * fails, all of it is undone. A batch is settled after the commit, or once that is durable; meanwhile the next transaction can be
 * written. Nothing waits for a sync of what is repeatable: the next one takes it along, since all stand in one write-ahead log.
 */
export function createGroupWriter(
  database: Database,
  run: (statement: SqlStatement) => readonly SqlRow[],
  { turns, between, durability }: Conduct = {},
): GroupWriter {
  const waiting: Waiting[] = [];
  const batch = database.transaction((statements: readonly SqlStatement[]) => statements.map(run));

  const outcomeOf = ({ statements }: Waiting): Outcome => {
    try {
      return { rows: batch(statements) };
    } catch (error) {
      // A full disk and the like end the transaction, and with it the batches before this one.
      if (!database.inTransaction) throw error;
      return { error };
    }
  };
  const apart = database.transaction((group: readonly Waiting[]) => group.map(outcomeOf));
  let isOfOneBatch = false;
  const rowsOf = ({ statements }: Waiting): Outcome => {
    try {
      return { rows: statements.map(run) };
    } catch (error) {
      isOfOneBatch = database.inTransaction;
      throw error;
    }
  };
  /** Writes batches of a group; not all where the turn gets long, others wait for theirs, and what is next can wait. */
  const together = database.transaction((group: readonly Waiting[]): readonly Outcome[] => {
    const begun = performance.now();
    const isOver = ({ repeatable }: Waiting) =>
      repeatable && turns?.areWaitedFor() === true && performance.now() - begun > LONG_TURN;
    const outcomes: Outcome[] = [];
    for (const one of group) {
      if (outcomes.length > 0 && isOver(one)) break;
      outcomes.push(rowsOf(one));
    }
    return outcomes;
  });

  // Immediate: a batch that began as a reader could not wait for another process's write.
  const committed = (group: readonly Waiting[]): readonly Outcome[] => {
    isOfOneBatch = false;
    try {
      return together.immediate(group);
    } catch (error) {
      if (group.length === 1 || !isOfOneBatch) throw error;
      return apart.immediate(group);
    }
  };

  const settled = ({ batch: { resolve, reject }, outcome }: Committed): void => {
    if ('rows' in outcome) resolve(outcome.rows);
    else reject(outcome.error);
  };

  const awaitsSync = ({ batch: { repeatable }, outcome }: Committed): boolean =>
    durability !== undefined && !repeatable && 'rows' in outcome;
  const syncs = new Set<Promise<void>>();
  /** Settles batches once they are durable. */
  const settledDurably = (batches: readonly Committed[], { sync }: Durability): void => {
    const done: Promise<void> = sync()
      .then(
        () => batches.forEach(settled),
        (error: unknown) => batches.forEach(({ batch }) => batch.reject(error)),
      )
      .finally(() => syncs.delete(done));
    syncs.add(done);
  };

  const commit = (group: readonly Waiting[]): void => {
    let outcomes: readonly Outcome[];
    try {
      outcomes = committed(group);
    } catch (error) {
      for (const { reject } of group) reject(error);
      return;
    }
    waiting.unshift(...group.slice(outcomes.length));
    const batches = outcomes.map((outcome, at) => ({ batch: group[at] as Waiting, outcome }));
    batches.filter((one) => !awaitsSync(one)).forEach(settled);
    const lasting = batches.filter(awaitsSync);
    if (durability && lasting.length > 0) settledDurably(lasting, durability);
  };

  const writing = async (): Promise<void> => {
    while (waiting.length > 0) {
      const end = await turns?.take();
      try {
        commit(waiting.splice(0, MOST));
      } finally {
        end?.();
      }
      await between?.();
    }
  };
  let present: Promise<void> | undefined;
  const written = (): Promise<void> =>
    (present ??= writing().finally(() => {
      present = undefined;
    }));

  return {
    async flush() {
      await written();
      await Promise.all(syncs);
    },
    write(statements, { repeatable = false } = {}) {
      return new Promise((resolve, reject) => {
        waiting.push({ statements, repeatable, resolve, reject });
        if (waiting.length === 1) setImmediate(() => void written());
      });
    },
  };
}
