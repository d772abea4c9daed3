import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listen, type Listening } from '../src/gateway/node/listen.ts';

const BOUNDS = { headers: 300, request: 600, look: 50, connections: 8 };

describe('a connection to the gateway', () => {
  let server: Listening;
  let sockets: Socket[];
  beforeEach(async () => {
    sockets = [];
    const app = async (request: Request) => new Response(await request.text());
    server = await listen(() => app, { host: '127.0.0.1', port: 0 }, BOUNDS);
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
