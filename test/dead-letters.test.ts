import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openD1Log } from '../src/audit/d1/index.ts';
import { openSqliteLog } from '../src/audit/sqlite/index.ts';
import { startGateway, type RunningGateway } from '../src/gateway/node/index.ts';
import { parseConfiguration } from '../src/gateway/index.ts';
import { startDestination, type LocalDestination } from './forward-destination.ts';
import { shouldKeepDeadLetters } from './runtime/dead-contract.ts';
import { crosswalk, folder, lines, type Folder } from './support/command-line.ts';
import { D1Host } from './support/d1.ts';

shouldKeepDeadLetters({
  name: 'an SQLite file',
  create: () => openSqliteLog(new Sqlite(':memory:')),
  dispose: async () => undefined,
});

const d1 = new D1Host(30);

shouldKeepDeadLetters({
  name: 'D1 in workerd',
  async create() {
    return openD1Log(d1.database());
  },
  dispose: () => d1.dispose(),
});

const STATEMENT = {
  id: '7f6c1e9a-3b52-4c4e-9d7e-2c6d4a9b1f01',
  timestamp: '2026-01-01T00:00:00.000Z',
  actor: { mbox: 'mailto:learner@example.org' },
  verb: { id: 'http://adlnet.gov/expapi/verbs/attempted' },
  object: { id: 'https://example.org/quiz' },
};

interface Letter {
  key: number;
  outbound: { form: string; body: string | null };
  interventions: { kind: string; by: string }[];
}

