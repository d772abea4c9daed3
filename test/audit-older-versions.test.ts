import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { NewRecord, RecordLog } from '../src/audit/index.ts';
import { migrate } from '../src/audit/migrate.ts';
import { MIGRATIONS } from '../src/audit/sql/migrations.ts';
import { sqliteEngine } from '../src/audit/sqlite/engine.ts';
import { openSqliteLog } from '../src/audit/sqlite/index.ts';
import { event, keyed, sha256, statement } from './runtime/log-records.ts';

const skip = { onConflict: 'skip' } as const;

/** A log whose schema was at an older step, with records as that version kept them. */
async function olderLog(step: number, records: readonly NewRecord[]) {
  const database = new Sqlite(':memory:');
  await migrate(
    sqliteEngine(database),
    MIGRATIONS.filter(({ number }) => number < step),
  );
  const hasTimes = step > 14;
  const insert = database.prepare(
    `INSERT INTO records (tenant, source, language, kind, id, version, type, received_at, digest, content, body
       ${hasTimes ? ', event_time' : ''})
     VALUES ('campus', 'course', ?, ?, ?, '1.2', 'Event', 1, unhex(?), unhex(?), ? ${hasTimes ? ', ?' : ''})`,
  );
  for (const { language, kind, id, digest, body, eventTime } of records) {
    const time = kind === 'event' ? (eventTime ?? '').slice(0, 19) : '';
    // Of the statements of these tests nothing but their id is left out of what is compared.
    const content = sha256(kind === 'statement' ? '{}' : body);
    insert.run(language, kind, id, digest, content, body, ...(hasTimes ? [time] : []));
  }
  database.exec("INSERT INTO unindexed SELECT seq, 1 FROM records WHERE kind = 'event'");
  return { database, log: await openSqliteLog(database) };
}

const outcomesOf = async (log: RecordLog, records: readonly NewRecord[]) =>
  keyed(await log.append(records, skip));

const seqOf = async (log: RecordLog, id: string, eventTime?: string) =>
  (await log.find('campus', 'caliper', id, eventTime))?.seq;

