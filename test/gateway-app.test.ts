import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { v4 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyBytes } from '../src/gateway/body.ts';
import { LogUnavailableError, type Storage } from '../src/audit/index.ts';
import { openSqliteLog } from '../src/audit/sqlite/index.ts';
import {
  createGateway,
  parseConfiguration,
  portableDigest,
  settingsOf,
  type Notice,
} from '../src/gateway/index.ts';
import type { RunningGateway } from '../src/gateway/node/index.ts';
import { shippedCrosswalk } from '../src/index.ts';
import { envelope, event, statement } from './runtime/gateway-records.ts';
import { appInMemory } from './support/app.ts';
import { runningGateway, TOKEN } from './support/running-gateway.ts';

const authorization = `Bearer ${TOKEN}`;
const json = { authorization, 'content-type': 'application/json' };

/** The app over a log, without a socket. */
function appOver(log: Storage, notices: Notice[] = [], limits: object = {}) {
  const configuration = parseConfiguration({ limits });
  const settings = settingsOf(configuration, { CROSSWALK_TOKEN: TOKEN }, portableDigest);
  return createGateway(configuration, settings, {
    log,
    crosswalk: shippedCrosswalk,
    digest: portableDigest,
    now: Date.now,
    newId: v4,
    notify: () => {},
    report: (notice) => notices.push(notice),
  });
}

const sendEvent = { method: 'POST', headers: json, body: JSON.stringify(envelope([event()])) };
const sendStatement = {
  method: 'POST',
  headers: { ...json, 'x-experience-api-version': '1.0.3' },
  body: JSON.stringify(statement()),
};

describe('a gateway whose storage fails', () => {
  it('answers 503 with Retry-After, accepts nothing, and is not ready', async () => {
    const log = await openSqliteLog(':memory:');
    const notices: Notice[] = [];
    const app = appOver(log, notices);
    expect((await app.request('/readyz')).status).toBe(200);
    await log.close();
    const requests = [
      ['/caliper', sendEvent],
      ['/xapi/statements', sendStatement],
      ['/xapi/statements', { headers: sendStatement.headers }],
      ['/records/1', { headers: json }],
      ['/readyz', {}],
    ] as const;
    for (const [path, init] of requests) {
      const answer = await app.request(path, init);
      expect(answer.status).toBe(503);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await answer.json()).toMatchObject({ code: 'log-unavailable', status: 503 });
    }
    expect((await app.request('/healthz')).status).toBe(200);
    expect(notices.filter(({ event: name }) => name === 'log-unavailable')).toHaveLength(requests.length);
  });

  it('answers 500 to a fault of its own without telling what it was, and reports it', async () => {
    const log = await openSqliteLog(':memory:');
    const notices: Notice[] = [];
    const broken = { ...log, append: () => Promise.reject(new TypeError('secret detail')) };
    const answer = await appOver(broken, notices).request('/caliper', sendEvent);
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('secret detail');
    expect(notices).toMatchObject([{ level: 'error', event: 'fault', error: { message: 'secret detail' } }]);
    await log.close();
  });

  it('answers success only after the append has ended', async () => {
    const log = await openSqliteLog(':memory:');
    let finish = () => {};
    const held = new Promise<void>((resolve) => (finish = resolve));
    const slow: Storage = { ...log, append: async (...given) => held.then(() => log.append(...given)) };
    let answered = false;
    const answer = Promise.resolve(appOver(slow).request('/caliper', sendEvent)).then(({ status }) => {
      answered = true;
      return status;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(answered).toBe(false);
    finish();
    expect(await answer).toBe(200);
    await log.close();
  });

  it('takes no record that the storage cannot hold', async () => {
    const log = await openSqliteLog(':memory:');
    const small = {
      ...log,
      largestBody: 2_000,
      append: () => Promise.reject(new LogUnavailableError('asked')),
    };
    const big = event({ extensions: { text: '☃'.repeat(800) } });
    const answer = await appOver(small).request('/caliper', {
      ...sendEvent,
      body: JSON.stringify(envelope([event(), big])),
    });
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ errors: [{ path: '/data/1', rule: 'record-too-large' }] });
    await log.close();
  });
});

describe('what a sender can make the gateway hold', () => {
  let gateway: RunningGateway;
  beforeAll(async () => {
    const limits = { bodyBytes: 100_000, decompressedBytes: 1_000_000 };
    gateway = await runningGateway({ limits });
  });
  afterAll(() => gateway.close());

  it('is bounded for a body whose length nobody told', async () => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 10_000;
        if (sent > 50_000_000) controller.close();
        else controller.enqueue(new Uint8Array(10_000).fill(0x20));
      },
    });
    const init: RequestInit & { duplex: 'half' } = {
      method: 'POST',
      headers: json,
      body: endless,
      duplex: 'half',
    };
    const status = await fetch(`${gateway.url}/caliper`, init).then(
      (answer) => answer.status,
      // a server that has answered and closed may break off the rest of the upload
      () => 413,
    );
    expect(status).toBe(413);
    expect(sent).toBeLessThan(40_000_000);
  });

  it('is bounded for a body that is longer than was told', async () => {
    const limits = { bodyBytes: 20, decompressedBytes: 100 };
    const told = (content: string) =>
      new Request('http://gateway.example/', {
        method: 'POST',
        headers: { 'content-length': '5' },
        body: content,
      });
    expect(await bodyBytes(told('12345'), limits)).toEqual(new TextEncoder().encode('12345'));
    await expect(bodyBytes(told('1'.repeat(21)), limits)).rejects.toThrow('more than 20 bytes');
  });

  it('is bounded for a body that is small only as long as it is compressed', async () => {
    const bomb = gzipSync(Buffer.alloc(60_000_000, 0x20));
    expect(bomb.byteLength).toBeLessThan(100_000);
    const before = process.memoryUsage().arrayBuffers;
    const answer = await fetch(`${gateway.url}/caliper`, {
      method: 'POST',
      headers: { ...json, 'content-encoding': 'gzip' },
      body: bomb,
    });
    expect(answer.status).toBe(413);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(30_000_000);
  });

  it('does not grow with a request that ends in the middle of its body', async () => {
    const { hostname, port } = new URL(gateway.url);
    for (let times = 0; times < 5; times += 1) {
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), hostname, () => {
          socket.write(
            `POST /caliper HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n` +
              'Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n{"sensor":',
          );
          setTimeout(() => socket.destroy(), 20);
        });
        socket.on('close', () => resolve());
      });
    }
    expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200);
  });
});

describe('lines about requests', () => {
  const lines = async (log: object) => {
    const { app, notices } = await appInMemory({ log });
    const headers = { 'x-request-id': 'mine-1' };
    await app.request('/healthz', { headers });
    await app.request('/records/x', { headers });
    return notices.map(({ event, requestId, status }) => ({ event, requestId, status }));
  };

  it('are written for refused ones, with the id of the request', async () => {
    expect(await lines({})).toEqual([{ event: 'refused', requestId: 'mine-1', status: 401 }]);
  });

  it('are written for each one where the configuration says so', async () => {
    expect(await lines({ requests: true })).toEqual([
      { event: 'answered', requestId: 'mine-1', status: 200 },
      { event: 'refused', requestId: 'mine-1', status: 401 },
      { event: 'answered', requestId: 'mine-1', status: 401 },
    ]);
  });
});
