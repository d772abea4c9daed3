import Sqlite from 'better-sqlite3';
import { afterAll, describe, expect, it } from 'vitest';
import { openD1Log } from '../src/audit/d1/index.ts';
import type { WriteOptions } from '../src/audit/engine.ts';
import { createStatementIndex } from '../src/audit/index-statements.ts';
import { sqliteEngine } from '../src/audit/sqlite/engine.ts';
import { openSqliteLog } from '../src/audit/sqlite/index.ts';
import { COUNT_RUNS, selectRuns, selectStretchEnd } from '../src/audit/sql/postings.ts';
import {
  SELECT_STATEMENT_BY_ID,
  SELECT_UNINDEXED,
  selectStatements,
  STILL_QUEUED,
} from '../src/audit/sql/statements.ts';
import { event, statement } from './runtime/log-records.ts';
import { EXTEND_PROMISE, KEEP_PROMISE, SELECT_CONSISTENCY } from '../src/audit/sql/consistency.ts';
import { shouldKeepTheStorageContract } from './runtime/storage-contract.ts';
import { D1Host } from './support/d1.ts';

shouldKeepTheStorageContract({
  name: 'an SQLite file',
  create: () => openSqliteLog(new Sqlite(':memory:')),
  dispose: async () => undefined,
});

const d1 = new D1Host(40);

shouldKeepTheStorageContract({
  name: 'D1 in workerd',
  async create() {
    return openD1Log(d1.database());
  },
  dispose: () => d1.dispose(),
});

/** Postings of two terms, a hundred and forty thousand of each and never of one record. None has a record: where terms do not meet, none is read. */
const LISTS_THAT_NEVER_MEET = `
WITH RECURSIVE places (place) AS (VALUES (1) UNION ALL SELECT place + 1 FROM places WHERE place < 280000)
INSERT INTO posting_runs (stored, term, first, places)
SELECT place / 2, (SELECT key FROM terms WHERE value = iif(place % 2, 'term odd', 'term even')), 1000 + place, ' 0 '
FROM places`;

describe('ids of the statements that events map to', () => {
  it('are kept where an event does not tell them, and found in older logs, which kept them all', async () => {
    const database = new Sqlite(':memory:');
    const log = await openSqliteLog(database);
    await log.append(
      ['urn:uuid:a', 'urn:uuid:B'].map((id) => event(id, { deliveries: [] })),
      { onConflict: 'skip' },
    );
    const ids = ['a', 'b'];
    const queue = await log.statements.queue(2);
    await log.statements.index(
      queue.map((record, at) => ({ record, statement: { id: ids[at] ?? '', entry: { terms: ['x'] } } })),
    );
    const kept = () =>
      database.prepare('SELECT record, id FROM derived_statements ORDER BY record').raw().all();
    const found = () => Promise.all(ids.map(async (id) => (await log.statements.find('campus', id))?.id));
    expect(kept()).toEqual([[2, 'b']]);
    expect(await found()).toEqual(ids);
    database.exec("INSERT INTO derived_statements VALUES (1, 'campus', 'a')");
    expect(await found()).toEqual(ids);
    await log.close();
  });
});

describe('a long batch of the queue', () => {
  it('is indexed in parts that can be done again, between which others can write', async () => {
    const database = new Sqlite(':memory:');
    const log = await openSqliteLog(database);
    const events = Array.from({ length: 300 }, (_, at) => event(`urn:uuid:${at}`, { deliveries: [] }));
    await log.append(events, { onConflict: 'skip' });
    const engine = sqliteEngine(database);
    const batches: (WriteOptions | undefined)[] = [];
    const index = createStatementIndex({
      ...engine,
      write(statements, options) {
        batches.push(options);
        return engine.write(statements, options);
      },
    });
    const queue = await index.queue(1_000);
    const entry = { terms: ['x'] };
    await index.index(
      queue.map((record, at) => ({ record, statement: { id: String(at), entry } })),
      125,
    );
    expect(batches).toEqual(Array(3).fill({ repeatable: true }));
    expect(await index.queue(1_000)).toEqual([]);
    const page = { tenant: 'campus', terms: ['x'], order: 'ascending', limit: 1_000 } as const;
    const { statements } = await log.statements.read(page);
    expect(statements.map(({ record }) => record.id)).toEqual(events.map(({ id }) => id));
    await log.close();
  });
});