describe('a log that an older version wrote', () => {
  it('knows events and describes that have no times, and keeps new ones beside them', async () => {
    const olds = [event('urn:uuid:e'), event('page', { kind: 'describe', eventTime: '' }), statement('s')];
    const { database, log } = await olderLog(14, olds);
    const changed = event('urn:uuid:e', { body: '{"v":2}' });
    expect(await outcomesOf(log, [...olds, changed, event('urn:uuid:f')])).toEqual([
      ['duplicate', 1],
      ['duplicate', 2],
      ['duplicate', 3],
      ['stored', 4],
      ['stored', 5],
    ]);
    expect(await outcomesOf(log, [changed, ...olds])).toEqual([4, 1, 2, 3].map((seq) => ['duplicate', seq]));
    const found = ['page', 'urn:uuid:e', 'urn:uuid:f'].map((id) => seqOf(log, id));
    expect(await Promise.all(found)).toEqual([2, 4, 5]);
    expect(await seqOf(log, 'urn:uuid:e', '2020-01-01T00:00:00.000Z')).toBe(1);
    const queue = await log.statements.queue(10);
    expect(queue.map(({ seq }) => seq)).toEqual([1, 4, 5]);
    await log.statements.index(
      queue.map((record) => ({ record, statement: { id: record.id.slice(9), entry: { terms: ['x'] } } })),
    );
    expect(await Promise.all(['urn:uuid:e', 'urn:uuid:f'].map((id) => seqOf(log, id)))).toEqual([4, 5]);
    // The first of an id, whichever version stored it.
    expect((await log.statements.find('campus', 'e'))?.record.seq).toBe(1);
    expect((await log.statements.find('campus', 'f'))?.record.seq).toBe(5);
    await log.erasures.erase([1, 4], { at: 6, tenant: 'campus', reason: 'person', by: 'me' });
    expect(await seqOf(log, 'urn:uuid:e')).toBeUndefined();
    expect(database.prepare('SELECT id FROM event_ids').pluck().all()).toEqual(['urn:uuid:f']);
    await log.close();
  });

  it('knows records whose contents it kept by what they say', async () => {
    const said = (n: number, id = 'e') => event(id, { body: `{"said":${n}}` });
    const page = (n: number) => event('page', { kind: 'describe', eventTime: '', body: `{"page":${n}}` });
    const untimed = event('untimed', { eventTime: '', body: '{"untimed":1}' });
    const olds = [said(1), said(2), said(1, 'f'), page(1), page(2), untimed, statement('s')];
    const { log } = await olderLog(15, olds);
    const again = olds.map((_, at) => ['duplicate', at + 1]);
    expect(await outcomesOf(log, olds)).toEqual(again);
    const changed = [
      said(3),
      said(2, 'f'),
      page(3),
      event('untimed', { eventTime: '', body: '{"untimed":2}' }),
    ];
    expect(await outcomesOf(log, changed)).toEqual(changed.map((_, at) => ['stored', at + 8]));
    const rewritten = [...olds, ...changed].map((one) => {
      const body = one.body.replace('{', '{ ');
      return { ...one, body, digest: sha256(body) };
    });
    expect(await outcomesOf(log, rewritten)).toEqual(rewritten.map((_, at) => ['duplicate', at + 1]));
    expect(await outcomesOf(log, [statement('s', { body: '{"id":"s","other":1}' })])).toEqual([
      ['conflict', 7],
    ]);
    await log.close();
  });

  it('finds by its posting lists what they had a row for of each record', async () => {
    const database = new Sqlite(':memory:');
    await migrate(
      sqliteEngine(database),
      MIGRATIONS.filter(({ number }) => number < 16),
    );
    const insert = database.prepare(
      `INSERT INTO records (tenant, source, language, kind, id, version, type, received_at, digest, content, body)
       VALUES ('campus', 'course', 'xapi', 'statement', ?, '1.0.3', 'verb', ?, x'00', x'', '{}')`,
    );
    const olds = [
      ['a', 10, 'x'],
      ['b', 10, 'xy'],
      ['c', 10, 'x'],
      ['d', 20, 'xy'],
      ['e', 15, 'x'],
    ] as const;
    database.exec(`INSERT INTO terms (tenant, value) VALUES ('campus', 'term x'), ('campus', 'term y')`);
    const post = database.prepare(
      "INSERT INTO postings (record, term, stored) SELECT ?, key, ? FROM terms WHERE value = 'term ' || ?",
    );
    olds.forEach(([id, receivedAt, terms], at) => {
      insert.run(id, receivedAt);
      for (const term of terms) post.run(at + 1, receivedAt, term);
    });
    const log = await openSqliteLog(database);
    const entry = { terms: ['x', 'y'] };
    await log.append([statement('f', { receivedAt: 10, entry })], skip);
    const found = async (...terms: string[]) => {
      const page = { tenant: 'campus', terms, order: 'ascending', limit: 9 } as const;
      return (await log.statements.read(page)).statements.map(({ id }) => id);
    };
    expect(await found('x')).toEqual(['a', 'b', 'c', 'f', 'e', 'd']);
    expect(await found('x', 'y')).toEqual(['b', 'f', 'd']);
    await log.erasures.erase([1, 2], { at: 6, tenant: 'campus', reason: 'person', by: 'me' });
    expect(await found('x')).toEqual(['c', 'f', 'e', 'd']);
    expect(database.prepare("SELECT 1 FROM sqlite_schema WHERE name LIKE 'postings%'").all()).toEqual([]);
    await log.close();
  });

  it('is sealed and verified together with what came since', async () => {
    const { database, log } = await olderLog(15, [event('e'), statement('s')]);
    await log.proof.seal(10, 1);
    await log.append([event('e'), event('e', { body: '{"v":2}' }), event('f')], skip);
    await log.proof.seal(10, 2);
    const faults: unknown[] = [];
    const onFault = ({ seq }: { readonly seq?: number }) => void faults.push(seq);
    expect(await log.proof.verify({ onFault })).toMatchObject({ records: 4 });
    expect(faults).toEqual([]);
    database.exec("UPDATE records SET content = x'00' WHERE seq IN (1, 4)");
    await log.proof.verify({ onFault });
    expect(faults).toEqual([1, 4]);
    await log.close();
  });
});
