import type dns from 'node:dns';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isPrivateHost, publicOnly } from '../src/forward/index.ts';
import { parseConfiguration, portableDigest, settingsOf } from '../src/gateway/index.ts';
import { startGateway } from '../src/gateway/node/index.ts';
import { publicFetch } from '../src/gateway/node/public-fetch.ts';
import { privateHosts } from '../src/gateway/private-hosts.ts';
import { startDestination, type LocalDestination } from './forward-destination.ts';
import { folder } from './support/command-line.ts';
import { anEnvelope, anEvent } from './support/records.ts';

/** What a name resolves to, in place of what the network says: the one thing that cannot be had here. */
const names = new Map<string, { address: string; family: number }[]>();
vi.mock('node:dns', async (original) => {
  const real = await original<typeof dns>();
  const lookup = (name: string, options: object, done: (...answer: unknown[]) => void) => {
    const known = names.get(name);
    if (known) done(null, known);
    else real.lookup(name, options, done as never);
  };
  return { ...real, lookup };
});

describe('an address', () => {
  it.each([
    '127.0.0.1',
    '2130706433',
    '0x7f.1',
    '127.1',
    '0.0.0.0',
    '10.0.0.8',
    '172.16.3.4',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:a9fe:a9fe]',
    '[fd00::1]',
    '[fe80::1]',
    'localhost',
    'LOCALHOST',
    'a.localhost',
    'printer.local',
    'lrs.internal',
    'metadata.google.internal.',
  ])('%s is a private one', (host) => {
    expect(isPrivateHost(new URL(`http://${host}/`).hostname)).toBe(true);
  });

  it.each([
    '93.184.216.34',
    '[2606:2800:220:1:248:1893:25c8:1946]',
    'lrs.example.edu',
    'localhost.example.edu',
  ])('%s is a public one', (host) => {
    expect(isPrivateHost(new URL(`http://${host}/`).hostname)).toBe(false);
  });
});

describe('a destination at a private address', () => {
  let server: LocalDestination;
  beforeEach(async () => {
    server = await startDestination();
    names.clear();
  });
  afterEach(() => server.close());

  const named = (name: string) => server.url.replace('127.0.0.1', name);

  it('gets nothing, whether its address says so, or its name resolves to it', async () => {
    names.set('rebound.example', [{ address: '127.0.0.1', family: 4 }]);
    names.set('mixed.example', [
      { address: '93.184.216.34', family: 4 },
      { address: '::1', family: 6 },
    ]);
    const fetch = publicFetch(new Set());
    for (const url of [server.url, named('localhost'), named('[::1]'), named('[::ffff:127.0.0.1]')]) {
      await expect(fetch(url, {})).rejects.toThrow('allowPrivate');
    }
    for (const name of ['rebound.example', 'mixed.example']) {
      await expect(fetch(named(name), {})).rejects.toMatchObject({
        cause: { message: expect.stringContaining('allowPrivate') as string },
      });
    }
    expect(server.requests).toEqual([]);
  });

  it('is reached where it is allowed by name, and under no other', async () => {
    const fetch = publicFetch(new Set(['127.0.0.1']));
    expect((await fetch(server.url, {})).status).toBe(200);
    await expect(fetch(named('localhost'), {})).rejects.toThrow('allowPrivate');
  });

  it('is refused by what its address says on hosts that resolve no names, too', async () => {
    const fetch = publicOnly(() => Promise.resolve(new Response()), new Set(['10.1.1.1']));
    await expect(fetch('http://192.168.0.1/', {})).rejects.toThrow('allowPrivate');
    expect((await fetch('http://10.1.1.1/', {})).status).toBe(200);
    expect((await fetch('https://lrs.example.edu/', {})).status).toBe(200);
  });

  it('is not allowed because a webhook, an LRS that is read, or the keys of an issuer stand there', () => {
    const env = { env: 'SECRET' };
    const authorization = { scheme: 'bearer' as const, token: env };
    const configuration = parseConfiguration({
      sources: [{ name: 'lms', credentials: [authorization], languages: ['caliper'] }],
      issuers: [
        {
          issuer: 'https://login.example.edu',
          audience: ['crosswalk'],
          keys: { url: 'https://10.0.0.1/keys', allowPrivate: true },
          sources: [{ source: 'lms', claims: { azp: 'lms' } }],
          scopes: {},
        },
      ],
      alerts: { url: 'http://10.0.0.2/', secret: env },
      pulls: [{ name: 'old', url: 'http://10.0.0.3/xapi', authorization }],
      destinations: [
        { kind: 'lrs', name: 'own', url: 'http://10.0.0.4/xapi', authorization, allowPrivate: true },
        { kind: 'lrs', name: 'other', url: 'http://10.0.0.2/xapi', authorization },
      ],
    });
    const hosts = privateHosts(configuration, settingsOf(configuration, { SECRET: 's' }, portableDigest));
    expect(hosts).toEqual({
      keys: new Set(['10.0.0.1']),
      alerts: new Set(['10.0.0.2']),
      pulls: new Set(['10.0.0.3']),
      destinations: new Set(['10.0.0.4']),
    });
  });

  it('keeps its records pending until the configuration allows it, and is not followed elsewhere', async () => {
    const place = folder();
    const start = (allowPrivate: boolean) =>
      startGateway({
        configuration: parseConfiguration({
          listen: { port: 0 },
          data: `${place.path}/log.sqlite`,
          destinations: [
            {
              kind: 'caliper',
              name: 'endpoint',
              url: `${server.url}/caliper`,
              allowPrivate,
              authorization: { scheme: 'bearer', token: { env: 'TOKEN' } },
            },
          ],
        }),
        environment: { CROSSWALK_TOKEN: 'token', TOKEN: 'destination-token' },
        report: () => undefined,
      });
    const closed = await start(false);
    const headers = { authorization: 'Bearer token', 'content-type': 'application/json' };
    const body = JSON.stringify(anEnvelope([anEvent()]));
    expect((await fetch(`${closed.url}/caliper`, { method: 'POST', headers, body })).status).toBe(200);
    await vi.waitFor(
      async () => {
        const record = (await (await fetch(`${closed.url}/records/1`, { headers })).json()) as object;
        expect(JSON.stringify(record)).toContain('allowPrivate');
      },
      { timeout: 5_000 },
    );
    await closed.close();
    expect(server.requests).toEqual([]);
    const elsewhere = await startDestination();
    server.next.push({ status: 307, headers: { location: elsewhere.url } });
    const open = await start(true);
    await vi.waitFor(() => expect(server.requests).toHaveLength(1), { timeout: 10_000 });
    await open.close();
    expect(elsewhere.requests).toEqual([]);
    await elsewhere.close();
    place.remove();
  });
});
