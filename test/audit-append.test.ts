import Sqlite from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import type { SqlEngine } from '../src/audit/engine.ts';
import type { Storage } from '../src/audit/index.ts';
import { createSqlLog } from '../src/audit/sql-log.ts';
import { sqliteEngine } from '../src/audit/sqlite/engine.ts';
import { event, keyed, sha256, statement } from './runtime/log-records.ts';

const skip = { onConflict: 'skip' } as const;

/** An engine that says what it is asked before it answers. */
function announced(engine: SqlEngine, before: (asked: 'read' | 'write', sql: string) => unknown): SqlEngine {
  return {
    ...engine,
    async read(statement) {
      await before('read', statement.sql);
      return engine.read(statement);
    },
    async write(statements, options) {
      await before('write', statements.map(({ sql }) => sql).join(';'));
      return engine.write(statements, options);
    },
  };
}

describe('what is asked of the database to append a batch', () => {
  let log: Storage;
  let asked: ('read' | 'write')[];

  beforeEach(async () => {
    asked = [];
    const engine = sqliteEngine(new Sqlite(':memory:'));
    log = createSqlLog(announced(engine, (what) => asked.push(what)));
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

describe('an erasure while a batch is being appended', () => {
  const erasure = { at: 6, tenant: 'campus', reason: 'person', by: 'me' } as const;
  let erasing: Storage;
  let log: Storage;
  let before: { asked: RegExp; then: () => Promise<unknown> } | undefined;

  beforeEach(() => {
    const engine = sqliteEngine(new Sqlite(':memory:'));
    before = undefined;
    erasing = createSqlLog(engine);
    log = createSqlLog(
      announced(engine, async (_, sql) => {
        if (!before?.asked.test(sql)) return;
        const { then } = before;
        before = undefined;
        await then();
      }),
    );
  });

  const said = (n: number) => event('e', { deliveries: [], body: `{"said":${n}}`, digest: sha256(`${n}`) });
  const outcomes = async (...numbers: number[]) => keyed(await log.append(numbers.map(said), skip));

  it('leaves an event that says something else the first of its id and time', async () => {
    await outcomes(1);
    await outcomes(1);
    const inserts = /INSERT INTO records/;
    before = { asked: inserts, then: () => erasing.erasures.erase([1], erasure) };
    expect(await outcomes(2)).toEqual([['stored', 2]]);
    expect(before).toBeUndefined();
    for (let at = 0; at < 101; at += 1) await log.append([event(`other ${at}`, { deliveries: [] })], skip);
    expect(await outcomes(2)).toEqual([['duplicate', 2]]);
  });

  it('makes room for what else was said under the id', async () => {
    const other = statement('a', { deliveries: [], body: '{"other":1}' });
    await log.append([statement('a', { deliveries: [] })], skip);
    before = { asked: /SELECT seq, body FROM records/, then: () => erasing.erasures.erase([1], erasure) };
    const appended = await log.append([other], { onConflict: 'refuse' });
    expect(before).toBeUndefined();
    expect(appended).toEqual([{ outcome: 'stored', seq: 2 }]);
  });
});