describe('a dead letter of a running gateway', () => {
  let destination: LocalDestination;
  let gateway: RunningGateway;
  let place: Folder;
  let config: string;
  let refusing = true;
  const environment = { ADMIN: 'admin-secret', READER: 'reader-secret', LRS: 'lrs-secret' };

  const request = (path: string, init: RequestInit = {}, secret = environment.ADMIN) =>
    fetch(`${gateway.url}${path}`, { ...init, headers: { authorization: `Bearer ${secret}` } });
  const letters = async (secret?: string) => {
    const answer = await request('/dead?destination=lrs&reason=refused', {}, secret);
    expect(answer.status).toBe(200);
    return ((await answer.json()) as { letters: Letter[] }).letters;
  };
  const until = async (check: () => Promise<boolean>) => {
    for (const end = Date.now() + 8_000; Date.now() < end && !(await check());) {
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    expect(await check()).toBe(true);
  };
  const source = (name: string, secret: string, rest: object) => ({
    name,
    credentials: [
      { scheme: 'bearer', token: { env: secret } },
      { scheme: 'basic', user: name, password: { env: secret } },
    ],
    ...rest,
  });

  beforeEach(async () => {
    refusing = true;
    place = folder();
    destination = await startDestination(() => ({ status: refusing ? 400 : 200, body: 'no such verb' }));
    const configuration = {
      listen: { port: 0 },
      data: `${place.path}/log.sqlite`,
      sources: [
        source('admin', 'ADMIN', { read: 'all', administer: true }),
        source('reader', 'READER', { read: 'own' }),
      ],
      destinations: [
        {
          kind: 'lrs',
          name: 'lrs',
          url: `${destination.url}/xapi`,
          allowPrivate: true,
          authorization: { scheme: 'bearer', token: { env: 'LRS' } },
        },
      ],
    };
    config = place.file('crosswalk.json', configuration);
    gateway = await startGateway({
      configuration: parseConfiguration(configuration),
      environment,
      report: () => undefined,
    });
    const sent = await fetch(`${gateway.url}/xapi/statements`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${btoa(`admin:${environment.ADMIN}`)}`,
        'content-type': 'application/json',
        'x-experience-api-version': '1.0.3',
      },
      body: JSON.stringify(STATEMENT),
    });
    expect(sent.status).toBe(200);
    await until(async () => (await letters()).length === 1);
  });
  afterEach(async () => {
    await gateway.close();
    await destination.close();
    place.remove();
  });

  it('is shown with the original and the answer, is edited, and goes out edited when it is replayed', async () => {
    const [{ key } = { key: 0 }] = await letters();
    expect(await (await request(`/dead/${key}`)).json()).toMatchObject({
      reason: 'refused',
      record: { id: STATEMENT.id, body: JSON.stringify(STATEMENT) },
      attempts: [{ status: 400, answer: 'no such verb' }],
    });
    const edit = (body: string) => request(`/dead/${key}/outbound`, { method: 'PUT', body });
    expect((await edit('[]')).status).toBe(422);
    expect((await edit(JSON.stringify({ ...STATEMENT, id: 'other' }))).status).toBe(422);
    const mended = { ...STATEMENT, verb: { id: 'http://adlnet.gov/expapi/verbs/experienced' } };
    expect(await (await edit(JSON.stringify(mended))).json()).toEqual({
      differences: [{ path: '/verb/id', before: STATEMENT.verb.id, after: mended.verb.id }],
    });
    refusing = false;
    const replay = await request(`/dead/${key}/replay`, { method: 'POST', body: '{"outbound":"kept"}' });
    expect(await replay.json()).toEqual({ replayed: 1 });
    await until(async () => destination.requests.length === 2);
    expect(destination.requests[1]?.body).toBe(`[${JSON.stringify(mended)}]`);
    expect(await letters()).toEqual([]);
  });

  it('is re-mapped from the original when a replay asks for that', async () => {
    const [{ key } = { key: 0 }] = await letters();
    const edited = { ...STATEMENT, result: { success: true } };
    await request(`/dead/${key}/outbound`, { method: 'PUT', body: JSON.stringify(edited) });
    expect(await (await request(`/dead/${key}/remapped`)).json()).toMatchObject({
      ok: true,
      differences: [{ path: '/result', before: { success: true } }],
    });
    refusing = false;
    const body = JSON.stringify({ outbound: 'mapped', query: { destination: 'lrs' } });
    const replay = await request('/dead/replay', { method: 'POST', body });
    expect(await replay.json()).toEqual({ replayed: 1 });
    await until(async () => destination.requests.length === 2);
    expect(destination.requests[1]?.body).toBe(`[${JSON.stringify(STATEMENT)}]`);
  });

  it('is hidden from who may not read it, and changed by administrators only', async () => {
    const [{ key } = { key: 0 }] = await letters();
    expect(await letters(environment.READER)).toEqual([]);
    expect((await request(`/dead/${key}`, {}, environment.READER)).status).toBe(404);
    expect((await request(`/dead/${key}`, {}, 'wrong')).status).toBe(401);
    for (const [path, method] of [
      [`/dead/${key}/replay`, 'POST'],
      ['/dead/replay', 'POST'],
      [`/dead/${key}/outbound`, 'PUT'],
      [`/dead/${key}`, 'DELETE'],
    ] as const) {
      expect((await request(path, { method, body: '{}' }, environment.READER)).status).toBe(403);
    }
    expect(await letters()).toHaveLength(1);
    expect((await request(`/dead/${key}`, { method: 'DELETE' })).status).toBe(204);
    expect(await letters()).toEqual([]);
  });

  it('answers what it does not understand with 400, and replays nothing without a condition', async () => {
    expect((await request('/dead?reason=lost')).status).toBe(400);
    expect((await request('/dead?since=yesterday')).status).toBe(400);
    expect((await request('/dead?limit=0')).status).toBe(400);
    expect((await request('/dead/replay', { method: 'POST', body: '{"query":{}}' })).status).toBe(400);
    expect((await request('/dead/nothing')).status).toBe(404);
    expect(await letters()).toHaveLength(1);
  });

  it('is handled on the command line beside the running gateway', async () => {
    const at = ['--config', config];
    const list = await crosswalk(['dead', 'list', '--reason', 'refused', ...at]);
    const [{ key } = { key: 0 }] = lines<Letter>(list.output);
    const shown = await crosswalk(['dead', 'show', String(key), ...at]);
    expect(JSON.parse(shown.output)).toMatchObject({ record: { id: STATEMENT.id } });
    const mended = { ...STATEMENT, result: { success: true } };
    const edit = await crosswalk(['dead', 'edit', String(key), ...at], { input: JSON.stringify(mended) });
    expect(edit).toMatchObject({ status: 0, errors: '' });
    const broken = await crosswalk(['dead', 'edit', String(key), ...at], { input: '{"id":1}' });
    expect(broken.status).toBe(1);
    const remap = await crosswalk(['dead', 'remap', String(key), ...at]);
    expect(JSON.parse(remap.output)).toMatchObject({ ok: true, differences: [{ path: '/result' }] });
    expect((await crosswalk(['replay', ...at])).status).toBe(2);
    const dry = await crosswalk(['replay', '--all', '--dry-run', ...at]);
    expect(JSON.parse(dry.output)).toEqual({ wouldReplay: [key] });
    const replay = await crosswalk(['replay', String(key), ...at]);
    expect(JSON.parse(replay.output)).toEqual({ replayed: [key] });
    expect((await crosswalk(['replay', String(key), ...at])).status).toBe(1);
    expect((await crosswalk(['dead', 'discard', '99', ...at])).status).toBe(1);
  });
});
