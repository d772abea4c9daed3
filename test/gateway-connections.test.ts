import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listen, type Listening } from '../src/gateway/node/listen.ts';
import { headersOfEveryAnswer } from '../src/gateway/strict-headers.ts';

const BOUNDS = { headers: 300, request: 600, look: 50, connections: 8 };

describe('a connection to the gateway', () => {
  let server: Listening;
  let sockets: Socket[];
  beforeEach(async () => {
    sockets = [];
    const app = async (request: Request) => {
      if (request.url.endsWith('/fails')) throw new Error('a fault of ours');
      return new Response(await request.text());
    };
    const headers = await headersOfEveryAnswer('https://crosswalk.example.edu');
    server = await listen(() => app, { host: '127.0.0.1', port: 0 }, headers, BOUNDS);
  });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await server.close();
  });

  const opened = () => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    sockets.push(socket);
    socket.on('error', () => undefined);
    return socket;
  };
  /** What came back before the connection was closed. */
  const ended = async (socket: Socket) => {
    let text = '';
    socket.on('data', (piece) => (text += String(piece)));
    await new Promise((resolve) => socket.once('close', resolve));
    return text;
  };
  /** Writes a text byte for byte for as long as it is let. */
  const trickle = async (socket: Socket, text: string) => {
    for (const character of text) {
      if (socket.destroyed) return;
      socket.write(character);
      await pause(20);
    }
  };

  it('is closed where nothing comes, or headers or a body trickle, and holds nobody else up', async () => {
    const head = 'POST / HTTP/1.1\r\nHost: crosswalk\r\n';
    const silent = opened();
    const slowHead = opened();
    const slowBody = opened();
    void trickle(slowHead, `${head}X-Long: ${'a'.repeat(1_000)}`);
    slowBody.write(`${head}Content-Length: 1000\r\n\r\n`);
    void trickle(slowBody, 'b'.repeat(1_000));
    const closed = Promise.all([silent, slowHead, slowBody].map(ended));
    const answer = await fetch(server.url, { method: 'POST', body: 'in time' });
    expect(await answer.text()).toBe('in time');
    const [, ofHead, ofBody] = await closed;
    expect(ofHead).toContain('408');
    expect(ofBody).toContain('408');
  });

  const host = 'Host: crosswalk\r\n';
  it.each([
    ['no request at all', 'garbage\r\n\r\n', 400, 'malformed-request'],
    ['no host', 'GET / HTTP/1.1\r\n\r\n', 400, 'malformed-request'],
    ['a host that is none', 'GET / HTTP/1.1\r\nHost: a b\r\n\r\n', 400, 'malformed-request'],
    ['an address that is none', `GET http://[ HTTP/1.1\r\n${host}\r\n`, 400, 'malformed-request'],
    [
      'two lengths',
      `POST / HTTP/1.1\r\n${host}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
      400,
      'malformed-request',
    ],
    [
      'headers without end',
      `GET / HTTP/1.1\r\n${host}X: ${'y'.repeat(20_000)}\r\n\r\n`,
      431,
      'headers-too-large',
    ],
    ['half of a request', `GET / HTTP/1.1\r\n${host}`, 408, 'request-timeout'],
    [
      'an expectation',
      `GET / HTTP/1.1\r\n${host}Expect: more\r\nConnection: close\r\n\r\n`,
      417,
      'expectation-failed',
    ],
    [
      'what the gateway fails at',
      `GET /fails HTTP/1.1\r\n${host}Connection: close\r\n\r\n`,
      500,
      'internal-error',
    ],
  ])('is answered in the form of every answer where it brings %s', async (_name, bytes, status, code) => {
    const socket = opened();
    socket.write(bytes);
    socket.on('data', () => socket.end());
    const [head = '', body = ''] = (await ended(socket)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    const names = head
      .toLowerCase()
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(': '));
    expect(new Set(names.map(([name]) => name)).size).toBe(names.length);
    expect(Object.fromEntries(names)).toMatchObject({
      'content-type': 'application/problem+json',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'deny',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': 'max-age=31536000; includesubdomains',
      'cache-control': 'no-store',
    });
    const text = body.slice(body.indexOf('{'), body.lastIndexOf('}') + 1);
    expect(JSON.parse(text)).toMatchObject({ type: 'about:blank', status, code });
    expect(text).not.toContain('a fault of ours');
  });

  it('holds no place once it brought no request, though it does not close itself', async () => {
    const { port } = new URL(server.url);
    for (let at = 0; at < BOUNDS.connections; at += 1) {
      const socket = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
      sockets.push(socket);
      socket.write('garbage\r\n\r\n');
      socket.resume();
      await new Promise((resolve) => socket.once('end', resolve));
    }
    const answer = await fetch(server.url, { method: 'POST', body: 'let in' });
    expect(await answer.text()).toBe('let in');
  });

  it('is closed at once where there are as many as there may be, and another may come when one has gone', async () => {
    const held = Array.from({ length: BOUNDS.connections }, opened);
    await Promise.all(held.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
    const began = performance.now();
    expect(await ended(opened())).toBe('');
    expect(performance.now() - began).toBeLessThan(BOUNDS.headers);
    for (const socket of held) socket.destroy();
    await pause(100);
    expect((await fetch(server.url, { method: 'POST', body: 'here' })).status).toBe(200);
  });
});
