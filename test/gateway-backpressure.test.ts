import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseConfiguration, type ConfigurationInput, type Notice } from '../src/gateway/index.ts';
import { startGateway, type RunningGateway } from '../src/gateway/node/index.ts';
import { startDestination, type LocalDestination } from './forward-destination.ts';
import { envelope, event } from './runtime/gateway-records.ts';

describe('a gateway whose storage runs short', () => {
  let folder: string;
  let receiver: LocalDestination;
  let gateway: RunningGateway | undefined;
  let notices: Notice[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'crosswalk-full-'));
    receiver = await startDestination();
    notices = [];
  });
  afterEach(async () => {
    await gateway?.close();
    await receiver.close();
    rmSync(folder, { recursive: true });
  });

  const start = async (configuration: ConfigurationInput = {}) => {
    gateway = await startGateway({
      configuration: parseConfiguration({
        listen: { port: 0 },
        data: join(folder, 'log.sqlite'),
        alerts: { url: receiver.url, secret: { env: 'ALERTS' } },
        ...configuration,
      }),
      environment: { CROSSWALK_TOKEN: 'token', ALERTS: 'key' },
      report: (notice) => notices.push(notice),
    });
    return gateway.url;
  };
  const send = (url: string) =>
    fetch(`${url}/caliper`, {
      method: 'POST',
      headers: { authorization: 'Bearer token', 'content-type': 'application/json', 'x-request-id': 'mine' },
      body: JSON.stringify(envelope([event()])),
    });
  const told = () => receiver.requests.map(({ body }) => (JSON.parse(body) as { type: string }).type);

  it('takes nothing while the disk has less room than it is told to leave, and tells people', async () => {
    const url = await start({ backpressure: { freeBytes: 10 ** 15 } });
    const refused = await send(url);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('30');
    await vi.waitFor(() => expect(told()).toEqual(['crosswalk.backpressure']), { timeout: 5_000 });
    expect(notices).toContainEqual({ level: 'error', event: 'backpressure', pressures: ['free-bytes'] });
  });

  it('answers 503 and tells people where its log fails, under the id of the request', async () => {
    const url = await start();
    expect((await send(url)).status).toBe(200);
    const other = new Sqlite(join(folder, 'log.sqlite'));
    other.pragma('foreign_keys = OFF');
    other.exec('ALTER TABLE records RENAME TO lost');
    other.close();
    expect((await send(url)).status).toBe(503);
    await vi.waitFor(() => expect(told()).toContain('crosswalk.storage-fault'), { timeout: 5_000 });
    expect(notices).toContainEqual(expect.objectContaining({ event: 'log-unavailable', requestId: 'mine' }));
  });
});
