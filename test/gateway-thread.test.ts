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

const authorization = { scheme: 'bearer', token: { env: 'TOKEN' } } as const;

/** A gateway that delivers to Caliper endpoints under these names. */
const started = (data: string, endpoints: Record<string, LocalDestination>, notices: Notice[]) =>
  startGateway({
    configuration: parseConfiguration({
      listen: { port: 0 },
      data,
      sources: [
        { name: 'all', credentials: [authorization], scopes: ['send-caliper', 'read-all', 'operate'] },
      ],
      destinations: Object.entries(endpoints).map(([name, { url }]) => ({
        name,
        kind: 'caliper',
        url,
        allowPrivate: true,
        authorization,
      })),
    }),
    environment: { TOKEN },
    report: (notice) => void notices.push(notice),
  });

const askedOf = ({ url }: Node.RunningGateway, path: string, init: RequestInit = {}) =>
  fetch(`${url}${path}`, {
    ...init,
    headers: {
      authorization: `Bearer ${TOKEN}`,
      'content-type': 'application/json',
      'x-experience-api-version': '1.0.3',
    },
  });

const postTo = (gateway: Node.RunningGateway, ...events: unknown[]) =>
  askedOf(gateway, '/caliper', { method: 'POST', body: JSON.stringify(envelope(events)) });

describe('a gateway with more destinations than threads that deliver', () => {
  it('brings each of them all records, and one that was stopped again at once', async () => {
    const files = folder();
    const notices: Notice[] = [];
    const names = ['first', 'second', 'third', 'fourth', 'fifth'];
    const endpoints = Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, await startDestination()] as const)),
    );
    const stopped = endpoints['fifth'];
    stopped?.next.push({ status: 401 });
    const gateway = await started(join(files.path, 'log.sqlite'), endpoints, notices);
    try {
      await postTo(gateway, event());
      const ofFifth =
        (name: string) =>
        ({ event, destination }: Notice) =>
          event === name && destination === 'fifth';
      await until(() => notices.find(ofFifth('delivery-stopped')));
      for (const name of names.slice(0, -1)) await until(() => endpoints[name]?.requests[0]);
      await askedOf(gateway, '/destinations/fifth/resume', { method: 'POST' });
      await until(() => notices.find(ofFifth('delivery-delivered')));
      expect(stopped?.requests).toHaveLength(2);
    } finally {
      await gateway.close();
      await Promise.all(Object.values(endpoints).map((endpoint) => endpoint.close()));
      files.remove();
    }
  });
});

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
    gateway = await started(data, { analytics: endpoint }, notices);
  });

  afterEach(async () => {
    await gateway.close();
    await endpoint.close();
    files.remove();
  });

  const asked = (path: string, init: RequestInit = {}) => askedOf(gateway, path, init);
  const post = (...events: unknown[]) => postTo(gateway, ...events);
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