describe('queries for statements', () => {
  const database = new Sqlite(':memory:');
  afterAll(() => void database.close());

  const plan = (sql: string) => {
    const parameters = Array.from({ length: sql.split('?').length - 1 }, () => 1);
    const steps = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters) as { detail: string }[];
    return steps.map(({ detail }) => detail);
  };

  it('walk along an index and reach records by key, whatever they ask for', async () => {
    await openSqliteLog(database);
    const queries = [
      ...(['ascending', 'descending'] as const).flatMap((order) => [
        ...[0, 1, 4].map((others) => selectRuns(others, order)),
        selectStretchEnd(order),
      ]),
      ...[0, 1, 4].map((terms) => selectStatements(terms)),
      SELECT_STATEMENT_BY_ID,
      COUNT_RUNS,
      EXTEND_PROMISE,
      KEEP_PROMISE,
      SELECT_CONSISTENCY,
      STILL_QUEUED,
    ];
    for (const sql of queries) {
      const steps = plan(sql);
      expect(
        steps.filter((step) => /^SCAN (?!CONSTANT|\(|(item|json_each|json_each EXISTS) VIRTUAL)/.test(step)),
      ).toEqual([]);
      expect(steps.filter((step) => step.includes('TEMP B-TREE'))).toEqual([]);
    }
    const searches = (sql: string) => plan(sql).filter((step) => step.startsWith('SEARCH'));
    // where terms seldom meet, the index tells
    expect(searches(selectRuns(2, 'descending'))).toEqual([
      'SEARCH walked USING COVERING INDEX runs_by_term (term=? AND stored>? AND stored<?)',
      'SEARCH other USING COVERING INDEX runs_by_term (term=? AND stored=?)',
      'SEARCH other USING COVERING INDEX runs_by_term (term=? AND stored=?)',
      'SEARCH run USING PRIMARY KEY (stored=? AND term=? AND first=?)',
    ]);
    // what a record lacks is known before it is looked up
    expect(searches(selectStatements(2)).slice(0, 3)).toEqual([
      'SEARCH own USING PRIMARY KEY (stored=? AND term=?)',
      'SEARCH own USING PRIMARY KEY (stored=? AND term=?)',
      'SEARCH records USING INTEGER PRIMARY KEY (rowid=?)',
    ]);
  });

  it('go a bounded way where conditions seldom meet, and lead on from there, either way', async () => {
    const log = await openSqliteLog(database);
    const wanted = statement('wanted', { entry: { terms: ['even', 'odd'] }, receivedAt: 70_000 });
    await log.append([wanted], { onConflict: 'skip' });
    database.exec(LISTS_THAT_NEVER_MEET);
    const page = { tenant: 'campus', terms: ['even', 'odd'], limit: 9 } as const;
    for (const order of ['ascending', 'descending'] as const) {
      const pages = [await log.statements.read({ ...page, order })];
      for (let behind = pages[0]?.next; behind; behind = pages.at(-1)?.next) {
        pages.push(await log.statements.read({ ...page, order, behind }));
      }
      expect(pages.map(({ statements }) => statements.map(({ id }) => id))).toEqual([[], ['wanted'], []]);
    }
    const single = await log.statements.read({ ...page, terms: ['even'], order: 'descending', limit: 1 });
    expect(single.next).not.toBeNull();
  });

  it('go a shorter way along a single list, where each record has to be looked for', async () => {
    const log = await openSqliteLog(database);
    const page = { tenant: 'campus', terms: ['even'], order: 'descending', limit: 9 } as const;
    const { statements, next } = await log.statements.read(page);
    expect(statements).toEqual([]);
    expect(next?.stored).toBeGreaterThan(140_000 - 12_000);
  });

  it('take the queue from its front', () => {
    expect(plan(SELECT_UNINDEXED)).toEqual([
      'SCAN unindexed',
      'SEARCH records USING INTEGER PRIMARY KEY (rowid=?)',
    ]);
  });
});
