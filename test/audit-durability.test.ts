import { statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { durabilityOf } from '../src/audit/sqlite/durability.ts';
import { folder, type Folder } from './support/command-line.ts';

describe('the durability of what was committed', () => {
  let files: Folder;
  let path: string;
  let database: Database;

  beforeEach(() => {
    files = folder();
    path = join(files.path, 'log.sqlite');
    database = new Sqlite(path);
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = NORMAL');
    database.exec('CREATE TABLE notes (text TEXT)');
  });

  afterEach(() => {
    database.close();
    files.remove();
  });

  const write = () => database.exec("INSERT INTO notes VALUES ('x')");

  /** Opens real files whose syncs can be held up and made to fail, and tells what was synced. */
  function watched() {
    const synced: string[] = [];
    const failures: Error[] = [];
    let held: Promise<void> = Promise.resolve();
    const openFile = async (name: string) => {
      const file = await open(name, 'r+');
      return {
        async datasync() {
          synced.push(name);
          await held;
          const failure = failures.shift();
          if (failure) throw failure;
          await file.datasync();
        },
        close: () => file.close(),
      };
    };
    const hold = () => {
      let letGo: () => void = () => undefined;
      held = new Promise((resolve) => {
        letGo = resolve;
      });
      return letGo;
    };
    return { openFile, synced, failures, hold };
  }

  const full = () => Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });

  it('comes from a sync of the write-ahead log', async () => {
    const { openFile, synced } = watched();
    const durability = durabilityOf(database, undefined, openFile);
    write();
    await durability.sync();
    expect(synced).toEqual([`${path}-wal`]);
    await durability.close();
  });

  it('is shared by those who come while the disk works, and begins anew for them', async () => {
    const { openFile, synced, hold } = watched();
    const durability = durabilityOf(database, undefined, openFile);
    const letGo = hold();
    const first = durability.sync();
    await expect.poll(() => synced.length).toBe(1);
    let isOver = false;
    const later = Promise.all([durability.sync(), durability.sync()]).then(() => {
      isOver = true;
    });
    letGo();
    await first;
    expect(isOver).toBe(false);
    await later;
    expect(synced).toHaveLength(2);
    await durability.close();
  });

  it('is refused with what is the matter, and nothing counts before all has come into the file of the database', async () => {
    const { openFile, synced, failures } = watched();
    const durability = durabilityOf(database, undefined, openFile);
    failures.push(full());
    write();
    await expect(durability.sync()).rejects.toMatchObject({ name: 'LogUnavailableError', fault: 'full' });
    const reader = new Sqlite(path);
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM notes').get();
    database.pragma('busy_timeout = 20');
    write();
    await expect(durability.sync()).rejects.toThrow('a reader kept it');
    expect(synced).toHaveLength(1);
    reader.exec('COMMIT');
    reader.close();
    await durability.sync();
    expect(statSync(`${path}-wal`).size).toBe(0);
    expect(synced).toHaveLength(1);
    write();
    await durability.sync();
    expect(synced).toHaveLength(2);
    await durability.close();
  });

  it('waits for what is under way before it ends', async () => {
    const { openFile, synced, hold } = watched();
    const durability = durabilityOf(database, undefined, openFile);
    const letGo = hold();
    const settled: string[] = [];
    const last = durability.sync().then(() => settled.push('synced'));
    await expect.poll(() => synced.length).toBe(1);
    const closed = durability.close().then(() => settled.push('closed'));
    letGo();
    await Promise.all([last, closed]);
    expect(settled).toEqual(['synced', 'closed']);
  });
});
