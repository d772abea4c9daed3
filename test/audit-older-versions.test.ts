import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { migrate } from '../src/audit/migrate.ts';
import { MIGRATIONS } from '../src/audit/sql/migrations.ts';
import { sqliteEngine } from '../src/audit/sqlite/engine.ts';
import { openSqliteLog } from '../src/audit/sqlite/index.ts';
import { event, sha256, statement } from './runtime/log-records.ts';

describe('a log that an older version wrote', () => {
  it('knows the events and describes of older versions, and keeps new ones beside them', async () => {
    const database = new Sqlite(':memory:');
    const older = MIGRATIONS.filter(({ number }) => number < 14);
    await migrate(sqliteEngine(database), older);
    const insert = database.prepare(
      `INSERT INTO records (tenant, source, language, kind, id, version, type, received_at, digest, content, body)
       VALUES ('campus', 'course', ?, ?, ?, '1.2', 'Event', 1, unhex(?), unhex(?), ?)`,
    );
    const olds = [event('urn:uuid:e'), event('page', { kind: 'describe', eventTime: '' }), statement('s')];
    for (const { language, kind, id, digest, content, body } of olds) {
      insert.run(language, kind, id, digest, content, body);
    }
    database.exec("INSERT INTO unindexed SELECT seq, 1 FROM records WHERE kind = 'event'");

    const log = await openSqliteLog(database);
    const skip = { onConflict: 'skip' } as const;
    const changed = event('urn:uuid:e', { body: '{"v":2}', content: sha256('{"v":2}') });
    const again = await log.append([...olds, changed, event('urn:uuid:f')], skip);
    expect(again.map((one) => ('seq' in one ? [one.outcome, one.seq] : one))).toEqual([
      ['duplicate', 1],
      ['duplicate', 2],
      ['duplicate', 3],
      ['stored', 4],
      ['stored', 5],
    ]);
    expect((await log.append([changed, ...olds], skip)).map(({ outcome }) => outcome)).toEqual(
      Array.from({ length: 4 }, () => 'duplicate'),
    );
    const seqOf = async (id: string, eventTime?: string) =>
      (await log.find('campus', 'caliper', id, eventTime))?.seq;
    expect([await seqOf('page'), await seqOf('urn:uuid:e'), await seqOf('urn:uuid:f')]).toEqual([2, 4, 5]);
    expect(await seqOf('urn:uuid:e', '2020-01-01T00:00:00.000Z')).toBe(1);
    const queue = await log.statements.queue(10);
    expect(queue.map(({ seq }) => seq)).toEqual([1, 4, 5]);
    await log.statements.index(
      queue.map((record) => ({ record, statement: { id: record.id.slice(9), entry: { terms: ['x'] } } })),
    );
    expect([await seqOf('urn:uuid:e'), await seqOf('urn:uuid:f')]).toEqual([4, 5]);
    // The first of an id, whichever version stored it.
    expect((await log.statements.find('campus', 'e'))?.record.seq).toBe(1);
    expect((await log.statements.find('campus', 'f'))?.record.seq).toBe(5);
    await log.erasures.erase([1, 4], { at: 6, tenant: 'campus', reason: 'person', by: 'me' });
    expect(await seqOf('urn:uuid:e')).toBeUndefined();
    expect(database.prepare('SELECT id FROM event_ids').pluck().all()).toEqual(['urn:uuid:f']);
    await log.close();
  });
});
