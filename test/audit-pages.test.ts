import Sqlite from 'better-sqlite3';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { NewRecord, RecordFilter, RecordPosition, Settlement, Storage } from '../src/audit/index.ts';
import { openSqliteLog } from '../src/audit/sqlite/index.ts';
import {
  CONDITION,
  countWalk,
  onItsWay,
  SELECT_ANSWERS,
  SELECT_HISTORIES,
  SELECT_RECORDS_BY_KEY,
  selectMatching,
  selectWalk,
  walkOutbox,
  walkRecords,
} from '../src/audit/sql/record-pages.ts';
import { event, statement } from './runtime/log-records.ts';

const SOURCES = ['lms', 'player'] as const;
const TYPES = ['Event', 'Person'] as const;
const TERMS = ['x', 'y', 'z'] as const;
const DESTINATIONS = ['lrs', 'endpoint'] as const;
const STATES = ['pending', 'delivered', 'dead'] as const;

const made = fc.record({
  kind: fc.constantFrom('statement' as const, 'event' as const, 'describe' as const),
  tenant: fc.constantFrom('campus', 'other'),
  source: fc.constantFrom(...SOURCES),
  type: fc.constantFrom(...TYPES),
  terms: fc.uniqueArray(fc.constantFrom(...TERMS)),
  receivedAt: fc.integer({ min: 1, max: 6 }),
  states: fc.record(
    { lrs: fc.constantFrom(...STATES), endpoint: fc.constantFrom(...STATES) },
    { requiredKeys: [] },
  ),
});
type Made = typeof made extends fc.Arbitrary<infer Value> ? Value : never;

const filter = fc.record(
  {
    source: fc.constantFrom(...SOURCES),
    kinds: fc.uniqueArray(fc.constantFrom('statement' as const, 'event' as const, 'describe' as const), {
      minLength: 1,
    }),
    type: fc.constantFrom(...TYPES),
    terms: fc.uniqueArray(fc.constantFrom(...TERMS)),
    delivery: fc.record(
      { destination: fc.constantFrom(...DESTINATIONS), state: fc.constantFrom(...STATES) },
      { requiredKeys: [] },
    ),
    receivedAfter: fc.nat(6),
    receivedUntil: fc.nat(6),
  },
  { requiredKeys: [] },
);

function recordOf({ kind, terms, states, ...parts }: Made, at: number): NewRecord {
  const make = kind === 'statement' ? statement : event;
  const body = `{"n":${at}}`;
  const deliveries = Object.keys(states).map((destination) => ({ route: 'all', destination }));
  const entry = kind === 'describe' ? {} : { entry: { terms } };
  return make(`id-${at}`, { ...parts, kind, body, deliveries, ...entry });
}

/** Brings each delivery into the state that it is to have. */
async function settle(log: Storage, all: readonly Made[]): Promise<void> {
  for (const destination of DESTINATIONS) {
    const items = await log.pending(destination, 1_000);
    const settlements = items.flatMap(({ key, record }): Settlement[] => {
      const state = all[record.seq - 1]?.states[destination];
      const attempt = { at: 1, status: 200, answer: '' };
      if (state === 'delivered') return [{ key, state, attempt }];
      return state === 'dead' ? [{ key, state, reason: 'refused', attempt }] : [];
    });
    if (settlements.length > 0) {
      await log.settle(settlements, { destination, failures: 0, retryAt: 0, stopped: null, openedAt: null });
    }
  }
}

/** True where a record meets a filter, said as simply as it can be. */
function meets(made: Made, { tenant, delivery, ...wanted }: RecordFilter): boolean {
  const ways = Object.entries(made.states);
  return (
    made.tenant === tenant &&
    (wanted.source ?? made.source) === made.source &&
    (wanted.kinds ?? [made.kind]).includes(made.kind) &&
    (wanted.type ?? made.type) === made.type &&
    (wanted.terms ?? []).every((term) => made.kind !== 'describe' && made.terms.includes(term as 'x')) &&
    (wanted.receivedAfter === undefined || made.receivedAt > wanted.receivedAfter) &&
    (wanted.receivedUntil === undefined || made.receivedAt <= wanted.receivedUntil) &&
    (delivery === undefined ||
      ways.some(
        ([destination, state]) =>
          (delivery.destination ?? destination) === destination && (delivery.state ?? state) === state,
      ))
  );
}

async function allPages(
  log: Storage,
  query: RecordFilter,
  order: 'ascending' | 'descending',
  limit: number,
): Promise<number[]> {
  const seqs: number[] = [];
  let behind: RecordPosition | null = null;
  do {
    const page = await log.pages.page({ ...query, order, limit, ...(behind && { behind }) });
    expect(page.records.length).toBeLessThanOrEqual(limit);
    seqs.push(...page.records.map(({ seq }) => seq));
    behind = page.next;
  } while (behind);
  return seqs;
}

