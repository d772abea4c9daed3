import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sqliteEngine } from '../src/audit/sqlite/engine.ts';
import type { SqlEngine } from '../src/audit/engine.ts';

let folder: string;
let database: Database;
let engine: SqlEngine;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'crosswalk-group-'));
  database = new Sqlite(join(folder, 'log.sqlite'));
  database.pragma('journal_mode = WAL');
  database.exec('CREATE TABLE things (id TEXT PRIMARY KEY, number INTEGER) STRICT');
  engine = sqliteEngine(database);
});

afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

const add = (...ids: string[]) =>
  engine.write(
    ids.map((id) => ({ sql: 'INSERT INTO things (id) VALUES (?) RETURNING id', parameters: [id] })),
  );

/** What another process sees. */
function seen(): string[] {
  const other = new Sqlite(join(folder, 'log.sqlite'), { readonly: true });
  const rows = other.prepare<[], { id: string }>('SELECT id FROM things ORDER BY rowid').all();
  other.close();
  return rows.map(({ id }) => id);
}

/** Transactions that the file has seen: each moves its version as others see it. */
const commits = () => {
  const other = new Sqlite(join(folder, 'log.sqlite'), { readonly: true });
  const version = other.pragma('data_version', { simple: true });
  return { other, version, now: () => other.pragma('data_version', { simple: true }) };
};

describe('batches that come together', () => {
  it('share a commit, and are answered with their own rows once all can be seen', async () => {
    let first: string[] = [];
    const rows = await Promise.all([
      add('a', 'b').then((own) => {
        first = seen();
        return own;
      }),
      add('c'),
    ]);
    expect(rows).toEqual([[[{ id: 'a' }], [{ id: 'b' }]], [[{ id: 'c' }]]]);
    expect(first).toEqual(['a', 'b', 'c']);
  });

  it('are not answered before the commit', async () => {
    const { other, version, now } = commits();
    const written = add('a');
    await Promise.resolve();
    expect(now()).toBe(version);
    await written;
    expect(now()).not.toBe(version);
    other.close();
  });

  it('fail alone: what one batch breaks is undone, and the others stand', async () => {
    const ended = await Promise.allSettled([add('a'), add('b', 'a'), add('c')]);
    expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(seen()).toEqual(['a', 'c']);
  });

  it('fail together where the file cannot be written, and nothing of them stands', async () => {
    const other = new Sqlite(join(folder, 'log.sqlite'));
    database.pragma('busy_timeout = 10');
    other.exec('BEGIN IMMEDIATE');
    const ended = await Promise.allSettled([add('a'), add('b')]);
    other.exec('ROLLBACK');
    other.close();
    expect(ended.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(seen()).toEqual([]);
    await add('c');
    expect(seen()).toEqual(['c']);
  });

  it('are written before the database is closed', async () => {
    const written = add('a');
    await engine.close();
    await written;
    expect(seen()).toEqual(['a']);
  });

  describe('that can be done again', () => {
    const FULL = 2;
    const NORMAL = 1;

    beforeEach(() => database.pragma('synchronous = FULL'));

    /** How a batch is synced: SQLite tells it inside the transaction. */
    const synced = async (repeatable: boolean, ...broken: string[]) => {
      const asked = [{ sql: 'PRAGMA synchronous', parameters: [] }];
      const also = broken.map((sql) => ({ sql, parameters: [] }));
      const [rows] = await engine.write([...asked, ...also], { repeatable });
      return Number(rows?.[0]?.synchronous);
    };

    it('need no sync of their own', async () => {
      expect(await synced(true)).toBe(NORMAL);
    });

    it('are synced together with one that must last', async () => {
      expect(await Promise.all([synced(true), synced(false), synced(true)])).toEqual([FULL, FULL, FULL]);
    });

    it('leave those behind them as durable as ever, also where they fail', async () => {
      await expect(synced(true, 'INSERT INTO nowhere VALUES (1)')).rejects.toThrow('nowhere');
      expect(await synced(false)).toBe(FULL);
      await synced(true);
      expect(database.pragma('synchronous', { simple: true })).toBe(FULL);
    });
  });
});
