import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openSqliteLog } from '../src/audit/sqlite/index.ts';
import { portableDigest } from '../src/gateway/index.ts';
import type { RunningGateway } from '../src/gateway/node/index.ts';
import { pullName } from '../src/gateway/pull/pull.ts';
import { statement } from './runtime/gateway-records.ts';
import { crosswalk, ended, folder, lines, startCrosswalk, type Folder } from './support/command-line.ts';
import { runningGateway, TOKEN } from './support/running-gateway.ts';

type Sent = Record<string, unknown> & { id: string };

const environment = { LRS_TOKEN: TOKEN };
const authorization = { scheme: 'bearer', token: TOKEN } as const;
const stampAt = (at: number) => new Date(Date.UTC(2024, 0, 1) + at).toISOString();

/** An LRS that answers as it is told: each request by the next answer, or by the usual one. */
class ScriptedLrs {
  readonly requests: URL[] = [];
  readonly next: ((response: ServerResponse) => void)[] = [];
  readonly #server: Server;
  url = '';

  constructor(
    usual: (url: URL, request: IncomingMessage) => { headers?: Record<string, string>; body: unknown },
  ) {
    this.#server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://lrs');
      this.requests.push(url);
      const scripted = this.next.shift();
      if (scripted) return scripted(response);
      const { headers, body } = usual(url, request);
      response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
    });
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/xapi`;
    return this;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

describe('crosswalk pull', () => {
  let files: Folder;
  let database: string;
  let lrs: ScriptedLrs | undefined;
  beforeEach(() => {
    files = folder();
    database = `${files.path}/log.sqlite`;
  });
  afterEach(async () => {
    await lrs?.close();
    lrs = undefined;
    files.remove();
  });

  const words = (url: string, ...more: string[]) => [
    'pull',
    url,
    '--database',
    database,
    '--token-env',
    'LRS_TOKEN',
    ...more,
  ];
  const pulled = (url: string, ...more: string[]) => crosswalk(words(url, ...more), { environment });
  const logged = async () => {
    const log = await openSqliteLog(database);
    const records = await log.read({ limit: 10_000 });
    await log.close();
    return records;
  };

  describe('from a Crosswalk', () => {
    let gateway: RunningGateway;
    const data = Buffer.from('an attachment, byte for byte \u0000\u0001');
    const sha2 = createHash('sha256').update(data).digest('hex');
    const sent: Sent[] = [];
    const post = async (body: unknown, headers: Record<string, string> = {}) => {
      const answer = await fetch(`${gateway.url}/xapi/statements`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${TOKEN}`,
          'x-experience-api-version': '1.0.3',
          'content-type': 'application/json',
          ...headers,
        },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
      expect(answer.status).toBe(200);
    };

    beforeAll(async () => {
      gateway = await runningGateway();
      for (let batch = 0; batch < 6; batch += 1) {
        const some = Array.from({ length: 100 }, () => statement());
        await post(some);
        sent.push(...some);
      }
      const attachment = {
        usageType: 'https://example.edu/usage',
        display: { en: 'work' },
        contentType: 'application/octet-stream',
        length: data.length,
        sha2,
      };
      const attached = statement({ attachments: [attachment] });
      const parts = [
        'Content-Type: application/json\r\n\r\n' + JSON.stringify(attached),
        'Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n' +
          `X-Experience-API-Hash: ${sha2}\r\n\r\n${data.toString('latin1')}`,
      ];
      const body = parts.map((part) => `--frontier\r\n${part}\r\n`).join('') + '--frontier--\r\n';
      await post(body, { 'content-type': 'multipart/mixed; boundary=frontier' });
      sent.push(attached);
    });
    afterAll(() => gateway.close());

    it('takes every statement once, with the data of attachments and who vouched', async () => {
      const ran = await pulled(`${gateway.url}/xapi`, '--limit', '50', '--source', 'old');
      expect(ran).toMatchObject({ status: 0, errors: '' });
      expect(lines(ran.output)).toEqual([{ stored: sent.length, duplicate: 0, refused: 0, complete: true }]);
      const records = await logged();
      expect(records.map(({ id }) => id)).toEqual(sent.map(({ id }) => id));
      for (const [at, record] of records.entries()) {
        expect(JSON.parse(record.body)).toMatchObject(sent[at] ?? {});
        expect(record.attributes.authority).toMatchObject({ account: { name: 'local' } });
      }
      const log = await openSqliteLog(database);
      expect(Buffer.from((await log.attachment('default', sha2)) ?? [])).toEqual(data);
      await log.close();
      const [again] = lines<{ stored: number }>(
        (await pulled(`${gateway.url}/xapi`, '--source', 'old')).output,
      );
      expect(again?.stored).toBe(0);
    });

    it('goes on after it was killed in the middle, with nothing lost and nothing twice', async () => {
      const pull = words(`${gateway.url}/xapi`, '--limit', '20', '--source', 'old');
      process.env['LRS_TOKEN'] = TOKEN;
      const killed = startCrosswalk(pull);
      delete process.env['LRS_TOKEN'];
      const gone = ended(killed);
      killed.stdout?.resume();
      killed.stderr?.resume();
      const log = await openSqliteLog(database);
      while (killed.exitCode === null && (await log.read({ limit: 200 })).length < 100) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      killed.kill('SIGKILL');
      await gone;
      const before = (await log.read({ limit: 10_000 })).length;
      await log.close();
      expect(before).toBeGreaterThanOrEqual(100);
      expect((await crosswalk(pull, { environment })).status).toBe(0);
      expect((await logged()).map(({ id }) => id)).toEqual(sent.map(({ id }) => id));
    }, 60_000);
  });

  it('asks from where it ended, a little before, for stamps that are equal', async () => {
    const all = [0, 1_000, 1_000, 5_000].map((at) => statement({ stored: stampAt(at) }));
    lrs = await new ScriptedLrs(() => ({ body: { statements: all, more: '' } })).start();
    await pulled(lrs.url, '--since', '2023-01-01T00:00:00Z', '--verb', 'http://example.edu/v');
    const late = statement({ stored: stampAt(5_000) });
    all.push(late);
    await pulled(lrs.url, '--since', '2023-01-01T00:00:00Z', '--verb', 'http://example.edu/v');
    await pulled(lrs.url, '--since', '2023-01-01T00:00:00Z', '--verb', 'http://example.edu/v', '--restart');
    const asked = lrs.requests.map(({ searchParams }) => searchParams.get('since'));
    expect(asked).toEqual([stampAt(-31_536_000_000), stampAt(3_000), stampAt(-31_536_000_000)]);
    expect(lrs.requests[0]?.search).toContain('verb=http%3A%2F%2Fexample.edu%2Fv');
    expect(lrs.requests[0]?.searchParams.get('ascending')).toBe('true');
    expect((await logged()).map(({ id }) => id)).toContain(late.id);
    expect(await logged()).toHaveLength(5);
  });

  it('keeps the query that it asks, which can name a person, as a digest only', () => {
    const source = {
      name: 'old',
      tenant: 'default',
      strict: false,
      scopes: new Set<never>(),
      credential: 'old',
    };
    const asked = (filters: Record<string, string>) =>
      pullName(
        { url: 'https://lrs.example.edu', version: '1.0.3', authorization, source, filters },
        portableDigest,
      );
    const names = ['ada', 'bob'].map((who) => asked({ agent: `{"mbox":"mailto:${who}@example.edu"}` }));
    expect(names.join()).not.toMatch(/ada|bob/);
    expect(new Set([...names, asked({})]).size).toBe(3);
  });

  it('counts as read only what the LRS says is all there', async () => {
    const headers = { 'x-experience-api-consistent-through': stampAt(10_000) };
    const body = { statements: [statement({ stored: stampAt(60_000) })], more: '' };
    lrs = await new ScriptedLrs(() => ({ headers, body })).start();
    await pulled(lrs.url);
    await pulled(lrs.url);
    expect(lrs.requests.map(({ searchParams }) => searchParams.get('since'))).toEqual([null, stampAt(8_000)]);
  });

  it('follows pages by relative and by absolute links, and takes those that are not in order too', async () => {
    const pages = [5_000, 1_000, 3_000].map((at) => statement({ stored: stampAt(at) }));
    lrs = await new ScriptedLrs((url) => {
      const page = Number(url.searchParams.get('page') ?? 0);
      const link = page === 0 ? '/xapi/statements?page=1' : page === 1 ? `${lrs?.url}/statements?page=2` : '';
      return { body: { statements: [pages[page]], more: link } };
    }).start();
    lrs.next.push(
      ...[0, 1].map((page) => (response: ServerResponse) => {
        const link = page === 0 ? '/xapi/statements?page=1' : '/xapi/statements?page=2';
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ statements: [pages[page]], more: link }));
      }),
      (response) => response.writeHead(400).end('not now'),
    );
    const first = await pulled(lrs.url);
    expect(first.status).toBe(2);
    expect(first.errors).toContain('status 400');
    expect((await pulled(lrs.url)).status).toBe(0);
    // what came out of order was not counted as read through
    const sinces = lrs.requests.filter(({ searchParams }) => !searchParams.has('page'));
    expect(Date.parse(sinces[1]?.searchParams.get('since') ?? '')).toBeLessThan(Date.parse(stampAt(5_000)));
    expect((await logged()).map(({ id }) => id).sort()).toEqual(pages.map(({ id }) => id).sort());
  });

  it('waits as long as the LRS asks, and comes back after faults of the network', async () => {
    lrs = await new ScriptedLrs(() => ({
      body: { statements: [statement({ stored: stampAt(0) })], more: '' },
    })).start();
    lrs.next.push(
      (response) => response.writeHead(429, { 'retry-after': '1' }).end(),
      (response) => void response.destroy(),
    );
    const begun = Date.now();
    expect((await pulled(lrs.url)).status).toBe(0);
    expect(Date.now() - begun).toBeGreaterThanOrEqual(1_000);
    expect(lrs.requests).toHaveLength(3);
  });

  it('asks for nothing while there is no room, by hand and at intervals', async () => {
    lrs = await new ScriptedLrs(() => ({ body: { statements: [statement()], more: '' } })).start();
    const backpressure = { freeBytes: 10 ** 15 };
    const config = files.file('crosswalk.json', { data: database, backpressure });
    const ran = await crosswalk(['pull', lrs.url, '--config', config, '--token-env', 'LRS_TOKEN'], {
      environment,
      interrupted: AbortSignal.timeout(500),
    });
    expect(ran.status).toBe(130);
    expect(ran.errors).toContain('waiting for room: the disk, the record log or the outbox is full\n');
    const authorization = { scheme: 'bearer' as const, token: { env: 'CROSSWALK_TOKEN' } };
    const pulls = [{ name: 'old', url: lrs.url, authorization, every: 1 }];
    const gateway = await runningGateway({ pulls, backpressure });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await gateway.close();
    expect(lrs.requests).toEqual([]);
  });

  it('keeps its credential from other hosts, and says so', async () => {
    lrs = await new ScriptedLrs(() => ({
      body: { statements: [statement({ stored: stampAt(0) })], more: 'https://evil.example/statements' },
    })).start();
    const ran = await pulled(lrs.url);
    expect(ran.status).toBe(2);
    expect(ran.errors).toContain('evil.example');
    lrs.next.push((response) => response.writeHead(302, { location: 'https://evil.example/' }).end());
    expect((await pulled(lrs.url)).errors).toContain('status 302');
  });

  it('tells what it refuses and what the LRS says to wrong credentials', async () => {
    const bad = { ...statement({ stored: stampAt(0) }), id: 'no-uuid' };
    lrs = await new ScriptedLrs(() => ({ body: { statements: [bad, statement()], more: '' } })).start();
    const ran = await pulled(lrs.url);
    expect(ran.status).toBe(1);
    expect(lines(ran.errors)).toMatchObject([{ id: 'no-uuid', errors: [{ path: '/id' }] }]);
    lrs.next.push((response) => response.writeHead(401).end('who are you?'));
    expect(await pulled(lrs.url)).toMatchObject({ status: 2 });
    expect((await crosswalk(words(lrs.url))).errors).toContain('LRS_TOKEN is not set');
  });

  it('is done by a running gateway at intervals, as its configuration says', async () => {
    const all = [statement({ stored: stampAt(0) })];
    lrs = await new ScriptedLrs((_, { headers }) => ({
      body: { statements: headers.authorization === `Bearer ${TOKEN}` ? all : [], more: '' },
    })).start();
    const named = { scheme: 'bearer' as const, token: { env: 'CROSSWALK_TOKEN' } };
    const gateway = await runningGateway({
      pulls: [{ name: 'old', url: lrs.url, authorization: named, every: 1 }],
    });
    const found = async () => {
      const answer = await fetch(`${gateway.url}/records?source=old`, {
        headers: { authorization: `Bearer ${TOKEN}` },
      });
      return ((await answer.json()) as { records: { id: string }[] }).records.map(({ id }) => id);
    };
    const until = async (id: string) => {
      const end = Date.now() + 10_000;
      while (!(await found()).includes(id) && Date.now() < end)
        await new Promise((resolve) => setTimeout(resolve, 50));
      expect(await found()).toContain(id);
    };
    await until(all[0]?.id ?? randomUUID());
    const late = statement({ stored: stampAt(9_000) });
    all.push(late);
    await until(late.id);
    await gateway.close();
  });
});