describe('pages of the log', () => {
  it('hold each record that meets the conditions once, whatever the conditions and the size of a page', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(made, { maxLength: 30 }),
        fc.array(filter, { minLength: 1, maxLength: 6 }),
        fc.constantFrom('ascending' as const, 'descending' as const),
        fc.integer({ min: 1, max: 7 }),
        async (all, filters, order, limit) => {
          const log = await openSqliteLog(':memory:');
          if (all.length > 0) await log.append(all.map(recordOf), { onConflict: 'skip' });
          await settle(log, all);
          for (const one of filters) {
            const query = { tenant: 'campus', ...one };
            const found = await allPages(log, query, order, limit);
            const wanted = all.flatMap((value, at) => (meets(value, query) ? [at + 1] : []));
            expect([...found].sort((a, b) => a - b)).toEqual(wanted);
            const isOpen = one.delivery?.state === 'pending' || one.delivery?.state === 'dead';
            if (isOpen) continue;
            const times = found.map((seq) => all[seq - 1]?.receivedAt ?? 0);
            expect(times).toEqual([...times].sort((a, b) => (order === 'ascending' ? a - b : b - a)));
          }
          await log.close();
        },
      ),
      { numRuns: 60 },
    );
  });

  it('go on along a posting list behind each record, those of one time among them', async () => {
    const log = await openSqliteLog(':memory:');
    const said = (at: number, receivedAt: number) =>
      statement(`id-${at}`, { receivedAt, entry: { terms: ['x'] }, deliveries: [] });
    await log.append(
      [1, 2, 2, 2, 3, 4, 4].map((time, at) => said(at, time)),
      { onConflict: 'skip' },
    );
    const query = { tenant: 'campus', terms: ['x'] };
    for (const limit of [1, 2, 3, 7]) {
      expect(await allPages(log, query, 'ascending', limit)).toEqual([1, 2, 3, 4, 5, 6, 7]);
      expect(await allPages(log, query, 'descending', limit)).toEqual([7, 6, 5, 4, 3, 2, 1]);
    }
    await log.close();
  });

  it('look a bounded way for conditions that seldom meet, and go on from there', async () => {
    const database = new Sqlite(':memory:');
    const log = await openSqliteLog(database);
    const count = 120_000;
    database.exec(`
      WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${count})
      INSERT INTO records (tenant, source, language, kind, id, version, type, received_at, digest, content, body)
      SELECT 'campus', iif(n % 2, 'odd', 'even'), 'xapi', 'statement', 'id-' || n, '1.0.3', iif(n % 2, 'odd', 'even'),
        n, x'00', x'00', '{}'
      FROM numbers`);
    const query = { tenant: 'campus', source: 'even', type: 'odd' };
    const first = await log.pages.page({ ...query, order: 'ascending', limit: 10 });
    expect(first.records).toEqual([]);
    expect(first.next?.at).toBeLessThan(count);
    expect(await allPages(log, query, 'descending', 10)).toEqual([]);
    const delivered = { tenant: 'campus', delivery: { state: 'delivered' as const } };
    const page = await log.pages.page({ ...delivered, order: 'ascending', limit: 10 });
    expect(page.records).toEqual([]);
    expect(page.next?.seq).toBeLessThan(count);
    expect(await allPages(log, delivered, 'descending', 10)).toEqual([]);
    await log.close();
  });
});

describe('queries for pages of the log', () => {
  const database = new Sqlite(':memory:');
  afterAll(() => void database.close());
  const plan = (sql: string) => {
    const parameters = Array.from({ length: sql.split('?').length - 1 }, () => 1);
    const steps = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters) as { detail: string }[];
    return steps.map(({ detail }) => detail);
  };

  it('walk along an index and reach the rest by key, whatever they ask for', async () => {
    await openSqliteLog(database);
    const walks = [
      [walkRecords('source')],
      [walkRecords('type')],
      [walkRecords('kind'), walkRecords('kind'), walkRecords('kind')],
      [walkOutbox('pending'), walkOutbox('pending')],
      [walkOutbox('dead')],
    ];
    for (const legs of walks) {
      for (const sql of [selectWalk(legs, 'ascending'), selectWalk(legs, 'descending'), countWalk(legs)]) {
        const steps = plan(sql);
        expect(steps.filter((step) => step.startsWith('SEARCH'))).toHaveLength(legs.length);
        expect(steps.filter((step) => step.includes('TEMP B-TREE'))).toEqual([]);
        expect(steps.filter((step) => /^SCAN (?!CONSTANT|\()/.test(step))).toEqual([]);
      }
    }
    const ways = [true, false].flatMap((destination) =>
      [true, false].map((state) => ({ destination, state })),
    );
    const conditions = [...Object.values(CONDITION), ...ways.map(onItsWay)];
    for (const sql of [selectMatching(conditions), SELECT_RECORDS_BY_KEY, SELECT_HISTORIES, SELECT_ANSWERS]) {
      const scanned = plan(sql).filter((step) => step.startsWith('SCAN'));
      expect(scanned.filter((step) => !/^SCAN (item|json_each) VIRTUAL TABLE/.test(step))).toEqual([]);
    }
  });
});
