import Sqlite from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Indexing, NewRecord, StatementEntry, StatementPage, Storage } from '../src/audit/index.ts';
import { openSqliteLog } from '../src/audit/sqlite/index.ts';
import { event, statement } from './runtime/log-records.ts';

const TERMS = ['x', 'y', 'z'] as const;
const SOURCES = ['lms', 'player'] as const;
const TARGETS = ['target 0', 'target 1'] as const;
const NOTE = { at: 6, tenant: 'campus', reason: 'person', by: 'me' } as const;

const made = fc.record({
  kind: fc.constantFrom('statement' as const, 'event' as const),
  source: fc.constantFrom(...SOURCES),
  receivedAt: fc.integer({ min: 1, max: 4 }),
  terms: fc.subarray([...TERMS]),
  /** Whether it is what others refer to, refers to that, or neither. */
  part: fc.constantFrom('none' as const, 'none' as const, 'target' as const, 'referring' as const),
  which: fc.nat(TARGETS.length - 1),
});
type Made = typeof made extends fc.Arbitrary<infer Value> ? Value : never;

/** What is done to a log. */
type Step =
  | { readonly does: 'append'; readonly records: readonly Made[] }
  /** `erased` goes while the indexer has read the queue and has not written yet. */
  | {
      readonly does: 'index';
      readonly most: number;
      readonly part: number;
      readonly erased: readonly number[];
    }
  | { readonly does: 'erase'; readonly seqs: readonly number[] };

const seqs = fc.uniqueArray(fc.integer({ min: 1, max: 20 }), { maxLength: 4 });

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    does: fc.constant('append' as const),
    records: fc.array(made, { minLength: 1, maxLength: 8 }),
  }),
  fc.record({
    does: fc.constant('index' as const),
    most: fc.integer({ min: 1, max: 12 }),
    part: fc.integer({ min: 1, max: 5 }),
    erased: fc.oneof(fc.constant([]), seqs),
  }),
  fc.record({ does: fc.constant('erase' as const), seqs }),
);

/** A record as the index is to know it. */
interface Known extends Made {
  readonly seq: number;
  /** Of the statement that it is or maps to. */
  readonly id: string;
  isIndexed: boolean;
}

/** What the index is to find, said as simply as it can be. */
class Model {
  records: Known[] = [];
  #last = 0;
  readonly #taken = new Set<string>();

  /** Ids are given once: a second target of a name is nobody's. */
  add(one: Made): Known {
    this.#last += 1;
    const wanted = one.part === 'target' ? (TARGETS[one.which] ?? '') : '';
    const id = wanted === '' || this.#taken.has(wanted) ? `id ${this.#last}` : wanted;
    this.#taken.add(id);
    const known = { ...one, seq: this.#last, id, isIndexed: one.kind === 'statement' };
    this.records.push(known);
    return known;
  }

  erase(erased: readonly number[]): void {
    const gone = this.records.filter(({ seq }) => erased.includes(seq));
    this.records = this.records.filter((one) => !gone.includes(one));
    for (const one of this.records) {
      const { refersTo } = entryOf(one);
      // An event that is still to be indexed is not known to refer to anything.
      if (one.isIndexed && gone.some(({ id }) => id === refersTo)) one.isIndexed = false;
    }
  }

  /** The terms by which a record is found: its own, and those of what it refers to. */
  #terms(one: Known): readonly string[] {
    const { refersTo } = entryOf(one);
    const target = this.records.find(({ id, isIndexed }) => id === refersTo && isIndexed);
    return [...one.terms, ...(target?.terms ?? [])];
  }

