import type * as Fs from 'node:fs';
import { chmodSync, fdatasync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import Sqlite, { type Database } from 'better-sqlite3';
import { afterAll, describe, expect, it, vi } from 'vitest';

import { LogUnavailableError } from '../src/audit/index.ts';
import { MIGRATIONS } from '../src/audit/sql/migrations.ts';
import { openSqliteLog } from '../src/audit/sqlite/index.ts';
import { smallDisk } from './faults/disk.ts';
import { shouldKeepTheLogContract } from './runtime/log-contract.ts';
import { mapped, statement } from './runtime/log-records.ts';

/** Syncs as ever, and counts it. */
vi.mock('node:fs', async (original) => {
  const present = await original<typeof Fs>();
  return { ...present, fdatasync: vi.fn(present.fdatasync) };
});

const folder = mkdtempSync(join(tmpdir(), 'crosswalk-log-'));
let files = 0;
const freshPath = () => join(folder, `${(files += 1)}.db`);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

shouldKeepTheLogContract({
  name: 'an SQLite file',
  async create() {
    const path = freshPath();
    return {
      open: () => openSqliteLog(path),
      async damage() {
        const database = new Sqlite(path);
        database.pragma('foreign_keys = OFF');
        for (const table of ['records', 'outbox', 'destinations']) database.exec(`DROP TABLE ${table}`);
        database.close();
      },
    };
  },
  async dispose() {
    // The folder goes with the file's own clean-up.
  },
});

/** What SQLite calls the ways in which it syncs. */
const [NORMAL, FULL] = [1, 2];

describe('the SQLite driver', () => {
  const settings = (database: Database) =>
    ['journal_mode', 'synchronous', 'foreign_keys', 'busy_timeout'].map((name) =>
      database.pragma(name, { simple: true }),
    );

  it('has a write-ahead log, checks references and waits for locks, also in a database handed in', async () => {
    const database = new Sqlite(freshPath());
    const log = await openSqliteLog(database);
    expect(settings(database)).toEqual(['wal', NORMAL, 1, 5_000]);
    await log.close();
    expect(database.open).toBe(false);
  });

  it('leaves every sync to SQLite where there can be no write-ahead log', async () => {
    const database = new Sqlite(':memory:');
    const log = await openSqliteLog(database);
    expect(settings(database)).toEqual(['memory', FULL, 1, 5_000]);
    await log.append([statement('a')], { onConflict: 'skip' });
    await log.close();
  });

  it('runs each migration once', async () => {
    const database = new Sqlite(freshPath());
    await openSqliteLog(database);
    await (await openSqliteLog(database)).append([statement('a')], { onConflict: 'skip' });
    expect(database.prepare('SELECT number FROM migrations').all()).toEqual(
      MIGRATIONS.map(({ number }) => ({ number })),
    );
    expect(MIGRATIONS.length).toBeGreaterThan(1);
  });

  it('leaves out the sync only of what is done again: deliveries, leases and the index', async () => {
    const database = new Sqlite(freshPath());
    const log = await openSqliteLog(database);
    const unsynced = async (work: Promise<unknown>) => {
      vi.mocked(fdatasync).mockClear();
      await work;
      return vi.mocked(fdatasync).mock.calls.length === 0;
    };
    const untroubled = { destination: 'lrs', failures: 0, retryAt: 0, stopped: null, openedAt: null };
    const attempt = { at: 1, status: 200, answer: '' };
    const delivered = (key: number) => ({ key, state: 'delivered', attempt }) as const;
    const dead = { key: 2, state: 'dead', reason: 'refused', attempt } as const;
    const records = ['a', 'b', 'c'].map((id) => statement(id));

    expect(await unsynced(log.append(records, { onConflict: 'skip' }))).toBe(false);
    expect(await unsynced(log.lease('lrs', 'me', 1, 2))).toBe(true);
    expect(await unsynced(log.fix([{ key: 1, outbound: mapped('{}') }]))).toBe(false);
    expect(await unsynced(log.settle([delivered(1)], untroubled))).toBe(true);
    expect(await unsynced(log.settle([dead, delivered(3)], untroubled))).toBe(false);
    expect(await unsynced(log.settle([], { ...untroubled, failures: 1, retryAt: 9 }))).toBe(false);
    expect(await unsynced(log.settle([], { ...untroubled, stopped: 'status 401' }))).toBe(false);
    expect(await unsynced(log.proof.seal(10, 5))).toBe(false);
    const erased = log.erasures.erase([3], { at: 6, tenant: 'campus', reason: 'person', by: 'me' });
    expect(await unsynced(erased)).toBe(false);
    await log.close();
  });

  it('says that it is unavailable once closed', async () => {
    const log = await openSqliteLog(freshPath());
    await log.close();
    await expect(log.counts()).rejects.toThrow(LogUnavailableError);
    await expect(log.append([statement('a')], { onConflict: 'skip' })).rejects.toThrow(LogUnavailableError);
  });

  it('does not open a file that is no database', async () => {
    const path = freshPath();
    writeFileSync(path, 'no database at all, but long enough to look like one');
    await expect(openSqliteLog(path)).rejects.toThrow(LogUnavailableError);
    await expect(openSqliteLog(join(folder, 'absent', 'x.db'))).rejects.toThrow(LogUnavailableError);
  });

  it('says that it is unavailable while another process holds the file, and goes on afterwards', async () => {
    const path = freshPath();
    const database = new Sqlite(path);
    const log = await openSqliteLog(database);
    database.pragma('busy_timeout = 50');
    const other = new Sqlite(path);
    other.exec('BEGIN IMMEDIATE');
    await expect(log.append([statement('a')], { onConflict: 'skip' })).rejects.toThrow(/SQLITE_BUSY/);
    other.exec('COMMIT');
    expect(await log.append([statement('a')], { onConflict: 'skip' })).toEqual([
      { outcome: 'stored', seq: 1 },
    ]);
    other.close();
  });

  it('says that it is unavailable where the disk is full, and keeps what it has', async () => {
    const database = new Sqlite(freshPath());
    const log = await openSqliteLog(database);
    await log.append([statement('a')], { onConflict: 'skip' });
    const pages = database.pragma('page_count', { simple: true }) as number;
    database.pragma(`max_page_count = ${pages}`);
    const large = statement('b', { body: 'x'.repeat(100_000) });
    await expect(log.append([large], { onConflict: 'skip' })).rejects.toThrow(/SQLITE_FULL/);
    database.pragma('max_page_count = 100000');
    expect(await log.append([large], { onConflict: 'skip' })).toEqual([{ outcome: 'stored', seq: 2 }]);
  });

  it('keeps its write-ahead log small where the disk is', async ({ skip }) => {
    const disk = smallDisk(join(folder, 'disk'), 12);
    if (!disk) return skip('this user may not mount a small file system');
    const path = join(disk.path, 'log.db');
    const log = await openSqliteLog(path);
    const body = 'x'.repeat(20_000);
    // four megabytes: with a write-ahead log as large as elsewhere there would be no room for the file
    for (let n = 0; n < 200; n += 1) {
      await log.append([statement(`s${n}`, { body })], { onConflict: 'skip' });
      expect(statSync(`${path}-wal`).size).toBeLessThan(1_500_000);
    }
    await log.close();
    disk.remove();
  });

  // Skipped for root, who may write any file.
  it.skipIf(process.getuid?.() === 0)('does not open a file that it may not write', async () => {
    const path = freshPath();
    await (await openSqliteLog(path)).close();
    chmodSync(path, 0o444);
    const log = openSqliteLog(path).then((opened) => opened.append([statement('a')], { onConflict: 'skip' }));
    await expect(log).rejects.toThrow(LogUnavailableError);
  });

  it('answers its frequent questions from indexes, never from the whole table', async () => {
    const { SELECT_PENDING } = await import('../src/audit/sql/outbox.ts');
    const { SELECT_EVENTS_OF_NAMES, SELECT_NEWEST_EVENT, SELECT_QUEUED_OF_ID, SELECT_UNTIMED } =
      await import('../src/audit/sql/events.ts');
    const { SELECT_STATEMENT, SELECT_STATEMENTS_OF_IDS } = await import('../src/audit/sql/records.ts');
    const { SELECT_STATEMENT_BY_ID } = await import('../src/audit/sql/statements.ts');
    const { COUNT_OUTBOX } = await import('../src/audit/sql/destinations.ts');
    const database = new Sqlite(freshPath());
    await openSqliteLog(database);
    for (const sql of [
      SELECT_PENDING,
      SELECT_NEWEST_EVENT,
      SELECT_EVENTS_OF_NAMES,
      SELECT_QUEUED_OF_ID,
      SELECT_UNTIMED,
      SELECT_STATEMENT,
      SELECT_STATEMENT_BY_ID,
      SELECT_STATEMENTS_OF_IDS,
      COUNT_OUTBOX,
    ]) {
      const values = Array.from({ length: sql.split('?').length - 1 }, () => '1');
      const plan = database
        .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
        .all(...values);
      // a search by the source or the kind of records alone goes through most of the log
      const scans = plan
        .map((step) => step.detail)
        .filter((detail) => /SCAN (records|outbox)|INDEX records_by_/.test(detail));
      expect(scans).toEqual([]);
    }
  });
});
