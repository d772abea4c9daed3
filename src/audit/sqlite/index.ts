/** The record log in an SQLite file, through better-sqlite3: for Node only. */
import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';

import type { Storage } from '../log.ts';
import type { Proof } from '../proof.ts';
import { createProof } from '../proof-store.ts';
import { createSqlLog } from '../sql-log.ts';
import { durabilityOf } from './durability.ts';
import { IN_MEMORY, meaning, sqliteEngine } from './engine.ts';
import { checkpointsBetween } from './checkpoint.ts';
import { turnsOf } from './turn.ts';

export { sharedTurns } from './turn.ts';

/** How long a statement waits for another process's lock, in milliseconds. */
const BUSY_TIMEOUT = 5_000;

function opened(path: string): Database {
  return new Sqlite(path, { timeout: BUSY_TIMEOUT });
}

/** Bytes of a page of a new file: a record of two to three kilobytes fits two or three to one. */
const PAGE_SIZE = 8_192;

/** Kibibytes of pages that are kept in memory: the indexes of ids are written all over. */
const CACHE = 64 * 1024;

/** Pages after which the write-ahead log goes into the file: each page once, however often it was written since. */
const CHECKPOINT = 4_000;

/** The part of what is free on its disk that the write-ahead log may take: on a small one it must not be what fills it. */
const LOG_PART = 1 / 16;

/** So small a write-ahead log costs more than it saves. */
const FEWEST_PAGES = 64;

/** Pages after which the write-ahead log of a database goes into its file. */
function checkpointOf({ name, memory }: Database): number {
  if (memory) return CHECKPOINT;
  const { bavail, bsize } = statfsSync(dirname(name));
  const pages = Math.floor((bavail * bsize * LOG_PART) / PAGE_SIZE);
  return Math.min(CHECKPOINT, Math.max(FEWEST_PAGES, pages));
}

/** How a connection shares a record log with those of other threads. */
export interface Shared {
  /** Of {@link sharedTurns}; all connections to one file get the same. */
  readonly turns: SharedArrayBuffer;
  /** True where another connection brings the write-ahead log into the file between its turns. */
  readonly leavesCheckpoints: boolean;
}

/** How much longer the write-ahead log may get where a connection brings it into the file between its turns. */
const LEFT = 4;

/** Sets a connection up; `checkpoint` is in pages. True where the commits of it are left to be synced. */
function configure(database: Database, checkpoint: number, shared?: Shared): boolean {
  // Holds for a file that is not there yet; one that is keeps its own.
  database.pragma(`page_size = ${PAGE_SIZE}`);
  const hasLog = database.pragma('journal_mode = WAL', { simple: true }) === 'wal';
  database.pragma(`cache_size = -${CACHE}`);
  database.pragma(`wal_autocheckpoint = ${shared ? checkpoint * LEFT : checkpoint}`);
  // What it grew to beyond, while somebody read, is given back; less would be taken again at once, and each sync with it.
  database.pragma(`journal_size_limit = ${checkpoint * LEFT * PAGE_SIZE}`);
  // A record that was answered survives a power cut: its commit is synced by us, or by SQLite where there is no write-ahead log.
  database.pragma(`synchronous = ${hasLog ? 'NORMAL' : 'FULL'}`);
  database.pragma('foreign_keys = ON');
  // What is erased is overwritten, and does not stay in pages that nobody uses.
  database.pragma('secure_delete = ON');
  database.pragma(`busy_timeout = ${BUSY_TIMEOUT}`);
  return hasLog;
}

/**
 * Opens the record log in an SQLite file, which is made where there is none, or in a database that is open already.
 * The schema is brought to the present. `close` of the log closes the database. Threads of one process that open the
 * same file say what they share.
 *
 * Rejects with a {@link LogUnavailableError} where the file cannot be opened, read or written.
 *
 * @example
 * const log = await openSqliteLog('crosswalk.db');
 */
export async function openSqliteLog(database: string | Database, shared?: Shared): Promise<Storage> {
  try {
    const own = typeof database === 'string' ? opened(database) : database;
    const checkpoint = checkpointOf(own);
    const leavesSyncs = configure(own, checkpoint, shared);
    const turns = shared && turnsOf(shared.turns);
    const between =
      turns && !shared.leavesCheckpoints ? checkpointsBetween(own, checkpoint, turns) : undefined;
    const durability = leavesSyncs ? durabilityOf(own, turns) : undefined;
    const log = createSqlLog(sqliteEngine(own, { turns, between, durability }));
    await log.ready();
    own.pragma(`temp_store = ${IN_MEMORY}`);
    return log;
  } catch (error) {
    throw meaning(error);
  }
}

/**
 * Opens the chain of a record log to verify it: the file is only read, and may be a copy. Throws a
 * {@link LogUnavailableError} where it cannot be.
 */
export function openSqliteProof(path: string): Pick<Proof, 'state' | 'verify'> & { close(): Promise<void> } {
  try {
    const engine = sqliteEngine(new Sqlite(path, { readonly: true, timeout: BUSY_TIMEOUT }));
    return { ...createProof(engine), close: () => engine.close() };
  } catch (error) {
    throw meaning(error);
  }
}
