import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UniqueViolationError, type SqlEngine } from '../src/audit/engine.ts';
import { LogUnavailableError } from '../src/audit/index.ts';
import type { Durability } from '../src/audit/sqlite/durability.ts';
import { sqliteEngine } from '../src/audit/sqlite/engine.ts';
import { sharedTurns, turnsOf } from '../src/audit/sqlite/turn.ts';

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

  describe('while others wait for their turn', () => {
    /** An engine whose statements take some milliseconds, beside somebody who waits behind it: with what is seen in that one's turn. */
    async function writtenBefore(
      other: boolean,
      batches: readonly (readonly [id: string, again: boolean])[],
    ) {
      const turns = turnsOf(sharedTurns());
      const slow = sqliteEngine(database, { turns });
      database.function('after_a_while', (id: string) => {
        const until = performance.now() + 5;
        while (performance.now() < until);
        return id;
      });
      const end = await turns.take();
      const written = batches.map(([id, repeatable]) =>
        slow.write([{ sql: 'INSERT INTO things (id) VALUES (after_a_while(?))', parameters: [id] }], {
          repeatable,
        }),
      );
      await new Promise((resolve) => setTimeout(resolve, 5));
      const waiting = other
        ? turns.take().then((done) => {
            const found = seen();
            done();
            return found;
          })
        : undefined;
      const { other: watching, now } = commits();
      const versions = new Set([now()]);
      end();
      await Promise.all(written.map((one) => one.then(() => versions.add(now()))));
      watching.close();
      return { before: await waiting, commits: versions.size - 1 };
    }

    it('give their turn up for what can be done again, once it is long', async () => {
      const all = [
        ['a', true],
        ['b', true],
        ['c', false],
      ] as const;
      expect((await writtenBefore(true, all)).before).toEqual(['a']);
      expect(seen()).toEqual(['a', 'b', 'c']);
    });

    it('are written in one turn where nobody waits, or where somebody waits for them', async () => {
      const again = [
        ['a', true],
        ['b', true],
      ] as const;
      expect(await writtenBefore(false, again)).toEqual({ before: undefined, commits: 1 });
      const lasting = [
        ['c', false],
        ['d', false],
      ] as const;
      expect(await writtenBefore(true, lasting)).toEqual({ before: ['a', 'b', 'c', 'd'], commits: 1 });
    });
  });

  describe('where SQLite leaves it to others to sync them', () => {
    /** Syncs that wait until they are let go, or fail. */
    function waitingSyncs() {
      const waiting: { readonly done: () => void; readonly failed: (error: Error) => void }[] = [];
      const durability: Durability = {
        sync: () => new Promise((resolve, reject) => void waiting.push({ done: resolve, failed: reject })),
        close: () => Promise.resolve(),
      };
      return { durability, waiting };
    }
    const addTo = (to: SqlEngine, id: string, repeatable = false) =>
      to.write([{ sql: 'INSERT INTO things (id) VALUES (?) RETURNING id', parameters: [id] }], {
        repeatable,
      });
    const state = async (work: Promise<unknown>) => {
      let found = 'waiting';
      void work.then(() => (found = 'settled'));
      await new Promise((resolve) => setTimeout(resolve, 20));
      return found;
    };

    it('are answered once they are durable, and others are written meanwhile', async () => {
      const { durability, waiting } = waitingSyncs();
      const durable = sqliteEngine(database, { durability });
      const first = addTo(durable, 'a');
      expect(await state(first)).toBe('waiting');
      expect(seen()).toEqual(['a']);
      const next = addTo(durable, 'b');
      expect(await state(next)).toBe('waiting');
      expect(seen()).toEqual(['a', 'b']);
      waiting[0]?.done();
      expect(await state(first)).toBe('settled');
      expect(await state(next)).toBe('waiting');
      waiting[1]?.done();
      expect(await next).toEqual([[{ id: 'b' }]]);
    });

    it('wait for nothing where their work can be done again, also beside one that must last', async () => {
      const { durability, waiting } = waitingSyncs();
      const durable = sqliteEngine(database, { durability });
      await addTo(durable, 'a', true);
      expect(waiting).toHaveLength(0);
      const lasting = addTo(durable, 'b');
      await addTo(durable, 'c', true);
      expect(await state(lasting)).toBe('waiting');
      waiting[0]?.done();
      await lasting;
      expect(waiting).toHaveLength(1);
    });

    it('are refused where the disk refuses, and those that broke a rule are told that at once', async () => {
      const { durability, waiting } = waitingSyncs();
      const durable = sqliteEngine(database, { durability });
      const refused = addTo(durable, 'a');
      const broken = addTo(durable, 'a');
      await expect(broken).rejects.toThrow(UniqueViolationError);
      waiting[0]?.failed(new LogUnavailableError('no disk', { fault: 'unavailable' }));
      await expect(refused).rejects.toThrow('no disk');
    });

    it('are durable before the database is closed', async () => {
      const { durability, waiting } = waitingSyncs();
      const durable = sqliteEngine(database, { durability });
      const written = addTo(durable, 'a');
      const closed = durable.close();
      expect(await state(closed)).toBe('waiting');
      waiting[0]?.done();
      await Promise.all([written, closed]);
      expect(database.open).toBe(false);
    });
  });
});
