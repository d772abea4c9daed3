import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseConfiguration, type Notice } from '../src/gateway/index.ts';
import type * as Node from '../src/gateway/node/index.ts';
import { startDestination, type LocalDestination } from './forward-destination.ts';
import { envelope, event } from './runtime/gateway-records.ts';
import { folder, type Folder } from './support/command-line.ts';

const TOKEN = 'a-token-for-the-thread';

/** The built gateway: only compiled files can be started as a thread. */
const built = (name: string) => new URL(`../dist/gateway/node/${name}`, import.meta.url).href;
const { startGateway } = (await import(built('index.js'))) as typeof Node;

async function until<Value>(found: () => Value | undefined): Promise<Value> {
  for (let left = 500; left > 0; left -= 1) {
    const value = found();
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('it did not come to pass in time');
}

describe('a gateway that follows up in a thread of its own', () => {
  let files: Folder;
  let endpoint: LocalDestination;
  let gateway: Node.RunningGateway;
  let notices: Notice[];
  let data: string;

  beforeEach(async () => {
    files = folder();
    data = join(files.path, 'log.sqlite');
    endpoint = await startDestination();
    notices = [];
    const authorization = { scheme: 'bearer', token: { env: 'TOKEN' } } as const;
    gateway = await startGateway({
      configuration: parseConfiguration({
        listen: { port: 0 },
        data,
        sources: [
          { name: 'all', credentials: [authorization], scopes: ['send-caliper', 'read-all', 'operate'] },
        ],
        destinations: [
          { name: 'analytics', kind: 'caliper', url: endpoint.url, allowPrivate: true, authorization },
        ],
      }),
      environment: { TOKEN },
      report: (notice) => void notices.push(notice),
    });
  });

  afterEach(async () => {
    await gateway.close();
    await endpoint.close();
    files.remove();
  });

  const asked = (path: string, init: RequestInit = {}) =>
    fetch(`${gateway.url}${path}`, {
      ...init,
      headers: {
        authorization: `Bearer ${TOKEN}`,
        'content-type': 'application/json',
        'x-experience-api-version': '1.0.3',
      },
    });
  const post = (...events: unknown[]) =>
    asked('/caliper', { method: 'POST', body: JSON.stringify(envelope(events)) });
  const noticed = (name: string) => until(() => notices.find((one) => one.event === name));

  it('lets a reader find what was sent just before', async () => {
    for (let sent = 1; sent <= 5; sent += 1) {
      expect((await post(event())).status).toBe(200);
      const answer = (await (await asked('/xapi/statements')).json()) as { statements: unknown[] };
      expect(answer.statements).toHaveLength(sent);
    }
  });

  it('tells what became of deliveries where the gateway was started, and goes on with a resumed destination at once', async () => {
    endpoint.next.push({ status: 401 });
    await post(event());
    expect(await noticed('delivery-stopped')).toMatchObject({ destination: 'analytics', status: 401 });
    expect((await asked('/destinations/analytics/resume', { method: 'POST' })).status).toBeLessThan(300);
    // A stopped destination is looked at again after half a minute by itself.
    expect(await noticed('delivery-delivered')).toMatchObject({ destination: 'analytics', count: 1 });
  });

  it('seals what was appended', async () => {
    await post(event(), event());
    const database = new Sqlite(data, { readonly: true });
    const sealed = database.prepare<[], { count: number }>('SELECT sum(count) AS count FROM seals');
    await until(() => (sealed.get()?.count === 2 ? true : undefined));
    database.close();
  });

  it('leaves nothing of an erased person in the files, while others are delivered, indexed and sealed', async () => {
    const forgotten = 'https://example.edu/users/to-be-forgotten-everywhere';
    const others = async () => {
      for (let sent = 0; sent < 10; sent += 1) await post(...Array.from({ length: 10 }, () => event()));
    };
    const sending = others();
    await post(event({ actor: { id: forgotten, type: 'Person' } }));
    await until(() => endpoint.requests.find(({ body }) => body.includes(forgotten)));
    const erasure = await asked('/erasures', { method: 'POST', body: JSON.stringify({ actor: forgotten }) });
    expect(await erasure.json()).toMatchObject({ records: 1, scrubbed: true });
    for (const name of readdirSync(files.path)) {
      expect(readFileSync(join(files.path, name)).includes('to-be-forgotten-everywhere')).toBe(false);
    }
    await sending;
    expect((await asked('/xapi/statements')).status).toBe(200);
  });

  it('says 503 to a reader, and what the matter is, where the log fails in the thread', async () => {
    const database = new Sqlite(data);
    database.exec('ALTER TABLE unindexed RENAME TO taken_away');
    expect((await asked('/xapi/statements')).status).toBe(503);
    database.exec('ALTER TABLE taken_away RENAME TO unindexed');
    database.close();
    expect((await asked('/xapi/statements')).status).toBe(200);
  });

  it('names an error of the thread in its own log as one of its own', async () => {
    const database = new Sqlite(data);
    database.exec('ALTER TABLE seals RENAME TO taken_away');
    await post(event());
    const { error } = await noticed('not-sealed');
    expect(error).toMatchObject({
      type: 'LogUnavailableError',
      message: expect.stringContaining('seals') as string,
    });
    database.exec('ALTER TABLE taken_away RENAME TO seals');
    database.close();
  });
});

describe('a thread that cannot go on', () => {
  it('ends the process, and does not leave a gateway that passes nothing on', async () => {
    const settings = `{ data: '/nowhere/log.sqlite', turns: new SharedArrayBuffer(8), holder: 'a', destinations: [], privateHosts: new Set(), retention: [], tables: {} }`;
    const script = `
      import { startFollowUp } from ${JSON.stringify(built('follow-up/index.js'))};
      startFollowUp(${settings}, { report() {}, onWorthALook() {} });
      setInterval(() => {}, 1_000);`;
    const files = folder();
    const run = promisify(execFile)(process.execPath, [files.file('start.mjs', script)]);
    await expect(run).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Cannot open database') as string,
    });
    files.remove();
  });
});
