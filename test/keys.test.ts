import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqliteLog } from '../src/audit/sqlite/index.ts';
import { parseConfiguration } from '../src/gateway/index.ts';
import { startGateway, type RunningGateway } from '../src/gateway/node/index.ts';
import { appInMemory } from './support/app.ts';
import { crosswalk, folder, lines, type Folder } from './support/command-line.ts';
import { secretOf } from './support/keys.ts';

interface Made {
  id: string;
  key: string;
}

describe('crosswalk keys', () => {
  let place: Folder;
  let gateway: RunningGateway;
  let database: string[];
  beforeEach(async () => {
    place = folder();
    database = ['--database', join(place.path, 'log.sqlite')];
    gateway = await startGateway({
      configuration: parseConfiguration({ listen: { port: 0 }, data: join(place.path, 'log.sqlite') }),
      environment: { CROSSWALK_TOKEN: 'a-token-for-tests' },
      report: () => undefined,
    });
  });
  afterEach(async () => {
    await gateway.close();
    place.remove();
  });

  const keys = (...words: string[]) => crosswalk(['keys', ...words, ...database]);
  const create = async (...words: string[]) =>
    JSON.parse((await keys('create', '--source', 'lms', ...words)).output) as Made;
  const status = async (key: string) =>
    (await fetch(`${gateway.url}/caliper`, { headers: { authorization: `Bearer ${key}` } })).status;
  const until = async (key: string, wanted: number) => {
    const end = Date.now() + 8_000;
    while ((await status(key)) !== wanted && Date.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(await status(key)).toBe(wanted);
  };

  it('makes, rotates and revokes keys beside a running gateway, which takes it up within seconds', async () => {
    const { id, key } = await create('--scope', 'send-caliper');
    expect(await status(key)).toBe(200);
    const rotated = JSON.parse((await keys('rotate', id, '--grace', '0s')).output) as Made;
    await until(key, 401);
    expect(await status(rotated.key)).toBe(200);
    expect((await keys('revoke', id)).status).toBe(0);
    await until(rotated.key, 401);
    expect((await keys('revoke', id)).status).toBe(1);
    expect((await keys('rotate', id)).status).toBe(1);
    const [line] = lines<Record<string, unknown>>((await keys('list')).output);
    expect(line).toMatchObject({ id, source: 'lms', createdBy: 'command line', scopes: ['send-caliper'] });
    expect(line?.revokedAt).toBe('2025-09-01T09:00:00.000Z');
  });

  it('keeps no key: neither a list nor the database knows its text', async () => {
    const { key } = await create('--scope', 'read-all', '--expires', '90d');
    const secret = secretOf(key);
    expect((await keys('list')).output).not.toContain(secret);
    for (const file of readdirSync(place.path)) {
      expect(readFileSync(join(place.path, file)).includes(secret)).toBe(false);
    }
  });

  it('makes none for a tenant that stands in no configuration', async () => {
    const made = await keys('create', '--source', 'lms', '--scope', 'read-all', '--tenant', 'nroth');
    expect(made).toMatchObject({ status: 2, output: '' });
    expect(made.errors).toContain('there is no tenant "nroth"');
    const config = place.file('tenants.json', {
      data: join(place.path, 'log.sqlite'),
      tenants: [{ name: 'north' }],
    });
    const words = ['keys', 'create', '--config', config, '--source', 'lms', '--scope', 'read-all'];
    expect((await crosswalk([...words, '--tenant', 'north'])).status).toBe(0);
  });

  it('says what it does not understand', async () => {
    for (const words of [
      ['create', '--source', 'lms'],
      ['create', '--source', 'lms', '--scope', 'root'],
      ['create', '--source', 'a b', '--scope', 'read-all'],
      ['create', '--source', 'lms', '--scope', 'read-all', '--expires', 'soon'],
    ]) {
      expect(await keys(...words)).toMatchObject({ status: 2, output: '' });
    }
  });
});

describe('a key that is presented again and again', () => {
  it('costs one look into the log in two seconds, and one write in a minute', async () => {
    let time = Date.parse('2026-01-01T00:00:00Z');
    const { app, log } = await appInMemory({}, { now: () => time });
    const administrator = { authorization: 'Bearer a-token-for-tests' };
    const body = JSON.stringify({ source: 'lms', scopes: ['send-caliper'] });
    const made = await app.request('/keys', { method: 'POST', headers: administrator, body });
    const { key } = (await made.json()) as Made;
    let looks = 0;
    let writes = 0;
    const kept = { ...log.keys };
    Object.assign(log.keys, {
      find: (id: string) => ((looks += 1), kept.find(id)),
      used: (id: string, at: number) => ((writes += 1), kept.used(id, at)),
    });
    for (let request = 0; request < 100; request += 1) {
      time += 100;
      const headers = { authorization: `Bearer ${key}` };
      expect((await app.request('/caliper', { headers })).status).toBe(200);
    }
    expect({ looks, writes }).toEqual({ looks: 5, writes: 1 });
    await log.close();
  });

  it('is still taken where its use cannot be noted', async () => {
    const { app, log, notices } = await appInMemory();
    const administrator = { authorization: 'Bearer a-token-for-tests' };
    const body = JSON.stringify({ source: 'lms', scopes: ['send-caliper'] });
    const made = await app.request('/keys', { method: 'POST', headers: administrator, body });
    const { key } = (await made.json()) as Made;
    Object.assign(log.keys, { used: () => Promise.reject(new Error('disk full')) });
    const answer = await app.request('/caliper', { headers: { authorization: `Bearer ${key}` } });
    expect(answer.status).toBe(200);
    expect(notices).toMatchObject([{ event: 'key-use-not-noted' }]);
    await log.close();
  });
});

describe('the log of a gateway that had no keys', () => {
  it('gets a place for them when it is opened', async () => {
    const log = await openSqliteLog(':memory:');
    expect(await log.keys.list({})).toEqual([]);
    await log.close();
  });
});
