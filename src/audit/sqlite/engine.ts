import { hash } from 'node:crypto';
import type { Database, Statement } from 'better-sqlite3';

import { plainObjects } from '../../json/index.ts';
import {
  UniqueViolationError,
  type SqlEngine,
  type SqlRow,
  type SqlStatement,
  type SqlValue,
} from '../engine.ts';
import { emptyWriteAheadLog } from './checkpoint.ts';
import { createGroupWriter, type Conduct } from './group-writer.ts';
import { LogUnavailableError, type StorageFault } from '../log.ts';

/** SQLite's own limit for a text in a row. */
const LARGEST_TEXT = 1_000_000_000;

/** Enough for 128 records. SQLite takes 32,766, but what is compiled for a statement is kept, and grows with them. */
const MOST_PARAMETERS = 1_664;

const UNIQUE = new Set(['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY']);

/** What result codes of SQLite (https://www.sqlite.org/rescode.html) and of the system say of the storage, by their beginning. */
const FAULTS: readonly (readonly [string, StorageFault])[] = [
  ['SQLITE_FULL', 'full'],
  // A write-ahead log or its index that cannot grow.
  ['SQLITE_IOERR_WRITE', 'full'],
  ['SQLITE_IOERR_SHMSIZE', 'full'],
  ['SQLITE_READONLY', 'read-only'],
  ['SQLITE_CORRUPT', 'damaged'],
  ['SQLITE_NOTADB', 'damaged'],
  ['SQLITE_IOERR_SHORT_READ', 'damaged'],
  ['SQLITE_BUSY', 'locked'],
  ['SQLITE_LOCKED', 'locked'],
  ['ENOSPC', 'full'],
  ['EDQUOT', 'full'],
];

/** What an error code says of the storage. */
export function faultOf(code: string): StorageFault {
  return FAULTS.find(([beginning]) => code.startsWith(beginning))?.[1] ?? 'unavailable';
}

/** What better-sqlite3 says itself of a closed database and of a folder that is not there. */
const WITHOUT_CODE = /^(The database connection is not open|Cannot open database)/;

/**
 * What an error of better-sqlite3 means. Faults of the storage become {@link LogUnavailableError}; a broken
 * constraint is a fault of the program and stays what it is.
 */
export function meaning(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (UNIQUE.has(code)) return new UniqueViolationError(error.message, { cause: error });
  if (code.startsWith('SQLITE_CONSTRAINT')) return error;
  if (code.startsWith('SQLITE_')) {
    return new LogUnavailableError(`${error.message} (${code})`, { cause: error, fault: faultOf(code) });
  }
  return WITHOUT_CODE.test(error.message) ? new LogUnavailableError(error.message, { cause: error }) : error;
}

/**
 * Where SQLite keeps what it needs to undo a single statement: a statement of many rows copies the pages that it changes,
 * which would be written to a file of its own beyond 64 KB. Set once the schema stands: what builds an index sorts all of it there.
 */
export const IN_MEMORY = 'MEMORY';

/** Writes the database anew, by way of a file: it may not fit into memory. */
function vacuum(database: Database): void {
  database.pragma('temp_store = FILE');
  try {
    database.exec('VACUUM');
  } finally {
    database.pragma(`temp_store = ${IN_MEMORY}`);
  }
}

/** Runs a compiled statement. */
type Run = (parameters: readonly SqlValue[]) => readonly SqlRow[];

/** Rows come as lists: better-sqlite3 takes twice as long to name their values. */
function runOf(statement: Statement<[readonly SqlValue[]], unknown[]>): Run {
  if (!statement.reader) {
    return (parameters) => {
      statement.run(parameters);
      return [];
    };
  }
  const names = statement.columns().map(({ name }) => name);
  const Row = plainObjects<Record<string, unknown>>();
  const named = (values: readonly unknown[]): SqlRow => {
    const row = new Row();
    for (let at = 0; at < names.length; at += 1) row[names[at] as string] = values[at];
    return row;
  };
  statement.raw(true);
  return (parameters) => statement.all(parameters).map(named);
}

/** A better-sqlite3 database as an engine: statements are compiled once, batches that come together share a commit. */
export function sqliteEngine(database: Database, conduct: Conduct = {}): SqlEngine {
  const { turns, durability } = conduct;
  const compiled = new Map<string, Run>();

  const run = ({ sql, parameters }: SqlStatement): readonly SqlRow[] => {
    let known = compiled.get(sql);
    if (!known) {
      known = runOf(database.prepare<[readonly SqlValue[]], unknown[]>(sql));
      compiled.set(sql, known);
    }
    return known(parameters);
  };
  const writer = createGroupWriter(database, run, conduct);

  const answering = async <Answer>(work: () => Answer | Promise<Answer>): Promise<Answer> => {
    try {
      return await work();
    } catch (error) {
      throw meaning(error);
    }
  };

  return {
    largestText: LARGEST_TEXT,
    mostParameters: MOST_PARAMETERS,
    sha256: (bytes) => hash('sha256', bytes, 'buffer'),
    read: (statement) => answering(() => run(statement)),
    write: (statements, options) =>
      writer.write(statements, options).catch((error: unknown) => {
        throw meaning(error);
      }),
    size: () =>
      answering(() => {
        const value = (name: string) => Number(database.pragma(name, { simple: true }));
        return (value('page_count') - value('freelist_count')) * value('page_size');
      }),
    scrub: (rewrite) =>
      answering(async () => {
        await writer.flush();
        const end = await turns?.take();
        try {
          if (rewrite) vacuum(database);
          return emptyWriteAheadLog(database);
        } finally {
          end?.();
        }
      }),
    close: () =>
      answering(async () => {
        await writer.flush();
        await durability?.close();
        database.close();
      }),
  };
}
