import Sqlite from 'better-sqlite3';
import { afterAll, describe, expect, it } from 'vitest';
import { openD1Log } from '../src/audit/d1/index.ts';
import { openSqliteLog } from '../src/audit/sqlite/index.ts';
import {
  COUNT_POSTINGS,
  SELECT_STATEMENT_BY_ID,
  SELECT_UNINDEXED,
  selectStatementPage,
} from '../src/audit/sql/statements.ts';
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
      ...[0, 1, 4].flatMap((others) =>
        (['ascending', 'descending'] as const).map((order) => selectStatementPage(others, order)),
      ),
      SELECT_STATEMENT_BY_ID,
      COUNT_POSTINGS,
    ];
    for (const sql of queries) {
      const steps = plan(sql);
      expect(steps.filter((step) => /^SCAN (?!CONSTANT|\()/.test(step))).toEqual([]);
      expect(steps.filter((step) => step.includes('TEMP B-TREE'))).toEqual([]);
    }
    const [first, ...rest] = plan(selectStatementPage(2, 'descending'));
    expect(first).toMatch(/^SEARCH posting USING COVERING INDEX postings_by_term \(term=\?/);
    // what a posting lacks is known before its record is looked up
    expect(rest.slice(0, 3)).toEqual([
      'SEARCH other0 USING PRIMARY KEY (record=? AND term=?)',
      'SEARCH other1 USING PRIMARY KEY (record=? AND term=?)',
      'SEARCH records USING INTEGER PRIMARY KEY (rowid=?)',
    ]);
  });

  it('take the queue from its front', () => {
    expect(plan(SELECT_UNINDEXED)).toEqual([
      'SCAN unindexed',
      'SEARCH records USING INTEGER PRIMARY KEY (rowid=?)',
    ]);
  });
});
