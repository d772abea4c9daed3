import Sqlite from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Storage } from '../src/audit/index.ts';
import { createSqlLog } from '../src/audit/sql-log.ts';
import { sqliteEngine } from '../src/audit/sqlite/engine.ts';
import { event, statement } from './runtime/log-records.ts';

const skip = { onConflict: 'skip' } as const;

describe('what is asked of the database to append a batch', () => {
  let log: Storage;
  let asked: ('read' | 'write')[];

  beforeEach(async () => {
    const engine = sqliteEngine(new Sqlite(':memory:'));
    asked = [];
    const sql = createSqlLog({
      ...engine,
      read(statement) {
        asked.push('read');
        return engine.read(statement);
      },
      write(statements, options) {
        asked.push('write');
        return engine.write(statements, options);
      },
    });
    log = sql;
    // The first batch asks once whether the log holds events of older versions.
    await log.append([event('first')], skip);
    asked.length = 0;
  });

  it('is one write where nothing repeats: the log is not read before', async () => {
    await log.append([event('e'), statement('a')], skip);
    await log.append([event('f'), statement('b')], skip);
    expect(asked).toEqual(['write', 'write']);
  });

  it('is a look at the log before the write while senders repeat, and none once they have not for long', async () => {
    const askedFor = async (...ids: string[]) => {
      asked.length = 0;
      const outcomes = await log.append(
        ids.map((id) => event(id)),
        skip,
      );
      return {
        outcomes: outcomes.map(({ outcome }) => outcome),
        wrote: asked.filter((one) => one === 'write'),
      };
    };
    await log.append([event('e')], skip);
    const repeated = await askedFor('e', 'f');
    expect(repeated).toEqual({ outcomes: ['duplicate', 'stored'], wrote: ['write', 'write'] });
    const again = await askedFor('e', 'f');
    expect(again).toEqual({ outcomes: ['duplicate', 'duplicate'], wrote: [] });
    for (let at = 0; at < 100; at += 1) await askedFor(`e${at}`);
    await askedFor('g');
    expect(asked).toEqual(['write']);
  });
});
