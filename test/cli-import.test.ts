import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqliteLog } from '../src/audit/sqlite/index.ts';
import { envelope, event, person, statement } from './runtime/gateway-records.ts';
import { appInMemory, ENVIRONMENT } from './support/app.ts';
import { crosswalk, ended, folder, lines, startCrosswalk, type Folder } from './support/command-line.ts';

interface Refused {
  file: string;
  index: number;
  id: string | null;
  errors?: { path: string }[];
  duplicate?: boolean;
}

describe('crosswalk import', () => {
  let files: Folder;
  let database: string;
  beforeEach(() => {
    files = folder();
    database = `${files.path}/log.sqlite`;
  });
  afterEach(() => files.remove());

  const imported = (words: readonly string[], situation = {}) =>
    crosswalk(['import', '--database', database, '--source', 'old', ...words], situation);
  const logged = async () => {
    const log = await openSqliteLog(database);
    const records = await log.read({ limit: 10_000 });
    await log.close();
    return records;
  };

  it('takes statements, events, describes and whole envelopes from every kind of dump, and indexes them', async () => {
    const [first, second, third, fourth] = [statement(), statement(), statement(), statement()];
    const [inEnvelope, alone, entity] = [event(), event(), person()];
    const result = files.file('result.json', { statements: [first, second], more: '' });
    const list = files.file('list.json', [third, alone]);
    const ndjson = [JSON.stringify(envelope([inEnvelope, entity])), JSON.stringify(fourth)].join('\n');
    const packed = files.file('dump.ndjson.gz', gzipSync(ndjson));
    const ran = await imported([result, list, packed]);
    expect(ran).toMatchObject({ status: 0, errors: '' });
    expect(lines(ran.output)).toEqual([{ stored: 7, duplicate: 0, refused: 0 }]);
    const records = await logged();
    const sent = [first, second, third, alone, inEnvelope, entity, fourth];
    expect(records.map(({ body }) => body)).toEqual(sent.map((one) => JSON.stringify(one)));
    expect(records.map(({ source }) => source)).toEqual(sent.map(() => 'old'));
    expect(records.find(({ id }) => id === inEnvelope.id)?.attributes.envelope).toMatchObject({
      index: 0,
      size: 2,
    });
    const log = await openSqliteLog(database);
    const all = { tenant: 'default', terms: [], order: 'ascending', limit: 50 } as const;
    expect((await log.statements.read(all)).statements).toHaveLength(6);
    await log.close();
  });

  it('reads standard input, gives a time of storage of its own, and keeps who vouched', async () => {
    const authority = { objectType: 'Agent', account: { homePage: 'https://old.example.edu', name: 'lrs' } };
    const dumped = statement({ stored: '2019-01-01T00:00:00.000Z', authority, version: '1.0.0' });
    expect((await imported([], { input: `${JSON.stringify(dumped)}\n` })).status).toBe(0);
    const [record] = await logged();
    expect(JSON.parse(record?.body ?? '')).toEqual(dumped);
    expect(record?.attributes).toMatchObject({ stored: '2025-09-01T09:00:00.000Z', authority });
  });

  it('gives what has no id one by what it says, and what has no timestamp its time of storage (Data 2.4.1, 2.4.7)', async () => {
    const { id: _id, timestamp: _timestamp, ...bare } = statement();
    const dump = files.file('dump.json', [bare]);
    expect((await imported([dump])).status).toBe(0);
    const [record] = await logged();
    expect(JSON.parse(record?.body ?? '')).toEqual(bare);
    const { app, log } = await appInMemory({}, { database });
    const answer = await app.request('http://gateway.test/xapi/statements', {
      headers: {
        authorization: `Bearer ${ENVIRONMENT.CROSSWALK_TOKEN}`,
        'x-experience-api-version': '1.0.3',
      },
    });
    const stored = '2025-09-01T09:00:00.000Z';
    expect(((await answer.json()) as { statements: unknown[] }).statements).toMatchObject([
      { ...bare, id: record?.id, timestamp: stored, stored },
    ]);
    expect(record?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5/);
    await log.close();
  });

  it('says what it refuses with its place, takes the rest, and what deviates with a note', async () => {
    const odd = statement({ result: { duration: 'long' } });
    const unnamed = { ...statement(), verb: {} };
    const dump = files.file(
      'dump.ndjson',
      [statement(), unnamed, odd].map((one) => JSON.stringify(one)).join('\n') + '\n{"x":1}\n{broken\n',
    );
    const ran = await imported([dump]);
    expect(ran.status).toBe(1);
    expect(lines(ran.output)).toEqual([{ stored: 2, duplicate: 0, refused: 3 }]);
    const refused = lines<Refused>(ran.errors);
    expect(refused.map(({ file, index }) => [file, index])).toEqual([1, 3, 4].map((index) => [dump, index]));
    expect(refused[0]).toMatchObject({ id: unnamed.id, errors: [{ path: '/verb' }] });
    const [, record] = await logged();
    expect(record?.deviations).toMatchObject([{ path: '/result/duration' }]);
    const strict = await imported(['--strict', '--resume', dump]);
    expect(lines(strict.output)).toEqual([{ stored: 0, duplicate: 1, refused: 4 }]);
  });

  it('knows what it has taken: told, or with --resume expected; also what has no id', async () => {
    const { id: _id, ...nameless } = statement();
    const dump = files.file('dump.json', [statement(), nameless, event()]);
    expect(lines((await imported([dump])).output)).toEqual([{ stored: 3, duplicate: 0, refused: 0 }]);
    const again = await imported([dump]);
    expect(again.status).toBe(0);
    expect(lines<Refused>(again.errors).map(({ duplicate }) => duplicate)).toEqual([true, true, true]);
    const resumed = await imported(['--resume', dump]);
    expect(resumed).toMatchObject({ status: 0, errors: '' });
    expect(lines(resumed.output)).toEqual([{ stored: 0, duplicate: 3, refused: 0 }]);
    expect(await logged()).toHaveLength(3);
  });

  it('refuses another statement under a known id, and keeps the first', async () => {
    const first = statement();
    await imported([], { input: JSON.stringify(first) });
    const other = { ...first, object: { id: 'https://example.edu/other' } };
    const ran = await imported([], { input: JSON.stringify(other) });
    expect(ran.status).toBe(1);
    expect(lines<Refused>(ran.errors)).toMatchObject([{ id: first.id, errors: [{ path: '/id' }] }]);
    expect((await logged()).map(({ body }) => body)).toEqual([JSON.stringify(first)]);
  });

  it('routes what it takes, and says beforehand what it would refuse', async () => {
    const config = files.file('crosswalk.json', {
      data: database,
      destinations: [
        {
          kind: 'lrs',
          name: 'lrs',
          url: 'https://lrs.example.edu/xapi',
          authorization: { scheme: 'bearer', token: { env: 'NOT_SET_HERE' } },
        },
      ],
    });
    const dump = files.file('dump.json', [statement(), { ...statement(), verb: 1 }]);
    const rehearsed = await crosswalk(['import', '--config', config, '--dry-run', dump]);
    expect(rehearsed.status).toBe(1);
    expect(lines(rehearsed.output)).toEqual([{ stored: 1, duplicate: 0, refused: 1 }]);
    expect(await logged()).toEqual([]);
    expect((await crosswalk(['import', '--config', config, dump])).status).toBe(1);
    const log = await openSqliteLog(database);
    expect(await log.pending('lrs', 10)).toHaveLength(1);
    await log.close();
  });

  it('waits while there is no room, says why, and takes nothing until there is', async () => {
    const config = files.file('crosswalk.json', { data: database, backpressure: { freeBytes: 10 ** 15 } });
    const dump = files.file('dump.json', [statement()]);
    const interrupted = AbortSignal.timeout(500);
    const ran = await crosswalk(['import', '--config', config, dump], { interrupted });
    expect(ran).toMatchObject({ status: 130, output: '{"stored":0,"duplicate":0,"refused":0}\n' });
    expect(ran.errors).toBe('crosswalk: waiting for room: the disk, the record log or the outbox is full\n');
    expect(await logged()).toEqual([]);
    const other = await crosswalk(['import', '--config', config, '--tenant', 'nroth', dump]);
    expect(other.errors).toContain('there is no tenant "nroth"');
  });

  it('goes on after it was killed, with nothing lost and nothing twice', async () => {
    const all = Array.from({ length: 4_000 }, () => statement());
    const dump = files.file('dump.ndjson', all.map((one) => JSON.stringify(one)).join('\n'));
    const words = ['import', '--database', database, '--resume', dump];
    const killed = startCrosswalk(words);
    const gone = ended(killed);
    killed.stdout?.resume();
    killed.stderr?.resume();
    const log = await openSqliteLog(database);
    for (let found = 0; found < 500 && killed.exitCode === null;) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      found = (await log.read({ limit: 1_000 })).length;
    }
    killed.kill('SIGKILL');
    await gone;
    const before = (await log.read({ limit: 10_000 })).length;
    await log.close();
    expect(before % 500).toBe(0);
    expect(before).toBeLessThan(all.length);
    const ran = await crosswalk(words);
    expect(lines(ran.output)).toEqual([{ stored: all.length - before, duplicate: before, refused: 0 }]);
    expect(new Set((await logged()).map(({ id }) => id))).toEqual(new Set(all.map(({ id }) => id)));
  }, 60_000);

  it('ends with a reason where a file is no whole gzip file, or is not there', async () => {
    const half = files.file('half.gz', gzipSync(JSON.stringify([statement(), randomUUID()])).subarray(0, 40));
    expect(await imported([half])).toMatchObject({ status: 2 });
    expect((await imported(['nowhere.json'])).status).toBe(2);
  });
});