  find({ terms, source, storedAfter = 0, storedUntil = 9, order }: StatementPage): number[] {
    const found = this.records
      .filter((one) => one.isIndexed && (source ?? one.source) === one.source)
      .filter(({ receivedAt }) => receivedAt > storedAfter && receivedAt <= storedUntil)
      .filter((one) => terms.every((term) => this.#terms(one).includes(term)))
      .sort((one, other) => one.receivedAt - other.receivedAt || one.seq - other.seq);
    return (order === 'ascending' ? found : found.reverse()).map(({ seq }) => seq);
  }
}

const entryOf = ({ terms, part, which }: Made): StatementEntry => ({
  terms,
  ...(part === 'referring' ? { refersTo: TARGETS[which] ?? '' } : {}),
});

function recordOf(known: Known): NewRecord {
  const { kind, source, receivedAt, id } = known;
  const parts = { source, receivedAt, deliveries: [] };
  return kind === 'statement'
    ? statement(id, { ...parts, entry: entryOf(known) })
    : event(`urn:uuid:${id}`, parts);
}

async function erase(log: Storage, model: Model, erased: readonly number[]): Promise<void> {
  if (erased.length === 0) return;
  await log.erasures.erase(erased, NOTE);
  model.erase(erased);
}

async function taken(log: Storage, model: Model, one: Step): Promise<void> {
  if (one.does === 'append') {
    await log.append(
      one.records.map((record) => recordOf(model.add(record))),
      { onConflict: 'skip' },
    );
    return;
  }
  if (one.does === 'erase') {
    await erase(log, model, one.seqs);
    return;
  }
  const queue = await log.statements.queue(one.most);
  const indexings = queue.map((record): Indexing => {
    const known = model.records.find(({ seq }) => seq === record.seq);
    return { record, statement: known ? { id: known.id, entry: entryOf(known) } : null };
  });
  await erase(log, model, one.erased);
  await log.statements.index(indexings, one.part);
  for (const known of model.records) {
    if (queue.some(({ seq }) => seq === known.seq)) known.isIndexed = true;
  }
}

/** Each place of the runs, with the record that stands there. */
const EVERY_PLACE = `
SELECT term, stored, first, place.value AS place,
  (SELECT 1 FROM records WHERE seq = first + place.value AND received_at = stored) AS is_there
FROM posting_runs, json_each('[' || replace(trim(places), ' ', ',') || ']') AS place`;

/** What holds of the runs whatever is done: none is empty, and each place is that of a record of its time and stands once. */
function expectSoundRuns(database: Sqlite.Database): void {
  const rows = database.prepare(EVERY_PLACE).all() as Record<string, number | null>[];
  expect(rows.filter(({ is_there: isThere }) => isThere !== 1)).toEqual([]);
  const named = rows.map(({ term, stored, first, place }) =>
    [term, stored, Number(first) + Number(place)].join(),
  );
  expect(new Set(named).size).toBe(named.length);
  expect(database.prepare("SELECT 1 FROM posting_runs WHERE trim(places) = ''").all()).toEqual([]);
  const unused = 'SELECT value FROM terms WHERE key NOT IN (SELECT term FROM posting_runs)';
  expect(database.prepare(unused).all()).toEqual([]);
}

const query = fc.record(
  {
    terms: fc.subarray([...TERMS], { maxLength: 2 }),
    source: fc.constantFrom(...SOURCES),
    storedAfter: fc.nat(4),
    storedUntil: fc.nat(4),
    order: fc.constantFrom('ascending' as const, 'descending' as const),
    limit: fc.integer({ min: 1, max: 5 }),
  },
  { requiredKeys: ['terms', 'order', 'limit'] },
);

async function allPages(log: Storage, page: StatementPage): Promise<number[]> {
  const seqs: number[] = [];
  for (let next: StatementPage['behind'] | null = undefined; next !== null;) {
    const found = await log.statements.read({ ...page, ...(next && { behind: next }) });
    expect(found.statements.length).toBeLessThanOrEqual(page.limit);
    seqs.push(...found.statements.map(({ record: { seq } }) => seq));
    next = found.next;
  }
  return seqs;
}

describe('posting lists', () => {
  it('find what was indexed and not erased, in the order of time, whatever came together', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 8 }),
        fc.array(query, { minLength: 1, maxLength: 6 }),
        async (steps, queries) => {
          const database = new Sqlite(':memory:');
          const log = await openSqliteLog(database);
          const model = new Model();
          for (const one of steps) {
            await taken(log, model, one);
            expectSoundRuns(database);
            for (const wanted of queries) {
              const page = { tenant: 'campus', ...wanted };
              expect(await allPages(log, page)).toEqual(model.find(page));
            }
          }
          await log.close();
        },
      ),
      { numRuns: 250 },
    );
  });

  it('keep nothing of a record that was erased: no place in a run, no run, no term', async () => {
    const database = new Sqlite(':memory:');
    const log = await openSqliteLog(database);
    const said = (...terms: string[]) => ({ entry: { terms }, deliveries: [] });
    await log.append(
      [statement('a', said('x', 'ada')), statement('b', said('x')), statement('c', said('x', 'ada'))],
      { onConflict: 'skip' },
    );
    const runs = () =>
      database
        .prepare(
          "SELECT value, first, places FROM posting_runs JOIN terms ON key = term WHERE value LIKE 'term %'",
        )
        .raw()
        .all();
    expect(runs()).toEqual([
      ['term x', 1, ' 0 1 2 '],
      ['term ada', 1, ' 0 2 '],
    ]);
    await log.erasures.erase([1], NOTE);
    expect(runs()).toEqual([
      ['term x', 1, ' 1 2 '],
      ['term ada', 1, ' 2 '],
    ]);
    await log.erasures.erase([3], NOTE);
    expect(runs()).toEqual([['term x', 1, ' 1 ']]);
    await log.erasures.erase([2], NOTE);
    expect(database.prepare('SELECT count(*) FROM posting_runs').pluck().get()).toBe(0);
    expect(database.prepare('SELECT count(*) FROM terms').pluck().get()).toBe(0);
    await log.close();
  });

  it('take a record in again beside the others of its time, where it is indexed anew', async () => {
    const log = await openSqliteLog(':memory:');
    const refersTo = 'target';
    const own = (id: string, terms: string[], parts = {}) =>
      statement(id, { entry: { terms, ...parts }, deliveries: [] });
    await log.append([own(refersTo, [])], { onConflict: 'skip' });
    await log.append([own('a', ['x'], { refersTo }), own('b', ['x'])], { onConflict: 'skip' });
    await log.erasures.erase([1], NOTE);
    const found = async () => {
      const page = { tenant: 'campus', terms: ['x'], order: 'ascending', limit: 9 } as const;
      return (await log.statements.read(page)).statements.map(({ id }) => id);
    };
    expect(await found()).toEqual(['b']);
    const [record] = await log.statements.queue(9);
    if (!record) throw new Error('the queue lacks what referred to the erased statement');
    await log.statements.index([{ record, statement: { id: 'a', entry: { terms: ['x'], refersTo } } }]);
    expect(await found()).toEqual(['a', 'b']);
    await log.close();
  });

  it('name a record once, though two of its terms are kept as one', async () => {
    const log = await openSqliteLog(':memory:');
    const entry = { terms: ['half \ud800', 'half \ufffd'] };
    await log.append([statement('a', { entry })], { onConflict: 'skip' });
    const page = { tenant: 'campus', terms: ['half \ufffd'], order: 'ascending', limit: 9 } as const;
    expect((await log.statements.read(page)).statements.map(({ id }) => id)).toEqual(['a']);
    await log.close();
  });

  it('are left within one time where a bounded way ends there, and nothing is found twice', async () => {
    const database = new Sqlite(':memory:');
    const log = await openSqliteLog(database);
    const entry = { terms: ['x'] };
    const both = [statement('first', { entry, receivedAt: 7 }), statement('last', { entry, receivedAt: 8 })];
    await log.append(both, { onConflict: 'skip' });
    const places = Array.from({ length: 12_000 }, (_, at) => at).join(' ');
    database
      .prepare(
        "INSERT INTO posting_runs (stored, term, first, places) SELECT 7, key, 100, ? FROM terms WHERE value = 'term x'",
      )
      .run(` ${places} `);
    for (const order of ['ascending', 'descending'] as const) {
      const page = { tenant: 'campus', terms: ['x'], order, limit: 5 } as const;
      expect(await allPages(log, page)).toEqual(order === 'ascending' ? [1, 2] : [2, 1]);
    }
    await log.close();
  });

  it('are written in parts that end where a time does', async () => {
    const database = new Sqlite(':memory:');
    const log = await openSqliteLog(database);
    const at = (receivedAt: number, count: number) =>
      Array.from({ length: count }, (_, n) =>
        event(`urn:uuid:${receivedAt}-${n}`, { receivedAt, deliveries: [] }),
      );
    await log.append([...at(1, 100), ...at(2, 100), ...at(3, 300)], { onConflict: 'skip' });
    const queue = await log.statements.queue(1_000);
    const indexings = queue.map((record) => ({
      record,
      statement: { id: record.id.slice(9), entry: { terms: ['x'] } },
    }));
    await log.statements.index(indexings, 125);
    const firsts = database
      .prepare("SELECT first FROM posting_runs JOIN terms ON key = term WHERE value = 'term x'")
      .pluck()
      .all();
    // What is of one time and more than a part is cut where the part is full.
    expect(firsts).toEqual([1, 101, 201, 326, 451]);
    await log.close();
  });

  it('hold once what two indexers had both read, and all that only one of them had', async () => {
    const log = await openSqliteLog(':memory:');
    const events = ['a', 'b', 'c'].map((id) => event(`urn:uuid:${id}`, { deliveries: [] }));
    await log.append(events, { onConflict: 'skip' });
    const entry = { terms: ['x'] };
    const [a, b, c] = (await log.statements.queue(3)).map((record) => ({
      record,
      statement: { id: record.id.slice(9), entry },
    }));
    if (!a || !b || !c) throw new Error('the queue lacks an event');
    await Promise.all([log.statements.index([a, b]), log.statements.index([b, c])]);
    const page = { tenant: 'campus', terms: ['x'], order: 'ascending', limit: 9 } as const;
    expect((await log.statements.read(page)).statements.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(await log.statements.queue(9)).toEqual([]);
    await log.close();
  });
});
