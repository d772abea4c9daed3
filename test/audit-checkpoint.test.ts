import { join } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkpointsBetween } from '../src/audit/sqlite/checkpoint.ts';
import { sharedTurns, turnsOf, type WriteTurns } from '../src/audit/sqlite/turn.ts';
import { folder, type Folder } from './support/command-line.ts';

const PAGES = 40;

describe('the write-ahead log of a gateway with threads', () => {
  let files: Folder;
  let own: Database;
  let other: Database;
  let turns: WriteTurns;

  beforeEach(() => {
    files = folder();
    const path = join(files.path, 'log.sqlite');
    own = new Sqlite(path);
    own.pragma('journal_mode = WAL');
    own.exec('CREATE TABLE notes (text TEXT)');
    other = new Sqlite(path);
    for (const database of [own, other]) database.pragma('wal_autocheckpoint = 0');
    own.pragma('wal_checkpoint(TRUNCATE)');
    turns = turnsOf(sharedTurns());
  });

  afterEach(() => {
    own.close();
    other.close();
    files.remove();
  });

  const write = (database: Database, pages: number) => {
    const insert = database.prepare('INSERT INTO notes VALUES (?)');
    for (let written = 0; written < pages; written += 1) insert.run('x'.repeat(4_000));
  };
  const progress = () => {
    const [found] = own.pragma('wal_checkpoint(NOOP)') as [{ log: number; checkpointed: number }];
    return found;
  };

  it('stays where it is while it is short', async () => {
    write(other, 2);
    await checkpointsBetween(own, PAGES, turns)();
    expect(progress().log).toBeGreaterThan(0);
    expect(progress().checkpointed).toBe(0);
  });

  it('is brought into the file early while nobody wants to write, and late while somebody does', async () => {
    write(other, PAGES / 8);
    const bringOver = checkpointsBetween(own, PAGES, turns);
    const end = await turns.take();
    await bringOver();
    expect(progress().checkpointed).toBe(0);
    end();
    await bringOver();
    expect(progress().checkpointed).toBe(progress().log);
  });

  it('does not wait for a time when nobody wants to write once it is long', async () => {
    write(other, PAGES);
    const end = await turns.take();
    await checkpointsBetween(own, PAGES, turns)();
    expect(progress().checkpointed).toBe(progress().log);
    end();
  });

  it('is brought into the file once it is long, so that the next writer begins it anew', async () => {
    write(other, PAGES);
    await checkpointsBetween(own, PAGES, turns)();
    expect(progress().checkpointed).toBe(progress().log);
    write(other, 1);
    expect(progress().log).toBeLessThan(PAGES);
  });

  /** `own`, beside which another thread is writing a page while each of so many checkpoints works, but for its own turn. */
  const writtenBeside = (checkpoints = Infinity) => {
    let left = checkpoints;
    const pragma = (text: string) => {
      if (text !== 'wal_checkpoint(PASSIVE)' || turns.areWanted() || left === 0) return own.pragma(text);
      left -= 1;
      other.exec('BEGIN IMMEDIATE');
      write(other, 1);
      const answer = own.pragma(text);
      other.exec('COMMIT');
      return answer;
    };
    return { pragma } as Pick<Database, 'pragma'> as Database;
  };

  it('is left with what was written while the pages went over as long as it is not long', async () => {
    write(other, PAGES / 8);
    await checkpointsBetween(writtenBeside(), PAGES, turns)();
    expect(progress().checkpointed).toBeLessThan(progress().log);
  });

  it('takes no turn where its end can be brought over while nobody happens to write', async () => {
    write(other, 3 * PAGES);
    let taken = 0;
    const counted = { ...turns, take: () => ((taken += 1), turns.take()) };
    await checkpointsBetween(writtenBeside(2), PAGES, counted)();
    expect(progress().checkpointed).toBe(progress().log);
    expect(taken).toBe(0);
    write(other, 3 * PAGES);
    await checkpointsBetween(writtenBeside(3), PAGES, counted)();
    expect(progress().checkpointed).toBe(progress().log);
    expect(taken).toBe(1);
  });

  it('is begun anew in the end though somebody writes during each checkpoint', async () => {
    const bringOver = checkpointsBetween(writtenBeside(), PAGES, turns);
    let longest = 0;
    for (let turn = 0; turn < 20; turn += 1) {
      write(other, PAGES / 8);
      longest = Math.max(longest, progress().log);
      await bringOver();
    }
    expect(longest).toBeLessThan(3 * PAGES);
  });

  it('waits for its turn with what a reader kept from being brought over, and goes on without it', async () => {
    write(own, 1);
    other.exec('BEGIN');
    other.prepare('SELECT count(*) FROM notes').get();
    write(own, 2 * PAGES);
    const end = await turns.take();
    let isOver = false;
    const over = checkpointsBetween(own, PAGES, turns)().then(() => {
      isOver = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(isOver).toBe(false);
    other.exec('COMMIT');
    end();
    await over;
    expect(progress().checkpointed).toBe(progress().log);
  });

  it('ends no gateway where it cannot be brought over', async () => {
    const closed = new Sqlite(join(files.path, 'closed.sqlite'));
    closed.close();
    await expect(checkpointsBetween(closed, PAGES, turns)()).resolves.toBeUndefined();
  });
});
