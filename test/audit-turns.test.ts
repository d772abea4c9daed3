import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { once } from 'node:events';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { sqliteEngine } from '../src/audit/sqlite/engine.ts';
import { sharedTurns, turnsOf } from '../src/audit/sqlite/turn.ts';

/** A thread that writes to a database in turns, and keeps each of them for a while. */
const WRITER = `
const { parentPort, workerData } = require('node:worker_threads');
const Sqlite = require('better-sqlite3');
const database = new Sqlite(workerData.file, { timeout: 0 });
const insert = database.prepare('INSERT INTO things (writer) VALUES (?)');
import(workerData.module).then(async ({ turnsOf }) => {
  const turns = turnsOf(workerData.shared);
  parentPort.postMessage('ready');
  for (let left = workerData.rows; left > 0; left -= 1) {
    const end = await turns.take();
    database.exec('BEGIN IMMEDIATE');
    insert.run('thread');
    const until = performance.now() + 2;
    while (performance.now() < until);
    database.exec('COMMIT');
    end();
  }
  database.close();
});
`;

describe('turns to write', () => {
  it('are given in the order in which they were asked for', async () => {
    const shared = sharedTurns();
    const given: number[] = [];
    const [one, other] = [turnsOf(shared), turnsOf(shared)];
    const first = await one.take();
    const waiting = [other, one, other].map((turns, at) =>
      turns.take().then((end) => {
        given.push(at);
        end();
      }),
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(given).toEqual([]);
    first();
    await Promise.all(waiting);
    expect(given).toEqual([0, 1, 2]);
  });

  it('are wanted from the first asker on until the last one is done', async () => {
    const shared = sharedTurns();
    const [one, other] = [turnsOf(shared), turnsOf(shared)];
    expect(other.areWanted()).toBe(false);
    const end = await one.take();
    const next = one.take();
    expect(other.areWanted()).toBe(true);
    end();
    const last = await next;
    expect(other.areWanted()).toBe(true);
    last();
    expect(other.areWanted()).toBe(false);
  });

  it('are waited for while somebody comes behind the one who has his', async () => {
    const shared = sharedTurns();
    const [one, other] = [turnsOf(shared), turnsOf(shared)];
    const end = await one.take();
    expect(one.areWaitedFor()).toBe(false);
    const next = other.take();
    expect(one.areWaitedFor()).toBe(true);
    end();
    const last = await next;
    expect(other.areWaitedFor()).toBe(false);
    last();
  });

  it('keep threads from ever finding the database locked, and each gets its turn', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'crosswalk-turns-'));
    const file = join(folder, 'things.sqlite');
    const database = new Sqlite(file, { timeout: 0 });
    database.pragma('journal_mode = WAL');
    database.exec('CREATE TABLE things (number INTEGER PRIMARY KEY, writer TEXT NOT NULL) STRICT');
    const shared = sharedTurns();
    const rows = 100;
    const module = new URL('../dist/audit/sqlite/turn.js', import.meta.url).href;
    const thread = new Worker(WRITER, { eval: true, workerData: { file, shared, rows, module } });
    const ended = once(thread, 'exit');
    const engine = sqliteEngine(database, { turns: turnsOf(shared) });
    let working = true;
    void ended.then(() => (working = false));
    await once(thread, 'message');
    const insert = { sql: 'INSERT INTO things (writer) VALUES (?)', parameters: ['here'] };
    // Without turns the first of these that met a write of the thread would fail: nobody waits for a lock.
    let here = 0;
    for (; working; here += 1) await engine.write([insert]);
    const written = database
      .prepare<[], { writer: string }>('SELECT writer FROM things ORDER BY number')
      .all();
    await engine.close();
    rmSync(folder, { recursive: true });
    expect(written.filter(({ writer }) => writer === 'thread')).toHaveLength(rows);
    expect(written.filter(({ writer }) => writer === 'here')).toHaveLength(here);
    expect(here).toBeGreaterThan(rows / 2);
  });

  it('go on without one who never ends his: the lock of the database says what is right', async () => {
    const turns = turnsOf(sharedTurns());
    await turns.take();
    const begun = performance.now();
    const end = await turns.take();
    expect(performance.now() - begun).toBeGreaterThan(4_000);
    end();
  }, 20_000);
});
